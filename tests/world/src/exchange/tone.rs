//! Tones and levels of the network.
//!
//! Levels are in dBm0: a sine whose peak is ±32 767 has +3.14 dBm0 (G.711, A-law).

use std::f64::consts::TAU;

use hotline_call::Digit;

/// Samples in a millisecond at 8 kHz.
pub const SAMPLES_PER_MS: u64 = 8;
const RATE_HZ: f64 = 8000.0;
/// Level of a full-scale sine.
#[expect(
    clippy::approx_constant,
    reason = "3.14 dBm0 has nothing to do with circles"
)]
const FULL_SCALE_DBM0: f64 = 3.14;

/// Peak of a sine of this level.
#[must_use]
pub fn peak(level_dbm0: f64) -> f64 {
    32_767.0 * 10f64.powf((level_dbm0 - FULL_SCALE_DBM0) / 20.0)
}

/// Value of a sine of `hz` at sample `n`.
#[must_use]
pub fn sine(hz: f64, n: u64) -> f64 {
    (TAU * (hz * n as f64 / RATE_HZ).fract()).sin()
}

/// A tone with a cadence.
#[derive(Clone, Copy, Debug)]
pub struct Tone {
    /// Frequency.
    pub hz: f64,
    /// Level while it sounds.
    pub level_dbm0: f64,
    /// Sound and pause; no pause is continuous.
    pub cadence_ms: (u64, u64),
}

impl Tone {
    /// Dial tone of China: 450 Hz, continuous, −10 dBm0 (GB 3380).
    pub const DIAL: Self = Self {
        hz: 450.0,
        level_dbm0: -10.0,
        cadence_ms: (1, 0),
    };
    /// Busy tone of China: 450 Hz, 350 ms on, 350 ms off, −10 dBm0 (GB 3380).
    pub const BUSY: Self = Self {
        hz: 450.0,
        level_dbm0: -10.0,
        cadence_ms: (350, 350),
    };
    /// Ringing tone of China: 450 Hz, 1 s on, 4 s off, −10 dBm0 (GB 3380).
    pub const RINGING: Self = Self {
        hz: 450.0,
        level_dbm0: -10.0,
        cadence_ms: (1000, 4000),
    };
    /// Congestion tone of China: 450 Hz, 700 ms on, 700 ms off, −10 dBm0 (GB 3380).
    pub const CONGESTION: Self = Self {
        hz: 450.0,
        level_dbm0: -10.0,
        cadence_ms: (700, 700),
    };

    /// Its sample number `n`.
    #[must_use]
    pub fn sample(&self, n: u64) -> f64 {
        let (on, off) = self.cadence_ms;
        if n / SAMPLES_PER_MS % (on + off) < on {
            peak(self.level_dbm0) * sine(self.hz, n)
        } else {
            0.0
        }
    }
}

/// How long a customer holds a key.
pub const KEY_MS: u64 = 100;
/// Levels of the low and the high frequency of a key.
const KEY_DBM0: (f64, f64) = (-8.0, -6.0);

/// Sample `n` of a pressed key (Q.23).
#[must_use]
pub fn key_sample(digit: Digit, n: u64) -> f64 {
    let (low, high) = key_hz(digit);
    peak(KEY_DBM0.0) * sine(low, n) + peak(KEY_DBM0.1) * sine(high, n)
}

/// The two frequencies of a key (Q.23, table 1).
fn key_hz(digit: Digit) -> (f64, f64) {
    const KEYPAD: &str = "123A456B789C*0#D";
    let place = KEYPAD
        .find(digit.label())
        .expect("every Digit is a label of the keypad");
    (
        [697.0, 770.0, 852.0, 941.0][place / 4],
        [1209.0, 1336.0, 1477.0, 1633.0][place % 4],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G.711: a full-scale sine is +3.14 dBm0, so 0 dBm0 peaks at 22 826.
    #[test]
    fn levels_are_relative_to_a_full_scale_sine() {
        assert!((peak(FULL_SCALE_DBM0) - 32_767.0).abs() < 1e-6);
        assert!((peak(0.0) - 22_826.0).abs() < 1.0);
    }

    #[test]
    fn keys_are_the_pairs_of_q23() {
        let hz = |label| key_hz(Digit::new(label).expect("a key"));
        assert_eq!(hz('1'), (697.0, 1209.0));
        assert_eq!(hz('0'), (941.0, 1336.0));
        assert_eq!(hz('#'), (941.0, 1477.0));
        assert_eq!(hz('D'), (941.0, 1633.0));
    }
}
