//! The exchange's ear for digits: DTMF by eight resonators a window (Q.23, Q.24).

use std::f64::consts::TAU;

use hotline_call::Digit;

use super::tone::peak;

/// 12.8 ms: neighbouring tones of a group are 73 Hz apart or more.
const WINDOW: u32 = 102;
const RATE_HZ: f64 = 8000.0;
const HZ: [f64; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];
const KEYPAD: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];
/// Least level of either tone (Q.24 annex A: about −25 dBm0).
const LEAST_DBM0: f64 = -25.0;
/// The strongest tone of a group stands so far above the next (10 dB).
const ABOVE: f64 = 10.0;
/// Both tones hold at least this share of all that is heard.
const SHARE: f64 = 0.7;
/// Windows that must agree: 38 ms of a key, and as many of a pause.
const AGREE: u8 = 3;

/// Digits in what one terminal sends.
#[derive(Clone, Debug, Default)]
pub struct Register {
    states: [[f64; 2]; 8],
    energy: f64,
    samples: u32,
    heard: Option<Digit>,
    agreed: u8,
    down: bool,
}

impl Register {
    /// One sample; a digit when its key has been down long enough, once.
    pub fn sample(&mut self, sent: f64) -> Option<Digit> {
        for (state, hz) in self.states.iter_mut().zip(HZ) {
            let next = sent + 2.0 * (TAU * hz / RATE_HZ).cos() * state[0] - state[1];
            *state = [next, state[0]];
        }
        self.energy += sent * sent;
        self.samples += 1;
        if self.samples < WINDOW {
            return None;
        }
        let heard = self.window();
        (self.states, self.energy, self.samples) = Default::default();
        self.judge(heard)
    }

    fn judge(&mut self, heard: Option<Digit>) -> Option<Digit> {
        self.agreed = if heard == self.heard {
            self.agreed.saturating_add(1)
        } else {
            1
        };
        self.heard = heard;
        if self.agreed != AGREE {
            return None;
        }
        let was_down = std::mem::replace(&mut self.down, heard.is_some());
        heard.filter(|_| !was_down)
    }

    fn window(&self) -> Option<Digit> {
        let mut power = [0.0; 8];
        for ((power, [last, before]), hz) in power.iter_mut().zip(self.states).zip(HZ) {
            let coefficient = 2.0 * (TAU * hz / RATE_HZ).cos();
            *power = last * last + before * before - coefficient * last * before;
        }
        let (row, row_power) = strongest(&power[..4])?;
        let (column, column_power) = strongest(&power[4..])?;
        // A sine of peak A gives (A·WINDOW/2)², and has the energy A²·WINDOW/2.
        let least = (peak(LEAST_DBM0) * f64::from(WINDOW) / 2.0).powi(2);
        let in_tones = (row_power + column_power) * 2.0 / f64::from(WINDOW);
        let is_key = row_power > least && column_power > least && in_tones > SHARE * self.energy;
        is_key.then(|| Digit::new(KEYPAD[row][column])).flatten()
    }
}

/// The strongest of a group, if it stands out.
fn strongest(powers: &[f64]) -> Option<(usize, f64)> {
    let (place, most) = powers
        .iter()
        .copied()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let others = powers.iter().enumerate().filter(|&(n, _)| n != place);
    others
        .fold(true, |alone, (_, other)| alone && other * ABOVE < most)
        .then_some((place, most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::tone::{SAMPLES_PER_MS, key_sample};

    #[test]
    fn a_number_is_heard_digit_by_digit() {
        let number = "0123456789*#ABCD";
        let mut register = Register::default();
        let mut heard = String::new();
        for digit in number.chars().filter_map(Digit::new) {
            for n in 0..160 * SAMPLES_PER_MS {
                let sent = if n < 80 * SAMPLES_PER_MS {
                    key_sample(digit, n)
                } else {
                    0.0
                };
                heard.extend(register.sample(sent).map(Digit::label));
            }
        }
        assert_eq!(heard, number);
    }
}
