use hotline_call::{CallId, CallerId, LineId, Moment, Number, PhoneId};

use crate::acd::{Agent, Presence};
use crate::emergency::HelpNotice;
use crate::region::Origin;
use crate::route::Mailbox;
use crate::stage::{Call, Stage};
use crate::state::{Service, State};
use crate::talk::{Standing, Talk};
use crate::{
    AgentId, BusinessTypeId, Doing, ForwardTo, Queue, QueueId, RingPurpose, ServiceLevel,
    StorageState, SuperviseMode, Vip, Voicemail,
};

/// What people see of the call centre at one moment. Derived, never stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// All lines that were ever in service, by number.
    pub lines: Vec<LineView>,
    /// All queues, in the order configured.
    pub queues: Vec<QueueView>,
    /// All agents, in the order configured.
    pub agents: Vec<AgentView>,
    /// All calls that have not ended, oldest first.
    pub calls: Vec<CallView>,
    /// Who is to be called back, the oldest promise first.
    pub callbacks: Vec<CallbackView>,
    /// All messages that were not deleted, the oldest first.
    pub voicemails: Vec<Voicemail>,
    /// Calls for help that nobody has acknowledged, the oldest first.
    pub help: Vec<HelpNotice>,
    /// New calls are refused for want of disk.
    pub storage_full: bool,
}

/// Somebody who is to be called back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackView {
    /// The call in which it was promised.
    pub of: CallId,
    /// The queue.
    pub queue: QueueId,
    /// The number.
    pub number: Number,
    /// The name, where it is known.
    pub name: Option<String>,
    /// Since when the person waits, or would.
    pub since: Moment,
    /// Until when the promise holds.
    pub until: Moment,
    /// How often the person was called.
    pub dialled: u32,
    /// Not before.
    pub not_before: Option<Moment>,
    /// The call that is being made of it.
    pub call: Option<CallId>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineView {
    /// Which.
    pub line: LineId,
    /// Its state.
    pub state: LineState,
    /// The call on it.
    pub call: Option<CallId>,
}

/// The state of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// No battery: cable out or the exchange is down.
    OutOfService,
    /// Free.
    Idle,
    /// Rings.
    Ringing,
    /// In use.
    InUse,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// Which.
    pub queue: QueueId,
    /// Its name.
    pub name: String,
    /// Callers in it, an agent's phone perhaps ringing for them.
    pub waiting: u32,
    /// Since when the one longest in it waits.
    pub oldest: Option<Moment>,
    /// Agents who could take a call now.
    pub agents_idle: u32,
    /// Agents signed in.
    pub agents_signed_in: u32,
    /// Messages that nobody has heard.
    pub unheard: u32,
    /// Nobody is taken in.
    pub is_disabled: bool,
    /// How soon callers are to be answered.
    pub service_level: ServiceLevel,
}

/// One agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView {
    /// Who.
    pub agent: AgentId,
    /// Name.
    pub name: String,
    /// The one effective state.
    pub state: AgentState,
    /// Since when.
    pub since: Moment,
    /// Why not ready.
    pub reason: Option<String>,
    /// At which phone; `None`: somebody else has signed in at the own one.
    pub phone: Option<PhoneId>,
    /// The phone is not to ring.
    pub do_not_disturb: bool,
    /// Where callers go at once, as set by phone.
    pub forwarded: Option<ForwardTo>,
    /// The call.
    pub call: Option<CallId>,
    /// Messages that nobody has heard.
    pub unheard: u32,
}

/// The one effective state of an agent (semantics §5.1).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Not at work.
    SignedOut,
    /// At work, takes no calls.
    NotReady,
    /// Ready, but the phone is not registered.
    DeviceDown,
    /// Ready and free.
    Idle,
    /// The phone rings.
    Offering,
    /// Has dialled a number.
    Dialing,
    /// Talks.
    Talking,
    /// Has the caller on hold.
    Holding,
    /// Asks another agent, or is asked.
    Consulting,
    /// Talks with the caller and other agents.
    Conferencing,
    /// Writes notes.
    Wrapup,
}

impl From<Doing> for AgentState {
    fn from(doing: Doing) -> Self {
        match doing {
            Doing::Talking => Self::Talking,
            Doing::Holding => Self::Holding,
            Doing::Consulting => Self::Consulting,
            Doing::Conferencing => Self::Conferencing,
        }
    }
}

/// One call in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallView {
    /// Which.
    pub call: CallId,
    /// Since when: the first ring.
    pub since: Moment,
    /// Who calls.
    pub caller: CallerId,
    /// What is known of the number of who is outside.
    pub origin: Option<Origin>,
    /// On which line; `None`: from phone to phone.
    pub line: Option<LineId>,
    /// Where it stands.
    pub stage: CallStage,
    /// Since when it stands there.
    pub stage_since: Moment,
    /// The queue, once one was reached.
    pub queue: Option<QueueId>,
    /// The agent rung or talking; of several the first.
    pub agent: Option<AgentId>,
    /// All agents who take part in it, in the order they came.
    pub parties: Vec<PartyView>,
    /// The agent whose phone rings because another one asked for it, and what for.
    pub rung: Option<(AgentId, RingPurpose)>,
    /// Whether it is recorded.
    pub recorded: Recorded,
    /// The supervisor in it.
    pub supervision: Option<SupervisionView>,
    /// The place where it is parked, as it is dialled.
    pub parked: Option<u32>,
    /// How often it was given on.
    pub transfers: u32,
    /// What the call is about.
    pub business_type: Option<BusinessTypeId>,
    /// How far the caller is before others.
    pub vip: Option<Vip>,
}

/// An agent who takes part in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartyView {
    /// Who.
    pub agent: AgentId,
    /// What the agent does in it.
    pub doing: Doing,
    /// Is only asked by another agent.
    pub is_consulted: bool,
}

/// Whether a call is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is not.
    No,
    /// It is.
    Yes,
    /// It is, but for what is said now.
    Paused,
}

/// A supervisor in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupervisionView {
    /// Who, as signed in.
    pub account: String,
    /// With which agent.
    pub over: AgentId,
    /// Who hears it.
    pub mode: SuperviseMode,
    /// The phone still rings.
    pub is_ringing: bool,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallStage {
    /// The line rings.
    Ringing,
    /// In a menu.
    Menu,
    /// In a queue.
    Waiting,
    /// An agent's phone rings.
    Offering,
    /// Talks.
    Talking,
    /// On hold.
    Holding,
    /// Given on by an agent; the phone of the next one rings.
    Transferring,
    /// Parked by an agent.
    Parked,
    /// Leaves a message.
    Voicemail,
    /// Being told goodbye, or being cleared.
    Ending,
}

impl State {
    /// What people see now.
    pub(crate) fn view(&self) -> View {
        let configured = &self.configuration;
        View {
            lines: self
                .lines
                .iter()
                .map(|(line, service)| self.view_line(*line, *service))
                .collect(),
            queues: configured
                .queues
                .iter()
                .map(|queue| self.view_queue(queue))
                .collect(),
            agents: configured
                .agents
                .iter()
                .filter_map(|a| Some(self.view_agent(a, self.agents.get(&a.id)?)))
                .collect(),
            calls: self
                .calls
                .iter()
                .map(|(id, call)| view_call(*id, call))
                .collect(),
            callbacks: self.view_callbacks(),
            voicemails: self.messages.all().cloned().collect(),
            help: self.help.all().cloned().collect(),
            storage_full: self.storage == StorageState::ReserveReached,
        }
    }

    fn view_line(&self, line: LineId, service: Service) -> LineView {
        let is_on_it = |id: &CallId, call: &Call| {
            call.line == Some(line) || self.line_calls.get(&line) == Some(id)
        };
        let on_it = self.calls.iter().find(|(id, call)| is_on_it(id, call));
        let state = match (on_it, service) {
            (Some((_, call)), _) if call.stage == Stage::Ringing => LineState::Ringing,
            (Some(_), _) => LineState::InUse,
            (None, Service::In) => LineState::Idle,
            (None, Service::Out { .. }) => LineState::OutOfService,
        };
        LineView {
            line,
            state,
            call: on_it.map(|(id, _)| *id),
        }
    }

    fn view_agent(&self, configured: &crate::Agent, agent: &Agent) -> AgentView {
        let reason = match &agent.presence {
            Presence::NotReady { reason } => Some(reason.clone()),
            _ => None,
        };
        AgentView {
            agent: configured.id,
            name: configured.name.clone(),
            state: agent.effective(),
            since: agent.since,
            reason,
            phone: self.roster.desk(configured.id),
            do_not_disturb: self.is_silenced(configured.id),
            forwarded: self.forwarded.get(&configured.id).cloned(),
            call: agent.call(),
            unheard: count(self.messages.unheard(Mailbox::Agent(configured.id))),
        }
    }

    fn view_queue(&self, queue: &Queue) -> QueueView {
        // Who is to be called back is no caller on the line.
        let mut waiting = self.waiting_in(queue.id);
        waiting.retain(|(id, _)| self.calls.get(id).is_some_and(|c| c.callback.is_none()));
        let signed_in = |id: &&AgentId| self.agents.get(id).is_some_and(Agent::is_signed_in);
        QueueView {
            queue: queue.id,
            name: queue.name.clone(),
            waiting: count(waiting.len()),
            oldest: waiting
                .iter()
                .map(|(_, wait)| wait.since)
                .min_by_key(|since| since.mono_ms),
            agents_idle: count(self.free_agents(queue)),
            agents_signed_in: count(queue.agents.iter().filter(signed_in).count()),
            unheard: count(self.messages.unheard(Mailbox::Queue(queue.id))),
            is_disabled: queue.is_disabled,
            service_level: queue.service_level,
        }
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn view_supervision(talk: &Talk) -> Option<SupervisionView> {
    talk.supervision.as_ref().map(|there| SupervisionView {
        account: there.account.clone(),
        over: there.over,
        mode: there.mode,
        is_ringing: there.rings.is_some(),
    })
}

fn view_call(id: CallId, call: &Call) -> CallView {
    let (stage, queue, agent) = match &call.stage {
        Stage::Ringing => (CallStage::Ringing, None, None),
        Stage::Outside(outside) => (CallStage::Ringing, None, Some(outside.agent)),
        Stage::Greeting { .. } | Stage::Input { .. } => (CallStage::Menu, None, None),
        Stage::AtPhone(person) => (CallStage::Menu, None, Some(person.agent)),
        Stage::Mailbox(_) => (CallStage::Voicemail, None, None),
        Stage::Parked(parked) => (CallStage::Parked, Some(parked.queue), Some(parked.by)),
        Stage::Reaching(reach) => {
            let rung = reach.rung.as_ref().map(|rung| rung.agent);
            (
                CallStage::Offering,
                None,
                rung.filter(|id| *id != AgentId::NOBODY),
            )
        }
        Stage::Waiting(wait) => match wait.offers.first() {
            None => (CallStage::Waiting, Some(wait.queue), None),
            Some(offer) => (CallStage::Offering, Some(wait.queue), Some(offer.agent)),
        },
        Stage::Talking(talk) => {
            let stage = match talk.standing() {
                Standing::Talking => CallStage::Talking,
                Standing::OnHold => CallStage::Holding,
                Standing::Transferring => CallStage::Transferring,
            };
            let first = talk.seats.first().map(|seat| seat.agent);
            let agent = first.or(talk.ringing.map(|ringing| ringing.agent));
            (stage, Some(talk.queue), agent)
        }
        Stage::Farewell { .. } | Stage::Ending { .. } => (CallStage::Ending, None, None),
    };
    let talk = call.talk();
    let parties = talk.into_iter().flat_map(|talk| {
        talk.seats.iter().map(|seat| PartyView {
            agent: seat.agent,
            doing: talk.doing(seat),
            is_consulted: seat.is_guest,
        })
    });
    CallView {
        call: id,
        since: call.offered,
        caller: call.caller.clone(),
        origin: call.origin.clone(),
        line: call.line,
        stage,
        stage_since: call.stage_since,
        queue,
        agent,
        parties: parties.collect(),
        rung: talk
            .and_then(|talk| talk.ringing)
            .filter(|ringing| ringing.agent != AgentId::NOBODY)
            .map(|ringing| (ringing.agent, ringing.purpose)),
        recorded: match (call.recording, call.paused) {
            (None, _) => Recorded::No,
            (Some(_), None) => Recorded::Yes,
            (Some(_), Some(_)) => Recorded::Paused,
        },
        supervision: talk.and_then(view_supervision),
        parked: call.parked().map(|parked| parked.place),
        transfers: call.hops,
        business_type: call.business_type,
        vip: call.standing.vip,
    }
}
