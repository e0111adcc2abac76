//! The registers of the Si3050/Si3019 that are used, as types. Driver and chip model share this
//! file and nothing else. Numbers are the data sheet's, decimal.

use crate::card::{Hook, Law};

/// Control 1.
pub struct Control1;
impl Control1 {
    /// Its number.
    pub const REGISTER: u8 = 1;
    /// Software reset; clears itself.
    pub const SOFTWARE_RESET: u8 = 0x80;
}

/// Control 2.
pub struct Control2;
impl Control2 {
    /// Its number.
    pub const REGISTER: u8 = 2;
    /// What it reads after reset, by which the chip is recognised.
    pub const AFTER_RESET: u8 = 0x03;
}

/// DAA control 1: hook and ring bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaaControl1(u8);
impl DaaControl1 {
    /// Its number.
    pub const REGISTER: u8 = 5;
    /// A negative half-wave of ringing is on the line.
    pub const RING_NEGATIVE: u8 = 0x40;
    /// A positive half-wave of ringing is on the line.
    pub const RING_POSITIVE: u8 = 0x20;
    /// The line is heard while on-hook.
    pub const LINE_MONITOR: u8 = 0x08;
    /// Ringing was there in the last seconds.
    pub const RING_DETECT: u8 = 0x04;
    /// The loop is closed.
    pub const OFF_HOOK: u8 = 0x01;

    /// The register as read.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
    /// What to write for a hook; the line monitor stays on.
    #[must_use]
    pub const fn for_hook(hook: Hook) -> Self {
        match hook {
            Hook::OnHook => Self(Self::LINE_MONITOR),
            Hook::OffHook => Self(Self::LINE_MONITOR | Self::OFF_HOOK),
        }
    }
    /// The octet.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }
    /// Bit 1 never reads 1 and bit 3 never 0 while module and its bus are well (§7.1).
    #[must_use]
    pub const fn is_sane(self) -> bool {
        self.0 & 0x02 == 0 && self.0 & Self::LINE_MONITOR != 0
    }
    /// The writable bits are as set for this hook.
    #[must_use]
    pub const fn is_set_for(self, hook: Hook) -> bool {
        self.0 & 0x9B == Self::for_hook(hook).0
    }
    /// What the two ring bits show.
    #[must_use]
    pub const fn ring(self) -> RingBits {
        match (
            self.0 & Self::RING_POSITIVE != 0,
            self.0 & Self::RING_NEGATIVE != 0,
        ) {
            (false, false) => RingBits::None,
            (true, false) => RingBits::Positive,
            (false, true) => RingBits::Negative,
            (true, true) => RingBits::Both,
        }
    }
}

/// The ring bits of [`DaaControl1`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RingBits {
    /// Neither.
    None,
    /// Positive half-wave.
    Positive,
    /// Negative half-wave.
    Negative,
    /// Both at once.
    Both,
}

/// DAA control 2: power.
pub struct DaaControl2;
impl DaaControl2 {
    /// Its number.
    pub const REGISTER: u8 = 6;
    /// Line side or chip powered down.
    pub const POWER_DOWN: u8 = 0x18;
    /// Both sides powered; the isolation link starts.
    pub const POWER_UP: u8 = 0x00;
    /// What it reads after reset.
    pub const AFTER_RESET: u8 = 0x10;
}

/// Identity of the line side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSideId(u8);
impl LineSideId {
    /// Its number.
    pub const REGISTER: u8 = 11;
    /// The high nibble of an Si3019.
    pub const SI3019: u8 = 0x30;
    /// The register as read.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
    /// The line side answers over the isolation link.
    #[must_use]
    pub const fn link_up(self) -> bool {
        self.0 & 0xF0 != 0
    }
}

/// State of the line side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineSideStatus(u8);
impl LineSideStatus {
    /// Its number.
    pub const REGISTER: u8 = 12;
    /// The isolation link is locked.
    pub const FRAME_DETECT: u8 = 0x40;
    /// The register as read.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
    /// The isolation link is locked.
    #[must_use]
    pub const fn link_up(self) -> bool {
        self.0 & Self::FRAME_DETECT != 0
    }
}

/// International control 1.
pub struct International1;
impl International1 {
    /// Its number.
    pub const REGISTER: u8 = 16;
    /// Ring threshold: 0 about 15 V, 1 about 21.5 V.
    pub const RING_THRESHOLD: u8 = 0x01;
    /// On-hook speed, ringer impedance, ring threshold.
    #[must_use]
    pub const fn octet(on_hook_speed: u8, ringer_impedance: u8, ring_threshold: u8) -> u8 {
        on_hook_speed << 6 | ringer_impedance << 1 | ring_threshold
    }
}

/// International control 3: the rectifier of the ring detector.
pub struct International3;
impl International3 {
    /// Its number.
    pub const REGISTER: u8 = 18;
    /// Both half-waves are seen.
    pub const FULL_WAVE: u8 = 0x02;
    /// One half-wave is seen.
    pub const HALF_WAVE: u8 = 0x00;
}

/// Ring validation 3.
pub struct RingValidation3;
impl RingValidation3 {
    /// Its number.
    pub const REGISTER: u8 = 24;
    /// Validation off, limits at their reset value.
    pub const AFTER_RESET: u8 = 0x19;
}

/// DC termination.
pub struct DcTermination;
impl DcTermination {
    /// Its number.
    pub const REGISTER: u8 = 26;
    /// Tip-ring voltage, minimum loop current, current limit.
    #[must_use]
    pub const fn octet(voltage: u8, minimum_current: u8, current_limit: u8) -> u8 {
        voltage << 6 | minimum_current << 4 | current_limit << 1
    }
}

/// Loop current, 1.1 mA a step.
pub struct LoopCurrent;
impl LoopCurrent {
    /// Its number.
    pub const REGISTER: u8 = 28;
}

/// Line voltage: signed, 1 V a step, ±10 %; the sign is the polarity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineVoltage(u8);
impl LineVoltage {
    /// Its number.
    pub const REGISTER: u8 = 29;
    /// The register as read.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
    /// Volts from tip to ring.
    #[must_use]
    pub const fn volts(self) -> i8 {
        self.0.cast_signed()
    }
}

/// AC termination.
pub struct AcTermination;
impl AcTermination {
    /// Its number.
    pub const REGISTER: u8 = 30;
}

/// DAA control 5.
pub struct DaaControl5;
impl DaaControl5 {
    /// Its number.
    pub const REGISTER: u8 = 31;
    /// What it reads after reset.
    pub const AFTER_RESET: u8 = 0x20;
    /// Full scale of +3.2 dBm, off-hook settling in 128 ms, 200 Hz high-pass, true line voltage.
    #[must_use]
    pub const fn octet(on_hook_speed_2: u8) -> u8 {
        0xA3 | on_hook_speed_2 << 3
    }
}

/// PCM mode.
pub struct PcmMode;
impl PcmMode {
    /// Its number.
    pub const REGISTER: u8 = 33;
    /// The PCM port is on.
    pub const ENABLE: u8 = 0x20;
    /// µ-law; A-law when clear.
    pub const MU_LAW: u8 = 0x08;
    /// On, in this law.
    #[must_use]
    pub const fn octet(law: Law) -> u8 {
        match law {
            Law::A => Self::ENABLE,
            Law::Mu => Self::ENABLE | Self::MU_LAW,
        }
    }
}

/// First bit clock of the timeslot after frame sync; low and high octet.
pub struct PcmStart;
impl PcmStart {
    /// From the module to the highway, low octet; the high one follows.
    pub const TRANSMIT: u8 = 34;
    /// From the highway to the module, low octet; the high one follows.
    pub const RECEIVE: u8 = 36;
}

/// Gain of one direction: whole and tenth decibels, bit 4 for attenuation (§5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain(i16);
impl Gain {
    /// Toward the line: whole decibels; the tenths are two registers further.
    pub const TRANSMIT: u8 = 38;
    /// From the line: whole decibels; the tenths are two registers further.
    pub const RECEIVE: u8 = 39;
    /// Bit of both registers: attenuate.
    pub const ATTENUATE: u8 = 0x10;
    /// 0 dB.
    pub const NONE: Self = Self(0);

    /// A gain in tenths of a decibel, −150..=120; `None` outside.
    #[must_use]
    pub const fn from_tenths_db(tenths: i16) -> Option<Self> {
        if tenths >= -150 && tenths <= 120 {
            Some(Self(tenths))
        } else {
            None
        }
    }
    /// The octets of the coarse and the fine register.
    #[must_use]
    pub const fn octets(self) -> (u8, u8) {
        let (whole, tenth) = ((self.0.abs() / 10) as u8, (self.0.abs() % 10) as u8);
        if self.0 <= 0 {
            (Self::ATTENUATE | whole, Self::ATTENUATE | tenth)
        } else {
            (whole, tenth)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sheet §5.4.
    #[test]
    fn gains_become_the_codes_of_the_sheet() {
        let octets = |tenths| Gain::from_tenths_db(tenths).map(Gain::octets);
        assert_eq!(octets(0), Some((0x10, 0x10)));
        assert_eq!(octets(-37), Some((0x13, 0x17)));
        assert_eq!(octets(-150), Some((0x1F, 0x10)));
        assert_eq!(octets(120), Some((12, 0)));
        assert_eq!(octets(7), Some((0, 7)));
        assert_eq!(octets(-151), None);
        assert_eq!(octets(121), None);
    }
}
