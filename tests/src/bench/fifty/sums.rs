//! Whether the statistics are the sum of the call records, and both what the facts tell.

use std::collections::{BTreeMap, BTreeSet};

use hotline::store::Today;
use hotline_call::{CallId, Moment};
use hotline_services::{AgentId, CallRecord, EndOutcome, Fact, What};

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

/// How many of the day's statistics are not the sums of the records.
pub fn differing(today: &Today, sums: &Sums) -> u64 {
    let all = &today.all;
    let by_queues = today.queues.iter().map(|(_, counts)| counts.answered).sum();
    let pairs = [
        (all.offered, sums.offered),
        (all.answered, sums.answered),
        (all.abandoned, sums.abandoned),
        (by_queues, sums.answered),
    ];
    let pairs = pairs.map(|(told, sum)| (u64::from(told), sum));
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
