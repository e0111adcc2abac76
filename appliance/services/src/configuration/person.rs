use serde::{Deserialize, Serialize};

use crate::{AgentId, QueueId};

/// An agent's account, for what is asked for by phone; set by the program whenever its accounts
/// change. Who may not sign in is not among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The agent this person is.
    pub agent: AgentId,
    /// The account.
    pub account: String,
    /// The key of its role.
    pub role: String,
    /// The queues this person looks after.
    #[serde(default)]
    pub groups: Vec<QueueId>,
}
