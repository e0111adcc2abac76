//! Callers who are called back instead of waiting.

use hotline_call::{CallId, LegId, LineId, Number};
use serde::{Deserialize, Serialize};

use crate::{AgentId, QueueId};

/// What happens on the way from the key that a caller presses to the call that is promised. A
/// promise bears the number of the call in which it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum CallbackStep {
    /// A caller in a queue pressed the key, and is asked whether the number is right.
    Asked {
        /// The call.
        call: CallId,
        /// The number as it is read out; `None`: nobody can be called back there.
        number: Option<Number>,
    },
    /// The caller agreed; the place in the queue stays, the caller goes.
    Agreed {
        /// The call, and the promise from now on.
        call: CallId,
        /// The queue.
        queue: QueueId,
        /// What will be dialled, as a person here would dial it.
        number: Number,
        /// For how long the promise holds.
        keep_ms: u64,
    },
    /// The turn has come: a call is made of the promise. An agent is rung first.
    Began {
        /// The call, new.
        call: CallId,
        /// The promise.
        of: CallId,
        /// The number.
        number: Number,
        /// The queue.
        queue: QueueId,
    },
    /// An agent has answered, and the caller of before is dialled.
    Dialled {
        /// The call.
        call: CallId,
        /// Who.
        agent: AgentId,
        /// The leg of the agent's phone.
        phone_leg: LegId,
        /// The leg on the line, new.
        leg: LegId,
        /// The line.
        line: LineId,
        /// What is dialled on it.
        number: Number,
        /// The lines it can have if this one fails, in order.
        #[serde(default)]
        rest: Vec<LineId>,
    },
    /// From now on it may be tried (again), and with less skill.
    Due {
        /// The promise.
        of: CallId,
        /// By how much each level demanded is lowered.
        relaxed: u8,
    },
    /// The promise is kept, or will not be.
    Ended {
        /// The promise.
        of: CallId,
        /// How.
        how: CallbackOutcome,
        /// The account of who took it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
}

/// What became of a promise to call back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackOutcome {
    /// The person was reached.
    Reached,
    /// The person did not answer, as often as it was to be tried.
    NotReached,
    /// The person called again, and has the place back.
    CalledAgain,
    /// It was too late: the time was over, or the queue had closed.
    Expired,
    /// The queue is no more.
    QueueGone,
    /// Somebody here took it back.
    Cancelled,
}

impl CallbackStep {
    /// The call it is about, if that has not ended.
    #[must_use]
    pub const fn call(&self) -> Option<CallId> {
        match *self {
            Self::Asked { call, .. }
            | Self::Agreed { call, .. }
            | Self::Began { call, .. }
            | Self::Dialled { call, .. } => Some(call),
            Self::Due { .. } | Self::Ended { .. } => None,
        }
    }

    /// The promise it is about, if it is one already.
    #[must_use]
    pub const fn promise(&self) -> Option<CallId> {
        match *self {
            Self::Agreed { call: of, .. }
            | Self::Began { of, .. }
            | Self::Due { of, .. }
            | Self::Ended { of, .. } => Some(of),
            Self::Asked { .. } | Self::Dialled { .. } => None,
        }
    }
}
