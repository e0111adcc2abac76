use hotline_call::Number;
use serde::{Deserialize, Serialize};

use super::AgentId;

/// A caller we know something about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownCaller {
    /// The number it calls from. No number twice.
    pub number: Number,
    /// What of it counts in a queue.
    #[serde(flatten)]
    pub standing: Standing,
}

/// What is known of a caller that counts in a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// How far before others.
    #[serde(default)]
    pub vip: Option<Vip>,
    /// After all others, as the blacklist says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_last: bool,
    /// The agent who looks after this caller.
    #[serde(default)]
    pub owner: Option<AgentId>,
    /// Who does when the owner cannot, the first one first; up to 5.
    #[serde(default)]
    pub backups: Vec<AgentId>,
}

/// How far a caller is before others (features B5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vip {
    /// Counts as having waited 10 min longer.
    Level1,
    /// 20 min longer.
    Level2,
    /// 30 min longer.
    Level3,
    /// Before everybody but those whom nobody may pass any more.
    Absolute,
}

impl Vip {
    /// The advantage in seconds of waiting; an absolute one is before all others anyway.
    #[must_use]
    pub const fn bonus_s(self) -> u32 {
        match self {
            Self::Level1 => 600,
            Self::Level2 => 1200,
            Self::Level3 => 1800,
            Self::Absolute => 0,
        }
    }
}
