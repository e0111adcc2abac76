//! The time line of each agent has no hole, and says what people see.

use std::collections::BTreeMap;

use hotline_call::Moment;
use hotline_services::{AgentId, AgentState, AgentTimes, Broken, Fact, View, What};

use super::RECORDS;

#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    times: AgentTimes,
    /// When the last span of each agent ended.
    ended: BTreeMap<AgentId, Moment>,
}

impl Times {
    /// A span begins where the one before ended, but for signing in and a new life.
    pub(super) fn take(&mut self, fact: &Fact) -> Result<(), Broken> {
        let anew = matches!(fact.what, What::AgentSignedIn { .. } | What::Started { .. });
        for span in self.times.apply(fact) {
            let Some(until) = span.until else {
                if anew || self.ended.get(&span.agent) == Some(&span.since) {
                    continue;
                }
                let words = format!("{span:?} after {:?}", self.ended.get(&span.agent));
                return Err(Broken::new(RECORDS, words));
            };
            self.ended.insert(span.agent, until);
        }
        Ok(())
    }

    pub(super) fn check(&self, view: &View) -> Result<(), Broken> {
        for seen in &view.agents {
            let span = self.times.open().find(|span| span.agent == seen.agent);
            let is_so = match span {
                None => seen.state == AgentState::SignedOut,
                Some(span) => {
                    let reason = seen.reason.as_ref();
                    let reason = reason.filter(|_| seen.state == AgentState::NotReady);
                    (span.state, span.call) == (seen.state, seen.call)
                        && span.reason.as_ref() == reason
                }
            };
            if !is_so {
                return Err(Broken::new(RECORDS, format!("{seen:?}, told {span:?}")));
            }
        }
        Ok(())
    }
}
