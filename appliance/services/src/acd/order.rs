use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Moment};

use crate::stage::Wait;
use crate::state::State;
use crate::{AgentId, Queue, QueueId, Standing, Vip};

/// Nobody who came later goes before a caller who has waited so long (features B5: an ordinary
/// caller is passed over for 5 min at most).
const GUARD_MS: i64 = 300_000;

/// Who goes before whom whatever the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// The agent's phone failed in mid-talk.
    First,
    /// A VIP before all others.
    Absolute,
    /// By score.
    Scored,
    /// After all others, by score.
    Last,
}

/// A caller's place among all callers. Scores grow alike for all, by a second a second, so their
/// order is that of the moments at which each score was 0: it does not change while time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub class: Class,
    /// When the score was 0, on the monotonic clock; may be before its beginning.
    pub zero_ms: i64,
    /// When the waiting began.
    pub since_ms: i64,
    /// The call that came for this place: of one that is made of a promise, the one of before.
    pub came: CallId,
    pub call: CallId,
    pub queue: QueueId,
    /// Agents may take the caller who do not serve the queue: sought, or added by its timeline.
    pub by_others: bool,
}

impl Entry {
    const fn is_first(&self) -> bool {
        matches!(self.class, Class::First)
    }

    /// What callers are served in the order of, at this moment.
    pub fn rank(&self, now: Moment) -> (u8, i64, CallId) {
        if self.is_first() {
            (0, self.zero_ms, self.came)
        } else if self.since_ms <= guarded_until(now) {
            (1, self.since_ms, self.came)
        } else if self.class == Class::Absolute {
            (2, self.zero_ms, self.came)
        } else if self.class == Class::Scored {
            (3, self.zero_ms, self.came)
        } else {
            (4, self.zero_ms, self.came)
        }
    }

    const fn arrival(&self) -> (i64, CallId, CallId) {
        (self.since_ms, self.came, self.call)
    }

    /// Seconds waited, and what counts as such.
    pub fn score_s(&self, now: Moment) -> i64 {
        (ms(now.mono_ms) - self.zero_ms) / 1000
    }
}

/// The queues that some agents serve, for passing quickly over callers they have nothing to do with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach(Vec<QueueId>);

impl Reach {
    /// Whether one of the agents might be rung for a caller who stands so.
    pub fn has(&self, entry: &Entry) -> bool {
        entry.by_others || self.0.binary_search(&entry.queue).is_ok()
    }
}

/// Whoever began to wait no later than this is passed by nobody.
fn guarded_until(now: Moment) -> i64 {
    ms(now.mono_ms) - GUARD_MS
}

/// All callers in queues, in the order of service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    by_score: BTreeSet<Entry>,
    by_arrival: BTreeMap<(i64, CallId, CallId), Entry>,
    of: BTreeMap<CallId, Entry>,
}

impl Order {
    /// Puts a caller where it belongs, or takes it out.
    pub fn set(&mut self, call: CallId, entry: Option<Entry>) {
        if self.of.get(&call).copied() == entry {
            return;
        }
        if let Some(gone) = self.of.remove(&call) {
            self.by_score.remove(&gone);
            self.by_arrival.remove(&gone.arrival());
        }
        if let Some(entry) = entry {
            self.of.insert(call, entry);
            self.by_score.insert(entry);
            self.by_arrival.insert(entry.arrival(), entry);
        }
    }

    /// All callers, the one to be served first, first: those whose agent failed; then those who
    /// have waited for so long that nobody may pass them, in the order they came; then by score.
    pub fn at(&self, now: Moment) -> impl Iterator<Item = &Entry> {
        let limit = guarded_until(now);
        let first = self.by_score.iter().take_while(|e| e.is_first());
        let guarded = self
            .by_arrival
            .range(..=(limit, CallId(u64::MAX), CallId(u64::MAX)));
        let guarded = guarded.map(|(_, entry)| entry).filter(|e| !e.is_first());
        let others = self.by_score.iter().skip_while(|e| e.is_first());
        first
            .chain(guarded)
            .chain(others.filter(move |e| e.since_ms > limit))
    }

    /// How many callers of its queue go before one with this place; `but`: is the same person.
    pub fn ahead_of(&self, now: Moment, entry: &Entry, but: Option<CallId>) -> usize {
        let rank = entry.rank(now);
        let in_it = self.of.values().filter(|e| e.queue == entry.queue);
        let others = in_it.filter(|e| Some(e.call) != but);
        others.filter(|e| e.rank(now) < rank).count()
    }

    /// The place of a caller.
    pub fn of(&self, call: CallId) -> Option<&Entry> {
        self.of.get(&call)
    }

    /// The callers of a queue, in no order that means anything.
    pub fn in_queue(&self, queue: QueueId) -> impl Iterator<Item = CallId> {
        let in_it = self.of.values().filter(move |e| e.queue == queue);
        in_it.map(|e| e.call)
    }
}

/// A moment or duration as a number that may go below zero.
fn ms(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// What an advantage in the queue is worth, in seconds of waiting: `(weight - 50) * 6` of the queue
/// (features B8), that of a VIP (features B5), and what the caller brought.
fn bonus_s(queue: Option<&Queue>, vip: Option<Vip>, wait: &Wait) -> i64 {
    let weight = queue.map_or(50, |queue| i64::from(queue.weight));
    let vip = vip.map_or(0, |vip| i64::from(vip.bonus_s()));
    (weight - 50) * 6 + vip + i64::from(wait.bonus_s)
}

impl State {
    /// The queues that these agents serve.
    pub(crate) fn reach(&self, agents: &[AgentId]) -> Reach {
        let queues = agents.iter().flat_map(|id| self.roster.queues_of(*id));
        let mut queues: Vec<QueueId> = queues.collect();
        queues.sort_unstable();
        queues.dedup();
        Reach(queues)
    }

    /// The place among all callers of one who waits so.
    pub(crate) fn entry(&self, call: CallId, standing: &Standing, wait: &Wait) -> Entry {
        let since_ms = ms(wait.since.mono_ms);
        let vip = standing.vip;
        let made_of = self.calls.get(&call).and_then(|call| call.callback);
        let class = match vip {
            _ if wait.first => Class::First,
            Some(Vip::Absolute) => Class::Absolute,
            _ if standing.is_last => Class::Last,
            _ => Class::Scored,
        };
        Entry {
            class,
            zero_ms: since_ms - bonus_s(self.queue(wait.queue), vip, wait) * 1000,
            since_ms,
            came: made_of.unwrap_or(call),
            call,
            queue: wait.queue,
            by_others: wait.seeks.is_some() || !wait.also.is_empty(),
        }
    }

    /// The position in its queue of a caller who waits so; 1 is next. `but`: a place of the same
    /// person.
    pub(crate) fn position(
        &self,
        now: Moment,
        id: CallId,
        standing: &Standing,
        wait: &Wait,
        but: Option<CallId>,
    ) -> u32 {
        let entry = self.entry(id, standing, wait);
        let ahead = self.order.ahead_of(now, &entry, but);
        u32::try_from(ahead + 1).unwrap_or(u32::MAX)
    }
}
