//! How long a caller will wait: the Erlang-A queue length of semantics §5.4.

use hotline_call::{CallId, Moment};
use serde::{Deserialize, Serialize};

use crate::acd::Agent;
use crate::state::State;
use crate::{AgentId, CallCentre, Queue};

/// What a wait is estimated from, all of it a fold of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Callers of the queue who go before this one in the order of service.
    pub ahead: u32,
    /// Agents who serve the queue now, in thousandths; one who serves several queues counts for
    /// each with the share of handling time spent on it.
    pub agents_milli: u32,
    /// The mean time an agent is taken by one call, notes included: of the last 50 of the queue,
    /// 180 s while there are none.
    pub handle_ms: u64,
    /// Of how many calls that is the mean, 50 at most. Without any, callers are told no number
    /// (features B10).
    #[serde(default)]
    pub handled: u32,
    /// The mean time callers of the last 4 h were ready to wait, which is all their waiting by the
    /// number of those who gave up; `None`: nobody gave up.
    pub patience_ms: Option<u64>,
}

/// How long a caller will wait from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean.
    pub mean_ms: u64,
    /// Four of five wait no longer.
    pub p80_ms: u64,
}

/// The standard normal quantile of 0.8.
const Z80: f64 = 0.841_621_233_572_914_3;
/// More callers ahead than any queue holds; bounds the sum.
const MAX_AHEAD: u32 = 10_000;

impl Basis {
    /// The estimate. `None`: nobody serves the queue, or a call takes no time.
    ///
    /// With μ = 1 / `handle_ms`, θ = 1 / `patience_ms` and c agents the next of `i + 1` callers
    /// goes after 1/(c·μ + i·θ) on average: one agent becomes free or one of `i` ahead gives up.
    /// The wait is the sum of these exponential times; its quantile is that of the gamma
    /// distribution of the same mean and variance, after Wilson and Hilferty (1931).
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        if self.agents_milli == 0 || self.handle_ms == 0 {
            return None;
        }
        let served = f64::from(self.agents_milli) / 1000.0 / self.handle_ms as f64;
        let given_up = self.patience_ms.map_or(0.0, |ms| 1.0 / ms.max(1) as f64);
        let (mut mean, mut variance) = (0.0, 0.0);
        for ahead in 0..=self.ahead.min(MAX_AHEAD) {
            let step = 1.0 / (served + f64::from(ahead) * given_up);
            mean += step;
            variance += step * step;
        }
        // 1 / (9 k) for the shape k of the gamma distribution.
        let ninth = variance / (mean * mean) / 9.0;
        let root = 1.0 - ninth + Z80 * ninth.sqrt();
        let p80 = mean * root * root * root;
        Some(Estimate {
            mean_ms: mean.round() as u64,
            p80_ms: p80.round() as u64,
        })
    }
}

impl CallCentre {
    /// How long a caller in a queue will wait from now on, and what that is estimated from.
    /// `None`: the caller is in no queue, a phone rings already, or nobody serves the queue.
    #[must_use]
    pub fn estimated_wait(&self, now: Moment, call: CallId) -> Option<(Basis, Estimate)> {
        let state = self.state();
        let wait = state.calls.get(&call)?.wait()?;
        if !wait.offers.is_empty() {
            return None;
        }
        let basis = state.basis(now, call)?;
        Some((basis, basis.estimate()?))
    }
}

impl State {
    /// What the wait of a caller in a queue is to be estimated from.
    pub(crate) fn basis(&self, now: Moment, call: CallId) -> Option<Basis> {
        let entry = self.order.of(call)?;
        let queue = self.queue(entry.queue)?;
        let ahead = self.order.ahead_of(now, entry, None);
        Some(Basis {
            ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
            agents_milli: self.agents_milli(queue),
            handle_ms: self.loads.handle_ms(queue.id),
            handled: self.loads.handled(queue.id),
            patience_ms: self.loads.patience_ms(now, queue.id),
        })
    }

    /// Agents who take the queue's calls at the moment, in thousandths.
    fn agents_milli(&self, queue: &Queue) -> u32 {
        let takes_calls = |id: &&AgentId| self.agents.get(id).is_some_and(Agent::takes_calls);
        let at_work = queue.agents.iter().filter(takes_calls);
        let share = |id: &AgentId| {
            let serves = self.roster.queues_of(*id);
            self.loads.share_milli(*id, queue.id, serves)
        };
        at_work.map(share).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn basis(ahead: u32, agents: u32, handle_s: u64, patience_s: Option<u64>) -> Basis {
        let patience_ms = match patience_s {
            Some(s) => Some(s * 1000),
            None => None,
        };
        Basis {
            ahead,
            agents_milli: agents * 1000,
            handle_ms: handle_s * 1000,
            handled: 50,
            patience_ms,
        }
    }

    /// Gamma with shape 1 is the exponential distribution: its 80 % point is ln 5 means.
    #[test]
    fn the_next_caller_waits_for_one_of_the_agents() {
        let next = basis(0, 3, 180, Some(240)).estimate().unwrap();
        assert_eq!(next.mean_ms, 60_000);
        let exact = 60_000.0 * 5.0_f64.ln();
        assert!(
            (next.p80_ms as f64 - exact).abs() < 0.01 * exact,
            "{next:?}"
        );
    }

    /// Without patience the wait is Erlang distributed; 80 % of a sum of ten exponential times
    /// of mean 1 is 12.519 (chi-square of 20 degrees of freedom, 25.038, by 2).
    #[test]
    fn callers_who_never_give_up_are_served_one_after_the_other() {
        let tenth = basis(9, 2, 120, None).estimate().unwrap();
        assert_eq!(tenth.mean_ms, 600_000);
        assert!((tenth.p80_ms as f64 - 60_000.0 * 12.519).abs() < 1_000.0);
    }

    #[test]
    fn some_of_those_ahead_give_up() {
        // 1/(1/60) + 1/(1/60 + 1/240) + 1/(1/60 + 2/240) = 60 + 48 + 40.
        let third = basis(2, 3, 180, Some(240)).estimate().unwrap();
        assert_eq!(third.mean_ms, 148_000);
        let patient = basis(2, 3, 180, None).estimate().unwrap();
        assert!(patient.p80_ms > third.p80_ms);
    }

    #[test]
    fn nobody_at_work_is_no_number() {
        assert_eq!(basis(0, 0, 180, None).estimate(), None);
        assert_eq!(basis(0, 1, 0, None).estimate(), None);
        assert!(basis(u32::MAX, 1, 1, Some(0)).estimate().is_some());
    }
}
