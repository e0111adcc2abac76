use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, LegId};

use super::{Broken, Tally, ensure};
use crate::talk::MAX_SEATS;
use crate::{CallbackStep, PersonRung, RecordingPaused};
use crate::{EndOutcome, Fact, RecordingId, RecordingPolicy, StorageState, View, What};

const CALLS: &str = "every call begins once and ends once";
const CALLERS: &str = "no caller is lost";
const RECORDINGS: &str = "recordings match answered calls";

/// One call that has not ended.
#[derive(Clone, Debug, Default)]
struct Call {
    queued: bool,
    connected: bool,
    ending: bool,
    /// Agents with the customer.
    talkers: usize,
    /// Phones that ring for the conversation.
    rings: BTreeSet<LegId>,
    in_queue: bool,
    farewell: bool,
    /// In a mailbox.
    mailbox: bool,
    /// Parked by an agent.
    parked: bool,
    recording: Option<RecordingId>,
    paused: bool,
}

/// The calls as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    calls: BTreeMap<CallId, Call>,
    last: u64,
    tally: Tally,
    /// Counted again at each turn, to be held against the tally.
    waiting: u64,
    storage: StorageState,
    /// Not every conversation is to be recorded.
    records_some: bool,
}

impl Calls {
    pub(super) const fn tally(&self) -> Tally {
        self.tally
    }

    pub(super) fn open(&self) -> usize {
        self.calls.len()
    }

    /// Takes a fact; the call that ends with it and how, if one does.
    pub(super) fn check(&mut self, fact: &Fact) -> Result<Option<(CallId, EndOutcome)>, Broken> {
        if let What::StorageChanged { state } = fact.what {
            self.storage = state;
        }
        if let What::Configured { configuration } = &fact.what {
            let mut queues = configuration.queues.iter();
            let all = queues.all(|queue| queue.recording == RecordingPolicy::Always);
            self.records_some = !(all && configuration.rules.recording.are_all());
        }
        let Some(id) = fact.what.call() else {
            return Ok(None);
        };
        let is_first = matches!(
            fact.what,
            What::CallOffered { .. }
                | What::CallDialled(_)
                | What::CallRefused(_)
                | What::Callback(CallbackStep::Began { .. })
        );
        if is_first {
            ensure(CALLS, id.0 > self.last, || {
                format!("call {id} begins twice")
            })?;
            self.last = id.0;
        }
        match fact.what {
            What::CallRefused(_)
            | What::WrapupEnded { .. }
            | What::WrapupExtended(_)
            | What::HelpAcknowledged(_)
            | What::CallNoted(_) => return Ok(None),
            What::CallOffered { .. }
            | What::CallDialled(_)
            | What::Callback(CallbackStep::Began { .. }) => {
                self.calls.insert(id, Call::default());
                return Ok(None);
            }
            What::CallEnded { outcome, .. } => {
                self.check_end(id, outcome)?;
                return Ok(Some((id, outcome)));
            }
            _ => {}
        }
        let call = self.calls.get_mut(&id);
        let call =
            call.ok_or_else(|| Broken::new(CALLS, format!("{:?} of no open call", fact.what)))?;
        let was_waiting = call.is_waiting();
        let (queued, reached) = (call.queued, call.queued && call.connected);
        let (invariant, ok) = call.take(&fact.what);
        self.tally.offered += u64::from(call.queued && !queued);
        let leaves = matches!(
            fact.what,
            What::MenuEntered { .. } | What::QueueLeft(_) | What::PersonSought(_)
        );
        let flows_out = was_waiting && leaves;
        self.tally.flowed_out += u64::from(flows_out);
        // A call of ours is in no queue, unless it is given to one.
        self.tally.answered += u64::from(call.queued && call.connected && !reached);
        let is_waiting = call.is_waiting();
        let words = || format!("{:?} when the call is {call:?}", fact.what);
        ensure(invariant, ok, words)?;
        self.count(was_waiting, is_waiting);
        Ok(None)
    }

    fn check_end(&mut self, id: CallId, outcome: EndOutcome) -> Result<(), Broken> {
        let call = self.calls.remove(&id);
        let call = call.ok_or_else(|| Broken::new(CALLS, format!("call {id} ends twice")))?;
        self.count(call.is_waiting(), false);
        ensure(RECORDINGS, call.recording.is_none(), || {
            format!("call {id} ends while {call:?}")
        })?;
        ensure(
            CALLS,
            call.ending && call.talkers == 0 && call.rings.is_empty(),
            || format!("call {id} ends while {call:?}"),
        )?;
        if call.is_waiting() {
            match outcome {
                EndOutcome::AbandonedInQueue => self.tally.abandoned += 1,
                _ => self.tally.flowed_out += 1,
            }
        }
        let is_so = match outcome {
            EndOutcome::Served => call.connected,
            EndOutcome::AbandonedInQueue => call.queued,
            EndOutcome::AbandonedInMenu | EndOutcome::NoChoice => !call.queued,
            EndOutcome::NotReached | EndOutcome::AbandonedRinging => !call.connected,
            _ => true,
        };
        ensure(CALLERS, is_so, || {
            format!("call {id} ended as {outcome:?} and was {call:?}")
        })
    }

    fn count(&mut self, before: bool, after: bool) {
        self.waiting = self.waiting + u64::from(after) - u64::from(before);
        self.tally.in_progress = self.waiting;
    }

    /// Every conversation that began with this event is recorded, if there is room.
    pub(super) fn check_recordings(&self, facts: &[Fact]) -> Result<(), Broken> {
        if self.storage == StorageState::ReserveReached || self.records_some {
            return Ok(());
        }
        for fact in facts {
            if let What::Connected { call, .. } = fact.what {
                let is_recorded = self.calls.get(&call).is_none_or(|c| c.recording.is_some())
                    || facts.iter().any(
                        |f| matches!(f.what, What::RecordingStarted { call: c, .. } if c == call),
                    );
                ensure(RECORDINGS, is_recorded, || {
                    format!("call {call} is answered and not recorded")
                })?;
            }
        }
        Ok(())
    }

    /// Offered = answered + abandoned + flowed out + in progress.
    pub(super) fn check_tally(&self) -> Result<(), Broken> {
        let Tally {
            offered,
            answered,
            abandoned,
            flowed_out,
            in_progress,
        } = self.tally;
        let sum = answered + abandoned + flowed_out + in_progress;
        ensure(CALLERS, offered == sum, || format!("{:?}", self.tally))
    }

    /// Nobody who was with an agent is left alone: somebody is there, or rings, or the caller waits
    /// for somebody; and no more are there than may be. Whoever takes the place of another comes
    /// before that one goes, so this holds between events only.
    pub(super) fn check_company(&self, facts: &[Fact]) -> Result<(), Broken> {
        for id in facts.iter().filter_map(|fact| fact.what.call()) {
            let Some(call) = self.calls.get(&id) else {
                continue;
            };
            let is_alone = call.talkers == 0 && call.rings.is_empty() && !call.in_queue;
            let is_over = call.ending || call.farewell || call.mailbox || call.parked;
            ensure(CALLERS, !(call.connected && is_alone) || is_over, || {
                format!("nobody is with call {id}, which is {call:?}")
            })?;
            ensure(CALLS, call.talkers <= MAX_SEATS, || {
                format!("too many are with call {id}, which is {call:?}")
            })?;
        }
        Ok(())
    }

    /// People see the calls there are.
    pub(super) fn check_view(&self, view: &View) -> Result<(), Broken> {
        let seen = view.calls.iter().map(|call| call.call);
        ensure(CALLS, seen.eq(self.calls.keys().copied()), || {
            format!(
                "open are {:?}, seen are {:?}",
                self.calls.keys(),
                view.calls
            )
        })?;
        let waiting = self.calls.values().filter(|c| c.is_waiting()).count() as u64;
        ensure(CALLERS, waiting == self.waiting, || {
            format!("{waiting} are waiting, counted are {}", self.waiting)
        })
    }
}

impl Call {
    /// Takes the next fact; whether it may be, and by which invariant.
    fn take(&mut self, what: &What) -> (&'static str, bool) {
        let mut invariant = CALLS;
        let ok = match *what {
            // Out of a queue perhaps; what follows is a new beginning.
            What::MenuEntered { .. } | What::QueueLeft(_) | What::PersonSought(_) => {
                (self.queued, self.connected, self.in_queue) = (false, false, false);
                !self.ending && self.talkers == 0
            }
            What::Queued { .. } => {
                (self.queued, self.in_queue) = (true, true);
                self.parked = false;
                !self.ending && self.talkers == 0
            }
            What::Connected { leg, .. } => {
                (self.connected, self.in_queue) = (true, false);
                self.parked = false;
                self.rings.remove(&leg);
                self.talkers += 1;
                !self.ending
            }
            What::Disconnected { .. } => {
                let was = self.talkers;
                self.talkers = was.saturating_sub(1);
                was > 0
            }
            What::PartyRung { leg, .. } => {
                self.parked = false;
                self.rings.insert(leg) && self.rings.len() == 1 && self.connected && !self.ending
            }
            What::PersonRung(PersonRung { leg, .. }) => {
                self.rings.insert(leg) && self.rings.len() == 1 && !self.ending
            }
            What::ConsultBegan { leg, .. } => self.rings.remove(&leg),
            What::OfferEnded { leg, .. } => {
                self.rings.remove(&leg);
                true
            }
            What::CallParked(_) => {
                self.parked = true;
                self.connected && !self.ending && self.talkers == 0
            }
            What::MailboxEntered(_) | What::AtPhone(_) => {
                (self.in_queue, self.mailbox) = (false, true);
                !self.ending && self.talkers == 0
            }
            What::FarewellStarted { .. } => {
                (self.in_queue, self.mailbox) = (false, false);
                self.farewell = true;
                true
            }
            What::RecordingStarted { recording, .. } => {
                invariant = RECORDINGS;
                let is_heard = self.talkers > 0 || self.mailbox;
                self.recording.replace(recording).is_none() && is_heard
            }
            What::RecordingPaused(RecordingPaused { recording, .. }) => {
                invariant = RECORDINGS;
                !std::mem::replace(&mut self.paused, true) && self.recording == Some(recording)
            }
            What::RecordingResumed { recording, .. } => {
                invariant = RECORDINGS;
                std::mem::take(&mut self.paused) && self.recording == Some(recording)
            }
            What::RecordingStopped { recording, .. } | What::RecordingFailed { recording, .. } => {
                invariant = RECORDINGS;
                self.paused = false;
                self.recording.take() == Some(recording)
            }
            What::CallEnding { .. } => !std::mem::replace(&mut self.ending, true),
            _ => true,
        };
        (invariant, ok)
    }

    /// In a queue, and no agent reached yet.
    const fn is_waiting(&self) -> bool {
        self.queued && !self.connected
    }
}
