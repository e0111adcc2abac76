//! Who is to be called back instead of waiting: listed, and taken back. The centre itself says whose
//! promises a person may take back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::CallId;
use hotline_services::{AgentId, CallbackView, Request, Supervisor};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::Result;
use super::input::Id;
use super::permit::{LiveRead, May, Permit, SuperviseTakeOver};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(cancel))
}

/// Somebody who is to be called back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Callback {
    /// The call in which it was promised.
    id: u64,
    queue: u32,
    number: String,
    name: Option<String>,
    /// Since when the person waits, or would.
    since_at: u64,
    /// Until when the promise holds.
    until_at: u64,
    /// How often the person was called.
    dialled: u32,
    /// Not before; null: in turn.
    not_before_at: Option<u64>,
    /// The call that is being made of it.
    call: Option<u64>,
}

impl From<&CallbackView> for Callback {
    fn from(promise: &CallbackView) -> Self {
        Self {
            id: promise.of.0,
            queue: promise.queue.0,
            number: promise.number.to_string(),
            name: promise.name.clone(),
            since_at: promise.since.wall_ms,
            until_at: promise.until.wall_ms,
            dialled: promise.dialled,
            not_before_at: promise.not_before.map(|moment| moment.wall_ms),
            call: promise.call.map(|call| call.0),
        }
    }
}

/// Who is to be called back, the oldest promise first.
#[utoipa::path(get, path = "/api/callbacks", security(("session" = [LiveRead::WORD])),
    responses((status = OK, body = Vec<Callback>)))]
async fn list(api: State<Api>, _: May<LiveRead>) -> Json<Vec<Callback>> {
    let live = Arc::clone(&api.call_control.live().borrow());
    Json(live.view.callbacks.iter().map(Callback::from).collect())
}

/// Takes a promise back: the person is not called.
#[utoipa::path(delete, path = "/api/callbacks/{id}", params(("id" = u64, Path)),
    security(("session" = [SuperviseTakeOver::WORD])), responses((status = NO_CONTENT)))]
async fn cancel(
    api: State<Api>,
    who: May<SuperviseTakeOver>,
    Id(id): Id<u64>,
) -> Result<StatusCode> {
    let by = Supervisor {
        account: who.session.name.clone(),
        role: who.session.role.clone(),
        groups: who.groups(),
        agent: who.session.agent.map(AgentId),
    };
    let of = CallId(id);
    api.call_control
        .request(Request::CancelCallback { by, of })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
