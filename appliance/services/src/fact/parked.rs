//! Calls that are parked, and calls that take another line.

use hotline_call::{CallId, Cause, LegId, LineId};
use serde::{Deserialize, Serialize};

use crate::{AgentId, QueueId};

/// An agent has parked the customer, who hears music.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallParked {
    /// The call.
    pub call: CallId,
    /// The place, as it is dialled to fetch the customer.
    pub place: u32,
    /// Who.
    pub by: AgentId,
    /// Where the customer came from; 0: from no queue.
    pub queue: QueueId,
    /// How long the customer stays there.
    pub park_ms: u64,
}

/// A call that we make goes on the next line, for the one before failed or rang.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextLine {
    /// The call.
    pub call: CallId,
    /// The leg, new.
    pub leg: LegId,
    /// The line.
    pub line: LineId,
    /// The lines that are left after it.
    #[serde(default)]
    pub rest: Vec<LineId>,
    /// What became of the line before.
    pub because: Cause,
}
