//! Why a caller and an agent were brought together, and nobody else.

use std::fmt;

use hotline_call::CallId;
use serde::{Deserialize, Serialize};

use crate::{AgentId, Strategy};

/// One agent considered for an offer: the trace of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Who was considered.
    pub agent: AgentId,
    /// How long idle, when idle.
    pub idle_ms: Option<u64>,
    /// How well the skills meet the demand: the sum of the levels that count.
    #[serde(default)]
    pub points: u32,
    /// Why not; `None` is the chosen one, or one who would have been next.
    pub not: Option<WhyNot>,
}

/// Why an agent was not rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// Not at work.
    SignedOut,
    /// At work, takes no calls.
    NotReady,
    /// The phone has been away for a while.
    DeviceDown,
    /// The phone is away.
    DeviceAway,
    /// The phone rings.
    Offering,
    /// Talks.
    Talking,
    /// Has a caller on hold.
    Holding,
    /// Writes notes.
    Wrapup,
    /// The phone is not free of the last call yet.
    Clearing,
    /// The phone was busy or unreachable a moment ago.
    Resting,
    /// Transferred this very caller.
    Transferred,
    /// Lacks a skill that is demanded.
    Skill,
    /// Somebody looks after this caller.
    NotDedicated,
    /// A reason a newer program gave.
    #[serde(other)]
    Other,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedOut => "is not at work",
            Self::NotReady => "is not ready",
            Self::DeviceDown | Self::DeviceAway => "the phone is away",
            Self::Offering => "the phone rings",
            Self::Talking => "is in a call",
            Self::Holding => "has a caller on hold",
            Self::Wrapup => "writes notes",
            Self::Clearing => "the phone is not free yet",
            Self::Resting => "the phone was busy a moment ago",
            Self::Transferred => "gave this caller away",
            Self::Skill => "lacks a skill",
            Self::NotDedicated => "somebody else looks after the caller",
            Self::Other => "another reason",
        })
    }
}

/// By which rules caller and agent were brought together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// How the agent was chosen among those who were able.
    pub strategy: Strategy,
    /// The caller's score: seconds waited, and what counts as such.
    pub score_s: i64,
    /// By how much each level demanded was lowered.
    pub relaxed: u8,
    /// The agent looks after this caller.
    pub dedicated: bool,
    /// Callers before this one whom the agent could not be rung for, up to 8.
    pub passed: Vec<PassedOver>,
}

/// A caller who was before another and not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// The call.
    pub call: CallId,
    /// Why this agent was not rung for it.
    pub not: PassedBecause,
}

/// Why an agent was not rung for a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedBecause {
    /// A phone rings for the caller already.
    Ringing,
    /// The agent lacks a skill that is demanded.
    Skill,
    /// The caller is held for somebody else.
    Held,
    /// The agent transferred this very caller.
    Transferred,
    /// A reason a newer program gave.
    #[serde(other)]
    Other,
}
