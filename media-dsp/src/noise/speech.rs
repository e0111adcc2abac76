//! How much of every frequency is let through.

use super::elementary::{decay, greater, lesser};
use super::transform::{Bins, WIDTH};

/// The share that the last frame has in the a-priori ratio: much while there is only noise, so that
/// single frequencies do not ring; little in speech, so that its onsets are not lost. 0.97 and 0.6
/// for 8 ms (Ephraim and Malah 1984, eq. 51; two of them are ours).
const LAST: (f32, f32) = (0.981_1, 0.726_7);
/// The neighbourhood of a frequency, in noise powers, from which speech begins and is certain.
const EVIDENT: (f32, f32) = (2.0, 5.0);
/// Of two frequencies on either side; smoothed with the last frame's.
const NEIGHBOURS: [f32; 3] = [1.0 / 3.0, 0.25, 1.0 / 12.0];
const NEIGHBOURS_SMOOTHING: f32 = 0.5;
/// The mean of all neighbourhoods, none counted for more than 4: below the one nobody speaks, from
/// the other on somebody does. Smoothed over 15 ms, but a rise counts at once.
const SOMEBODY: (f32, f32) = (1.25, 1.6);
const SOMEBODY_SMOOTHING: f32 = 0.3;
const MOST_AROUND: f32 = 4.0;
/// The frequencies that count for it: 125 Hz to 3.75 kHz.
const COUNTED: std::ops::Range<usize> = 4..120;
/// The least a-priori ratio (−24 dB) and the most that a frequency counts for.
const LEAST_RATIO: f32 = 0.004;
const MOST: f32 = 1000.0;

/// The gain that keeps the mean square error of the log spectrum least (Ephraim and Malah 1985,
/// eq. 20), of one channel.
/// - In: the power at every frequency and that of the noise, each 5 ms.
/// - Out: the gain of every frequency, `floor` to 1.
/// - Cost: some 40 operations a frequency, two of them divisions; no allocation.
/// - Error: the exponential integral within 1 % of the gain.
#[derive(Clone, Debug)]
pub(super) struct Speech {
    /// The power of the speech in the last frame.
    last: Bins,
    around: Bins,
    /// The mean of it, smoothed.
    somebody: f32,
}

impl Speech {
    pub(super) const fn new() -> Self {
        Self {
            last: [0.0; WIDTH],
            around: [1.0; WIDTH],
            somebody: 1.0,
        }
    }

    pub(super) fn weigh(&mut self, power: &Bins, noise: &Bins, floor: f32, gains: &mut Bins) {
        let mut over = [0.0; WIDTH];
        let mut before = [0.0; WIDTH];
        for k in 0..WIDTH {
            let of_noise = 1.0 / noise[k];
            over[k] = lesser(power[k] * of_noise, MOST);
            before[k] = self.last[k] * of_noise;
        }
        self.look_around(&over);
        let nobody = 1.0 - self.somebody();
        for k in 0..WIDTH {
            let sure = (self.around[k] - EVIDENT.0) * (1.0 / (EVIDENT.1 - EVIDENT.0));
            let last = LAST.0 + (LAST.1 - LAST.0) * lesser(greater(sure, 0.0), 1.0);
            let now = (1.0 - last) * greater(over[k] - 1.0, 0.0);
            let ratio = greater(last * before[k] + now, LEAST_RATIO);
            let gain = log_spectral(ratio, over[k]);
            self.last[k] = gain * gain * power[k];
            // The square while nobody speaks: what is let through then is noise.
            gains[k] = greater(gain * (1.0 + nobody * (gain - 1.0)), floor);
        }
    }

    /// How likely it is that somebody speaks at any frequency: 0 to 1.
    fn somebody(&mut self) -> f32 {
        // Four sums, for one would be a chain of additions.
        let mut sums = [0.0f32; 4];
        for around in self.around[COUNTED].as_chunks::<4>().0 {
            for n in 0..4 {
                sums[n] += lesser(around[n], MOST_AROUND);
            }
        }
        let mean = sums.iter().sum::<f32>() / COUNTED.len() as f32;
        self.somebody += SOMEBODY_SMOOTHING * (mean - self.somebody);
        let most = mean.max(self.somebody);
        ((most - SOMEBODY.0) / (SOMEBODY.1 - SOMEBODY.0)).clamp(0.0, 1.0)
    }

    fn look_around(&mut self, over: &Bins) {
        let mut padded = [1.0; WIDTH + 4];
        padded[2..WIDTH + 2].copy_from_slice(over);
        for k in 0..WIDTH {
            let near = padded[k + 1] + padded[k + 3];
            let far = padded[k] + padded[k + 4];
            let mean = NEIGHBOURS[0] * padded[k + 2] + NEIGHBOURS[1] * near + NEIGHBOURS[2] * far;
            self.around[k] += NEIGHBOURS_SMOOTHING * (mean - self.around[k]);
        }
    }
}

/// The gain at an a-priori and an a-posteriori ratio: ξ / (1 + ξ) · √exp E₁(v) with v = γ ξ / (1 + ξ).
/// The root is like 0.75/√v where v is small and 1 where it is great, our own fit between (within
/// 1 %).
#[inline(always)]
fn log_spectral(ratio: f32, over: f32) -> f32 {
    // One division gives both quotients.
    let part = 1.0 / ((1.0 + ratio) * ratio * over);
    let wiener = ratio * ratio * over * part;
    let of_v = lesser((1.0 + ratio) * (1.0 + ratio) * part, 1e4);
    let root = (1.0 + 0.561_46 * of_v * decay(0.83 * wiener * over)).sqrt();
    lesser(wiener * root, 1.0)
}

#[cfg(test)]
mod tests {
    use super::log_spectral;

    /// E₁ at some points (Abramowitz and Stegun, table 5.1).
    #[test]
    fn the_exponential_integral_is_met() {
        for (v, e1) in [
            (0.01, 4.037_93),
            (0.1, 1.822_92),
            (0.5, 0.559_77),
            (1.0, 0.219_38),
            (2.0, 0.048_90),
            (5.0, 0.001_148),
        ] {
            // At an a-priori ratio of 1, v is half of the a-posteriori one; below 1 it is not cut.
            let expected = 0.5 * f32::exp(e1 / 2.0);
            let off = log_spectral(1.0, 2.0 * v) / expected.min(1.0) - 1.0;
            assert!(off.abs() < 0.01, "{off} at {v}");
        }
    }
}
