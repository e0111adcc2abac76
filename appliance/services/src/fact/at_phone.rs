//! What people do at a phone with the box alone.

use hotline_call::CallId;
use serde::{Deserialize, Serialize};

use crate::permission::Verdict;
use crate::route::Mailbox;
use crate::{AgentId, Language, Prompt, RecordingId};

/// A person at a phone goes a step on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtPhone {
    /// The call.
    pub call: CallId,
    /// Which step.
    #[serde(flatten)]
    pub step: AtPhoneStep,
}

/// What a person at a phone does from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum AtPhoneStep {
    /// Hears the first of the new messages of the own mailbox, and the keys.
    Hears {
        /// Who.
        agent: AgentId,
        /// What is left to be heard, the one heard now first.
        left: Vec<RecordingId>,
    },
    /// Is asked to speak after the tone.
    IsAsked {
        /// Who.
        agent: AgentId,
        /// What is to be spoken.
        spoken: Spoken,
    },
    /// Hears what was spoken, and says whether it is kept.
    Judges {
        /// Who.
        agent: AgentId,
        /// What was spoken.
        spoken: Spoken,
        /// Its sound.
        recording: RecordingId,
    },
    /// All was heard: a key is awaited.
    Awaits,
}

/// A sound that people here speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoken {
    /// A sentence of every box.
    Prompt(Prompt, Language),
    /// What an administrator wrote, by its number ([`crate::number_of_text`]).
    Text(u32),
    /// The greeting of a mailbox.
    Greeting(Mailbox),
}

/// What was spoken at a phone is what callers hear from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoundKept {
    /// The call.
    pub call: CallId,
    /// What was spoken.
    pub spoken: Spoken,
    /// Its sound.
    pub recording: RecordingId,
    /// Who spoke it.
    pub by: AgentId,
}

/// Something was asked for with a code at a phone that the role of the person does not permit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRefused {
    /// Who.
    pub agent: AgentId,
    /// The account; empty: this agent has none.
    pub account: String,
    /// Its role.
    pub role: String,
    /// What for: `listen`, `whisper`, `barge`, `record_prompt`, `transfer_outside`,
    /// `pause_recording`, `night_override`.
    pub what: String,
    /// Over whom; [`AgentId::NOBODY`]: over nobody.
    pub over: AgentId,
    /// Why not.
    pub verdict: Verdict,
}
