//! The serial bus of a module, made by hand on four pins (§2 of the module's fact sheet).

/// The pins as the board wires them. One call is one write of the output latch.
pub trait Pins {
    /// Drives chip select (active low), clock and data.
    fn drive(&mut self, select: bool, clock: bool, data: bool);
    /// Samples the data pin from the module.
    fn data_in(&mut self) -> bool;
}

/// Registers of one module.
pub trait ModuleBus {
    /// Reads a register.
    fn read(&mut self, register: u8) -> u8;
    /// Writes a register.
    fn write(&mut self, register: u8, value: u8);
    /// Brings the module's idea of where a frame begins back to ours.
    fn resynchronise(&mut self);
    /// Reads a register as an FXS module (Si3210) understands it, to tell which kind is there.
    fn read_as_fxs(&mut self, register: u8) -> u8;
}

/// A module whose chip select is wired to these pins.
pub struct Spi<P>(pub P);

/// Control octet of an Si3050 for a read; bit 5 is register access, chain position 0.
const READ: u8 = 0x60;
/// Control octet of an Si3050 for a write.
const WRITE: u8 = 0x20;
/// Bit of an Si3210's register octet for a read.
const FXS_READ: u8 = 0x80;

impl<P: Pins> Spi<P> {
    /// Sends one octet in a chip select of its own.
    fn send(&mut self, octet: u8) {
        let pins = &mut self.0;
        let mut data = true;
        pins.drive(false, true, data);
        for bit in (0..8).rev() {
            data = octet & 1 << bit != 0;
            pins.drive(false, false, data);
            pins.drive(false, true, data);
        }
        pins.drive(true, true, data);
    }

    /// Takes one octet in a chip select of its own.
    fn take(&mut self) -> u8 {
        let pins = &mut self.0;
        pins.drive(false, true, true);
        let octet = (0..8).fold(0, |octet, _| {
            pins.drive(false, false, true);
            pins.drive(false, true, true);
            octet << 1 | u8::from(pins.data_in())
        });
        pins.drive(true, true, true);
        octet
    }
}

impl<P: Pins> ModuleBus for Spi<P> {
    fn read(&mut self, register: u8) -> u8 {
        self.send(READ);
        self.send(register & 0x7F);
        self.take()
    }

    fn write(&mut self, register: u8, value: u8) {
        self.send(WRITE);
        self.send(register & 0x7F);
        self.send(value);
    }

    fn resynchronise(&mut self) {
        for _ in 0..2 {
            self.0.drive(true, true, true);
            self.0.drive(false, true, true);
            self.0.drive(false, false, true);
            self.0.drive(false, true, true);
            self.0.drive(true, true, true);
            self.0.drive(true, false, true);
            self.0.drive(true, true, true);
        }
    }

    fn read_as_fxs(&mut self, register: u8) -> u8 {
        self.send(register | FXS_READ);
        self.take()
    }
}
