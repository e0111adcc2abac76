//! What there is beside the voice: the noise of rooms, the babble of other callers.

use std::f64::consts::{PI, TAU};

use crate::material::{Chance, SECOND, leveled, speech};

/// Taps of the filter that shapes noise.
const TAPS: usize = 511;

/// Noise as in rooms with telephones, of Hoth's spectrum (ITU-T P.800 table B.1: its density falls
/// by 16.2 dB a decade), at this level.
pub fn hoth(seed: u64, samples: usize, level_dbm0: f64) -> Vec<f32> {
    shaped(seed, samples, level_dbm0, |hz| {
        // The table starts at 100 Hz; a telephone does not hear what is below.
        let db = -16.2 * (hz.max(100.0) / 1000.0).log10() - if hz < 90.0 { 20.0 } else { 0.0 };
        10f64.powf(db / 20.0)
    })
}

/// Noise whose amplitude follows this curve over the frequency in Hz.
pub fn shaped(
    seed: u64,
    samples: usize,
    level_dbm0: f64,
    amplitude: impl Fn(f64) -> f64,
) -> Vec<f32> {
    let taps = filter(amplitude);
    let mut chance = Chance::new(seed);
    let white: Vec<f32> = (0..samples + TAPS)
        .map(|_| chance.gaussian() as f32)
        .collect();
    let filtered = white
        .windows(TAPS)
        .take(samples)
        .map(|part| part.iter().zip(&taps).map(|(a, b)| a * b).sum());
    leveled(filtered.collect(), level_dbm0)
}

/// Linear phase, by sampling the curve, under Hann's window.
fn filter(amplitude: impl Fn(f64) -> f64) -> Vec<f32> {
    let half = (TAPS / 2) as f64;
    let points: Vec<f64> = (0..=256)
        .map(|k| amplitude(f64::from(k) * 15.625))
        .collect();
    (0..TAPS)
        .map(|n| {
            let at = n as f64 - half;
            let wave = |(k, gain): (usize, &f64)| gain * (PI * k as f64 / 256.0 * at).cos();
            let sum: f64 = points.iter().enumerate().map(wave).sum();
            let window = 0.5 + 0.5 * (PI * at / (half + 1.0)).cos();
            (sum * window) as f32
        })
        .collect()
}

/// Eight voices at once, each higher or lower than it was spoken.
pub fn babble(samples: usize, level_dbm0: f64) -> Result<Vec<f32>, String> {
    const SPEEDS: [f64; 8] = [1.25, 1.2, 1.111, 1.0, 0.909, 0.9, 0.833, 0.857];
    let mut sum = vec![0.0f32; samples];
    for (n, speed) in SPEEDS.into_iter().enumerate() {
        let seconds = (samples as f64 * speed) as usize / SECOND + 2;
        let voice = speech(7 + 3 * n, seconds, -20.0)?;
        for (at, sum) in sum.iter_mut().enumerate() {
            let at = at as f64 * speed;
            let (first, share) = (at as usize, at.fract() as f32);
            *sum += voice[first] * (1.0 - share) + voice[first + 1] * share;
        }
    }
    Ok(leveled(sum, level_dbm0))
}

/// Something like music on hold: chords of the tempered scale whose partials die away.
pub fn music(seed: u64, samples: usize, level_dbm0: f64) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    let mut out = vec![0.0f32; samples];
    let mut start = 0;
    while start < samples {
        let length = ((0.2 + 0.8 * chance.uniform()) * SECOND as f64) as usize;
        for _ in 0..3 {
            let hz = 130.8 * 2f64.powf((chance.uniform() * 36.0).floor() / 12.0);
            for partial in (1..=6).map(f64::from).filter(|n| n * hz < 3600.0) {
                let phase = TAU * chance.uniform();
                for (n, sample) in out[start..].iter_mut().take(length).enumerate() {
                    let at = n as f64 / SECOND as f64;
                    let wave = (TAU * hz * partial * at + phase).sin();
                    *sample += (wave * (-at * 2.0).exp() / partial) as f32;
                }
            }
        }
        start += length;
    }
    leveled(out, level_dbm0)
}
