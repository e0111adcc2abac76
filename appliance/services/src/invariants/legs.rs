use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Command, Heard, LegId, MAX_HEARD, Moment};

use super::{Broken, ensure};
use crate::fact::{
    AcceptAsked, NextLine, PartiesTurned, PersonRung, SupervisionMoved, SupervisionRung, TakenOver,
    TransferAwaited,
};
use crate::{Action, Configuration, Fact, QueueId, What};
use crate::{CallDialled, CallRefused, CallbackStep, DialRefused};

/// How much longer than the ringing a reservation may last (semantics §5.1, rule 2).
const LEASE_MS: u64 = 5_000;
/// How long a leg that was asked to end may stay: the core's guard of 10 s, and a moment.
const CLEARING_MS: u64 = 11_000;
/// Legs that ended are remembered this far back in their numbers; a leg older than that may not
/// begin at all.
const REMEMBERED: u64 = 100_000;

const ENDS: &str = "every leg begins once and ends once";
const LEASE: &str = "no reservation outlives its lease";

/// The legs as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Legs {
    /// Legs that are not over, and their call.
    legs: BTreeMap<LegId, CallId>,
    /// Legs that are over, or were refused.
    past: BTreeSet<LegId>,
    /// Open legs a door was asked to end, and until when it may take.
    releasing: BTreeMap<LegId, Moment>,
    /// Legs that ring at an agent, and until when they may.
    ringing: BTreeMap<LegId, Moment>,
    configuration: Box<Configuration>,
}

impl Legs {
    pub(super) fn open(&self) -> usize {
        self.legs.len()
    }

    /// How many open legs a call has.
    pub(super) fn of(&self, call: CallId) -> usize {
        self.legs.values().filter(|of| **of == call).count()
    }

    /// Each leg begins once, ends once, and nothing is told of it outside.
    pub(super) fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        if let Some((call, leg, ring_ms)) = self.rings(&fact.what) {
            let lease = fact.at.plus_ms(ring_ms + LEASE_MS);
            self.ringing.insert(leg, lease);
            return match fact.what {
                What::TransferAwaited(_) | What::AcceptAsked(_) => self.is_of(leg, call, fact),
                _ => self.begin(leg, call),
            };
        }
        match fact.what {
            What::Configured { ref configuration } => self.configuration = configuration.clone(),
            What::CallOffered { call, leg, .. } | What::PickedUp { call, leg, .. } => {
                self.begin(leg, call)?;
            }
            What::CallDialled(_) => self.dialled(&fact.what)?,
            What::Callback(CallbackStep::Dialled {
                call,
                leg,
                phone_leg,
                ..
            }) => {
                self.ringing.remove(&phone_leg);
                self.is_of(phone_leg, call, fact)?;
                self.begin(leg, call)?;
            }
            What::NextLine(NextLine { call, leg, .. }) => self.begin(leg, call)?,
            What::CallRefused(CallRefused { leg, .. })
            | What::DialRefused(DialRefused { leg, .. }) => {
                self.refused(leg)?;
            }
            What::LegReleased { call, leg: id, .. } => {
                let of = self.legs.remove(&id);
                ensure(ENDS, of == Some(call), || {
                    format!("leg {id} ends, which is of {of:?}")
                })?;
                self.end(id);
            }
            What::LegReleasing { call, leg, .. } => {
                let until = fact.at.plus_ms(CLEARING_MS);
                let is_second = self.releasing.insert(leg, until).is_some();
                ensure(ENDS, !is_second, || format!("leg {leg} is released twice"))?;
                self.is_of(leg, call, fact)?;
            }
            What::OfferEnded { leg, .. } | What::SupervisionEnded { leg, .. } => {
                self.ringing.remove(&leg);
            }
            What::Connected { call, leg, .. }
            | What::ConsultBegan { call, leg, .. }
            | What::SupervisionBegan { call, leg } => {
                self.ringing.remove(&leg);
                self.is_of(leg, call, fact)?;
            }
            What::OfferAnswered { call, leg, .. }
            | What::KeyPressed { call, leg, .. }
            | What::SupervisionChanged { call, leg, .. }
            | What::TakenOver(TakenOver { call, leg, .. })
            | What::Held { call, leg }
            | What::Retrieved { call, leg } => {
                self.is_of(leg, call, fact)?;
            }
            // Deadlines of an earlier life say nothing in this one.
            What::Started { .. } => {
                self.releasing.clear();
                self.ringing.clear();
            }
            _ => self.change(fact)?,
        }
        Ok(())
    }

    /// Legs that are another's from now on, or of another call.
    fn change(&mut self, fact: &Fact) -> Result<(), Broken> {
        match fact.what {
            What::PartiesTurned(PartiesTurned {
                call,
                leg,
                other_leg,
                ..
            }) => {
                self.is_of(leg, call, fact)?;
                self.is_of(other_leg, call, fact)?;
            }
            What::SupervisionMoved(SupervisionMoved {
                call, from, leg, ..
            }) => {
                self.is_of(leg, from, fact)?;
                self.legs.insert(leg, call);
            }
            _ => {}
        }
        Ok(())
    }

    /// The leg that rings from now on, or goes on ringing, and how long at most.
    fn rings(&self, what: &What) -> Option<(CallId, LegId, u64)> {
        Some(match *what {
            What::AgentOffered {
                call, leg, queue, ..
            } => (call, leg, self.ring_ms(queue)),
            What::PartyRung {
                call, leg, ring_ms, ..
            }
            | What::SupervisionRung(SupervisionRung {
                call, leg, ring_ms, ..
            })
            | What::PersonRung(PersonRung {
                call, leg, ring_ms, ..
            })
            | What::TransferAwaited(TransferAwaited {
                call, leg, ring_ms, ..
            })
            | What::AcceptAsked(AcceptAsked {
                call,
                leg,
                ask_ms: ring_ms,
            }) => (call, leg, ring_ms),
            _ => return None,
        })
    }

    fn refused(&mut self, leg: LegId) -> Result<(), Broken> {
        let is_first = self.past.insert(leg);
        ensure(ENDS, is_first, || format!("leg {leg} is refused twice"))
    }

    /// A call that we make begins with two legs.
    fn dialled(&mut self, what: &What) -> Result<(), Broken> {
        if let What::CallDialled(CallDialled {
            call,
            leg,
            phone_leg,
            ..
        }) = *what
        {
            self.begin(leg, call)?;
            self.begin(phone_leg, call)?;
        }
        Ok(())
    }

    /// How long an agent's phone rings for a caller of this queue.
    fn ring_ms(&self, queue: QueueId) -> u64 {
        let queues = &self.configuration.queues;
        let queue = queues.iter().find(|q| q.id == queue);
        queue.map_or(0, |q| u64::from(q.ring_s) * 1000)
    }

    fn begin(&mut self, id: LegId, call: CallId) -> Result<(), Broken> {
        let oldest = self.past.first().copied();
        let is_old = oldest.is_some_and(|oldest| id < oldest && id.0 + REMEMBERED < self.newest());
        let is_new = !is_old && !self.past.contains(&id) && !self.legs.contains_key(&id);
        ensure(ENDS, is_new, || format!("leg {id} begins twice"))?;
        self.legs.insert(id, call);
        Ok(())
    }

    fn newest(&self) -> u64 {
        self.past.last().map_or(0, |id| id.0)
    }

    fn end(&mut self, id: LegId) {
        self.releasing.remove(&id);
        self.ringing.remove(&id);
        self.past.insert(id);
        let newest = self.newest();
        while self
            .past
            .first()
            .is_some_and(|id| id.0 + REMEMBERED < newest)
        {
            self.past.pop_first();
        }
    }

    fn is_of(&self, id: LegId, call: CallId, fact: &Fact) -> Result<(), Broken> {
        let of = self.legs.get(&id);
        ensure(ENDS, of == Some(&call), || {
            format!("leg {id} of {of:?} in {:?}", fact.what)
        })
    }

    /// Nobody rings for ever, and no door is waited for for ever.
    pub(super) fn check_leases(&self, now: Moment) -> Result<(), Broken> {
        for (id, until) in &self.ringing {
            ensure(LEASE, now.mono_ms <= until.mono_ms, || {
                format!("leg {id} rings at an agent since long")
            })?;
        }
        for (id, until) in &self.releasing {
            ensure(LEASE, now.mono_ms <= until.mono_ms, || {
                format!("leg {id} is being released since long")
            })?;
        }
        Ok(())
    }

    /// Nothing is asked of a leg that is over.
    pub(super) fn check_action(&self, action: &Action, facts: &[Fact]) -> Result<(), Broken> {
        let is_open = |leg: &LegId| self.legs.contains_key(leg);
        let refused = |leg: &LegId| {
            facts.iter().any(|f| match f.what {
                What::CallRefused(CallRefused { leg: l, .. })
                | What::DialRefused(DialRefused { leg: l, .. }) => l == *leg,
                _ => false,
            })
        };
        // The leg of a phone that dials a code is of no call, and no fact tells of it.
        let never_was = |leg: &LegId| !is_open(leg) && !self.past.contains(leg);
        let ok = match action {
            Action::Door(Command::Answer { leg }) => is_open(leg) || never_was(leg),
            Action::Door(Command::Ring { leg, .. } | Command::Dial { leg, .. })
            | Action::Play { leg, .. }
            | Action::StopPlayback { leg } => is_open(leg),
            Action::Door(Command::Release { leg, .. }) => {
                is_open(leg) || refused(leg) || never_was(leg)
            }
            Action::Door(Command::Hear { leg, from }) => {
                let is_of_it = |other: &Heard| {
                    other.leg != *leg && self.legs.get(&other.leg) == self.legs.get(leg)
                };
                is_open(leg) && from.len() <= MAX_HEARD && from.iter().all(is_of_it)
            }
            Action::StartRecording {
                customer, agent, ..
            } => is_open(customer) && agent.iter().all(is_open),
            Action::RetargetRecording {
                agent,
                supervisor,
                also,
                ..
            } => agent.iter().chain(supervisor).chain(also).all(is_open),
            // Its answer may cross the end of the leg.
            Action::Door(Command::RefuseTransfer { .. })
            | Action::PauseRecording { .. }
            | Action::ResumeRecording { .. }
            | Action::KeepSound { .. }
            | Action::CheckPin { .. }
            | Action::StopRecording { .. } => true,
        };
        ensure(ENDS, ok, || format!("{action:?} of a leg that is over"))
    }
}
