//! The time line of each agent: one state at any moment (semantics §5.1, rule 8).

use std::collections::BTreeMap;

use hotline_call::{CallId, Moment};
use serde::{Deserialize, Serialize};

use super::end_of_life;
use crate::invariants::Agents;
use crate::{AgentId, AgentState, Fact, What};

/// An agent was in one state for a while. Between signing out and signing in there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSpan {
    /// Who.
    pub agent: AgentId,
    /// The number of the fact it began with.
    pub seq: u64,
    /// What state.
    pub state: AgentState,
    /// Why not ready.
    pub reason: Option<String>,
    /// In which call.
    pub call: Option<CallId>,
    /// From here …
    pub since: Moment,
    /// … to here; `None`: still.
    pub until: Option<Moment>,
    /// How long, on the clock that does not jump; 0 while it lasts.
    pub lasted_ms: u64,
}

/// The spans that last, as a projection of the facts. Bounded by the agents there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentTimes {
    agents: Agents,
    reasons: BTreeMap<AgentId, String>,
    open: BTreeMap<AgentId, AgentSpan>,
    last: Moment,
}

impl AgentTimes {
    /// Nobody has been at work.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact; the spans that changed by it. What a fact says that cannot follow on
    /// those before, of a newer program or a damaged store, is left out.
    pub fn apply(&mut self, fact: &Fact) -> Vec<AgentSpan> {
        let mut changed = Vec::new();
        if let What::Started { last_alive } = fact.what {
            let ended = end_of_life(self.last, last_alive);
            let open = std::mem::take(&mut self.open);
            changed.extend(open.into_values().map(|span| span.ends(ended)));
        }
        self.last = fact.at;
        let _ = self.agents.check(fact);
        self.note_reason(&fact.what);
        if concerns(&fact.what) {
            self.compare(fact, &mut changed);
        }
        changed
    }

    /// The spans that last, by their agents.
    pub fn open(&self) -> impl Iterator<Item = &AgentSpan> {
        self.open.values()
    }

    fn note_reason(&mut self, what: &What) {
        match what {
            What::AgentNotReady { agent, reason, .. } => {
                self.reasons.insert(*agent, reason.clone());
            }
            What::AgentReady { agent }
            | What::AgentSignedIn { agent }
            | What::AgentSignedOut { agent } => {
                self.reasons.remove(agent);
            }
            _ => {}
        }
    }

    fn compare(&mut self, fact: &Fact, changed: &mut Vec<AgentSpan>) {
        let now: Vec<_> = self.agents.now().collect();
        for (agent, state, call) in now {
            let reason = self.reasons.get(&agent);
            let reason = reason.filter(|_| state == AgentState::NotReady).cloned();
            let lasts = self.open.get(&agent).is_some_and(|span| {
                (span.state, &span.reason, span.call) == (state, &reason, call)
            });
            if lasts {
                continue;
            }
            changed.extend(self.open.remove(&agent).map(|span| span.ends(fact.at)));
            if state == AgentState::SignedOut {
                continue;
            }
            let span = AgentSpan {
                agent,
                seq: fact.seq,
                state,
                reason,
                call,
                since: fact.at,
                until: None,
                lasted_ms: 0,
            };
            changed.push(span.clone());
            self.open.insert(agent, span);
        }
    }
}

impl AgentSpan {
    fn ends(mut self, at: Moment) -> Self {
        self.until = Some(at);
        self.lasted_ms = at.since_ms(self.since);
        self
    }
}

/// Whether a fact may change what an agent does.
const fn concerns(what: &What) -> bool {
    what.agent().is_some()
        || matches!(
            what,
            What::Started { .. }
                | What::Configured { .. }
                // Who called a phone nobody is signed in at talks, too.
                | What::Connected { .. }
                | What::Held { .. }
                | What::Retrieved { .. }
                | What::CallEnded { .. }
                | What::TakenOver(_)
        )
}
