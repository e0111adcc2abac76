//! The power of the noise at every frequency, while somebody speaks too.

use super::elementary::{decay, lesser};
use super::newcomer::{self, Newcomer};
use super::transform::{Bins, WIDTH};

/// Frames until the window is full, and up to which their mean is the first estimate.
const FILLING: u16 = 7;
const FIRST: u16 = 12;
/// How fast the quick estimate follows a frequency at which nobody speaks: in 0.3 s (a smoothing of
/// 0.95 each 16 ms; Gerkmann and Hendriks 2012, §IV, with 0.8, lets more of the speech in).
const QUICK: f32 = 0.015_9;
/// The steady one follows it in a second, at first as fast as there is something to average.
const STEADY: f32 = 0.005;
/// How much louder than the noise speech is taken to be where it is, in dB: of a steady noise, and
/// of one that comes and goes, whose own peaks must not be taken for speech.
const SPEECH_DB: (f32, f32) = (12.0, 16.0);
/// Speech is never quite certain, or the estimate could stand still for ever.
const MOST_CERTAIN: f32 = 0.999_5;
/// How far the quick estimate is from the steady one, as a share: from the one on the noise comes
/// and goes, from the other on it is of voices. Measured: room noise 0.09 to 0.11, babble 0.14.
const RESTLESS: (f32, f32) = (0.118, 0.14);
/// The frequencies that are compared: 125 Hz to 3.9 kHz.
const COMPARED: std::ops::Range<usize> = 4..124;
/// Of what is compared a low quarter is kept, for speech that leaks in only ever adds to it.
const QUARTER: f32 = 0.25;
const QUARTER_STEP: f32 = 0.002;
const FIRST_STEP: f32 = 0.01;
/// The first frames, 2 s, take the greater step.
const SETTLING: u16 = 400;
/// The least power of two spans of 1.5 s, smoothed over 50 ms, of which a noise has this multiple.
const SPAN: u16 = 300;
const LEAST_SMOOTHING: f32 = 0.1;
const OF_LEAST: f32 = 2.0;
/// Of a noise no frequency is more than 30 dB above most others.
const HEARD: f32 = 1000.0;
/// Noise is let through less and less in the first frames, 0.6 s: what was heard first may have
/// been speech.
const LEARNING: f32 = 128.0;

/// Tracker of one channel's noise.
/// - In: the power at every frequency, each 5 ms.
/// - Out: that of the noise. While a frequency is likely to have speech (at a fixed a-priori ratio,
///   Gerkmann and Hendriks 2012, eq. 18), the estimate waits. Another noise is believed as soon as
///   0.4 s of nothing else have been heard; one that has become louder all over while somebody
///   speaks after 1.5 to 3 s (minimum statistics, Martin 2001).
/// - Cost: some 30 operations a frequency; no allocation.
/// - Error: seen only in what the suppressor makes of it (`tests/noise.rs`).
#[derive(Clone, Debug)]
pub(super) struct Tracker {
    frames: u16,
    /// The frames in which what is steady now has been heard.
    known: u16,
    quick: Bins,
    pub steady: Bins,
    smoothed: Bins,
    least: Bins,
    least_before: Bins,
    in_span: u16,
    apart: f32,
    newcomer: Newcomer,
}

impl Tracker {
    pub(super) const fn new() -> Self {
        Self {
            frames: 0,
            known: 0,
            quick: [1.0; WIDTH],
            steady: [1.0; WIDTH],
            smoothed: [1.0; WIDTH],
            least: [1.0; WIDTH],
            least_before: [1.0; WIDTH],
            in_span: 0,
            apart: RESTLESS.0,
            newcomer: Newcomer::new(),
        }
    }

    /// Whether the first estimate is still being made.
    pub(super) fn is_starting(&self) -> bool {
        self.frames <= FIRST
    }

    /// The least gain that what has been learnt so far allows: from 1 down to 0.
    pub(super) fn least_gain(&self) -> f32 {
        (1.0 - f32::from(self.frames) / LEARNING).max(0.0)
    }

    /// How restless the noise is: 0 as in a room, 1 as among voices.
    pub(super) fn restlessness(&self) -> f32 {
        ((self.apart - RESTLESS.0) / (RESTLESS.1 - RESTLESS.0)).clamp(0.0, 1.0)
    }

    pub(super) fn follow(&mut self, power: &Bins) {
        self.frames = self.frames.saturating_add(1);
        self.known = self.known.saturating_add(1);
        if self.frames <= FIRST {
            let share = 1.0 / f32::from(self.frames.saturating_sub(FILLING).max(1));
            for (quick, power) in self.quick.iter_mut().zip(power) {
                *quick += (power - *quick) * share;
            }
            self.steady = self.quick;
            self.smoothed = self.quick;
            self.least = self.quick;
            self.least_before = self.quick;
            return;
        }
        self.estimate(power);
        self.watch_restlessness();
        self.watch_least(power);
        if let Some(newcomer) = self.newcomer.follow(power) {
            self.believe(&newcomer);
        }
    }

    /// Takes a noise over that is another than the one which is known: 3 dB apart at most
    /// frequencies.
    fn believe(&mut self, newcomer: &Bins) {
        let pairs = newcomer.iter().zip(&self.steady);
        let other = pairs.filter(|(new, steady)| **new > 2.0 * **steady || 2.0 * **new < **steady);
        if 2 * other.count() > WIDTH {
            self.known = newcomer::FRAMES;
            self.apart = 0.0;
            self.quick = *newcomer;
            self.steady = *newcomer;
        }
    }

    fn estimate(&mut self, power: &Bins) {
        let speech_db = SPEECH_DB.0 + (SPEECH_DB.1 - SPEECH_DB.0) * self.restlessness();
        let ratio = 10f32.powf(speech_db / 10.0);
        let slope = ratio / (1.0 + ratio);
        let speed = STEADY.max(1.0 / f32::from(self.known));
        for (k, &power) in power.iter().enumerate() {
            let over = power / self.quick[k];
            let likely = 1.0 / (1.0 + (1.0 + ratio) * decay(over * slope));
            let quiet = 1.0 - lesser(likely, MOST_CERTAIN);
            self.quick[k] += QUICK * quiet * (power - self.quick[k]);
            self.steady[k] += speed * (self.quick[k] - self.steady[k]);
        }
    }

    fn watch_restlessness(&mut self) {
        let quick = self.quick[COMPARED].as_chunks::<4>().0;
        let steady = self.steady[COMPARED].as_chunks::<4>().0;
        // Four sums, for one would be a chain of additions.
        let mut sums = [0.0f32; 4];
        for (quick, steady) in quick.iter().zip(steady) {
            for n in 0..4 {
                sums[n] += 2.0 * (quick[n] - steady[n]).abs() / (quick[n] + steady[n]);
            }
        }
        let apart = sums.iter().sum::<f32>() / COMPARED.len() as f32;
        let step = if self.frames < SETTLING {
            FIRST_STEP
        } else {
            QUARTER_STEP
        };
        let share = if apart > self.apart {
            QUARTER
        } else {
            QUARTER - 1.0
        };
        self.apart = (self.apart + step * share).clamp(0.0, 1.0);
    }

    fn watch_least(&mut self, power: &Bins) {
        for (k, &power) in power.iter().enumerate() {
            self.smoothed[k] += LEAST_SMOOTHING * (power - self.smoothed[k]);
            self.least[k] = lesser(self.least[k], self.smoothed[k]);
        }
        self.in_span += 1;
        if self.in_span < SPAN {
            return;
        }
        self.in_span = 0;
        let least: Bins =
            std::array::from_fn(|k| OF_LEAST * self.least[k].min(self.least_before[k]));
        // At most frequencies at once, and not far below the loudest one: tones and what of them
        // passes the window beside them are no noise that has become louder.
        let heard = least.iter().fold(0.0f32, |most, power| most.max(*power)) / HEARD;
        let louder = least.iter().zip(&self.steady);
        let louder = louder.filter(|(least, steady)| *least > *steady && **least > heard);
        if 2 * louder.count() > WIDTH {
            self.apart = RESTLESS.0;
            for (k, least) in least.into_iter().enumerate() {
                self.quick[k] = self.quick[k].max(least);
                self.steady[k] = self.steady[k].max(least);
            }
        }
        self.least_before = self.least;
        self.least = self.smoothed;
    }
}
