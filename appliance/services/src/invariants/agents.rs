use std::collections::BTreeMap;

use hotline_call::{CallId, LegId, Moment};

use super::{Broken, ensure};
use crate::fact::{PartiesTurned, PersonRung, TakenOver};
use crate::record::end_of_life;
use crate::{AgentId, AgentState, Configuration, Doing, Fact, View, What};
use crate::{CallDialled, CallbackStep};

const ONE_STATE: &str = "one state per agent";
const ONE_OFFER: &str = "no agent is offered two calls";
const TIMES: &str = "state times add up to the time signed in";

/// One agent as the facts tell.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Agent {
    state: AgentState,
    since: Moment,
    call: Option<CallId>,
    /// Asked not to be given calls.
    not_ready: bool,
    /// Talks as the caller.
    is_caller: bool,
    /// Takes a call over with the next fact.
    takes_over: Option<CallId>,
    /// Time in each state, signed out not counted.
    spent_ms: BTreeMap<AgentState, u64>,
    signed_in: Option<Moment>,
    signed_in_ms: u64,
}

/// The agents as the facts tell: each in one state at any moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Agents {
    agents: BTreeMap<AgentId, Agent>,
    /// Whose each leg is.
    legs: BTreeMap<LegId, AgentId>,
    last: Moment,
}

impl Agents {
    /// Whether an agent is rung for the call or talks in it.
    pub(super) fn are_in(&self, call: CallId) -> bool {
        self.agents.values().any(|a| {
            a.call == Some(call) && !matches!(a.state, AgentState::Wrapup | AgentState::Dialing)
        })
    }

    /// The state of an agent.
    pub(super) fn state(&self, agent: AgentId) -> Option<AgentState> {
        self.agents.get(&agent).map(|a| a.state)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.agents.len()
    }

    /// Who is taken out of the configuration goes when signed out.
    fn configured(&mut self, at: Moment, configuration: &Configuration) {
        for agent in &configuration.agents {
            let known = self.agents.entry(agent.id);
            known.or_insert_with(|| Agent::new(at));
        }
        self.agents.retain(|id, agent| {
            configuration.agent(*id).is_some() || agent.state != AgentState::SignedOut
        });
    }

    /// Each agent, the state, and the call it is about.
    pub(crate) fn now(&self) -> impl Iterator<Item = (AgentId, AgentState, Option<CallId>)> {
        let agents = self.agents.iter();
        agents.map(|(id, agent)| (*id, agent.state, agent.call))
    }

    /// Takes a fact; an agent may not come into its state from the one it was in otherwise.
    pub(crate) fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        let at = fact.at;
        match fact.what {
            What::Started { last_alive } => {
                let last = end_of_life(self.last, last_alive);
                for agent in self.agents.values_mut() {
                    agent.start_again(last, at);
                }
            }
            What::Configured { ref configuration } => self.configured(at, configuration),
            What::Held { leg, .. } | What::Retrieved { leg, .. } => {
                let id = self.legs.get(&leg).copied();
                // A phone nobody is signed in at.
                if id == Some(AgentId::NOBODY) {
                    self.last = at;
                    return Ok(());
                }
                let agent = id.and_then(|id| self.agents.get_mut(&id));
                let agent =
                    agent.ok_or_else(|| Broken::new(ONE_STATE, format!("{fact:?} by nobody")))?;
                agent.check(fact)?;
            }
            What::LegReleased { leg, .. } => {
                self.legs.remove(&leg);
            }
            What::CallEnded { call, .. } => {
                let mut agents = self.agents.values_mut();
                let calls = |a: &&mut Agent| a.is_caller || a.state == AgentState::Dialing;
                let dialer = agents.find(|a| calls(a) && a.call == Some(call));
                if let Some(agent) = dialer {
                    agent.check(fact)?;
                }
            }
            What::PartiesTurned(ref turned) => self.turn(turned)?,
            What::TakenOver(TakenOver {
                leg, supervisor, ..
            }) => {
                self.legs.insert(leg, supervisor);
                let agent = self.agents.get_mut(&supervisor);
                agent
                    .ok_or_else(|| Broken::new(ONE_STATE, format!("{fact:?} by nobody")))?
                    .takes_over(fact)?;
            }
            _ => {
                if let What::AgentOffered { agent, leg, .. }
                | What::PartyRung { agent, leg, .. }
                | What::PersonRung(PersonRung { agent, leg, .. })
                | What::PickedUp { agent, leg, .. } = fact.what
                {
                    self.legs.insert(leg, agent);
                }
                if let What::CallDialled(CallDialled {
                    agent, phone_leg, ..
                }) = fact.what
                {
                    self.legs.insert(phone_leg, agent);
                }
                if let Some(id) = fact.what.agent() {
                    let agent = self.agents.get_mut(&id);
                    agent
                        .ok_or_else(|| Broken::new(ONE_STATE, format!("{fact:?} of nobody")))?
                        .check(fact)?;
                }
                self.caller_talks(fact)?;
            }
        }
        self.last = at;
        Ok(())
    }

    /// The caller of ours and a colleague change places.
    fn turn(&mut self, turned: &PartiesTurned) -> Result<(), Broken> {
        self.legs.insert(turned.leg, turned.agent);
        self.legs.remove(&turned.other_leg);
        if let Some(other) = self.agents.get_mut(&turned.other) {
            other.is_caller = true;
        }
        let agent = self.agents.get_mut(&turned.agent);
        let was_caller = agent.is_some_and(|agent| std::mem::take(&mut agent.is_caller));
        ensure(ONE_STATE, was_caller, || {
            format!("{turned:?} and did not call")
        })
    }

    /// An agent who called a number of ours talks with whoever takes the call.
    fn caller_talks(&mut self, fact: &Fact) -> Result<(), Broken> {
        let What::Connected { call, agent, .. } = fact.what else {
            return Ok(());
        };
        let mut others = self.agents.iter_mut().filter(|(id, _)| **id != agent);
        let dials = |a: &Agent| a.state == AgentState::Dialing && a.call == Some(call);
        match others.find(|(_, a)| dials(a)) {
            Some((_, caller)) => {
                caller.is_caller = true;
                caller.check(fact)
            }
            None => Ok(()),
        }
    }

    /// What people see is what the facts tell, and no time of an agent is lost or counted twice.
    pub(super) fn check_view(&mut self, now: Moment, view: &View) -> Result<(), Broken> {
        self.last = now;
        for seen in &view.agents {
            let id = seen.agent;
            let Some(agent) = self.agents.get_mut(&id) else {
                return Err(Broken::new(
                    ONE_STATE,
                    format!("agent {} is seen and unknown", id.0),
                ));
            };
            let same =
                (seen.state, seen.since, seen.call) == (agent.state, agent.since, agent.call);
            ensure(ONE_STATE, same, || {
                format!("agent {} is {agent:?}, seen is {seen:?}", id.0)
            })?;
            let (spent, signed_in) = (agent.spent_until(now), agent.signed_in_until(now));
            ensure(TIMES, spent == signed_in, || {
                format!(
                    "agent {}: {spent} ms in states, {signed_in} ms signed in",
                    id.0
                )
            })?;
        }
        Ok(())
    }
}

impl Agent {
    const fn new(at: Moment) -> Self {
        Self {
            state: AgentState::SignedOut,
            since: at,
            call: None,
            not_ready: false,
            is_caller: false,
            takes_over: None,
            spent_ms: BTreeMap::new(),
            signed_in: None,
            signed_in_ms: 0,
        }
    }

    /// A supervisor who has no call takes one over.
    fn takes_over(&mut self, fact: &Fact) -> Result<(), Broken> {
        let is_free = matches!(self.state, AgentState::Idle | AgentState::NotReady);
        self.takes_over = fact.what.call();
        ensure(ONE_OFFER, is_free, || format!("{fact:?} by {self:?}"))
    }

    fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        let taken = match fact.what {
            What::Connected { call, .. } => self.takes_over.take_if(|taken| *taken == call),
            _ => None,
        };
        let lawful = match taken {
            Some(_) => Some(AgentState::Talking),
            None => next(self.state, &fact.what),
        };
        self.call = taken.or(self.call);
        let Some(next) = lawful else {
            let invariant = match fact.what {
                What::AgentOffered { .. } | What::PartyRung { .. } | What::PickedUp { .. } => {
                    ONE_OFFER
                }
                _ => ONE_STATE,
            };
            let words = format!("{:?} of an agent who is {self:?}", fact.what);
            return Err(Broken::new(invariant, words));
        };
        match fact.what {
            What::AgentSignedIn { .. } => self.signed_in = Some(fact.at),
            What::AgentSignedOut { .. } => {
                self.signed_in_ms = self.signed_in_until(fact.at);
                self.signed_in = None;
            }
            What::AgentOffered { call, .. }
            | What::PersonRung(PersonRung { call, .. })
            | What::CallOffered { call, .. }
            | What::CallDialled(CallDialled { call, .. })
            | What::PartyRung { call, .. }
            | What::PickedUp { call, .. }
            | What::WrapupStarted { call, .. } => {
                self.call = Some(call);
            }
            What::OfferEnded { .. }
            | What::ConsultEnded { .. }
            | What::Disconnected { .. }
            | What::CallEnded { .. }
            | What::WrapupEnded { .. } => {
                (self.call, self.is_caller) = (None, false);
            }
            _ => {}
        }
        match fact.what {
            What::AgentNotReady { .. } => self.not_ready = true,
            What::AgentReady { .. } | What::AgentSignedIn { .. } | What::AgentSignedOut { .. } => {
                self.not_ready = false
            }
            _ => {}
        }
        let next = match next {
            AgentState::Idle if self.not_ready => AgentState::NotReady,
            next => next,
        };
        if next != self.state {
            self.leave(fact.at);
            self.state = next;
            self.since = fact.at;
        }
        Ok(())
    }

    /// Another life of the program: its clock says nothing about this one's.
    fn start_again(&mut self, last: Moment, at: Moment) {
        self.leave(last);
        self.signed_in_ms = self.signed_in_until(last);
        self.signed_in = self.signed_in.map(|_| at);
        self.since = at;
        if self.state == AgentState::DeviceDown {
            self.state = AgentState::Idle;
        }
    }

    fn leave(&mut self, at: Moment) {
        if self.state != AgentState::SignedOut {
            *self.spent_ms.entry(self.state).or_insert(0) += at.since_ms(self.since);
        }
    }

    fn spent_until(&self, now: Moment) -> u64 {
        let here = if self.state == AgentState::SignedOut {
            0
        } else {
            now.since_ms(self.since)
        };
        self.spent_ms.values().sum::<u64>() + here
    }

    fn signed_in_until(&self, now: Moment) -> u64 {
        self.signed_in_ms + self.signed_in.map_or(0, |since| now.since_ms(since))
    }
}

/// The lawful ways from state to state (semantics §5.1); `None`: not lawful.
const fn next(state: AgentState, what: &What) -> Option<AgentState> {
    use AgentState::{
        Conferencing, Consulting, DeviceDown, Dialing, Holding, Idle, NotReady, Offering,
        SignedOut, Talking, Wrapup,
    };
    Some(match (what, state) {
        (What::AgentSignedIn { .. }, SignedOut) => Idle,
        (What::AgentSignedOut { .. }, Idle | NotReady | DeviceDown) => SignedOut,
        (What::AgentReady { .. }, NotReady) => Idle,
        (
            What::AgentReady { .. } | What::AgentStatePending { .. },
            Offering | Dialing | Talking | Holding | Consulting | Conferencing | Wrapup,
        ) => state,
        (What::CallOffered { .. } | What::CallDialled(_), Idle | NotReady | DeviceDown) => Dialing,
        (What::Callback(CallbackStep::Dialled { .. }), Offering) => Dialing,
        // Talking as the caller.
        (What::CallEnded { .. }, Dialing | Talking) => Idle,
        (What::PersonRung(_), Idle | NotReady) => Offering,
        // Takes a parked call.
        (What::PickedUp { .. }, NotReady | DeviceDown) => Offering,
        (What::AgentNotReady { .. }, Idle | NotReady | DeviceDown) => NotReady,
        (What::AgentDeviceDown { .. }, Idle) => DeviceDown,
        (What::AgentDeviceUp { .. }, DeviceDown) => Idle,
        (What::AgentRested { .. } | What::Desk(_), _) => state,
        (What::PartyRung { .. }, Idle | NotReady) => Offering,
        (What::AgentOffered { .. } | What::PickedUp { .. }, Idle) => Offering,
        (What::OfferAnswered { .. }, Offering) => Offering,
        (What::OfferEnded { .. }, Offering) => Idle,
        (What::ConsultBegan { .. }, Offering) => Consulting,
        (What::ConsultEnded { .. }, Consulting | Holding) => Idle,
        (What::Connected { .. }, Dialing | Offering | Consulting | Holding) => Talking,
        (What::Held { .. }, Talking | Consulting | Conferencing) => Holding,
        (What::Retrieved { .. }, Holding) => Talking,
        (What::AgentDoing { doing, .. }, Talking | Holding | Consulting | Conferencing) => {
            match doing {
                Doing::Talking => Talking,
                Doing::Holding => Holding,
                Doing::Consulting => Consulting,
                Doing::Conferencing => Conferencing,
            }
        }
        (What::Disconnected { .. }, Talking | Holding | Consulting | Conferencing) => Idle,
        (What::WrapupStarted { .. }, Idle | NotReady) => Wrapup,
        (What::WrapupEnded { .. }, Wrapup) => Idle,
        (What::WrapupExtended(_), Wrapup) => Wrapup,
        // Also of a call that is over.
        (What::CallNoted(_), _) => state,
        _ => return None,
    })
}
