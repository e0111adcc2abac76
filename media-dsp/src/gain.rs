//! Gain of one channel, with soft saturation.

use crate::engine::BLOCK;

/// Above this part of full scale a raised sample is bent instead of cut.
const KNEE: f32 = 0.8;
const FULL_SCALE: f32 = 32_767.0;

/// Gain of one channel.
/// - In: [`BLOCK`] samples, linear.
/// - Out: the same samples times the gain. Louder than 0.8 of full scale they approach full scale
///   without reaching it: no wrap, no hard edge. A new gain is reached within one block, in a ramp.
/// - Cost: one multiply a sample; nothing at 0 dB. No allocation, lock, system call or panic.
/// - Error: none at 0 dB (bit exact), else half a step of rounding below the knee.
#[derive(Clone, Debug)]
pub struct Gain {
    factor: f32,
    target: f32,
}

impl Default for Gain {
    fn default() -> Self {
        Self {
            factor: 1.0,
            target: 1.0,
        }
    }
}

impl Gain {
    /// The least and the most, in dB.
    pub const RANGE_DB: (f32, f32) = (-40.0, 12.0);

    /// Sets the gain; what is out of range is brought into it, what is no number changes nothing.
    pub fn set_db(&mut self, gain_db: f32) {
        if !gain_db.is_nan() {
            let gain_db = gain_db.clamp(Self::RANGE_DB.0, Self::RANGE_DB.1);
            self.target = if gain_db == 0.0 {
                1.0
            } else {
                10f32.powf(gain_db / 20.0)
            };
        }
    }

    /// Applies the gain in place.
    pub fn process(&mut self, block: &mut [i16; BLOCK]) {
        if self.factor == 1.0 && self.target == 1.0 {
            return;
        }
        let step = (self.target - self.factor) / BLOCK as f32;
        for sample in block {
            self.factor += step;
            *sample = saturate(f32::from(*sample) * self.factor, self.factor);
        }
        self.factor = self.target;
    }
}

/// A gain above 1 may have lifted the sample over the knee.
pub(crate) fn saturate(sample: f32, factor: f32) -> i16 {
    if factor <= 1.0 {
        round(sample)
    } else {
        bend(sample)
    }
}

/// Bends what is over the knee: louder than 0.8 of full scale it approaches full scale without
/// reaching it. The bend starts with slope 1.
pub(crate) fn bend(sample: f32) -> i16 {
    let magnitude = sample.abs() / FULL_SCALE;
    if magnitude <= KNEE {
        return round(sample);
    }
    let over = (magnitude - KNEE) / (1.0 - KNEE);
    let bent = KNEE + (1.0 - KNEE) * over / (1.0 + over);
    round((bent * FULL_SCALE).copysign(sample))
}

/// The nearest sample.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the cast ends at full scale, and is meant to"
)]
pub(crate) fn round(sample: f32) -> i16 {
    sample.round() as i16
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Gain};

    fn settled(gain_db: f32) -> Gain {
        let mut gain = Gain::default();
        gain.set_db(gain_db);
        gain.process(&mut [0; BLOCK]);
        gain
    }

    #[test]
    fn zero_db_changes_nothing() {
        let mut block = [i16::MIN, -1, 0, 1, 77, i16::MAX, 5, -5];
        let before = block;
        settled(0.0).process(&mut block);
        assert_eq!(block, before);
    }

    #[test]
    fn six_db_doubles_and_minus_six_db_halves() {
        let mut block = [1000; BLOCK];
        settled(6.0206).process(&mut block);
        assert_eq!(block, [2000; BLOCK]);
        settled(-6.0206).process(&mut block);
        assert_eq!(block, [1000; BLOCK]);
    }

    #[test]
    fn twelve_db_never_wraps_and_keeps_the_order_of_loudness() {
        let mut gain = settled(12.0);
        let mut last = i16::MIN;
        for sample in (-32_768..=32_767).step_by(8) {
            let mut block = [sample as i16; BLOCK];
            gain.process(&mut block);
            assert!(block[0] >= last, "{sample} gives {} after {last}", block[0]);
            last = block[0];
        }
        assert!(last > 31_000);
    }

    #[test]
    fn a_gain_that_is_no_number_or_out_of_range_is_harmless() {
        let mut gain = settled(f32::NAN);
        let mut block = [1000; BLOCK];
        gain.process(&mut block);
        assert_eq!(block, [1000; BLOCK]);
        let mut gain = settled(f32::INFINITY);
        gain.process(&mut block);
        assert_eq!(block, [3981; BLOCK]);
    }
}
