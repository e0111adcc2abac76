//! A day told again from its steps, and made shorter while it still fails the same way.

use std::fmt;

use hotline_services::{AgentId, Broken};

use crate::check::Depth;
use crate::house::House;
use crate::step::Step;

/// How many steps may be told again to find a shorter story: some minutes of a build that is not
/// optimised. A number, no time, so that a busy machine finds the same story.
const MOST_TOLD: u64 = 4_000_000;

/// Steps that lead to an invariant that does not hold.
#[derive(Clone, Debug)]
pub struct Story {
    steps: Vec<(u64, Step)>,
    /// When it fails; timers may run out between the last step and then.
    end_ms: u64,
    /// Whether it fails only when everybody has gone home.
    is_evening: bool,
    broken: Broken,
    /// How many steps there were before it was made shorter.
    before: usize,
    /// How many steps were told again so far.
    told: u64,
}

impl Story {
    /// The day so far, which has just failed.
    pub(crate) fn new(steps: Vec<(u64, Step)>, end_ms: u64, broken: Broken) -> Self {
        Self {
            before: steps.len(),
            told: 0,
            is_evening: false,
            steps,
            end_ms,
            broken,
        }
    }

    /// What does not hold.
    #[must_use]
    pub const fn broken(&self) -> &Broken {
        &self.broken
    }

    /// The fewest steps found that fail the same way. `None`: told again, it does not fail.
    #[must_use]
    pub fn shortened(mut self) -> Option<Self> {
        let whole = std::mem::take(&mut self.steps);
        if !self.keep_if_fails(whole.clone()) {
            self.is_evening = true;
            if !self.keep_if_fails(whole) {
                return None;
            }
        }
        let mut length = usize::MAX;
        while self.steps.len() < length && !self.is_enough() {
            length = self.steps.len();
            self.drop_groups(Group::Caller);
            self.drop_groups(Group::Kind);
            self.drop_groups(Group::Phone);
            self.drop_groups(Group::Step);
            self.drop_agents();
        }
        Some(self)
    }

    /// Tells these steps. If the same invariant fails, they are the story from now on, up to where
    /// it fails.
    fn keep_if_fails(&mut self, mut steps: Vec<(u64, Step)>) -> bool {
        let Some((told, end_ms, broken)) = self.tell(&steps) else {
            return false;
        };
        steps.truncate(told);
        (self.steps, self.end_ms, self.broken) = (steps, end_ms, broken);
        true
    }

    /// How many steps it takes until the same invariant fails, when, and what is said.
    fn tell(&mut self, steps: &[(u64, Step)]) -> Option<(usize, u64, Broken)> {
        let invariant = self.broken.invariant();
        let depth = Depth::for_invariant(invariant);
        let mut house = House::new(depth, None).ok()?;
        let mut told = 0;
        let mut tell = |house: &mut House| {
            for (at_ms, step) in steps {
                house.pass_until(*at_ms)?;
                told += 1;
                house.take(step)?;
                house.take_news();
            }
            house.pass_until(self.end_ms)?;
            if self.is_evening {
                house.check_quiet()?;
            }
            Ok(())
        };
        let outcome = tell(&mut house);
        self.told += told as u64;
        let broken: Broken = outcome.err()?;
        (broken.invariant() == invariant).then(|| (told, house.now_ms(), broken))
    }

    /// Whether so much was told again that the story is left as it is.
    const fn is_enough(&self) -> bool {
        self.told >= MOST_TOLD
    }

    /// Leaves out groups of steps, many at once at first (Zeller's delta debugging).
    fn drop_groups(&mut self, by: Group) {
        let mut groups: Vec<u64> = self.steps.iter().enumerate().map(|s| by.of(s)).collect();
        groups.sort_unstable();
        groups.dedup();
        let mut size = groups.len().div_ceil(2);
        while size > 0 {
            let mut end = groups.len();
            while end > 0 {
                if self.is_enough() {
                    return;
                }
                let begin = end.saturating_sub(size);
                let dropped = &groups[begin..end];
                let steps = self.steps.iter().enumerate();
                let kept = steps.filter(|step| dropped.binary_search(&by.of(*step)).is_err());
                let kept: Vec<_> = kept.map(|(_, step)| step.clone()).collect();
                if kept.len() < self.steps.len() && self.keep_if_fails(kept) && by == Group::Step {
                    // The numbers of the steps have changed.
                    groups = (0..self.steps.len() as u64).collect();
                    end = begin.min(groups.len());
                    continue;
                }
                end = begin;
            }
            size /= 2;
        }
    }

    /// Takes agents out of the configuration whom the story does not need.
    fn drop_agents(&mut self) {
        let agents = self.steps.iter().find_map(|(_, step)| match step {
            Step::Configures(c) => Some(c.agents.iter().map(|a| a.id).collect::<Vec<_>>()),
            _ => None,
        });
        for agent in agents.unwrap_or_default() {
            if self.is_enough() {
                return;
            }
            let mut steps = self.steps.clone();
            steps.iter_mut().for_each(|(_, step)| take_out(step, agent));
            if steps != self.steps {
                self.keep_if_fails(steps);
            }
        }
    }
}

/// What steps are left out together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// All of one caller; the others are one group.
    Caller,
    /// All of one phone or agent; the others are one group.
    Phone,
    /// All of one kind, such as "the process dies".
    Kind,
    /// Each alone.
    Step,
}

impl Group {
    fn of(self, (n, (_, step)): (usize, &(u64, Step))) -> u64 {
        match self {
            Self::Step => n as u64,
            Self::Kind => step.kind(),
            Self::Caller => step.caller().map_or(u64::MAX, u64::from),
            Self::Phone => step.phone().map_or(u64::MAX, |phone| u64::from(phone.0)),
        }
    }
}

fn take_out(step: &mut Step, agent: AgentId) {
    if let Step::Configures(configuration) = step {
        configuration.agents.retain(|a| a.id != agent);
        for queue in &mut configuration.queues {
            queue.agents.retain(|a| *a != agent);
        }
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.len();
        writeln!(f, "{}", self.broken)?;
        writeln!(f, "{steps} steps that lead there (of {}):", self.before)?;
        for (at_ms, step) in &self.steps {
            writeln!(f, "  {}  {step}", clock(*at_ms))?;
        }
        write!(f, "  {}  it fails", clock(self.end_ms))
    }
}

/// Hours, minutes, seconds and milliseconds since the first midnight.
fn clock(ms: u64) -> String {
    let (s, ms) = (ms / 1000, ms % 1000);
    format!("{}:{:02}:{:02}.{ms:03}", s / 3600, s / 60 % 60, s % 60)
}
