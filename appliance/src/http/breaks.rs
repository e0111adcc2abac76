//! For what agents take no calls.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::Api;
use super::error::Result;
use super::input::Sent;
use super::listing::{self, single};
use super::permit::{May, Permit as _, QueuesRead, QueuesWrite};

pub(super) fn routes() -> OpenApiRouter<Api> {
    breaks::routes()
}

/// For what agents take no calls, and how long.
#[derive(Serialize, Deserialize, ToSchema)]
struct Breaks {
    /// The reasons agents choose from, in their order; 1 to 20.
    reasons: Vec<BreakReason>,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct BreakReason {
    /// As people call it, 1 to 64 characters, none twice; `lunch`, `break` and `training` are said
    /// in the language of the reader.
    name: String,
    /// After how many minutes somebody is away too long, 1 to 720; null: never.
    #[serde(default)]
    limit_min: Option<u32>,
}

single!(breaks, "/api/breaks", Breaks, QueuesWrite, breaks);
