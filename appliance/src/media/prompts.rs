//! What a `Say` sounds like. Sentences are spoken by espeak-ng, a process, once, and kept as WAV
//! files beside the store; an edited sentence is a new file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use hotline_dsp::engine::Clip;
use hotline_services::{Language, Prompt, Say};
use rubato::{Fft, FixedSync, Resampler};
use sha2::{Digest, Sha256};

use super::music;

/// The rate of everything the engine plays.
const RATE_HZ: u32 = 8000;
/// Where speech is levelled to: RMS of its loud parts, −20 dBm0 (ITU-T P.56 active level of
/// network announcements), as linear PCM where ±32 767 is +3.14 dBm0.
const SPEECH_RMS: f32 = 2280.0;
/// The longest sentence that is spoken, in characters.
const MAX_TEXT: usize = 2000;

/// Why a sentence has no sound.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The speaking program is missing or fails.
    #[error("espeak-ng cannot be run ({0}); install it: apt-get install espeak-ng")]
    Voice(std::io::Error),
    /// It ran and said no.
    #[error("espeak-ng failed with {status}: {message}")]
    Refused {
        /// Exit status.
        status: std::process::ExitStatus,
        /// Its words.
        message: String,
    },
    /// What it made is no speech.
    #[error("espeak-ng made a sound file that cannot be read: {0}")]
    Sound(#[from] hound::Error),
    /// The sound could not be brought to 8 kHz.
    #[error("the sound cannot be brought to 8 kHz: {0}")]
    Resample(String),
    /// The file could not be kept.
    #[error("{}: {error}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Too long.
    #[error("the text has {0} characters; at most {MAX_TEXT} are spoken")]
    TooLong(usize),
}

/// All sounds known so far.
#[derive(Clone, Debug)]
pub struct Prompts {
    directory: PathBuf,
    clips: Arc<Mutex<BTreeMap<Say, Clip>>>,
    music: Clip,
}

impl Prompts {
    /// Prompts kept in `directory`, which is made if it is missing.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn open(directory: &Path) -> Result<Self, PromptError> {
        std::fs::create_dir_all(directory).map_err(|error| PromptError::File {
            path: directory.into(),
            error,
        })?;
        Ok(Self {
            directory: directory.into(),
            clips: Arc::default(),
            music: music::compose().into(),
        })
    }

    /// Makes the sound of each of these that has none yet: about 0.1 s a new sentence. Blocks; not
    /// for call control.
    ///
    /// # Errors
    /// The first that failed; the others are there.
    pub fn prepare<'a>(
        &self,
        sayings: impl IntoIterator<Item = &'a Say>,
    ) -> Result<(), PromptError> {
        let mut outcome = Ok(());
        for say in sayings {
            if self.clip(say).is_none() {
                match self.make(say) {
                    Ok(clip) => {
                        let mut clips = self.clips.lock().unwrap_or_else(PoisonError::into_inner);
                        clips.insert(say.clone(), clip);
                    }
                    Err(error) if outcome.is_ok() => outcome = Err(error),
                    Err(_) => {}
                }
            }
        }
        outcome
    }

    /// The sound, if it has been prepared. Never blocks for long.
    #[must_use]
    pub fn clip(&self, say: &Say) -> Option<Clip> {
        match say {
            Say::Music => Some(self.music.clone()),
            Say::Silence(ms) => {
                let samples = (*ms).min(60_000) * RATE_HZ / 1000;
                Some(vec![0; samples as usize].into())
            }
            Say::Prompt(..) | Say::Text(..) => self
                .clips
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get(say)
                .cloned(),
        }
    }

    /// Every sentence that needs no configuration.
    #[must_use]
    pub fn built_in() -> Vec<Say> {
        let prompts = [
            Prompt::InvalidChoice,
            Prompt::NoInput,
            Prompt::PleaseHold,
            Prompt::AllAgentsBusy,
            Prompt::NobodyHere,
            Prompt::Goodbye,
            Prompt::TechnicalFault,
        ];
        let both = |prompt| {
            [
                Say::Prompt(prompt, Language::Zh),
                Say::Prompt(prompt, Language::En),
            ]
        };
        prompts.into_iter().flat_map(both).collect()
    }

    fn make(&self, say: &Say) -> Result<Clip, PromptError> {
        let (text, language) = match say {
            Say::Prompt(prompt, language) => (words(*prompt, *language).to_owned(), *language),
            Say::Text(text, language) => (text.clone(), *language),
            Say::Music | Say::Silence(_) => return Ok(Clip::from([])),
        };
        let path = self.directory.join(file_name(&text, language));
        if !path.exists() {
            let spoken = speak(&text, language)?;
            write_wav(&path, &level(resample(&spoken)?))?;
        }
        let samples: Result<Vec<i16>, _> = hound::WavReader::open(&path)?.into_samples().collect();
        Ok(samples?.into())
    }
}

fn words(prompt: Prompt, language: Language) -> &'static str {
    match (prompt, language) {
        (Prompt::InvalidChoice, Language::Zh) => "您的输入有误。",
        (Prompt::InvalidChoice, Language::En) => "That is not one of the choices.",
        (Prompt::NoInput, Language::Zh) => "没有收到您的按键。",
        (Prompt::NoInput, Language::En) => "We have not heard a key.",
        (Prompt::PleaseHold, Language::Zh) => "请稍候，正在为您转接。",
        (Prompt::PleaseHold, Language::En) => "Please hold. We are putting you through.",
        (Prompt::AllAgentsBusy, Language::Zh) => "坐席全忙，请您稍候。",
        (Prompt::AllAgentsBusy, Language::En) => "All our agents are busy. Please hold the line.",
        (Prompt::NobodyHere, Language::Zh) => "现在无人接听，请您稍后再拨。",
        (Prompt::NobodyHere, Language::En) => {
            "Nobody is here to take your call. Please call again later."
        }
        (Prompt::Goodbye, Language::Zh) => "再见。",
        (Prompt::Goodbye, Language::En) => "Goodbye.",
        (Prompt::TechnicalFault, Language::Zh) => "系统出现故障，请您稍后再拨。",
        (Prompt::TechnicalFault, Language::En) => {
            "We have a technical fault. Please call again later."
        }
    }
}

fn file_name(text: &str, language: Language) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{language:?} {text}"));
    let name: String = hash
        .finalize()
        .iter()
        .take(12)
        .map(|octet| format!("{octet:02x}"))
        .collect();
    format!("{name}.wav")
}

/// Speech at the voice's own rate, and that rate.
struct Spoken {
    samples: Vec<f32>,
    rate_hz: u32,
}

fn speak(text: &str, language: Language) -> Result<Spoken, PromptError> {
    let length = text.chars().count();
    if length > MAX_TEXT {
        return Err(PromptError::TooLong(length));
    }
    let voice = match language {
        Language::Zh => "cmn",
        Language::En => "en-gb",
    };
    // "--" ends the options: a sentence that begins with a dash is still a sentence.
    let output = Command::new("espeak-ng")
        .args(["-v", voice, "-s", "150", "--stdout", "--", text])
        .stdin(Stdio::null())
        .output()
        .map_err(PromptError::Voice)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(PromptError::Refused {
            status: output.status,
            message,
        });
    }
    // espeak-ng streams: the length in its header is not the length of the sound.
    let mut octets = output.stdout;
    mend_length(&mut octets);
    let mut reader = hound::WavReader::new(octets.as_slice())?;
    let rate_hz = reader.spec().sample_rate;
    let samples: Result<Vec<i16>, _> = reader.samples::<i16>().collect();
    Ok(Spoken {
        samples: samples?.into_iter().map(f32::from).collect(),
        rate_hz,
    })
}

fn mend_length(octets: &mut [u8]) {
    let Some(data) = octets.len().checked_sub(44).filter(|_| octets.len() >= 44) else {
        return;
    };
    let data = data as u32 & !1;
    octets[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    octets[40..44].copy_from_slice(&data.to_le_bytes());
}

fn resample(spoken: &Spoken) -> Result<Vec<f32>, PromptError> {
    let fault = |error: &dyn std::fmt::Display| PromptError::Resample(error.to_string());
    let (from, to) = (spoken.rate_hz as usize, RATE_HZ as usize);
    let mut resampler =
        Fft::<f32>::new(from, to, 1024, 1, FixedSync::Input).map_err(|e| fault(&e))?;
    let frames = spoken.samples.len();
    let input =
        rubato::audioadapter_buffers::direct::InterleavedSlice::new(&spoken.samples, 1, frames)
            .map_err(|e| fault(&e))?;
    let output = resampler
        .process_all(&input, frames, None)
        .map_err(|e| fault(&e))?;
    Ok(output.take_data())
}

/// Brings speech to one loudness, by the RMS of its louder half (pauses do not count).
fn level(samples: Vec<f32>) -> Vec<i16> {
    let mut blocks: Vec<f32> = samples
        .chunks(160)
        .map(|block| block.iter().map(|s| s * s).sum::<f32>() / block.len() as f32)
        .collect();
    blocks.sort_by(f32::total_cmp);
    let loud = &blocks[blocks.len() / 2..];
    let rms = (loud.iter().sum::<f32>() / loud.len().max(1) as f32).sqrt();
    let gain = if rms > 1.0 { SPEECH_RMS / rms } else { 1.0 };
    samples
        .into_iter()
        .map(|s| (s * gain).clamp(-32_000.0, 32_000.0) as i16)
        .collect()
}

/// Written under another name first: a prompt that stands under its name is whole.
fn write_wav(path: &Path, samples: &[i16]) -> Result<(), PromptError> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let half = path.with_extension("part");
    let mut writer = hound::WavWriter::create(&half, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    std::fs::rename(&half, path).map_err(|error| PromptError::File {
        path: path.into(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_sentence_is_spoken_in_both_languages_at_one_loudness() {
        let directory = tempfile::tempdir().unwrap();
        let prompts = Prompts::open(directory.path()).unwrap();
        let sayings = Prompts::built_in();
        prompts.prepare(&sayings).unwrap();
        for say in &sayings {
            let clip = prompts.clip(say).unwrap();
            assert!(clip.len() > 2000, "{say:?} lasts {} samples", clip.len());
            let peak = clip.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
            assert!(peak > 4000, "{say:?} peaks at {peak}");
        }
    }

    #[test]
    fn a_sentence_is_spoken_once_and_read_back_the_next_time() {
        let directory = tempfile::tempdir().unwrap();
        let say = Say::Text("-v is no option here".into(), Language::En);
        let sound = |prompts: Prompts| {
            prompts.prepare([&say]).unwrap();
            prompts.clip(&say).unwrap()
        };
        let first = sound(Prompts::open(directory.path()).unwrap());
        let again = sound(Prompts::open(directory.path()).unwrap());
        assert_eq!(first, again);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
