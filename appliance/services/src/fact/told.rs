//! What callers are told, for what phones go on ringing, and what is not kept.

use hotline_call::{CallId, LegId};
use serde::{Deserialize, Serialize};

use crate::emergency::NoticeId;
use crate::{AgentId, Basis, Estimate, RecordingId, Say, WrapupCodeId};

/// The caller was told about the wait, and from what that was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitAnnounced {
    /// The call.
    pub call: CallId,
    /// How many callers of the queue go before this one.
    pub ahead: u32,
    /// How long the wait will be, and from what that is known; `None`: nobody serves the queue.
    pub estimate: Option<(Basis, Estimate)>,
    /// What was said; nothing, if nothing has improved.
    pub says: Vec<Say>,
}

/// Who was asked and has not answered yet gets the call on answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferAwaited {
    /// The call.
    pub call: CallId,
    /// Whose phone rings.
    pub agent: AgentId,
    /// The leg.
    pub leg: LegId,
    /// How long it rings from now, at most.
    pub ring_ms: u64,
}

/// Nothing is recorded for a while: silence of true length in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingPaused {
    /// The call.
    pub call: CallId,
    /// Its name.
    pub recording: RecordingId,
    /// Who asked for it.
    pub by: AgentId,
    /// After how long it goes on by itself.
    pub pause_ms: u64,
}

/// Time for notes is longer by so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapupExtended {
    /// Who.
    pub agent: AgentId,
    /// About which call.
    pub call: CallId,
    /// By how much.
    pub by_ms: u64,
}

/// What a call came to, as an agent said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallNoted {
    /// Which.
    pub call: CallId,
    /// Who.
    pub agent: AgentId,
    /// One of the codes of its queue.
    pub code: Option<WrapupCodeId>,
    /// In words.
    pub note: String,
}

/// Somebody on site has seen that help was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpAcknowledged {
    /// Which notice: the number of the fact that it tells of.
    pub notice: NoticeId,
    /// The call, if one came of it.
    pub call: Option<CallId>,
    /// Who, as signed in.
    pub by: String,
}
