//! How large the coefficients of an echo path are likely to be, learnt together with them.

use super::fft::{Spectrum, WIDTH};
use super::learner::Reals;

/// Frequencies of a band (500 Hz), and the bands.
const BAND: usize = 8;
const BANDS: usize = WIDTH / BAND;
/// Frequencies that a spectrum has; the rest of its width is empty.
const FREQUENCIES: f32 = 65.0;
/// What is known about a partition at first, as if it had been seen at so many frequencies; and how
/// much a band resembles the rest of its partition, likewise. Measured.
const FIRST_GUESS: f32 = 2.5;
const RESEMBLANCE: f32 = 2.0;
/// Power that a whole path is first guessed to have at each frequency.
const FIRST_POWER: f32 = 1.0;
/// Twice what was found, for an echo that was seen through doubt is found too small.
const ROOM: f32 = 2.0;
/// A block changes a guess by no more than this.
const CHANGE: std::ops::RangeInclusive<f32> = 0.3..=3.0;
/// No coefficient is likely to be larger: of a return loss of 6 dB the worst path of Annex D makes
/// 5 dB at its best frequency. A vowel shows so few frequencies that it would make more of them.
const MOST: f32 = 2.0;
/// Nor smaller than 30 dB below the path's power: an echo may yet appear there.
const LEAST_SHARE: f32 = 1e-3;
const LEAST: f32 = 1e-7;
/// A partition is reconsidered between the first glimpse of it and the day when it is known, guess or
/// no guess.
const GLIMPSE: f32 = 0.001 * FREQUENCIES;
const KNOWN: f32 = 0.9 * FREQUENCIES;
/// In the first half second of learning all partitions are reconsidered with each block; then one.
const HASTE_BLOCKS: u16 = 64;
/// What nobody has ever excited fades by so much whenever its partition is constrained. Without this
/// the lowest frequencies, of which telephone speech has nothing, grow for minutes: the constraint
/// extrapolates them from their neighbours (speech, 32 ms: 21 dB after 45 s instead of 39).
const FADING: f32 = 0.1;

type Bands = [f32; BANDS];

/// A prior of each partition and band for the Kalman filters of a [`Learner`](super::learner::Learner).
/// - In: coefficients and the doubts of them.
/// - Out: the same, reconsidered.
/// - How: most partitions of a path are empty. As soon as a few blocks have shown which ones are
///   not, the doubt belongs there; the others stop taking their share of each error. That is what
///   proportionate steps are for, but found by evidence (sparse Bayesian learning, MacKay's rule).
/// - Cost: a pass over coefficients and doubts in the first half second, then over one partition.
#[derive(Clone, Debug)]
pub(super) struct Prior {
    /// Likely power of a coefficient.
    likely: Box<[Bands]>,
    /// What the coefficients of a partition have at each frequency.
    powers: Box<[f32]>,
    blocks: u16,
    next: usize,
}

impl Prior {
    pub(super) fn new(partitions: usize) -> Self {
        Self {
            likely: vec![[0.0; BANDS]; partitions].into(),
            powers: vec![0.0; partitions].into(),
            blocks: 0,
            next: 0,
        }
    }

    /// Thinks the same of all partitions.
    pub(super) fn forget(&mut self, doubt: f32) {
        self.likely.fill([doubt; BANDS]);
        self.powers.fill(0.0);
        (self.blocks, self.next) = (0, 0);
    }

    /// Thinks as another does.
    pub(super) fn take_over(&mut self, other: &Self) {
        self.likely.copy_from_slice(&other.likely);
        self.powers.copy_from_slice(&other.powers);
        self.blocks = other.blocks;
    }

    /// Whether this is the first half second of learning.
    pub(super) fn is_hasty(&self) -> bool {
        self.blocks < HASTE_BLOCKS
    }

    /// After a block was learnt.
    pub(super) fn reconsider(&mut self, filters: &mut [Spectrum], doubts: &mut [Reals]) {
        if self.is_hasty() {
            self.blocks += 1;
            for (n, (filter, doubt)) in filters.iter_mut().zip(doubts).enumerate() {
                self.reconsider_partition(n, filter, doubt);
            }
        } else {
            let n = self.next;
            self.reconsider_partition(n, &mut filters[n], &mut doubts[n]);
            self.next = (n + 1) % self.likely.len();
        }
    }

    #[allow(clippy::needless_range_loop, reason = "reads as the formula")]
    fn reconsider_partition(&mut self, n: usize, filter: &mut Spectrum, doubt: &mut Reals) {
        let power = powers(filter);
        self.powers[n] = power.iter().sum::<f32>() / FREQUENCIES;
        let least = (LEAST_SHARE * self.powers.iter().sum::<f32>()).max(LEAST);
        let first_guess = FIRST_GUESS * FIRST_POWER / self.powers.len() as f32;
        let likely = &mut self.likely[n];
        let known = known(doubt, likely);
        let known_of_all = known.iter().sum::<f32>();
        if !(GLIMPSE..=KNOWN).contains(&known_of_all) {
            return;
        }
        let mean = (power.iter().sum::<f32>() + first_guess) / (known_of_all + FIRST_GUESS);
        for band in 0..BANDS {
            let found = (power[band] + RESEMBLANCE * mean) / (known[band].max(0.0) + RESEMBLANCE);
            let change = (ROOM * found / likely[band]).clamp(*CHANGE.start(), *CHANGE.end());
            let now = (likely[band] * change).min(MOST).max(least);
            let surer = 1.0 / now - 1.0 / likely[band];
            likely[band] = now;
            for k in band * BAND..(band + 1) * BAND {
                // As if the filter had started from this guess: what the blocks have told stays.
                let share = 1.0 / (1.0 + doubt[k] * surer).max(0.1);
                doubt[k] *= share;
                filter.re[k] *= share;
                filter.im[k] *= share;
            }
        }
    }

    /// Lets fade what is as doubtful as it was before anything was learnt.
    #[allow(clippy::needless_range_loop, reason = "reads as the formula")]
    pub(super) fn fade(&self, n: usize, filter: &mut Spectrum, doubt: &Reals) {
        for (band, likely) in self.likely[n].iter().enumerate() {
            let surety = 1.0 / likely;
            for k in band * BAND..(band + 1) * BAND {
                let unknown = (doubt[k] * surety).min(1.0);
                let squared = unknown * unknown;
                let keep = 1.0 - FADING * squared * squared;
                filter.re[k] *= keep;
                filter.im[k] *= keep;
            }
        }
    }
}

/// Power of each band's coefficients, summed.
fn powers(filter: &Spectrum) -> Bands {
    let (re, im) = (
        filter.re.as_chunks::<BAND>().0,
        filter.im.as_chunks::<BAND>().0,
    );
    std::array::from_fn(|band| {
        let lanes: [f32; BAND] =
            std::array::from_fn(|k| re[band][k] * re[band][k] + im[band][k] * im[band][k]);
        lanes.iter().sum()
    })
}

/// At how many frequencies of each band the blocks have told more than the guess did.
fn known(doubt: &Reals, likely: &Bands) -> Bands {
    let doubt = doubt.as_chunks::<BAND>().0;
    std::array::from_fn(|band| {
        // The last band has one frequency.
        if band + 1 == BANDS {
            1.0 - doubt[band][0] / likely[band]
        } else {
            BAND as f32 - doubt[band].iter().sum::<f32>() / likely[band]
        }
    })
}
