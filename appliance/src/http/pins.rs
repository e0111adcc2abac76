//! PINs of agents, by which they sign in at any phone.

use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::AgentId;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::permit::{AgentWork, May, Permit, QueuesWrite};

/// Digits of a PIN, as the code for signing in takes them.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=12;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(set_own))
        .routes(routes!(set))
}

/// A PIN; it cannot be read again.
#[derive(Deserialize, ToSchema)]
struct PinForm {
    /// 4 to 12 digits; null: the agent has none, and signs in at the own phone alone.
    pin: Option<String>,
}

/// Sets the PIN of the agent of the own account.
#[utoipa::path(put, path = "/api/session/pin", security(("session" = [AgentWork::WORD])),
    request_body = PinForm, responses((status = NO_CONTENT)))]
async fn set_own(
    api: State<Api>,
    who: May<AgentWork>,
    Sent(form): Sent<PinForm>,
) -> Result<StatusCode> {
    let own = who.session.agent.map(AgentId);
    keep(&api, own.ok_or_else(|| ApiError::not_found("agent"))?, form).await
}

/// Sets the PIN of an agent.
#[utoipa::path(put, path = "/api/agents/{id}/pin", params(("id" = u32, Path)),
    security(("session" = [QueuesWrite::WORD])),
    request_body = PinForm, responses((status = NO_CONTENT)))]
async fn set(
    api: State<Api>,
    who: May<QueuesWrite>,
    Id(id): Id<u32>,
    Sent(form): Sent<PinForm>,
) -> Result<StatusCode> {
    let agent = who
        .configuration
        .agents
        .iter()
        .find(|agent| agent.id.0 == id);
    let agent = agent.ok_or_else(|| ApiError::not_found("agent"))?.id;
    keep(&api, agent, form).await
}

async fn keep(api: &Api, agent: AgentId, form: PinForm) -> Result<StatusCode> {
    if let Some(pin) = &form.pin {
        let is_pin = LENGTH.contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit());
        if !is_pin {
            let message = "a PIN is 4 to 12 digits";
            return Err(
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "no_pin", message).of("pin"),
            );
        }
    }
    let _turn = api.hashing.acquire().await;
    api.store.set_agent_pin(agent, form.pin).await?;
    Ok(StatusCode::NO_CONTENT)
}
