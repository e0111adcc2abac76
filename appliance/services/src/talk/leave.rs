//! Somebody leaves a conversation.

use hotline_call::{CallId, Cause, LegId, Party};

use super::request::{NOT_NEEDED, Part};
use super::{Seat, Talk};
use crate::acd::ended_by;
use crate::decision::Decision;
use crate::stage::Call;
use crate::state::State;
use crate::{AgentId, EndOutcome, OfferOutcome, What};

impl State {
    /// The agent is no longer in the conversation, and has time for notes. `gone` is the leg that a
    /// door has told to be over already.
    pub(crate) fn leave(&self, d: &mut Decision, part: Part<'_>, gone: Option<LegId>) {
        self.supervisor_leaves(d, part.id, part.talk, part.seat.agent, gone);
        self.part(d, part.id, part.talk, part.seat);
        self.release(d, part.seat.leg, NOT_NEEDED, gone);
    }

    /// Customer and agent no longer talk; the agent has time for notes.
    pub(super) fn part(&self, d: &mut Decision, id: CallId, talk: &Talk, seat: Seat) {
        let agent = seat.agent;
        d.fact(What::Disconnected {
            call: id,
            agent,
            leg: seat.leg,
        });
        // Who is outside writes no notes.
        let queue = self.queue(talk.queue).filter(|_| agent != AgentId::NOBODY);
        let wrapup_ms = queue.map_or(0, |q| u64::from(q.wrapup_s) * 1000);
        if wrapup_ms > 0 {
            d.fact(What::WrapupStarted {
                agent,
                call: id,
                wrapup_ms,
                queue: Some(talk.queue),
            });
        }
    }

    /// Whoever was asked aside goes.
    pub(super) fn send_away(
        &self,
        d: &mut Decision,
        id: CallId,
        talk: &Talk,
        seat: Seat,
        gone: Option<LegId>,
    ) {
        self.supervisor_leaves(d, id, talk, seat.agent, gone);
        d.fact(What::ConsultEnded {
            call: id,
            agent: seat.agent,
            leg: seat.leg,
        });
        self.release(d, seat.leg, NOT_NEEDED, gone);
    }

    /// An agent hangs up, or the phone is lost. The customer stays as long as somebody is there, or
    /// comes: whoever hangs up while asking another gives the call to that one.
    pub(crate) fn decide_leaves(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        cause: Cause,
        gone: Option<LegId>,
    ) {
        let Part {
            id,
            call,
            talk,
            seat,
        } = part;
        if seat.is_guest {
            return self.send_away(d, id, talk, seat, gone);
        }
        if talk.leader == Some(seat.agent) {
            return self.give_to_asked(d, part, gone);
        }
        let others = talk.hosts().any(|other| other.leg != seat.leg);
        if others || talk.ringing.is_some() {
            self.leave(d, part, gone);
        } else if cause.is_fault() && self.queue(talk.queue).is_some() {
            Self::stop_recording(d, id, call);
            self.leave(d, part, gone);
            self.return_to_queue(d, id, call, talk.queue);
        } else {
            let by = ended_by(Party::Agent, cause);
            self.end_call(d, id, EndOutcome::Served, by, cause, gone);
        }
    }

    /// Everybody leaves: the conversation is over.
    pub(crate) fn everybody_leaves(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        gone: Option<LegId>,
    ) {
        let Some(talk) = call.talk() else { return };
        Self::stop_recording(d, id, call);
        if let Some(ringing) = &talk.ringing {
            self.end_ringing(d, id, ringing, OfferOutcome::CallerGone, gone);
        }
        if let Some(guest) = talk.guest() {
            self.send_away(d, id, talk, *guest, gone);
        }
        for seat in talk.hosts() {
            self.supervisor_leaves(d, id, talk, seat.agent, gone);
            self.part(d, id, talk, *seat);
        }
    }

    /// The same when the program starts anew: no leg is left to be released, and no notes are due.
    pub(crate) fn talk_was_cut_off(d: &mut Decision, id: CallId, talk: &Talk) {
        if let Some(ringing) = talk.ringing {
            d.fact(What::OfferEnded {
                call: id,
                agent: ringing.agent,
                leg: ringing.leg,
                outcome: OfferOutcome::CallerGone,
            });
        }
        if let Some(there) = &talk.supervision {
            let leg = there.leg;
            d.fact(What::SupervisionEnded { call: id, leg });
        }
        for seat in &talk.seats {
            let (call, agent, leg) = (id, seat.agent, seat.leg);
            d.fact(if seat.is_guest {
                What::ConsultEnded { call, agent, leg }
            } else {
                What::Disconnected { call, agent, leg }
            });
        }
    }
}
