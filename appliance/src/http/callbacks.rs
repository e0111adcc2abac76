//! Who is to be called back instead of waiting: listed, and taken back. The centre itself says whose
//! promises a person may take back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::CallId;
use hotline_services::{CallbackView, Request};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
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
    pub(super) queue: u32,
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

/// Who is to be called back of the queues whose calls the person sees, the oldest promise first.
#[utoipa::path(get, path = "/api/callbacks", security(("session" = [LiveRead::WORD])),
    responses((status = OK, body = Vec<Callback>)))]
async fn list(api: State<Api>, who: May<LiveRead>) -> Json<Vec<Callback>> {
    let within = who.calls_within(LiveRead::PERMISSION);
    let is_seen = |callback: &Callback| {
        let mut within = within.iter();
        within.all(|within| within.queues.contains(&callback.queue))
    };
    let live = Arc::clone(&api.call_control.live().borrow());
    let all = live.view.callbacks.iter().map(Callback::from);
    Json(all.filter(is_seen).collect())
}

/// Takes a promise back: the person is not called.
#[utoipa::path(delete, path = "/api/callbacks/{id}", params(("id" = u64, Path)),
    security(("session" = [SuperviseTakeOver::WORD])), responses((status = NO_CONTENT)))]
async fn cancel(
    api: State<Api>,
    who: May<SuperviseTakeOver>,
    Id(id): Id<u64>,
) -> Result<StatusCode> {
    let (by, of) = (who.as_supervisor(), CallId(id));
    let live = Arc::clone(&api.call_control.live().borrow());
    if !live.view.callbacks.iter().any(|promise| promise.of == of) {
        return Err(ApiError::not_found("callback"));
    }
    api.call_control
        .request(Request::CancelCallback { by, of })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
