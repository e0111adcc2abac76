//! Calls for help that somebody has taken notice of.

use hotline_call::CallId;
use serde::{Deserialize, Serialize};

use crate::emergency::NoticeId;

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
