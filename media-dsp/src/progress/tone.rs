//! One frequency in looks of 10 ms: is it there, is it pure, is it on frequency.

use std::f32::consts::TAU;

use crate::engine::BLOCK;
use crate::level::mean_square;

/// Blocks in one look: 10 ms.
const BLOCKS: u16 = 10;
/// Its length.
pub(super) const LOOK_MS: u16 = 10;
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
/// How much a sound or a pause of this length may be off.
pub(super) fn tolerance_ms(nominal_ms: u16) -> u16 {
    nominal_ms / 100 * DEVIATION_PERCENT + LOOK_MS
}

/// What 10 ms held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) is_tone: bool,
    pub(super) mean_square: f32,
}

/// One frequency, its share in everything, and how far it is off.
#[derive(Clone, Debug)]
pub(super) struct Tone {
    omega: f32,
    state: [f32; 2],
    energy: f32,
    blocks: u16,
    /// Phase of the last look, if it was a tone.
    phase: Option<f32>,
}

impl Tone {
    pub(super) fn new(hz: f32) -> Self {
        Self {
            omega: TAU * hz / RATE_HZ,
            state: [0.0; 2],
            energy: 0.0,
            blocks: 0,
            phase: None,
        }
    }

    pub(super) fn process(&mut self, block: &[i16; BLOCK]) -> Option<Look> {
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
