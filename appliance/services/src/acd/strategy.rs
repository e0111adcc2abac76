use hotline_call::Moment;

use crate::acd::{Agent, Presence, Work};
use crate::stage::{Call, Wait};
use crate::state::{Service, State};
use crate::{AgentId, AgentState, Queue, Why, WhyNot};

/// The most agents a trace names.
const MAX_TRACE: usize = 64;

impl State {
    /// Why the agent cannot be rung now; `None`: can be.
    pub(crate) fn why_not(&self, id: AgentId, agent: &Agent) -> Option<WhyNot> {
        let Some(configured) = self.agent(id) else {
            return Some(WhyNot::SignedOut);
        };
        Some(match agent.effective() {
            AgentState::SignedOut => WhyNot::SignedOut,
            AgentState::NotReady => WhyNot::NotReady,
            AgentState::DeviceDown => WhyNot::DeviceDown,
            AgentState::Offering => WhyNot::Offering,
            AgentState::Talking => WhyNot::Talking,
            AgentState::Holding => WhyNot::Holding,
            AgentState::Wrapup => WhyNot::Wrapup,
            AgentState::Idle if self.phone(configured.phone) != Service::In => WhyNot::DeviceAway,
            AgentState::Idle if agent.leg.is_some() => WhyNot::Clearing,
            AgentState::Idle if agent.rests.is_some() => WhyNot::Resting,
            AgentState::Idle => return None,
        })
    }

    /// Agents of the queue who could take a call now.
    pub(crate) fn free_agents(&self, queue: &Queue) -> usize {
        let free = |id: &&AgentId| self.ready.contains(id);
        queue.agents.iter().filter(free).count()
    }

    /// Whether any agent of the queue is signed in.
    pub(crate) fn is_staffed(&self, queue: &Queue) -> bool {
        let signed_in = |id| self.agents.get(id).is_some_and(Agent::is_signed_in);
        queue.agents.iter().any(signed_in)
    }

    /// The agent to ring for a caller among these: the one rung least often in vain for this very
    /// caller, then the one idle longest, then the one of the smallest number.
    pub(crate) fn choose_agent(
        &self,
        call: &Call,
        candidates: impl Iterator<Item = AgentId>,
    ) -> Option<AgentId> {
        candidates.min_by_key(|id| self.rank(call, *id))
    }

    fn rank(&self, call: &Call, id: AgentId) -> (u32, u64, AgentId) {
        let tried = call.tried.get(&id).copied().unwrap_or(0);
        let idle = self.agents.get(&id).map_or(u64::MAX, |a| a.idle_order);
        (tried, idle, id)
    }

    /// The trace of a decision: every agent of the queue, the chosen one first, then the others
    /// who could have been rung, as they would have been.
    pub(crate) fn trace(&self, at: Moment, call: &Call, wait: &Wait, queue: &Queue) -> Vec<Why> {
        let mut ranked = Vec::with_capacity(queue.agents.len());
        for id in &queue.agents {
            let Some(agent) = self.agents.get(id) else {
                continue;
            };
            let transferred = (wait.without == Some(*id)).then_some(WhyNot::Transferred);
            let not = transferred.or_else(|| self.why_not(*id, agent));
            let is_idle = agent.presence == Presence::Ready && agent.work == Work::Free;
            let why = Why {
                agent: *id,
                idle_ms: is_idle.then(|| at.since_ms(agent.idle_since)),
                not,
            };
            ranked.push((not.is_some(), self.rank(call, *id), why));
        }
        ranked.sort_by_key(|(is_not, rank, _)| (*is_not, *rank));
        ranked.truncate(MAX_TRACE);
        ranked.into_iter().map(|(_, _, why)| why).collect()
    }
}
