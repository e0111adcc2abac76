use hotline_call::{CallId, LegId};
use serde::{Deserialize, Serialize};

use crate::{AgentId, ForcedState, SuperviseMode};

/// The phone of a supervisor is rung, who wants to be with an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionRung {
    /// The call.
    pub call: CallId,
    /// The supervisor's leg, new.
    pub leg: LegId,
    /// Who, as signed in.
    pub account: String,
    /// Whose phone.
    pub supervisor: AgentId,
    /// With which agent.
    pub over: AgentId,
    /// How.
    pub mode: SuperviseMode,
    /// How else the person may be, from one to the other with a key.
    #[serde(default)]
    pub may: Vec<SuperviseMode>,
    /// How long it rings at most.
    pub ring_ms: u64,
}

/// A supervisor who was with another agent, and has ended that, is with this one: the phone stays
/// off-hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionMoved {
    /// The call.
    pub call: CallId,
    /// The call that the leg was in before.
    pub from: CallId,
    /// The supervisor's leg.
    pub leg: LegId,
    /// Who, as signed in.
    pub account: String,
    /// Whose phone.
    pub supervisor: AgentId,
    /// With which agent.
    pub over: AgentId,
    /// How.
    pub mode: SuperviseMode,
    /// How else the person may be, from one to the other with a key.
    pub may: Vec<SuperviseMode>,
}

/// A supervisor talks to the customer instead of the agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOver {
    /// The call.
    pub call: CallId,
    /// The supervisor's leg.
    pub leg: LegId,
    /// Who, as signed in.
    pub account: String,
    /// Which agent the supervisor is.
    pub supervisor: AgentId,
    /// Instead of whom.
    pub over: AgentId,
    /// Why.
    pub reason: String,
}

/// A supervisor ended a call, or took an agent out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForceReleased {
    /// The call.
    pub call: CallId,
    /// Who, as signed in.
    pub account: String,
    /// Whose call.
    pub over: AgentId,
    /// Others stay with the customer.
    pub only_agent: bool,
    /// Why.
    pub reason: String,
}

/// A supervisor set the state of an agent; the change itself follows, perhaps later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateForced {
    /// Whose.
    pub over: AgentId,
    /// Who, as signed in.
    pub account: String,
    /// What it is to be.
    pub state: ForcedState,
    /// Why.
    pub reason: String,
}
