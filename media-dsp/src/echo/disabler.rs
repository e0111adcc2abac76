//! Modems and fax machines ask for the canceller to be taken out with a tone of 2100 Hz.

use std::f32::consts::TAU;

use crate::engine::BLOCK;
use crate::level::mean_square;

/// Period of 2100 Hz at 8 kHz, in samples: 21 waves.
const PERIOD: usize = 80;
/// Least level of the tone: −31 dBm0 is one, −36 none (G.168 §7.1). At its 21 Hz off the smoothing
/// takes 0.8 dB of it.
const LEAST_TONE_DBM0: f32 = -33.0;
/// Share of all power that the tone must have.
const PURE: f32 = 0.6;
/// A tone of so long takes the suppressor out (G.164: 300 to 500 ms).
const TONE_MS: u16 = 400;
/// Around a reversal the tone is not seen for a few milliseconds.
const GAP_MS: u16 = 25;
/// Reversals of phase come every 450 ± 25 ms (V.25 §3); two are proof.
const REVERSALS: u8 = 2;
const LEAST_BETWEEN_MS: u16 = 350;
const MOST_BETWEEN_MS: u16 = 550;
/// Milliseconds over which the phase is compared: long enough for the smoothing, short enough for
/// ±21 Hz.
const APART: usize = 12;
/// The canceller comes back when neither direction has reached this level for so long (G.168 §7.4).
const RELEASE_DBM0: f32 = -36.0;
const RELEASE_MS: u16 = 250;
const SMOOTHING: f32 = 0.25;

/// What the tones ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// Nothing: all of the canceller works.
    #[default]
    In,
    /// The suppressor is out: 2100 Hz were heard.
    SuppressorOut,
    /// All of it is out: 2100 Hz with reversals of phase were heard.
    Out,
}

/// Tone disabler (G.168 §7).
/// - In: both directions, a block each.
/// - Out: what of the canceller is to work.
/// - Cost: two multiplications a sample and direction.
/// - Error: `tests/echo.rs`: 2100 ± 21 Hz from −31 dBm0; reversals of 110 degrees are none.
#[derive(Clone, Debug)]
pub(super) struct Disabler {
    /// e^(−j2π·2100·n/8000).
    wave: Box<[(f32, f32)]>,
    at: usize,
    directions: [Direction; 2],
    quiet_ms: u16,
    taken: Taken,
}

impl Disabler {
    pub(super) fn new() -> Self {
        let angle = |n: usize| -TAU * (n * 21 % PERIOD) as f32 / PERIOD as f32;
        Self {
            wave: (0..PERIOD)
                .map(|n| (angle(n).cos(), angle(n).sin()))
                .collect(),
            at: 0,
            directions: Default::default(),
            quiet_ms: 0,
            taken: Taken::In,
        }
    }

    /// As for a new call.
    pub(super) fn clear(&mut self) {
        self.directions = Default::default();
        (self.quiet_ms, self.taken) = (0, Taken::In);
    }

    pub(super) fn process(&mut self, sent: &[f32; BLOCK], received: &[f32; BLOCK]) -> Taken {
        let wave = &self.wave[self.at..self.at + BLOCK];
        self.at = (self.at + BLOCK) % PERIOD;
        let mut loud = false;
        for (direction, block) in self.directions.iter_mut().zip([sent, received]) {
            self.taken = self.taken.max(direction.process(block, wave));
            loud |= direction.power > mean_square(RELEASE_DBM0);
        }
        self.quiet_ms = if loud {
            0
        } else {
            self.quiet_ms.saturating_add(1)
        };
        if self.quiet_ms >= RELEASE_MS {
            self.taken = Taken::In;
        }
        self.taken
    }
}

/// The tone in one direction.
#[derive(Clone, Debug, Default)]
struct Direction {
    power: f32,
    /// The tone, brought down to 0 Hz and smoothed, now and before.
    tone: (f32, f32),
    past: [(f32, f32); APART],
    /// Turn of the phase over [`APART`], smoothed: the offset of the frequency.
    turn: (f32, f32),
    tone_ms: u16,
    gap_ms: u16,
    since_reversal_ms: u16,
    reversals: u8,
}

impl Direction {
    fn process(&mut self, block: &[f32; BLOCK], wave: &[(f32, f32)]) -> Taken {
        let (mut re, mut im, mut energy) = (0.0, 0.0, 0.0);
        for (sample, (cos, sin)) in block.iter().zip(wave) {
            re += sample * cos;
            im += sample * sin;
            energy += sample * sample;
        }
        let share = SMOOTHING / BLOCK as f32;
        self.tone.0 += re * share - self.tone.0 * SMOOTHING;
        self.tone.1 += im * share - self.tone.1 * SMOOTHING;
        self.power += energy * share - self.power * SMOOTHING;
        // Not smaller than what processors are fast with.
        self.power = self.power.max(1e-9);
        let tone_power = 2.0 * squared(self.tone);
        let present = tone_power > PURE * self.power && tone_power > mean_square(LEAST_TONE_DBM0);
        let old = self.past[APART - 1];
        self.past.copy_within(..APART - 1, 1);
        self.past[0] = self.tone;
        self.since_reversal_ms = self.since_reversal_ms.saturating_add(1);
        if present {
            (self.tone_ms, self.gap_ms) = (self.tone_ms.saturating_add(1), 0);
            self.compare_phase(old);
        } else {
            self.gap_ms += 1;
            if self.gap_ms > GAP_MS {
                let power = self.power;
                *self = Self::default();
                self.power = power;
            }
        }
        match (self.reversals, self.tone_ms) {
            (REVERSALS.., _) => Taken::Out,
            (_, TONE_MS..) => Taken::SuppressorOut,
            _ => Taken::In,
        }
    }

    /// A reversal turns the phase by 180 degrees more than the frequency's offset does.
    fn compare_phase(&mut self, old: (f32, f32)) {
        let (a, b) = (self.tone, old);
        let turn = (a.0 * b.0 + a.1 * b.1, a.1 * b.0 - a.0 * b.1);
        let usual = (squared(turn) * squared(self.turn)).sqrt();
        let along = turn.0 * self.turn.0 + turn.1 * self.turn.1;
        // cos 131 degrees: 180 ± 25 is one, 110 is none (G.168 §7.2). The milliseconds in which the
        // phase turns have moved the usual turn by up to ten degrees.
        let reversed = along < -0.66 * usual;
        if reversed && self.tone_ms > 100 && self.since_reversal_ms > LEAST_BETWEEN_MS {
            let in_time = self.since_reversal_ms < MOST_BETWEEN_MS;
            self.reversals = if in_time {
                self.reversals.saturating_add(1)
            } else {
                1
            };
            self.since_reversal_ms = 0;
        } else if !reversed && self.since_reversal_ms > 50 {
            self.turn.0 += (turn.0 - self.turn.0) * 0.05;
            self.turn.1 += (turn.1 - self.turn.1) * 0.05;
        }
    }
}

fn squared(number: (f32, f32)) -> f32 {
    number.0 * number.0 + number.1 * number.1
}
