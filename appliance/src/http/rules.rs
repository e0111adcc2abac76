//! Rules of the house for calls and agents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::Api;
use super::error::Result;
use super::input::Sent;
use super::listing::{self, single};
use super::permit::{May, Permit as _, QueuesRead, QueuesWrite};
use super::queues::RecordingPolicy;

pub(super) fn routes() -> OpenApiRouter<Api> {
    rules::routes()
}

/// Rules of the house for calls and agents.
#[derive(Serialize, Deserialize, ToSchema)]
struct Rules {
    /// Which conversations are recorded of calls that have come through no queue.
    recording: RecordingPolicies,
    /// Who talks hears a tone when a supervisor comes to speak with all.
    barge_tone: bool,
    /// Whether an agent who has called somebody outside counts as idle only since then.
    outbound_resets_idle: bool,
    /// Who sits at another phone than the own and does nothing for so many minutes is signed out; 0
    /// to 1440, 0: stays.
    hot_desk_idle_min: u32,
}

/// By direction.
#[derive(Serialize, Deserialize, ToSchema)]
struct RecordingPolicies {
    /// Calls that come in.
    inbound: RecordingPolicy,
    /// Calls to somebody outside.
    outbound: RecordingPolicy,
    /// Calls from phone to phone.
    internal: RecordingPolicy,
}

single!(rules, "/api/rules", Rules, QueuesWrite, rules);
