use hotline_call::CallId;
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
