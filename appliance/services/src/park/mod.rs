//! Parked calls: the customer hears music at a numbered place until any phone dials that number.
//! Who is not fetched in a minute comes back to whoever parked the call, and else goes to the front
//! of the queue (Table B 11 of the features).

use hotline_call::{CallId, Command, LegId, Moment, PhoneId};

use crate::acd::{Work, farewell};
use crate::decision::Decision;
use crate::fact::CallParked;
use crate::feature_code::FeatureRequest;
use crate::stage::{Call, Stage};
use crate::state::State;
use crate::talk::{Part, Talk};
use crate::{Action, AgentId, EndOutcome, QueueId, Refused, RingPurpose, Say, What};

/// How long a call stays parked (Table B 11).
const PARK_MS: u64 = 60_000;

/// Where a customer is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Parked {
    /// The place, as it is dialled.
    pub place: u32,
    /// Who parked the call.
    pub by: AgentId,
    /// Where the customer came from.
    pub queue: QueueId,
    pub until: Moment,
}

impl Call {
    /// Where the customer is parked.
    pub(crate) const fn parked(&self) -> Option<&Parked> {
        match &self.stage {
            Stage::Parked(parked) => Some(parked),
            _ => None,
        }
    }
}

impl State {
    /// The agent parks the customer on the first free place, and is free for other calls.
    pub(crate) fn park(&self, d: &mut Decision, part: Part<'_>) -> Result<(), Refused> {
        let Part { id, call, talk, .. } = part;
        if talk.hosts().count() > 1 {
            return Err(Refused::InConference);
        }
        let taken = |place: u32| {
            let mut parked = self.calls.values().filter_map(Call::parked);
            parked.any(|parked| parked.place == place)
        };
        let codes = &self.configuration.dial_plan.feature_codes;
        let free = codes.parking_places().find(|place| !taken(*place));
        let place = free.ok_or(Refused::NoParkingPlace)?;
        Self::stop_recording(d, id, call);
        self.leave(d, part, None);
        d.fact(What::CallParked(CallParked {
            call: id,
            place,
            by: part.seat.agent,
            queue: talk.queue,
            park_ms: PARK_MS,
        }));
        d.play(call.leg, vec![Say::Music], true);
        Ok(())
    }

    /// The parked call that is meant by what a phone dials.
    pub(crate) fn parked_at(&self, dialled: &FeatureRequest) -> Option<(CallId, &Call)> {
        let FeatureRequest::Unpark(place) = dialled else {
            return None;
        };
        let is_it = |call: &Call| call.parked().is_some_and(|parked| parked.place == *place);
        let found = self.calls.iter().find(|(_, call)| is_it(call));
        found.map(|(id, call)| (*id, call))
    }

    /// A phone takes a parked call. Whether it could: an agent in a call cannot.
    pub(crate) fn take_parked(
        &self,
        d: &mut Decision,
        (id, call): (CallId, &Call),
        leg: LegId,
        phone: PhoneId,
    ) -> bool {
        let at_it = self.roster.agent_at(phone);
        let at_it = at_it.and_then(|agent| Some((agent, self.agents.get(&agent)?)));
        let at_it = at_it.filter(|(_, at_work)| at_work.is_signed_in());
        if let Some((agent, at_work)) = at_it {
            match at_work.work {
                Work::Free => {}
                Work::Wrapup { call, .. } => d.fact(What::WrapupEnded { agent, call }),
                _ => return false,
            }
        }
        let agent = at_it.map_or(AgentId::NOBODY, |(agent, _)| agent);
        self.talks_from(d, (id, call), agent, leg);
        true
    }

    /// Whoever dialled for a call at a phone has it: who waits in no queue.
    pub(crate) fn talks_from(
        &self,
        d: &mut Decision,
        (id, call): (CallId, &Call),
        agent: AgentId,
        leg: LegId,
    ) {
        d.fact(What::PickedUp {
            call: id,
            agent,
            leg,
        });
        d.command(Command::Answer { leg });
        d.fact(What::Connected {
            call: id,
            agent,
            leg,
        });
        d.act(Action::StopPlayback { leg: call.leg });
        self.record(d, id, call, leg);
    }

    /// Nobody fetched the customer in time.
    pub(crate) fn parked_too_long(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Some(parked) = call.parked() else { return };
        let by = parked.by;
        if self.can_take_back(by, id) {
            if let Some(Work::Wrapup { call, .. }) = self.agents.get(&by).map(|a| a.work) {
                d.fact(What::WrapupEnded { agent: by, call });
            }
            self.ring(d, id, call, by, by, RingPurpose::Return);
        } else if self.queue(parked.queue).is_some() {
            self.return_to_queue(d, id, call, parked.queue);
        } else {
            farewell(d, id, call, EndOutcome::NotAnswered);
        }
    }

    /// Folds what is told of a parked call.
    pub(crate) fn apply_to_parked(&mut self, at: Moment, what: &What) {
        let Some(call) = what.call().and_then(|id| self.calls.get_mut(&id)) else {
            return;
        };
        match (what, call.parked().copied()) {
            (What::CallParked(parked), _) => call.enter(
                at,
                Stage::Parked(Parked {
                    place: parked.place,
                    by: parked.by,
                    queue: parked.queue,
                    until: at.plus_ms(parked.park_ms),
                }),
            ),
            (What::Connected { agent, leg, .. }, Some(parked)) => {
                let talk = Talk::new(parked.queue, *agent, *leg);
                call.enter(at, Stage::Talking(talk));
            }
            // Back to who parked it: nobody talks to the customer, a phone rings.
            (What::PartyRung { .. }, Some(parked)) => {
                call.enter(at, Stage::Talking(Talk::nobody(parked.queue)));
            }
            _ => {}
        }
    }
}
