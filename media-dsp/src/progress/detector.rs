//! Busy tone by its frequency, its purity and its cadence.

use std::f32::consts::TAU;

use super::TonePlan;
use crate::engine::BLOCK;
use crate::level::{dbm0, mean_square};

/// Blocks in one look: 10 ms.
const BLOCKS: u16 = 10;
const LOOK_MS: u16 = 10;
const WINDOW: f32 = (BLOCKS as usize * BLOCK) as f32;
const RATE_HZ: f32 = 8000.0;
/// Least share of the tone in all that is heard; 10 dB of signal to noise give 0.9.
const LEAST_SHARE: f32 = 0.6;
/// Least level: GB 3380 sends −10 dBm0, the worst line takes 30 dB.
const LEAST_DBM0: f32 = -42.0;
/// The exchange's tone may be off by 25 Hz (GB 3380), and 5 Hz for us.
const DEVIATION_HZ: f32 = 30.0;
/// A sound or a pause may be off by 15 % and one look at either end.
const DEVIATION_PERCENT: u16 = 15;
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

    fn tolerance_ms(nominal_ms: u16) -> u16 {
        nominal_ms / 100 * DEVIATION_PERCENT + LOOK_MS
    }

    fn fits_at_least(&self, nominal_ms: u16) -> bool {
        self.looks.saturating_mul(LOOK_MS) + Self::tolerance_ms(nominal_ms) >= nominal_ms
    }

    fn fits(&self, nominal_ms: u16) -> bool {
        self.looks.saturating_mul(LOOK_MS).abs_diff(nominal_ms) <= Self::tolerance_ms(nominal_ms)
    }
}

/// What 10 ms held.
#[derive(Clone, Copy, Debug)]
struct Look {
    is_tone: bool,
    mean_square: f32,
}

/// One frequency, its share in everything, and how far it is off.
#[derive(Clone, Debug)]
struct Tone {
    omega: f32,
    state: [f32; 2],
    energy: f32,
    blocks: u16,
    /// Phase of the last look, if it was a tone.
    phase: Option<f32>,
}

impl Tone {
    fn new(hz: f32) -> Self {
        Self {
            omega: TAU * hz / RATE_HZ,
            state: [0.0; 2],
            energy: 0.0,
            blocks: 0,
            phase: None,
        }
    }

    fn process(&mut self, block: &[i16; BLOCK]) -> Option<Look> {
        let coefficient = 2.0 * self.omega.cos();
        let [mut last, mut before] = self.state;
        for &sample in block {
            let sample = f32::from(sample);
            self.energy += sample * sample;
            (last, before) = (sample + coefficient * last - before, last);
        }
        self.state = [last, before];
        self.blocks += 1;
        if self.blocks < BLOCKS {
            return None;
        }
        let look = self.look();
        (self.state, self.energy, self.blocks) = ([0.0; 2], 0.0, 0);
        Some(look)
    }

    fn look(&mut self) -> Look {
        let [last, before] = self.state;
        let re = last - self.omega.cos() * before;
        let im = self.omega.sin() * before;
        // A sine of peak A gives |A·WINDOW/2|² and has the energy A²·WINDOW/2.
        let tone_energy = (re * re + im * im) * 2.0 / WINDOW;
        let is_pure = tone_energy > LEAST_SHARE * self.energy
            && tone_energy > mean_square(LEAST_DBM0) * WINDOW;
        let phase = im.atan2(re);
        let before = self.phase.replace(phase).filter(|_| is_pure);
        let on_frequency = before.is_none_or(|before| {
            let turn = (phase - before - self.omega * WINDOW).rem_euclid(TAU);
            turn.min(TAU - turn) * RATE_HZ / (TAU * WINDOW) < DEVIATION_HZ
        });
        if !is_pure {
            self.phase = None;
        }
        Look {
            is_tone: is_pure && on_frequency,
            mean_square: self.energy / WINDOW,
        }
    }
}
