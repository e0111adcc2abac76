//! Tones to a soft bit a sample: how much more mark than space there was in the last bit time.

use std::f32::consts::{PI, TAU};

use super::{BIT, RATE_HZ};
use crate::engine::BLOCK;

/// Taps of the band-pass: steep enough that hum as loud as the tones does no harm.
const BAND_TAPS: usize = 32;
/// Everything the two tones and their keying need.
const BAND_HZ: (f32, f32) = (750.0, 2700.0);
/// The taps are whole numbers in units of 2⁻¹⁴: then eight are multiplied at once on any machine.
/// Their magnitudes add up to less than 2, so the sum of products stays within 31 bits.
const BAND_UNIT: f32 = 16_384.0;
/// Between Bell 202 and V.23: either is 50 Hz away, which costs 0.03 dB in so short a time.
const MARK_HZ: f32 = 1250.0;
const SPACE_HZ: f32 = 2150.0;
/// Samples the correlators look at: one bit time, 6⅔ samples, in eight places.
const BIT_TAPS: usize = 8;
/// Samples of before that the band-pass and the correlators look back at.
const BAND_HISTORY: usize = BAND_TAPS - 1;
const BIT_HISTORY: usize = BIT_TAPS - 1;

/// Demodulator: band-pass, then two quadrature correlators one bit long.
#[derive(Clone, Debug)]
pub(super) struct Demodulator {
    band: [i16; BAND_TAPS],
    /// Mark cosine and sine, space cosine and sine.
    correlators: [[f32; BIT_TAPS]; 4],
    input: [i16; BAND_HISTORY + BLOCK],
    banded: [f32; BIT_HISTORY + BLOCK],
}

/// A demodulated block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Soft {
    /// −1 (space) to +1 (mark).
    pub(super) bits: [f32; BLOCK],
    /// Mean square of both tones together.
    pub(super) powers: [f32; BLOCK],
}

impl Demodulator {
    #[allow(clippy::cast_possible_truncation, reason = "a cast saturates")]
    pub(super) fn new() -> Self {
        let centre = (BAND_TAPS - 1) as f32 / 2.0;
        let band = std::array::from_fn(|n| {
            let at = n as f32 - centre;
            let ideal =
                (TAU * BAND_HZ.1 * at / RATE_HZ).sin() - (TAU * BAND_HZ.0 * at / RATE_HZ).sin();
            let hamming = 0.54 - 0.46 * (TAU * n as f32 / (BAND_TAPS - 1) as f32).cos();
            (BAND_UNIT * ideal / (PI * at) * hamming).round() as i16
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
            input: [0; BAND_HISTORY + BLOCK],
            banded: [0.0; BIT_HISTORY + BLOCK],
        }
    }

    /// Takes a block. `None`: neither tone can have `least_power` anywhere in it.
    pub(super) fn process(&mut self, block: &[i16; BLOCK], least_power: f32) -> Option<Soft> {
        self.input.copy_within(BLOCK.., 0);
        self.input[BAND_HISTORY..].copy_from_slice(block);
        self.banded.copy_within(BLOCK.., 0);
        let windows = self.input.array_windows();
        for (banded, window) in self.banded[BIT_HISTORY..].iter_mut().zip(windows) {
            *banded = filtered(window, &self.band) as f32 / BAND_UNIT;
        }
        // A correlator's weights have squares that add up to BIT at most (Cauchy and Schwarz).
        let energy: f32 = self.banded.iter().map(|sample| sample * sample).sum();
        if energy * BIT * 2.0 < least_power * POWER {
            return None;
        }
        let [mark_re, mark_im, space_re, space_im] =
            std::array::from_fn(|n| correlated(&self.banded, &self.correlators[n]));
        let mut soft = Soft {
            bits: [0.0; BLOCK],
            powers: [0.0; BLOCK],
        };
        for n in 0..BLOCK {
            let mark = mark_re[n] * mark_re[n] + mark_im[n] * mark_im[n];
            let space = space_re[n] * space_re[n] + space_im[n] * space_im[n];
            let (mark_peak, space_peak) = (mark.sqrt(), space.sqrt());
            // One step of a 16-bit sample: in silence there is no bit, and no division by zero.
            soft.bits[n] = (mark_peak - space_peak) / (mark_peak + space_peak + 1.0);
            soft.powers[n] = (mark + space) / POWER;
        }
        Some(soft)
    }
}

/// What a correlator makes of a sine of mean square 1: a peak A gives (A·BIT/2)².
const POWER: f32 = BIT * BIT / 2.0;

/// The sum of products. Apart, since so the compiler takes eight taps in one multiplication; beside
/// seven others it would take four samples in two.
#[inline(never)]
fn filtered(window: &[i16; BAND_TAPS], taps: &[i16; BAND_TAPS]) -> i32 {
    let products = window.iter().zip(taps);
    products
        .map(|(&sample, &tap)| i32::from(sample) * i32::from(tap))
        .sum()
}

/// The correlator at each of the block's samples.
#[inline(always)]
fn correlated(samples: &[f32; BIT_HISTORY + BLOCK], taps: &[f32; BIT_TAPS]) -> [f32; BLOCK] {
    let mut sums = [0.0; BLOCK];
    for (window, tap) in samples.windows(BLOCK).zip(taps) {
        for (sum, sample) in sums.iter_mut().zip(window) {
            *sum += sample * tap;
        }
    }
    sums
}
