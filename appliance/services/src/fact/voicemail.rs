//! Messages that callers leave, and what becomes of them.

use hotline_call::{CallId, CallerId};
use serde::{Deserialize, Serialize};

use crate::route::Mailbox;
use crate::{AgentId, RecordingId};

/// A caller hears the greeting of a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxEntered {
    /// The call.
    pub call: CallId,
    /// Which mailbox.
    pub mailbox: Mailbox,
}

/// A caller has left a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoicemailLeft {
    /// The call.
    pub call: CallId,
    /// For whom.
    pub mailbox: Mailbox,
    /// Its sound, and its identity.
    pub recording: RecordingId,
    /// How long it is.
    pub length_ms: u64,
    /// Who left it.
    pub caller: CallerId,
}

/// A message was heard, or dealt with, or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoicemailMarked {
    /// Which message.
    pub recording: RecordingId,
    /// What it is now.
    pub mark: MessageMark,
    /// By whom.
    pub by: MarkedBy,
}

/// What a message is marked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageMark {
    /// Somebody has heard it.
    Heard,
    /// Who left it was called back, or nothing is left to be done.
    Handled,
    /// It is not in the mailbox any more.
    Deleted,
}

/// Who marked a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkedBy {
    /// A person, by hand.
    Account(String),
    /// An agent, by calling back.
    Agent {
        /// Who.
        agent: AgentId,
        /// In which call.
        call: CallId,
    },
}
