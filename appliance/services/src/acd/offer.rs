use hotline_call::{CallId, Cause, Command, LegId, Moment};

use crate::decision::Decision;
use crate::stage::{Offer, Stage};
use crate::state::State;
use crate::talk::Talk;
use crate::work::Work;
use crate::{Action, AgentId, OfferOutcome, QueueId, What};

/// How long other phones ring on after one has answered: who answers and hangs up at once, before
/// the caller can be heard, must not cost the caller the others. Nobody has said a word by then.
pub(crate) const ANSWER_STANDS_MS: u64 = 100;

impl State {
    /// The ringing of an agent is over without a conversation. `gone` is the leg that a door has
    /// told to be over already.
    pub(crate) fn end_offer(
        &self,
        d: &mut Decision,
        id: CallId,
        leg: LegId,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        let rings = call.talk().and_then(|talk| talk.ringing);
        if rings.is_some_and(|ringing| ringing.leg == leg) {
            return self.party_not_reached(d, id, call, outcome, gone);
        }
        if let Some(there) = call.supervised_by(leg) {
            return self.end_supervision(d, id, there, gone);
        }
        if call.rung().is_some_and(|rung| rung.leg == leg) {
            return self.person_not_reached(d, id, call, outcome, gone);
        }
        let mut offers = call.wait().into_iter().flat_map(|wait| &wait.offers);
        let Some(offer) = offers.find(|offer| offer.leg == leg) else {
            return;
        };
        d.fact(What::OfferEnded {
            call: id,
            agent: offer.agent,
            leg,
            outcome,
        });
        let cause = match outcome {
            OfferOutcome::NoAnswer => Cause::NO_ANSWER,
            OfferOutcome::AnsweredElsewhere => Cause::ANSWERED_ELSEWHERE,
            _ => Cause::NORMAL_CLEARING,
        };
        self.release(d, leg, cause, gone);
    }

    /// All ringing for a caller is over.
    pub(crate) fn end_offers(
        &self,
        d: &mut Decision,
        id: CallId,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let Some((_, wait)) = self.waiting_call(id) else {
            return;
        };
        for offer in &wait.offers {
            self.end_offer(d, id, offer.leg, outcome, gone);
        }
    }

    /// An agent's phone has answered.
    pub(crate) fn decide_answered(&self, d: &mut Decision, leg: LegId) {
        let Some((id, call)) = self.call_of(leg) else {
            return;
        };
        let rings = call.talk().and_then(|talk| talk.ringing);
        if rings.is_some_and(|ringing| ringing.leg == leg) {
            return self.decide_party_answered(d, id, call);
        }
        if call.supervised_by(leg).is_some_and(|s| s.rings.is_some()) {
            return self.supervision_begins(d, id, leg);
        }
        if call.rung().is_some_and(|rung| rung.leg == leg) {
            return self.decide_person_answered(d, id, call);
        }
        if leg == call.leg {
            return self.decide_reached(d, id, call);
        }
        let Some(wait) = call.wait() else { return };
        let Some(offer) = wait.offers.iter().find(|offer| offer.leg == leg) else {
            return;
        };
        if offer.answered.is_some() || self.lacks_line(d, id, call) {
            return;
        }
        if wait.offers.len() == 1 {
            self.connect(d, id, *offer);
        } else {
            d.fact(What::OfferAnswered {
                call: id,
                agent: offer.agent,
                leg,
            });
        }
    }

    /// Who answered first and is still there gets the caller; other phones stop to ring.
    pub(crate) fn connect_first_answer(&self, d: &mut Decision, id: CallId) {
        let Some((call, wait)) = self.waiting_call(id) else {
            return;
        };
        if self.lacks_line(d, id, call) {
            return;
        }
        let answered = wait.offers.iter().filter(|offer| offer.answered.is_some());
        let Some(first) = answered.min_by_key(|o| o.answered.map(|(_, order)| order)) else {
            return;
        };
        for offer in wait.offers.iter().filter(|offer| offer.leg != first.leg) {
            self.end_offer(d, id, offer.leg, OfferOutcome::AnsweredElsewhere, None);
        }
        self.connect(d, id, *first);
    }

    /// An answer for which no other phone rings any more need not wait.
    pub(crate) fn settle_answers(&self, d: &mut Decision, work: &Work) {
        let alone = work.calls(self).find(|(_, call)| {
            let offers = call.wait().map(|wait| wait.offers.as_slice());
            matches!(offers, Some([only]) if only.answered.is_some())
        });
        if let Some((id, _)) = alone {
            self.connect_first_answer(d, id);
        }
    }

    /// An agent takes the caller, for whom other phones ring, by a call of the own phone.
    pub(crate) fn pick_up(&self, d: &mut Decision, id: CallId, agent: AgentId, leg: LegId) {
        let Some((call, wait)) = self.waiting_call(id) else {
            return;
        };
        if self.lacks_line(d, id, call) {
            let cause = Cause::NO_CIRCUIT;
            return d.command(Command::Release { leg, cause });
        }
        for offer in &wait.offers {
            self.end_offer(d, id, offer.leg, OfferOutcome::AnsweredElsewhere, None);
        }
        d.fact(What::PickedUp {
            call: id,
            agent,
            leg,
        });
        d.command(Command::Answer { leg });
        let offer = Offer {
            agent,
            leg,
            until: d.at(),
            answered: None,
        };
        self.connect(d, id, offer);
    }

    fn connect(&self, d: &mut Decision, id: CallId, offer: Offer) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        if call.callback.is_some() {
            return self.dial_back(d, id, call, offer);
        }
        let Offer { agent, leg, .. } = offer;
        d.fact(What::Connected {
            call: id,
            agent,
            leg,
        });
        d.act(Action::StopPlayback { leg: call.leg });
        self.is_served_here(d, call);
        self.record(d, id, call, leg);
    }

    pub(crate) fn apply_to_offer(&mut self, at: Moment, what: &What) {
        match *what {
            What::AgentOffered {
                call,
                queue,
                agent,
                leg,
                ..
            } => {
                self.lot.drawn();
                self.rung_last.insert(queue, agent);
                self.add_offer(at, call, queue, agent, leg);
            }
            What::RingWidened { call } => {
                if let Some(wait) = self.wait_mut(call) {
                    (wait.width, wait.widened) = (wait.width + 1, at);
                }
            }
            What::OfferAnswered { call, leg, .. } => {
                let order = self.seq;
                let wait = self.wait_mut(call);
                let offer = wait.and_then(|w| w.offers.iter_mut().find(|o| o.leg == leg));
                if let Some(offer) = offer {
                    offer.answered = Some((at, order));
                }
            }
            What::OfferEnded {
                call, agent, leg, ..
            } => {
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                let Some(wait) = call.wait_mut() else { return };
                wait.offers.retain(|offer| offer.leg != leg);
                let since = wait.since;
                if wait.offers.is_empty() {
                    call.stage_since = since;
                }
                *call.tried.entry(agent).or_insert(0) += 1;
            }
            What::Connected { call, agent, leg } => {
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                if let Some(number) = &call.caller.number
                    && agent != AgentId::NOBODY
                {
                    self.last_agents.talked(at, number.clone(), agent);
                }
                let Some(queue) = call.wait().map(|wait| wait.queue) else {
                    return;
                };
                call.enter(at, Stage::Talking(Talk::new(queue, agent, leg)));
            }
            _ => {}
        }
    }

    fn add_offer(&mut self, at: Moment, call: CallId, queue: QueueId, agent: AgentId, leg: LegId) {
        let ring_s = self.queue(queue).map_or(0, |q| q.ring_s);
        let until = at.plus_ms(u64::from(ring_s) * 1000);
        let Some(call) = self.calls.get_mut(&call) else {
            return;
        };
        let Some(wait) = call.wait_mut() else { return };
        wait.offers.push(Offer {
            agent,
            leg,
            until,
            answered: None,
        });
        if wait.offers.len() == 1 {
            (wait.width, wait.widened) = (1, at);
            call.stage_since = at;
        }
    }
}

/// How an offer ended whose leg a door has told to be over.
pub(crate) const fn offer_outcome(cause: Cause) -> OfferOutcome {
    match cause {
        Cause::USER_BUSY => OfferOutcome::Busy,
        Cause::CALL_REJECTED | Cause::NORMAL_CLEARING => OfferOutcome::Rejected,
        Cause::NO_ANSWER => OfferOutcome::NoAnswer,
        _ => OfferOutcome::Unreachable,
    }
}
