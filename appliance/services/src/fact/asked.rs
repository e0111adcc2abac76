//! People of ours in a conversation: one asks another, two change places.

use hotline_call::{CallId, CallerId, LegId};
use serde::{Deserialize, Serialize};

use crate::{AgentId, Destination};

/// An agent asks somebody aside who is no agent: at a telephone here, or outside. What rings follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherAsked {
    /// The call.
    pub call: CallId,
    /// Who asks.
    pub by: AgentId,
    /// Whom.
    pub to: Destination,
}

/// An agent who called a colleague asked for what only the place of the one who answered can: the
/// two changed places, and the colleague is the caller from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartiesTurned {
    /// The call.
    pub call: CallId,
    /// Who called.
    pub agent: AgentId,
    /// The leg of who called.
    pub leg: LegId,
    /// Who answered; [`AgentId::NOBODY`] where nobody is signed in.
    pub other: AgentId,
    /// The leg of who answered.
    pub other_leg: LegId,
    /// As whoever comes next sees the one who answered.
    pub caller: CallerId,
}
