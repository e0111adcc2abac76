//! Tones to a soft bit a sample: how much more mark than space there was in the last bit time.

use std::f32::consts::{PI, TAU};

use super::{BIT, RATE_HZ};

/// Taps of the band-pass: steep enough that hum as loud as the tones does no harm.
const BAND_TAPS: usize = 64;
/// Everything the two tones and their keying need.
const BAND_HZ: (f32, f32) = (750.0, 2700.0);
/// Between Bell 202 and V.23: either is 50 Hz away, which costs 0.03 dB in so short a time.
const MARK_HZ: f32 = 1250.0;
const SPACE_HZ: f32 = 2150.0;
/// Samples the correlators look at: one bit time, 6⅔ samples, in eight places.
const BIT_TAPS: usize = 8;

/// Demodulator: band-pass, then two quadrature correlators one bit long.
#[derive(Clone, Debug)]
pub(super) struct Demodulator {
    band: [f32; BAND_TAPS],
    /// Mark cosine and sine, space cosine and sine.
    correlators: [[f32; BIT_TAPS]; 4],
    input: Delay<BAND_TAPS>,
    banded: Delay<BIT_TAPS>,
}

/// One demodulated sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Soft {
    /// −1 (space) to +1 (mark).
    pub(super) bit: f32,
    /// Mean square of both tones together.
    pub(super) power: f32,
}

impl Demodulator {
    pub(super) fn new() -> Self {
        let centre = (BAND_TAPS - 1) as f32 / 2.0;
        let band = std::array::from_fn(|n| {
            let at = n as f32 - centre;
            let ideal =
                (TAU * BAND_HZ.1 * at / RATE_HZ).sin() - (TAU * BAND_HZ.0 * at / RATE_HZ).sin();
            let hamming = 0.54 - 0.46 * (TAU * n as f32 / (BAND_TAPS - 1) as f32).cos();
            ideal / (PI * at) * hamming
        });
        // The outer two samples count in part, so that the window is as long as a bit.
        let edge = (BIT - (BIT_TAPS - 2) as f32) / 2.0;
        let weight = |n: usize| {
            if n == 0 || n == BIT_TAPS - 1 {
                edge
            } else {
                1.0
            }
        };
        let wave = |hz: f32, wave: fn(f32) -> f32| {
            std::array::from_fn(|n| weight(n) * wave(TAU * hz * n as f32 / RATE_HZ))
        };
        Self {
            band,
            correlators: [
                wave(MARK_HZ, f32::cos),
                wave(MARK_HZ, f32::sin),
                wave(SPACE_HZ, f32::cos),
                wave(SPACE_HZ, f32::sin),
            ],
            input: Delay::default(),
            banded: Delay::default(),
        }
    }

    pub(super) fn process(&mut self, sample: i16) -> Soft {
        self.input.push(f32::from(sample));
        self.banded.push(self.input.dot(&self.band));
        let [mark_re, mark_im, space_re, space_im] =
            std::array::from_fn(|n| self.banded.dot(&self.correlators[n]));
        let mark = mark_re * mark_re + mark_im * mark_im;
        let space = space_re * space_re + space_im * space_im;
        let (mark_peak, space_peak) = (mark.sqrt(), space.sqrt());
        // One step of a 16-bit sample: in silence there is no bit, and no division by zero.
        let bit = (mark_peak - space_peak) / (mark_peak + space_peak + 1.0);
        // A sine of peak A gives (A·BIT/2)².
        Soft {
            bit,
            power: (mark + space) * 2.0 / (BIT * BIT),
        }
    }
}

/// The last `N` samples; written twice, so that they always lie in one piece.
#[derive(Clone, Debug)]
struct Delay<const N: usize> {
    halves: [[f32; N]; 2],
    at: usize,
}

impl<const N: usize> Default for Delay<N> {
    fn default() -> Self {
        Self {
            halves: [[0.0; N]; 2],
            at: 0,
        }
    }
}

impl<const N: usize> Delay<N> {
    fn push(&mut self, sample: f32) {
        self.halves[0][self.at] = sample;
        self.halves[1][self.at] = sample;
        self.at = (self.at + 1) % N;
    }

    /// Oldest sample times first tap and so on.
    fn dot(&self, taps: &[f32; N]) -> f32 {
        let samples = &self.halves.as_flattened()[self.at..self.at + N];
        let mut sums = [0.0; 8];
        for (samples, taps) in samples
            .as_chunks::<8>()
            .0
            .iter()
            .zip(taps.as_chunks::<8>().0)
        {
            for lane in 0..8 {
                sums[lane] += samples[lane] * taps[lane];
            }
        }
        sums.iter().sum()
    }
}
