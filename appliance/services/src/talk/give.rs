//! A call is given on: what becomes of the caller if nobody takes it.

use hotline_call::{CallId, Cause, LegId};

use super::give_away::OUTSIDE_MS;
use super::request::{NOT_NEEDED, Part};
use super::{RING_MS, Ringing, TRANSFER_BONUS_S};
use crate::acd::{Presence, Work, farewell};
use crate::decision::Decision;
use crate::stage::{Call, Wait};
use crate::state::{Service, State};
use crate::{
    AgentId, Destination, EndOutcome, OfferOutcome, Prompt, QueueId, Refused, RingPurpose, Say,
    TransferAwaited, TransferMode, What,
};

impl State {
    /// The agent goes, and whoever it asked aside gets the call: at once, or once the phone is
    /// answered. `gone` is the leg that a door has told to be over already.
    pub(super) fn give_to_asked(&self, d: &mut Decision, part: Part<'_>, gone: Option<LegId>) {
        let by = part.seat.agent;
        if let Some(guest) = part.talk.guest() {
            d.fact(What::Transferred {
                call: part.id,
                by,
                to: Self::who_was_asked(part, guest.agent),
                mode: TransferMode::Attended,
            });
            self.join(d, part, *guest);
        } else if let Some(asked) = part.talk.asked() {
            d.fact(What::Transferred {
                call: part.id,
                by,
                to: Self::who_was_asked(part, asked.agent),
                mode: TransferMode::SemiAttended,
            });
            let given = part.talk.given.as_ref();
            let is_outside = given.is_some_and(|given| !given.lines.is_empty());
            d.fact(What::TransferAwaited(TransferAwaited {
                call: part.id,
                agent: asked.agent,
                leg: asked.leg,
                ring_ms: if is_outside { OUTSIDE_MS } else { RING_MS },
            }));
        }
        self.leave(d, part, gone);
    }

    /// An agent, or else who is no agent and was asked last.
    fn who_was_asked(part: Part<'_>, agent: AgentId) -> Destination {
        let other = part.talk.given.as_ref().map(|given| given.to.clone());
        match other {
            Some(other) if agent == AgentId::NOBODY => other,
            _ => Destination::Agent(agent),
        }
    }

    /// The agent gives the call to a queue; is not rung for it there.
    pub(super) fn give_to_queue(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        to: QueueId,
    ) -> Result<(), Refused> {
        let queue = self.queue(to).ok_or(Refused::NoSuchQueue(to))?;
        if queue.is_disabled {
            return Err(Refused::QueueDisabled(to));
        }
        let Part { id, call, .. } = part;
        let by = part.seat.agent;
        if part.talk.hosts().count() > 1 {
            return Err(Refused::InConference);
        }
        if !self.is_staffed(queue) {
            return Err(Refused::QueueUnstaffed(to));
        }
        if self.callers_in(to) >= queue.max_waiting as usize {
            return Err(Refused::QueueFull(to));
        }
        d.fact(What::Transferred {
            call: id,
            by,
            to: Destination::Queue(to),
            mode: TransferMode::Blind,
        });
        Self::stop_recording(d, id, call);
        self.leave(d, part, None);
        let mut wait = Wait::new(to, d.at(), d.at());
        let (before, reclaimed_s) = self.reclaimed(d, call, to);
        wait.bonus_s = TRANSFER_BONUS_S.max(reclaimed_s);
        d.fact(What::Queued {
            call: id,
            queue: to,
            position: self.position(d.at(), id, &call.standing, &wait, before),
            again: false,
            bonus_s: wait.bonus_s,
            without: Some(by),
            kept: None,
        });
        let heard = if self.free_agents(queue) > 0 {
            Prompt::PleaseHold
        } else {
            Prompt::AllAgentsBusy
        };
        d.play(call.leg, vec![Say::Prompt(heard, call.language)], false);
        Ok(())
    }

    /// A phone does not ring any more for a conversation.
    pub(super) fn end_ringing(
        &self,
        d: &mut Decision,
        id: CallId,
        ringing: &Ringing,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let leg = ringing.leg;
        d.fact(What::OfferEnded {
            call: id,
            agent: ringing.agent,
            leg,
            outcome,
        });
        let cause = match outcome {
            OfferOutcome::NoAnswer => Cause::NO_ANSWER,
            _ => NOT_NEEDED,
        };
        self.release(d, leg, cause, gone);
    }

    /// Nobody answered the phone that rang for a conversation: whoever gave the call away gets it
    /// back, and if that fails too it goes to the front of its queue.
    pub(crate) fn party_not_reached(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let Some((talk, ringing)) = call.talk().and_then(|talk| Some((talk, talk.ringing?))) else {
            return;
        };
        self.end_ringing(d, id, &ringing, outcome, gone);
        if ringing.purpose == RingPurpose::Consult {
            return;
        }
        let by = ringing.by;
        if ringing.purpose == RingPurpose::Transfer {
            d.fact(What::TransferFailed {
                call: id,
                by,
                agent: ringing.agent,
                outcome,
            });
        }
        if talk.hosts().next().is_some() {
            return;
        }
        if ringing.purpose == RingPurpose::Transfer && self.can_take_back(by, id) {
            if let Some(Work::Wrapup { call, .. }) = self.agents.get(&by).map(|a| a.work) {
                d.fact(What::WrapupEnded { agent: by, call });
            }
            self.ring(d, id, call, by, by, RingPurpose::Return);
        } else {
            self.back_to_queue(d, id, call);
        }
    }

    /// Whether whoever gave the call away can have it back: free, or still writing notes about it.
    pub(crate) fn can_take_back(&self, agent: AgentId, id: CallId) -> bool {
        let Some((at_work, _)) = self.agents.get(&agent).zip(self.agent(agent)) else {
            return false;
        };
        let is_free = match at_work.work {
            Work::Free => true,
            Work::Wrapup { call, .. } => call == id,
            _ => false,
        };
        let is_ready = at_work.presence == Presence::Ready && at_work.pending.is_none();
        is_free && is_ready && self.phone_of(agent) == Service::In
    }

    /// Nobody is left to talk to the customer, who goes before all others in the queue.
    pub(crate) fn back_to_queue(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Some(talk) = call.talk() else { return };
        Self::stop_recording(d, id, call);
        if self.queue(talk.queue).is_some() {
            self.return_to_queue(d, id, call, talk.queue);
        } else {
            farewell(d, id, call, EndOutcome::Failed);
        }
    }
}
