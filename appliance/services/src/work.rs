use std::collections::BTreeSet;

use hotline_call::CallId;

use crate::AgentId;
use crate::acd::Agent;
use crate::stage::Call;
use crate::state::State;

/// What one fact has touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    /// Whatever there is: the fact is about the house.
    pub everything: bool,
    /// The one that the fact is about first.
    pub calls: Vec<CallId>,
    pub agents: Vec<AgentId>,
}

impl Touched {
    /// One more agent.
    pub fn agent(&mut self, agent: AgentId) {
        if !self.agents.contains(&agent) {
            self.agents.push(agent);
        }
    }
}

/// What has been touched since everything was settled last. Only this can have consequences, so
/// only this is looked at. It is no part of the state: whoever folds facts looks at everything
/// once and comes to the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    everything: bool,
    calls: BTreeSet<CallId>,
    agents: BTreeSet<AgentId>,
}

impl Work {
    /// Everything is to be looked at.
    pub const fn everything() -> Self {
        Self {
            everything: true,
            calls: BTreeSet::new(),
            agents: BTreeSet::new(),
        }
    }

    /// This too is to be looked at.
    pub fn add(&mut self, touched: Touched) {
        self.everything |= touched.everything;
        self.calls.extend(touched.calls);
        self.agents.extend(touched.agents);
    }

    /// Whether the call is to be looked at.
    pub fn has_call(&self, call: CallId) -> bool {
        self.everything || self.calls.contains(&call)
    }

    /// Whether the agent is to be looked at.
    pub fn has_agent(&self, agent: AgentId) -> bool {
        self.everything || self.agents.contains(&agent)
    }

    /// The calls to be looked at that have not ended.
    pub fn calls<'a>(&'a self, state: &'a State) -> impl Iterator<Item = (CallId, &'a Call)> {
        let all = self.everything.then(|| state.calls.iter());
        let some = (!self.everything).then(|| {
            let known = |id| state.calls.get_key_value(id);
            self.calls.iter().filter_map(known)
        });
        let both = all.into_iter().flatten().chain(some.into_iter().flatten());
        both.map(|(id, call)| (*id, call))
    }

    /// The promises to call back to be looked at that have not ended.
    pub fn promises(&self, state: &State) -> Vec<CallId> {
        if state.callbacks.is_empty() {
            return Vec::new();
        }
        let all = state.callbacks.keys().copied();
        all.filter(|id| self.has_call(*id)).collect()
    }

    /// The agents to be looked at.
    pub fn agents<'a>(&'a self, state: &'a State) -> impl Iterator<Item = (AgentId, &'a Agent)> {
        let all = self.everything.then(|| state.agents.iter());
        let some = (!self.everything).then(|| {
            let known = |id| state.agents.get_key_value(id);
            self.agents.iter().filter_map(known)
        });
        let both = all.into_iter().flatten().chain(some.into_iter().flatten());
        both.map(|(id, agent)| (*id, agent))
    }
}
