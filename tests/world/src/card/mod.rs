//! Register-level model of the analog card: a Tj320 bridge, its companion chip and four sites with
//! FXO modules, wired to the lines of a [`Town`]. It is a [`PciDevice`], and it owns time: the
//! world moves when the driver waits.

mod bridge;
mod clock;
pub mod companding;
mod fault;
mod module;
mod spi;

use std::time::Duration;

use hotline_drivers::bus::{PciDevice, RegisterBus};
use hotline_drivers::card::MAX_PORTS;
use hotline_drivers::tiger320::regs::{DmaBlock, InterruptStatus};

pub use clock::Pace;
pub use fault::{CardFault, FaultSwitch};
pub use module::{ModuleFault, ModuleModel};

use crate::Town;
use crate::exchange::Terminal;
use bridge::Bridge;
use clock::Clock;

/// The bus address of the card's DMA memory; any will do.
const DMA_ADDRESS: u32 = 0x0010_0000;
/// Octets of DMA memory: both rings of the analog card.
const DMA_OCTETS: usize = 128;
/// Octets of one frame in a ring.
const FRAME_OCTETS: usize = 4;
/// Frames in a millisecond.
const FRAMES_PER_MS: u64 = 8;

/// What the card is like before anybody touches it.
#[derive(Clone, Copy, Debug)]
pub struct CardSettings {
    /// Which sites hold a module.
    pub fitted: [bool; MAX_PORTS],
    /// What the board says it is.
    pub subsystem_vendor: u16,
    /// Bits of the companion's scratch register that are stuck at 0.
    pub stuck_bits: u8,
    /// Whose clock the world follows.
    pub pace: Pace,
}

impl Default for CardSettings {
    /// A TDM400P revision I with four modules, on virtual time.
    fn default() -> Self {
        Self {
            fitted: [true; MAX_PORTS],
            subsystem_vendor: 0xB119,
            stuck_bits: 0,
            pace: Pace::Virtual,
        }
    }
}

/// The card.
#[derive(Debug)]
pub struct VirtualCard {
    bridge: Bridge,
    memory: [u8; DMA_OCTETS],
    subsystem_vendor: u16,
    town: Town,
    clock: Clock,
    faults: FaultSwitch,
    /// Frames of delay of the next interrupt.
    late: u32,
    foreign: bool,
}

impl VirtualCard {
    /// A card whose ports are the lines of this town.
    #[must_use]
    pub fn new(settings: CardSettings, town: Town) -> Self {
        let modules = settings
            .fitted
            .map(|fitted| fitted.then(ModuleModel::default));
        let mut bridge = Bridge::new(modules);
        bridge.stuck_bits = settings.stuck_bits;
        Self {
            bridge,
            memory: [0; DMA_OCTETS],
            subsystem_vendor: settings.subsystem_vendor,
            town,
            clock: Clock::new(settings.pace),
            faults: FaultSwitch::default(),
            late: 0,
            foreign: false,
        }
    }

    /// The switch for its faults.
    #[must_use]
    pub fn faults(&self) -> FaultSwitch {
        self.faults.clone()
    }

    /// A byte register of the bridge or its local bus, as it stands.
    #[must_use]
    pub fn register(&self, offset: u16) -> u8 {
        self.bridge.peek(offset)
    }

    /// A dword register of the bridge, as it stands.
    #[must_use]
    pub fn register32(&self, offset: u16) -> u32 {
        self.bridge.peek32(offset)
    }

    /// The module at a site, from 0.
    #[must_use]
    pub fn module(&self, port: usize) -> Option<&ModuleModel> {
        self.bridge.modules.get(port)?.as_ref()
    }

    fn suffer(&mut self) {
        while let Some(fault) = self.faults.next() {
            match fault {
                CardFault::Gone => self.bridge.gone = true,
                CardFault::MasterAbort => {
                    self.bridge.aborted = true;
                    self.bridge.raise(InterruptStatus::MASTER_ABORT);
                }
                CardFault::Late { frames } => self.late += frames,
                CardFault::ForeignInterrupt => self.foreign = true,
                CardFault::Module { port, fault } => {
                    self.at(port, |module| module.set_fault(fault));
                }
                CardFault::Corruption {
                    port,
                    register,
                    octet,
                } => {
                    self.at(port, |module| module.corrupt(register, octet));
                }
            }
        }
    }

    fn at(&mut self, port: usize, what: impl FnOnce(&mut ModuleModel)) {
        if let Some(Some(module)) = self.bridge.modules.get_mut(port) {
            what(module);
        }
    }

    /// 125 µs pass: in the town, on the serial port, and in the rings when the engine runs.
    fn frame(&mut self) {
        self.clock.frame();
        let runs = self.bridge.runs();
        let transmitted = if runs {
            self.next_transmit()
        } else {
            [0xFF; FRAME_OCTETS]
        };
        // The serial word goes out most significant octet first.
        let mut highway = transmitted;
        highway.reverse();
        if !self.bridge.shifts_msb_first() {
            highway = highway.map(u8::reverse_bits);
        }
        let terminals = self.bridge.modules.each_ref().map(|module| match module {
            Some(module) if !self.bridge.gone => module.toward_line(highway),
            _ => Terminal::default(),
        });
        let pairs = self.town.sample(&terminals);
        let mut received = [0xFF; FRAME_OCTETS];
        for (module, pair) in self.bridge.modules.iter_mut().zip(pairs) {
            if let Some(module) = module {
                module.from_line(pair, &mut received);
            }
        }
        if !self.bridge.shifts_msb_first() {
            received = received.map(u8::reverse_bits);
        }
        received.reverse();
        if runs {
            self.take_received(received);
        }
    }

    /// Moves the transmit pointer on and fetches the frame under it.
    fn next_transmit(&mut self) -> [u8; FRAME_OCTETS] {
        self.bridge.pointers_leave();
        let place = self.advance(0, DmaBlock::TRANSMIT);
        let mut frame = [0; FRAME_OCTETS];
        if let Some(octets) = place.and_then(|at| self.memory.get(at..at + FRAME_OCTETS)) {
            frame.copy_from_slice(octets);
        }
        frame
    }

    /// Moves the receive pointer on, puts the frame under it, and interrupts where that is due.
    fn take_received(&mut self, frame: [u8; FRAME_OCTETS]) {
        let place = self.advance(1, DmaBlock::RECEIVE);
        if let Some(octets) = place.and_then(|at| self.memory.get_mut(at..at + FRAME_OCTETS)) {
            octets.copy_from_slice(&frame);
        }
        let current = self.bridge.current[1];
        if current == self.bridge.peek32(DmaBlock::RECEIVE.int()) {
            self.bridge.raise(InterruptStatus::FIRST_HALVES);
        } else if current == self.bridge.peek32(DmaBlock::RECEIVE.end()) {
            self.bridge.raise(InterruptStatus::SECOND_HALVES);
        }
    }

    /// The offset in memory of the next frame of a ring.
    fn advance(&mut self, direction: usize, block: DmaBlock) -> Option<usize> {
        let (start, end) = (
            self.bridge.peek32(block.start()),
            self.bridge.peek32(block.end()),
        );
        let current = &mut self.bridge.current[direction];
        *current = if *current == end {
            start
        } else {
            current.wrapping_add(4)
        };
        usize::try_from(current.checked_sub(DMA_ADDRESS)?).ok()
    }
}

impl RegisterBus for VirtualCard {
    fn read8(&mut self, offset: u16) -> u8 {
        self.bridge.read8(offset)
    }
    fn write8(&mut self, offset: u16, value: u8) {
        self.bridge.write8(offset, value);
    }
    fn read32(&mut self, offset: u16) -> u32 {
        self.bridge.read32(offset)
    }
    fn write32(&mut self, offset: u16, value: u32) {
        self.bridge.write32(offset, value);
    }
}

impl PciDevice for VirtualCard {
    fn subsystem_vendor(&mut self) -> u16 {
        if self.bridge.gone {
            0xFFFF
        } else {
            self.subsystem_vendor
        }
    }

    fn dma_address(&mut self) -> u32 {
        DMA_ADDRESS
    }

    fn dma_read(&mut self, offset: usize, octets: &mut [u8]) {
        octets.copy_from_slice(&self.memory[offset..offset + octets.len()]);
    }

    fn dma_write(&mut self, offset: usize, octets: &[u8]) {
        self.memory[offset..offset + octets.len()].copy_from_slice(octets);
    }

    fn pause(&mut self, time: Duration) {
        self.suffer();
        for _ in 0..frames(time) {
            self.frame();
        }
    }

    fn wait_interrupt(&mut self, at_most: Duration) -> bool {
        self.suffer();
        if std::mem::take(&mut self.foreign) {
            return true;
        }
        let mut left = frames(at_most);
        while !self.bridge.interrupts() {
            if left == 0 {
                return false;
            }
            left -= 1;
            self.frame();
        }
        for _ in 0..std::mem::take(&mut self.late) {
            self.frame();
        }
        true
    }
}

/// Whole frames, rounded up.
fn frames(time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    micros.div_ceil(1000 / FRAMES_PER_MS)
}
