//! What an agent says a call came to: a code of the queue, and a note.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::CallId;
use hotline_services::permission::Permission;
use hotline_services::{AgentId, Fact, Queue, Request, What, WrapupCodeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::agents::may_to;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::permit::{AgentWork, AnyState, MayAny, Permit, SuperviseState};
use super::session::SignedIn;

/// How often the time for notes can be made longer.
const MOST_EXTENSIONS: u32 = 2;
/// The longest note, in characters.
const MAX_NOTE: usize = 2000;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(shown, note))
        .routes(routes!(extend))
}

/// A code that an agent can choose.
#[derive(Serialize, ToSchema)]
pub(super) struct CallCode {
    id: u32,
    name: String,
}

/// The notes of an agent about the call in hand, or the one just over.
#[derive(Serialize, ToSchema)]
struct Notes {
    /// null: there is no such call.
    call: Option<u64>,
    /// The codes of its queue.
    codes: Vec<CallCode>,
    /// Whether one must be chosen to end the time for notes early.
    is_required: bool,
    /// The one chosen.
    code: Option<u32>,
    note: String,
    /// When the time for notes ends by itself; null: it has not begun.
    until_at: Option<u64>,
    /// How often it can still be made longer.
    extensions_left: u32,
    /// By how much each time.
    extension_ms: u64,
}

#[derive(Deserialize, ToSchema)]
struct NoteForm {
    /// About which call; null: the one in hand. For half an hour after a call its agent can put the
    /// note right; the code stays.
    #[serde(default)]
    call: Option<u64>,
    /// One of the codes of the queue.
    code: Option<u32>,
    /// Up to 2000 characters.
    #[serde(default)]
    note: String,
}

/// A code with its name, as long as the queue has it.
pub(super) fn code_of(queue: Option<&Queue>, code: Option<WrapupCodeId>) -> Option<CallCode> {
    let id = code?;
    let codes = queue.map_or(&[][..], |queue| &queue.wrapup_codes);
    let known = codes.iter().find(|known| known.id == id);
    Some(CallCode {
        id: id.0,
        name: known.map(|known| known.name.clone()).unwrap_or_default(),
    })
}

/// Refuses who may not write for this agent.
async fn may(api: &Api, who: &SignedIn, agent: AgentId) -> Result<()> {
    may_to(api, who, permission(who, agent), (agent, "notes")).await
}

/// What it takes to write for this agent.
fn permission(who: &SignedIn, agent: AgentId) -> Permission {
    if who.is_agent(agent) {
        Permission::AgentWork
    } else {
        Permission::SuperviseState
    }
}

/// When the time for notes of an agent about a call ends, and how often it was made longer.
fn time_left(facts: &[Fact], agent: AgentId) -> (Option<u64>, u32) {
    let (mut until, mut extended) = (None, 0);
    for fact in facts {
        match fact.what {
            What::WrapupStarted {
                agent: who,
                wrapup_ms,
                ..
            } if who == agent => {
                (until, extended) = (Some(fact.at.wall_ms + wrapup_ms), 0);
            }
            What::WrapupExtended(more) if more.agent == agent => {
                (until, extended) = (until.map(|until| until + more.by_ms), extended + 1);
            }
            What::WrapupEnded { agent: who, .. } if who == agent => until = None,
            _ => {}
        }
    }
    (until, extended)
}

async fn notes(api: &Api, who: &SignedIn, agent: AgentId) -> Result<Notes> {
    let live = std::sync::Arc::clone(&api.call_control.live().borrow());
    let mut agents = live.view.agents.iter();
    let call = agents
        .find(|view| view.agent == agent)
        .and_then(|view| view.call);
    let none = Notes {
        call: None,
        codes: Vec::new(),
        is_required: false,
        code: None,
        note: String::new(),
        until_at: None,
        extensions_left: 0,
        extension_ms: 0,
    };
    let Some(call) = call else {
        return Ok(none);
    };
    of_call(api, who, agent, call)
        .await
        .map(|found| found.unwrap_or(none))
}

async fn of_call(api: &Api, who: &SignedIn, agent: AgentId, call: CallId) -> Result<Option<Notes>> {
    let Some(record) = api.store.call(call).await? else {
        return Ok(None);
    };
    let facts = api.store.facts_of_call(call).await?;
    let read = |stored| serde_json::from_value(stored).ok();
    let facts: Vec<Fact> = facts.into_iter().filter_map(read).collect();
    let (until_at, extended) = time_left(&facts, agent);
    let mut queues = who.configuration.queues.iter();
    let queue = queues.find(|queue| Some(queue.id) == record.queue);
    let codes = queue.map_or(&[][..], |queue| &queue.wrapup_codes);
    Ok(Some(Notes {
        call: Some(call.0),
        codes: codes
            .iter()
            .map(|code| CallCode {
                id: code.id.0,
                name: code.name.clone(),
            })
            .collect(),
        is_required: queue.is_some_and(|q| q.wrapup_required && !q.wrapup_codes.is_empty()),
        code: record.wrapup_code.map(|code| code.0),
        note: record.note.unwrap_or_default(),
        until_at,
        extensions_left: MOST_EXTENSIONS.saturating_sub(extended),
        extension_ms: queue.map_or(0, |queue| u64::from(queue.wrapup_s) * 1000),
    }))
}

/// What an agent can say about the call in hand, or the one just over, and has said.
#[utoipa::path(get, path = "/api/agents/{id}/notes", params(("id" = u32, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [SuperviseState::WORD])),
    responses((status = OK, body = Notes)))]
async fn shown(
    State(api): State<Api>,
    who: MayAny<AnyState>,
    Id(id): Id<u32>,
) -> Result<Json<Notes>> {
    let agent = AgentId(id);
    // To look is no attempt: whose notes are none of one's business are as good as not there.
    if who.may_to_agent(permission(&who, agent), agent).is_err() {
        return Err(ApiError::not_found("agent"));
    }
    Ok(Json(notes(&api, &who, agent).await?))
}

/// Says what the call came to; replaces what was said before.
#[utoipa::path(put, path = "/api/agents/{id}/notes", params(("id" = u32, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [SuperviseState::WORD])),
    request_body = NoteForm, responses((status = NO_CONTENT)))]
async fn note(
    State(api): State<Api>,
    who: MayAny<AnyState>,
    Id(id): Id<u32>,
    Sent(form): Sent<NoteForm>,
) -> Result<StatusCode> {
    let agent = AgentId(id);
    may(&api, &who, agent).await?;
    let length = form.note.chars().count();
    if length > MAX_NOTE {
        return Err(ApiError::length("note", length, 0..=MAX_NOTE));
    }
    let noted = Request::NoteCall {
        agent,
        call: form.call.map(CallId),
        code: form.code.map(WrapupCodeId),
        note: form.note,
    };
    api.call_control.request(noted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// More time for notes: as much again as the queue gives, twice at most.
#[utoipa::path(post, path = "/api/agents/{id}/notes/extend", params(("id" = u32, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [SuperviseState::WORD])),
    responses((status = NO_CONTENT)))]
async fn extend(
    State(api): State<Api>,
    who: MayAny<AnyState>,
    Id(id): Id<u32>,
) -> Result<StatusCode> {
    let agent = AgentId(id);
    may(&api, &who, agent).await?;
    let asked = Request::ExtendWrapup { agent };
    api.call_control.request(asked).await?;
    Ok(StatusCode::NO_CONTENT)
}
