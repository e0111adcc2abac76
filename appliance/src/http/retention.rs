//! How long recordings are kept, which are held for the law, and what was removed.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::{Configuration, QueueId, RecordingId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store;

use super::Api;
use super::error::{ApiError, Result};
use super::fault::fault;
use super::input::{Asked, Id, Sent};
use super::permit::{AuditRead, May, Permit, RecordingsDelete, RecordingsListen};
use super::words::WhenLow;

/// The most days that can be set: ten years.
const MAX_DAYS: u16 = 3_650;
/// Entries of the log in one answer.
const PAGE: usize = 100;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(shown, change))
        .routes(routes!(hold, release))
        .routes(routes!(log))
}

/// How long recordings are kept.
#[derive(Serialize, Deserialize, ToSchema)]
struct Retention {
    /// Days after its end that a recording is kept, 1 to 3650; null: for ever.
    keep_days: Option<u16>,
    /// Days for the calls of some queues instead.
    #[serde(default)]
    queues: Vec<QueueRetention>,
    /// What to do when 95 % of the disk is used.
    when_low: WhenLow,
}

/// How long the recordings of one queue's calls are kept.
#[derive(Serialize, Deserialize, ToSchema)]
struct QueueRetention {
    queue: u32,
    /// 1 to 3650; null: for ever.
    keep_days: Option<u16>,
}

/// Why a recording is held or released.
#[derive(Deserialize, ToSchema)]
struct Reason {
    /// 1 to 200 characters.
    reason: String,
}

/// What was done to a recording.
#[derive(Serialize, ToSchema)]
struct LogEntry {
    id: u64,
    at: u64,
    recording: u64,
    call: u64,
    /// `removed`, `held` or `released`.
    act: String,
    /// Of a removal `age` or `room`, else what was said.
    reason: String,
    /// Who asked for it; null: the box by its policy.
    account: Option<String>,
    bytes: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogQuery {
    /// Only entries before this one.
    #[param(required = false)]
    before: Option<u64>,
}

impl From<store::Retention> for Retention {
    fn from(policy: store::Retention) -> Self {
        let own = policy.queues.into_iter().map(|own| QueueRetention {
            queue: own.queue.0,
            keep_days: own.keep_days,
        });
        Self {
            keep_days: policy.keep_days,
            queues: own.collect(),
            when_low: policy.when_low.into(),
        }
    }
}

/// The policy, checked.
fn checked(policy: &Retention, configuration: &Configuration) -> Result<store::Retention> {
    let mut queues: Vec<store::QueueRetention> = Vec::new();
    for (index, own) in policy.queues.iter().enumerate() {
        let field = format!("queues[{index}]");
        let queue = QueueId(own.queue);
        if !configuration.queues.iter().any(|known| known.id == queue) {
            let field = format!("{field}.queue");
            return Err(ApiError::unknown(&field, "queue", own.queue));
        }
        if queues.iter().any(|known| known.queue == queue) {
            let message = format!("queue {} stands here twice; take one away", own.queue);
            let key = fault("twice", &[("found", &own.queue)]);
            return Err(ApiError::invalid(&format!("{field}.queue"), message).told(key));
        }
        queues.push(store::QueueRetention {
            queue,
            keep_days: days(own.keep_days, &format!("{field}.keep_days"))?,
        });
    }
    Ok(store::Retention {
        keep_days: days(policy.keep_days, "keep_days")?,
        queues,
        when_low: policy.when_low.into(),
    })
}

fn days(days: Option<u16>, field: &str) -> Result<Option<u16>> {
    match days {
        Some(days) if !(1..=MAX_DAYS).contains(&days) => {
            let most = u32::from(MAX_DAYS);
            Err(ApiError::out_of_range(field, days, 1..=most))
        }
        days => Ok(days),
    }
}

/// How long recordings are kept.
#[utoipa::path(get, path = "/api/retention", security(("session" = [RecordingsListen::WORD])),
    responses((status = OK, body = Retention)))]
async fn shown(api: State<Api>, _who: May<RecordingsListen>) -> Result<Json<Retention>> {
    Ok(Json(api.store.retention().await?.into()))
}

/// Sets how long recordings are kept. What is too old by it goes within seconds, and for good.
#[utoipa::path(put, path = "/api/retention", security(("session" = [RecordingsDelete::WORD])),
    request_body = Retention,
    responses((status = OK, body = Retention)))]
async fn change(
    api: State<Api>,
    _who: May<RecordingsDelete>,
    Sent(policy): Sent<Retention>,
) -> Result<Json<Retention>> {
    let configuration = api.store.configuration().borrow().clone();
    let policy = checked(&policy, &configuration)?;
    api.store.set_retention(policy.clone()).await?;
    Ok(Json(policy.into()))
}

/// Holds a recording for the law: neither age nor want of room removes it.
#[utoipa::path(put, path = "/api/recordings/{id}/hold",
    security(("session" = [RecordingsDelete::WORD])), params(("id" = u64, Path)),
    request_body = Reason, responses((status = NO_CONTENT)))]
async fn hold(
    api: State<Api>,
    who: May<RecordingsDelete>,
    Id(id): Id<u64>,
    Sent(why): Sent<Reason>,
) -> Result<StatusCode> {
    set_hold(&api, &who, RecordingId(id), true, &why).await
}

/// Lets a held recording go its way again.
#[utoipa::path(delete, path = "/api/recordings/{id}/hold",
    security(("session" = [RecordingsDelete::WORD])), params(("id" = u64, Path)),
    request_body = Reason, responses((status = NO_CONTENT)))]
async fn release(
    api: State<Api>,
    who: May<RecordingsDelete>,
    Id(id): Id<u64>,
    Sent(why): Sent<Reason>,
) -> Result<StatusCode> {
    set_hold(&api, &who, RecordingId(id), false, &why).await
}

async fn set_hold(
    api: &Api,
    who: &May<RecordingsDelete>,
    id: RecordingId,
    held: bool,
    Reason { reason }: &Reason,
) -> Result<StatusCode> {
    let reason = reason.trim();
    let length = reason.chars().count();
    if !(1..=200).contains(&length) {
        return Err(ApiError::length("reason", length, 1..=200));
    }
    let by = (who.session.name.clone(), reason.to_owned());
    if api.store.hold_recording(id, held, by).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found("recording"))
}

/// What was done to recordings, newest first, a hundred at a time.
#[utoipa::path(get, path = "/api/retention/log", security(("session" = [AuditRead::WORD])),
    params(LogQuery),
    responses((status = OK, body = Vec<LogEntry>)))]
async fn log(
    api: State<Api>,
    _who: May<AuditRead>,
    Asked(query): Asked<LogQuery>,
) -> Result<Json<Vec<LogEntry>>> {
    let rows = api.store.recording_log(query.before, PAGE).await?;
    let entry = |row: store::RecordingLogRow| LogEntry {
        id: row.id,
        at: row.at,
        recording: row.recording.0,
        call: row.call.0,
        act: row.act,
        reason: row.reason,
        account: row.account,
        bytes: row.bytes,
    };
    Ok(Json(rows.into_iter().map(entry).collect()))
}
