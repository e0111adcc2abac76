//! The registers of the Tj320 model: pins, local bus, DMA pointers, interrupt status.

use hotline_drivers::bus::RegisterBus;
use hotline_drivers::card::MAX_PORTS;
use hotline_drivers::tiger320::regs::{
    AuxDirection, AuxLatch, AuxLevel, Control, DmaBlock, InterruptMask, InterruptStatus, Operation,
    Peripheral, SerialControl,
};

use super::module::ModuleModel;

/// Local register that selects modules.
const MODULE_SELECT: u8 = 2;
/// Local register with the companion's version.
const VERSION: u8 = 3;
/// A version with its scratch register in the select register.
const COMPANION_VERSION: u8 = 0x72;
/// AUX pins as the card wires them.
const AUX_SELECT: u8 = 0x04;
const AUX_CLOCK: u8 = 0x08;
const AUX_DATA: u8 = 0x10;
const AUX_DATA_IN: u8 = 0x20;

/// The bridge, its companion chip and the modules behind them.
#[derive(Clone, Debug)]
pub struct Bridge {
    registers: [u8; 256],
    local: [u8; 16],
    /// Bits of the companion's scratch register that are stuck at 0.
    pub stuck_bits: u8,
    /// The current addresses: transmit, receive.
    pub current: [u32; 2],
    /// DMA stands still until it is told to run again.
    pub aborted: bool,
    /// The card is off the bus.
    pub gone: bool,
    /// The sites.
    pub modules: [Option<ModuleModel>; MAX_PORTS],
}

impl Bridge {
    /// A bridge as it is after power-up, with these modules.
    pub fn new(modules: [Option<ModuleModel>; MAX_PORTS]) -> Self {
        let mut local = [0; 16];
        local[usize::from(VERSION)] = COMPANION_VERSION;
        Self {
            registers: [0; 256],
            local,
            stuck_bits: 0,
            current: [0; 2],
            aborted: false,
            gone: false,
            modules,
        }
    }

    /// A byte register as it stands, without the effect of a read.
    pub fn peek(&self, offset: u16) -> u8 {
        match Peripheral::register(offset) {
            Some(register) => self.local[usize::from(register)],
            None => self.registers[usize::from(offset & 0xFF)],
        }
    }

    /// A dword register as it stands.
    pub fn peek32(&self, offset: u16) -> u32 {
        let offset = usize::from(offset & 0xFC);
        let octets = &self.registers[offset..offset + 4];
        u32::from_le_bytes(octets.try_into().expect("the slice has four octets"))
    }

    /// The reset and control register.
    pub fn control(&self) -> Control {
        Control::from_bits(self.peek(Control::OFFSET))
    }

    /// The engine moves samples.
    pub fn runs(&self) -> bool {
        let control = self.control();
        let operation = Operation::from_bits(self.peek(Operation::OFFSET));
        let released = !control.dma_held() && !control.serial_held();
        released && operation.running() && !self.aborted && !self.gone
    }

    /// Both directions of the serial port shift as the modules do.
    pub fn shifts_msb_first(&self) -> bool {
        self.peek(SerialControl::OFFSET) & SerialControl::MSB_FIRST == SerialControl::MSB_FIRST
    }

    /// The interrupt line is asserted.
    pub fn interrupts(&self) -> bool {
        !self.gone && self.peek(InterruptStatus::OFFSET) & self.peek(InterruptMask::OFFSET) != 0
    }

    /// Raises status bits.
    pub fn raise(&mut self, bits: u8) {
        self.registers[usize::from(InterruptStatus::OFFSET)] |= bits;
    }

    /// The pointers leave the int or end address: without the latch their bits fall.
    pub fn pointers_leave(&mut self) {
        if !self.control().status_latched() {
            let halves = InterruptStatus::FIRST_HALVES | InterruptStatus::SECOND_HALVES;
            self.registers[usize::from(InterruptStatus::OFFSET)] &= !halves;
        }
    }

    /// Puts both pointers before the first frame.
    pub fn rewind(&mut self) {
        // One dword before the start, so that the first frame is the first of the ring.
        for (current, block) in self
            .current
            .iter_mut()
            .zip([DmaBlock::TRANSMIT, DmaBlock::RECEIVE])
        {
            let start = &self.registers[usize::from(block.start())..][..4];
            let start = u32::from_le_bytes(start.try_into().expect("the slice has four octets"));
            *current = start.wrapping_sub(4);
        }
    }

    fn write_control(&mut self, bits: u8) {
        let control = Control::from_bits(bits);
        if !control.card_released() {
            self.modules
                .iter_mut()
                .flatten()
                .for_each(ModuleModel::reset);
        }
        if control.dma_held() {
            self.rewind();
        }
    }

    fn write_operation(&mut self, bits: u8) {
        let operation = Operation::from_bits(bits);
        if operation.running() && self.aborted {
            self.aborted = false;
        }
        if operation.restarts() {
            self.rewind();
        }
    }

    /// Passes the levels of the output pins on to the selected modules.
    fn drive_pins(&mut self, latch: u8) {
        let outputs = self.peek(AuxDirection::OFFSET);
        let high = |pin: u8| latch & pin != 0 || outputs & pin == 0;
        let selected = self.local[usize::from(MODULE_SELECT)];
        for (port, module) in self.modules.iter_mut().enumerate() {
            if let Some(module) = module {
                let select = high(AUX_SELECT) || selected & 1 << port == 0;
                module.drive(select, high(AUX_CLOCK), high(AUX_DATA));
            }
        }
    }

    /// The levels of the pins: outputs as latched, the data pin as the selected module drives it.
    fn pins(&self) -> u8 {
        let outputs = self.peek(AuxDirection::OFFSET);
        let selected = self.local[usize::from(MODULE_SELECT)];
        let low = self.modules.iter().enumerate().any(|(port, module)| {
            selected & 1 << port != 0 && module.as_ref().is_some_and(|module| !module.data_out())
        });
        let inputs = if low { !AUX_DATA_IN } else { 0xFF };
        self.peek(AuxLatch::OFFSET) & outputs | inputs & !outputs
    }

    fn write_local(&mut self, register: u8, value: u8) {
        let kept = match register {
            VERSION => return,
            MODULE_SELECT => value & !self.stuck_bits,
            _ => value,
        };
        self.local[usize::from(register)] = kept;
    }
}

impl RegisterBus for Bridge {
    fn read8(&mut self, offset: u16) -> u8 {
        match offset {
            _ if self.gone => 0xFF,
            AuxLevel::OFFSET => self.pins(),
            _ => self.peek(offset),
        }
    }

    fn write8(&mut self, offset: u16, value: u8) {
        if self.gone {
            return;
        }
        if let Some(register) = Peripheral::register(offset) {
            return self.write_local(register, value);
        }
        match offset {
            InterruptStatus::OFFSET => {
                self.registers[usize::from(offset)] &= !value;
                return;
            }
            AuxLevel::OFFSET => return,
            Control::OFFSET => self.write_control(value),
            Operation::OFFSET => self.write_operation(value),
            AuxLatch::OFFSET => self.drive_pins(value),
            _ => {}
        }
        self.registers[usize::from(offset & 0xFF)] = value;
    }

    fn read32(&mut self, offset: u16) -> u32 {
        match offset {
            _ if self.gone => u32::MAX,
            _ if offset == DmaBlock::TRANSMIT.current() => self.current[0],
            _ if offset == DmaBlock::RECEIVE.current() => self.current[1],
            _ => self.peek32(offset),
        }
    }

    fn write32(&mut self, offset: u16, value: u32) {
        if !self.gone {
            let offset = usize::from(offset & 0xFC);
            self.registers[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
        }
    }
}
