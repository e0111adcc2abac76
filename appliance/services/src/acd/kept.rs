use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Moment, Number};

use crate::stage::Call;
use crate::{EndOutcome, Queue, QueueId};

/// The most places kept at once; the oldest goes first.
const MAX_KEPT: usize = 1000;

/// Places in queues of callers who hung up or were cut off, for as long as it may matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Kept {
    of: BTreeMap<Number, Place>,
    by_time: BTreeSet<(u64, Number)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Place {
    call: CallId,
    queue: QueueId,
    left: Moment,
    /// What the caller counted as having waited then.
    waited_ms: u64,
}

impl Kept {
    /// The call ends now; if its caller gives up a place by that, it is kept.
    pub fn leave(&mut self, at: Moment, id: CallId, call: &Call, outcome: EndOutcome) {
        let lost = matches!(outcome, EndOutcome::AbandonedInQueue | EndOutcome::Failed);
        let (true, Some(wait), Some(number)) = (lost, call.wait(), &call.caller.number) else {
            return;
        };
        let place = Place {
            call: id,
            queue: wait.queue,
            left: at,
            waited_ms: at.since_ms(wait.since) + u64::from(wait.bonus_s) * 1000,
        };
        self.forget(number);
        self.of.insert(number.clone(), place);
        self.by_time.insert((at.mono_ms, number.clone()));
        while self.by_time.len() > MAX_KEPT {
            if let Some((_, number)) = self.by_time.pop_first() {
                self.of.remove(&number);
            }
        }
    }

    /// The place in the queue that was kept for the number: whose it was, and how much longer the
    /// caller counts as having waited. The time away counts too: it is the same place.
    pub fn place(&self, at: Moment, number: &Number, queue: &Queue) -> Option<(CallId, u32)> {
        let place = self.of.get(number).filter(|p| p.queue == queue.id)?;
        let away_ms = at.since_ms(place.left);
        let bonus_s = (place.waited_ms + away_ms) / 1000;
        let in_time = away_ms <= u64::from(queue.keep_place_s) * 1000 && queue.keep_place_s > 0;
        in_time.then(|| (place.call, u32::try_from(bonus_s).unwrap_or(u32::MAX)))
    }

    /// The number waits again, or need not.
    pub fn forget(&mut self, number: &Number) {
        if let Some(place) = self.of.remove(number) {
            self.by_time.remove(&(place.left.mono_ms, number.clone()));
        }
    }
}
