//! A message to tones: channel seizure, mark, octets.

use std::f32::consts::TAU;

use heapless::Vec as Bounded;

use super::{BIT, MAX_CALLER_ID, RATE_HZ};
use crate::engine::BLOCK;
use crate::level::sine_peak;

/// Which tones stand for mark and space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modulation {
    /// 1200 and 2200 Hz (GR-30-CORE).
    Bell202,
    /// 1300 and 2100 Hz (V.23, EN 300 659-1 §6).
    V23,
}

impl Modulation {
    /// Mark and space, in Hz.
    #[must_use]
    pub const fn mark_and_space_hz(self) -> (f32, f32) {
        match self {
            Self::Bell202 => (1200.0, 2200.0),
            Self::V23 => (1300.0, 2100.0),
        }
    }
}

/// Alternating bits that wake the receiver (EN 300 659-1 §6.2.2: 300).
const SEIZURE_BITS: usize = 300;
/// Mark before the message (EN 300 659-1 §6.2.3: 180 ± 25).
const MARK_BITS: usize = 180;
/// Start, eight bits, stop.
const OCTET_BITS: usize = 10;
/// Mark after the message, so that the last stop bit is whole.
const TRAILING_BITS: usize = 4;

/// Caller-ID sender.
/// - In: the message and its level, when made.
/// - Out: [`BLOCK`] samples at a time, phase continuous, then `None`.
/// - Cost: one sine a sample; no allocation, lock, system call or panic.
#[derive(Clone, Debug)]
pub struct CallerIdGenerator {
    octets: Bounded<u8, MAX_CALLER_ID>,
    modulation: Modulation,
    peak: f32,
    phase: f32,
    /// Samples sent, for the place in the bits.
    sent: usize,
}

impl CallerIdGenerator {
    /// Sends `octets` (type to checksum; at most [`MAX_CALLER_ID`]) at a level.
    #[must_use]
    pub fn new(octets: &[u8], modulation: Modulation, level_dbm0: f32) -> Option<Self> {
        let octets = Bounded::from_slice(octets).ok()?;
        Some(Self {
            octets,
            modulation,
            peak: sine_peak(level_dbm0),
            phase: 0.0,
            sent: 0,
        })
    }

    /// The next block.
    #[allow(clippy::cast_possible_truncation, reason = "a cast saturates")]
    pub fn process(&mut self) -> Option<[i16; BLOCK]> {
        let (mark, space) = self.modulation.mark_and_space_hz();
        let mut block = [0; BLOCK];
        for (n, sample) in block.iter_mut().enumerate() {
            let bit = match self.bit((self.sent as f32 / BIT) as usize) {
                Some(bit) => bit,
                None if n == 0 => return None,
                None => break,
            };
            *sample = (self.peak * self.phase.sin()).round() as i16;
            self.phase = (self.phase + TAU * if bit { mark } else { space } / RATE_HZ) % TAU;
            self.sent += 1;
        }
        Some(block)
    }

    /// Bit `at` of the whole, true being mark.
    fn bit(&self, at: usize) -> Option<bool> {
        if at < SEIZURE_BITS {
            return Some(at % 2 == 1);
        }
        let Some(at) = at.checked_sub(SEIZURE_BITS + MARK_BITS) else {
            return Some(true);
        };
        let Some(octet) = self.octets.get(at / OCTET_BITS) else {
            let trailing = at - self.octets.len() * OCTET_BITS;
            return (trailing < TRAILING_BITS).then_some(true);
        };
        Some(match at % OCTET_BITS {
            0 => false,
            bit @ 1..=8 => octet >> (bit - 1) & 1 == 1,
            _ => true,
        })
    }
}
