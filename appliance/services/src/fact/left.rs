use hotline_call::{CallId, Digit};
use serde::{Deserialize, Serialize};

use crate::QueueId;
use crate::route::Target;

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
