//! The serial bus as the module sees it: edges in, octets and register accesses out.

/// What a module's SPI port drives on its data pin, and what it has been told so far.
#[derive(Clone, Debug, Default)]
pub struct SpiPort {
    select: bool,
    clock: bool,
    shift: u8,
    bits: u8,
    frame: Frame,
    /// The level of the data pin to the host; idle lines are pulled high.
    out: bool,
}

/// Where in a three-octet frame the port is.
#[derive(Clone, Copy, Debug, Default)]
enum Frame {
    #[default]
    Control,
    Register {
        control: u8,
    },
    Data {
        control: u8,
        register: u8,
    },
}

/// What the port asks of the module's registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A read begins: its octet is wanted now.
    Read(u8),
    /// A write is complete.
    Write(u8, u8),
}

/// Control octet: bit 6 read, bit 5 register access.
const READ: u8 = 0x40;
const REGISTER_ACCESS: u8 = 0x20;

impl SpiPort {
    /// Takes new levels of the pins; `registers` answers what the frame asks for.
    pub fn drive(
        &mut self,
        select: bool,
        clock: bool,
        data: bool,
        mut registers: impl FnMut(Access) -> u8,
    ) {
        let (selected, rises, falls) = (
            !select && !self.select,
            clock && !self.clock,
            !clock && self.clock,
        );
        if select && !self.select {
            self.end_octet(&mut registers);
        } else if !select && self.select {
            self.shift = 0;
            self.bits = 0;
        } else if selected && falls {
            self.shift_out(&mut registers);
        } else if selected && rises {
            self.shift = self.shift << 1 | u8::from(data);
            self.bits += 1;
        }
        self.select = select;
        self.clock = clock;
    }

    /// The level of the data pin to the host.
    pub const fn out(&self) -> bool {
        self.out
    }

    /// Puts the next bit of a read on the pin.
    fn shift_out(&mut self, registers: &mut impl FnMut(Access) -> u8) {
        self.out = match self.frame {
            Frame::Data { control, register } if control & READ != 0 && self.bits < 8 => {
                registers(Access::Read(register)) >> (7 - self.bits) & 1 != 0
            }
            _ => true,
        };
    }

    /// Chip select rises: eight bits make an octet, anything else starts the frame anew.
    fn end_octet(&mut self, registers: &mut impl FnMut(Access) -> u8) {
        let octet = self.shift;
        self.out = true;
        self.frame = match (self.bits, self.frame) {
            (8, Frame::Control) => Frame::Register { control: octet },
            (8, Frame::Register { control }) => Frame::Data {
                control,
                register: octet & 0x7F,
            },
            (8, Frame::Data { control, register }) => {
                if control & (READ | REGISTER_ACCESS) == REGISTER_ACCESS {
                    registers(Access::Write(register, octet));
                }
                Frame::Control
            }
            _ => Frame::Control,
        };
    }
}
