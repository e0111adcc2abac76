//! What becomes of a caller in a queue, other than being served.

use hotline_call::{CallId, Digit};
use serde::{Deserialize, Serialize};

use crate::route::Target;
use crate::{OverflowAction, QueueId};

/// A caller who waited pressed a key and left the queue by it: neither served nor given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLeft {
    /// The call.
    pub call: CallId,
    /// Which queue.
    pub queue: QueueId,
    /// By which key.
    pub digit: Digit,
    /// Where it leads.
    pub target: Target,
}

/// A step of a queue's timeline, taken for a caller who has waited for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflowed {
    /// The call.
    pub call: CallId,
    /// The step: waited so long.
    pub after_s: u32,
    /// What it is.
    pub action: OverflowAction,
    /// Whether it could be done; else the caller waits on.
    pub is_done: bool,
}
