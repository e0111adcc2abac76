//! Signals for the tests of this crate: tones, noise, and what resembles voices and music.
#![allow(dead_code, reason = "every test file uses its own part")]

pub mod g168;

use std::f32::consts::TAU;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::level::{mean_square, sine_peak};

pub fn silence(samples: usize) -> Vec<f32> {
    vec![0.0; samples]
}

pub fn tone(hz: f32, level_dbm0: f32, phase: f32, samples: usize) -> Vec<f32> {
    let peak = sine_peak(level_dbm0);
    let step = f64::from(hz) / 8000.0;
    (0..samples)
        .map(|n| peak * ((n as f64 * step).fract() as f32 * TAU + phase).sin())
        .collect()
}

pub fn mix(into: &mut [f32], from: &[f32]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into += from;
    }
}

pub fn blocks(samples: &[f32]) -> impl Iterator<Item = [i16; BLOCK]> {
    samples
        .chunks_exact(BLOCK)
        .map(|chunk| std::array::from_fn(|n| chunk[n].round() as i16))
}

pub fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32
}

/// Brings the whole to a level.
pub fn leveled(mut samples: Vec<f32>, level_dbm0: f32) -> Vec<f32> {
    let factor = (mean_square(level_dbm0) / power(&samples).max(1e-9)).sqrt();
    samples.iter_mut().for_each(|sample| *sample *= factor);
    samples
}

/// A small generator of random numbers (SplitMix64), the same on every machine.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678)
    }

    pub fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 32) as u32
    }

    /// 0..1.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    pub fn phase(&mut self) -> f32 {
        self.uniform() * TAU
    }

    /// Nearly normal: mean 0, variance 1.
    pub fn gaussian(&mut self) -> f32 {
        (0..12).map(|_| self.uniform()).sum::<f32>() - 6.0
    }

    /// Adds white noise of a level over 0–4 kHz.
    pub fn add(&mut self, samples: &mut [f32], level_dbm0: f32) {
        let rms = mean_square(level_dbm0).sqrt();
        samples
            .iter_mut()
            .for_each(|sample| *sample += rms * self.gaussian());
    }
}

/// Two-pole resonator.
struct Formant {
    y: [f32; 2],
}

impl Formant {
    fn step(&mut self, x: f32, hz: f32, bandwidth_hz: f32) -> f32 {
        let r = (-std::f32::consts::PI * bandwidth_hz / 8000.0).exp();
        let next = x + 2.0 * r * (TAU * hz / 8000.0).cos() * self.y[0] - r * r * self.y[1];
        self.y = [next, self.y[0]];
        next
    }
}

/// Something like a voice: syllables of a gliding pitch through gliding formants, fricatives,
/// pauses. Another speaker with every seed.
pub fn voice(seed: u64, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut random = Noise::new(seed);
    let speaker_hz = random.between(85.0, 280.0);
    let mut out = Vec::with_capacity(samples);
    let mut formants = [const { Formant { y: [0.0; 2] } }; 3];
    let mut at = [500.0, 1500.0, 2500.0];
    let (mut phase, mut glottis) = (0.0f32, 0.0);
    while out.len() < samples {
        let length = (random.between(0.06, 0.35) * 8000.0) as usize;
        let kind = random.uniform();
        let to = [
            random.between(250.0, 900.0),
            random.between(800.0, 2300.0),
            random.between(2200.0, 3200.0),
        ];
        let pitch = (
            speaker_hz * random.between(0.8, 1.3),
            speaker_hz * random.between(0.8, 1.3),
        );
        let loudness = random.between(0.3, 1.0);
        for n in 0..length {
            let share = n as f32 / length as f32;
            let envelope = (std::f32::consts::PI * share).sin().sqrt() * loudness;
            phase += (pitch.0 + (pitch.1 - pitch.0) * share) / 8000.0;
            let pulse = if phase >= 1.0 { 1.0 } else { 0.0 };
            phase %= 1.0;
            let source = if kind < 0.65 {
                pulse + 0.01 * random.gaussian()
            } else if kind < 0.8 {
                0.15 * random.gaussian()
            } else {
                0.0
            };
            // Glottis and lips together fall by 6 dB an octave.
            glottis += (source * envelope - glottis) * 0.4;
            let mut sound = 0.0;
            for (formant, (at, to)) in formants.iter_mut().zip(at.iter_mut().zip(to)) {
                *at += (to - *at) * 0.002;
                sound += formant.step(glottis, *at, 80.0) * 0.1;
            }
            out.push(sound);
        }
    }
    out.truncate(samples);
    leveled(out, level_dbm0)
}

/// Something like music: chords of the tempered scale with decaying partials, no pause.
pub fn music(seed: u64, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut random = Noise::new(seed ^ 0x5EED);
    let mut out = silence(samples);
    let mut start = 0;
    while start < samples {
        let length = (random.between(0.12, 0.8) * 8000.0) as usize;
        for _ in 0..1 + random.next_u32() % 3 {
            let hz = 110.0 * 2f32.powf((random.next_u32() % 48) as f32 / 12.0);
            for partial in 1..=4u8 {
                let hz = hz * f32::from(partial);
                if hz < 3600.0 {
                    let part = tone(hz, -6.0 * f32::from(partial), random.phase(), length);
                    let faded = part
                        .iter()
                        .enumerate()
                        .map(|(n, s)| s * (-(n as f32) / 4000.0).exp());
                    mix(&mut out[start..], &faded.collect::<Vec<_>>());
                }
            }
        }
        start += length;
    }
    leveled(out, level_dbm0)
}

/// The composite source signal of G.168 Annex C for the far (`voiced` C.1) or near party (C.3):
/// voiced sound, noise, pause; every second time inverted. Starts with the voiced sound.
pub fn composite_source(table: &[i16], samples: usize, seed: u64, level_dbm0: f32) -> Vec<f32> {
    let near = table.len() == g168::CSS_C3.len();
    let (voiced_ms, pause_ms) = if near {
        (72.69, 127.31)
    } else {
        (48.62, 101.38)
    };
    let noise = composite_noise(seed, near);
    let mut out: Vec<f32> = Vec::with_capacity(samples);
    let mut sign = 1.0;
    while out.len() < samples {
        for n in 0..(voiced_ms * 8.0) as usize {
            let at = n as f32 * 44_100.0 / 8000.0;
            let (first, share) = (at as usize, at.fract());
            let value = |n: usize| f32::from(table[n % table.len()]);
            out.push(sign * (value(first) * (1.0 - share) + value(first + 1) * share));
        }
        out.extend(noise.iter().map(|sample| sign * sample));
        out.extend(std::iter::repeat_n(0.0, (pause_ms * 8.0) as usize));
        sign = -sign;
    }
    out.truncate(samples);
    // The level is that of the sounding part.
    let sounding: Vec<f32> = out.iter().copied().filter(|s| *s != 0.0).collect();
    let factor = (mean_square(level_dbm0) / power(&sounding)).sqrt();
    out.iter_mut().for_each(|sample| *sample *= factor);
    out
}

/// 200 ms of noise with the spectrum of figure C.2, as loud as the voiced part: phases of 0 or 180
/// degrees for the far party, any for the near one.
fn composite_noise(seed: u64, any_phase: bool) -> Vec<f32> {
    let mut random = Noise::new(seed);
    let lines: Vec<(f32, f32, f32)> = (0..720)
        .map(|line| {
            let hz = 52.5 + 5.0 * line as f32;
            let peak = 10f32.powf(css_noise_db(hz) / 20.0);
            let phase = random.phase();
            let phase = if any_phase {
                phase
            } else {
                (phase / std::f32::consts::PI).floor() * std::f32::consts::PI
            };
            (hz / 8000.0 * TAU, peak, phase)
        })
        .collect();
    let noise: Vec<f32> = (0..1600)
        .map(|n| {
            let line =
                |&(step, peak, phase): &(f32, f32, f32)| peak * (step * n as f32 + phase).cos();
            lines.iter().map(line).sum()
        })
        .collect();
    let rms = 3200.0 / power(&noise).sqrt();
    noise.iter().map(|sample| sample * rms).collect()
}

/// The level of figure C.2 at a frequency, straight between its corners.
fn css_noise_db(hz: f32) -> f32 {
    let corners = &g168::CSS_NOISE_DB;
    let after = corners.iter().position(|corner| corner.0 >= hz);
    match after {
        Some(0) => corners[0].1,
        None => corners[corners.len() - 1].1,
        Some(after) => {
            let ((low_hz, low), (high_hz, high)) = (corners[after - 1], corners[after]);
            low + (high - low) * (hz - low_hz) / (high_hz - low_hz)
        }
    }
}
