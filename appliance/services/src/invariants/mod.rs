//! What must always hold, whatever happens and in whatever order. Stories and random worlds check
//! it after every event, from facts, actions and views alone: nothing here reads the state.

mod agents;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hotline_call::{CallId, Command, LegId, Moment};

use self::agents::Agents;
use crate::{Action, EndOutcome, Fact, Outcome, RecordingId, View, What};

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invariant broken: {}", self.0)
    }
}

impl std::error::Error for Broken {}

/// `Err` with the words when `holds` is false.
fn ensure(holds: bool, words: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken(words())) }
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
}

/// One call that has not ended.
#[derive(Clone, Debug, Default)]
struct Call {
    queued: bool,
    connected: bool,
    ending: bool,
    talking: bool,
    recording: Option<RecordingId>,
}

/// Checks every outcome of a centre from its first event on.
#[derive(Clone, Debug, Default)]
pub struct Invariants {
    seq: u64,
    boot: u64,
    last: Moment,
    calls: BTreeMap<CallId, Call>,
    last_call: u64,
    /// Legs that are not over, and their call.
    legs: BTreeMap<LegId, CallId>,
    /// Legs that are over, or were refused.
    past_legs: BTreeSet<LegId>,
    /// Legs a door was ever asked to end.
    releasing: BTreeSet<LegId>,
    agents: Agents,
    tally: Tally,
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
        self.tally
    }

    /// Legs that are not over.
    #[must_use]
    pub fn open_legs(&self) -> usize {
        self.legs.len()
    }

    /// Takes what came of one event, and what people see after it.
    ///
    /// # Errors
    /// The first invariant that does not hold.
    pub fn check(&mut self, now: Moment, outcome: &Outcome, view: &View) -> Result<(), Broken> {
        for fact in &outcome.facts {
            self.check_order(fact)?;
            self.agents.check(fact)?;
            self.check_leg(fact)?;
            self.check_call(fact)?;
        }
        for action in &outcome.actions {
            self.check_action(action, &outcome.facts)?;
        }
        self.agents.check_view(now, view)?;
        self.check_view(view)
    }

    fn check_order(&mut self, fact: &Fact) -> Result<(), Broken> {
        let next = self.seq + 1;
        ensure(fact.seq == next, || {
            format!("fact {} follows fact {}", fact.seq, self.seq)
        })?;
        if matches!(fact.what, What::Started { .. }) {
            ensure(fact.boot > self.boot, || {
                format!("life {} after {}", fact.boot, self.boot)
            })?;
        } else {
            let same_life = fact.boot == self.boot && fact.at.mono_ms >= self.last.mono_ms;
            ensure(same_life, || format!("time goes back at {fact:?}"))?;
        }
        (self.seq, self.boot, self.last) = (fact.seq, fact.boot, fact.at);
        Ok(())
    }

    /// Each leg begins once, ends once, and nothing is told of it outside.
    fn check_leg(&mut self, fact: &Fact) -> Result<(), Broken> {
        match fact.what {
            What::CallOffered { call, leg, .. } | What::AgentOffered { call, leg, .. } => {
                let is_new = !self.past_legs.contains(&leg) && !self.legs.contains_key(&leg);
                ensure(is_new, || format!("leg {leg} begins twice"))?;
                self.legs.insert(leg, call);
            }
            What::CallRefused { leg, .. } => {
                ensure(self.past_legs.insert(leg), || {
                    format!("leg {leg} is refused twice")
                })?;
            }
            What::LegReleased { call, leg, .. } => {
                let of = self.legs.remove(&leg);
                ensure(of == Some(call), || {
                    format!("leg {leg} ends, which is of {of:?}")
                })?;
                self.past_legs.insert(leg);
            }
            What::LegReleasing { leg, .. } if !self.releasing.insert(leg) => {
                return Err(Broken(format!("leg {leg} is released twice")));
            }
            What::LegReleasing { call, leg, .. }
            | What::Connected { call, leg, .. }
            | What::Held { call, leg }
            | What::Retrieved { call, leg } => {
                let of = self.legs.get(&leg);
                ensure(of == Some(&call), || {
                    format!("leg {leg} of {of:?} in {:?}", fact.what)
                })?;
            }
            _ => {}
        }
        Ok(())
    }

    fn check_call(&mut self, fact: &Fact) -> Result<(), Broken> {
        let Some(id) = fact.what.call() else {
            return Ok(());
        };
        let is_first = matches!(
            fact.what,
            What::CallOffered { .. } | What::CallRefused { .. }
        );
        if is_first {
            ensure(id.0 > self.last_call, || format!("call {id} begins twice"))?;
            self.last_call = id.0;
        }
        match fact.what {
            What::CallRefused { .. } | What::WrapupEnded { .. } => return Ok(()),
            What::CallOffered { .. } => {
                self.calls.insert(id, Call::default());
                return Ok(());
            }
            What::CallEnded { outcome, .. } => return self.check_end(id, outcome),
            _ => {}
        }
        let call = self.calls.get_mut(&id);
        let call = call.ok_or_else(|| Broken(format!("{:?} of no open call", fact.what)))?;
        let ok = match fact.what {
            What::Queued { .. } => {
                self.tally.offered += u64::from(!call.queued);
                call.queued = true;
                !call.ending && !call.talking
            }
            What::Connected { .. } => {
                self.tally.answered += u64::from(!call.connected);
                call.connected = true;
                !std::mem::replace(&mut call.talking, true) && !call.ending
            }
            What::Disconnected { .. } => std::mem::replace(&mut call.talking, false),
            What::RecordingStarted { recording, .. } => {
                call.recording.replace(recording).is_none() && call.talking
            }
            What::RecordingStopped { recording, .. } | What::RecordingFailed { recording, .. } => {
                call.recording.take() == Some(recording)
            }
            What::CallEnding { .. } => !std::mem::replace(&mut call.ending, true),
            _ => true,
        };
        ensure(ok, || format!("{:?} when the call is {call:?}", fact.what))
    }

    fn check_end(&mut self, id: CallId, outcome: EndOutcome) -> Result<(), Broken> {
        let call = self.calls.remove(&id);
        let call = call.ok_or_else(|| Broken(format!("call {id} ends twice")))?;
        let is_clear = call.ending && !call.talking && call.recording.is_none();
        ensure(is_clear, || format!("call {id} ends while {call:?}"))?;
        let left = self.legs.values().filter(|of| **of == id).count();
        ensure(left == 0, || {
            format!("call {id} ends and leaves {left} legs")
        })?;
        ensure(!self.agents.are_in(id), || {
            format!("call {id} ends with an agent in it")
        })?;
        if call.queued && !call.connected {
            match outcome {
                EndOutcome::AbandonedInQueue => self.tally.abandoned += 1,
                _ => self.tally.flowed_out += 1,
            }
        }
        Ok(())
    }

    /// Nothing is asked of a leg that is over.
    fn check_action(&self, action: &Action, facts: &[Fact]) -> Result<(), Broken> {
        let is_open = |leg: &LegId| self.legs.contains_key(leg);
        let refused = |leg: &LegId| {
            facts
                .iter()
                .any(|f| matches!(f.what, What::CallRefused { leg: l, .. } if l == *leg))
        };
        let ok = match action {
            Action::Door(Command::Answer { leg })
            | Action::Door(Command::Ring { leg, .. })
            | Action::Play { leg, .. }
            | Action::StopPlayback { leg } => is_open(leg),
            // A phone that calls us is turned away without a fact.
            Action::Door(Command::Release { leg, .. }) => {
                is_open(leg) || refused(leg) || facts.is_empty()
            }
            Action::Door(Command::Bridge { a, b } | Command::Unbridge { a, b }) => {
                is_open(a) && is_open(b) && self.legs.get(a) == self.legs.get(b)
            }
            Action::StartRecording {
                customer, agent, ..
            } => is_open(customer) && is_open(agent),
            Action::StopRecording { .. } => true,
        };
        ensure(ok, || format!("{action:?} of a leg that is over"))
    }

    fn check_view(&self, view: &View) -> Result<(), Broken> {
        let seen = view.calls.iter().map(|call| call.call);
        ensure(seen.eq(self.calls.keys().copied()), || {
            format!(
                "open are {:?}, seen are {:?}",
                self.calls.keys(),
                view.calls
            )
        })?;
        let in_progress = self
            .calls
            .values()
            .filter(|c| c.queued && !c.connected)
            .count() as u64;
        let Tally {
            offered,
            answered,
            abandoned,
            flowed_out,
        } = self.tally;
        ensure(
            offered == answered + abandoned + flowed_out + in_progress,
            || {
                format!(
                    "callers are lost: {:?} and {in_progress} in progress",
                    self.tally
                )
            },
        )
    }
}
