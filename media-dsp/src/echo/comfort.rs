//! The noise of the near side, imitated.

use super::sums::dot;
use crate::engine::BLOCK;

/// Samples over which the noise is looked at: 16 ms.
const FRAME: usize = 128;
/// Order of the filter that shapes the imitation.
const ORDER: usize = 8;
/// A frame is noise, nothing else, up to this much above the quietest.
const QUIET: f32 = 1.7;
/// The quietest is forgotten by 2 dB a second: what it was may have become louder.
const FORGETTING: f32 = 1.0074;
/// Frames are averaged over about 0.3 s.
const SMOOTHING: f32 = 0.05;
/// Keeps the filter away from what a few samples cannot show (−30 dB).
const WHITE: f32 = 1.001;

/// Comfort noise with the level and the spectrum of the near side's own.
/// - In: what the canceller left, all the time.
/// - Out: samples, when wanted.
/// - Cost: nine sums of products and a recursion of eight steps each 16 ms; eight multiplications a
///   sample that is wanted.
/// - Error: level within 2 dB (`tests/echo.rs`).
#[derive(Clone, Debug)]
pub(super) struct ComfortNoise {
    frame: [f32; FRAME],
    at: usize,
    quietest: f32,
    heard: bool,
    correlation: [f32; ORDER + 1],
    predictor: [f32; ORDER],
    excitation: f32,
    past: [f32; ORDER],
    random: u32,
}

impl ComfortNoise {
    pub(super) fn new() -> Self {
        Self {
            frame: [0.0; FRAME],
            at: 0,
            quietest: f32::MAX,
            heard: false,
            correlation: [0.0; ORDER + 1],
            predictor: [0.0; ORDER],
            excitation: 0.0,
            past: [0.0; ORDER],
            random: 0x1234_5678,
        }
    }

    /// Mean square of the noise; none before any was heard.
    pub(super) fn power(&self) -> f32 {
        self.correlation[0]
    }

    pub(super) fn listen(&mut self, left: &[f32; BLOCK]) {
        self.frame[self.at..self.at + BLOCK].copy_from_slice(left);
        self.at += BLOCK;
        if self.at == FRAME {
            self.at = 0;
            self.look();
        }
    }

    fn look(&mut self) {
        // What an A-law line gives in silence is direct current: nobody hears it.
        let mean = self.frame.iter().sum::<f32>() / FRAME as f32;
        self.frame.iter_mut().for_each(|sample| *sample -= mean);
        let frame = &self.frame;
        let correlate = |lag: usize| dot(&frame[lag..], &frame[..FRAME - lag]) / FRAME as f32;
        let power = correlate(0);
        self.quietest = (self.quietest.min(1e9) * FORGETTING).min(power.max(1.0));
        if power > QUIET * self.quietest {
            return;
        }
        // The first frames may have been louder than what noise there is.
        let speed = if self.heard && power > 0.3 * self.correlation[0] {
            SMOOTHING
        } else {
            1.0
        };
        self.heard = true;
        for (lag, smoothed) in self.correlation.iter_mut().enumerate() {
            *smoothed += (correlate(lag) - *smoothed) * speed;
        }
        self.shape();
    }

    /// The filter that gives white noise this correlation (Levinson and Durbin).
    fn shape(&mut self) {
        let mut predictor = [0.0f32; ORDER];
        let mut error = self.correlation[0] * WHITE + 1e-3;
        for order in 0..ORDER {
            let mut sum = self.correlation[order + 1];
            for (n, coefficient) in predictor[..order].iter().enumerate() {
                sum -= coefficient * self.correlation[order - n];
            }
            let reflection = (sum / error).clamp(-0.95, 0.95);
            let before = predictor;
            predictor[order] = reflection;
            for n in 0..order {
                predictor[n] = before[n] - reflection * before[order - 1 - n];
            }
            error *= 1.0 - reflection * reflection;
        }
        self.predictor = predictor;
        self.excitation = error.max(0.0).sqrt();
    }

    /// The next millisecond of it.
    pub(super) fn samples(&mut self) -> [f32; BLOCK] {
        let [a, b, c, d, e, f, g, h] = self.predictor;
        let mut shaped = [0.0; ORDER + BLOCK];
        shaped[..ORDER].copy_from_slice(&self.past);
        for n in ORDER..ORDER + BLOCK {
            self.random = self
                .random
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            // Even between ±√3: its mean square is 1.
            let white = ((self.random >> 8) as f32 / (1 << 23) as f32 - 1.0) * 1.732;
            let past = &shaped[n - ORDER..n];
            // The sample before comes last into the sum: nothing else waits for it.
            let older = (h * past[0] + g * past[1]) + (f * past[2] + e * past[3]);
            let newer = (d * past[4] + c * past[5]) + (b * past[6] + white * self.excitation);
            shaped[n] = (older + newer) + a * past[7];
        }
        self.past.copy_from_slice(&shaped[BLOCK..]);
        std::array::from_fn(|n| shaped[ORDER + n])
    }
}
