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

/// The least index of a strategy that is meant to spread what it counts.
const TARGET: f64 = 0.99;

/// What a strategy is meant to spread evenly (features B3 and B4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spreads {
    Calls,
    Talk,
    /// Nothing, and that is no fault of it: why.
    Nothing(&'static str),
}

const fn spreads(strategy: Strategy) -> Spreads {
    match strategy {
        Strategy::LongestIdle
        | Strategy::RoundRobin
        | Strategy::LeastCalls
        | Strategy::Random
        | Strategy::RingAll
        | Strategy::RingProgressive => Spreads::Calls,
        Strategy::LeastTalk | Strategy::LeastOccupied => Spreads::Talk,
        Strategy::MostRecentIdle => {
            Spreads::Nothing("whoever hung up last gets the next call, and the others rest")
        }
        Strategy::TopDown => Spreads::Nothing(
            "each call begins with the first of the list, so the last are a reserve",
        ),
    }
}

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

impl Fairness {
    /// The index that is to be near 1, and whether it is; `None`: the strategy spreads nothing.
    fn reaches(&self) -> Option<bool> {
        match spreads(self.strategy) {
            Spreads::Calls => Some(self.jain_calls >= TARGET),
            Spreads::Talk => Some(self.jain_talk >= TARGET),
            Spreads::Nothing(_) => None,
        }
    }

    /// What it is to reach, in words, and whether it does.
    fn verdict(&self) -> String {
        let what = match spreads(self.strategy) {
            Spreads::Calls => "calls",
            Spreads::Talk => "talk",
            Spreads::Nothing(_) => return "n/a".to_owned(),
        };
        let is = if self.reaches() == Some(true) {
            "met"
        } else {
            "MISSED"
        };
        format!("{what} {TARGET} {is}")
    }
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
            "{:<16} {:>10} {:>9} {:<18} {:>8}  calls of each agent",
            "strategy", "Jain calls", "Jain talk", " target", "wait s"
        )?;
        for row in self.0 {
            let name = format!("{:?}", row.strategy);
            let (calls, talk, wait) = (row.jain_calls, row.jain_talk, row.mean_wait_s);
            let verdict = row.verdict();
            write!(
                f,
                "\n{name:<16} {calls:>10.4} {talk:>9.4}  {verdict:<17} {wait:>8.1} "
            )?;
            for n in &row.calls {
                write!(f, " {n}")?;
            }
        }
        for row in self.0 {
            if let Spreads::Nothing(why) = spreads(row.strategy) {
                write!(f, "\nn/a {:?}: {why}", row.strategy)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strategy_that_spreads_nothing_misses_no_target() {
        let row = |strategy| Fairness {
            strategy,
            calls: vec![9, 1],
            jain_calls: jain(&[9, 1]),
            jain_talk: 1.0,
            mean_wait_s: 1.0,
        };
        let verdict = |strategy| row(strategy).verdict();
        assert_eq!(verdict(Strategy::TopDown), "n/a");
        assert_eq!(verdict(Strategy::MostRecentIdle), "n/a");
        assert_eq!(verdict(Strategy::RoundRobin), "calls 0.99 MISSED");
        assert_eq!(verdict(Strategy::LeastTalk), "talk 0.99 met");
        let table = Table(&[row(Strategy::TopDown)]).to_string();
        assert!(table.contains("n/a TopDown: each call begins"), "{table}");
    }

    #[test]
    fn jains_index_is_one_for_equals_and_one_in_n_for_one_who_has_all() {
        assert!((jain(&[5, 5, 5, 5]) - 1.0).abs() < 1e-12);
        assert!((jain(&[20, 0, 0, 0]) - 0.25).abs() < 1e-12);
    }
}
