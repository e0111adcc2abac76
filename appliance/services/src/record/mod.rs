mod row;
mod times;
mod visit;

use std::collections::BTreeMap;

use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Moment, Party};

pub use self::row::{CallRecord, LegRecord, Pause};
use self::row::{begin, begin_leg};
pub use self::times::{AgentSpan, AgentTimes};
pub use self::visit::{LeftQueue, QueueVisit, QueueVisits};
use crate::blacklist::Direction;
use crate::fact::{AcceptAsked, PersonRung, SupervisionMoved, SupervisionRung, TakenOver};
use crate::talk::{Standing, Talk};
use crate::{AgentId, Doing, EndOutcome, Fact, QueueId, TransferMode, What};
use crate::{
    CallDialled, CallRefused, CallScreened, CallbackStep, NextLine, QueueLeft, RecordingPaused,
};

/// What part of its time a call is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Phase {
    Ring,
    Ivr,
    Wait,
    Talk,
    Hold,
    Closing,
    Over,
}

/// A record that can still change.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Open {
    record: CallRecord,
    /// The leg of whoever is served: with it the call is over.
    customer: LegId,
    phase: Phase,
    since: Moment,
    /// Who talks, and until when that is credited.
    talk: Option<Talk>,
    credited: Moment,
    /// Who writes notes about it, and since when.
    wrapups: BTreeMap<AgentId, Moment>,
    /// The life of the program it belongs to.
    boot: u64,
    is_ended: bool,
}

/// The call records that can still change, as a projection of the facts. Bounded: a record leaves
/// with the fact after its last one.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Records {
    open: BTreeMap<CallId, Open>,
    last: Moment,
}

impl Records {
    /// No records.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact; the record that changed by it, if one did.
    pub fn apply(&mut self, fact: &Fact) -> Option<&CallRecord> {
        self.open.retain(|_, open| !open.is_settled());
        if let What::Started { last_alive } = fact.what {
            let ended = end_of_life(self.last, last_alive);
            for open in self.open.values_mut() {
                open.stop(ended);
            }
        }
        self.last = fact.at;
        let id = fact.what.call()?;
        match &fact.what {
            What::CallOffered {
                leg,
                line,
                caller,
                called,
                by,
                ..
            } => {
                let mut record = begin(id, *leg, *line, caller, called.clone(), fact.at);
                record.by = *by;
                self.open.insert(id, Open::new(record, fact));
            }
            What::CallDialled(CallDialled {
                leg,
                line,
                called,
                agent,
                phone_leg,
                caller,
                ..
            }) => {
                let called = Some(called.clone());
                let mut record = begin(id, *leg, Some(*line), caller, called, fact.at);
                (record.is_outbound, record.by) = (true, Some(*agent));
                record
                    .legs
                    .push(begin_leg(*phone_leg, Some(*agent), fact.at));
                self.open.insert(id, Open::new(record, fact));
            }
            What::Callback(CallbackStep::Began { number, queue, .. }) => {
                let mut record = begin(id, LegId(0), None, &CallerId::default(), None, fact.at);
                (record.called, record.queue) = (Some(number.clone()), Some(*queue));
                record.queues.push(*queue);
                record.is_outbound = true;
                record.legs.clear();
                let mut open = Open::new(record, fact);
                open.phase = Phase::Wait;
                self.open.insert(id, open);
            }
            What::CallRefused(CallRefused {
                leg,
                line,
                caller,
                cause,
                ..
            }) => {
                let mut open = Open::new(begin(id, *leg, Some(*line), caller, None, fact.at), fact);
                open.stop(fact.at);
                open.end(EndOutcome::Refused, Party::System, *cause);
                open.end_leg(*leg, *cause, fact.at);
                self.open.insert(id, open);
            }
            _ => self.open.get_mut(&id)?.apply(fact),
        }
        self.open.get(&id).map(|open| &open.record)
    }

    /// Whether nothing is going on: every call has ended and its notes are written.
    #[must_use]
    pub fn are_settled(&self) -> bool {
        self.open.values().all(Open::is_settled)
    }

    /// The records that can still change, oldest call first.
    pub fn open(&self) -> impl Iterator<Item = &CallRecord> {
        self.open.values().map(|open| &open.record)
    }
}

impl Open {
    fn new(record: CallRecord, fact: &Fact) -> Self {
        Self {
            customer: record.legs.first().map_or(LegId(0), |leg| leg.leg),
            record,
            phase: Phase::Ring,
            since: fact.at,
            talk: None,
            credited: fact.at,
            wrapups: BTreeMap::new(),
            boot: fact.boot,
            is_ended: false,
        }
    }

    fn is_settled(&self) -> bool {
        self.is_ended && self.wrapups.is_empty()
    }

    fn apply(&mut self, fact: &Fact) {
        let at = fact.at;
        self.talk(at, &fact.what);
        self.parties(at, &fact.what);
        self.recordings(at, &fact.what);
        self.notes(fact);
        match fact.what {
            What::CallAnswered { .. } => {
                self.record.answered_at = Some(at);
                self.answer_leg(None, at);
                self.enter(Phase::Ivr, at);
            }
            What::CallScreened(CallScreened {
                direction: Direction::In,
                ..
            }) => self.record.is_screened = true,
            What::MenuEntered { .. } | What::MailboxEntered(_) => self.enter(Phase::Ivr, at),
            What::NextLine(NextLine { leg, line, .. }) => self.goes_on(leg, line, at),
            What::Callback(ref step) => self.dialled_back(step, at),
            What::PersonSought(_) => self.enter(Phase::Wait, at),
            What::CallParked(_) => self.enter(Phase::Hold, at),
            What::QueueLeft(QueueLeft { digit, .. }) => self.record.left_by = Some(digit),
            What::Queued { queue, .. } => {
                (self.record.queue, self.record.left_by) = (Some(queue), None);
                if !self.record.queues.contains(&queue) {
                    self.record.queues.push(queue);
                }
                self.record.queued_at = self.record.queued_at.or(Some(at));
                self.enter(Phase::Wait, at);
            }
            What::AgentOffered { agent, leg, .. }
            | What::PartyRung { agent, leg, .. }
            | What::PickedUp { agent, leg, .. }
            | What::PersonRung(PersonRung { agent, leg, .. }) => {
                self.record.legs.push(begin_leg(leg, Some(agent), at));
            }
            What::OfferAnswered { leg, .. }
            | What::ConsultBegan { leg, .. }
            | What::AcceptAsked(AcceptAsked { leg, .. })
            | What::SupervisionBegan { leg, .. } => {
                self.answer_leg(Some(leg), at);
            }
            What::Transferred { mode, .. } => {
                self.record.transfers += 1;
                self.record.is_transferred_unanswered = mode != TransferMode::Attended;
            }
            What::TransferFailed { .. } => self.record.transfers_failed += 1,
            What::Connected { agent, leg, .. } => {
                self.record.agent = Some(agent);
                self.record.is_transferred_unanswered = false;
                self.record.connected_at = self.record.connected_at.or(Some(at));
                self.answer_leg(Some(leg), at);
            }
            What::FarewellStarted { .. } | What::CallEnding { .. } => {
                self.enter(Phase::Closing, at);
            }
            What::LegReleased { leg, cause, .. } => {
                let at = if fact.boot == self.boot {
                    at
                } else {
                    self.since
                };
                self.end_leg(leg, cause, at);
            }
            What::CallEnded {
                outcome, by, cause, ..
            } => self.over(at, (outcome, by, cause)),
            _ => {}
        }
    }

    /// The leg on the line is another one now: nobody was called by the one before.
    fn goes_on(&mut self, leg: LegId, line: LineId, at: Moment) {
        self.record.legs.insert(0, begin_leg(leg, None, at));
        self.customer = leg;
        (self.record.line, self.record.ended_at) = (Some(line), None);
        (self.phase, self.since) = (Phase::Ring, at);
    }

    /// Who is called back is dialled, now that an agent is there.
    fn dialled_back(&mut self, step: &CallbackStep, at: Moment) {
        if let CallbackStep::Dialled {
            leg,
            line,
            agent,
            phone_leg,
            ..
        } = *step
        {
            (self.record.agent, self.record.line) = (Some(agent), Some(line));
            self.record.legs.insert(0, begin_leg(leg, None, at));
            self.customer = leg;
            self.answer_leg(Some(phone_leg), at);
            self.enter(Phase::Ring, at);
        }
    }

    /// Supervisors, and whose the legs are.
    fn parties(&mut self, at: Moment, what: &What) {
        match *what {
            What::PartiesTurned(ref turned) => {
                self.customer = turned.other_leg;
                let mut legs = self.record.legs.iter_mut();
                if let Some(leg) = legs.find(|leg| leg.leg == turned.leg) {
                    leg.agent = Some(turned.agent);
                }
                self.record.agent = Some(turned.agent);
            }
            What::SupervisionRung(SupervisionRung {
                leg, supervisor, ..
            }) => {
                let mut leg = begin_leg(leg, Some(supervisor), at);
                leg.supervises = true;
                self.record.legs.push(leg);
            }
            What::SupervisionEnded { leg, .. } => {
                // Its phone may be with another call from now on.
                let mut legs = self.record.legs.iter_mut();
                if let Some(leg) = legs.find(|l| l.leg == leg) {
                    leg.ended_at = leg.ended_at.or(Some(at));
                }
            }
            What::SupervisionMoved(SupervisionMoved {
                leg, supervisor, ..
            }) => {
                let mut legs = self.record.legs.iter_mut();
                // Perhaps from another agent of the same call, or here again.
                if let Some(leg) = legs.find(|l| l.leg == leg) {
                    leg.ended_at = None;
                } else {
                    let mut leg = begin_leg(leg, Some(supervisor), at);
                    (leg.supervises, leg.answered_at) = (true, Some(at));
                    self.record.legs.push(leg);
                }
            }
            What::TakenOver(TakenOver { leg, .. }) => {
                if let Some(leg) = self.record.legs.iter_mut().find(|l| l.leg == leg) {
                    leg.supervises = false;
                }
            }
            _ => {}
        }
    }

    fn notes(&mut self, fact: &Fact) {
        match fact.what {
            What::WrapupStarted { agent, .. } => {
                self.wrapups.insert(agent, fact.at);
            }
            What::WrapupEnded { agent, .. } => self.end_wrapup(agent, fact),
            What::OriginKnown(ref known) => self.record.origin = Some(known.origin.clone()),
            What::CallTagged { business_type, .. } => {
                self.record.business_type = Some(business_type);
            }
            What::CallNoted(ref noted) => {
                self.record.wrapup_code = noted.code;
                self.record.note = Some(noted.note.clone());
            }
            _ => {}
        }
    }

    fn recordings(&mut self, at: Moment, what: &What) {
        match *what {
            What::RecordingStarted { recording, .. } => self.record.recordings.push(recording),
            What::RecordingPaused(RecordingPaused { recording, by, .. }) => {
                self.record.pauses.push(Pause {
                    recording,
                    by,
                    from: at,
                    until: None,
                })
            }
            What::RecordingResumed { .. }
            | What::RecordingStopped { .. }
            | What::RecordingFailed { .. } => self.end_pause(at),
            _ => {}
        }
    }

    fn end_pause(&mut self, at: Moment) {
        if let Some(pause) = self.record.pauses.last_mut() {
            pause.until = pause.until.or(Some(at));
        }
    }

    /// Who talks with the customer: each is credited its own time, and no more.
    fn talk(&mut self, at: Moment, what: &What) {
        self.credit(at);
        match (what, &mut self.talk) {
            (
                What::Queued { .. }
                | What::MailboxEntered(_)
                | What::CallParked(_)
                | What::FarewellStarted { .. }
                | What::CallEnding { .. },
                talk,
            ) => *talk = None,
            (&What::Connected { agent, leg, .. }, talk @ None) => {
                let queue = self.record.queue.unwrap_or(QueueId(0));
                *talk = Some(Talk::new(queue, agent, leg));
            }
            (what, Some(talk)) => talk.apply(at, what),
            (_, None) => {}
        }
        let phase = match self.talk.as_ref().map(Talk::standing) {
            None => return,
            Some(Standing::Talking) => Phase::Talk,
            Some(Standing::OnHold) => Phase::Hold,
            Some(Standing::Transferring) => Phase::Wait,
        };
        if phase != self.phase {
            self.enter(phase, at);
        }
    }

    /// Credits the agents who talk with the time since that was done last.
    fn credit(&mut self, at: Moment) {
        let Some(talk) = &self.talk else {
            self.credited = at;
            return;
        };
        let lasted = at.since_ms(self.credited);
        for seat in &talk.seats {
            let legs = &mut self.record.legs;
            let Some(leg) = legs.iter_mut().find(|leg| leg.leg == seat.leg) else {
                continue;
            };
            match talk.doing(seat) {
                Doing::Talking | Doing::Conferencing => leg.talk_ms += lasted,
                Doing::Holding => leg.hold_ms += lasted,
                Doing::Consulting => leg.consult_ms += lasted,
            }
        }
        self.credited = at;
    }

    fn enter(&mut self, phase: Phase, at: Moment) {
        if self.phase == Phase::Over {
            return;
        }
        let lasted = at.since_ms(self.since);
        let record = &mut self.record;
        match self.phase {
            Phase::Ring => record.ring_ms += lasted,
            Phase::Ivr => record.ivr_ms += lasted,
            Phase::Wait => record.wait_ms += lasted,
            Phase::Talk => record.talk_ms += lasted,
            Phase::Hold => record.hold_ms += lasted,
            Phase::Closing => record.closing_ms += lasted,
            Phase::Over => {}
        }
        (self.phase, self.since) = (phase, at);
    }

    /// The customer is gone, or the program was.
    fn stop(&mut self, at: Moment) {
        self.credit(at);
        self.end_pause(at);
        self.talk = None;
        if self.phase != Phase::Over {
            self.enter(Phase::Over, at);
            self.record.ended_at = Some(at);
        }
        for since in self.wrapups.values_mut() {
            self.record.wrapup_ms += at.since_ms(*since);
            *since = at;
        }
        self.since = at;
    }

    fn end_wrapup(&mut self, agent: AgentId, fact: &Fact) {
        if let Some(since) = self.wrapups.remove(&agent)
            && fact.boot == self.boot
        {
            self.record.wrapup_ms += fact.at.since_ms(since);
        }
    }

    fn answer_leg(&mut self, leg: Option<LegId>, at: Moment) {
        let legs = &mut self.record.legs;
        let answered = match leg {
            None => legs.first_mut(),
            Some(leg) => legs.iter_mut().find(|l| l.leg == leg),
        };
        if let Some(answered) = answered {
            answered.answered_at = answered.answered_at.or(Some(at));
        }
    }

    fn end_leg(&mut self, leg: LegId, cause: Cause, at: Moment) {
        if let Some(ended) = self.record.legs.iter_mut().find(|l| l.leg == leg) {
            (ended.ended_at, ended.cause) = (Some(at), Some(cause));
            if leg == self.customer && self.phase != Phase::Over {
                self.enter(Phase::Over, at);
                self.record.ended_at = Some(at);
            }
        }
    }

    /// Of a call in which nobody was dialled, this is the end of all that was waited for too.
    fn over(&mut self, at: Moment, (outcome, by, cause): (EndOutcome, Party, Cause)) {
        self.stop(at);
        self.end(outcome, by, cause);
    }

    const fn end(&mut self, outcome: EndOutcome, by: Party, cause: Cause) {
        self.record.outcome = Some(outcome);
        self.record.hung_up_by = Some(by);
        self.record.cause = Some(cause);
        self.is_ended = true;
    }
}

/// When a life ended that did not say so: nothing is known to have lasted longer than its last sign.
/// Both are on the clocks of that life.
pub(crate) fn end_of_life(last_fact: Moment, last_alive: Option<Moment>) -> Moment {
    last_alive
        .filter(|alive| alive.has_reached(last_fact))
        .unwrap_or(last_fact)
}
