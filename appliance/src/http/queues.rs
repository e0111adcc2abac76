//! Queues: where callers wait and who serves them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::route::{Mailbox, Target};
use hotline_services::{AgentId, Configuration, QueueId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent, name};
use super::session::SignedIn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
}

/// One queue.
#[derive(Serialize, ToSchema)]
struct Queue {
    id: u32,
    #[serde(flatten)]
    draft: QueueDraft,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
struct QueueDraft {
    name: String,
    /// Who serves it.
    agents: Vec<u32>,
    /// How long an agent's phone rings; 5 to 120.
    #[serde(default = "ring_s")]
    ring_s: u32,
    /// Time for notes after a call; 0 to 600.
    #[serde(default = "wrapup_s")]
    wrapup_s: u32,
    /// The longest wait; 10 to 7200.
    #[serde(default = "max_wait_s")]
    max_wait_s: u32,
    /// The most callers that may wait; 1 to 200.
    #[serde(default = "max_waiting")]
    max_waiting: u32,
}

// The defaults `hotline_services::Queue` documents.
const fn ring_s() -> u32 {
    20
}
const fn wrapup_s() -> u32 {
    30
}
const fn max_wait_s() -> u32 {
    300
}
const fn max_waiting() -> u32 {
    50
}

impl From<&hotline_services::Queue> for Queue {
    fn from(queue: &hotline_services::Queue) -> Self {
        let draft = QueueDraft {
            name: queue.name.clone(),
            agents: queue.agents.iter().map(|agent| agent.0).collect(),
            ring_s: queue.ring_s,
            wrapup_s: queue.wrapup_s,
            max_wait_s: queue.max_wait_s,
            max_waiting: queue.max_waiting,
        };
        Self {
            id: queue.id.0,
            draft,
        }
    }
}

impl QueueDraft {
    /// The queue with what is asked here set; what is not asked here stays.
    fn applied_to(self, queue: hotline_services::Queue) -> Result<hotline_services::Queue> {
        Ok(hotline_services::Queue {
            name: name(&self.name)?,
            agents: self.agents.into_iter().map(AgentId).collect(),
            ring_s: self.ring_s,
            wrapup_s: self.wrapup_s,
            max_wait_s: self.max_wait_s,
            max_waiting: self.max_waiting,
            ..queue
        })
    }
}

fn find(configuration: &Configuration, id: u32) -> Result<usize> {
    let found = configuration
        .queues
        .iter()
        .position(|queue| queue.id.0 == id);
    found.ok_or_else(|| ApiError::not_found("queue"))
}

/// All queues.
#[utoipa::path(get, path = "/api/queues", responses((status = OK, body = Vec<Queue>)))]
async fn list(api: State<Api>, _who: SignedIn) -> Json<Vec<Queue>> {
    Json(
        api.store
            .configuration()
            .borrow()
            .queues
            .iter()
            .map(Queue::from)
            .collect(),
    )
}

/// Adds a queue.
#[utoipa::path(post, path = "/api/queues", request_body = QueueDraft,
    responses((status = CREATED, body = Queue)))]
async fn add(
    State(api): State<Api>,
    _who: SignedIn,
    Sent(draft): Sent<QueueDraft>,
) -> Result<(StatusCode, Json<Queue>)> {
    let added = api
        .configure(async |configuration| {
            let id = QueueId(api.store.next_number(Numbered::Queue).await?);
            let queue = draft.applied_to(hotline_services::Queue::new(id, ""))?;
            configuration.queues.push(queue.clone());
            Ok(queue)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Queue::from(&added))))
}

/// Changes a queue.
#[utoipa::path(put, path = "/api/queues/{id}", params(("id" = u32, Path)),
    request_body = QueueDraft, responses((status = OK, body = Queue)))]
async fn change(
    State(api): State<Api>,
    _who: SignedIn,
    Id(id): Id<u32>,
    Sent(draft): Sent<QueueDraft>,
) -> Result<Json<Queue>> {
    let changed = api
        .configure(async |configuration| {
            let index = find(configuration, id)?;
            let queue = draft.applied_to(configuration.queues[index].clone())?;
            configuration.queues[index] = queue.clone();
            Ok(queue)
        })
        .await?;
    Ok(Json(Queue::from(&changed)))
}

/// Removes a queue no menu and no inbound route leads to.
#[utoipa::path(delete, path = "/api/queues/{id}", params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(State(api): State<Api>, _who: SignedIn, Id(id): Id<u32>) -> Result<StatusCode> {
    api.configure(async |configuration| {
        let index = find(configuration, id)?;
        let leads = |menu: &&hotline_services::Menu| {
            menu.otherwise.is_some_and(|queue| queue.0 == id)
                || menu.choices.iter().any(|choice| choice.queue.0 == id)
        };
        if let Some(menu) = configuration.menus.iter().find(leads) {
            let message = format!(
                "the menu {} leads to this queue; change the menu first",
                menu.name
            );
            return Err(ApiError::conflict(message));
        }
        let (to_it, voicemail) = (QueueId(id), Mailbox::Queue(QueueId(id)));
        let is_it = |target: &Target| {
            *target == Target::Queue(to_it) || *target == Target::Voicemail(voicemail)
        };
        if let Some(route) = configuration.dial_plan.leading_to(is_it) {
            let message = format!(
                "the inbound route {} leads to this queue; change the route first",
                route.name
            );
            return Err(ApiError::conflict(message));
        }
        configuration.queues.remove(index);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
