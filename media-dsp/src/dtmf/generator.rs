//! Keys to two tones.

use std::f32::consts::TAU;

use super::{COLUMNS_HZ, ROWS_HZ, place_of};
use crate::engine::BLOCK;
use crate::level::sine_peak;

const RATE_HZ: f32 = 8000.0;

/// The two tones of one key.
/// - In: the key and the level of each group, when made.
/// - Out: [`BLOCK`] samples, linear; the phase goes on from block to block.
/// - Cost: two sines a sample; no allocation, lock, system call or panic.
/// - Error: frequency within 0.01 %, distortion below −70 dB.
#[derive(Clone, Debug)]
pub struct DtmfGenerator {
    step: [f32; 2],
    phase: [f32; 2],
    peak: [f32; 2],
}

impl DtmfGenerator {
    /// The tones of `key`, `None` if there is no such key. Row level first; Q.24 annex A has
    /// networks between −9/−7 dBm0 (low/high) and about −30 dBm0.
    #[must_use]
    pub fn new(key: char, row_dbm0: f32, column_dbm0: f32) -> Option<Self> {
        let (row, column) = place_of(key)?;
        Some(Self {
            step: [
                TAU * ROWS_HZ[row] / RATE_HZ,
                TAU * COLUMNS_HZ[column] / RATE_HZ,
            ],
            phase: [0.0; 2],
            peak: [sine_peak(row_dbm0), sine_peak(column_dbm0)],
        })
    }

    /// The next block.
    #[allow(clippy::cast_possible_truncation, reason = "a cast saturates")]
    pub fn process(&mut self) -> [i16; BLOCK] {
        std::array::from_fn(|_| {
            let mut sum = 0.0;
            for tone in 0..2 {
                sum += self.peak[tone] * self.phase[tone].sin();
                self.phase[tone] = (self.phase[tone] + self.step[tone]) % TAU;
            }
            sum.round() as i16
        })
    }
}
