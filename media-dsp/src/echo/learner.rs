//! The filter that learns.

use std::ops::Range;

use super::block::WHITENING;
use super::fft::{Fft, SIZE, Spectrum, WIDTH};
use super::history::{HOP, History};
use super::prior::Prior;

/// Doubt of all coefficients of a frequency at first: far above what an echo is, so that the first
/// blocks are believed. The [`Prior`] brings it down.
const FIRST_DOUBT: f32 = 4.0;
/// It is spread over so many partitions at least; a short tail that doubts more than this of each
/// needs 30 ms more to 20 dB.
const LEAST_SPREAD: usize = 8;
/// Share of a coefficient's power that may have changed from block to block (8 ms).
const DRIFT: f32 = 1e-5;
/// What a block takes from the doubt: half, for half of the transform's samples are new, and half of
/// that again, for what one frequency knows the next one partly knows, too. Measured.
const NEWS: f32 = 0.25;
/// What of the power that is expected of an error shows at its own frequency, at the next ones and at
/// the third ones: only half of a transform's samples are an error's, which spreads each frequency
/// so (0.25, 0.10, 0, 0.01 …, 0.5 in all). Between the partials of a high voice hardly anything but
/// this is seen, and it tells nothing. The third ones stand for all beyond them, and for what the
/// voice itself is spread by. Measured.
const SPREAD: [f32; 3] = [0.25, 0.085, 0.04];
const FARTHEST: usize = 3;
/// Noise of the near side is learnt over about 5 blocks, but at once to most of what a block shows:
/// the first syllable of double talk must not be believed.
const NOISE_SMOOTHING: f32 = 0.2;
const NOISE_ATTACK: f32 = 0.8;
/// The least of it: the rounding of G.711 at low levels, as energy of a block.
const LEAST_NOISE: f32 = HOP as f32 * 6.0;
/// Error energy far below the rounding of G.711; keeps the recursion that undoes the whitening out
/// of the numbers that processors are slow with.
const LEAST_ERROR: f32 = 1e-6;

/// Blocks in which all partitions are constrained once; half as often costs 2.5 dB of speech in
/// double talk.
const CONSTRAINT_BLOCKS: usize = 8;

/// A number for each frequency.
pub(super) type Reals = [f32; WIDTH];

/// An echo path learnt in partitions of 64 samples, each frequency by a Kalman filter of its own.
/// - In: spectra of what was sent, and what came back, both whitened.
/// - Out: what it would have left of it; its coefficients.
/// - How: it knows of each coefficient how doubtful it is, and how strong the near side is at each
///   frequency; so it learns fast at first, hardly in double talk, and needs no step size.
/// - Cost: two transforms and two for each constraint a block; three passes over the coefficients.
#[derive(Clone, Debug)]
pub(super) struct Learner {
    pub(super) coefficients: Box<[Spectrum]>,
    doubt: Box<[Reals]>,
    prior: Prior,
    noise: Reals,
    gain: Reals,
    /// What the last block would have left.
    error: [f32; HOP],
    error_spectrum: Spectrum,
    /// The same, its whitening undone.
    pub(super) plain_error: [f32; HOP],
    /// The partition whose turn it is to be constrained.
    constrained: usize,
    /// What is due of it, in parts of [`CONSTRAINT_BLOCKS`].
    due: usize,
}

impl Learner {
    pub(super) fn new(partitions: usize) -> Self {
        let mut learner = Self {
            coefficients: vec![Spectrum::ZERO; partitions].into(),
            doubt: vec![[0.0; WIDTH]; partitions].into(),
            prior: Prior::new(partitions),
            noise: [0.0; WIDTH],
            gain: [0.0; WIDTH],
            error: [0.0; HOP],
            error_spectrum: Spectrum::ZERO,
            plain_error: [0.0; HOP],
            constrained: 0,
            due: 0,
        };
        learner.forget();
        learner
    }

    /// Knows nothing any more.
    pub(super) fn forget(&mut self) {
        self.coefficients.fill(Spectrum::ZERO);
        let doubt = FIRST_DOUBT / self.doubt.len().max(LEAST_SPREAD) as f32;
        self.doubt.fill([doubt; WIDTH]);
        self.prior.forget(doubt);
        self.noise.fill(0.0);
        self.error.fill(0.0);
        self.plain_error.fill(0.0);
    }

    /// Takes what another has learnt for its own, with its doubts.
    pub(super) fn take_over(&mut self, other: &Self) {
        self.correct(&other.coefficients);
        self.doubt.copy_from_slice(&other.doubt);
        self.prior.take_over(&other.prior);
        self.noise = other.noise;
    }

    /// Takes better coefficients for its own.
    pub(super) fn correct(&mut self, coefficients: &[Spectrum]) {
        self.coefficients.clone_from_slice(coefficients);
    }

    /// What would be left of this block.
    pub(super) fn filter(&mut self, fft: &Fft, history: &History, received: &[f32; HOP]) {
        let mut echo = Spectrum::ZERO;
        for (sent, coefficients) in history.white_spectra().zip(&self.coefficients) {
            echo.add_product(sent, coefficients);
        }
        let mut samples = [0.0; SIZE];
        fft.inverse(&echo, &mut samples);
        let mut last = self.plain_error[HOP - 1];
        for n in 0..HOP {
            self.error[n] = received[n] - samples[HOP + n];
            last = self.error[n] + WHITENING * last;
            last = if last.abs() < LEAST_ERROR { 0.0 } else { last };
            self.plain_error[n] = last;
        }
    }

    /// Weighs the doubt of the coefficients against the noise of the near side: how much of the
    /// error is to be believed.
    #[allow(clippy::needless_range_loop, reason = "reads as the formula")]
    pub(super) fn weigh(&mut self, fft: &Fft, history: &History) {
        let mut samples = [0.0; SIZE];
        samples[HOP..].copy_from_slice(&self.error);
        fft.forward(&samples, &mut self.error_spectrum);
        let mut padded = [0.0; FARTHEST + WIDTH + FARTHEST];
        let expected = &mut padded[FARTHEST..FARTHEST + WIDTH];
        for (sent, doubt) in history.white_spectra().zip(&self.doubt) {
            for k in 0..WIDTH {
                let power = sent.re[k] * sent.re[k] + sent.im[k] * sent.im[k];
                expected[k] += doubt[k] * power;
            }
        }
        let expected = spread(&mut padded);
        for k in 0..WIDTH {
            let (re, im) = (self.error_spectrum.re[k], self.error_spectrum.im[k]);
            let unexpected = (re * re + im * im - expected[k]).max(0.0);
            let smoothed = self.noise[k] + (unexpected - self.noise[k]) * NOISE_SMOOTHING;
            self.noise[k] = smoothed.max(unexpected * NOISE_ATTACK).max(LEAST_NOISE);
            self.gain[k] = 0.5 / (expected[k] + self.noise[k]);
        }
    }

    /// Learns, in these partitions.
    #[allow(clippy::needless_range_loop, reason = "reads as the formula")]
    pub(super) fn learn(&mut self, history: &History, partitions: Range<usize>) {
        let first = partitions.start;
        let coefficients = &mut self.coefficients[partitions.clone()];
        let filters = coefficients.iter_mut().zip(&mut self.doubt[partitions]);
        let error = &self.error_spectrum;
        for (sent, (filter, doubt)) in history.white_spectra().skip(first).zip(filters) {
            for k in 0..WIDTH {
                let (re, im) = (sent.re[k], sent.im[k]);
                let step = doubt[k] * self.gain[k];
                filter.re[k] += step * (re * error.re[k] + im * error.im[k]);
                filter.im[k] += step * (re * error.im[k] - im * error.re[k]);
                let known = NEWS * step * (re * re + im * im);
                let size = filter.re[k] * filter.re[k] + filter.im[k] * filter.im[k];
                doubt[k] = doubt[k] * (1.0 - known) + DRIFT * size;
            }
        }
    }

    /// Reconsiders, after all partitions have learnt, what is likely of each.
    pub(super) fn reconsider(&mut self) {
        self.prior
            .reconsider(&mut self.coefficients, &mut self.doubt);
    }

    /// Brings the next partitions back to 64 samples; what is learnt spills over their end. Every
    /// partition's turn comes each 64 ms; at first one's with each block.
    pub(super) fn constrain(&mut self, fft: &Fft) {
        let partitions = self.coefficients.len();
        self.due += if self.prior.is_hasty() {
            partitions.max(CONSTRAINT_BLOCKS)
        } else {
            partitions
        };
        for _ in 0..self.due / CONSTRAINT_BLOCKS {
            let n = self.constrained;
            let filter = &mut self.coefficients[n];
            self.prior.fade(n, filter, &self.doubt[n]);
            let mut samples = [0.0; SIZE];
            fft.inverse(filter, &mut samples);
            samples[HOP..].fill(0.0);
            fft.forward(&samples, filter);
            self.constrained = (n + 1) % partitions;
        }
        self.due %= CONSTRAINT_BLOCKS;
    }
}

/// The power that is expected of an error, as its transform shows it; given with a margin on either
/// side.
fn spread(expected: &mut [f32; FARTHEST + WIDTH + FARTHEST]) -> Reals {
    // Below the first frequency and above the last one the others come again.
    for n in 1..=FARTHEST {
        expected[FARTHEST - n] = expected[FARTHEST + n];
        expected[FARTHEST + HOP + n] = expected[FARTHEST + HOP - n];
    }
    std::array::from_fn(|k| {
        let next = expected[k + 2] + expected[k + 4];
        let third = expected[k] + expected[k + 6];
        SPREAD[0] * expected[k + 3] + SPREAD[1] * next + SPREAD[2] * third
    })
}
