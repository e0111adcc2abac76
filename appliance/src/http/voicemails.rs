//! Messages that callers have left: listed, heard, dealt with, deleted. The centre itself says whose
//! messages a person may open.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hotline_services::route::Mailbox as CoreMailbox;
use hotline_services::{
    Configuration, MarkedBy, MessageMark, RecordingId, Request, Voicemail as CoreVoicemail,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::inbound::Mailbox;
use super::input::{Id, Sent};
use super::permit::{AgentWork, AnyMailbox, MayAny, Permit, RecordingsListen};
use super::words::Caller;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(mark, remove))
        .routes(routes!(sound))
}

/// A message.
#[derive(Serialize, ToSchema)]
struct Voicemail {
    /// Its number: that of its recording.
    id: u64,
    mailbox: Mailbox,
    call: u64,
    caller: Caller,
    left_at: u64,
    length_ms: u64,
    heard: bool,
    handled: Option<Handled>,
}

/// Who has called back, or said that nothing is left to be done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Handled {
    /// A person, by hand.
    Account(String),
    /// An agent, by calling back.
    CalledBack { agent: u32, call: u64 },
}

/// What a message becomes.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Mark {
    /// Somebody has heard it.
    Heard,
    /// Nothing is left to be done about it.
    Handled,
}

#[derive(Deserialize, ToSchema)]
struct Marked {
    mark: Mark,
}

impl From<&CoreVoicemail> for Voicemail {
    fn from(message: &CoreVoicemail) -> Self {
        Self {
            id: message.recording.0,
            mailbox: Mailbox::from(message.mailbox),
            call: message.call.0,
            caller: Caller::from(&message.caller),
            left_at: message.left.wall_ms,
            length_ms: message.length_ms,
            heard: message.is_heard,
            handled: message.handled.as_ref().map(|by| match by {
                MarkedBy::Account(account) => Handled::Account(account.clone()),
                MarkedBy::Agent { agent, call } => Handled::CalledBack {
                    agent: agent.0,
                    call: call.0,
                },
            }),
        }
    }
}

/// Whether the person may open the mailbox; the same question as the centre asks.
fn may_open(configuration: &Configuration, who: &MayAny<AnyMailbox>, mailbox: CoreMailbox) -> bool {
    hotline_services::may_open(configuration, &who.as_supervisor(), mailbox).is_permitted()
}

/// A message the person may open.
fn found(api: &Api, who: &MayAny<AnyMailbox>, id: u64) -> Result<CoreVoicemail> {
    let live = Arc::clone(&api.call_control.live().borrow());
    let messages = &live.view.voicemails;
    let message = messages.iter().find(|m| m.recording.0 == id);
    let configuration = Arc::clone(&api.store.configuration().borrow());
    let message = message.filter(|m| may_open(&configuration, who, m.mailbox));
    message
        .cloned()
        .ok_or_else(|| ApiError::not_found("message"))
}

/// The messages the person may hear, the oldest first.
#[utoipa::path(get, path = "/api/voicemails",
    security(("session" = [AgentWork::WORD]), ("session" = [RecordingsListen::WORD])),
    responses((status = OK, body = Vec<Voicemail>)))]
async fn list(api: State<Api>, who: MayAny<AnyMailbox>) -> Json<Vec<Voicemail>> {
    let live = Arc::clone(&api.call_control.live().borrow());
    let configuration = Arc::clone(&api.store.configuration().borrow());
    let messages = live.view.voicemails.iter();
    let own = messages.filter(|message| may_open(&configuration, &who, message.mailbox));
    Json(own.map(Voicemail::from).collect())
}

async fn ask(
    api: &Api,
    who: &MayAny<AnyMailbox>,
    id: u64,
    mark: MessageMark,
) -> Result<StatusCode> {
    found(api, who, id)?;
    let recording = RecordingId(id);
    let by = who.as_supervisor();
    api.call_control
        .request(Request::Message {
            by,
            recording,
            mark,
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a message as heard, or as dealt with.
#[utoipa::path(put, path = "/api/voicemails/{id}", params(("id" = u64, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [RecordingsListen::WORD])),
    request_body = Marked, responses((status = NO_CONTENT)))]
async fn mark(
    api: State<Api>,
    who: MayAny<AnyMailbox>,
    Id(id): Id<u64>,
    Sent(marked): Sent<Marked>,
) -> Result<StatusCode> {
    let mark = match marked.mark {
        Mark::Heard => MessageMark::Heard,
        Mark::Handled => MessageMark::Handled,
    };
    ask(&api, &who, id, mark).await
}

/// Takes a message out of its mailbox; its recording is kept as long as others.
#[utoipa::path(delete, path = "/api/voicemails/{id}", params(("id" = u64, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [RecordingsListen::WORD])),
    responses((status = NO_CONTENT)))]
async fn remove(api: State<Api>, who: MayAny<AnyMailbox>, Id(id): Id<u64>) -> Result<StatusCode> {
    ask(&api, &who, id, MessageMark::Deleted).await
}

/// The sound of a message. `Range` is understood.
#[utoipa::path(get, path = "/api/voicemails/{id}/sound", params(("id" = u64, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [RecordingsListen::WORD])),
    responses((status = OK, content_type = "audio/wav"), (status = OK, content_type = "audio/ogg"),
              (status = PARTIAL_CONTENT, content_type = "audio/wav")))]
async fn sound(
    api: State<Api>,
    who: MayAny<AnyMailbox>,
    Id(id): Id<u64>,
    headers: HeaderMap,
) -> Result<Response> {
    let message = found(&api, &who, id)?;
    super::recordings::play(&api, message.recording, &headers).await
}
