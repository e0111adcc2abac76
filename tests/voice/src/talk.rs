//! Hours of what is no tone of the telephone network: people, music, machines that speak.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::material::SECOND;

/// Debian's prompts, read by people: five languages, 2.1 h (CC BY-SA; none of it is here).
const PEOPLE: [(&str, &str); 5] = [
    ("en", "/usr/share/asterisk/sounds/en_US_f_Allison"),
    ("es", "/usr/share/asterisk/sounds/es_MX_f_Allison"),
    ("fr", "/usr/share/asterisk/sounds/fr_CA_f_June"),
    ("it", "/usr/share/asterisk/sounds/it_IT_m_Carlo"),
    ("ru", "/usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU"),
];
/// Debian's music on hold, 0.6 h.
const MUSIC: &str = "/usr/share/asterisk/moh";
/// What espeak-ng reads aloud, in how many voices: 2 h and more.
const TEXT: &str = "/usr/share/common-licenses/Apache-2.0";
const VOICES: [&str; 15] = [
    "en-us", "en-gb", "de", "fr-fr", "es", "it", "ru", "pt", "pl", "nl", "sv", "tr", "cmn", "hi",
    "ar",
];
/// How much faster or slower the harder set is.
const SPEEDS: [f64; 6] = [0.7, 0.8, 0.9, 1.1, 1.25, 1.4];
/// How much too loud the clipped part of it is.
const CLIPPED: f32 = 8.0;

/// One kind of sound, in one piece, 8 kHz.
pub struct Sound {
    pub name: String,
    pub samples: Vec<i16>,
}

impl Sound {
    /// How long it is.
    pub fn hours(&self) -> f64 {
        self.samples.len() as f64 / (SECOND * 3600) as f64
    }

    /// The same, as nobody says or plays it: faster, slower, clipped; one after the other.
    pub fn harder(&self) -> impl Iterator<Item = Self> {
        let linear: Vec<f32> = self.samples.iter().map(|&s| s.into()).collect();
        let name = self.name.clone();
        (0..=SPEEDS.len()).map(move |n| match SPEEDS.get(n) {
            Some(&speed) => Self {
                name: format!("{name}, {speed} times as fast"),
                samples: at_speed(&linear, speed),
            },
            None => Self {
                name: format!("{name}, clipped"),
                // `as` saturates.
                samples: linear.iter().map(|s| (s * CLIPPED) as i16).collect(),
            },
        })
    }
}

/// What people said, a language a sound.
pub fn people() -> Result<Vec<Sound>, String> {
    let language = |(name, folder): &(&str, &str)| {
        Ok(Sound {
            name: format!("people, {name}"),
            samples: all_in(
                Path::new(folder),
                &format!("asterisk-core-sounds-{name}-wav"),
            )?,
        })
    };
    PEOPLE.iter().map(language).collect()
}

/// Music on hold.
pub fn music() -> Result<Sound, String> {
    Ok(Sound {
        name: "music".into(),
        samples: all_in(Path::new(MUSIC), "asterisk-moh-opsound-wav")?,
    })
}

/// A text read aloud by espeak-ng.
pub fn machines() -> Result<Sound, String> {
    let folder = PathBuf::from("target/voice/spoken");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut samples = Vec::new();
    for voice in VOICES {
        let file = folder.join(format!("{voice}.wav"));
        if !file.is_file() {
            let run = Command::new("espeak-ng")
                .args(["-v", voice, "-f", TEXT, "-w"])
                .arg(&file)
                .status();
            let status = run.map_err(|e| format!("espeak-ng: {e}; install Debian's espeak-ng"))?;
            if !status.success() {
                return Err(format!("espeak-ng -v {voice}: {status}"));
            }
        }
        let (rate, read) = read(&file)?;
        samples.extend(at_speed(&read, f64::from(rate) / SECOND as f64));
    }
    Ok(Sound {
        name: "machines that speak".into(),
        samples,
    })
}

/// Everything of the easy set: 4.8 h and more.
pub fn all() -> Result<Vec<Sound>, String> {
    let mut sounds = people()?;
    sounds.push(music()?);
    sounds.push(machines()?);
    Ok(sounds)
}

/// All files of a folder and its folders, in order of their names.
fn all_in(folder: &Path, package: &str) -> Result<Vec<i16>, String> {
    let mut files = Vec::new();
    list(folder, &mut files)
        .map_err(|error| format!("{}: {error}; install Debian's {package}", folder.display()))?;
    files.sort();
    let mut samples = Vec::new();
    for file in files {
        // `as` saturates; the files are at 8 kHz.
        samples.extend(read(&file)?.1.into_iter().map(|sample| sample as i16));
    }
    Ok(samples)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "wav") {
            files.push(path);
        }
    }
    Ok(())
}

/// The rate and the samples of a file.
fn read(file: &Path) -> Result<(u32, Vec<f32>), String> {
    let failed = |error: hound::Error| format!("{}: {error}", file.display());
    // A length that was not known when the head was written is as long as the file.
    let mut reader = hound::WavReader::open(file).map_err(failed)?;
    let samples = reader.samples::<i16>().map_while(Result::ok);
    let samples = samples.map(f32::from).collect();
    Ok((reader.spec().sample_rate, samples))
}

/// Phases of the filter below, and how far it reaches on either side at the slower of the two rates.
const PHASES: usize = 256;
const REACH: usize = 12;

/// Played so many times faster, by a windowed sinc that keeps what fits below half the rate.
pub fn at_speed(samples: &[f32], speed: f64) -> Vec<i16> {
    let stretch = speed.max(1.0);
    let half = (REACH as f64 * stretch / 4.0).ceil() as usize * 4;
    let kernel: Vec<Vec<f32>> = (0..PHASES)
        .map(|phase| {
            let offset = phase as f64 / PHASES as f64;
            let tap = |n: usize| {
                let at = (n as f64 - half as f64 + 1.0 - offset) / stretch;
                let sinc = if at.abs() < 1e-9 {
                    1.0
                } else {
                    (std::f64::consts::PI * at).sin() / (std::f64::consts::PI * at)
                };
                let window = (std::f64::consts::FRAC_PI_2 * at / REACH as f64)
                    .cos()
                    .powi(2);
                let inside = at.abs() < REACH as f64;
                (if inside { sinc * window / stretch } else { 0.0 }) as f32
            };
            (0..2 * half).map(tap).collect()
        })
        .collect();
    let count = (samples.len() as f64 / speed) as usize;
    let one = |n: usize| {
        let at = n as f64 * speed;
        let start = at as usize;
        let taps = &kernel[((at - start as f64) * PHASES as f64) as usize];
        let window = samples.get((start + 1).wrapping_sub(half)..=start + half);
        let mut sums = [0.0; 8];
        let window = window.unwrap_or_default().as_chunks::<8>().0;
        for (samples, taps) in window.iter().zip(taps.as_chunks::<8>().0) {
            for lane in 0..8 {
                sums[lane] += samples[lane] * taps[lane];
            }
        }
        let sum: f32 = sums.iter().sum();
        // `as` saturates.
        sum.round() as i16
    };
    (0..count).map(one).collect()
}
