use std::collections::BTreeMap;

use hotline_call::{Number, PhoneId};

use crate::{AgentId, Configuration, QueueId};

/// The configuration, arranged for being asked. Derived from it, and only when it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roster {
    /// Where each stands in the configuration.
    agents: BTreeMap<AgentId, usize>,
    queues: BTreeMap<QueueId, usize>,
    /// Which queues each agent serves, and at which place of their lists.
    serves: BTreeMap<AgentId, BTreeMap<QueueId, u64>>,
    /// Who sits at each phone.
    phones: BTreeMap<PhoneId, AgentId>,
    /// At which phone each sits; not in it: somebody else has taken the place.
    desks: BTreeMap<AgentId, PhoneId>,
    callers: BTreeMap<Number, usize>,
}

impl Roster {
    pub fn new(configuration: &Configuration) -> Self {
        let mut roster = Self::default();
        for (index, agent) in configuration.agents.iter().enumerate() {
            roster.agents.insert(agent.id, index);
            roster.phones.insert(agent.phone, agent.id);
            roster.desks.insert(agent.id, agent.phone);
        }
        for (index, queue) in configuration.queues.iter().enumerate() {
            roster.queues.insert(queue.id, index);
            for (seat, agent) in (0..).zip(&queue.agents) {
                let serves = roster.serves.entry(*agent).or_default();
                serves.insert(queue.id, seat);
            }
        }
        for (index, caller) in configuration.callers.iter().enumerate() {
            roster.callers.insert(caller.number.clone(), index);
        }
        roster
    }

    /// The agent sits at this phone from now on; whoever's it is has none meanwhile.
    pub fn sit_down(&mut self, agent: AgentId, phone: PhoneId) {
        if let Some(left) = self.desks.insert(agent, phone)
            && self.phones.get(&left) == Some(&agent)
        {
            self.phones.remove(&left);
        }
        let other = self.phones.insert(phone, agent);
        if let Some(other) = other.filter(|other| *other != agent) {
            self.desks.remove(&other);
        }
    }

    /// The phone at which the agent sits.
    pub fn desk(&self, agent: AgentId) -> Option<PhoneId> {
        self.desks.get(&agent).copied()
    }

    /// Where the agent stands in the configuration.
    pub fn agent(&self, id: AgentId) -> Option<usize> {
        self.agents.get(&id).copied()
    }

    /// Where the queue stands in the configuration.
    pub fn queue(&self, id: QueueId) -> Option<usize> {
        self.queues.get(&id).copied()
    }

    pub fn has_queue(&self, id: QueueId) -> bool {
        self.queues.contains_key(&id)
    }

    /// Who sits at the phone.
    pub fn agent_at(&self, phone: PhoneId) -> Option<AgentId> {
        self.phones.get(&phone).copied()
    }

    /// Whether the agent serves the queue.
    pub fn serves(&self, agent: AgentId, queue: QueueId) -> bool {
        self.seat(agent, queue).is_some()
    }

    /// The agent's place in the list of the queue, from 0.
    pub fn seat(&self, agent: AgentId, queue: QueueId) -> Option<u64> {
        self.serves.get(&agent)?.get(&queue).copied()
    }

    /// The queues that the agent serves.
    pub fn queues_of(&self, agent: AgentId) -> impl Iterator<Item = QueueId> {
        let serves = self.serves.get(&agent).into_iter().flatten();
        serves.map(|(queue, _)| *queue)
    }

    /// Where a caller we know something about stands in the configuration.
    pub fn caller(&self, number: &Number) -> Option<usize> {
        self.callers.get(number).copied()
    }
}
