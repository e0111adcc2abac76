use hotline_call::{CallId, Command, Device};

use crate::AgentId;
use crate::What;
use crate::acd::Entry;
use crate::decision::Decision;
use crate::stage::{Call, Wait};
use crate::state::State;
use crate::work::Work;

impl State {
    /// Rings an agent for the first caller for whom one can be rung. A caller for whom there is
    /// none does not hold up those behind.
    ///
    /// Nobody was left over who could have been rung when all was settled last, so a caller that
    /// nothing has touched since can be served only by agents that something has.
    pub(crate) fn settle_queues(&self, d: &mut Decision, work: &Work) {
        if self.ready.is_empty() {
            return;
        }
        let fresh = self.ready.iter().copied().filter(|a| work.has_agent(*a));
        let fresh: Vec<AgentId> = fresh.collect();
        let found = if fresh.is_empty() {
            let mut touched: Vec<&Entry> = work
                .calls(self)
                .filter_map(|(id, _)| self.order.of(id))
                .collect();
            touched.sort_by_key(|entry| entry.rank(d.at()));
            touched
                .into_iter()
                .find_map(|e| self.agent_for(e.call, self.ready.iter()))
        } else {
            self.order.at(d.at()).find_map(|e| {
                if work.has_call(e.call) {
                    self.agent_for(e.call, self.ready.iter())
                } else {
                    self.agent_for(e.call, fresh.iter())
                }
            })
        };
        if let Some((id, agent)) = found {
            self.offer(d, id, agent);
        }
    }

    /// The agent of these to ring for the caller, if the caller wants one more.
    fn agent_for<'a>(
        &self,
        id: CallId,
        agents: impl Iterator<Item = &'a AgentId>,
    ) -> Option<(CallId, AgentId)> {
        let call = self.calls.get(&id)?;
        let wait = call.wait().filter(|wait| self.wants_more(wait))?;
        let able = agents.copied().filter(|a| self.is_able(*a, wait));
        Some((id, self.choose_agent(call, able)?))
    }

    /// Whether another phone may be rung for the caller.
    fn wants_more(&self, wait: &Wait) -> bool {
        wait.offers.is_empty()
    }

    /// Whether an agent may take the caller's call.
    fn is_able(&self, agent: AgentId, wait: &Wait) -> bool {
        self.roster.serves(agent, wait.queue) && wait.without != Some(agent)
    }

    fn offer(&self, d: &mut Decision, id: CallId, agent: AgentId) {
        let Some((call, wait)) = self.waiting_call(id) else {
            return;
        };
        let (Some(queue), Some(configured)) = (self.queue(wait.queue), self.agent(agent)) else {
            return;
        };
        let leg = self.next_leg();
        d.fact(What::AgentOffered {
            call: id,
            queue: queue.id,
            agent,
            leg,
            why: self.trace(d.at(), call, wait, queue),
        });
        d.command(Command::Ring {
            leg,
            device: Device::Phone(configured.phone),
            caller: call.caller.clone(),
        });
    }

    /// The call, if it is in a queue.
    pub(crate) fn waiting_call(&self, id: CallId) -> Option<(&Call, &Wait)> {
        let call = self.calls.get(&id)?;
        Some((call, call.wait()?))
    }
}
