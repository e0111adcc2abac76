use serde::{Deserialize, Serialize};

/// What a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WrapupCodeId(pub u32);

/// A code that agents give the calls of a queue when they are over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapupCode {
    /// Identity, never reused in the queue.
    pub id: WrapupCodeId,
    /// What people read: "ordered", "complaint / delivery".
    pub name: String,
}
