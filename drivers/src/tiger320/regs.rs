//! The registers of the Tj320 as types: offsets, fields and lawful accesses. Driver and chip model
//! share this file and nothing else. Numbers in brackets are sections of the chip's fact sheet.

use crate::bus::RegisterBus;

/// Reset and control (§2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control(u8);

impl Control {
    /// Where it is.
    pub const OFFSET: u16 = 0x00;
    /// Everything released: the card runs.
    pub const RUN: Self = Self(0x01);
    /// DMA and serial port held, on-card reset asserted.
    pub const HOLD: Self = Self(0x06);
    /// As [`HOLD`](Self::HOLD) with the register block held too.
    pub const HOLD_ALL: Self = Self(0x0E);
    /// DMA, serial port and register block held, on-card reset released.
    pub const HOLD_KEEP_CARD: Self = Self(0x0F);
    /// Running, with the slow peripheral bus cycle of 15 clocks.
    pub const RUN_SLOW_BUS: Self = Self(0x31);

    /// Reads the register.
    pub fn read(bus: &mut impl RegisterBus) -> Self {
        Self(bus.read8(Self::OFFSET))
    }
    /// Writes the register.
    pub fn write(self, bus: &mut impl RegisterBus) {
        bus.write8(Self::OFFSET, self.0);
    }
    /// The register with these bits.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
    /// The same with DMA and serial port let go.
    #[must_use]
    pub const fn released(self) -> Self {
        Self(self.0 & 0xF9)
    }
    /// The reset line of the card's other chips is let go.
    pub const fn card_released(self) -> bool {
        self.0 & 0x01 != 0
    }
    /// The DMA logic is held in reset.
    pub const fn dma_held(self) -> bool {
        self.0 & 0x02 != 0
    }
    /// The serial port is held in reset.
    pub const fn serial_held(self) -> bool {
        self.0 & 0x04 != 0
    }
    /// DMA status bits stay until written; otherwise they last only while the pointer stands on
    /// the int or end address.
    pub const fn status_latched(self) -> bool {
        self.0 & 0x40 != 0
    }
}

/// DMA operation (§2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation(u8);

impl Operation {
    /// Where it is.
    pub const OFFSET: u16 = 0x01;
    /// Both directions stand still.
    pub const STOP: Self = Self(0x00);
    /// Both directions run.
    pub const RUN: Self = Self(0x01);

    /// Writes the register.
    pub fn write(self, bus: &mut impl RegisterBus) {
        bus.write8(Self::OFFSET, self.0);
    }
    /// The register with these bits.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
    /// DMA is enabled.
    pub const fn running(self) -> bool {
        self.0 & 0x01 != 0
    }
    /// DMA starts again from the start addresses.
    pub const fn restarts(self) -> bool {
        self.0 & 0x02 != 0
    }
}

/// Direction of the AUX pins: a set bit is an output (§2.4).
pub struct AuxDirection;

impl AuxDirection {
    /// Where it is.
    pub const OFFSET: u16 = 0x02;
    /// Writes the register.
    pub fn write(bus: &mut impl RegisterBus, outputs: u8) {
        bus.write8(Self::OFFSET, outputs);
    }
}

/// Output latch of the AUX pins (§2.4).
pub struct AuxLatch;

impl AuxLatch {
    /// Where it is.
    pub const OFFSET: u16 = 0x03;
    /// Drives the pins.
    pub fn write(bus: &mut impl RegisterBus, levels: u8) {
        bus.write8(Self::OFFSET, levels);
    }
}

/// Present level of the AUX pins (§2.4).
pub struct AuxLevel;

impl AuxLevel {
    /// Where it is.
    pub const OFFSET: u16 = 0x07;
    /// Samples the pins.
    pub fn read(bus: &mut impl RegisterBus) -> u8 {
        bus.read8(Self::OFFSET)
    }
}

/// Alternate functions of the AUX pins (0x2B).
pub struct AuxFunction;

impl AuxFunction {
    /// Where it is.
    pub const OFFSET: u16 = 0x2B;
    /// What the analog card's reference driver writes; the sheet knows no more (§7, question 8).
    pub const ANALOG_CARD: u8 = 0x04;
    /// Writes the register.
    pub fn write(bus: &mut impl RegisterBus, functions: u8) {
        bus.write8(Self::OFFSET, functions);
    }
}

/// Enable bits of the interrupt sources (0x04, 0x05).
pub struct InterruptMask;

impl InterruptMask {
    /// Mask of the DMA and bus sources.
    pub const OFFSET: u16 = 0x04;
    /// Mask of the AUX pins.
    pub const AUX_OFFSET: u16 = 0x05;
    /// All DMA and bus sources.
    pub const ALL: u8 = 0x3F;

    /// Enables all DMA and bus sources, and no pin.
    pub fn enable(bus: &mut impl RegisterBus) {
        bus.write8(Self::OFFSET, Self::ALL);
        bus.write8(Self::AUX_OFFSET, 0);
    }
    /// Disables every source.
    pub fn disable(bus: &mut impl RegisterBus) {
        bus.write8(Self::OFFSET, 0);
        bus.write8(Self::AUX_OFFSET, 0);
    }
}

/// Interrupt status. Reading leaves the bits; writing them back clears them (§2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterruptStatus(u8);

impl InterruptStatus {
    /// Where it is.
    pub const OFFSET: u16 = 0x06;
    /// Both pointers stand on their int address: the first halves are done.
    pub const FIRST_HALVES: u8 = 0x05;
    /// Both pointers stand on their end address: the second halves are done.
    pub const SECOND_HALVES: u8 = 0x0A;
    /// The bridge got no answer on the PCI bus and has stopped its DMA.
    pub const MASTER_ABORT: u8 = 0x10;

    /// Reads and acknowledges in one step; there is no other way to get one.
    pub fn take(bus: &mut impl RegisterBus) -> Self {
        let bits = bus.read8(Self::OFFSET);
        if bits != 0 && bits != 0xFF {
            bus.write8(Self::OFFSET, bits);
        }
        Self(bits)
    }
    /// Clears whatever is there.
    pub fn clear(bus: &mut impl RegisterBus) {
        bus.write8(Self::OFFSET, 0xFF);
    }
    /// All ones: no card answers (§6).
    pub const fn card_gone(self) -> bool {
        self.0 == 0xFF
    }
    /// DMA was stopped by a PCI master abort.
    pub const fn master_abort(self) -> bool {
        self.0 & Self::MASTER_ABORT != 0
    }
}

/// One direction's DMA pointers (§2): start, int, end, current, each a dword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DmaBlock {
    /// Offset of the start register; int, end and current follow it.
    base: u16,
}

impl DmaBlock {
    /// Memory to serial port.
    pub const TRANSMIT: Self = Self { base: 0x08 };
    /// Serial port to memory.
    pub const RECEIVE: Self = Self { base: 0x18 };

    /// Offset of the start address.
    pub const fn start(self) -> u16 {
        self.base
    }
    /// Offset of the int address: the last dword of the first half.
    pub const fn int(self) -> u16 {
        self.base + 4
    }
    /// Offset of the end address: the last dword of the ring.
    pub const fn end(self) -> u16 {
        self.base + 8
    }
    /// Offset of the current address.
    pub const fn current(self) -> u16 {
        self.base + 12
    }
    /// Sets the ring.
    pub fn write(self, bus: &mut impl RegisterBus, start: u32, int: u32, end: u32) {
        bus.write32(self.start(), start);
        bus.write32(self.int(), int);
        bus.write32(self.end(), end);
    }
    /// Reads where the engine is.
    pub fn read_current(self, bus: &mut impl RegisterBus) -> u32 {
        bus.read32(self.current())
    }
}

/// Serial port control (§2.5).
pub struct SerialControl;

impl SerialControl {
    /// Where it is.
    pub const OFFSET: u16 = 0x2D;
    /// Both directions most significant bit first, data clock twice the bit rate.
    pub const ANALOG_CARD: u8 = 0xC1;
    /// Both directions shift the most significant bit first.
    pub const MSB_FIRST: u8 = 0xC0;
    /// Writes the register.
    pub fn write(bus: &mut impl RegisterBus, bits: u8) {
        bus.write8(Self::OFFSET, bits);
    }
}

/// Frame-sync delay in serial clocks (0x2F).
pub struct FrameSyncDelay;

impl FrameSyncDelay {
    /// Where it is.
    pub const OFFSET: u16 = 0x2F;
    /// Writes the register.
    pub fn write(bus: &mut impl RegisterBus, clocks: u8) {
        bus.write8(Self::OFFSET, clocks);
    }
}

/// The window to the card's local bus: 16 byte registers at a stride of four.
pub struct Peripheral;

impl Peripheral {
    /// Where local register `register` (0..=15) is.
    pub const fn offset(register: u8) -> u16 {
        0xC0 + 4 * (register as u16 & 0x0F)
    }
    /// The local register at `offset`, if that lies in the window.
    pub const fn register(offset: u16) -> Option<u8> {
        if offset >= 0xC0 && offset <= 0xFC && offset.is_multiple_of(4) {
            Some(((offset - 0xC0) / 4) as u8)
        } else {
            None
        }
    }
    /// Reads a local register.
    pub fn read(bus: &mut impl RegisterBus, register: u8) -> u8 {
        bus.read8(Self::offset(register))
    }
    /// Writes a local register.
    pub fn write(bus: &mut impl RegisterBus, register: u8, value: u8) {
        bus.write8(Self::offset(register), value);
    }
}
