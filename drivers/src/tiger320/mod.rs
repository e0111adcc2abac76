//! Tiger Jet Tj320, the PCI bridge of the analog and E1 cards: resets, AUX pins, local bus, and the
//! DMA engine that moves one millisecond each way per interrupt.
//!
//! Which half of the ring is due is read from the engine's pointer, not from the status bits: in
//! the mode the cards use these last only 125 µs, and a user-space driver may wake later than that.

pub mod regs;
pub mod ring;

use std::time::Duration;

use crate::bus::PciDevice;
use regs::{
    AuxDirection, AuxFunction, AuxLatch, AuxLevel, Control, DmaBlock, FrameSyncDelay,
    InterruptMask, InterruptStatus, Operation, Peripheral, SerialControl,
};
use ring::{FRAME_OCTETS, HALF_OCTETS, Half, RING_OCTETS, Ring};

/// A mark left in the last frame of a consumed half. It must still stand there one millisecond
/// later, when the other half is done; if not, the engine went round in between.
const CANARY: [u8; FRAME_OCTETS] = [0x1E, 0xCA, 0xFE, 0xCA];

/// The wait for an interrupt: ten times its period.
const SILENCE: Duration = Duration::from_millis(10);

/// Interrupts taken in one wait that bring nothing, before the wait counts as silent. A shared
/// line may carry a busy neighbour; this only bounds the loop.
const MAX_IDLE_WAKEUPS: u32 = 100;

/// What a wait brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// This half is complete in both directions; `missed` milliseconds were lost before it.
    Half {
        /// Which.
        half: Half,
        /// Lost before.
        missed: u32,
    },
    /// Nothing came.
    Silent,
    /// The card is off the bus.
    Gone,
}

/// The bridge.
#[derive(Debug)]
pub struct Tiger320<D> {
    device: D,
    /// The half consumed last; it carries the canary.
    last: Half,
    /// Interrupts that brought nothing.
    foreign: u64,
    /// DMA restarts after a master abort.
    aborts: u64,
}

impl<D: PciDevice> Tiger320<D> {
    /// The bridge on this function, untouched yet.
    pub const fn new(device: D) -> Self {
        Self {
            device,
            last: Half::Second,
            foreign: 0,
            aborts: 0,
        }
    }

    /// The function behind it.
    pub const fn device(&mut self) -> &mut D {
        &mut self.device
    }

    /// Interrupts that brought nothing new.
    pub const fn foreign(&self) -> u64 {
        self.foreign
    }

    /// How often a master abort stopped the DMA, which was then started again.
    pub const fn aborts(&self) -> u64 {
        self.aborts
    }

    /// Releases the card's reset line, so that its local bus can be read; whether a card is there.
    pub fn release_card(&mut self) -> bool {
        Control::RUN.write(&mut self.device);
        Control::read(&mut self.device) != Control::from_bits(0xFF)
    }

    /// Resets the card and sets pins, serial port and ring addresses (§4.1 steps 4 to 8).
    pub fn configure(&mut self, aux_outputs: u8, aux_levels: u8, function: u8, serial: u8) {
        let settle = Duration::from_millis(250);
        let device = &mut self.device;
        Control::HOLD.write(device);
        AuxLatch::write(device, aux_levels);
        AuxDirection::write(device, aux_outputs);
        AuxFunction::write(device, function);
        device.pause(settle);
        Control::RUN_SLOW_BUS.write(device);
        Control::read(device).released().write(device);
        SerialControl::write(device, serial);
        FrameSyncDelay::write(device, 0);
        let (transmit, receive) = self.rings();
        let device = &mut self.device;
        DmaBlock::TRANSMIT.write(device, transmit.start(), transmit.int(), transmit.end());
        DmaBlock::RECEIVE.write(device, receive.start(), receive.int(), receive.end());
        InterruptStatus::clear(device);
        device.pause(settle);
    }

    /// Starts DMA and interrupts (§4.1 steps 11 and 12) with `idle` in every octet of both rings.
    /// Whether the receive pointer moved within ten polls of 1 ms (§6).
    pub fn start(&mut self, idle: u8) -> bool {
        InterruptMask::enable(&mut self.device);
        self.device.dma_write(0, &[idle; 2 * RING_OCTETS]);
        Control::HOLD_KEEP_CARD.write(&mut self.device);
        self.device.pause(Duration::from_millis(10));
        self.run();
        let first = DmaBlock::RECEIVE.read_current(&mut self.device);
        let moved = (0..10).any(|_| {
            self.device.pause(Duration::from_millis(1));
            DmaBlock::RECEIVE.read_current(&mut self.device) != first
        });
        self.synchronise();
        moved
    }

    /// Waits for the next millisecond.
    pub fn wait(&mut self) -> Wakeup {
        for _ in 0..MAX_IDLE_WAKEUPS {
            let came = self.device.wait_interrupt(SILENCE);
            let status = InterruptStatus::take(&mut self.device);
            if status.card_gone() {
                return Wakeup::Gone;
            }
            if status.master_abort() {
                self.restart();
                continue;
            }
            if !came {
                return Wakeup::Silent;
            }
            let current = DmaBlock::RECEIVE.read_current(&mut self.device);
            let Some(half) = self.rings().1.completed(current) else {
                return Wakeup::Silent;
            };
            let untouched = self.canary_stands();
            let missed = match (half == self.last, untouched) {
                (true, true) => {
                    self.foreign += 1;
                    continue;
                }
                (false, true) => 0,
                (true, false) => 1,
                (false, false) => 2,
            };
            return Wakeup::Half { half, missed };
        }
        Wakeup::Silent
    }

    /// Takes what was received in this half, and marks it as taken.
    pub fn receive(&mut self, half: Half, octets: &mut [u8; HALF_OCTETS]) {
        self.device.dma_read(RING_OCTETS + half.offset(), octets);
        self.last = half;
        self.mark();
    }

    /// Fills the same half for transmission; it is sent from 1 to 2 ms later.
    pub fn transmit(&mut self, half: Half, octets: &[u8; HALF_OCTETS]) {
        self.device.dma_write(half.offset(), octets);
    }

    /// Stops DMA and interrupts and resets the card (§4.3).
    pub fn shut_down(&mut self) {
        let device = &mut self.device;
        Operation::STOP.write(device);
        Control::HOLD_KEEP_CARD.write(device);
        InterruptMask::disable(device);
        Control::HOLD_ALL.write(device);
    }

    /// Reads a register of the card's local bus.
    pub fn read_local(&mut self, register: u8) -> u8 {
        Peripheral::read(&mut self.device, register)
    }

    /// Writes a register of the card's local bus.
    pub fn write_local(&mut self, register: u8, value: u8) {
        Peripheral::write(&mut self.device, register, value);
    }

    /// Drives the AUX pins.
    pub fn set_aux(&mut self, levels: u8) {
        AuxLatch::write(&mut self.device, levels);
    }

    /// Samples the AUX pins.
    pub fn aux(&mut self) -> u8 {
        AuxLevel::read(&mut self.device)
    }

    /// The transmit and the receive ring, one behind the other (§3.2).
    fn rings(&mut self) -> (Ring, Ring) {
        let base = self.device.dma_address();
        (Ring::at(base), Ring::at(base + RING_OCTETS as u32))
    }

    fn run(&mut self) {
        Control::RUN.write(&mut self.device);
        Operation::RUN.write(&mut self.device);
    }

    /// After a master abort the engine stands still until it is told to run again (§6).
    fn restart(&mut self) {
        Operation::STOP.write(&mut self.device);
        self.run();
        self.aborts += 1;
        self.synchronise();
    }

    /// Begins counting milliseconds from where the engine is now; what it told before is past.
    fn synchronise(&mut self) {
        let _ = InterruptStatus::take(&mut self.device);
        let current = DmaBlock::RECEIVE.read_current(&mut self.device);
        if let Some(half) = self.rings().1.completed(current) {
            self.last = half;
        }
        self.mark();
    }

    /// Where the canary of the half consumed last stands.
    const fn canary_offset(&self) -> usize {
        RING_OCTETS + self.last.offset() + HALF_OCTETS - FRAME_OCTETS
    }

    fn mark(&mut self) {
        self.device.dma_write(self.canary_offset(), &CANARY);
    }

    fn canary_stands(&mut self) -> bool {
        let mut octets = [0; FRAME_OCTETS];
        self.device.dma_read(self.canary_offset(), &mut octets);
        octets == CANARY
    }
}
