use hotline_call::{CallId, Cause, Command, Device};

use super::{MAX_HOPS, MAX_SEATS, RING_MS, Seat, Talk};
use crate::acd::Agent;
use crate::decision::Decision;
use crate::stage::{Call, Hold, Stage};
use crate::state::State;
use crate::{
    AgentId, Destination, InCall, OfferOutcome, OtherAsked, Passed, Refused, RingPurpose,
    TransferMode, What,
};

/// The conversation an agent takes part in.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub id: CallId,
    pub call: &'a Call,
    pub talk: &'a Talk,
    pub seat: Seat,
}

impl State {
    /// The conversation that an agent takes part in, if in one.
    pub(crate) fn part_of(&self, agent: AgentId) -> Option<Part<'_>> {
        let id = self.agents.get(&agent).and_then(Agent::call)?;
        let call = self.calls.get(&id)?;
        let talk = call.talk()?;
        let seat = *talk.seat(agent)?;
        Some(Part {
            id,
            call,
            talk,
            seat,
        })
    }

    /// An agent asks for something about the call it is in.
    pub(crate) fn decide_in_call(
        &self,
        d: &mut Decision,
        agent: AgentId,
        what: &InCall,
    ) -> Result<(), Refused> {
        if let Some(part) = self.part_of(agent) {
            return self.decide_part(d, part, what);
        }
        // Who called a colleague takes the place of the one who answered.
        let not_in_a_call = Refused::NotInACall(agent);
        let (id, turned) = self.turned(agent).ok_or(not_in_a_call.clone())?;
        let call = self.turn(d, id, turned);
        let part = call.as_ref().and_then(|call| {
            let talk = call.talk()?;
            let seat = *talk.seat(agent)?;
            Some(Part {
                id,
                call,
                talk,
                seat,
            })
        });
        self.decide_part(d, part.ok_or(not_in_a_call)?, what)
    }

    /// The same, of whoever takes part in a conversation.
    fn decide_part(&self, d: &mut Decision, part: Part<'_>, what: &InCall) -> Result<(), Refused> {
        let agent = part.seat.agent;
        let Part { talk, seat, .. } = part;
        let may_be_guest = matches!(what, InCall::Hold | InCall::Retrieve);
        if seat.is_guest && !may_be_guest {
            return Err(Refused::OnlyConsulted(agent));
        }
        match what {
            InCall::Hold if seat.is_held => return Err(Refused::OnHold),
            InCall::Hold if talk.leader == Some(agent) => return Err(Refused::Consulting),
            InCall::Hold => d.fact(What::Held {
                call: part.id,
                leg: seat.leg,
            }),
            InCall::Retrieve if !seat.is_held => return Err(Refused::NotOnHold),
            InCall::Retrieve => d.fact(What::Retrieved {
                call: part.id,
                leg: seat.leg,
            }),
            InCall::Transfer { to } => return self.transfer(d, part, to.clone()),
            InCall::PauseRecording => return Self::pause_recording(d, part),
            InCall::ResumeRecording => return Self::resume_recording(d, part.id, part.call),
            InCall::Consult { to } => return self.consult(d, part, to.clone()),
            InCall::Complete => return self.complete(d, part),
            InCall::Swap => {
                Self::asked_of(part)?;
                let call = part.id;
                d.fact(What::Swapped { call, agent });
            }
            InCall::Cancel => return self.cancel(d, part),
            InCall::Park => {
                Self::is_undisturbed(part)?;
                return self.park(d, part);
            }
            InCall::Merge => {
                let guest = Self::asked_of(part)?;
                if talk.hosts().count() >= MAX_SEATS {
                    return Err(Refused::ConferenceFull);
                }
                self.join(d, part, guest);
            }
        }
        Ok(())
    }

    /// Whom the agent asks aside, who has answered.
    fn asked_of(part: Part<'_>) -> Result<Seat, Refused> {
        if part.talk.leader != Some(part.seat.agent) {
            return Err(Refused::NotConsulting(part.seat.agent));
        }
        part.talk.guest().copied().ok_or(Refused::StillRinging)
    }

    /// Somebody who was asked aside comes to the customer.
    pub(super) fn join(&self, d: &mut Decision, part: Part<'_>, guest: Seat) {
        d.fact(What::Connected {
            call: part.id,
            agent: guest.agent,
            leg: guest.leg,
        });
        self.record(d, part.id, part.call, guest.leg);
    }

    /// Nothing else may be under way when a phone is to ring.
    fn is_undisturbed(part: Part<'_>) -> Result<(), Refused> {
        if part.talk.leader.is_some() {
            Err(Refused::Consulting)
        } else if part.talk.ringing.is_some() {
            Err(Refused::StillRinging)
        } else {
            Ok(())
        }
    }

    /// Another agent can be rung now.
    fn is_free(&self, part: Part<'_>, other: AgentId) -> Result<(), Refused> {
        if other == part.seat.agent {
            return Err(Refused::Oneself);
        }
        let agent = self
            .agents
            .get(&other)
            .filter(|_| self.agent(other).is_some());
        let agent = agent.ok_or(Refused::NoSuchAgent(other))?;
        match self.why_not(other, agent) {
            None => Ok(()),
            Some(why) => Err(Refused::NotFree(other, why)),
        }
    }

    fn consult(&self, d: &mut Decision, part: Part<'_>, to: Destination) -> Result<(), Refused> {
        Self::is_undisturbed(part)?;
        let (call, by) = (part.id, part.seat.agent);
        match to {
            Destination::Agent(other) => {
                self.is_free(part, other)?;
                self.ring(d, call, part.call, other, by, RingPurpose::Consult);
            }
            Destination::Phone(phone) => {
                let agent = self.at_phone_now(phone)?;
                d.fact(What::OtherAsked(OtherAsked { call, by, to }));
                self.ring_phone(d, part, (agent, phone), RingPurpose::Consult);
            }
            Destination::Outside(ref number) => {
                let way = self.first_way(d, by, number)?;
                d.fact(What::OtherAsked(OtherAsked { call, by, to }));
                let for_whom = (by, RingPurpose::Consult);
                self.ring_outside(d, call, part.call, for_whom, way);
            }
            Destination::Queue(_) | Destination::Voicemail(_) => {
                return Err(Refused::NoWay(Passed::NotAPerson));
            }
        }
        Ok(())
    }

    /// Rings the phone of an agent for a conversation.
    pub(crate) fn ring(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        agent: AgentId,
        by: AgentId,
        purpose: RingPurpose,
    ) {
        let Some(phone) = self.roster.desk(agent) else {
            return;
        };
        let leg = self.next_leg();
        d.fact(What::PartyRung {
            call: id,
            agent,
            leg,
            by,
            purpose,
            ring_ms: RING_MS,
            line: None,
        });
        d.command(Command::Ring {
            leg,
            device: Device::Phone(phone),
            caller: call.caller.clone(),
        });
    }

    /// Whoever was asked gets the call, or will get it once the phone is answered.
    fn complete(&self, d: &mut Decision, part: Part<'_>) -> Result<(), Refused> {
        if part.talk.leader != Some(part.seat.agent) {
            return Err(Refused::NotConsulting(part.seat.agent));
        }
        if part.call.hops >= MAX_HOPS {
            return Err(Refused::TooManyTransfers);
        }
        self.give_to_asked(d, part, None);
        Ok(())
    }

    /// Whoever was asked goes, or stops to ring; the agent is back with the customer.
    fn cancel(&self, d: &mut Decision, part: Part<'_>) -> Result<(), Refused> {
        if part.talk.leader != Some(part.seat.agent) {
            return Err(Refused::NotConsulting(part.seat.agent));
        }
        if let Some(guest) = part.talk.guest() {
            self.send_away(d, part.id, part.talk, *guest, None);
        } else if let Some(asked) = part.talk.asked() {
            let outcome = OfferOutcome::CallerGone;
            self.end_ringing(d, part.id, asked, outcome, None);
        }
        Ok(())
    }

    /// The agent gives the call on without asking.
    fn transfer(&self, d: &mut Decision, part: Part<'_>, to: Destination) -> Result<(), Refused> {
        Self::is_undisturbed(part)?;
        if part.call.hops >= MAX_HOPS {
            return Err(Refused::TooManyTransfers);
        }
        let by = part.seat.agent;
        match to {
            Destination::Agent(other) => {
                self.is_free(part, other)?;
                d.fact(What::Transferred {
                    call: part.id,
                    by,
                    to,
                    mode: TransferMode::Blind,
                });
                self.ring(d, part.id, part.call, other, by, RingPurpose::Transfer);
                self.leave(d, part, None);
            }
            Destination::Queue(queue) => return self.give_to_queue(d, part, queue),
            Destination::Phone(phone) => return self.give_to_phone(d, part, phone),
            Destination::Outside(number) => return self.give_outside(d, part, number),
            Destination::Voicemail(mailbox) => return self.give_to_mailbox(d, part, mailbox),
        }
        Ok(())
    }

    /// A phone that rang for a conversation has been answered.
    pub(crate) fn decide_party_answered(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Some(ringing) = call.talk().and_then(|talk| talk.ringing) else {
            return;
        };
        let (agent, leg) = (ringing.agent, ringing.leg);
        if ringing.purpose == RingPurpose::Consult {
            d.fact(What::ConsultBegan {
                call: id,
                agent,
                leg,
            });
        } else {
            d.fact(What::Connected {
                call: id,
                agent,
                leg,
            });
            self.record(d, id, call, leg);
        }
    }

    /// An agent puts the customer, or whoever it talks to, on hold, or takes them back.
    pub(crate) fn decide_hold(&self, d: &mut Decision, by: hotline_call::LegId, to: Hold) {
        let Some((id, call)) = self.call_of(by) else {
            return;
        };
        let Stage::Talking(talk) = &call.stage else {
            return;
        };
        if let (Hold::OnHold, Some(agent)) = (to, self.caller_at(by)) {
            // Between these two alone nothing keeps it from being done.
            let _ = self.decide_in_call(d, agent, &InCall::Hold);
            return;
        }
        let Some(seat) = talk.seat_at(by) else { return };
        match to {
            Hold::OnHold if !seat.is_held => d.fact(What::Held { call: id, leg: by }),
            Hold::Talking if seat.is_held => d.fact(What::Retrieved { call: id, leg: by }),
            _ => {}
        }
    }

    /// Tells what agents do in conversations where that has changed by something else.
    pub(crate) fn settle_doing(&self, d: &mut Decision, work: &crate::work::Work) {
        for (id, call) in work.calls(self) {
            let Some(talk) = call.talk() else { continue };
            for seat in &talk.seats {
                let doing = talk.doing(seat);
                let is = self.agents.get(&seat.agent).and_then(Agent::doing);
                if is.is_some_and(|is| is != doing) {
                    d.fact(What::AgentDoing {
                        call: id,
                        agent: seat.agent,
                        doing,
                    });
                }
            }
        }
    }
}

/// What a leg is told that is not needed any more.
pub(super) const NOT_NEEDED: Cause = Cause::NORMAL_CLEARING;
