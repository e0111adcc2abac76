use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Device, LegId, Moment, PhoneId};
use hotline_services::{
    AgentId, CallDialled, CallbackStep, Configuration, Doing, Fact, OfferOutcome, PartiesTurned,
    PersonRung, What,
};

use super::Set;

/// An agent.
#[derive(Clone, Debug)]
pub(super) struct Agent {
    signed_in: bool,
    ready: bool,
    work: Work,
    device_down: bool,
    rests: bool,
    leg: Option<LegId>,
    /// The call dialled, or talked in as the caller.
    dialled: Option<CallId>,
    /// The fact since which this agent is idle: an order that no restart disturbs.
    pub(super) idle_since: u64,
    /// The fact with which the last talk ended.
    pub(super) hung_up: u64,
    /// Since when in this state.
    pub(super) since: Moment,
    pub(super) today: Today,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Free,
    Rung,
    /// Has dialled a number of ours, or outside.
    Dials,
    Doing(Doing),
    Notes,
}

/// What counts for the strategies that spread work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spent {
    Nowhere,
    Idle,
    Talking,
    Busy,
}

/// One day of an agent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Today {
    day: i64,
    pub(super) calls: u64,
    pub(super) talk_ms: u64,
    busy_ms: u64,
    idle_ms: u64,
}

impl Today {
    pub(super) fn on(self, day: i64) -> Self {
        if self.day == day {
            return self;
        }
        Self {
            day,
            ..Self::default()
        }
    }

    /// The share of the time at work spent in calls, for an agent idle for so long by now.
    pub(super) fn occupied(self, idle_ms: u64) -> u64 {
        let [busy, idle, now] = [self.busy_ms, self.idle_ms, idle_ms].map(u128::from);
        let share = (busy << 32).checked_div(busy + idle + now).unwrap_or(0);
        u64::try_from(share).unwrap_or(u64::MAX)
    }
}

/// The agents and phones as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Agents {
    agents: BTreeMap<AgentId, Agent>,
    phones: BTreeSet<PhoneId>,
    legs: BTreeMap<LegId, AgentId>,
}

impl Agents {
    pub(super) fn get(&self, id: AgentId) -> Option<&Agent> {
        self.agents.get(&id)
    }

    /// Whether the agent can be rung.
    pub(super) fn is_free(&self, set: &Set, id: AgentId) -> bool {
        let agent = self.agents.get(&id);
        agent.is_some_and(|a| a.is_free()) && self.has_phone(set, id)
    }

    fn has_phone(&self, set: &Set, id: AgentId) -> bool {
        set.agent(id)
            .is_some_and(|a| self.phones.contains(&a.phone))
    }

    /// All who can be rung.
    pub(super) fn free(&self, set: &Set) -> impl Iterator<Item = AgentId> {
        let free = self.agents.iter().filter(|(_, a)| a.is_free());
        free.map(|(id, _)| *id)
            .filter(|id| self.has_phone(set, *id))
    }

    pub(super) fn take(&mut self, fact: &Fact, day: i64) {
        match fact.what {
            What::Started { .. } => self.start_again(fact.at),
            What::Configured { ref configuration } => self.configure(configuration, fact),
            What::DeviceInService {
                device: Device::Phone(phone),
            } => {
                self.phones.insert(phone);
            }
            What::DeviceOutOfService {
                device: Device::Phone(phone),
            } => {
                self.phones.remove(&phone);
            }
            What::LegReleased { leg, .. } => {
                let agent = self.legs.remove(&leg);
                if let Some(agent) = agent.and_then(|id| self.agents.get_mut(&id)) {
                    agent.leg = agent.leg.filter(|other| *other != leg);
                }
            }
            What::PartiesTurned(ref turned) => self.turn(turned),
            What::SupervisionRung(ref rung) => {
                self.legs.insert(rung.leg, rung.supervisor);
                if let Some(agent) = self.agents.get_mut(&rung.supervisor) {
                    agent.leg = Some(rung.leg);
                }
            }
            What::CallEnded { call, .. } => {
                let mut agents = self.agents.values_mut();
                if let Some(agent) = agents.find(|agent| agent.dialled == Some(call)) {
                    agent.take(fact, day);
                }
            }
            What::Held { leg, .. } | What::Retrieved { leg, .. } => {
                let id = self.legs.get(&leg).copied();
                if let Some(agent) = id.and_then(|id| self.agents.get_mut(&id)) {
                    agent.take(fact, day);
                }
            }
            _ => {
                if let What::Connected { call, .. } = fact.what {
                    self.caller_talks(fact, day, call);
                }
                let Some(id) = fact.what.agent() else { return };
                if let Some(leg) = leg_of(&fact.what) {
                    self.legs.insert(leg, id);
                }
                if let Some(agent) = self.agents.get_mut(&id) {
                    agent.take(fact, day);
                }
            }
        }
    }

    /// Who dialled a colleague and that one change places.
    fn turn(&mut self, turned: &PartiesTurned) {
        self.legs.insert(turned.leg, turned.agent);
        self.legs.remove(&turned.other_leg);
        if let Some(agent) = self.agents.get_mut(&turned.agent) {
            (agent.leg, agent.dialled) = (Some(turned.leg), None);
        }
        if let Some(other) = self.agents.get_mut(&turned.other) {
            (other.leg, other.dialled) = (None, Some(turned.call));
        }
    }

    /// Who dialled a number of ours talks with whoever takes the call, as the caller.
    fn caller_talks(&mut self, fact: &Fact, day: i64, call: CallId) {
        let mut agents = self.agents.iter_mut();
        let is_caller = |a: &Agent| a.dialled == Some(call) && a.work == Work::Dials;
        let caller = agents.find(|(id, a)| is_caller(a) && fact.what.agent() != Some(**id));
        if let Some((_, caller)) = caller {
            caller.take(fact, day);
        }
    }

    /// Whoever is set anew begins anew; whoever is set no longer and has gone home is forgotten.
    fn configure(&mut self, configuration: &Configuration, fact: &Fact) {
        let set: BTreeSet<AgentId> = configuration.agents.iter().map(|a| a.id).collect();
        for id in &set {
            let agent = self.agents.entry(*id);
            agent.or_insert_with(|| Agent::new(fact));
        }
        self.agents.retain(|id, a| set.contains(id) || a.signed_in);
    }

    /// Phones register anew; how long agents have been idle compares as before.
    fn start_again(&mut self, at: Moment) {
        self.phones.clear();
        for agent in self.agents.values_mut() {
            (agent.device_down, agent.rests, agent.since) = (false, false, at);
        }
    }
}

/// The leg at the agent's phone that begins with this.
const fn leg_of(what: &What) -> Option<LegId> {
    match *what {
        What::AgentOffered { leg, .. }
        | What::PartyRung { leg, .. }
        | What::PickedUp { leg, .. }
        | What::PersonRung(PersonRung { leg, .. })
        | What::CallDialled(CallDialled { phone_leg: leg, .. }) => Some(leg),
        _ => None,
    }
}

impl Agent {
    const fn new(fact: &Fact) -> Self {
        Self {
            signed_in: false,
            ready: false,
            work: Work::Free,
            device_down: false,
            rests: false,
            leg: None,
            dialled: None,
            idle_since: fact.seq,
            hung_up: 0,
            since: fact.at,
            today: Today {
                day: 0,
                calls: 0,
                talk_ms: 0,
                busy_ms: 0,
                idle_ms: 0,
            },
        }
    }

    fn is_free(&self) -> bool {
        let is_idle = self.signed_in && self.ready && self.work == Work::Free;
        is_idle && !self.device_down && !self.rests && self.leg.is_none()
    }

    /// Where the time of this state goes, and the state itself as far as it can be told apart.
    const fn spent(&self) -> (Spent, u8) {
        match (self.signed_in, self.work) {
            (false, _) => (Spent::Nowhere, 0),
            (_, Work::Rung) => (Spent::Busy, 1),
            (_, Work::Dials) => (Spent::Busy, 10),
            (_, Work::Doing(Doing::Talking)) => (Spent::Talking, 2),
            (_, Work::Doing(Doing::Holding)) => (Spent::Busy, 3),
            (_, Work::Doing(Doing::Consulting)) => (Spent::Busy, 8),
            (_, Work::Doing(Doing::Conferencing)) => (Spent::Busy, 9),
            (_, Work::Notes) => (Spent::Busy, 4),
            (_, Work::Free) if !self.ready => (Spent::Nowhere, 5),
            (_, Work::Free) if self.device_down => (Spent::Nowhere, 6),
            (_, Work::Free) => (Spent::Idle, 7),
        }
    }

    fn take(&mut self, fact: &Fact, day: i64) {
        let before = self.spent();
        self.change(fact, day);
        if self.spent() == before {
            return;
        }
        let lasted_ms = fact.at.since_ms(self.since);
        self.today = self.today.on(day);
        match before.0 {
            Spent::Nowhere => {}
            Spent::Idle => self.today.idle_ms += lasted_ms,
            Spent::Busy => self.today.busy_ms += lasted_ms,
            Spent::Talking => {
                self.today.busy_ms += lasted_ms;
                self.today.talk_ms += lasted_ms;
            }
        }
        self.since = fact.at;
    }

    fn change(&mut self, fact: &Fact, day: i64) {
        match fact.what {
            What::AgentSignedIn { .. } | What::AgentSignedOut { .. } => {
                let signed_in = matches!(fact.what, What::AgentSignedIn { .. });
                (self.signed_in, self.ready) = (signed_in, signed_in);
                (self.work, self.idle_since) = (Work::Free, fact.seq);
                (self.device_down, self.rests) = (false, false);
            }
            What::AgentReady { .. } => {
                if !self.ready {
                    self.idle_since = fact.seq;
                }
                self.ready = true;
            }
            What::AgentNotReady { .. } => (self.ready, self.device_down) = (false, false),
            What::AgentDeviceDown { .. } => self.device_down = true,
            What::AgentDeviceUp { .. } => (self.device_down, self.idle_since) = (false, fact.seq),
            What::AgentRested { .. } => self.rests = false,
            What::AgentOffered { .. }
            | What::PartyRung { .. }
            | What::PickedUp { .. }
            | What::PersonRung(_) => {
                (self.work, self.leg) = (Work::Rung, leg_of(&fact.what));
                self.device_down = false;
            }
            What::CallOffered { call, .. }
            | What::CallDialled(CallDialled { call, .. })
            | What::Callback(CallbackStep::Dialled { call, .. }) => {
                (self.work, self.dialled) = (Work::Dials, Some(call));
                (self.leg, self.device_down) = (leg_of(&fact.what).or(self.leg), false);
            }
            What::CallEnded { .. } => {
                self.dialled = None;
                if matches!(self.work, Work::Dials | Work::Doing(_)) {
                    (self.work, self.idle_since) = (Work::Free, fact.seq);
                }
            }
            What::OfferEnded { outcome, .. } => {
                self.work = Work::Free;
                self.rests |= matches!(outcome, OfferOutcome::Busy | OfferOutcome::Unreachable);
            }
            What::Connected { .. } => {
                self.work = Work::Doing(Doing::Talking);
                self.today = self.today.on(day);
                self.today.calls += 1;
            }
            What::Held { .. } => self.work = Work::Doing(Doing::Holding),
            What::Retrieved { .. } => self.work = Work::Doing(Doing::Talking),
            What::ConsultBegan { .. } => self.work = Work::Doing(Doing::Consulting),
            What::AgentDoing { doing, .. } => self.work = Work::Doing(doing),
            What::ConsultEnded { .. } => (self.work, self.idle_since) = (Work::Free, fact.seq),
            What::Disconnected { .. } => {
                (self.work, self.hung_up) = (Work::Free, fact.seq);
                (self.idle_since, self.dialled) = (fact.seq, None);
            }
            What::WrapupStarted { .. } => self.work = Work::Notes,
            What::WrapupEnded { .. } => (self.work, self.idle_since) = (Work::Free, fact.seq),
            _ => {}
        }
    }
}
