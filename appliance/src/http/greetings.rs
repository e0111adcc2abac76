//! What is said in mailboxes before the tone: the sounds people bring along for them.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use hotline_services::permission::{Over, Permission};
use hotline_services::route::Mailbox as CoreMailbox;
use hotline_services::{Configuration, Language, Prompt, Say};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::media::greetings::{mailbox_key, mailbox_of};
use crate::media::prompts::words;

use super::Api;
use super::error::{ApiError, Result};
use super::inbound::Mailbox;
use super::permit::{AgentWork, AnyGreeting, MayAny, MenusWrite, Permit};
use super::prompts::{BODY_LIMIT, heard, prompts, put};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(sound, replace, restore))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// A mailbox and what its callers hear before the tone.
#[derive(Serialize, ToSchema)]
struct Greeting {
    mailbox: Mailbox,
    /// The mailbox as it stands in addresses: `agent-3`, `queue-1`, `house`.
    key: String,
    /// What the voice says where there is no sound of one's own.
    text: String,
    /// How long the sound is that somebody brought along; null: there is none.
    duration_ms: Option<u64>,
}

/// What the voice says in a mailbox: its own sentence, or that of every box in the language callers
/// hear first.
fn sentence(configuration: &Configuration, mailbox: CoreMailbox) -> (String, Say) {
    let mut own = configuration.greetings.iter();
    if let Some(own) = own.find(|greeting| greeting.mailbox == mailbox) {
        return (own.text.clone(), Say::Text(own.text.clone(), own.language));
    }
    let language = configuration.menus.first().map(|menu| menu.language);
    let language: Language = language.unwrap_or_default();
    let text = words(Prompt::LeaveMessage, language).to_owned();
    (text, Say::Prompt(Prompt::LeaveMessage, language))
}

/// Whether the person may change what is said there: in the own mailbox, or in all.
fn may_change(who: &MayAny<AnyGreeting>, mailbox: CoreMailbox) -> Result<()> {
    match mailbox {
        CoreMailbox::Agent(agent) if who.is_agent(agent) => {
            who.may(Permission::AgentWork, Over::Oneself)
        }
        _ => who.may(Permission::MenusWrite, Over::Nobody),
    }
}

/// The mailbox an address names, if it is there and the person may change what is said in it.
fn found(api: &Api, who: &MayAny<AnyGreeting>, key: &str) -> Result<CoreMailbox> {
    let configuration = Arc::clone(&api.store.configuration().borrow());
    let mailbox = mailbox_of(key).filter(|mailbox| all(&configuration).contains(mailbox));
    let mailbox = mailbox.ok_or_else(|| ApiError::not_found("mailbox"))?;
    may_change(who, mailbox)?;
    Ok(mailbox)
}

fn all(configuration: &Configuration) -> Vec<CoreMailbox> {
    let queues = configuration.queues.iter();
    let agents = configuration.agents.iter();
    std::iter::once(CoreMailbox::House)
        .chain(queues.map(|queue| CoreMailbox::Queue(queue.id)))
        .chain(agents.map(|agent| CoreMailbox::Agent(agent.id)))
        .collect()
}

/// The mailboxes whose greeting the person may change: that of the house, those of queues, those
/// of agents.
#[utoipa::path(get, path = "/api/greetings",
    security(("session" = [AgentWork::WORD]), ("session" = [MenusWrite::WORD])),
    responses((status = OK, body = Vec<Greeting>)))]
async fn list(api: State<Api>, who: MayAny<AnyGreeting>) -> Result<Json<Vec<Greeting>>> {
    let prompts = prompts(&api)?;
    let configuration = Arc::clone(&api.store.configuration().borrow());
    let row = |mailbox: CoreMailbox| Greeting {
        mailbox: Mailbox::from(mailbox),
        key: mailbox_key(mailbox),
        text: sentence(&configuration, mailbox).0,
        duration_ms: prompts
            .greetings()
            .sound(mailbox)
            .map(|clip| clip.len() as u64 / 8),
    };
    let own = all(&configuration).into_iter();
    let own = own.filter(|mailbox| may_change(&who, *mailbox).is_ok());
    Ok(Json(own.map(row).collect()))
}

/// What callers of a mailbox hear before the tone, as a WAV file.
#[utoipa::path(get, path = "/api/greetings/{mailbox}",
    security(("session" = [AgentWork::WORD]), ("session" = [MenusWrite::WORD])),
    params(("mailbox" = String, Path)),
    responses((status = OK, content_type = "audio/wav")))]
async fn sound(
    api: State<Api>,
    who: MayAny<AnyGreeting>,
    Path(key): Path<String>,
) -> Result<impl IntoResponse> {
    let mailbox = found(&api, &who, &key)?;
    let configuration = Arc::clone(&api.store.configuration().borrow());
    let (_, words) = sentence(&configuration, mailbox);
    heard(&api, Say::Greeting(mailbox, Box::new(words))).await
}

/// Lets callers of a mailbox hear a sound: a WAV file of any rate, at most five minutes.
#[utoipa::path(put, path = "/api/greetings/{mailbox}",
    security(("session" = [AgentWork::WORD]), ("session" = [MenusWrite::WORD])),
    params(("mailbox" = String, Path)),
    request_body(content = Vec<u8>, content_type = "audio/wav"),
    responses((status = NO_CONTENT)))]
async fn replace(
    api: State<Api>,
    who: MayAny<AnyGreeting>,
    Path(key): Path<String>,
    file: Bytes,
) -> Result<StatusCode> {
    let mailbox = found(&api, &who, &key)?;
    put(&api, move |all| all.greetings().put(mailbox, &file)).await
}

/// Lets callers of a mailbox hear the voice again.
#[utoipa::path(delete, path = "/api/greetings/{mailbox}",
    security(("session" = [AgentWork::WORD]), ("session" = [MenusWrite::WORD])),
    params(("mailbox" = String, Path)),
    responses((status = NO_CONTENT)))]
async fn restore(
    api: State<Api>,
    who: MayAny<AnyGreeting>,
    Path(key): Path<String>,
) -> Result<StatusCode> {
    let mailbox = found(&api, &who, &key)?;
    put(&api, move |all| all.greetings().remove(mailbox)).await
}
