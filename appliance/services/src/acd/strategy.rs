use hotline_call::{CallId, Moment};

use crate::acd::{Agent, Presence, Work};
use crate::state::{Service, State};
use crate::{AgentId, AgentState, Queue, Why};

impl State {
    /// Why the agent cannot be rung now; `None`: can be.
    pub(crate) fn why_not(&self, id: AgentId, agent: &Agent) -> Option<&'static str> {
        let Some(configured) = self.configuration.agent(id) else {
            return Some("signed_out");
        };
        Some(match agent.effective() {
            AgentState::SignedOut => "signed_out",
            AgentState::NotReady => "not_ready",
            AgentState::DeviceDown => "device_down",
            AgentState::Offering => "offering",
            AgentState::Talking => "talking",
            AgentState::Holding => "holding",
            AgentState::Wrapup => "wrapup",
            AgentState::Idle if self.phone(configured.phone) != Service::In => "device_away",
            AgentState::Idle if agent.leg.is_some() => "clearing",
            AgentState::Idle if agent.rests.is_some() => "resting",
            AgentState::Idle => return None,
        })
    }

    /// Agents of the queue who could take a call now.
    pub(crate) fn free_agents(&self, queue: &Queue) -> usize {
        let free = |id: &&AgentId| {
            self.agents
                .get(id)
                .is_some_and(|agent| self.why_not(**id, agent).is_none())
        };
        queue.agents.iter().filter(free).count()
    }

    /// Whether any agent of the queue is signed in.
    pub(crate) fn is_staffed(&self, queue: &Queue) -> bool {
        queue
            .agents
            .iter()
            .any(|id| self.agents.get(id).is_some_and(Agent::is_signed_in))
    }

    /// The agent to ring for a caller: of those who can be rung, the one rung least often in vain
    /// for this very caller, then the one idle longest, then the one of the smallest number.
    /// With it the trace of the decision, the chosen one first.
    pub(crate) fn choose_agent(
        &self,
        at: Moment,
        call: CallId,
        queue: &Queue,
    ) -> Option<(AgentId, Vec<Why>)> {
        let tried = |id: AgentId| {
            self.calls
                .get(&call)
                .and_then(|c| c.tried.get(&id))
                .copied()
                .unwrap_or(0)
        };
        let mut ranked = Vec::new();
        for id in &queue.agents {
            let Some(agent) = self.agents.get(id) else {
                continue;
            };
            let not = self.why_not(*id, agent);
            let is_idle = agent.presence == Presence::Ready && agent.work == Work::Free;
            let idle_ms = is_idle.then(|| at.since_ms(agent.idle_since));
            let rank = (not.is_some(), tried(*id), agent.idle_since.mono_ms, *id);
            ranked.push((
                rank,
                Why {
                    agent: *id,
                    idle_ms,
                    not: not.map(str::to_owned),
                },
            ));
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        let why: Vec<Why> = ranked.into_iter().map(|(_, why)| why).collect();
        match why.first() {
            Some(best) if best.not.is_none() => Some((best.agent, why)),
            _ => None,
        }
    }
}
