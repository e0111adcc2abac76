//! What the two status registers of an FXO module mean over time (§7.1): ringing, battery and
//! polarity, each debounced. Pure: registers and elapsed time in, events out.

use super::regs::{DaaControl1, LineVoltage, RingBits};
use crate::card::{Hook, PortEvent, RingDetector};

/// Below this the line has no battery.
const BATTERY_VOLTS: u8 = 3;
/// How long battery must be otherwise before it is believed.
const BATTERY_DEBOUNCE_MS: u32 = 64;
/// How long polarity must be otherwise before it is believed.
const POLARITY_DEBOUNCE_MS: u32 = 48;
/// Three alternations must come within this time of the first half-wave. The slowest ringing
/// (16 Hz) needs 94 ms and a poll.
const ALTERNATION_WINDOW_MS: u32 = 128;
/// Alternations of half-waves that make ringing.
const ALTERNATIONS: u8 = 3;
/// Silence that ends a burst, of the alternation detector.
const ALTERNATION_END_MS: u32 = 128;
/// Half-wave detector: so much ringing time, decaying four times slower, makes ringing.
const HALF_WAVE_DECLARE_MS: u32 = 64;

/// Up to three things can happen at once: ring, battery, polarity.
pub type LineEvents = [Option<PortEvent>; 3];

/// The line of one module.
#[derive(Clone, Copy, Debug)]
pub struct LineState {
    detector: RingDetector,
    ring: Ring,
    battery: Debounced,
    polarity: Debounced,
}

impl LineState {
    /// A line of which nothing is known yet.
    #[must_use]
    pub const fn new(detector: RingDetector) -> Self {
        Self {
            detector,
            ring: Ring::Quiet,
            battery: Debounced::NEW,
            polarity: Debounced::NEW,
        }
    }

    /// Takes one reading, `elapsed_ms` after the last.
    #[must_use]
    pub fn handle(
        &mut self,
        elapsed_ms: u32,
        hook: Hook,
        control: DaaControl1,
        voltage: LineVoltage,
    ) -> LineEvents {
        let present = voltage.volts().unsigned_abs() >= BATTERY_VOLTS;
        let battery = self
            .battery
            .handle(elapsed_ms, present, BATTERY_DEBOUNCE_MS);
        let ring = self.handle_ring(elapsed_ms, hook, control.ring());
        let positive = voltage.volts() > 0;
        let polarity = match voltage.volts() {
            0 => None,
            _ => self
                .polarity
                .handle(elapsed_ms, positive, POLARITY_DEBOUNCE_MS),
        };
        [
            match battery {
                Some(Change { to: true, .. }) => Some(PortEvent::BatteryPresent),
                Some(Change { to: false, .. }) => Some(PortEvent::BatteryLost),
                None => None,
            },
            ring,
            match polarity {
                Some(Change { first: false, .. }) => Some(PortEvent::PolarityReversed),
                _ => None,
            },
        ]
    }

    /// Battery is there, or seems to be coming.
    fn battery_plausible(&self) -> bool {
        self.battery.known == Some(true) || self.battery.candidate_ms.is_some()
    }

    fn handle_ring(&mut self, elapsed_ms: u32, hook: Hook, bits: RingBits) -> Option<PortEvent> {
        let rang = self.ring.is_ringing();
        self.ring = if hook == Hook::OffHook {
            Ring::Quiet
        } else {
            let credible = self.battery_plausible();
            match self.detector {
                RingDetector::Alternation => self.ring.alternation(elapsed_ms, bits, credible),
                RingDetector::HalfWave => self.ring.half_wave(elapsed_ms, bits, credible),
            }
        };
        match (rang, self.ring.is_ringing()) {
            (false, true) => Some(PortEvent::RingStarted),
            (true, false) => Some(PortEvent::RingEnded),
            _ => None,
        }
    }
}

/// A reading that must persist before it is believed.
#[derive(Clone, Copy, Debug)]
struct Debounced {
    known: Option<bool>,
    /// How long the reading has been otherwise.
    candidate_ms: Option<u32>,
    candidate: bool,
}

/// A reading that has persisted.
struct Change {
    to: bool,
    /// Nothing was known before.
    first: bool,
}

impl Debounced {
    const NEW: Self = Self {
        known: None,
        candidate_ms: None,
        candidate: false,
    };

    fn handle(&mut self, elapsed_ms: u32, reading: bool, debounce_ms: u32) -> Option<Change> {
        if self.known == Some(reading) {
            self.candidate_ms = None;
            return None;
        }
        let lasted = match self.candidate_ms {
            Some(ms) if self.candidate == reading => ms.saturating_add(elapsed_ms),
            _ => 0,
        };
        self.candidate = reading;
        self.candidate_ms = Some(lasted);
        if lasted < debounce_ms {
            return None;
        }
        self.candidate_ms = None;
        let first = self.known.replace(reading).is_none();
        Some(Change { to: reading, first })
    }
}

/// A burst of ringing, by either detector.
#[derive(Clone, Copy, Debug)]
enum Ring {
    /// Nothing.
    Quiet,
    /// Half-waves are seen; `since_ms` the first, `alternations` so far.
    Suspected {
        since_ms: u32,
        alternations: u8,
        last: RingBits,
    },
    /// Hits of the half-wave detector, less what has decayed, in quarter milliseconds.
    Counting { score: u32, ringing: bool },
    /// Alternation: ringing; no half-wave for so long.
    Ringing { quiet_ms: u32 },
}

impl Ring {
    const fn is_ringing(self) -> bool {
        matches!(
            self,
            Self::Ringing { .. } | Self::Counting { ringing: true, .. }
        )
    }

    /// Positive and negative half-waves must take turns: the voltage of a message lamp sets only
    /// one of the bits.
    fn alternation(self, elapsed_ms: u32, bits: RingBits, credible: bool) -> Self {
        let half_wave = matches!(bits, RingBits::Positive | RingBits::Negative);
        match self {
            Self::Ringing { .. } if bits != RingBits::None => Self::Ringing { quiet_ms: 0 },
            Self::Ringing { quiet_ms } if quiet_ms + elapsed_ms >= ALTERNATION_END_MS => {
                Self::Quiet
            }
            Self::Ringing { quiet_ms } => Self::Ringing {
                quiet_ms: quiet_ms + elapsed_ms,
            },
            Self::Suspected {
                since_ms,
                alternations,
                last,
            } => {
                let since_ms = since_ms + elapsed_ms;
                let turns = half_wave && bits != last;
                let alternations = alternations + u8::from(turns);
                if since_ms > ALTERNATION_WINDOW_MS {
                    Self::Quiet
                } else if alternations >= ALTERNATIONS && credible {
                    Self::Ringing { quiet_ms: 0 }
                } else {
                    let last = if half_wave { bits } else { last };
                    Self::Suspected {
                        since_ms,
                        alternations,
                        last,
                    }
                }
            }
            _ if half_wave => Self::Suspected {
                since_ms: 0,
                alternations: 0,
                last: bits,
            },
            _ => Self::Quiet,
        }
    }

    /// Any half-wave counts up, its absence down four times slower; the reference's default.
    fn half_wave(self, elapsed_ms: u32, bits: RingBits, credible: bool) -> Self {
        let (score, ringing) = match self {
            Self::Counting { score, ringing } => (score, ringing),
            _ => (0, false),
        };
        let full = 4 * HALF_WAVE_DECLARE_MS;
        if bits != RingBits::None && credible {
            let score = (score + 4 * elapsed_ms).min(full);
            return Self::Counting {
                score,
                ringing: ringing || score == full,
            };
        }
        match score.saturating_sub(elapsed_ms) {
            0 => Self::Quiet,
            score => Self::Counting { score, ringing },
        }
    }
}

#[cfg(test)]
mod tests;
