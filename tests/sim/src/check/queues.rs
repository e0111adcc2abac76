//! The statistics of each queue are the sum of what became of its callers (semantics §5.5).

use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, LegId};
use hotline_services::{
    Broken, EndOutcome, Fact, LeftQueue, QueueId, QueueVisits, Tally, View, What,
};

use super::RECORDS;

/// What became of the callers of each queue, told twice: by the projection that the statistics are
/// made of, and counted here from what only the other facts of a call say.
#[derive(Clone, Debug, Default)]
pub(super) struct Queues {
    visits: QueueVisits,
    told: BTreeMap<QueueId, Tally>,
    counted: BTreeMap<QueueId, Tally>,
    /// For which queue each phone rings.
    rung: BTreeMap<LegId, QueueId>,
    /// The queue a call was put in last.
    last: BTreeMap<CallId, QueueId>,
    /// Calls that nobody has talked to since.
    waits: BTreeSet<CallId>,
}

impl Queues {
    pub(super) fn take(&mut self, fact: &Fact) {
        for visit in self.visits.apply(fact) {
            let tally = self.told.entry(visit.queue).or_default();
            match visit.how {
                None => {
                    tally.offered += 1;
                    tally.in_progress += 1;
                    continue;
                }
                Some(LeftQueue::Answered) => tally.answered += 1,
                Some(LeftQueue::Abandoned) => tally.abandoned += 1,
                Some(_) => tally.flowed_out += 1,
            }
            tally.in_progress = tally.in_progress.saturating_sub(1);
        }
        self.count(fact);
    }

    /// Who answers was rung for a queue, or took the call that was in one; who gave up was put in
    /// one last.
    fn count(&mut self, fact: &Fact) {
        match fact.what {
            What::Queued { call, queue, .. } => {
                self.last.insert(call, queue);
                self.waits.insert(call);
                self.counted.entry(queue).or_default().offered += 1;
            }
            // Who is called back is out of the queue: that was a flow-out.
            What::AgentOffered {
                call, leg, queue, ..
            } if self.waits.contains(&call) => {
                self.rung.insert(leg, queue);
            }
            // A call that is parked, or being given on, has been out of the queue long since.
            What::PickedUp { call, leg, .. } if self.waits.contains(&call) => {
                let queue = self.last.get(&call);
                self.rung.extend(queue.map(|queue| (leg, *queue)));
            }
            What::Connected { call, leg, .. } => {
                self.waits.remove(&call);
                if let Some(queue) = self.rung.remove(&leg) {
                    self.counted.entry(queue).or_default().answered += 1;
                }
            }
            What::LegReleased { leg, .. } => {
                self.rung.remove(&leg);
            }
            What::CallEnding { call, outcome, .. } | What::CallEnded { call, outcome, .. } => {
                self.waits.remove(&call);
                let last = self.last.remove(&call);
                if let (Some(queue), EndOutcome::AbandonedInQueue) = (last, outcome) {
                    self.counted.entry(queue).or_default().abandoned += 1;
                }
            }
            _ => {}
        }
    }

    /// Both ways lead to the same, everybody is accounted for, and who is said to wait does.
    pub(super) fn check(&self, view: &View) -> Result<(), Broken> {
        for (queue, told) in &self.told {
            let counted = self.counted.get(queue).copied().unwrap_or_default();
            let parts = told.answered + told.abandoned + told.flowed_out + told.in_progress;
            let seen = view.queues.iter().find(|seen| seen.queue == *queue);
            let is_so = told.offered == parts
                && (told.offered, told.answered, told.abandoned)
                    == (counted.offered, counted.answered, counted.abandoned)
                && seen.is_none_or(|seen| u64::from(seen.waiting) == told.in_progress);
            if !is_so {
                let words = format!("queue {}: {told:?}, counted {counted:?}, {seen:?}", queue.0);
                return Err(Broken::new(RECORDS, words));
            }
        }
        Ok(())
    }
}
