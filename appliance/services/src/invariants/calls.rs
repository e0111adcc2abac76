use std::collections::BTreeMap;

use hotline_call::CallId;

use super::{Broken, Tally, ensure};
use crate::{EndOutcome, Fact, RecordingId, StorageState, View, What};

const CALLS: &str = "every call begins once and ends once";
const CALLERS: &str = "no caller is lost";
const RECORDINGS: &str = "recordings match answered calls";

/// One call that has not ended.
#[derive(Clone, Debug, Default)]
struct Call {
    queued: bool,
    connected: bool,
    ending: bool,
    talking: bool,
    recording: Option<RecordingId>,
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
        let Some(id) = fact.what.call() else {
            return Ok(None);
        };
        let is_first = matches!(
            fact.what,
            What::CallOffered { .. } | What::CallRefused { .. }
        );
        if is_first {
            ensure(CALLS, id.0 > self.last, || {
                format!("call {id} begins twice")
            })?;
            self.last = id.0;
        }
        match fact.what {
            What::CallRefused { .. } | What::WrapupEnded { .. } => return Ok(None),
            What::CallOffered { .. } => {
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
        let mut invariant = CALLS;
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
                invariant = RECORDINGS;
                call.recording.replace(recording).is_none() && call.talking
            }
            What::RecordingStopped { recording, .. } | What::RecordingFailed { recording, .. } => {
                invariant = RECORDINGS;
                call.recording.take() == Some(recording)
            }
            What::CallEnding { .. } => !std::mem::replace(&mut call.ending, true),
            _ => true,
        };
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
        ensure(CALLS, call.ending && !call.talking, || {
            format!("call {id} ends while {call:?}")
        })?;
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
        if self.storage == StorageState::ReserveReached {
            return Ok(());
        }
        for fact in facts {
            if let What::Connected { call, .. } = fact.what {
                let is_recorded = facts
                    .iter()
                    .any(|f| matches!(f.what, What::RecordingStarted { call: c, .. } if c == call));
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
    /// In a queue, and no agent reached yet.
    const fn is_waiting(&self) -> bool {
        self.queued && !self.connected
    }
}
