//! Stays of callers in queues: what the statistics of a queue are the sum of (semantics §5.5).

use std::collections::BTreeMap;

use hotline_call::{CallId, Moment};
use serde::{Deserialize, Serialize};

use super::end_of_life;
use crate::fact::CallbackStep;
use crate::{AgentId, EndOutcome, Fact, QueueId, What};

/// How a caller came out of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftQueue {
    /// An agent talked to the caller: A.
    Answered,
    /// The caller hung up: B.
    Abandoned,
    /// By a step of the timeline, or because the queue was shut: to another queue, a menu, a
    /// mailbox, or goodbye. This and all below are F.
    Overflowed,
    /// By a key that the caller pressed.
    ByKey,
    /// The caller is called back instead.
    Callback,
    /// The line or this machine failed, or the queue was taken away.
    Failed,
}

/// One stay of one caller in one queue. A caller who is given to another queue stays in two, one
/// after the other; a caller whose agent's phone fails in mid-call comes back for another stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueVisit {
    /// Whose call.
    pub call: CallId,
    /// The stays of one call are numbered from 1.
    pub number: u32,
    /// In which queue.
    pub queue: QueueId,
    /// Came in.
    pub entered: Moment,
    /// Came out; `None`: waits.
    pub left: Option<Moment>,
    /// How; `None`: waits.
    pub how: Option<LeftQueue>,
    /// Who answered.
    pub agent: Option<AgentId>,
    /// From in to out, on the clock that does not jump; 0 while it lasts.
    pub waited_ms: u64,
}

/// The stays of calls that have not ended, as a projection of the facts. Bounded by those calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueVisits {
    calls: BTreeMap<CallId, Stays>,
    last: Moment,
}

/// The stays of one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Stays {
    count: u32,
    open: Option<QueueVisit>,
}

impl QueueVisits {
    /// No visits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact; the visits that changed by it, the older first.
    pub fn apply(&mut self, fact: &Fact) -> Vec<QueueVisit> {
        let mut changed = Vec::new();
        if let What::Started { last_alive } = fact.what {
            let at = end_of_life(self.last, last_alive);
            for stays in self.calls.values_mut() {
                changed.extend(stays.leave(at, LeftQueue::Failed, None));
            }
        }
        self.last = fact.at;
        let Some(call) = fact.what.call() else {
            return changed;
        };
        if let What::Queued { queue, .. } = fact.what {
            let stays = self.calls.entry(call).or_default();
            changed.extend(stays.leave(fact.at, LeftQueue::Overflowed, None));
            changed.push(stays.enter(call, queue, fact.at));
        } else if let Some(stays) = self.calls.get_mut(&call) {
            changed.extend(stays.apply(fact));
            if matches!(fact.what, What::CallEnded { .. }) {
                self.calls.remove(&call);
            }
        }
        changed
    }

    /// The visits that last, by their calls.
    pub fn open(&self) -> impl Iterator<Item = &QueueVisit> {
        self.calls.values().filter_map(|stays| stays.open.as_ref())
    }
}

impl Stays {
    fn enter(&mut self, call: CallId, queue: QueueId, at: Moment) -> QueueVisit {
        self.count = self.count.saturating_add(1);
        let visit = QueueVisit {
            call,
            number: self.count,
            queue,
            entered: at,
            left: None,
            how: None,
            agent: None,
            waited_ms: 0,
        };
        self.open = Some(visit);
        visit
    }

    /// The stay that ends with this fact, if one does.
    fn apply(&mut self, fact: &Fact) -> Option<QueueVisit> {
        let (how, agent) = match fact.what {
            What::Connected { agent, .. } => (LeftQueue::Answered, Some(agent)),
            What::QueueLeft(_) => (LeftQueue::ByKey, None),
            What::Callback(CallbackStep::Agreed { .. }) => (LeftQueue::Callback, None),
            What::MenuEntered { .. } | What::MailboxEntered(_) => (LeftQueue::Overflowed, None),
            What::FarewellStarted { outcome, .. } | What::CallEnding { outcome, .. } => {
                (left_by_end(outcome), None)
            }
            _ => return None,
        };
        self.leave(fact.at, how, agent)
    }

    fn leave(&mut self, at: Moment, how: LeftQueue, agent: Option<AgentId>) -> Option<QueueVisit> {
        let mut visit = self.open.take()?;
        visit.left = Some(at);
        visit.how = Some(how);
        visit.agent = agent;
        visit.waited_ms = at.since_ms(visit.entered);
        Some(visit)
    }
}

/// How who is told goodbye in a queue, or whose call ends there, came out of it.
const fn left_by_end(outcome: EndOutcome) -> LeftQueue {
    match outcome {
        EndOutcome::AbandonedInQueue => LeftQueue::Abandoned,
        EndOutcome::CallbackAgreed => LeftQueue::Callback,
        EndOutcome::NobodyHere | EndOutcome::QueueFull | EndOutcome::WaitedTooLong => {
            LeftQueue::Overflowed
        }
        _ => LeftQueue::Failed,
    }
}
