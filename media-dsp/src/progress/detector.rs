//! Busy tone by its frequency, its purity and its cadence.

use super::TonePlan;
use super::tone::{LOOK_MS, Look, Tone, tolerance_ms};
use crate::engine::BLOCK;
use crate::level::dbm0;

/// Sounds of one tone are equally loud, within 3 dB.
const LEVEL_DB: f32 = 3.0;
/// A pause is at least so much quieter.
const PAUSE_DB: f32 = 5.0;

/// Busy tone in one channel.
/// - In: [`BLOCK`] samples, linear.
/// - Out: true once, when the tone has come for as many cadences as the plan says; again only after
///   it has stopped. With the plan of China after 2.1 s.
/// - Cost: one Goertzel filter; no allocation, lock, system call or panic.
/// - Error: `tests/progress.rs`. Voices, music, keys, dial tone and ringing tone are not busy: the
///   sounds must be pure, alike, on frequency, and the pauses quiet.
#[derive(Clone, Debug)]
pub struct BusyDetector {
    plan: TonePlan,
    tone: Tone,
    run: Run,
    /// Sounds in a row that fitted, with fitting pauses between them.
    sounds: u8,
    /// Level of the first of them.
    level_dbm0: f32,
    told: bool,
}

/// What lasts: a sound (pure tone) or a pause (anything else).
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    is_sound: bool,
    looks: u16,
    /// Sum of mean squares.
    power: f32,
    /// One look that disagrees is not yet a change.
    dissenting: Option<f32>,
}

impl BusyDetector {
    /// A detector that has heard nothing.
    #[must_use]
    pub fn new(plan: TonePlan) -> Self {
        Self {
            plan,
            tone: Tone::new(plan.tone_hz),
            run: Run::default(),
            sounds: 0,
            level_dbm0: 0.0,
            told: false,
        }
    }

    /// Takes a block; true when busy tone is believed.
    pub fn process(&mut self, block: &[i16; BLOCK]) -> bool {
        let Some(look) = self.tone.process(block) else {
            return false;
        };
        if let Some(ended) = self.run.extend(look) {
            self.judge(ended);
        }
        let reached = !self.run.is_sound && self.run.fits_at_least(self.plan.busy_ms.1);
        let cadences = self.plan.busy_cadences.clamp(2, 8);
        if self.told || self.sounds < cadences || !reached || !self.is_quiet(&self.run) {
            return false;
        }
        self.told = true;
        true
    }

    /// Does the run that has ended go on with the cadence?
    fn judge(&mut self, run: Run) {
        let fits = if run.is_sound {
            let same_level = self.sounds == 0 || (run.dbm0() - self.level_dbm0).abs() < LEVEL_DB;
            run.fits(self.plan.busy_ms.0) && same_level
        } else {
            run.fits(self.plan.busy_ms.1) && self.is_quiet(&run)
        };
        if !fits {
            self.sounds = 0;
            self.told = false;
        } else if run.is_sound {
            if self.sounds == 0 {
                self.level_dbm0 = run.dbm0();
            }
            self.sounds = self.sounds.saturating_add(1);
        }
    }

    fn is_quiet(&self, pause: &Run) -> bool {
        pause.dbm0() < self.level_dbm0 - PAUSE_DB
    }
}

impl Run {
    /// Takes a look; gives the run that it ends, at the second look that disagrees.
    fn extend(&mut self, look: Look) -> Option<Self> {
        if look.is_tone == self.is_sound {
            // A lone dissenter is left out of the level: it is half sound, half pause.
            self.looks = self
                .looks
                .saturating_add(1 + u16::from(self.dissenting.take().is_some()));
            self.power += look.mean_square;
            return None;
        }
        let Some(first) = self.dissenting.take() else {
            self.dissenting = Some(look.mean_square);
            return None;
        };
        let ended = *self;
        let power = if look.is_tone {
            look.mean_square * 2.0
        } else {
            first.min(look.mean_square) * 2.0
        };
        *self = Self {
            is_sound: look.is_tone,
            looks: 2,
            power,
            dissenting: None,
        };
        Some(ended)
    }

    fn dbm0(&self) -> f32 {
        dbm0(self.power / f32::from(self.looks.max(1)))
    }

    fn fits_at_least(&self, nominal_ms: u16) -> bool {
        let lasted_ms = self.looks.saturating_mul(LOOK_MS);
        lasted_ms.saturating_add(tolerance_ms(nominal_ms)) >= nominal_ms
    }

    fn fits(&self, nominal_ms: u16) -> bool {
        self.looks.saturating_mul(LOOK_MS).abs_diff(nominal_ms) <= tolerance_ms(nominal_ms)
    }
}
