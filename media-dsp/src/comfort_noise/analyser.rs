//! The noise of a channel, described.

use super::payload::{ComfortNoise, MAX_ORDER};
use crate::engine::BLOCK;
use crate::level::{SILENCE_DBM0, dbm0};

/// A window of 20 ms every 10 ms.
const WINDOW: usize = 160;
const HOP: usize = 80;
/// Windows are averaged over half a second; at first over as many as there are.
const AVERAGED: f32 = 50.0;
/// A window so much louder than the average is no noise of the same kind: the average starts again
/// when so many of them follow one another.
const LOUDER: f32 = 8.0;
const PATIENCE: u8 = 30;
/// A white floor at −40 dB keeps the filter away from what a few windows cannot show.
const WHITE: f32 = 1.0001;

/// Analyser of one channel's noise.
/// - In: [`BLOCK`] samples a millisecond while nobody speaks ([`vad`](crate::vad) tells when).
/// - Out: level and up to ten reflection coefficients, of the last half second.
/// - Cost: a copy; each 10 ms eleven sums of 160 products. The description costs 60 steps. No
///   allocation, lock, system call or panic.
/// - Error: with the generator's, level within 1 dB and spectrum within 2.5 dB in every third of an
///   octave of room noise (`tests/comfort_noise.rs`). Ten coefficients follow peaks, not dips: one
///   26 dB deep was filled by 6 dB.
#[derive(Clone, Debug)]
pub struct ComfortNoiseAnalyser {
    order: usize,
    window: [f32; WINDOW],
    /// Of mean square 1, so that levels stay what they are.
    shape: [f32; WINDOW],
    fresh: usize,
    /// Windows averaged, up to [`AVERAGED`].
    count: f32,
    correlation: [f32; MAX_ORDER + 1],
    louder: u8,
}

impl ComfortNoiseAnalyser {
    /// One that gives so many coefficients, 0..=[`MAX_ORDER`]; 0 is the level alone.
    #[must_use]
    pub fn new(order: usize) -> Self {
        let turn = |n: usize| std::f32::consts::TAU * (n as f32 + 0.5) / WINDOW as f32;
        Self {
            order: order.min(MAX_ORDER),
            window: [0.0; WINDOW],
            // Hann's, whose mean square is 3/8.
            shape: std::array::from_fn(|n| (0.5 - 0.5 * turn(n).cos()) / 0.375f32.sqrt()),
            fresh: 0,
            count: 0.0,
            correlation: [0.0; MAX_ORDER + 1],
            louder: 0,
        }
    }

    /// Another order; what has been heard stays.
    pub fn set(&mut self, order: usize) {
        self.order = order.min(MAX_ORDER);
    }

    /// As after `new`.
    pub fn reset(&mut self) {
        self.window = [0.0; WINDOW];
        (self.fresh, self.count, self.louder) = (0, 0.0, 0);
        self.correlation = [0.0; MAX_ORDER + 1];
    }

    /// Somebody speaks: what comes next does not follow what came last.
    pub fn pause(&mut self) {
        self.fresh = 0;
    }

    /// Listens to a millisecond of noise.
    pub fn process(&mut self, block: &[i16; BLOCK]) {
        self.window.copy_within(BLOCK.., 0);
        for (to, &from) in self.window[WINDOW - BLOCK..].iter_mut().zip(block) {
            *to = f32::from(from);
        }
        self.fresh += BLOCK;
        if self.fresh >= WINDOW {
            self.fresh = WINDOW - HOP;
            self.look();
        }
    }

    fn look(&mut self) {
        let mut shaped = [0.0f32; WINDOW];
        for ((to, from), shape) in shaped.iter_mut().zip(&self.window).zip(&self.shape) {
            *to = from * shape;
        }
        let correlate = |lag| correlation(&shaped, lag) / WINDOW as f32;
        let heard: [f32; MAX_ORDER + 1] = std::array::from_fn(correlate);
        if self.count > 0.0 && heard[0] > LOUDER * self.correlation[0] + 1.0 {
            self.louder += 1;
            if self.louder < PATIENCE {
                return;
            }
            self.count = 0.0;
        }
        self.louder = 0;
        self.count = (self.count + 1.0).min(AVERAGED);
        for (average, heard) in self.correlation.iter_mut().zip(heard) {
            *average += (heard - *average) / self.count;
        }
    }

    /// The noise as it is now; silence before 20 ms of it were heard.
    #[must_use]
    pub fn describe(&self) -> ComfortNoise {
        let level_dbm0 = dbm0(self.correlation[0]).max(SILENCE_DBM0);
        ComfortNoise::new(level_dbm0, &self.reflection()[..self.order])
    }

    /// The recursion of Levinson and Durbin.
    fn reflection(&self) -> [f32; MAX_ORDER] {
        let mut reflection = [0.0f32; MAX_ORDER];
        let mut predictor = [0.0f32; MAX_ORDER];
        // A thousandth of a step's power, so that silence has a spectrum too: a flat one.
        let mut error = self.correlation[0] * WHITE + 1e-3;
        for order in 0..MAX_ORDER {
            let mut sum = self.correlation[order + 1];
            for (n, coefficient) in predictor[..order].iter().enumerate() {
                sum += coefficient * self.correlation[order - n];
            }
            let k = (-sum / error).clamp(-0.999, 0.999);
            let before = predictor;
            predictor[order] = k;
            for n in 0..order {
                predictor[n] = before[n] + k * before[order - 1 - n];
            }
            error *= 1.0 - k * k;
            reflection[order] = k;
        }
        reflection
    }
}

/// Eight sums side by side, for one would be a chain of additions.
fn correlation(samples: &[f32; WINDOW], lag: usize) -> f32 {
    let (now, _) = samples[lag..].as_chunks::<8>();
    let (then, _) = samples[..WINDOW - lag].as_chunks::<8>();
    let mut sums = [0.0f32; 8];
    for (now, then) in now.iter().zip(then) {
        for n in 0..8 {
            sums[n] += now[n] * then[n];
        }
    }
    // What is left over at the window's end, where the window is almost 0.
    let first = (WINDOW - lag) / 8 * 8;
    let rest = (first..WINDOW - lag).map(|n| samples[n + lag] * samples[n]);
    sums.iter().sum::<f32>() + rest.sum::<f32>()
}
