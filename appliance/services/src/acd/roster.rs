use std::collections::{BTreeMap, BTreeSet};

use hotline_call::PhoneId;

use crate::{AgentId, Configuration, QueueId};

/// The configuration, arranged for being asked. Derived from it, and only when it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roster {
    /// Where each stands in the configuration.
    agents: BTreeMap<AgentId, usize>,
    queues: BTreeMap<QueueId, usize>,
    /// Which queues each agent serves.
    serves: BTreeMap<AgentId, BTreeSet<QueueId>>,
    /// On whose desk each phone stands.
    phones: BTreeMap<PhoneId, AgentId>,
}

impl Roster {
    pub fn new(configuration: &Configuration) -> Self {
        let mut roster = Self::default();
        for (index, agent) in configuration.agents.iter().enumerate() {
            roster.agents.insert(agent.id, index);
            roster.phones.insert(agent.phone, agent.id);
        }
        for (index, queue) in configuration.queues.iter().enumerate() {
            roster.queues.insert(queue.id, index);
            for agent in &queue.agents {
                roster.serves.entry(*agent).or_default().insert(queue.id);
            }
        }
        roster
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

    /// Whose phone it is.
    pub fn agent_at(&self, phone: PhoneId) -> Option<AgentId> {
        self.phones.get(&phone).copied()
    }

    /// Whether the agent serves the queue.
    pub fn serves(&self, agent: AgentId, queue: QueueId) -> bool {
        self.serves.get(&agent).is_some_and(|q| q.contains(&queue))
    }

    /// The queues that the agent serves.
    pub fn queues_of(&self, agent: AgentId) -> impl Iterator<Item = QueueId> {
        self.serves.get(&agent).into_iter().flatten().copied()
    }
}
