use hotline_call::{CallId, Cause, Command, LegId, Moment, Party};

use crate::acd::{ended_by, offer_outcome};
use crate::arrival::Arrival;
use crate::decision::Decision;
use crate::stage::{Call, Hold, Stage};
use crate::state::{LegParty, State};
use crate::talk::Part;
use crate::work::Work;
use crate::{EndOutcome, OfferOutcome, What};

impl State {
    /// A door tells of a leg or a device.
    pub(crate) fn decide_door(&self, d: &mut Decision, event: &hotline_call::Event) {
        use hotline_call::{Device, Event};
        match *event {
            Event::Offered {
                leg,
                device: Device::Line(line),
                ref caller,
                ref called,
            } => {
                let (caller, called) = (caller.clone(), called.clone());
                self.decide_offered(
                    d,
                    Arrival {
                        leg,
                        line,
                        caller,
                        called,
                    },
                );
            }
            Event::Offered {
                leg,
                device: Device::Phone(phone),
                ref caller,
                ref called,
            } => self.decide_phone_calls(d, (leg, phone), caller, called.as_ref()),
            Event::Alerting { leg } => self.decide_alerting(d, leg),
            Event::Answered { leg } => self.decide_answered(d, leg),
            Event::Digit {
                leg,
                digit,
                duration_ms,
            } => {
                self.decide_digit(d, leg, digit, duration_ms);
            }
            Event::Held { leg } => self.decide_hold(d, leg, Hold::OnHold),
            Event::Retrieved { leg } => self.decide_hold(d, leg, Hold::Talking),
            Event::TransferAsked { leg, ref to } => self.decide_transfer_asked(d, leg, to),
            Event::Released { leg, cause } => self.decide_released(d, leg, cause),
            Event::InService { device } => self.decide_service(d, device, true),
            Event::OutOfService { device } => self.decide_service(d, device, false),
        }
    }

    /// The call a leg belongs to, if it is one of ours that is not over.
    pub(crate) fn call_of(&self, leg: LegId) -> Option<(CallId, &Call)> {
        let id = self.legs.get(&leg)?.call;
        self.calls.get(&id).map(|call| (id, call))
    }

    /// A leg is over. One we do not know, or know to be over, changes nothing.
    fn decide_released(&self, d: &mut Decision, gone: LegId, cause: Cause) {
        let (Some(leg), Some((id, call))) = (self.legs.get(&gone), self.call_of(gone)) else {
            return;
        };
        d.fact(What::LegReleased {
            call: id,
            leg: gone,
            cause,
        });
        match leg.party {
            LegParty::Customer => self.customer_gone(d, id, call, cause),
            LegParty::Agent(_) => self.agent_gone(d, id, call, gone, cause),
            LegParty::Supervisor(_) => {
                if let Some(there) = call.supervised_by(gone) {
                    self.end_supervision(d, id, there, Some(gone));
                }
            }
        }
    }

    fn customer_gone(&self, d: &mut Decision, id: CallId, call: &Call, cause: Cause) {
        if self.try_next_line(d, id, call, cause) {
            return;
        }
        let outcome = match call.stage {
            Stage::Ending { .. } => return,
            Stage::Mailbox(ref leaving) => leaving.outcome(d.at()),
            Stage::Outside(_) => EndOutcome::NotReached,
            Stage::Talking(_) | Stage::Parked(_) => EndOutcome::Served,
            Stage::Farewell { outcome, .. } => outcome,
            Stage::Reaching(_) => EndOutcome::AbandonedRinging,
            Stage::AtPhone(_) => EndOutcome::SelfService,
            _ if cause.is_fault() => EndOutcome::Failed,
            Stage::Ringing | Stage::Greeting { .. } | Stage::Input { .. } => {
                EndOutcome::AbandonedInMenu
            }
            Stage::Waiting(_) => EndOutcome::AbandonedInQueue,
        };
        let by = ended_by(Party::Customer, cause);
        self.end_call(d, id, outcome, by, cause, Some(call.leg));
    }

    fn agent_gone(&self, d: &mut Decision, id: CallId, call: &Call, gone: LegId, cause: Cause) {
        match call.stage {
            Stage::Waiting(_) => self.end_offer(d, id, gone, offer_outcome(cause), Some(gone)),
            Stage::Reaching(_) if call.rung().is_some_and(|rung| rung.leg == gone) => {
                if self.person_on_next_line(d, id, call, cause, gone) {
                    return;
                }
                self.person_not_reached(d, id, call, offer_outcome(cause), Some(gone));
            }
            Stage::Outside(_) => {
                let by = ended_by(Party::Agent, cause);
                self.end_call(d, id, EndOutcome::NotReached, by, cause, Some(gone));
            }
            Stage::Talking(ref talk) => {
                if talk.ringing.is_some_and(|ringing| ringing.leg == gone) {
                    if self.party_on_next_line(d, id, call, cause, gone) {
                        return;
                    }
                    self.party_not_reached(d, id, call, offer_outcome(cause), Some(gone));
                } else if let Some(seat) = talk.seat_at(gone).copied() {
                    let part = Part {
                        id,
                        call,
                        talk,
                        seat,
                    };
                    self.decide_leaves(d, part, cause, Some(gone));
                }
            }
            _ => {}
        }
    }

    /// Ends a call wherever it stands. `gone` is the leg that a door has told to be over already.
    pub(crate) fn end_call(
        &self,
        d: &mut Decision,
        id: CallId,
        outcome: EndOutcome,
        by: Party,
        cause: Cause,
        gone: Option<LegId>,
    ) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        match call.stage {
            Stage::Ending { .. } => return,
            Stage::Waiting(_) => self.end_offers(d, id, OfferOutcome::CallerGone, gone),
            Stage::Mailbox(_) => self.mailbox_left(d, id, call),
            Stage::AtPhone(_) => Self::stop_recording(d, id, call),
            Stage::Reaching(_) => self.stop_bell(d, id, call, OfferOutcome::CallerGone, gone),
            Stage::Talking(ref talk) => {
                self.everybody_leaves(d, id, call, gone);
                d.fact(What::CallEnding {
                    call: id,
                    outcome,
                    by,
                    cause,
                });
                for seat in talk.hosts() {
                    self.release(d, seat.leg, cause_for_other(cause), gone);
                }
                return self.release(d, call.leg, cause_for_other(cause), gone);
            }
            _ => {}
        }
        d.fact(What::CallEnding {
            call: id,
            outcome,
            by,
            cause,
        });
        if let Stage::Outside(outside) = &call.stage {
            self.release(d, outside.leg, cause, gone);
        }
        self.release(d, call.leg, cause, gone);
    }

    /// Asks a door to end a leg, once.
    pub(crate) fn release(&self, d: &mut Decision, id: LegId, cause: Cause, gone: Option<LegId>) {
        let Some(leg) = self.legs.get(&id) else {
            return;
        };
        if leg.releasing.is_none() && gone != Some(id) {
            d.fact(What::LegReleasing {
                call: leg.call,
                leg: id,
                cause,
            });
            d.command(Command::Release { leg: id, cause });
        }
    }

    /// A call is over when its end is decided and no leg of it is left.
    pub(crate) fn settle_ended(&self, d: &mut Decision, work: &Work) {
        for (id, call) in work.calls(self) {
            if let Stage::Ending { outcome, by, cause } = call.stage
                && self.legs_of(id).next().is_none()
            {
                d.fact(What::CallEnded {
                    call: id,
                    outcome,
                    by,
                    cause,
                });
            }
        }
    }

    /// The program starts anew: nobody is rung for a call any more, nor talks in it.
    fn people_are_cut_off(d: &mut Decision, id: CallId, call: &Call) {
        let ended = |agent, leg| What::OfferEnded {
            call: id,
            agent,
            leg,
            outcome: OfferOutcome::CallerGone,
        };
        match &call.stage {
            Stage::Waiting(wait) => {
                for offer in &wait.offers {
                    d.fact(ended(offer.agent, offer.leg));
                }
            }
            Stage::Reaching(reach) => {
                if let Some(rung) = &reach.rung {
                    d.fact(ended(rung.agent, rung.leg));
                }
            }
            Stage::AtPhone(_) => {
                if let Some(recording) = call.recording {
                    d.fact(What::RecordingStopped {
                        call: id,
                        recording,
                    });
                }
            }
            Stage::Talking(talk) => {
                if let Some(recording) = call.recording {
                    d.fact(What::RecordingStopped {
                        call: id,
                        recording,
                    });
                }
                Self::talk_was_cut_off(d, id, talk);
            }
            _ => {}
        }
    }

    /// The program starts: whatever was going on in the life before is over. Agents stay at work.
    pub(crate) fn decide_started(&self, d: &mut Decision, last_alive: Option<Moment>) {
        const CAUSE: Cause = Cause::TEMPORARY_FAILURE;
        d.fact(What::Started { last_alive });
        for (id, call) in &self.calls {
            let id = *id;
            Self::people_are_cut_off(d, id, call);
            let (outcome, by, cause) = match call.stage {
                Stage::Ending { outcome, by, cause } => (outcome, by, cause),
                Stage::Mailbox(ref leaving) => {
                    let left = Self::message_was_cut_off(d, (id, call), leaving, last_alive);
                    (left, Party::System, CAUSE)
                }
                Stage::Talking(_) | Stage::Parked(_) => (EndOutcome::Served, Party::System, CAUSE),
                Stage::Farewell { outcome, .. } => (outcome, Party::System, CAUSE),
                Stage::AtPhone(_) => (EndOutcome::SelfService, Party::System, CAUSE),
                _ => (EndOutcome::Failed, Party::System, CAUSE),
            };
            if !matches!(call.stage, Stage::Ending { .. }) {
                d.fact(What::CallEnding {
                    call: id,
                    outcome,
                    by,
                    cause,
                });
            }
            for leg in self.legs_of(id) {
                d.fact(What::LegReleased {
                    call: id,
                    leg,
                    cause: CAUSE,
                });
            }
            d.fact(What::CallEnded {
                call: id,
                outcome,
                by,
                cause,
            });
        }
        for (agent, at_work) in &self.agents {
            if let crate::acd::Work::Wrapup { call, .. } = at_work.work {
                d.fact(What::WrapupEnded {
                    agent: *agent,
                    call,
                });
            }
        }
    }
}

/// What the other party is told: that a phone here failed is no business of the network.
const fn cause_for_other(cause: Cause) -> Cause {
    if cause.is_fault() {
        Cause::NORMAL_UNSPECIFIED
    } else {
        Cause::NORMAL_CLEARING
    }
}
