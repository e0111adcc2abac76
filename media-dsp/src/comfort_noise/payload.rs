//! The payload of RFC 3389 §3: a level and, if wanted, a spectrum.

use heapless::Vec as Bounded;

use crate::level::FULL_SCALE_DBM0;

/// The most reflection coefficients kept; of a longer payload the rest count as zero (RFC 3389 §3).
pub const MAX_ORDER: usize = 10;
/// Octets of the longest payload written.
const MAX_LENGTH: usize = 1 + MAX_ORDER;
/// 0 dBov is a square wave of full scale: 3.01 dB over a sine of full scale (RFC 3389 §3.1).
const OVERLOAD_DBM0: f32 = FULL_SCALE_DBM0 + 3.01;
/// The level's octet has seven bits; the first one is 0 and not looked at (RFC 3389 §3.1).
const LEAST_LEVEL: u8 = 127;
/// The index of a coefficient of 0, the step and the greatest lawful index (RFC 3389 §3.2).
const ZERO: u8 = 127;
const STEP: f32 = 258.0 / 32_768.0;
const LAST_INDEX: u8 = 254;

/// A payload without an octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty;

/// A noise described by its level and its spectrum, exactly as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComfortNoise {
    /// The level, in −dBov: 0..=127.
    level: u8,
    /// Indices of the reflection coefficients: 0..=254.
    indices: Bounded<u8, MAX_ORDER>,
}

impl ComfortNoise {
    /// The nearest description: a level and up to [`MAX_ORDER`] reflection coefficients, the
    /// first of low-pass noise negative (as in ITU-T G.729 §3.2.2). What is no number is silence
    /// or 0, what is beyond the range is brought into it.
    #[must_use]
    pub fn new(level_dbm0: f32, coefficients: &[f32]) -> Self {
        let index = |&k: &f32| whole(k / STEP + f32::from(ZERO), f32::from(LAST_INDEX), ZERO);
        Self {
            level: whole(
                OVERLOAD_DBM0 - level_dbm0,
                f32::from(LEAST_LEVEL),
                LEAST_LEVEL,
            ),
            indices: coefficients.iter().take(MAX_ORDER).map(index).collect(),
        }
    }

    /// Reads a payload. Whatever has an octet is lawful: the first bit, the reserved index 255 (read
    /// as 254) and coefficients beyond [`MAX_ORDER`] are tolerated.
    ///
    /// # Errors
    /// [`Empty`] when there is not even a level.
    pub fn parse(payload: &[u8]) -> Result<Self, Empty> {
        let (level, spectrum) = payload.split_first().ok_or(Empty)?;
        let indices = spectrum.iter().take(MAX_ORDER);
        Ok(Self {
            level: level & LEAST_LEVEL,
            indices: indices.map(|&index| index.min(LAST_INDEX)).collect(),
        })
    }

    /// The payload; read, it gives the same.
    #[must_use]
    pub fn write(&self) -> Bounded<u8, MAX_LENGTH> {
        std::iter::once(self.level)
            .chain(self.indices.iter().copied())
            .collect()
    }

    /// The same, no louder than this.
    #[must_use]
    pub fn at_most(mut self, level_dbm0: f32) -> Self {
        self.level = self.level.max(Self::new(level_dbm0, &[]).level);
        self
    }

    /// The level in dBm0, within half a decibel of what it was made of.
    #[must_use]
    pub fn level_dbm0(&self) -> f32 {
        OVERLOAD_DBM0 - f32::from(self.level)
    }

    /// The reflection coefficients, each between −1 and 1 without these; those that were not sent
    /// are 0.
    #[must_use]
    pub fn coefficients(&self) -> [f32; MAX_ORDER] {
        let value = |&index: &u8| (f32::from(index) - f32::from(ZERO)) * STEP;
        std::array::from_fn(|n| self.indices.get(n).map_or(0.0, value))
    }
}

/// The nearest whole number in 0..=`most`; `otherwise` of what is no number.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what an octet holds"
)]
fn whole(value: f32, most: f32, otherwise: u8) -> u8 {
    if value.is_nan() {
        otherwise
    } else {
        value.round().clamp(0.0, most) as u8
    }
}
