//! How voices are bettered on their way.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::Api;
use super::error::Result;
use super::input::Sent;
use super::listing::{self, single};
use super::permit::{DevicesWrite, May, Permit as _, QueuesRead};
use super::words::NoiseReduction;

pub(super) fn routes() -> OpenApiRouter<Api> {
    voice::routes()
}

/// How voices are bettered on their way; at once, also in calls.
#[derive(Serialize, Deserialize, ToSchema)]
struct VoicePath {
    /// Of people on telephone lines.
    lines: Voice,
    /// Of people at phones of ours.
    phones: Voice,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct Voice {
    /// How much of its noise is taken away; unless it is off, the voice comes 10 ms later.
    noise: NoiseReduction,
    /// To which level speech is brought, in dBm0, -30 to -9; null: as it comes.
    level_dbm0: Option<i8>,
}

single!(voice, "/api/voice", VoicePath, DevicesWrite, voice);
