//! How evenly each strategy spreads the work.

use std::collections::BTreeMap;
use std::fmt;

use hotline_call::{CallId, Moment};
use hotline_services::{AgentId, Broken, Fact, Queue, QueueId, Strategy, What};

use super::{float, live};
use crate::office::STRATEGIES;
use crate::town::Temper;

/// Agents, days, and callers in thousandths of what the agents can serve: enough that all are
/// needed, so few that there is mostly a choice.
const SEATS: u32 = 10;
const DAYS: u32 = 5;
const LOAD: u32 = 650;

/// How one strategy spread the work.
#[derive(Clone, Debug, PartialEq)]
pub struct Fairness {
    /// The strategy.
    pub strategy: Strategy,
    /// Calls of each agent, by number of the agent.
    pub calls: Vec<u64>,
    /// Jain's index of the calls: 1 when all have as many, 1/n when one has them all.
    pub jain_calls: f64,
    /// The same of the time talked.
    pub jain_talk: f64,
    /// How long callers waited until an agent answered, seconds, the answering of 1 s included.
    pub mean_wait_s: f64,
}

/// What was seen of the days.
#[derive(Clone, Debug, Default)]
struct Seen {
    queued: BTreeMap<CallId, Moment>,
    talks: BTreeMap<AgentId, Moment>,
    calls: BTreeMap<AgentId, u64>,
    talk_ms: BTreeMap<AgentId, u64>,
    waited_ms: u64,
}

impl super::Watch for Seen {
    fn take(&mut self, fact: &Fact) {
        match fact.what {
            What::Queued { call, .. } => {
                self.queued.insert(call, fact.at);
            }
            What::Connected { call, agent, .. } => {
                if let Some(since) = self.queued.remove(&call) {
                    self.waited_ms += fact.at.since_ms(since);
                }
                *self.calls.entry(agent).or_insert(0) += 1;
                self.talks.insert(agent, fact.at);
            }
            What::Disconnected { agent, .. } => {
                if let Some(since) = self.talks.remove(&agent) {
                    *self.talk_ms.entry(agent).or_insert(0) += fact.at.since_ms(since);
                }
            }
            What::CallEnding { call, .. } => {
                self.queued.remove(&call);
            }
            _ => {}
        }
    }
}

/// Lives the same calm days under each strategy.
///
/// # Errors
/// The first invariant that does not hold.
pub fn fairness(seed: u64) -> Result<Vec<Fairness>, Broken> {
    let all = STRATEGIES.iter();
    all.map(|strategy| spread(seed, *strategy)).collect()
}

fn spread(seed: u64, strategy: Strategy) -> Result<Fairness, Broken> {
    let queue = Queue {
        strategy,
        ..Queue::new(QueueId(1), "all")
    };
    let temper = Temper::Calm {
        load: LOAD,
        patient: 0,
    };
    let seen = live::<Seen>((seed, SEATS, DAYS), temper, queue)?;
    let agents = (1..=SEATS).map(AgentId);
    let of = |all: &BTreeMap<AgentId, u64>| -> Vec<u64> {
        agents
            .clone()
            .map(|a| all.get(&a).copied().unwrap_or(0))
            .collect()
    };
    let (calls, talk_ms) = (of(&seen.calls), of(&seen.talk_ms));
    let answered: u64 = calls.iter().sum();
    Ok(Fairness {
        strategy,
        jain_calls: jain(&calls),
        jain_talk: jain(&talk_ms),
        mean_wait_s: float(seen.waited_ms) / 1000.0 / float(answered.max(1)),
        calls,
    })
}

/// Jain's index of fairness (Jain, Chiu, Hawe 1984).
fn jain(shares: &[u64]) -> f64 {
    let sum: f64 = shares.iter().map(|n| float(*n)).sum();
    let squares: f64 = shares.iter().map(|n| float(*n).powi(2)).sum();
    sum.powi(2) / (float(shares.len() as u64) * squares).max(f64::EPSILON)
}

/// The table for people.
#[derive(Clone, Debug)]
pub struct Table<'a>(pub &'a [Fairness]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let load = f64::from(LOAD) / 10.0;
        writeln!(
            f,
            "{SEATS} agents, {DAYS} days, {load} % of what they can serve"
        )?;
        write!(
            f,
            "{:<16} {:>10} {:>9} {:>8}  calls of each agent",
            "strategy", "Jain calls", "Jain talk", "wait s"
        )?;
        for row in self.0 {
            let name = format!("{:?}", row.strategy);
            let (calls, talk, wait) = (row.jain_calls, row.jain_talk, row.mean_wait_s);
            write!(f, "\n{name:<16} {calls:>10.4} {talk:>9.4} {wait:>8.1} ")?;
            for n in &row.calls {
                write!(f, " {n}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jains_index_is_one_for_equals_and_one_in_n_for_one_who_has_all() {
        assert!((jain(&[5, 5, 5, 5]) - 1.0).abs() < 1e-12);
        assert!((jain(&[20, 0, 0, 0]) - 0.25).abs() < 1e-12);
    }
}
