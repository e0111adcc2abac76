//! Register-level model of one FXO module: Si3050 with Si3019.

use hotline_drivers::card::Law;
use hotline_drivers::si3050::regs::{
    Control1, Control2, DaaControl1, DaaControl2, DaaControl5, Gain, International1, LineSideId,
    LineSideStatus, LineVoltage, LoopCurrent, PcmMode, PcmStart, RingValidation3,
};

use super::companding::{compress, expand};
use super::spi::{Access, SpiPort};
use crate::exchange::tone::SAMPLES_PER_MS;
use crate::exchange::{Pair, Terminal};

/// The chip ignores its bus for so long after a software reset.
const RESET_MS: u64 = 50;
/// The isolation link locks so long after power-up.
const LINK_MS: u64 = 150;
/// Peaks of ringing that the two thresholds see (15 V and 21.5 V effective).
const RING_THRESHOLD_VOLTS: [f64; 2] = [21.2, 30.4];
/// The ring-detect bit falls back so long after the last positive half-wave.
const RING_DETECT_MS: u64 = 5000;

/// What can be wrong with a module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModuleFault {
    /// Nothing.
    #[default]
    None,
    /// It does not answer on its bus.
    Dead,
    /// Its line side does not answer over the isolation link.
    LinkLost,
}

/// One module.
#[derive(Clone, Debug)]
pub struct ModuleModel {
    registers: [u8; 128],
    spi: SpiPort,
    fault: ModuleFault,
    /// Samples since the world began.
    now: u64,
    deaf_until: u64,
    /// When the line side was powered.
    powered_at: Option<u64>,
    /// When the last positive half-wave of ringing was seen.
    rang_at: Option<u64>,
    pair: Pair,
    gains: [f64; 2],
}

impl Default for ModuleModel {
    fn default() -> Self {
        Self {
            registers: after_reset(),
            spi: SpiPort::default(),
            fault: ModuleFault::None,
            now: 0,
            deaf_until: 0,
            powered_at: None,
            rang_at: None,
            pair: Pair::default(),
            gains: [1.0; 2],
        }
    }
}

/// The registers after reset; those not named here read 0.
fn after_reset() -> [u8; 128] {
    let mut registers = [0; 128];
    for (register, value) in [
        (Control2::REGISTER, Control2::AFTER_RESET),
        (DaaControl2::REGISTER, DaaControl2::AFTER_RESET),
        (22, 0x96),
        (23, 0x2D),
        (RingValidation3::REGISTER, RingValidation3::AFTER_RESET),
        (DaaControl5::REGISTER, DaaControl5::AFTER_RESET),
        (32, 0x03),
    ] {
        registers[usize::from(register)] = value;
    }
    registers
}

impl ModuleModel {
    /// What a register reads.
    #[must_use]
    pub fn register(&self, register: u8) -> u8 {
        let kept = self.registers[usize::from(register & 0x7F)];
        match register & 0x7F {
            DaaControl1::REGISTER => kept | self.ring_bits(),
            LineSideId::REGISTER if self.link_up() => LineSideId::SI3019 | 0x01,
            LineSideStatus::REGISTER if self.link_up() => {
                LineSideStatus::FRAME_DETECT | (self.pair.loop_ma / 3.3) as u8 & 0x1F
            }
            LoopCurrent::REGISTER if self.link_up() => (self.pair.loop_ma / 1.1) as u8,
            LineVoltage::REGISTER if self.link_up() => self.line_voltage(),
            _ => kept,
        }
    }

    /// Breaks or repairs the module. A line side that was lost must be powered up again.
    pub const fn set_fault(&mut self, fault: ModuleFault) {
        self.fault = fault;
        if matches!(fault, ModuleFault::LinkLost) {
            self.powered_at = None;
        }
    }

    /// Puts an octet into a register behind the driver's back, as a disturbed bus does.
    pub const fn corrupt(&mut self, register: u8, octet: u8) {
        self.registers[register as usize & 0x7F] = octet;
    }

    /// The card's reset line.
    pub fn reset(&mut self) {
        self.registers = after_reset();
        self.powered_at = None;
        self.gains = [1.0; 2];
    }

    /// New levels of the SPI pins.
    pub fn drive(&mut self, select: bool, clock: bool, data: bool) {
        let mut spi = std::mem::take(&mut self.spi);
        spi.drive(select, clock, data, |access| match access {
            Access::Read(register) => self.register(register),
            Access::Write(register, value) => {
                self.write(register, value);
                0
            }
        });
        self.spi = spi;
    }

    /// The level of the data pin; pulled high when nobody drives it.
    #[must_use]
    pub fn data_out(&self) -> bool {
        self.deaf() || self.spi.out()
    }

    /// What the module does to the line in the coming sample, `highway` being the octets of the
    /// serial word, first one first.
    #[must_use]
    pub fn toward_line(&self, highway: [u8; 4]) -> Terminal {
        let off_hook =
            self.link_up() && self.kept(DaaControl1::REGISTER) & DaaControl1::OFF_HOOK != 0;
        let octet = self.slot(PcmStart::RECEIVE).map(|slot| highway[slot]);
        let sent = octet.map_or(0.0, |octet| self.gains[0] * expand(self.law(), octet));
        Terminal {
            off_hook,
            sent: if off_hook { sent } else { 0.0 },
        }
    }

    /// What the line does in this sample; puts the octet of it onto the highway.
    pub fn from_line(&mut self, pair: Pair, highway: &mut [u8; 4]) {
        self.now += 1;
        self.pair = pair;
        if self.link_up() && pair.alternating_volts > self.ring_threshold() {
            self.rang_at = Some(self.now);
        }
        if let Some(slot) = self.slot(PcmStart::TRANSMIT) {
            let heard = self.kept(DaaControl1::REGISTER)
                & (DaaControl1::OFF_HOOK | DaaControl1::LINE_MONITOR)
                != 0;
            let sample = if heard && self.link_up() {
                pair.received
            } else {
                0.0
            };
            highway[slot] = compress(self.law(), self.gains[1] * sample);
        }
    }

    const fn kept(&self, register: u8) -> u8 {
        self.registers[register as usize]
    }

    fn deaf(&self) -> bool {
        self.fault == ModuleFault::Dead || self.now < self.deaf_until
    }

    fn write(&mut self, register: u8, value: u8) {
        if self.deaf() {
            return;
        }
        match register {
            Control1::REGISTER if value & Control1::SOFTWARE_RESET != 0 => {
                self.reset();
                self.deaf_until = self.now + RESET_MS * SAMPLES_PER_MS;
                return;
            }
            DaaControl2::REGISTER => {
                let up = value & DaaControl2::POWER_DOWN == 0;
                self.powered_at = if up {
                    self.powered_at.or(Some(self.now))
                } else {
                    None
                };
            }
            LineSideId::REGISTER | LineSideStatus::REGISTER | 13 | 28 | 29 => return,
            _ => {}
        }
        let writable = if register == DaaControl1::REGISTER {
            0x1B
        } else {
            0xFF
        };
        self.registers[usize::from(register)] = value & writable;
        let gain = |first: u8| {
            let tenths = |register: u8, unit: f64| {
                let octet = self.kept(register);
                let sign = if octet & Gain::ATTENUATE == 0 {
                    1.0
                } else {
                    -1.0
                };
                sign * unit * f64::from(octet & 0x0F)
            };
            10f64.powf((tenths(first, 10.0) + tenths(first + 2, 1.0)) / 200.0)
        };
        self.gains = [gain(Gain::TRANSMIT), gain(Gain::RECEIVE)];
    }

    fn link_up(&self) -> bool {
        self.fault == ModuleFault::None
            && self
                .powered_at
                .is_some_and(|at| self.now >= at + LINK_MS * SAMPLES_PER_MS)
    }

    const fn law(&self) -> Law {
        if self.kept(PcmMode::REGISTER) & PcmMode::MU_LAW != 0 {
            Law::Mu
        } else {
            Law::A
        }
    }

    /// Which octet of the serial word starts at this start register, if the port is on.
    fn slot(&self, start: u8) -> Option<usize> {
        let enabled = !self.deaf() && self.kept(PcmMode::REGISTER) & PcmMode::ENABLE != 0;
        let first = usize::from(self.kept(start)) | usize::from(self.kept(start + 1)) << 8;
        (enabled && first.is_multiple_of(8) && first < 32).then_some(first / 8)
    }

    fn ring_threshold(&self) -> f64 {
        let bit = self.kept(International1::REGISTER) & International1::RING_THRESHOLD;
        RING_THRESHOLD_VOLTS[usize::from(bit)]
    }

    /// Both half-waves are shown whatever the rectifier is set to (sheet §7.1, model note).
    fn ring_bits(&self) -> u8 {
        if !self.link_up() || self.kept(DaaControl1::REGISTER) & DaaControl1::OFF_HOOK != 0 {
            return 0;
        }
        let half_wave = match self.pair.alternating_volts {
            volts if volts > self.ring_threshold() => DaaControl1::RING_POSITIVE,
            volts if volts < -self.ring_threshold() => DaaControl1::RING_NEGATIVE,
            _ => 0,
        };
        let recent = |at| self.now < at + RING_DETECT_MS * SAMPLES_PER_MS;
        let detect = if self.rang_at.is_some_and(recent) {
            DaaControl1::RING_DETECT
        } else {
            0
        };
        half_wave | detect
    }

    /// Whole volts; no rounding to 0 below 3 V, since LVFD is set.
    fn line_voltage(&self) -> u8 {
        let volts = self.pair.battery_volts + self.pair.alternating_volts;
        (volts.round() as i8).cast_unsigned()
    }
}
