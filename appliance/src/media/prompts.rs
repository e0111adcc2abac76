//! What a `Say` sounds like. Sentences are spoken by espeak-ng, a process, once, and kept as WAV
//! files beside the store; an edited sentence is a new file.

mod spoken;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hotline_call::Digit;
use hotline_dsp::engine::Clip;
use hotline_services::{Language, Prompt, Say};
use sha2::{Digest, Sha256};

use super::greetings::Greetings;
use super::numerals::{self, count};
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
    /// What it made, or somebody brought along, is no speech.
    #[error("the sound file cannot be read: {0}; a WAV file is wanted")]
    Sound(#[from] hound::Error),
    /// A rate that no speech has.
    #[error("the sound has {0} Hz; 8000 to 192000 are taken")]
    Rate(u32),
    /// Longer than anybody would listen to.
    #[error("the sound lasts {0} s; at most 300 are taken")]
    TooLongSound(u32),
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
            if self.clip(say).is_none() {
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
            Say::Music => Some(self.music.clone()),
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
            _ => self
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
        let languages = [Language::Zh, Language::En];
        let both = |prompt| languages.map(|language| Say::Prompt(prompt, language));
        let counts = (0..=MOST_COUNTED)
            .flat_map(|count| languages.map(|language| Say::Messages(count, language)));
        let prompts = Prompt::ALL.into_iter().flat_map(both);
        let digits = ('0'..='9').chain(['*', '#']).filter_map(Digit::new);
        let digits = digits.flat_map(|digit| languages.map(|language| Say::Digit(digit, language)));
        prompts.chain(digits).chain(counts).collect()
    }

    fn make(&self, say: &Say) -> Result<Clip, PromptError> {
        let (text, language) = match say {
            Say::Prompt(prompt, language) => {
                let own = self.own_file(*prompt, *language);
                if own.exists() {
                    return read(&own);
                }
                (words(*prompt, *language).to_owned(), *language)
            }
            Say::Text(text, language) => (text.clone(), *language),
            Say::OfferCallback(key, language) => (offer_callback(*key, *language), *language),
            Say::Digit(digit, language) => (digit_words(*digit, *language).to_owned(), *language),
            Say::Greeting(_, sentence) => return self.make(sentence),
            Say::Ahead(callers, language) => (ahead(*callers, *language), *language),
            Say::MoreAhead(callers, language) => (more_ahead(*callers, *language), *language),
            Say::EstimatedWait(minutes, language) => (wait(*minutes, *language), *language),
            Say::Messages(count, language) => (messages(*count, *language), *language),
            Say::Recording(_)
            | Say::Music
            | Say::BusyTone
            | Say::RingingTone
            | Say::Beep
            | Say::Silence(_) => {
                return Ok(Clip::from([]));
            }
        };
        let path = self.directory.join(file_name(&text, language));
        if !path.exists() {
            voice::write_wav(&path, &voice::say(&text, language)?)?;
        }
        read(&path)
    }

    /// Lets callers hear this WAV file instead of the voice. Blocks; not for call control. Whoever
    /// hears the sentence at this moment hears it out.
    ///
    /// # Errors
    /// It is no sound that can be taken, or it cannot be kept; nothing has changed then.
    pub fn replace(
        &self,
        prompt: Prompt,
        language: Language,
        file: &[u8],
    ) -> Result<(), PromptError> {
        let sound = voice::take(file)?;
        voice::write_wav(&self.own_file(prompt, language), &sound)?;
        self.keep(Say::Prompt(prompt, language), sound.into());
        Ok(())
    }

    /// Lets callers hear the voice again. Blocks; not for call control.
    ///
    /// # Errors
    /// The file cannot be removed, or the voice fails.
    pub fn restore(&self, prompt: Prompt, language: Language) -> Result<(), PromptError> {
        let path = self.own_file(prompt, language);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(PromptError::File { path, error });
            }
            _ => {}
        }
        let say = Say::Prompt(prompt, language);
        let clip = self.make(&say)?;
        self.keep(say, clip);
        Ok(())
    }

    /// Whether somebody has brought a sound along for this sentence.
    #[must_use]
    pub fn is_replaced(&self, prompt: Prompt, language: Language) -> bool {
        self.own_file(prompt, language).exists()
    }

    fn own_file(&self, prompt: Prompt, language: Language) -> PathBuf {
        // The names of both are of our own making: letters only.
        self.directory
            .join(format!("own-{prompt:?}-{language:?}.wav"))
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

/// The words of a sentence every box has.
#[must_use]
pub fn words(prompt: Prompt, language: Language) -> &'static str {
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
        (Prompt::PressOneToAccept, Language::Zh) => "您有公司来电，接听请按一。",
        (Prompt::PressOneToAccept, Language::En) => {
            "You have a call from the office. To take it, press 1."
        }
        (Prompt::LeaveMessage, Language::Zh) => "请在提示音后留言，结束请按井号键。",
        (Prompt::LeaveMessage, Language::En) => {
            "Please leave a message after the tone, and press the hash key when you are done."
        }
        (Prompt::CallbackNumber, Language::Zh) => {
            "我们可以给您回电，并保留您的排队位置。您的号码是："
        }
        (Prompt::CallbackNumber, Language::En) => {
            "We can call you back, and you keep your place in the queue. Your number is:"
        }
        (Prompt::CallbackAgree, Language::Zh) => "同意请再按一次，继续等待请不要挂机。",
        (Prompt::CallbackAgree, Language::En) => {
            "To agree, press the same key again. To go on waiting, stay on the line."
        }
        (Prompt::CallbackPromised, Language::Zh) => "好的，轮到您时我们会给您回电。",
        (Prompt::CallbackPromised, Language::En) => "We will call you back when it is your turn.",
        (Prompt::NoCallback, Language::Zh) => "抱歉，我们无法给您回电，请您继续等待。",
        (Prompt::NoCallback, Language::En) => {
            "We are sorry, we cannot call you back. Please stay on the line."
        }
        (Prompt::NoMoreMessages, Language::Zh) => "没有更多新留言。",
        (Prompt::NoMoreMessages, Language::En) => "You have no more new messages.",
        (Prompt::MailboxKeys, Language::Zh) => {
            "删除这条留言请按七，保留并听下一条请按九，录制您的问候语请按五。"
        }
        (Prompt::MailboxKeys, Language::En) => {
            "To delete this message, press 7. To keep it and hear the next one, press 9. \
             To record your greeting, press 5."
        }
        (Prompt::SpeakAfterTone, Language::Zh) => "请在提示音后讲话，结束请按井号键。",
        (Prompt::SpeakAfterTone, Language::En) => {
            "Please speak after the tone, and press the hash key when you are done."
        }
        (Prompt::KeepOrAgain, Language::Zh) => "保存请按一，重新录制请按二。",
        (Prompt::KeepOrAgain, Language::En) => "To keep this, press 1. To speak again, press 2.",
        (Prompt::NotPermitted, Language::Zh) => "您没有此项权限。",
        (Prompt::NotPermitted, Language::En) => "You may not do that.",
        (Prompt::Done, Language::Zh) => "已设置。",
        (Prompt::Done, Language::En) => "Done.",
        (Prompt::SoundKept, Language::Zh) => "已保存。",
        (Prompt::SoundKept, Language::En) => "It has been kept.",
        (Prompt::TechnicalFault, Language::Zh) => "系统出现故障，请您稍后再拨。",
        (Prompt::TechnicalFault, Language::En) => {
            "We have a technical fault. Please call again later."
        }
    }
}

fn offer_callback(key: Digit, language: Language) -> String {
    let key = digit_words(key, language);
    match language {
        Language::Zh => format!("需要回电并保留排队位置，请按{key}。"),
        Language::En => {
            format!("To be called back without losing your place in the queue, press {key}.")
        }
    }
}

/// A digit as it is said in a telephone number: 幺, for 一 sounds like 七.
const fn digit_words(digit: Digit, language: Language) -> &'static str {
    match (digit.label(), language) {
        ('0', Language::Zh) => "零",
        ('1', Language::Zh) => "幺",
        ('2', Language::Zh) => "二",
        ('3', Language::Zh) => "三",
        ('4', Language::Zh) => "四",
        ('5', Language::Zh) => "五",
        ('6', Language::Zh) => "六",
        ('7', Language::Zh) => "七",
        ('8', Language::Zh) => "八",
        ('9', Language::Zh) => "九",
        ('*', Language::Zh) => "星号",
        (_, Language::Zh) => "井号",
        ('0', Language::En) => "zero",
        ('1', Language::En) => "one",
        ('2', Language::En) => "two",
        ('3', Language::En) => "three",
        ('4', Language::En) => "four",
        ('5', Language::En) => "five",
        ('6', Language::En) => "six",
        ('7', Language::En) => "seven",
        ('8', Language::En) => "eight",
        ('9', Language::En) => "nine",
        ('*', Language::En) => "star",
        (_, Language::En) => "hash",
    }
}

/// How many callers are ahead, in words.
fn ahead(callers: u32, language: Language) -> String {
    let number = count(callers, language);
    match (callers, language) {
        (0, Language::Zh) => "您是下一位。".to_owned(),
        (0, Language::En) => "You are next.".to_owned(),
        (_, Language::Zh) => format!("您前面还有{number}位。"),
        (1, Language::En) => "There is one caller ahead of you.".to_owned(),
        (_, Language::En) => format!("There are {number} callers ahead of you."),
    }
}

fn more_ahead(callers: u32, language: Language) -> String {
    let number = count(callers, language);
    match language {
        Language::Zh => format!("您前面还有{number}位以上。"),
        Language::En if callers == 1 => "There is more than one caller ahead of you.".to_owned(),
        Language::En => format!("There are more than {number} callers ahead of you."),
    }
}

/// How long the wait will be, in words.
fn wait(minutes: u32, language: Language) -> String {
    let number = count(minutes, language);
    match (minutes, language) {
        (0, Language::Zh) => "预计等待不到一分钟。".to_owned(),
        (0, Language::En) => "Your wait is expected to be less than a minute.".to_owned(),
        (_, Language::Zh) => format!("预计等待约{number}分钟以内。"),
        (1, Language::En) => "Your wait is expected to be within a minute.".to_owned(),
        (_, Language::En) => format!("Your wait is expected to be within {number} minutes."),
    }
}

/// How many new messages there are, in words.
fn messages(count: u32, language: Language) -> String {
    let number = numerals::count(count, language);
    match (count, language) {
        (0, Language::Zh) => "您没有新留言。".to_owned(),
        (0, Language::En) => "You have no new messages.".to_owned(),
        (MOST_COUNTED.., Language::Zh) => "您有十条以上新留言。".to_owned(),
        (MOST_COUNTED.., Language::En) => "You have ten or more new messages.".to_owned(),
        (_, Language::Zh) => format!("您有{number}条新留言。"),
        (1, Language::En) => "You have one new message.".to_owned(),
        (_, Language::En) => format!("You have {number} new messages."),
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
        assert!(prompts.replace(prompt, language, b"no sound").is_err());
        assert_eq!(heard(&prompts), spoken, "nothing has changed");
        // Another sentence serves as a file from elsewhere.
        let other = directory.path().join("other.wav");
        voice::write_wav(&other, &voice::say("See you soon", language).unwrap()).unwrap();
        prompts
            .replace(prompt, language, &std::fs::read(&other).unwrap())
            .unwrap();
        let own = heard(&prompts);
        assert_ne!(own, spoken);
        assert_eq!(heard(&Prompts::open(directory.path()).unwrap()), own);
        prompts.restore(prompt, language).unwrap();
        assert!(!prompts.is_replaced(prompt, language));
        assert_eq!(heard(&prompts), spoken);
    }

    #[test]
    fn places_and_waits_are_said_as_people_say_them() {
        assert_eq!(ahead(2, Language::Zh), "您前面还有两位。");
        assert_eq!(ahead(12, Language::Zh), "您前面还有十二位。");
        assert_eq!(more_ahead(10, Language::Zh), "您前面还有十位以上。");
        assert_eq!(wait(2, Language::Zh), "预计等待约两分钟以内。");
        assert_eq!(wait(0, Language::Zh), "预计等待不到一分钟。");
        assert_eq!(ahead(0, Language::En), "You are next.");
        assert_eq!(ahead(1, Language::En), "There is one caller ahead of you.");
        assert_eq!(
            wait(15, Language::En),
            "Your wait is expected to be within fifteen minutes."
        );
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
