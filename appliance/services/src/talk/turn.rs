//! An agent who called a colleague is the caller there, and the colleague takes part as whoever
//! answers. What an agent can ask for in a call (hold, transfer, a consultation) is asked of the
//! place of the one who answered; so the two change places when the caller asks for it.

use hotline_call::{CallId, CallerId, LegId};

use super::{Seat, Talk};
use crate::decision::Decision;
use crate::fact::PartiesTurned;
use crate::stage::{Call, Stage};
use crate::state::{LegParty, State};
use crate::{Action, AgentId, QueueId, RecordingId, RecordingPaused, What};

/// As long as nothing is recorded after who pays has changed places.
const PAUSE_MS: u64 = crate::recording::PAUSE_MS;

impl State {
    /// The call that an agent made to a colleague, and both places changed; `None`: there is none,
    /// or it is not between these two alone.
    pub(super) fn turned(&self, agent: AgentId) -> Option<(CallId, PartiesTurned)> {
        let id = self.agents.get(&agent)?.call()?;
        let call = self.calls.get(&id)?;
        let talk = call.talk()?;
        let is_caller = call.by == Some(agent) && !call.is_outbound && call.line.is_none();
        let [seat] = talk.seats.as_slice() else {
            return None;
        };
        // Whoever came out of a queue has notes to write for it.
        let is_quiet = talk.ringing.is_none() && talk.supervision.is_none() && !seat.is_held;
        if !is_caller || !is_quiet || talk.queue != QueueId(0) || seat.agent == agent {
            return None;
        }
        let caller = call
            .called
            .clone()
            .map_or_else(CallerId::default, CallerId::known);
        let turned = PartiesTurned {
            call: id,
            agent,
            leg: call.leg,
            other: seat.agent,
            other_leg: seat.leg,
            caller,
        };
        Some((id, turned))
    }

    /// The two change places. Returns the call as it is then, for whatever is decided next.
    pub(super) fn turn(&self, d: &mut Decision, id: CallId, turned: PartiesTurned) -> Option<Call> {
        let mut call = self.calls.get(&id)?.clone();
        let is_paused = call.paused.is_some();
        Self::stop_recording(d, id, &call);
        let was_recorded = call.recording.take().is_some();
        call.turn(&turned);
        let (leg, by) = (turned.leg, turned.agent);
        d.fact(What::PartiesTurned(turned));
        if was_recorded && self.start_recording(d, (id, call.leg), Some(leg)) {
            let recording = RecordingId(self.last_recording + 1);
            call.recording = Some(recording);
            if is_paused {
                d.fact(What::RecordingPaused(RecordingPaused {
                    call: id,
                    recording,
                    by,
                    pause_ms: PAUSE_MS,
                }));
                d.act(Action::PauseRecording { recording });
            } else {
                call.paused = None;
            }
        }
        Some(call)
    }

    /// Folds that two have changed places.
    pub(crate) fn apply_turned(&mut self, turned: &PartiesTurned) {
        let Some(call) = self.calls.get_mut(&turned.call) else {
            return;
        };
        call.turn(turned);
        for (leg, party) in [
            (turned.leg, LegParty::Agent(turned.agent)),
            (turned.other_leg, LegParty::Customer),
        ] {
            if let Some(leg) = self.legs.get_mut(&leg) {
                leg.party = party;
            }
        }
        if let Some(agent) = self.agents.get_mut(&turned.agent) {
            agent.leg = Some(turned.leg);
        }
        if let Some(other) = self.agents.get_mut(&turned.other) {
            other.leg.take_if(|leg| *leg == turned.other_leg);
        }
    }

    /// The agent who called a colleague, by the leg of that call.
    pub(crate) fn caller_at(&self, leg: LegId) -> Option<AgentId> {
        let (_, call) = self.call_of(leg)?;
        let by = call.by.filter(|_| call.leg == leg)?;
        self.turned(by).map(|_| by)
    }
}

impl Call {
    /// Caller and called change places.
    fn turn(&mut self, turned: &PartiesTurned) {
        let number = self.caller.number.take();
        self.leg = turned.other_leg;
        self.by = Some(turned.other).filter(|other| *other != AgentId::NOBODY);
        (self.caller, self.called) = (turned.caller.clone(), number);
        if let Stage::Talking(talk) = &mut self.stage {
            talk.turn(turned);
        }
    }
}

impl Talk {
    /// The one who called takes the place of the one who answered.
    pub(super) fn turn(&mut self, turned: &PartiesTurned) {
        for seat in &mut self.seats {
            if seat.leg == turned.other_leg {
                *seat = Seat {
                    agent: turned.agent,
                    leg: turned.leg,
                    ..*seat
                };
            }
        }
        self.keys = None;
    }
}
