//! How right callers are told how long they will wait, beside other formulas and what was measured
//! for them elsewhere (semantics §5.4).

use std::collections::BTreeMap;
use std::fmt;

use hotline_call::{CallId, Moment};
use hotline_services::{
    Announcements, Basis, Broken, Estimate, Fact, Queue, QueueId, WaitAnnounced, What,
};

use super::{float, live};
use crate::town::{Temper, is_patient};

/// Callers in thousandths of what the agents can serve, on average over the day.
const LOAD: u32 = 1000;
/// So many callers in a thousand never give up, and only they are scored: of the others only those
/// who wait briefly are ever served.
const PATIENT: u32 = 50;
/// Offices, the days lived there, and what §5.4 found there: mean wait; error of the mean and share
/// of waits no longer; the same of the 80th percentile.
const OFFICES: [(u32, u32, Published); 4] = [
    (3, 120, Published([112.0, 52.0, 64.0, 80.0, 84.0])),
    (8, 45, Published([69.0, 25.0, 61.0, 38.0, 84.0])),
    (20, 18, Published([51.0, 14.0, 58.0, 21.0, 82.0])),
    (50, 8, Published([42.0, 8.0, 56.0, 12.0, 82.0])),
];

/// Figures of semantics §5.4, in the order of [`OFFICES`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published([f64; 5]);

/// What was said by one formula, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    off_s: f64,
    within: u64,
    told: u64,
}

impl Score {
    fn add(&mut self, told_s: f64, was_s: f64) {
        self.off_s += (told_s - was_s).abs();
        self.within += u64::from(was_s <= told_s);
        self.told += 1;
    }

    /// By how much it was wrong on average, seconds.
    #[must_use]
    pub fn mean_error_s(&self) -> f64 {
        self.off_s / float(self.told.max(1))
    }

    /// How many of a hundred waited no longer.
    #[must_use]
    pub fn within_percent(&self) -> f64 {
        100.0 * float(self.within) / float(self.told.max(1))
    }
}

/// All formulas in one office.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimators {
    /// Agents.
    pub agents: u32,
    /// Callers scored.
    pub callers: u64,
    /// Of them, who gave up before being told or served: nobody, or the score is not fair.
    pub given_up: u64,
    /// How long they waited after they were told, seconds.
    pub mean_wait_s: f64,
    /// Mean of past waits, the newest counting a quarter, and 30 s, less the wait so far (Asterisk).
    pub past_waits: Score,
    /// Handling time by agents, for each caller ahead and oneself (Genesys).
    pub queue_length: Score,
    /// Our mean.
    pub mean: Score,
    /// Our 80th percentile, which callers are told.
    pub p80: Score,
    /// What was measured elsewhere.
    pub published: Published,
}

/// What a caller would be told.
#[derive(Clone, Copy, Debug)]
struct Told {
    at: Moment,
    basis: Basis,
    estimate: Estimate,
    past_waits_s: f64,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    queued: BTreeMap<CallId, Moment>,
    told: BTreeMap<CallId, Told>,
    past_s: f64,
    waited_s: f64,
    scores: [Score; 4],
    given_up: u64,
}

impl super::Watch for Seen {
    fn take(&mut self, fact: &Fact) {
        match fact.what {
            What::Queued { call, .. } => {
                self.queued.insert(call, fact.at);
            }
            What::WaitAnnounced(WaitAnnounced {
                call,
                estimate: Some((basis, estimate)),
                ..
            }) => {
                let since = self.queued.get(&call).copied().unwrap_or(fact.at);
                let so_far_s = float(fact.at.since_ms(since)) / 1000.0;
                self.told.entry(call).or_insert(Told {
                    at: fact.at,
                    basis,
                    estimate,
                    past_waits_s: (self.past_s + 30.0 - so_far_s).abs(),
                });
            }
            What::Connected { call, .. } => self.served(call, fact.at),
            What::CallEnding { call, .. } => {
                self.told.remove(&call);
                let gave_up = self.queued.remove(&call).is_some();
                self.given_up += u64::from(gave_up && is_patient(call, PATIENT));
            }
            _ => {}
        }
    }
}

impl Seen {
    fn served(&mut self, call: CallId, at: Moment) {
        if let Some(since) = self.queued.remove(&call) {
            let waited_s = float(at.since_ms(since)) / 1000.0;
            self.past_s = self.past_s.mul_add(0.75, waited_s / 4.0);
        }
        let Some(told) = self.told.remove(&call) else {
            return;
        };
        if !is_patient(call, PATIENT) {
            return;
        }
        let was_s = float(at.since_ms(told.at)) / 1000.0;
        let Basis {
            ahead,
            agents_milli,
            handle_ms,
            ..
        } = told.basis;
        let by_length = float(handle_ms) * f64::from(ahead + 1) / f64::from(agents_milli.max(1));
        let said = [
            told.past_waits_s,
            by_length,
            float(told.estimate.mean_ms) / 1000.0,
            float(told.estimate.p80_ms) / 1000.0,
        ];
        for (score, said_s) in self.scores.iter_mut().zip(said) {
            score.add(said_s, was_s);
        }
        self.waited_s += was_s;
    }
}

/// Lives the days of every office.
///
/// # Errors
/// The first invariant that does not hold.
pub fn estimators(seed: u64) -> Result<Vec<Estimators>, Broken> {
    let all = OFFICES.iter();
    all.map(|(agents, days, published)| score(seed, *agents, *days, *published))
        .collect()
}

fn score(seed: u64, agents: u32, days: u32, published: Published) -> Result<Estimators, Broken> {
    let queue = Queue {
        announcements: Announcements {
            first_s: 0,
            every_s: 600,
            ..Announcements::default()
        },
        ..Queue::new(QueueId(1), "all")
    };
    let temper = Temper::Calm {
        load: LOAD,
        patient: PATIENT,
    };
    let seen = live::<Seen>((seed, agents, days), temper, queue)?;
    let [past_waits, queue_length, mean, p80] = seen.scores;
    Ok(Estimators {
        agents,
        callers: p80.told,
        given_up: seen.given_up,
        mean_wait_s: seen.waited_s / float(p80.told.max(1)),
        past_waits,
        queue_length,
        mean,
        p80,
        published,
    })
}

/// The table for people.
#[derive(Clone, Debug)]
pub struct WaitTable<'a>(pub &'a [Estimators]);

impl fmt::Display for WaitTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "how long callers are told they will wait: mean error s / waits no longer %\n\
             {:>6} {:>8} {:>7}  {:>14} {:>14} {:>14} {:>14}  §5.4: wait, mean, p80",
            "agents", "callers", "wait s", "past waits", "queue length", "our mean", "our p80"
        )?;
        for row in self.0 {
            let Estimators {
                agents, callers, ..
            } = row;
            write!(f, "{agents:>6} {callers:>8} {:>7.0} ", row.mean_wait_s)?;
            for score in [row.past_waits, row.queue_length, row.mean, row.p80] {
                let (error, within) = (score.mean_error_s(), score.within_percent());
                write!(f, " {error:>7.1} / {within:>3.0} %")?;
            }
            let Published([wait, mean, within, p80, p80_within]) = row.published;
            writeln!(
                f,
                "  {wait:.0}, {mean:.0} / {within:.0} %, {p80:.0} / {p80_within:.0} %"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// §5.4 asks for 80 %; two in a hundred are left to chance.
    #[test]
    fn four_of_five_callers_wait_no_longer_than_they_are_told() {
        const SEED: u64 = 5;
        eprintln!("seed {SEED}");
        let office = score(SEED, 8, 6, OFFICES[1].2).unwrap();
        assert!(office.callers > 60, "{office:?}");
        assert_eq!(office.given_up, 0);
        assert!(office.p80.within_percent() > 78.0, "{office:?}");
        assert!(
            office.mean.mean_error_s() < office.past_waits.mean_error_s(),
            "{office:?}"
        );
    }
}
