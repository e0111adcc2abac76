//! What a `Say` sounds like. Sentences are spoken by espeak-ng, a process, once, and kept as WAV
//! files beside the store; an edited sentence is a new file.

mod key;
mod spoken;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hotline_call::Digit;
use hotline_dsp::engine::Clip;
use hotline_services::{Language, Prompt, Say};

use self::key::hash;
pub use self::key::key;
pub use self::words::{sentence, words};
use super::greetings::Greetings;
use super::sound_file::SoundFileError;
use super::voice::{self, MAX_TEXT, RATE_HZ};
use super::{busy_tone, music, tone};

/// As many new messages are counted one by one; of more it is said that they are more.
const MOST_COUNTED: u32 = 10;

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
    #[error("the spoken sound cannot be read: {0}")]
    Sound(#[from] hound::Error),
    /// What somebody brought along cannot be taken.
    #[error(transparent)]
    Brought(#[from] SoundFileError),
    /// The text was changed or taken away while it was spoken.
    #[error("what was spoken is no longer said to anybody")]
    Gone,
    /// A tone, or what was recorded in a call.
    #[error("nothing can be put in the place of this sound")]
    NotReplaceable,
    /// Nothing to be heard.
    #[error("the sound is silent")]
    Silent,
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
    greetings: Greetings,
    music: Clip,
    busy: Clip,
    ringing: Clip,
    beep: Clip,
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
            greetings: Greetings::open(directory),
            music: music::compose().into(),
            busy: busy_tone::compose().into(),
            ringing: tone::ringing().into(),
            beep: tone::beep().into(),
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
            // The sound brought along is there or not; the sentence is what can be spoken.
            let say = if let Say::Greeting(_, sentence) = say {
                sentence
            } else {
                say
            };
            if self.kept(say).is_none() {
                match self.make(say) {
                    Ok(clip) => self.keep(say.clone(), clip),
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
            Say::BusyTone => Some(self.busy.clone()),
            Say::RingingTone => Some(self.ringing.clone()),
            Say::Beep => Some(self.beep.clone()),
            Say::Greeting(mailbox, sentence) => {
                let own = self.greetings.sound(*mailbox);
                own.or_else(|| self.clip(sentence))
            }
            Say::Silence(ms) => {
                let samples = (*ms).min(60_000) * RATE_HZ / 1000;
                Some(vec![0; samples as usize].into())
            }
            Say::Messages(count, language) if *count > MOST_COUNTED => {
                self.clip(&Say::Messages(MOST_COUNTED, *language))
            }
            Say::Music => self.kept(say).or_else(|| Some(self.music.clone())),
            _ => self.kept(say),
        }
    }

    fn kept(&self, say: &Say) -> Option<Clip> {
        let clips = self.clips.lock().unwrap_or_else(PoisonError::into_inner);
        clips.get(say).cloned()
    }

    /// Every sentence that needs no configuration.
    #[must_use]
    pub fn built_in() -> Vec<Say> {
        let languages = [Language::Zh, Language::En];
        let both = |prompt| languages.map(|language| Say::Prompt(prompt, language));
        let counts = (0..=MOST_COUNTED)
            .flat_map(|count| languages.map(|language| Say::Messages(count, language)));
        let prompts = Prompt::ALL.into_iter().flat_map(both);
        let digits = ('0'..='9').chain(['*', '#']).filter_map(Digit::new);
        let digits = digits.flat_map(|digit| languages.map(|language| Say::Digit(digit, language)));
        let music = std::iter::once(Say::Music);
        prompts.chain(digits).chain(counts).chain(music).collect()
    }

    fn make(&self, say: &Say) -> Result<Clip, PromptError> {
        let own = self.own_file(say).filter(|own| own.exists());
        if let Some(own) = own {
            return read(&own);
        }
        let Some((text, language)) = sentence(say) else {
            return Ok(match say {
                Say::Music => self.music.clone(),
                _ => Clip::from([]),
            });
        };
        let path = self.directory.join(file_name(&text, language));
        if !path.exists() {
            voice::write_wav(&path, &voice::say(&text, language)?)?;
        }
        read(&path)
    }

    /// Lets callers hear this sound instead of the voice or the box's own music: a file that
    /// [`voice::take`] takes. Blocks; not for call control. Whoever hears the sentence at this moment
    /// hears it out.
    ///
    /// # Errors
    /// It is no sound that can be taken, or it cannot be kept, or nothing can be put in the place of
    /// this; nothing has changed then.
    pub fn replace(&self, say: &Say, file: &[u8]) -> Result<(), PromptError> {
        let path = self.own_file(say).ok_or(PromptError::NotReplaceable)?;
        let sound = voice::take(file)?;
        voice::write_wav(&path, &sound)?;
        self.keep(say.clone(), sound.into());
        Ok(())
    }

    /// Lets callers hear the voice again. Blocks; not for call control.
    ///
    /// # Errors
    /// The file cannot be removed, or the voice fails.
    pub fn restore(&self, say: &Say) -> Result<(), PromptError> {
        let path = self.own_file(say).ok_or(PromptError::NotReplaceable)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(PromptError::File { path, error });
            }
            _ => {}
        }
        let clip = self.make(say)?;
        self.keep(say.clone(), clip);
        Ok(())
    }

    /// Whether somebody has put a sound in the place of this.
    #[must_use]
    pub fn is_replaced(&self, say: &Say) -> bool {
        self.own_file(say).is_some_and(|own| own.exists())
    }

    fn own_file(&self, say: &Say) -> Option<PathBuf> {
        let key = key(say)?;
        Some(self.directory.join(format!("own-{key}.wav")))
    }

    /// What people brought along for their mailboxes.
    #[must_use]
    pub const fn greetings(&self) -> &Greetings {
        &self.greetings
    }

    fn keep(&self, say: Say, clip: Clip) {
        let mut clips = self.clips.lock().unwrap_or_else(PoisonError::into_inner);
        clips.insert(say, clip);
    }
}

pub(super) fn read(path: &Path) -> Result<Clip, PromptError> {
    let samples: Result<Vec<i16>, _> = hound::WavReader::open(path)?.into_samples().collect();
    Ok(samples?.into())
}

fn file_name(text: &str, language: Language) -> String {
    format!("{}.wav", hash(text, language))
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
        for say in sayings.iter().filter(|say| **say != Say::Music) {
            let clip = prompts.clip(say).unwrap();
            assert!(clip.len() > 2000, "{say:?} lasts {} samples", clip.len());
            let peak = clip.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
            assert!(peak > 4000, "{say:?} peaks at {peak}");
        }
    }

    #[test]
    fn a_sound_brought_along_is_heard_until_it_is_taken_away_also_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let (prompt, language) = (Prompt::Goodbye, Language::En);
        let say = Say::Prompt(prompt, language);
        let heard = |prompts: &Prompts| {
            prompts.prepare([&say]).unwrap();
            prompts.clip(&say).unwrap()
        };
        let prompts = Prompts::open(directory.path()).unwrap();
        let spoken = heard(&prompts);
        assert!(prompts.replace(&say, b"no sound").is_err());
        assert_eq!(heard(&prompts), spoken, "nothing has changed");
        // Another sentence serves as a file from elsewhere.
        let other = directory.path().join("other.wav");
        voice::write_wav(&other, &voice::say("See you soon", language).unwrap()).unwrap();
        prompts
            .replace(&say, &std::fs::read(&other).unwrap())
            .unwrap();
        let own = heard(&prompts);
        assert_ne!(own, spoken);
        assert_eq!(heard(&Prompts::open(directory.path()).unwrap()), own);
        prompts.restore(&say).unwrap();
        assert!(!prompts.is_replaced(&say));
        assert_eq!(heard(&prompts), spoken);
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
