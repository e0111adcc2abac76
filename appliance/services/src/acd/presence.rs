//! An agent becomes not ready, or goes: at once, or when what is under way has ended.

use hotline_call::Party;

use super::agent::{Agent, Pending, Presence, Work};
use crate::decision::Decision;
use crate::state::State;
use crate::{AgentId, What};

/// Missed offers in a row after which an agent is taken for absent (semantics §5.1, rule 3).
const MISSES_BEFORE_NOT_READY: u32 = 2;
/// The reason shown when the system made an agent not ready.
const NO_ANSWER: &str = "no_answer";

impl State {
    /// What became due about agents by something else having ended.
    pub(crate) fn settle_agents(&self, d: &mut Decision, work: &crate::work::Work) {
        for (id, agent) in work.agents(self).filter(|(_, a)| a.work == Work::Free) {
            let gone = agent.is_signed_in() && self.agent(id).is_none();
            match &agent.pending {
                _ if gone => d.fact(What::AgentSignedOut { agent: id }),
                Some(pending) => decide_presence(d, id, agent, pending.clone()),
                None if agent.misses >= MISSES_BEFORE_NOT_READY => {
                    let (reason, by) = (NO_ANSWER.to_owned(), Party::System);
                    d.fact(What::AgentNotReady {
                        agent: id,
                        reason,
                        by,
                    });
                }
                None => {}
            }
        }
    }
}

/// Signs out or becomes not ready, at once when free, else after wrap-up: a wish never cancels an
/// offer or a talk (semantics §5.1, rule 1).
pub(crate) fn decide_presence(d: &mut Decision, id: AgentId, agent: &Agent, wish: Pending) {
    if agent.work != Work::Free {
        if agent.pending.as_ref() != Some(&wish) {
            let not_ready = match wish {
                Pending::SignOut => None,
                Pending::NotReady { reason } => Some(reason),
            };
            d.fact(What::AgentStatePending {
                agent: id,
                not_ready,
            });
        }
        return;
    }
    match wish {
        Pending::SignOut => d.fact(What::AgentSignedOut { agent: id }),
        Pending::NotReady { reason } => {
            let there = Presence::NotReady {
                reason: reason.clone(),
            };
            if agent.presence != there {
                d.fact(What::AgentNotReady {
                    agent: id,
                    reason,
                    by: Party::Agent,
                });
            }
        }
    }
}
