//! Levels in dBm0, the telephone network's measure.

/// Level of a sine of full scale, ±32 767 (G.711 §4, A-law; µ-law differs by 0.03 dB).
#[allow(
    clippy::approx_constant,
    reason = "a level, not the number of the circle"
)]
pub const FULL_SCALE_DBM0: f32 = 3.14;
/// What silence reads: below every level that a code of G.711 can make.
pub const SILENCE_DBM0: f32 = -96.0;
/// Mean square of a sine of full scale.
const FULL_SCALE_MEAN_SQUARE: f32 = 32_767.0 * 32_767.0 / 2.0;

/// The level of a signal with this mean square, in dBm0. Silence reads [`SILENCE_DBM0`], never NaN.
#[must_use]
pub fn dbm0(mean_square: f32) -> f32 {
    let level = 10.0 * (mean_square / FULL_SCALE_MEAN_SQUARE).log10() + FULL_SCALE_DBM0;
    level.max(SILENCE_DBM0)
}

/// The mean square of a signal with this level.
#[must_use]
pub fn mean_square(level_dbm0: f32) -> f32 {
    FULL_SCALE_MEAN_SQUARE * 10f32.powf((level_dbm0 - FULL_SCALE_DBM0) / 10.0)
}

/// The peak of a sine with this level, in steps of a 16-bit sample.
#[must_use]
pub fn sine_peak(level_dbm0: f32) -> f32 {
    (2.0 * mean_square(level_dbm0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{FULL_SCALE_DBM0, SILENCE_DBM0, dbm0, mean_square, sine_peak};

    #[test]
    fn silence_is_a_number_and_full_scale_is_three_dbm0() {
        assert_eq!(dbm0(0.0), SILENCE_DBM0);
        assert!((sine_peak(FULL_SCALE_DBM0) - 32_767.0).abs() < 1.0);
        assert!((dbm0(mean_square(-10.0)) + 10.0).abs() < 0.001);
    }
}
