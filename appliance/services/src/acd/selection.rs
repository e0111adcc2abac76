use hotline_call::{CallId, Command, Device, Moment};

use crate::acd::Entry;
use crate::decision::Decision;
use crate::stage::{Call, Wait};
use crate::state::State;
use crate::work::Work;
use crate::{AgentId, Because, PassedBecause, PassedOver, Queue, Strategy, What};

/// How many phones ring at once for one caller at most (features B: ring-all).
const MAX_WIDTH: usize = 5;
/// The most callers a trace names who were passed over.
const MAX_PASSED: usize = 8;

impl State {
    /// Rings an agent for the first caller for whom one can be rung. A caller for whom there is
    /// none does not hold up those behind, of whatever queue.
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
            let calls = work.calls(self).map(|(id, _)| id);
            let touched = calls.chain(work.promises(self));
            let touched = touched.filter_map(|id| self.order.of(id));
            let mut touched: Vec<&Entry> = touched.collect();
            touched.sort_by_key(|entry| entry.rank(d.at()));
            let mut touched = touched.into_iter();
            touched.find_map(|e| self.agent_for(d, e.call, self.ready.iter()))
        } else {
            let reach = self.reach(&fresh);
            let mut in_order = self.order.at(d.at());
            in_order.find_map(|e| {
                if work.has_call(e.call) {
                    self.agent_for(d, e.call, self.ready.iter())
                } else if reach.has(e) {
                    self.agent_for(d, e.call, fresh.iter())
                } else {
                    None
                }
            })
        };
        match found {
            Some((id, agent)) if self.calls.contains_key(&id) => self.offer(d, id, agent),
            Some((id, _)) => self.begin_callback(d, id),
            None => {}
        }
    }

    /// The agent of these to ring for the caller, if one more is to be rung.
    fn agent_for<'a>(
        &self,
        d: &Decision,
        id: CallId,
        agents: impl Iterator<Item = &'a AgentId> + Clone,
    ) -> Option<(CallId, AgentId)> {
        let (call, wait) = self.waiting_call(id)?;
        if !self.wants_more(wait) {
            return None;
        }
        let agent = self.choose_agent(d.at(), call, wait, agents)?;
        self.can_be_dialled(d, id, call).then_some((id, agent))
    }

    /// Whether another phone may be rung for the caller.
    fn wants_more(&self, wait: &Wait) -> bool {
        let Some(queue) = self.queue(wait.queue) else {
            return false;
        };
        let width = match queue.strategy {
            _ if wait.seeks.is_some() => 1,
            Strategy::RingAll => MAX_WIDTH,
            Strategy::RingProgressive => wait.width,
            _ => 1,
        };
        wait.offers.len() < width && wait.offers.iter().all(|offer| offer.answered.is_none())
    }

    /// When one more phone is to ring for the caller, if ever.
    pub(crate) fn widens_at(&self, wait: &Wait) -> Option<Moment> {
        let queue = self.queue(wait.queue)?;
        let rings = wait.offers.iter().all(|offer| offer.answered.is_none());
        let widens = queue.strategy == Strategy::RingProgressive && wait.width < MAX_WIDTH;
        let is_so = widens && rings && !wait.offers.is_empty();
        is_so.then(|| wait.widened.plus_ms(u64::from(queue.ring_step_s) * 1000))
    }

    fn offer(&self, d: &mut Decision, id: CallId, agent: AgentId) {
        let Some((call, wait)) = self.waiting_call(id) else {
            return;
        };
        let (Some(queue), Some(phone)) = (self.queue(wait.queue), self.roster.desk(agent)) else {
            return;
        };
        let leg = self.next_leg();
        d.fact(What::AgentOffered {
            call: id,
            queue: queue.id,
            agent,
            leg,
            why: self.trace(d.at(), call, wait, queue, agent),
            because: self.because(d.at(), id, wait, queue, agent),
        });
        d.command(Command::Ring {
            leg,
            device: Device::Phone(phone),
            caller: call.caller.clone(),
        });
    }

    fn because(
        &self,
        at: Moment,
        id: CallId,
        wait: &Wait,
        queue: &Queue,
        agent: AgentId,
    ) -> Because {
        let reach = self.reach(&[agent]);
        let before = self.order.at(at).take_while(|entry| entry.call != id);
        let before = before.filter(|entry| reach.has(entry));
        let passed = before.filter_map(|entry| self.passed_over(entry.call, agent));
        Because {
            strategy: queue.strategy,
            score_s: self.order.of(id).map_or(0, |entry| entry.score_s(at)),
            relaxed: wait.relaxed,
            dedicated: wait.seeks.is_some(),
            passed: passed.take(MAX_PASSED).collect(),
        }
    }

    /// Why an agent is not rung for a caller who is before another; `None`: has nothing to do with
    /// the caller.
    fn passed_over(&self, id: CallId, agent: AgentId) -> Option<PassedOver> {
        let (call, wait) = self.waiting_call(id)?;
        let is_sought = || self.seekers.has(agent, id);
        if !self.may_serve(agent, wait) && !is_sought() {
            return None;
        }
        let not = if !self.wants_more(wait) {
            PassedBecause::Ringing
        } else if wait.without == Some(agent) {
            PassedBecause::Transferred
        } else if wait.seeks.is_some() {
            PassedBecause::Held
        } else {
            let queue = self.queue(wait.queue)?;
            let able = self.points(agent, call, queue, wait.relaxed);
            able.map_or(PassedBecause::Skill, |_| PassedBecause::Other)
        };
        Some(PassedOver { call: id, not })
    }

    /// The call, if it is in a queue; or who is to be called back, when the turn may come.
    pub(crate) fn waiting_call(&self, id: CallId) -> Option<(&Call, &Wait)> {
        let call = self.calls.get(&id).or_else(|| self.promised(id))?;
        Some((call, call.wait()?))
    }
}
