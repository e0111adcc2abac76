//! What is sent through: human speech, noise, the telephone's own sounds. 8 kHz, linear.

use std::fs;

/// Debian's `asterisk-core-sounds-en-wav` (CC BY-SA: none of it is here).
const SPEECH: &str = "/usr/share/asterisk/sounds/en_US_f_Allison";
/// Shorter files are letters and digits.
const SHORTEST: u32 = 8_000;
/// Samples in a second.
pub const SECOND: usize = 8_000;
/// The power of a full-scale sine, in dBm0 (G.711, A-law).
#[allow(clippy::approx_constant, reason = "a level, not a circle")]
const FULL_SCALE_DBM0: f64 = 3.14;

/// So many seconds of a person's speech, one sentence after another, starting at a different
/// sentence for each `voice`, brought to this level over all of it.
pub fn speech(voice: usize, seconds: usize, level_dbm0: f64) -> Result<Vec<f32>, String> {
    let directory = fs::read_dir(SPEECH).map_err(|error| {
        format!("no speech in {SPEECH} ({error}); install asterisk-core-sounds-en-wav")
    })?;
    let mut files: Vec<_> = directory.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "wav"));
    files.sort();
    let start = voice * 97 % files.len().max(1);
    files.rotate_left(start);
    let mut samples = Vec::new();
    for path in files {
        let mut file = hound::WavReader::open(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        if file.duration() > SHORTEST {
            samples.extend(file.samples::<i16>().flatten().map(f32::from));
        }
        if samples.len() >= seconds * SECOND {
            samples.truncate(seconds * SECOND);
            return Ok(leveled(samples, level_dbm0));
        }
    }
    Err(format!(
        "{SPEECH} holds {} s of speech, {seconds} are needed",
        samples.len() / SECOND
    ))
}

/// Mean square.
pub fn power(samples: &[f32]) -> f64 {
    let sum: f64 = samples.iter().map(|&s| f64::from(s).powi(2)).sum();
    sum / samples.len().max(1) as f64
}

/// The level of these samples.
pub fn dbm0(samples: &[f32]) -> f64 {
    10.0 * (power(samples) / (32_767.0_f64.powi(2) / 2.0)).log10() + FULL_SCALE_DBM0
}

/// The same samples at this level.
pub fn leveled(mut samples: Vec<f32>, level_dbm0: f64) -> Vec<f32> {
    let factor = 10f64.powf((level_dbm0 - dbm0(&samples)) / 20.0) as f32;
    samples.iter_mut().for_each(|sample| *sample *= factor);
    samples
}

/// Rounded to 16 bits, clipped.
pub fn rounded(samples: &[f32]) -> Vec<i16> {
    // `as` saturates.
    samples.iter().map(|sample| sample.round() as i16).collect()
}

/// Random numbers from a seed (xorshift64*).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// 0 up to 1, without 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Normally distributed, of variance 1.
    pub fn gaussian(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// White noise at this level.
pub fn noise(seed: u64, samples: usize, level_dbm0: f64) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    let white = (0..samples).map(|_| chance.gaussian() as f32).collect();
    leveled(white, level_dbm0)
}
