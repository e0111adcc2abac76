//! Who is next, read from the facts alone and held against whom the core took.

use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Device, LegId, Moment, PhoneId};
use hotline_services::{AgentId, Broken, Configuration, Fact, OfferOutcome, Queue, QueueId, What};

const TURN: &str = "callers are served in turn";
const AGENT: &str = "the agent idle longest is rung";
const PLACE: &str = "the place in the queue is the one told";
const LONG: &str = "nobody waits longer than the queue allows";
const FREE: &str = "nobody waits while an agent is free";

/// How much later than asked for a timer may run out here.
const LATE_MS: u64 = 1_000;

/// A caller in a queue.
#[derive(Clone, Debug)]
struct Wait {
    queue: QueueId,
    /// Back from an agent whose phone failed.
    first: bool,
    since_ms: u64,
    /// An agent's phone rings.
    rings: bool,
    tried: BTreeMap<AgentId, u32>,
    /// How long the queue lets people wait.
    most_ms: u64,
}

/// An agent at work.
#[derive(Clone, Debug)]
struct Agent {
    ready: bool,
    busy: bool,
    device_down: bool,
    rests: bool,
    leg: Option<LegId>,
    idle_since_ms: u64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    configuration: Box<Configuration>,
    waiting: BTreeMap<CallId, Wait>,
    /// Of callers who are not in a queue at the moment.
    tried: BTreeMap<CallId, BTreeMap<AgentId, u32>>,
    agents: BTreeMap<AgentId, Agent>,
    phones: BTreeSet<PhoneId>,
    legs: BTreeMap<LegId, AgentId>,
    changed: bool,
}

impl Turn {
    /// Takes the next fact.
    pub(super) fn take(&mut self, fact: &Fact) -> Result<(), Broken> {
        self.changed = true;
        let at = fact.at.mono_ms;
        match fact.what {
            What::Configured { ref configuration } => self.configuration = configuration.clone(),
            What::Started { .. } => self.start_again(at),
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
            What::Queued {
                call,
                queue,
                again,
                position,
                ..
            } => {
                self.check_place(queue, again, position)?;
                let wait = Wait {
                    queue,
                    first: again,
                    since_ms: at,
                    rings: false,
                    tried: self.tried.remove(&call).unwrap_or_default(),
                    most_ms: self
                        .queue(queue)
                        .map_or(0, |q| u64::from(q.max_wait_s) * 1000),
                };
                self.waiting.insert(call, wait);
            }
            What::FarewellStarted { call, .. } | What::CallEnding { call, .. } => {
                self.waiting.remove(&call);
            }
            What::CallEnded { call, .. } => {
                self.tried.remove(&call);
            }
            What::LegReleased { leg, .. } => {
                if let Some(agent) = self.legs.remove(&leg).and_then(|id| self.agent(id)) {
                    agent.leg = agent.leg.filter(|other| *other != leg);
                }
            }
            _ => self.take_of_agent(at, fact)?,
        }
        Ok(())
    }

    fn take_of_agent(&mut self, at: u64, fact: &Fact) -> Result<(), Broken> {
        if let What::AgentOffered {
            call, agent, leg, ..
        } = fact.what
        {
            self.check_offer(call, agent)?;
            self.legs.insert(leg, agent);
            if let Some(wait) = self.waiting.get_mut(&call) {
                wait.rings = true;
            }
            if let Some(agent) = self.agent(agent) {
                (agent.busy, agent.leg) = (true, Some(leg));
            }
            return Ok(());
        }
        let Some(id) = fact.what.agent() else {
            return Ok(());
        };
        if let What::OfferEnded { call, .. } = fact.what
            && let Some(wait) = self.waiting.get_mut(&call)
        {
            wait.rings = false;
            *wait.tried.entry(id).or_insert(0) += 1;
        }
        if let What::Connected { call, .. } = fact.what
            && let Some(wait) = self.waiting.remove(&call)
        {
            self.tried.insert(call, wait.tried);
        }
        self.take_state(at, id, &fact.what);
        Ok(())
    }

    fn take_state(&mut self, at: u64, id: AgentId, what: &What) {
        if let What::AgentSignedIn { .. } = what {
            let leg = self.agents.get(&id).and_then(|a| a.leg);
            let agent = Agent {
                ready: true,
                busy: false,
                device_down: false,
                rests: false,
                leg,
                idle_since_ms: at,
            };
            self.agents.insert(id, agent);
            return;
        }
        let Some(agent) = self.agent(id) else { return };
        match what {
            What::AgentSignedOut { .. } => agent.ready = false,
            What::AgentReady { .. } => {
                if !agent.ready {
                    agent.idle_since_ms = at;
                }
                agent.ready = true;
            }
            What::AgentNotReady { .. } => (agent.ready, agent.device_down) = (false, false),
            What::AgentDeviceDown { .. } => agent.device_down = true,
            What::AgentDeviceUp { .. } => (agent.device_down, agent.idle_since_ms) = (false, at),
            What::AgentRested { .. } => agent.rests = false,
            What::OfferEnded { outcome, .. } => {
                agent.busy = false;
                agent.rests |= matches!(outcome, OfferOutcome::Busy | OfferOutcome::Unreachable);
            }
            What::Disconnected { .. } | What::WrapupEnded { .. } => {
                (agent.busy, agent.idle_since_ms) = (false, at);
            }
            What::WrapupStarted { .. } => agent.busy = true,
            _ => {}
        }
    }

    fn agent(&mut self, id: AgentId) -> Option<&mut Agent> {
        self.agents.get_mut(&id)
    }

    /// Phones register anew; who was idle before has been idle longer than whoever comes now.
    fn start_again(&mut self, at: u64) {
        self.phones.clear();
        for agent in self.agents.values_mut() {
            agent.idle_since_ms = at;
            (agent.device_down, agent.rests) = (false, false);
        }
    }

    fn is_free(&self, id: AgentId) -> bool {
        let phone = self.configuration.agent(id).map(|a| a.phone);
        phone.is_some_and(|phone| self.phones.contains(&phone))
            && self.agents.get(&id).is_some_and(|a| {
                a.ready && !a.busy && !a.device_down && !a.rests && a.leg.is_none()
            })
    }

    fn queue(&self, queue: QueueId) -> Option<&Queue> {
        let queues = &self.configuration.queues;
        queues.iter().find(|q| q.id == queue)
    }

    fn agents_of(&self, queue: QueueId) -> &[AgentId] {
        self.queue(queue).map_or(&[], |q| &q.agents)
    }

    /// An agent is rung for a caller: nobody before that caller could have had this agent, and no
    /// agent of the queue has a better right to it.
    fn check_offer(&self, call: CallId, agent: AgentId) -> Result<(), Broken> {
        let Some(wait) = self.waiting.get(&call) else {
            let words = format!("agent {} is rung for call {call}, which waits not", agent.0);
            return Err(Broken::new(TURN, words));
        };
        let place = |call: CallId, wait: &Wait| (!wait.first, wait.since_ms, call);
        let before = self.waiting.iter().find(|(id, other)| {
            !other.rings
                && place(**id, other) < place(call, wait)
                && self.agents_of(other.queue).contains(&agent)
        });
        if let Some((id, other)) = before {
            let words = format!("call {id} {other:?} is before call {call} {wait:?}");
            return Err(Broken::new(TURN, words));
        }
        let right = |id: &AgentId| {
            let tried = wait.tried.get(id).copied().unwrap_or(0);
            let idle_since_ms = self.agents.get(id).map_or(0, |a| a.idle_since_ms);
            (tried, idle_since_ms, *id)
        };
        let free = self
            .agents_of(wait.queue)
            .iter()
            .filter(|a| self.is_free(**a));
        let best = free.min_by_key(|id| right(id)).copied();
        if best != Some(agent) {
            let words = format!("agent {} is rung, {best:?} was due", agent.0);
            return Err(Broken::new(AGENT, words));
        }
        Ok(())
    }

    /// A caller enters a queue: the place told is the place there is, and there is room.
    fn check_place(&self, queue: QueueId, again: bool, position: u32) -> Result<(), Broken> {
        let here = self.waiting.values().filter(|w| w.queue == queue);
        let ahead = here.filter(|w| !again || w.first).count();
        let most = self.queue(queue).map_or(0, |q| q.max_waiting as usize);
        if position as usize == ahead + 1 && (again || ahead < most) {
            return Ok(());
        }
        let words = format!("place {position} of queue {} after {ahead}", queue.0);
        Err(Broken::new(PLACE, words))
    }

    /// After an event nobody waits for whom an agent is free, nor longer than the queue allows.
    pub(super) fn check(&mut self, now: Moment) -> Result<(), Broken> {
        for (call, wait) in self.waiting.iter().filter(|(_, wait)| !wait.rings) {
            let waited_ms = now.mono_ms.saturating_sub(wait.since_ms);
            if waited_ms > wait.most_ms + LATE_MS {
                let words = format!("call {call} waits since {waited_ms} ms");
                return Err(Broken::new(LONG, words));
            }
        }
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let queues: BTreeSet<QueueId> = self
            .waiting
            .values()
            .filter(|wait| !wait.rings)
            .map(|wait| wait.queue)
            .collect();
        for queue in queues {
            let free = self.agents_of(queue).iter().find(|a| self.is_free(**a));
            if let Some(agent) = free {
                let words = format!("agent {} is free, queue {} waits", agent.0, queue.0);
                return Err(Broken::new(FREE, words));
            }
        }
        Ok(())
    }
}
