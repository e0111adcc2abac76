//! Callers whom nobody has talked to since they called.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Missed;

use super::Api;
use super::error::{ApiError, Result};
use super::input::Asked;
use super::permit::{CallsRead, May, Permit};

/// The days looked back over, unless otherwise asked.
const DAYS: u32 = 7;
const DAY_MS: u64 = 86_400_000;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(missed))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct MissedQuery {
    /// Callers of so many days; 1 to 30, default 7.
    #[param(required = false)]
    days: Option<u32>,
}

/// A caller whom nobody has talked to; gone from the list once somebody has, whichever side called.
#[derive(Serialize, ToSchema)]
struct MissedCaller {
    number: String,
    /// Where the last call waited; null: in no queue.
    queue: Option<u32>,
    /// The last call.
    call: u64,
    /// How it ended: `abandoned_in_queue`, `nobody_here`, …
    outcome: String,
    first_at: u64,
    last_at: u64,
    /// How often the caller has tried.
    tries: u32,
}

impl From<Missed> for MissedCaller {
    fn from(missed: Missed) -> Self {
        Self {
            number: missed.number,
            queue: missed.queue.map(|queue| queue.0),
            call: missed.call.0,
            outcome: missed.outcome,
            first_at: missed.first_at,
            last_at: missed.last_at,
            tries: missed.tries,
        }
    }
}

/// Callers whom nobody has talked to since, the last one first; at most 500.
#[utoipa::path(get, path = "/api/missed", security(("session" = [CallsRead::WORD])),
    params(MissedQuery), responses((status = OK, body = Vec<MissedCaller>)))]
async fn missed(
    State(api): State<Api>,
    who: May<CallsRead>,
    Asked(query): Asked<MissedQuery>,
) -> Result<Json<Vec<MissedCaller>>> {
    let days = query.days.unwrap_or(DAYS);
    if !(1..=30).contains(&days) {
        return Err(ApiError::out_of_range("days", days, 1..=30));
    }
    let from_at = api
        .clock
        .now()
        .wall_ms
        .saturating_sub(u64::from(days) * DAY_MS);
    let numbers = who.configuration.dial_plan.numbers.clone();
    let missed = api.store.missed(from_at, numbers).await?;
    let within = who.calls_within(CallsRead::PERMISSION);
    let is_seen = |missed: &Missed| {
        within.as_ref().is_none_or(|within| {
            let queue = missed.queue.map(|queue| queue.0);
            queue.is_some_and(|queue| within.queues.contains(&queue))
        })
    };
    let seen = missed.into_iter().filter(is_seen);
    Ok(Json(seen.map(MissedCaller::from).collect()))
}
