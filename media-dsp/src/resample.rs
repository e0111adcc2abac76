//! Between the telephone's 8 kHz and the 16 or 48 kHz of wide-band codecs and sound cards.
//!
//! One linear-phase FIR filter a rate, of whole numbers, of which only the taps are computed that
//! meet a sample (polyphase). All frequencies wait equally long; a minimum-phase filter would wait
//! less at the low ones, but not at the edge of the band, and would not be symmetric.
//!
//! What lies between 4.0 and 4.6 kHz is weakened and folds into 3.4 to 4.0 kHz: G.712 lets a
//! telephone do so too, and a filter without it would wait twice as long.

mod taps;

use taps::{DOWN_16, DOWN_48, UP_16, UP_48};

/// Samples of 1 ms at 8 kHz.
const NARROW: usize = 8;
/// Milliseconds done at once, at most.
const CHUNK_MS: usize = 20;
/// Samples of 8 kHz that an upward filter looks back at.
const UP_HISTORY: usize = 17;
/// Samples of 48 kHz that the downward filter looks back at.
const DOWN_HISTORY: usize = 102;

/// The faster of the two rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// 16 kHz: G.722, AMR-WB.
    Khz16,
    /// 48 kHz: Opus, sound cards.
    Khz48,
}

impl Rate {
    /// Samples in a millisecond.
    #[must_use]
    pub const fn samples_a_ms(self) -> usize {
        match self {
            Self::Khz16 => 16,
            Self::Khz48 => 48,
        }
    }
}

/// From 8 kHz to a faster rate.
/// - In: linear samples, whole milliseconds.
/// - Out: as many milliseconds at the faster rate.
/// - Delay: 1.09 ms to 16 kHz, 1.11 ms to 48 kHz, the same at every frequency.
/// - Cost: 18 multiplications an output; no allocation, lock, system call or panic.
/// - Error: ±0.5 dB up to 3.4 kHz; images of it at −70 dB and below (`tests/resample.rs`).
#[derive(Clone, Debug)]
pub struct Up {
    rate: Rate,
    /// The latest samples of before, and room for those to come.
    samples: [i16; UP_HISTORY + CHUNK_MS * NARROW],
}

impl Up {
    /// With silence before the first sample.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            samples: [0; UP_HISTORY + CHUNK_MS * NARROW],
        }
    }

    /// Converts as many whole milliseconds as both hold, and says how many samples were written.
    pub fn process(&mut self, from: &[i16], to: &mut [i16]) -> usize {
        let fast = self.rate.samples_a_ms();
        let length_ms = (from.len() / NARROW).min(to.len() / fast);
        let from = from[..length_ms * NARROW].chunks(CHUNK_MS * NARROW);
        for (from, to) in from.zip(to.chunks_mut(CHUNK_MS * fast)) {
            self.samples[UP_HISTORY..][..from.len()].copy_from_slice(from);
            let filled = &self.samples[..UP_HISTORY + from.len()];
            match self.rate {
                Rate::Khz16 => up(filled, &UP_16, to),
                Rate::Khz48 => up(filled, &UP_48, to),
            }
            let end = from.len();
            self.samples.copy_within(end..end + UP_HISTORY, 0);
        }
        length_ms * fast
    }
}

/// From a faster rate to 8 kHz.
/// - In: linear samples, whole milliseconds.
/// - Out: as many milliseconds at 8 kHz.
/// - Delay: 1.03 ms from 16 kHz, 1.01 ms from 48 kHz, the same at every frequency.
/// - Cost: 36 and 108 multiplications an output; no allocation, lock, system call or panic.
/// - Error: ±0.5 dB up to 3.4 kHz; what folds onto it from above 4.6 kHz is at −70 dB and below
///   (`tests/resample.rs`).
#[derive(Clone, Debug)]
pub struct Down {
    rate: Rate,
    /// The latest samples of before, and room for those to come.
    samples: [i16; DOWN_HISTORY + CHUNK_MS * Rate::Khz48.samples_a_ms()],
}

impl Down {
    /// With silence before the first sample.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            samples: [0; DOWN_HISTORY + CHUNK_MS * Rate::Khz48.samples_a_ms()],
        }
    }

    /// Converts as many whole milliseconds as both hold, and says how many samples were written.
    pub fn process(&mut self, from: &[i16], to: &mut [i16]) -> usize {
        let fast = self.rate.samples_a_ms();
        let length_ms = (from.len() / fast).min(to.len() / NARROW);
        let from = from[..length_ms * fast].chunks(CHUNK_MS * fast);
        for (from, to) in from.zip(to.chunks_mut(CHUNK_MS * NARROW)) {
            self.samples[DOWN_HISTORY..][..from.len()].copy_from_slice(from);
            let filled = &self.samples[..DOWN_HISTORY + from.len()];
            match self.rate {
                Rate::Khz16 => down::<2, _>(filled, &DOWN_16, to),
                Rate::Khz48 => down::<6, _>(filled, &DOWN_48, to),
            }
            let end = from.len();
            self.samples.copy_within(end..end + DOWN_HISTORY, 0);
        }
        length_ms * NARROW
    }
}

/// `RATIO` outputs from each window of samples.
fn up<const TAPS: usize, const RATIO: usize>(
    samples: &[i16],
    filter: &[[i16; TAPS]; RATIO],
    to: &mut [i16],
) {
    let (outputs, _) = to.as_chunks_mut::<RATIO>();
    for (n, outputs) in outputs.iter_mut().enumerate() {
        let Some(window) = samples.get(n..).and_then(<[i16]>::first_chunk) else {
            return;
        };
        for (output, taps) in outputs.iter_mut().zip(filter) {
            *output = filtered::<TAPS, { taps::UP_SHIFT }>(window, taps);
        }
    }
}

/// One output from each window of samples, which starts `RATIO` later each time. The last window ends
/// with the last sample.
fn down<const RATIO: usize, const TAPS: usize>(
    samples: &[i16],
    taps: &[i16; TAPS],
    to: &mut [i16],
) {
    let start = (DOWN_HISTORY + RATIO).saturating_sub(TAPS);
    for (n, output) in to.iter_mut().enumerate() {
        let Some(window) = samples
            .get(start + RATIO * n..)
            .and_then(<[i16]>::first_chunk)
        else {
            return;
        };
        *output = filtered::<TAPS, { taps::DOWN_SHIFT }>(window, taps);
    }
}

/// The sum of products, rounded and clipped. The sum cannot overflow: see [`taps`].
#[inline(always)]
fn filtered<const TAPS: usize, const SHIFT: u32>(window: &[i16; TAPS], taps: &[i16; TAPS]) -> i16 {
    let mut sum = 1 << (SHIFT - 1);
    for (&sample, &tap) in window.iter().zip(taps) {
        sum += i32::from(sample) * i32::from(tap);
    }
    (sum >> SHIFT).clamp(i16::MIN.into(), i16::MAX.into()) as i16
}
