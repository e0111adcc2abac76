//! What an agent is owed after a talk, a missed call and a wish, read from the facts alone.

use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Moment};
use hotline_services::{
    AgentId, AgentState, Broken, CallbackStep, Configuration, Fact, Invariants, OfferOutcome,
    QueueId, What,
};

const NOTES: &str = "every talk is followed by the wrap-up its queue gives";
const MISSES: &str = "who misses two calls in a row is made not ready";
const WISH: &str = "a wish that is pending is granted as soon as the agent is free";

/// Missed calls in a row after which an agent is not ready (semantics §5.1, rule 3).
const MISSED: u32 = 2;
/// How much later than asked for a timer may run out here.
const LATE_MS: u64 = 1_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    configuration: Box<Configuration>,
    /// The queue each call was in last.
    queues: BTreeMap<CallId, QueueId>,
    /// Agents whose talk has just ended, and how much wrap-up they get.
    owed: BTreeMap<AgentId, u64>,
    /// Until when each agent writes notes.
    notes: BTreeMap<AgentId, Moment>,
    misses: BTreeMap<AgentId, u32>,
    /// Only who is ready misses calls.
    ready: BTreeSet<AgentId>,
    /// Agents who dialled a number of ours.
    callers: BTreeMap<CallId, AgentId>,
    wishes: BTreeSet<AgentId>,
}

impl Rules {
    fn set_ready(&mut self, agent: AgentId, what: &What) {
        let is_ready = matches!(what, What::AgentReady { .. } | What::AgentSignedIn { .. });
        if is_ready {
            self.ready.insert(agent);
        } else {
            self.ready.remove(&agent);
        }
    }

    /// Takes the next fact.
    pub(super) fn take(&mut self, fact: &Fact) -> Result<(), Broken> {
        match fact.what {
            What::Configured { ref configuration } => self.configuration = configuration.clone(),
            What::Queued { call, queue, .. }
            | What::Callback(CallbackStep::Began { call, queue, .. }) => {
                self.queues.insert(call, queue);
            }
            What::CallOffered {
                call,
                by: Some(agent),
                ..
            } => {
                self.callers.insert(call, agent);
            }
            What::CallEnded { call, .. } => {
                self.queues.remove(&call);
                self.callers.remove(&call);
            }
            // Who is outside, or signed in nowhere, writes no notes.
            What::Disconnected { agent, .. } if agent == AgentId::NOBODY => {}
            What::Disconnected { call, agent, .. } => {
                let wrapup_ms = self.wrapup_ms(call);
                if wrapup_ms > 0 {
                    self.owed.insert(agent, wrapup_ms);
                }
            }
            What::WrapupStarted {
                agent, wrapup_ms, ..
            } => {
                let owed = self.owed.remove(&agent);
                if owed != Some(wrapup_ms) {
                    let words = format!("agent {} gets {wrapup_ms}, not {owed:?}", agent.0);
                    return Err(Broken::new(NOTES, words));
                }
                let until = fact.at.plus_ms(wrapup_ms + LATE_MS);
                self.notes.insert(agent, until);
            }
            What::WrapupEnded { agent, .. } => {
                self.notes.remove(&agent);
            }
            What::OfferEnded { agent, outcome, .. } => {
                let is_missed = matches!(outcome, OfferOutcome::NoAnswer | OfferOutcome::Rejected);
                let is_missed = is_missed && self.ready.contains(&agent);
                *self.misses.entry(agent).or_insert(0) += u32::from(is_missed);
            }
            // Answered, and somebody is dialled for it.
            What::Callback(CallbackStep::Dialled { agent, .. }) => {
                self.misses.remove(&agent);
            }
            What::AgentStatePending { agent, .. } => {
                self.wishes.insert(agent);
            }
            What::Connected { call, agent, .. } | What::ConsultBegan { call, agent, .. } => {
                self.misses.remove(&agent);
                if let Some(caller) = self.callers.get(&call) {
                    self.misses.remove(caller);
                }
            }
            What::AgentReady { agent }
            | What::AgentNotReady { agent, .. }
            | What::AgentSignedIn { agent }
            | What::AgentSignedOut { agent } => {
                self.misses.remove(&agent);
                self.wishes.remove(&agent);
                self.set_ready(agent, &fact.what);
            }
            // A talk that was cut off by the end of the process has no notes.
            What::Started { .. } => {
                self.owed.clear();
                self.notes.clear();
            }
            _ => {}
        }
        Ok(())
    }

    /// After a start nothing is owed for what was cut off.
    pub(super) fn has_started(&mut self) {
        self.owed.clear();
    }

    fn wrapup_ms(&self, call: CallId) -> u64 {
        let queue = self.queues.get(&call);
        let queues = &self.configuration.queues;
        let queue = queue.and_then(|queue| queues.iter().find(|q| q.id == *queue));
        queue.map_or(0, |q| u64::from(q.wrapup_s) * 1000)
    }

    /// After an event everybody has what is due.
    pub(super) fn check(&self, now: Moment, seen: &Invariants) -> Result<(), Broken> {
        if let Some((agent, wrapup_ms)) = self.owed.first_key_value() {
            let words = format!("agent {} is owed {wrapup_ms} ms", agent.0);
            return Err(Broken::new(NOTES, words));
        }
        let late = |until: &Moment| now.mono_ms > until.mono_ms;
        if let Some((agent, until)) = self.notes.iter().find(|(_, until)| late(until)) {
            let words = format!("agent {} was to write until {until:?}", agent.0);
            return Err(Broken::new(NOTES, words));
        }
        if let Some((agent, misses)) = self.misses.iter().find(|(_, n)| **n >= MISSED) {
            let words = format!("agent {} missed {misses}", agent.0);
            return Err(Broken::new(MISSES, words));
        }
        let is_idle = |agent: &&AgentId| seen.agent(**agent) == Some(AgentState::Idle);
        if let Some(agent) = self.wishes.iter().find(is_idle) {
            let words = format!("agent {} is idle", agent.0);
            return Err(Broken::new(WISH, words));
        }
        Ok(())
    }
}
