//! Agents who work with a browser and close it: they stay at work for a while, for a page that is
//! loaded again is closed for a moment too, and take no calls after that (semantics §5.1, rule 6).
//! Who works with the phone alone has none to close.

use hotline_call::{Moment, Party};

use crate::acd::{Pending, Presence, Work, decide_presence};
use crate::decision::Decision;
use crate::fact::DeskStep;
use crate::state::State;
use crate::{AgentId, What};

/// How long who has a telephone on the desk is still taken to be there.
const STAYS_MS: u64 = 120_000;
/// The same of who talks with the browser itself.
const STAYS_WITHOUT_PHONE_MS: u64 = 30_000;
/// The reason shown of who is not there any more.
const BROWSER_CLOSED: &str = "browser_closed";

/// The browser of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Browser {
    Open,
    /// Closed, and until when the agent is taken to be there.
    Closed {
        until: Moment,
    },
}

impl State {
    /// The first page of an agent was opened, or the last one closed.
    pub(crate) fn decide_browser(
        &self,
        d: &mut Decision,
        agent: AgentId,
        (is_open, is_the_phone): (bool, bool),
    ) {
        if self.agent(agent).is_none() {
            return;
        }
        let was_open = self.browsers.get(&agent) == Some(&Browser::Open);
        if is_open == was_open {
            return;
        }
        let stays_ms = if is_the_phone {
            STAYS_WITHOUT_PHONE_MS
        } else {
            STAYS_MS
        };
        d.fact(What::Desk(if is_open {
            DeskStep::BrowserOpened { agent }
        } else {
            DeskStep::BrowserClosed { agent, stays_ms }
        }));
    }

    /// When an agent whose browser is closed is taken to be gone.
    pub(crate) fn browser_gone_at(&self, agent: AgentId) -> Option<Moment> {
        let at_work = self.agents.get(&agent)?;
        let takes_calls = at_work.presence == Presence::Ready && at_work.pending.is_none();
        match self.browsers.get(&agent)? {
            Browser::Closed { until } if takes_calls => Some(*until),
            _ => None,
        }
    }

    /// The browser of an agent is closed for good.
    pub(crate) fn browser_gone(&self, d: &mut Decision, agent: AgentId) {
        let Some(at_work) = self.agents.get(&agent) else {
            return;
        };
        let reason = BROWSER_CLOSED.to_owned();
        if at_work.work == Work::Free {
            let by = Party::System;
            d.fact(What::AgentNotReady { agent, reason, by });
        } else {
            decide_presence(d, agent, at_work, Pending::NotReady { reason });
        }
    }

    /// Folds what is told of browsers.
    pub(crate) fn apply_to_browsers(&mut self, at: Moment, what: &What) {
        match what {
            What::Desk(DeskStep::BrowserOpened { agent }) => {
                self.browsers.insert(*agent, Browser::Open);
            }
            What::Desk(DeskStep::BrowserClosed { agent, stays_ms }) => {
                let until = at.plus_ms(*stays_ms);
                self.browsers.insert(*agent, Browser::Closed { until });
            }
            // Whoever comes to work by phone after that is there.
            What::AgentSignedIn { agent } | What::AgentReady { agent } => {
                let is_closed = |browser: &Browser| *browser != Browser::Open;
                if self.browsers.get(agent).is_some_and(is_closed) {
                    self.browsers.remove(agent);
                }
            }
            What::Configured { .. } => {
                let roster = &self.roster;
                self.browsers
                    .retain(|agent, _| roster.agent(*agent).is_some());
            }
            // The pages of the life before are gone; those that are still there open again.
            What::Started { .. } => {
                let until = at.plus_ms(STAYS_MS);
                for browser in self.browsers.values_mut() {
                    *browser = Browser::Closed { until };
                }
            }
            _ => {}
        }
    }
}
