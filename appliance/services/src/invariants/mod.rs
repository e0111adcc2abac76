//! What must always hold, whatever happens and in whatever order. Stories and random worlds check
//! it after every event, from facts, actions and views alone: nothing here reads the state.

mod agents;
mod callbacks;
mod calls;
mod led;
mod legs;
mod places;
mod waits;

use std::fmt;

use hotline_call::Moment;

pub(crate) use self::agents::Agents;
use self::callbacks::Callbacks;
use self::calls::Calls;
use self::led::Leading;
use self::legs::Legs;
use self::places::Places;
use self::waits::Waits;
use crate::{AgentId, AgentState, Fact, Outcome, View, What};

/// Facts and actions that one event may lead to, beside [`EACH`] for every open call and agent.
const ONCE: usize = 32;
/// The most facts or actions of one event for each open call and each agent: a queue that is taken
/// away lets all its callers go, a start clears all calls.
const EACH: usize = 12;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    invariant: &'static str,
    words: String,
}

impl Broken {
    /// This one does not hold; the words say what was found.
    pub const fn new(invariant: &'static str, words: String) -> Self {
        Self { invariant, words }
    }

    /// Which one, in the same words every time.
    #[must_use]
    pub const fn invariant(&self) -> &'static str {
        self.invariant
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invariant broken: {}: {}", self.invariant, self.words)
    }
}

impl std::error::Error for Broken {}

/// `Err` with the words when `holds` is false.
fn ensure(
    invariant: &'static str,
    holds: bool,
    words: impl FnOnce() -> String,
) -> Result<(), Broken> {
    if holds {
        Ok(())
    } else {
        Err(Broken::new(invariant, words()))
    }
}

/// What became of the callers who entered a queue (semantics §5.5):
/// offered = answered + abandoned + flowed out + in progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Entered a queue.
    pub offered: u64,
    /// Reached an agent.
    pub answered: u64,
    /// Hung up in the queue.
    pub abandoned: u64,
    /// Left the queue by our doing.
    pub flowed_out: u64,
    /// Still waiting for the first agent.
    pub in_progress: u64,
}

/// Checks every outcome of a centre from its first event on.
#[derive(Clone, Debug, Default)]
pub struct Invariants {
    seq: u64,
    boot: u64,
    last: Moment,
    agents: Agents,
    calls: Calls,
    callbacks: Callbacks,
    legs: Legs,
    places: Places,
    leading: Leading,
    waits: Waits,
}

impl Invariants {
    /// For a centre that has taken no event yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What became of the callers so far.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.calls.tally()
    }

    /// Legs that are not over.
    #[must_use]
    pub fn open_legs(&self) -> usize {
        self.legs.open()
    }

    /// The state of an agent as the facts tell.
    #[must_use]
    pub fn agent(&self, agent: AgentId) -> Option<AgentState> {
        self.agents.state(agent)
    }

    /// Takes what came of one event, and what people see after it.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check(&mut self, now: Moment, outcome: &Outcome, view: &View) -> Result<(), Broken> {
        self.check_outcome(now, outcome)?;
        self.check_view(now, view)
    }

    /// Takes what came of one event: all that can be told without what people see. Its cost does
    /// not grow with the number of calls.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check_outcome(&mut self, now: Moment, outcome: &Outcome) -> Result<(), Broken> {
        let busy = self.calls.open() + self.agents.count();
        let most = ONCE + EACH * busy;
        let found = outcome.facts.len().max(outcome.actions.len());
        ensure("one event has bounded consequences", found <= most, || {
            format!("{found} facts or actions of one event, at most {most}")
        })?;
        for fact in &outcome.facts {
            self.check_fact(fact)?;
        }
        if outcome
            .facts
            .iter()
            .any(|f| matches!(f.what, What::Started { .. }))
        {
            let (calls, legs) = (self.calls.open(), self.legs.open());
            ensure("a start closes what was open", calls + legs == 0, || {
                format!("{calls} calls and {legs} legs of the life before")
            })?;
        }
        for action in &outcome.actions {
            self.legs.check_action(action, &outcome.facts)?;
        }
        self.calls.check_recordings(&outcome.facts)?;
        self.calls.check_company(&outcome.facts)?;
        self.legs.check_leases(now)?;
        self.places.check_leases(now)?;
        self.calls.check_tally()
    }

    /// Takes the next fact, of which nothing more is known; for whoever reads them from a store.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check_fact(&mut self, fact: &Fact) -> Result<(), Broken> {
        self.check_order(fact)?;
        self.agents.check(fact)?;
        self.legs.check(fact)?;
        self.callbacks.check(fact)?;
        self.places.check(fact)?;
        self.leading.check(fact)?;
        self.waits.check(fact)?;
        if let Some((call, outcome)) = self.calls.check(fact)? {
            let left = self.legs.of(call);
            ensure("every leg ends", left == 0, || {
                format!("call {call} ends and leaves {left} legs")
            })?;
            let is_left = !self.agents.are_in(call);
            ensure("one state per agent", is_left, || {
                format!("call {call} ends as {outcome:?} with an agent in it")
            })?;
        }
        Ok(())
    }

    /// What people see is what the facts tell.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check_view(&mut self, now: Moment, view: &View) -> Result<(), Broken> {
        self.agents.check_view(now, view)?;
        self.callbacks.check_view(view)?;
        self.waits.check_view(view)?;
        self.calls.check_view(view)
    }

    fn check_order(&mut self, fact: &Fact) -> Result<(), Broken> {
        const ORDER: &str = "facts are in order";
        let next = self.seq + 1;
        ensure(ORDER, fact.seq == next, || {
            format!("fact {} follows fact {}", fact.seq, self.seq)
        })?;
        if matches!(fact.what, What::Started { .. }) {
            ensure(ORDER, fact.boot > self.boot, || {
                format!("life {} after {}", fact.boot, self.boot)
            })?;
        } else {
            let same_life = fact.boot == self.boot && fact.at.mono_ms >= self.last.mono_ms;
            ensure(ORDER, same_life, || format!("time goes back at {fact:?}"))?;
        }
        (self.seq, self.boot, self.last) = (fact.seq, fact.boot, fact.at);
        Ok(())
    }
}
