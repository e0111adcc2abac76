//! Elementary functions in operations that compilers turn into vectors.

use std::f32::consts::{LN_2, LOG2_E};

/// Added to a small number it leaves the nearest whole one in the lowest bits.
const MAGIC: f32 = 12_582_912.0;

/// e to the −x, for 0 ≤ x ≤ 80; what is beyond is brought into it. Within 10⁻⁴ of the value.
#[inline(always)]
pub(super) fn decay(x: f32) -> f32 {
    let power = lesser(greater(x, 0.0), 80.0) * -LOG2_E;
    let moved = power + MAGIC;
    let whole = moved - MAGIC;
    let part = power - whole;
    // 2 to the part, −½..½: the series, its last term fitted.
    let series = 1.0 + part * (LN_2 + part * (0.240_227 + part * (0.055_504 + part * 0.009_7)));
    let exponent = moved.to_bits().wrapping_add(127) << 23;
    series * f32::from_bits(exponent)
}

/// The lesser of two numbers; one instruction, for it need not mind what is no number.
#[inline(always)]
pub(super) fn lesser(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The greater of two numbers, likewise.
#[inline(always)]
pub(super) fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The nearest sample, without a call of a library.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the cast ends at full scale, and is meant to"
)]
pub(super) fn nearest(sample: f32) -> i16 {
    (lesser(greater(sample, -40_000.0), 40_000.0) + MAGIC - MAGIC) as i16
}

#[cfg(test)]
mod tests {
    use super::{decay, nearest};

    #[test]
    fn it_is_the_exponential_function() {
        for n in 0..=8000u16 {
            let x = f32::from(n) / 100.0;
            let off = (decay(x) / (-x).exp() - 1.0).abs();
            assert!(off < 1e-4, "{off} at {x}");
        }
        assert!(decay(1e30) < 1e-34 && decay(-1.0) == 1.0);
    }

    #[test]
    fn the_nearest_sample_is_found_and_full_scale_is_the_end() {
        for sample in (-32_768..=32_767i16).step_by(7) {
            assert_eq!(nearest(f32::from(sample) + 0.4), sample);
            assert_eq!(nearest(f32::from(sample) - 0.4), sample);
        }
        assert_eq!((nearest(1e9), nearest(-1e9)), (i16::MAX, i16::MIN));
    }
}
