//! Whether the statistics are the sum of the call records, and both what the facts tell.

use std::collections::{BTreeMap, BTreeSet};

use hotline::store::Today;
use hotline_call::{CallId, LegId, Moment};
use hotline_services::{AgentId, CallRecord, EndOutcome, Fact, QueueId, What};

/// Counts and times that three readers must agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Calls.
    pub offered: u64,
    /// Of them, those an agent talked to.
    pub answered: u64,
    /// Of them, those who hung up before.
    pub abandoned: u64,
    /// What each agent talked, ms; holding left out.
    pub talk_ms: BTreeMap<AgentId, u64>,
}

/// What became of the callers of each queue, as the facts tell: offered, answered, abandoned. Of
/// the way the store counts nothing is used: who answers was rung for a queue, who gave up was put
/// in it last.
pub fn of_queues(facts: &[Fact]) -> BTreeMap<QueueId, [u64; 3]> {
    let mut counts = BTreeMap::<QueueId, [u64; 3]>::new();
    let mut rung = BTreeMap::<LegId, QueueId>::new();
    let mut last = BTreeMap::<CallId, QueueId>::new();
    for fact in facts {
        let (queue, place) = match fact.what {
            What::Queued { call, queue, .. } => {
                last.insert(call, queue);
                (queue, 0)
            }
            What::AgentOffered { leg, queue, .. } => {
                rung.insert(leg, queue);
                continue;
            }
            What::Connected { leg, .. } => match rung.remove(&leg) {
                Some(queue) => (queue, 1),
                None => continue,
            },
            What::CallEnded {
                call,
                outcome: EndOutcome::AbandonedInQueue,
                ..
            } => match last.get(&call) {
                Some(queue) => (*queue, 2),
                None => continue,
            },
            _ => continue,
        };
        counts.entry(queue).or_default()[place] += 1;
    }
    counts
}

/// As the records tell.
pub fn of_records(records: &[CallRecord]) -> Sums {
    let mut sums = Sums::default();
    for record in records {
        sums.offered += 1;
        sums.answered += u64::from(record.connected_at.is_some());
        sums.abandoned += u64::from(is_abandoned(record.outcome));
        let talks = record.legs.iter().filter(|leg| !leg.supervises);
        for (agent, ms) in talks.filter_map(|leg| Some((leg.agent?, leg.talk_ms + leg.hold_ms))) {
            add(&mut sums, agent, ms);
        }
    }
    sums
}

/// As the facts tell.
pub fn of_facts(facts: &[Fact]) -> Sums {
    let mut sums = Sums::default();
    let mut connected = BTreeSet::<CallId>::new();
    let mut talks = BTreeMap::<(CallId, AgentId), Moment>::new();
    for fact in facts {
        match fact.what {
            What::CallOffered { .. } => sums.offered += 1,
            What::Connected { call, agent, .. } => {
                sums.answered += u64::from(connected.insert(call));
                talks.insert((call, agent), fact.at);
            }
            What::Disconnected { call, agent, .. } => {
                if let Some(since) = talks.remove(&(call, agent)) {
                    add(&mut sums, agent, fact.at.since_ms(since));
                }
            }
            What::CallEnded { outcome, .. } => {
                sums.abandoned += u64::from(is_abandoned(Some(outcome)));
            }
            _ => {}
        }
    }
    sums
}

/// How many of the day's statistics are not the sums of the records and what the facts tell of the
/// queues, or do not add up themselves.
pub fn differing(today: &Today, sums: &Sums, queues: &BTreeMap<QueueId, [u64; 3]>) -> u64 {
    let all = &today.all;
    let mut pairs = vec![
        (u64::from(all.offered), sums.offered),
        (u64::from(all.answered), sums.answered),
        (u64::from(all.abandoned), sums.abandoned),
        (today.queues.len() as u64, queues.len() as u64),
    ];
    for (queue, told) in &today.queues {
        let [offered, answered, abandoned] =
            queues.get(&QueueId(*queue)).copied().unwrap_or_default();
        pairs.push((told.offered.into(), offered));
        pairs.push((told.answered.into(), answered));
        pairs.push((told.abandoned.into(), abandoned));
    }
    let of_queues = today.queues.iter().map(|(_, counts)| counts);
    pairs.extend(of_queues.chain([all]).map(|told| {
        let parts = told.answered + told.abandoned + told.flowed_out + told.in_progress;
        (u64::from(told.offered), u64::from(parts))
    }));
    pairs.iter().filter(|(one, other)| one != other).count() as u64
}

fn add(sums: &mut Sums, agent: AgentId, ms: u64) {
    if ms > 0 {
        *sums.talk_ms.entry(agent).or_default() += ms;
    }
}

const fn is_abandoned(outcome: Option<EndOutcome>) -> bool {
    use EndOutcome::{AbandonedInMenu, AbandonedInQueue};
    matches!(outcome, Some(AbandonedInMenu | AbandonedInQueue))
}
