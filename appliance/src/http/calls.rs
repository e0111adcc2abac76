//! Call records and the timeline of a call.

use axum::Json;
use axum::extract::State;
use hotline_call::{CallId, Moment};
use hotline_services::{AgentId, CallRecord, LegRecord, Queue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::{CallFilter, RecordingRow};

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Asked, Id};
use super::notes::{self, CallCode};
use super::permit::{CallsRead, May, Permit};
use super::regions::Origin;
use super::words::{Caller, Outcome, Party, RecordingState};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(detail))
}

/// Which calls to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// How many; 1 to 200, default 50.
    #[param(required = false)]
    limit: Option<u32>,
    /// Older than this call.
    #[param(required = false)]
    before: Option<u64>,
    #[param(required = false)]
    outcome: Option<Outcome>,
    /// Only calls that came in, or only those that went out.
    #[param(required = false)]
    direction: Option<Direction>,
    /// Whose number contains this.
    #[param(required = false)]
    number: Option<String>,
    #[param(required = false)]
    agent: Option<u32>,
    #[param(required = false)]
    queue: Option<u32>,
    #[param(required = false)]
    from_at: Option<u64>,
    #[param(required = false)]
    to_at: Option<u64>,
}

/// Which way a call went: to a number of ours, or out of the house.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Inbound,
    Outbound,
}

#[derive(Serialize, ToSchema)]
struct CallPage {
    /// Newest first.
    calls: Vec<CallSummary>,
    /// `before` of the next page.
    next: Option<u64>,
    total_estimate: u64,
}

#[derive(Serialize, ToSchema)]
struct CallSummary {
    id: u64,
    offered_at: u64,
    direction: Direction,
    caller: Caller,
    /// The number dialled: of ours, or outbound the customer's.
    called: Option<String>,
    /// What is known of the number of who is outside.
    origin: Option<Origin>,
    line: Option<u16>,
    queue: Option<u32>,
    /// What the call is about.
    business_type: Option<u32>,
    agent: Option<u32>,
    /// null: in progress.
    outcome: Option<Outcome>,
    hung_up_by: Option<Party>,
    /// Q.850.
    cause: Option<u8>,
    wait_ms: Option<u64>,
    talk_ms: Option<u64>,
    hold_ms: u64,
    duration_ms: u64,
    /// How often agents gave it on.
    transfers: u32,
    /// How often nobody took what was given on.
    transfers_failed: u32,
    /// Was given on, and nobody talked to the customer after that.
    transferred_unanswered: bool,
    recordings: Vec<u64>,
}

#[derive(Serialize, ToSchema)]
struct Call {
    #[serde(flatten)]
    summary: CallSummary,
    answered_at: Option<u64>,
    /// The key by which the caller left the queue.
    left_by: Option<String>,
    queued_at: Option<u64>,
    connected_at: Option<u64>,
    ended_at: Option<u64>,
    ring_ms: u64,
    ivr_ms: u64,
    wrapup_ms: u64,
    /// What it came to, as the agent said last.
    wrapup_code: Option<CallCode>,
    /// The same in words.
    note: Option<String>,
    /// The customer's first, then each phone that rang for the call, in order.
    legs: Vec<Leg>,
}

/// One telephone's part in a call.
#[derive(Serialize, ToSchema)]
struct Leg {
    /// Whose phone; null: the customer, or somebody outside.
    agent: Option<u32>,
    started_at: u64,
    answered_at: Option<u64>,
    ended_at: Option<u64>,
    /// Q.850.
    cause: Option<u8>,
    /// Was there as a supervisor.
    supervises: bool,
    /// What this agent talked to the customer, held, and asked aside.
    talk_ms: u64,
    hold_ms: u64,
    consult_ms: u64,
}

impl From<&LegRecord> for Leg {
    fn from(leg: &LegRecord) -> Self {
        let wall = |at: Option<Moment>| at.map(|at| at.wall_ms);
        Self {
            agent: leg
                .agent
                .filter(|agent| *agent != AgentId::NOBODY)
                .map(|agent| agent.0),
            started_at: leg.started_at.wall_ms,
            answered_at: wall(leg.answered_at),
            ended_at: wall(leg.ended_at),
            cause: leg.cause.map(|cause| cause.0),
            supervises: leg.supervises,
            talk_ms: leg.talk_ms,
            hold_ms: leg.hold_ms,
            consult_ms: leg.consult_ms,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct Recording {
    id: u64,
    started_at: u64,
    duration_ms: u64,
    state: RecordingState,
    bytes: u64,
    /// Held for the law: neither age nor want of room removes it.
    held: bool,
}

/// One fact, with the fields of its kind beside these.
#[derive(Serialize, ToSchema)]
struct Fact {
    seq: u64,
    at: u64,
    kind: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

#[derive(Serialize, ToSchema)]
struct CallDetail {
    call: Call,
    facts: Vec<Fact>,
    recordings: Vec<Recording>,
}

impl CallSummary {
    fn new(record: &CallRecord, recordings: &[RecordingRow]) -> Self {
        let own = recordings
            .iter()
            .filter(|recording| recording.call == record.call);
        let number = record.caller.number.as_ref().map(ToString::to_string);
        // The phases are measured by the clock that does not jump.
        let duration_ms = record.ring_ms
            + record.ivr_ms
            + record.wait_ms
            + record.talk_ms
            + record.hold_ms
            + record.closing_ms;
        Self {
            id: record.call.0,
            offered_at: record.offered_at.wall_ms,
            direction: if record.is_outbound {
                Direction::Outbound
            } else {
                Direction::Inbound
            },
            called: record.called.as_ref().map(ToString::to_string),
            origin: record.origin.as_ref().map(Origin::from),
            caller: Caller::new(
                number,
                record.caller.name.clone(),
                record.caller.presentation,
            ),
            line: record.line.map(|line| line.0),
            queue: record.queue.map(|queue| queue.0),
            business_type: record.business_type.map(|kind| kind.0),
            agent: record.agent.map(|agent| agent.0),
            outcome: record.outcome.map(Outcome::from),
            hung_up_by: record.hung_up_by.map(Party::from),
            cause: record.cause.map(|cause| cause.0),
            wait_ms: record.queued_at.map(|_| record.wait_ms),
            talk_ms: record.connected_at.map(|_| record.talk_ms),
            hold_ms: record.hold_ms,
            duration_ms,
            transfers: record.transfers,
            transfers_failed: record.transfers_failed,
            transferred_unanswered: record.is_transferred_unanswered,
            recordings: own.map(|recording| recording.id.0).collect(),
        }
    }
}

impl Call {
    fn new(record: &CallRecord, recordings: &[RecordingRow], queue: Option<&Queue>) -> Self {
        let wall = |at: Option<Moment>| at.map(|at| at.wall_ms);
        Self {
            summary: CallSummary::new(record, recordings),
            answered_at: wall(record.answered_at),
            left_by: record.left_by.map(|digit| digit.to_string()),
            queued_at: wall(record.queued_at),
            connected_at: wall(record.connected_at),
            ended_at: wall(record.ended_at),
            ring_ms: record.ring_ms,
            ivr_ms: record.ivr_ms,
            wrapup_ms: record.wrapup_ms,
            wrapup_code: notes::code_of(queue, record.wrapup_code),
            note: record.note.clone().filter(|note| !note.is_empty()),
            legs: record.legs.iter().map(Leg::from).collect(),
        }
    }
}

impl From<RecordingRow> for Recording {
    fn from(row: RecordingRow) -> Self {
        Self {
            id: row.id.0,
            started_at: row.started_at,
            duration_ms: row.duration_ms,
            state: row.state.into(),
            bytes: row.bytes,
            held: row.held,
        }
    }
}

impl Fact {
    /// As stored, but for the two clocks: people see the one on the wall.
    fn new(stored: Value) -> Option<Self> {
        let Value::Object(mut fields) = stored else {
            return None;
        };
        let at = fields.remove("at")?.get("wall_ms")?.as_u64()?;
        let seq = fields.remove("seq")?.as_u64()?;
        let kind = fields.remove("kind")?.as_str()?.to_owned();
        fields.remove("boot");
        Some(Self {
            seq,
            at,
            kind,
            fields,
        })
    }
}

/// Calls, newest first.
#[utoipa::path(get, path = "/api/calls", security(("session" = [CallsRead::WORD])),
    params(ListQuery),
    responses((status = OK, body = CallPage)))]
async fn list(
    api: State<Api>,
    who: May<CallsRead>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<CallPage>> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(ApiError::out_of_range("limit", limit, 1..=200));
    }
    let filter = CallFilter {
        before: query.before,
        outcome: query.outcome.map(Into::into),
        outbound: query
            .direction
            .map(|direction| matches!(direction, Direction::Outbound)),
        number: query.number.filter(|number| !number.is_empty()),
        agent: query.agent,
        queue: query.queue,
        from_at: query.from_at,
        to_at: query.to_at,
        within: who.calls_within(CallsRead::PERMISSION),
    };
    let (rows, total_estimate) = api.store.calls(filter, limit).await?;
    let full = rows.len() >= limit as usize;
    let next = rows.last().filter(|_| full).map(|record| record.call.0);
    let recordings = match (rows.last(), rows.first()) {
        (Some(oldest), Some(newest)) => {
            api.store
                .recordings_between(oldest.call, newest.call)
                .await?
        }
        _ => Vec::new(),
    };
    let calls = rows
        .iter()
        .map(|record| CallSummary::new(record, &recordings))
        .collect();
    Ok(Json(CallPage {
        calls,
        next,
        total_estimate,
    }))
}

/// One call: its record, all that happened, its recordings.
#[utoipa::path(get, path = "/api/calls/{id}", security(("session" = [CallsRead::WORD])),
    params(("id" = u64, Path)),
    responses((status = OK, body = CallDetail)))]
async fn detail(api: State<Api>, who: May<CallsRead>, Id(id): Id<u64>) -> Result<Json<CallDetail>> {
    let id = CallId(id);
    let record = api
        .store
        .call(id)
        .await?
        .ok_or_else(|| ApiError::not_found("call"))?;
    who.may_see_call(CallsRead::PERMISSION, &record)?;
    let facts = api.store.facts_of_call(id).await?;
    let recordings = api.store.recordings_of(id).await?;
    let mut queues = who.configuration.queues.iter();
    let queue = queues.find(|queue| Some(queue.id) == record.queue);
    Ok(Json(CallDetail {
        call: Call::new(&record, &recordings, queue),
        facts: facts.into_iter().filter_map(Fact::new).collect(),
        recordings: recordings.into_iter().map(Recording::from).collect(),
    }))
}
