//! The way of one module from reset to service (§5.1), one step at a time: bring-up pauses between
//! steps, the tick comes back later for the next one.

use std::time::Duration;

use super::country::Country;
use super::regs::{
    AcTermination, Control1, Control2, DaaControl1, DaaControl2, DaaControl5, DcTermination, Gain,
    International1, International3, LineSideId, PcmMode, PcmStart, RingValidation3,
};
use super::spi::ModuleBus;
use crate::card::{Hook, Law, RingDetector};

/// The wait after a software reset, and between two looks at the isolation link.
const STEP: Duration = Duration::from_millis(100);
/// Looks at the isolation link before the module counts as failed: 2 s.
const LINK_POLLS: u8 = 20;

/// How a module is to be set.
#[derive(Clone, Copy, Debug)]
pub struct ModuleSettings {
    /// Companding law on the highway.
    pub law: Law,
    /// Line termination.
    pub country: &'static Country,
    /// How ringing is recognised.
    pub ring_detector: RingDetector,
    /// First bit clock of the module's timeslot.
    pub first_bit: u8,
    /// Gain toward the line.
    pub transmit_gain: Gain,
    /// Gain from the line.
    pub receive_gain: Gain,
}

/// Why a module cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleFault {
    /// No Si3050 answers.
    #[error(
        "register 2 reads {found:#04x}, an Si3050 reads 0x03: the site is empty or its module dead"
    )]
    NotPresent {
        /// What register 2 read.
        found: u8,
    },
    /// The site holds a module for telephones, not for lines.
    #[error("an FXS module (Si3210) sits there; only FXO modules (Si3050) can be used")]
    Fxs,
    /// The chip answers, its line side does not.
    #[error(
        "the line side does not answer within 2 s (register 11 reads {found:#04x}); replace the module"
    )]
    NoLink {
        /// What register 11 read last.
        found: u8,
    },
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Come back for the next step after this time.
    After(Duration),
    /// The module is on-hook and in service.
    Up,
    /// It cannot be used.
    Failed(ModuleFault),
}

/// Where a module stands on its way.
#[derive(Clone, Copy, Debug)]
pub enum BringUp {
    /// To be looked for.
    Probe,
    /// In reset; this one of the first writes is next.
    Program(u8),
    /// The isolation link has been looked at so often.
    Link(u8),
    /// This one of the last writes is next.
    Finish(u8),
}

impl BringUp {
    /// Takes the next step: at most two register accesses, but for the probe.
    pub fn step(&mut self, bus: &mut impl ModuleBus, settings: &ModuleSettings) -> Progress {
        match *self {
            Self::Probe => match probe(bus) {
                Ok(()) => {
                    bus.write(Control1::REGISTER, Control1::SOFTWARE_RESET);
                    self.go(Self::Program(0), STEP)
                }
                Err(fault) => Progress::Failed(fault),
            },
            Self::Program(next) => match before_link(settings).get(usize::from(next)) {
                Some(&(register, value)) => {
                    bus.write(register, value);
                    self.go(Self::Program(next + 1), Duration::ZERO)
                }
                None => self.go(Self::Link(0), STEP),
            },
            Self::Link(polls) => {
                let found = bus.read(LineSideId::REGISTER);
                if found != 0xFF && LineSideId::from_bits(found).link_up() {
                    self.go(Self::Finish(0), Duration::ZERO)
                } else if polls >= LINK_POLLS {
                    Progress::Failed(ModuleFault::NoLink { found })
                } else {
                    self.go(Self::Link(polls + 1), STEP)
                }
            }
            Self::Finish(next) => match after_link(settings).get(usize::from(next)) {
                Some(&(register, value)) => {
                    bus.write(register, value);
                    self.go(Self::Finish(next + 1), Duration::ZERO)
                }
                None => Progress::Up,
            },
        }
    }

    fn go(&mut self, next: Self, after: Duration) -> Progress {
        *self = next;
        Progress::After(after)
    }
}

/// Tells an Si3050 from an FXS module and from nothing (§3).
fn probe(bus: &mut impl ModuleBus) -> Result<(), ModuleFault> {
    let revision = bus.read_as_fxs(0) & 0x0F;
    if (2..0x0F).contains(&revision) && bus.read_as_fxs(8) == 0x02 && bus.read_as_fxs(11) == 0x33 {
        return Err(ModuleFault::Fxs);
    }
    bus.resynchronise();
    match bus.read(Control2::REGISTER) {
        Control2::AFTER_RESET => Ok(()),
        found => Err(ModuleFault::NotPresent { found }),
    }
}

/// Steps 3 to 10, up to the power that starts the isolation link. The timeslot is set before the
/// PCM port is enabled, as the data sheet wants it, so that no module speaks in another's slot.
fn before_link(settings: &ModuleSettings) -> [(u8, u8); 12] {
    let country = settings.country;
    let (rectifier, validation) = match settings.ring_detector {
        RingDetector::HalfWave => (International3::HALF_WAVE, RingValidation3::AFTER_RESET),
        RingDetector::Alternation => (International3::FULL_WAVE, 0),
    };
    [
        (PcmStart::TRANSMIT, settings.first_bit),
        (PcmStart::TRANSMIT + 1, 0),
        (PcmStart::RECEIVE, settings.first_bit),
        (PcmStart::RECEIVE + 1, 0),
        (PcmMode::REGISTER, PcmMode::octet(settings.law)),
        (International1::REGISTER, country.international_1()),
        (International3::REGISTER, rectifier),
        (RingValidation3::REGISTER, validation),
        (DcTermination::REGISTER, country.dc_termination()),
        (AcTermination::REGISTER, country.impedance),
        (DaaControl5::REGISTER, country.daa_control_5()),
        (DaaControl2::REGISTER, DaaControl2::POWER_UP),
    ]
}

/// Steps 13 and 14.
fn after_link(settings: &ModuleSettings) -> [(u8, u8); 5] {
    let (transmit, transmit_tenths) = settings.transmit_gain.octets();
    let (receive, receive_tenths) = settings.receive_gain.octets();
    [
        (
            DaaControl1::REGISTER,
            DaaControl1::for_hook(Hook::OnHook).bits(),
        ),
        (Gain::TRANSMIT, transmit),
        (Gain::TRANSMIT + 2, transmit_tenths),
        (Gain::RECEIVE, receive),
        (Gain::RECEIVE + 2, receive_tenths),
    ]
}
