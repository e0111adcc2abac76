//! Whether a call that an agent made counts as having been idle before.

use hotline_call::Moment;

use crate::state::State;
use crate::{AgentId, What};

impl State {
    /// The idle clock of an agent that goes on over this fact: the end of a call of one's own making,
    /// where it is set so (features B4).
    pub(super) fn goes_on_idle(&self, agent: AgentId, what: &What) -> Option<(Moment, u64)> {
        if self.configuration.rules.outbound_resets_idle {
            return None;
        }
        let (What::CallEnded { call, .. } | What::Disconnected { call, .. }) = what else {
            return None;
        };
        let call = self.calls.get(call)?;
        let is_own = call.is_outbound && call.by == Some(agent);
        let clock = self.agents.get(&agent).filter(|_| is_own);
        clock.map(|at_work| (at_work.idle_since, at_work.idle_order))
    }

    pub(super) fn set_idle(&mut self, agent: AgentId, clock: Option<(Moment, u64)>) {
        if let Some((clock, at_work)) = clock.zip(self.agents.get_mut(&agent)) {
            (at_work.idle_since, at_work.idle_order) = clock;
        }
    }
}
