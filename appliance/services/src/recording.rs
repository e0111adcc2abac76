use hotline_call::{CallId, LegId};

use crate::acd::farewell;
use crate::decision::Decision;
use crate::stage::{Call, Stage};
use crate::state::State;
use crate::talk::Part;
use crate::{Action, EndOutcome, RecordingId, RecordingPaused, Refused, StorageState, What};

/// After how long a recording that was paused goes on by itself (features C6).
pub(crate) const PAUSE_MS: u64 = 60_000;

impl State {
    /// Records a conversation from its first word, if it is not recorded already.
    pub(crate) fn record(&self, d: &mut Decision, id: CallId, call: &Call, agent: LegId) {
        if call.recording.is_none() && self.is_to_be_recorded(id, call) {
            self.start_recording(d, (id, call.leg), Some(agent));
        }
    }

    /// Whether the queue that the call came through, or else its direction, wants it. A call for help
    /// is recorded whatever is set.
    fn is_to_be_recorded(&self, id: CallId, call: &Call) -> bool {
        let queue = match &call.stage {
            Stage::Waiting(wait) => Some(wait.queue),
            Stage::Talking(talk) => Some(talk.queue),
            Stage::Parked(parked) => Some(parked.queue),
            Stage::Outside(outside) => Some(outside.queue),
            _ => None,
        };
        let directions = &self.configuration.rules.recording;
        let policy = match queue.and_then(|queue| self.queue(queue)) {
            Some(queue) => queue.recording,
            None if call.is_outbound => directions.outbound,
            None if call.line.is_none() => directions.internal,
            None => directions.inbound,
        };
        call.is_emergency || policy.takes(id.0)
    }

    /// Records what one person says alone; whether there is room.
    #[must_use]
    pub(crate) fn record_alone(&self, d: &mut Decision, id: CallId, call: &Call) -> bool {
        self.start_recording(d, (id, call.leg), None)
    }

    /// Begins a recording; whether there is room.
    pub(crate) fn start_recording(
        &self,
        d: &mut Decision,
        (call, customer): (CallId, LegId),
        agent: Option<LegId>,
    ) -> bool {
        if self.storage == StorageState::ReserveReached {
            return false;
        }
        let recording = RecordingId(self.last_recording + 1);
        d.fact(What::RecordingStarted { call, recording });
        d.act(Action::StartRecording {
            recording,
            call,
            customer,
            agent,
        });
        true
    }

    /// Ends the recording of a call, if there is one.
    pub(crate) fn stop_recording(d: &mut Decision, id: CallId, call: &Call) {
        if let Some(recording) = call.recording {
            d.fact(What::RecordingStopped {
                call: id,
                recording,
            });
            d.act(Action::StopRecording { recording });
        }
    }

    /// What is said from now on is not kept.
    pub(crate) fn pause_recording(d: &mut Decision, part: Part<'_>) -> Result<(), Refused> {
        let recording = part.call.recording.ok_or(Refused::NotRecorded)?;
        // A call for help is kept whole (features, table B 1).
        if part.call.is_emergency {
            return Err(Refused::CallForHelp);
        }
        if part.call.paused.is_some() {
            return Err(Refused::RecordingPaused);
        }
        d.fact(What::RecordingPaused(RecordingPaused {
            call: part.id,
            recording,
            by: part.seat.agent,
            pause_ms: PAUSE_MS,
        }));
        d.act(Action::PauseRecording { recording });
        Ok(())
    }

    /// What is said from now on is kept again.
    pub(crate) fn resume_recording(
        d: &mut Decision,
        id: CallId,
        call: &Call,
    ) -> Result<(), Refused> {
        let recording = call.recording.ok_or(Refused::NotRecorded)?;
        if call.paused.is_none() {
            return Err(Refused::RecordingNotPaused);
        }
        d.fact(What::RecordingResumed {
            call: id,
            recording,
        });
        d.act(Action::ResumeRecording { recording });
        Ok(())
    }

    /// The recorder could not go on; the conversation does.
    pub(crate) fn decide_recording_failed(&self, d: &mut Decision, failed: RecordingId) {
        let recorded = self
            .calls
            .iter()
            .find(|(_, call)| call.recording == Some(failed));
        if let Some((id, call)) = recorded {
            d.fact(What::RecordingFailed {
                call: *id,
                recording: failed,
            });
            if let Stage::Mailbox(_) | Stage::AtPhone(_) = call.stage {
                farewell(d, *id, call, EndOutcome::Failed);
            }
        }
    }
}
