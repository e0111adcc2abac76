use serde::{Deserialize, Serialize};

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
    /// Music on hold, once through.
    Music,
    /// The tone of a line that is busy, for some seconds.
    BusyTone,
    /// The tone of a telephone that rings, once: a second of tone and four of silence.
    RingingTone,
    /// After this tone a message is recorded: 1 kHz, half a second.
    Beep,
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
    /// "We have a technical fault. Please call again later."
    TechnicalFault,
}
