use hotline_call::CallId;
use serde::{Deserialize, Serialize};

use crate::{AgentId, WrapupCodeId};

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
