//! Agents: who they are, and what they do now.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::PhoneId;
use hotline_services::{AgentId, Configuration, Request};
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
        .routes(routes!(set_state))
}

#[derive(Serialize, ToSchema)]
struct Agent {
    id: u32,
    name: String,
    phone_id: u32,
}

#[derive(Deserialize, ToSchema)]
struct AgentDraft {
    name: String,
    phone_id: u32,
}

/// What an agent is asked to become or to do.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AgentRequest {
    SignedIn,
    SignedOut,
    Ready,
    NotReady,
    WrapupDone,
    HangUp,
}

#[derive(Deserialize, ToSchema)]
struct StateRequest {
    state: AgentRequest,
    /// Why not ready: "lunch".
    reason: Option<String>,
}

impl From<&hotline_services::Agent> for Agent {
    fn from(agent: &hotline_services::Agent) -> Self {
        Self {
            id: agent.id.0,
            name: agent.name.clone(),
            phone_id: agent.phone.0,
        }
    }
}

impl AgentDraft {
    /// The agent with what is asked here set; what is not asked here stays.
    fn applied_to(
        &self,
        api: &Api,
        agent: hotline_services::Agent,
    ) -> Result<hotline_services::Agent> {
        let phone = PhoneId(self.phone_id);
        if !api
            .store
            .phones()
            .borrow()
            .iter()
            .any(|known| known.id == phone)
        {
            let message = format!("there is no phone {}; choose one of the list", phone.0);
            return Err(ApiError::invalid("phone_id", message));
        }
        Ok(hotline_services::Agent {
            name: name(&self.name)?,
            phone,
            ..agent
        })
    }
}

fn find(configuration: &mut Configuration, id: u32) -> Result<usize> {
    let found = configuration
        .agents
        .iter()
        .position(|agent| agent.id.0 == id);
    found.ok_or_else(|| ApiError::not_found("agent"))
}

/// All agents.
#[utoipa::path(get, path = "/api/agents", responses((status = OK, body = Vec<Agent>)))]
async fn list(api: State<Api>, _who: SignedIn) -> Json<Vec<Agent>> {
    Json(
        api.store
            .configuration()
            .borrow()
            .agents
            .iter()
            .map(Agent::from)
            .collect(),
    )
}

/// Adds an agent.
#[utoipa::path(post, path = "/api/agents", request_body = AgentDraft,
    responses((status = CREATED, body = Agent)))]
async fn add(
    State(api): State<Api>,
    _who: SignedIn,
    Sent(draft): Sent<AgentDraft>,
) -> Result<(StatusCode, Json<Agent>)> {
    let added = api
        .configure(async |configuration| {
            let id = AgentId(api.store.next_number(Numbered::Agent).await?);
            let new = hotline_services::Agent::new(id, "", PhoneId(draft.phone_id));
            let agent = draft.applied_to(&api, new)?;
            configuration.agents.push(agent.clone());
            Ok(agent)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Agent::from(&added))))
}

/// Changes an agent.
#[utoipa::path(put, path = "/api/agents/{id}", params(("id" = u32, Path)),
    request_body = AgentDraft, responses((status = OK, body = Agent)))]
async fn change(
    State(api): State<Api>,
    _who: SignedIn,
    Id(id): Id<u32>,
    Sent(draft): Sent<AgentDraft>,
) -> Result<Json<Agent>> {
    let changed = api
        .configure(async |configuration| {
            let index = find(configuration, id)?;
            let agent = draft.applied_to(&api, configuration.agents[index].clone())?;
            configuration.agents[index] = agent.clone();
            Ok(agent)
        })
        .await?;
    Ok(Json(Agent::from(&changed)))
}

/// Removes an agent, from its queues too.
#[utoipa::path(delete, path = "/api/agents/{id}", params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(State(api): State<Api>, _who: SignedIn, Id(id): Id<u32>) -> Result<StatusCode> {
    api.configure(async |configuration| {
        let index = find(configuration, id)?;
        configuration.agents.remove(index);
        for queue in &mut configuration.queues {
            queue.agents.retain(|agent| agent.0 != id);
        }
        let may_call = &mut configuration.dial_plan.may_call;
        may_call.each.retain(|(agent, _)| agent.0 != id);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks an agent's state to change, or the agent's call to end.
#[utoipa::path(post, path = "/api/agents/{id}/state", params(("id" = u32, Path)),
    request_body = StateRequest, responses((status = NO_CONTENT)))]
async fn set_state(
    api: State<Api>,
    _who: SignedIn,
    Id(id): Id<u32>,
    Sent(asked): Sent<StateRequest>,
) -> Result<StatusCode> {
    let agent = AgentId(id);
    let reason = asked.reason.unwrap_or_default();
    if reason.chars().count() > 64 {
        return Err(ApiError::invalid(
            "reason",
            "the reason is too long; up to 64 characters",
        ));
    }
    api.call_control
        .request(match asked.state {
            AgentRequest::SignedIn => Request::SignIn { agent },
            AgentRequest::SignedOut => Request::SignOut { agent },
            AgentRequest::Ready => Request::Ready { agent },
            AgentRequest::NotReady => Request::NotReady { agent, reason },
            AgentRequest::WrapupDone => Request::WrapupDone { agent },
            AgentRequest::HangUp => Request::HangUp { agent },
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
