//! What an agent did on one day: one state at any moment, and how much of each.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use hotline_services::AgentId;
use hotline_services::schedule::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::SpanRow;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Asked, Id};
use super::permit::{LiveRead, May, Permit};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(timeline))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DayQuery {
    /// `2026-10-01`, in the zone that is set; default today.
    #[param(required = false)]
    day: Option<String>,
}

/// The agent was in one state for a while.
#[derive(Serialize, ToSchema)]
struct TimelineSpan {
    /// `idle`, `offering`, `talking`, `holding`, `wrapup`, `not_ready` …
    state: String,
    /// Why not ready.
    reason: Option<String>,
    call: Option<u64>,
    /// Cut to the day.
    since_at: u64,
    /// Cut to the day; null: still.
    until_at: Option<u64>,
    /// How much of it is of the day.
    lasted_ms: u64,
}

/// A day of an agent.
#[derive(Serialize, ToSchema)]
struct AgentDay {
    day: String,
    /// In order; nothing while signed out.
    spans: Vec<TimelineSpan>,
    /// How long in each state.
    sums_ms: BTreeMap<String, u64>,
    /// How long at work: the sum of the sums.
    signed_in_ms: u64,
}

/// A span, cut to the time between `from` and `to`; `now` ends what lasts.
fn cut(row: SpanRow, (from, to, now): (u64, u64, u64)) -> TimelineSpan {
    let since_at = row.since_at.max(from);
    let until_at = row
        .until_at
        .map(|at| at.min(to))
        .or((now >= to).then_some(to));
    let is_whole = since_at == row.since_at && until_at == row.until_at && until_at.is_some();
    // The clock on the wall may have been set meanwhile; the other never is.
    let lasted_ms = if is_whole {
        row.lasted_ms
    } else {
        until_at.unwrap_or(now).saturating_sub(since_at)
    };
    TimelineSpan {
        state: row.state,
        reason: row.reason,
        call: row.call,
        since_at,
        until_at,
        lasted_ms,
    }
}

/// What an agent did on one day, in the zone that is set.
#[utoipa::path(get, path = "/api/agents/{id}/timeline",
    security(("session" = [LiveRead::WORD])), params(("id" = u32, Path), DayQuery),
    responses((status = OK, body = AgentDay)))]
async fn timeline(
    State(api): State<Api>,
    who: May<LiveRead>,
    Id(id): Id<u32>,
    Asked(query): Asked<DayQuery>,
) -> Result<Json<AgentDay>> {
    let agent = AgentId(id);
    // Who is of no own group is not there for a look: as in the live view.
    who.may_to_agent(LiveRead::PERMISSION, agent)
        .map_err(|_| ApiError::not_found("agent"))?;
    let (zone, now) = (&who.configuration.dial_plan.zone, api.clock.now().wall_ms);
    let day = match &query.day {
        None => zone.civil(now).date,
        Some(text) => Date::parse(text).ok_or_else(|| {
            let message = format!("found {text:?}; a day like 2026-10-01 is allowed");
            ApiError::invalid("day", message)
        })?,
    };
    let (from, to) = zone.day(day);
    let rows = api
        .store
        .spans_of(agent, from, to.min(now.max(from)))
        .await?;
    let spans: Vec<TimelineSpan> = rows
        .into_iter()
        .map(|row| cut(row, (from, to, now)))
        .collect();
    let mut sums_ms = BTreeMap::new();
    for span in &spans {
        *sums_ms.entry(span.state.clone()).or_insert(0) += span.lasted_ms;
    }
    Ok(Json(AgentDay {
        day: day.to_string(),
        signed_in_ms: sums_ms.values().sum(),
        spans,
        sums_ms,
    }))
}
