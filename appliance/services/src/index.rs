//! What can be derived from the rest of the state, kept beside it so that nothing is searched for:
//! deadlines in order, callers in the order of service, agents who can be rung. After each fact
//! what it has touched is derived anew.

use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Device, LegId, Moment};

use crate::acd::Roster;
use crate::fact::DeskStep;
use crate::state::{LegParty, State};
use crate::timer::Due;
use crate::work::Touched;
use crate::{AgentId, What};

/// Who has a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Call(CallId),
    Agent(AgentId),
}

/// All deadlines, the earliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deadlines {
    in_order: BTreeSet<(Moment, Due)>,
    of: BTreeMap<Subject, Vec<(Moment, Due)>>,
}

impl Deadlines {
    /// The earliest.
    pub fn first(&self) -> Option<(Moment, Due)> {
        self.in_order.first().copied()
    }

    /// All that have been reached.
    pub fn reached(&self, now: Moment) -> impl Iterator<Item = Due> {
        let reached = self.in_order.iter();
        let reached = reached.take_while(move |(at, _)| now.has_reached(*at));
        reached.map(|(_, due)| *due)
    }

    /// These and no others are the deadlines of the subject.
    fn set(&mut self, subject: Subject, due: Vec<(Moment, Due)>) {
        if self.of.get(&subject).is_some_and(|now| *now == due) {
            return;
        }
        for gone in self.of.remove(&subject).into_iter().flatten() {
            self.in_order.remove(&gone);
        }
        if !due.is_empty() {
            self.in_order.extend(due.iter().copied());
            self.of.insert(subject, due);
        }
    }
}

/// Callers who wait for an agent who looks after them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seekers {
    by_agent: BTreeSet<(AgentId, CallId)>,
    of: BTreeMap<CallId, Vec<AgentId>>,
}

impl Seekers {
    /// Whether the caller waits for the agent.
    pub fn has(&self, agent: AgentId, call: CallId) -> bool {
        self.by_agent.contains(&(agent, call))
    }

    /// The callers who wait for an agent.
    fn of(&self, agent: AgentId) -> impl Iterator<Item = CallId> {
        let calls = (agent, CallId(0))..=(agent, CallId(u64::MAX));
        self.by_agent.range(calls).map(|(_, call)| *call)
    }

    /// These and no others are waited for by the caller.
    fn set(&mut self, call: CallId, agents: Vec<AgentId>) {
        for agent in self.of.remove(&call).into_iter().flatten() {
            self.by_agent.remove(&(agent, call));
        }
        if !agents.is_empty() {
            self.by_agent
                .extend(agents.iter().map(|agent| (*agent, call)));
            self.of.insert(call, agents);
        }
    }
}

impl State {
    /// Legs of the call that are not over.
    pub(crate) fn legs_of(&self, call: CallId) -> impl Iterator<Item = LegId> {
        let legs = (call, LegId(0))..=(call, LegId(u64::MAX));
        self.call_legs.range(legs).map(|(_, leg)| *leg)
    }

    /// What a fact touches, asked before it is folded; who is touched only by what it leads to is
    /// added by [`Self::also_touched`] after it.
    pub(crate) fn touched_by(&self, what: &What) -> Touched {
        let mut touched = Touched {
            // Who is at work decides for whom skills are found, for every caller.
            everything: matches!(
                what,
                What::Started { .. }
                    | What::Configured { .. }
                    | What::AgentSignedIn { .. }
                    | What::AgentSignedOut { .. }
                    | What::Desk(DeskStep::SatDown { .. })
            ),
            calls: what.call().into_iter().collect(),
            agents: what.agent().into_iter().collect(),
        };
        if let What::DeviceInService { device } | What::DeviceOutOfService { device } = what
            && let Device::Phone(phone) = device
            && let Some(agent) = self.roster.agent_at(*phone)
        {
            touched.agent(agent);
        }
        if let What::CallEnded { call, .. } | What::Connected { call, .. } = what
            && let Some(by) = self.calls.get(call).and_then(|call| call.by)
        {
            touched.agent(by);
        }
        if let What::PartiesTurned(turned) = what {
            touched.agent(turned.agent);
            touched.agent(turned.other);
        }
        if let What::Callback(step) = what {
            touched.calls.extend(step.promise());
        }
        // A line may be free now on which somebody can be called back, or the queue has closed.
        let frees_line = match what {
            What::LegReleased { leg, .. } => {
                let party = self.legs.get(leg).map(|leg| leg.party);
                party == Some(LegParty::Customer) || self.outside_lines.contains_key(leg)
            }
            What::CallEnded { .. }
            | What::ScheduleSet(_)
            | What::DeviceInService {
                device: Device::Line(_),
            } => true,
            _ => false,
        };
        if frees_line {
            touched.calls.extend(self.callbacks.keys());
            // The call that is made of a promise waits for the same.
            let made = self.callbacks.values().filter_map(|p| Some(p.attempt?.0));
            touched.calls.extend(made);
        }
        self.also_touched(&mut touched);
        touched
    }

    /// Agents who have a leg in the call, and callers who wait for one of the agents.
    pub(crate) fn also_touched(&self, touched: &mut Touched) {
        let legs = touched.calls.first().map(|call| self.legs_of(*call));
        for leg in legs.into_iter().flatten() {
            if let Some(agent) = self.legs.get(&leg).and_then(|leg| leg.party.agent()) {
                touched.agent(agent);
            }
        }
        for n in 0..touched.agents.len() {
            for seeker in self.seekers.of(touched.agents[n]) {
                if !touched.calls.contains(&seeker) {
                    touched.calls.push(seeker);
                }
            }
        }
        for n in 0..touched.calls.len() {
            let promise = self
                .calls
                .get(&touched.calls[n])
                .and_then(|call| call.callback);
            touched.calls.extend(promise);
        }
    }

    /// Derives anew what depends on what was touched, but for the calls.
    pub(crate) fn reindex_house(&mut self, at: Moment, touched: &Touched) {
        if touched.everything {
            return self.reindex_everything(at);
        }
        for agent in &touched.agents {
            self.reindex_agent(at, *agent);
        }
    }

    /// Derives anew what depends on these calls.
    pub(crate) fn reindex_calls(&mut self, calls: &[CallId]) {
        for call in calls {
            self.reindex_call(*call);
        }
    }

    /// All that is derived from the rest, of a state that comes out of a checkpoint.
    pub(crate) fn derive_anew(&mut self) {
        self.roster = Roster::new(&self.configuration);
        self.reindex_everything(Moment::default());
    }

    fn reindex_everything(&mut self, at: Moment) {
        (self.deadlines, self.order) = Default::default();
        (self.ready, self.seekers) = Default::default();
        self.deserted
            .retain(|queue, _| self.roster.has_queue(*queue));
        let queues: Vec<_> = self.configuration.queues.iter().map(|q| q.id).collect();
        for queue in queues {
            self.note_deserted(at, queue);
        }
        let calls: Vec<CallId> = self.calls.keys().copied().collect();
        for call in calls {
            self.reindex_call(call);
        }
        let promises: Vec<CallId> = self.callbacks.keys().copied().collect();
        for promise in promises {
            self.reindex_call(promise);
        }
        let agents: Vec<AgentId> = self.agents.keys().copied().collect();
        for agent in agents {
            self.index_agent(agent);
        }
    }

    fn reindex_agent(&mut self, at: Moment, id: AgentId) {
        self.index_agent(id);
        let changed = self.agents.get(&id).is_none_or(|a| a.changed == self.seq);
        if !changed {
            return;
        }
        let queues: Vec<_> = self.roster.queues_of(id).collect();
        for queue in queues {
            if self.note_deserted(at, queue) {
                let here = |w: &crate::stage::Wait| w.queue == queue || w.also.contains(&queue);
                let calls = self.calls.iter();
                let waiting = calls.filter(|(_, call)| call.wait().is_some_and(here));
                let waiting: Vec<CallId> = waiting.map(|(id, _)| *id).collect();
                for call in waiting {
                    self.reindex_call(call);
                }
            }
        }
    }

    fn index_agent(&mut self, id: AgentId) {
        let due = self.dues_of_agent(id);
        self.deadlines.set(Subject::Agent(id), due);
        let can_be_rung = self
            .agents
            .get(&id)
            .is_some_and(|agent| self.why_not(id, agent).is_none());
        if can_be_rung {
            self.ready.insert(id);
        } else {
            self.ready.remove(&id);
        }
    }

    fn reindex_call(&mut self, id: CallId) {
        let mut due = self.dues_of_call(id);
        due.extend(self.dues_of_promise(id));
        self.deadlines.set(Subject::Call(id), due);
        // Who has agreed to be called back has the place already while goodbye is heard.
        let waits_here = self.calls.get(&id).filter(|call| call.wait().is_some());
        let call = waits_here.or_else(|| self.promised(id));
        let waits = call.and_then(|call| Some((&call.standing, call.wait()?)));
        let entry = waits.map(|(standing, wait)| self.entry(id, standing, wait));
        let sought = waits.and_then(|(_, wait)| wait.seeks.as_ref());
        let sought = sought.map_or_else(Vec::new, |seek| seek.agents.clone());
        self.order.set(id, entry);
        self.seekers.set(id, sought);
    }

    /// Notes whether the queue is empty of agents; whether that has changed.
    fn note_deserted(&mut self, at: Moment, queue: crate::QueueId) -> bool {
        let is_staffed = self.queue(queue);
        let is_staffed = is_staffed.is_none_or(|q| self.is_there(q, &q.leave_empty));
        if is_staffed {
            return self.deserted.remove(&queue).is_some();
        }
        let is_new = !self.deserted.contains_key(&queue);
        self.deserted.entry(queue).or_insert(at);
        is_new
    }

    /// Whether what is kept is what would be derived from everything. For tests. It costs as much as
    /// everything there is, so a large office is looked at now and then.
    #[cfg(debug_assertions)]
    pub(crate) fn is_indexed(&self) -> bool {
        const SMALL: usize = 12;
        const NOW_AND_THEN: u64 = 64;
        let is_small = self.calls.len() + self.agents.len() <= SMALL;
        if !is_small && !self.seq.is_multiple_of(NOW_AND_THEN) {
            return true;
        }
        let mut anew = self.clone();
        anew.reindex_everything(Moment::default());
        let kept = (&self.deadlines, &self.order, &self.ready, &self.seekers);
        kept == (&anew.deadlines, &anew.order, &anew.ready, &anew.seekers)
            && self.deserted.keys().eq(anew.deserted.keys())
    }
}
