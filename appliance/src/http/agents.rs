//! Agents: who they are, what they are good at, and what they do now.

use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::PhoneId;
use hotline_services::permission::Permission;
use hotline_services::{
    AgentId, Configuration, ForwardTo as CoreForwardTo, OverflowAction, Request,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Numbered;

use super::Api;
use super::audit;
use super::error::{ApiError, Result};
use super::forwarding::Forward;
use super::inbound::Mailbox;
use super::input::{Id, Sent};
use super::listing::{self, Row, resource};
use super::permit::{
    AgentWork, AnyCall, AnyState, AnySupervision, May, MayAny, Permit, QueuesRead, QueuesWrite,
    SuperviseBarge, SuperviseListen, SuperviseState, SuperviseTakeOver, SuperviseWhisper,
};
use super::session::SignedIn;
use super::skills::SkillLevel;
use super::words::{ForcedState, SuperviseMode};

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes()
        .routes(routes!(set_state))
        .routes(routes!(in_call))
        .routes(routes!(supervise))
}

#[derive(Serialize, Deserialize, ToSchema)]
struct Agent {
    id: u32,
    #[serde(flatten)]
    draft: AgentDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct AgentDraft {
    name: String,
    phone_id: u32,
    /// What the agent is good at; no skill twice.
    #[serde(default)]
    skills: Vec<SkillLevel>,
    /// Lots where a queue chooses at random; 1 to 100.
    #[serde(default = "one")]
    weight: u32,
    /// Where those go who call the agent, and not a queue; left out, it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward: Option<Forward>,
}

const fn one() -> u32 {
    1
}

impl Row for Agent {
    type Core = hotline_services::Agent;
    type Draft = AgentDraft;
    const ONE: &'static str = "agent";
    const NUMBERED: Numbered = Numbered::Agent;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.agents
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.agents
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, draft: &AgentDraft) -> Result<Self::Core> {
        let phone = PhoneId(draft.phone_id);
        Ok(hotline_services::Agent::new(AgentId(id), "", phone))
    }

    fn shown(_configuration: &Configuration, core: &Self::Core) -> Result<Self> {
        let skills = core.skills.iter().copied().map(SkillLevel::from);
        Ok(Self {
            id: core.id.0,
            draft: AgentDraft {
                name: core.name.clone(),
                phone_id: core.phone.0,
                skills: skills.collect(),
                weight: core.weight,
                forward: Some(listing::as_shown(&core.forward)?),
            },
        })
    }

    fn made(api: &Api, before: Self::Core, draft: &AgentDraft) -> Result<Self::Core> {
        let phone = PhoneId(draft.phone_id);
        if !api
            .store
            .phones()
            .borrow()
            .iter()
            .any(|known| known.id == phone)
        {
            return Err(ApiError::unknown("phone_id", "phone", phone.0));
        }
        if let Some(forward) = &draft.forward {
            forward.leads_somewhere(api)?;
        }
        listing::overlaid(&hotline_services::Agent { phone, ..before }, draft)
    }

    fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
        use hotline_services::route::{Mailbox, Target};
        let agent = AgentId(id);
        super::inbound::not_led_to(configuration, "agent", |led| {
            *led == Target::Agent(agent) || *led == Target::Voicemail(Mailbox::Agent(agent))
        })
    }

    fn gone(configuration: &mut Configuration, id: u32) {
        for queue in &mut configuration.queues {
            queue.agents.retain(|agent| agent.0 != id);
            let leads_there = OverflowAction::Agent(AgentId(id));
            queue.overflow.retain(|step| step.action != leads_there);
        }
        for caller in &mut configuration.callers {
            let standing = &mut caller.standing;
            standing.owner = standing.owner.filter(|agent| agent.0 != id);
            standing.backups.retain(|agent| agent.0 != id);
        }
        for agent in &mut configuration.agents {
            let gone = |to: &CoreForwardTo| *to == CoreForwardTo::Agent(AgentId(id));
            agent.forward.to.retain(|to| !gone(to));
        }
        let may_call = &mut configuration.dial_plan.may_call;
        may_call.each.retain(|(agent, _)| agent.0 != id);
    }
}

resource!(
    "/api/agents",
    "/api/agents/{id}",
    Agent,
    AgentDraft,
    QueuesWrite
);

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

/// What an agent in a call asks for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "in_call", rename_all = "snake_case")]
enum InCall {
    /// Put the others on hold.
    Hold,
    /// Take them back.
    Retrieve,
    /// Give the call on without asking.
    Transfer { to: Destination },
    /// Ask somebody aside: an agent, who is at a telephone here, somebody outside. The customer
    /// waits.
    Consult { to: Destination },
    /// Give the call to who was asked, also while the phone still rings.
    Complete,
    /// Go to the other of the two: customer or who is asked.
    Swap,
    /// Ask no more; be with the customer again.
    Cancel,
    /// Take who is asked to the customer: all talk.
    Merge,
    /// Park the customer, to be fetched at any phone by the number of the place.
    Park,
    /// Record nothing while the customer says what is not to be kept; goes on by itself after 60 s.
    PauseRecording,
    /// Go on recording.
    ResumeRecording,
}

/// Where an agent gives a call.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Destination {
    Agent(u32),
    Queue(u32),
    /// A telephone here.
    Phone(u32),
    /// A number outside; the outbound rules say whether the agent may.
    Outside(String),
    Voicemail(Mailbox),
}

/// Asks for something about the call an agent is in.
#[utoipa::path(post, path = "/api/agents/{id}/in_call", params(("id" = u32, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [SuperviseTakeOver::WORD])),
    request_body = InCall, responses((status = NO_CONTENT)))]
async fn in_call(
    api: State<Api>,
    who: MayAny<AnyCall>,
    Id(id): Id<u32>,
    Sent(asked): Sent<InCall>,
) -> Result<StatusCode> {
    let agent = AgentId(id);
    let permission = match asked {
        InCall::PauseRecording | InCall::ResumeRecording => Permission::RecordingsPause,
        _ if who.is_agent(agent) => Permission::AgentWork,
        _ => Permission::SuperviseTakeOver,
    };
    may_to(&api, &who, permission, (agent, "in_call")).await?;
    if let InCall::Transfer {
        to: Destination::Outside(_),
    }
    | InCall::Consult {
        to: Destination::Outside(_),
    } = asked
    {
        let outside = Permission::CallsTransferOutside;
        may_to(&api, &who, outside, (agent, "in_call")).await?;
    }
    let what = listing::as_shown(&asked)?;
    api.call_control
        .request(Request::InCall { agent, what })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses who may not do this to an agent, and notes the attempt.
pub(super) async fn may_to(
    api: &Api,
    who: &SignedIn,
    permission: Permission,
    (agent, what): (AgentId, &str),
) -> Result<()> {
    let verdict = who.may_to_agent(permission, agent);
    let name = audit::name_of(who);
    audit::noted(api, (&name.0, &name.1), what, agent, verdict).await
}

/// What a supervisor asks for about an agent. Reasons must be said; they are kept with who did it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "supervise", rename_all = "snake_case")]
enum Supervise {
    /// Be with the agent at one's own phone; who is already is heard by others from now on.
    Begin { mode: SuperviseMode },
    /// Be with the agent no more.
    End,
    /// Talk to the customer instead of the agent.
    TakeOver { reason: String },
    /// End the call; if others talk with the customer too, perhaps only this agent's part.
    Release { only_agent: bool, reason: String },
    /// Set the state of the agent; in a call it applies after the notes.
    SetState { state: ForcedState, reason: String },
}

impl Supervise {
    /// As the log of what was refused has it.
    const fn word(&self) -> &'static str {
        match self {
            Self::Begin { mode } => match mode {
                SuperviseMode::Listen => "listen",
                SuperviseMode::Whisper => "whisper",
                SuperviseMode::Barge => "barge",
            },
            Self::End => "end",
            Self::TakeOver { .. } => "take_over",
            Self::Release { .. } => "release",
            Self::SetState { .. } => "set_state",
        }
    }
}

/// Asks for something about an agent as a supervisor. The centre itself holds roles and groups
/// against it.
#[utoipa::path(post, path = "/api/agents/{id}/supervise", params(("id" = u32, Path)),
    security(("session" = [SuperviseListen::WORD]), ("session" = [SuperviseWhisper::WORD]),
             ("session" = [SuperviseBarge::WORD]), ("session" = [SuperviseTakeOver::WORD]),
             ("session" = [SuperviseState::WORD])),
    request_body = Supervise, responses((status = NO_CONTENT)))]
async fn supervise(
    State(api): State<Api>,
    who: SignedIn,
    Id(id): Id<u32>,
    asked: Result<Sent<Supervise>>,
) -> Result<StatusCode> {
    // Who may not is told so before what is asked is even read.
    let what = asked
        .as_ref()
        .map_or("supervise", |Sent(asked)| asked.word());
    let name = audit::name_of(&who);
    let done = supervised(&api, who, AgentId(id), asked).await;
    audit::noted(&api, (&name.0, &name.1), what, AgentId(id), done).await
}

async fn supervised(
    api: &Api,
    who: SignedIn,
    agent: AgentId,
    asked: Result<Sent<Supervise>>,
) -> Result<StatusCode> {
    let who = MayAny::<AnySupervision>::of(who)?;
    let Sent(asked) = asked?;
    let by = who.as_supervisor();
    let what = listing::as_shown(&asked)?;
    api.call_control
        .request(Request::Supervise { by, agent, what })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks an agent's state to change, or the agent's call to end.
#[utoipa::path(post, path = "/api/agents/{id}/state", params(("id" = u32, Path)),
    security(("session" = [AgentWork::WORD]), ("session" = [SuperviseState::WORD])),
    request_body = StateRequest, responses((status = NO_CONTENT)))]
async fn set_state(
    api: State<Api>,
    who: MayAny<AnyState>,
    Id(id): Id<u32>,
    Sent(asked): Sent<StateRequest>,
) -> Result<StatusCode> {
    let agent = AgentId(id);
    let permission = if who.is_agent(agent) {
        Permission::AgentWork
    } else {
        Permission::SuperviseState
    };
    may_to(&api, &who, permission, (agent, "set_state")).await?;
    let reason = asked.reason.unwrap_or_default();
    let length = reason.chars().count();
    if length > 64 {
        return Err(ApiError::length("reason", length, 0..=64));
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
