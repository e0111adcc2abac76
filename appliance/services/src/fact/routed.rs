use hotline_call::CallId;
use serde::{Deserialize, Serialize};

use crate::AgentId;
use crate::blacklist::{Direction, EntryId, ListAction, Listed};
use crate::region::Origin;
use crate::route::{Leads, RouteId};
use crate::schedule::{Ruling, ScheduleId};

/// An entry of the blacklist met a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallScreened {
    /// The call.
    pub call: CallId,
    /// Which entry.
    pub entry: EntryId,
    /// Which way the call goes.
    pub direction: Direction,
    /// What becomes of the caller.
    pub action: ListAction,
    /// What the entry lists: by what the caller met it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Listed>,
}

/// What is known of the number of a call: who calls, or outbound who is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginKnown {
    /// The call.
    pub call: CallId,
    /// What.
    pub origin: Origin,
}

/// Where a call that came in leads, and by which route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRouted {
    /// The call.
    pub call: CallId,
    /// The route that matched; `None`: no route did.
    pub route: Option<RouteId>,
    /// What the route's schedule said, if it has one.
    #[serde(default)]
    pub ruling: Option<(ScheduleId, Ruling)>,
    /// Where it leads.
    pub leads: Leads,
}

/// These agents are tried for the caller before all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DedicatedSought {
    /// The call.
    pub call: CallId,
    /// Who, the first one first.
    pub agents: Vec<AgentId>,
    /// How long the caller is held for one who is busy.
    pub hold_ms: u64,
}
