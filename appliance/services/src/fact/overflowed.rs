use hotline_call::CallId;
use serde::{Deserialize, Serialize};

use crate::OverflowAction;

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
