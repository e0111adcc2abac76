use hotline_call::Digit;
use serde::{Deserialize, Serialize};

use crate::RecordingId;
use crate::route::Mailbox;

/// The language a caller is spoken to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Chinese (Mandarin).
    #[default]
    Zh,
    /// English.
    En,
}

/// What a caller is to hear; which file or voice that is, `media/prompts.rs` knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// A sentence every box has.
    Prompt(Prompt, Language),
    /// A sentence the administrator wrote, such as a greeting.
    Text(String, Language),
    /// What is said in a mailbox before the tone: the sound somebody brought along for it, else this
    /// sentence.
    Greeting(Mailbox, Box<Self>),
    /// "There are so many callers ahead of you"; 0: "you are next".
    Ahead(u32, Language),
    /// "There are more than so many callers ahead of you."
    MoreAhead(u32, Language),
    /// "You will wait no longer than so many minutes"; 0: "less than a minute".
    EstimatedWait(u32, Language),
    /// "To be called back without losing your place, press this key."
    OfferCallback(Digit, Language),
    /// One digit of a telephone number.
    Digit(Digit, Language),
    /// Music on hold, once through.
    Music,
    /// The tone of a line that is busy, for some seconds.
    BusyTone,
    /// The tone of a telephone that rings, once: a second of tone and four of silence.
    RingingTone,
    /// After this tone a message is recorded: 1 kHz, half a second.
    Beep,
    /// "You have so many new messages"; ten are ten or more.
    Messages(u32, Language),
    /// What was recorded.
    Recording(RecordingId),
    /// Nothing, for so many milliseconds.
    Silence(u32),
}

/// The sentences every box has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// "That is not one of the choices."
    InvalidChoice,
    /// "We have not heard a key."
    NoInput,
    /// "Please hold, we are putting you through."
    PleaseHold,
    /// "All our agents are busy."
    AllAgentsBusy,
    /// "Nobody is here to take your call. Please call again later."
    NobodyHere,
    /// "Goodbye."
    Goodbye,
    /// "You have a call from the office. To take it, press 1."
    PressOneToAccept,
    /// "Please leave a message after the tone, and press the hash key when you are done."
    LeaveMessage,
    /// "We can call you back, and you keep your place in the queue. Your number is:"
    CallbackNumber,
    /// "To agree, press the same key again. To go on waiting, stay on the line."
    CallbackAgree,
    /// "We will call you back."
    CallbackPromised,
    /// "We are sorry, we cannot call you back. Please stay on the line."
    NoCallback,
    /// "You have no more new messages."
    NoMoreMessages,
    /// "To delete this message, press 7; for the next one, 9; to speak your greeting, 5."
    MailboxKeys,
    /// "Please speak after the tone, and press the hash key when you are done."
    SpeakAfterTone,
    /// "To keep this, press 1; to speak again, press 2."
    KeepOrAgain,
    /// "It has been kept."
    SoundKept,
    /// "We have a technical fault. Please call again later."
    TechnicalFault,
    /// "You may not do that."
    NotPermitted,
    /// "Done."
    Done,
}

impl Prompt {
    /// All of them, in the order of their numbers. New ones are added at the end, so that a number,
    /// once written down beside a phone, stays.
    pub const ALL: [Self; 20] = [
        Self::InvalidChoice,
        Self::NoInput,
        Self::PleaseHold,
        Self::AllAgentsBusy,
        Self::NobodyHere,
        Self::Goodbye,
        Self::PressOneToAccept,
        Self::LeaveMessage,
        Self::TechnicalFault,
        Self::NoMoreMessages,
        Self::MailboxKeys,
        Self::SpeakAfterTone,
        Self::KeepOrAgain,
        Self::SoundKept,
        Self::CallbackNumber,
        Self::CallbackAgree,
        Self::CallbackPromised,
        Self::NoCallback,
        Self::NotPermitted,
        Self::Done,
    ];
}

/// The number of a sentence, as it is dialled after the code for speaking one: its place from 1, and
/// 1 for Chinese or 2 for English.
#[must_use]
pub fn number_of_prompt(prompt: Prompt, language: Language) -> u32 {
    let place = Prompt::ALL.iter().position(|known| *known == prompt);
    let place = place.and_then(|place| u32::try_from(place + 1).ok());
    let language = match language {
        Language::Zh => 1,
        Language::En => 2,
    };
    place.unwrap_or_default() * 10 + language
}

/// The sentence of this number.
#[must_use]
pub fn prompt_of_number(number: u32) -> Option<(Prompt, Language)> {
    let language = match number % 10 {
        1 => Language::Zh,
        2 => Language::En,
        _ => return None,
    };
    let place = usize::try_from(number / 10).ok()?.checked_sub(1)?;
    Prompt::ALL.get(place).map(|prompt| (*prompt, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_has_a_number_of_its_own_that_leads_back_to_it() {
        for prompt in Prompt::ALL {
            for language in [Language::Zh, Language::En] {
                let number = number_of_prompt(prompt, language);
                assert_eq!(prompt_of_number(number), Some((prompt, language)));
            }
        }
        assert_eq!(number_of_prompt(Prompt::NobodyHere, Language::En), 52);
        assert_eq!([0, 1, 10, 13, 211].map(prompt_of_number), [None; 5]);
    }
}
