//! Where those go who call an agent: set by who sets agents, and by each agent for the own callers.

use axum::Json;
use axum::extract::State;
use hotline_call::Number;
use hotline_services::{AgentId, Configuration};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::inbound::{Target, phone_is_there};
use super::input::Sent;
use super::listing;
use super::permit::{AgentWork, May, Permit};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(own, set_own))
}

/// Where those go who call an agent, and not a queue, when the agent does not take the call.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Forward {
    /// Do not disturb: the phone does not ring for them at all.
    always: bool,
    /// Also when the agent is in a call, or writes notes.
    busy: bool,
    /// Also when the agent does not answer, or turns the call down.
    no_answer: bool,
    /// Whoever answers outside must press 1 to get the caller.
    press_one: bool,
    /// In this order, each for a while; at most 10.
    to: Vec<ForwardTo>,
    /// Who reaches nobody can leave a message.
    voicemail: bool,
}

/// Somewhere an agent's callers are sent.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ForwardTo {
    /// Another agent.
    Agent(u32),
    /// A telephone here.
    Phone(u32),
    /// A number outside.
    Outside(String),
    /// The agent's own mailbox.
    Voicemail,
}

impl Forward {
    /// Refuses telephones that are not there and what is no number; all else is checked with the
    /// configuration.
    pub(super) fn leads_somewhere(&self, api: &Api) -> Result<()> {
        for to in &self.to {
            match to {
                ForwardTo::Phone(id) => phone_is_there(api, "to", Some(&Target::Phone(*id)))?,
                ForwardTo::Outside(text) => {
                    let number = Number::parse(text);
                    number.map_err(|error| ApiError::no_number("to", text, &error))?;
                }
                ForwardTo::Agent(_) | ForwardTo::Voicemail => {}
            }
        }
        Ok(())
    }
}

/// The place of the agent who the person is.
fn place(configuration: &Configuration, who: &May<AgentWork>) -> Result<usize> {
    let own = who.session.agent.map(AgentId);
    let mut agents = configuration.agents.iter();
    let found = agents.position(|agent| Some(agent.id) == own);
    found.ok_or_else(|| ApiError::not_found("agent"))
}

/// Where those go who call the agent of the own account.
#[utoipa::path(get, path = "/api/session/forwarding",
    security(("session" = [AgentWork::WORD])), responses((status = OK, body = Forward)))]
async fn own(_api: State<Api>, who: May<AgentWork>) -> Result<Json<Forward>> {
    let configuration = &who.configuration;
    let agent = &configuration.agents[place(configuration, &who)?];
    Ok(Json(listing::as_shown(&agent.forward)?))
}

/// Sets where those go who call the agent of the own account. It comes into force at once, in
/// whatever change-set the person works.
#[utoipa::path(put, path = "/api/session/forwarding",
    security(("session" = [AgentWork::WORD])), request_body = Forward,
    responses((status = OK, body = Forward)))]
async fn set_own(
    api: State<Api>,
    who: May<AgentWork>,
    Sent(asked): Sent<Forward>,
) -> Result<Json<Forward>> {
    asked.leads_somewhere(&api)?;
    let set = api
        .configure_at_once(&who, async |configuration| {
            let place = place(configuration, &who)?;
            let forward = &mut configuration.agents[place].forward;
            *forward = listing::overlaid(forward, &asked)?;
            listing::as_shown(forward)
        })
        .await?;
    Ok(Json(set))
}
