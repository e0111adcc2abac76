//! What is set with a code at a phone and confirmed in words: day or night, where callers go; and a
//! call that is taken from the phone it rings at.

use hotline_call::{Cause, Number};

use super::code_refused;
use crate::acd::Work;
use crate::calling::Dialer;
use crate::decision::Decision;
use crate::fact::{DeskStep, ScheduleSet};
use crate::feature_code::ModeAsked;
use crate::permission::{Over, Permission};
use crate::route::{DialledTo, Dialling};
use crate::state::State;
use crate::{AgentId, EndOutcome, ForwardTo, OfferOutcome, Prompt, RingPurpose, Say, What};

impl State {
    /// Day or night by hand, for the whole house (table B 2): it holds until the plan comes to the
    /// same by itself.
    pub(super) fn sets_hours(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        asked: ModeAsked,
    ) -> Result<(), Cause> {
        let agent = self.sits_there(dialer)?;
        let person = self.person_of(agent);
        let verdict = self.verdict(person.as_ref(), Permission::SchedulesOverride, Over::Nobody);
        if !verdict.is_permitted() {
            let asked = (agent, person.as_ref(), "night_override");
            code_refused(d, asked, AgentId::NOBODY, verdict);
            return Err(Cause::CALL_REJECTED);
        }
        let plan = &self.configuration.dial_plan;
        let wall_ms = d.at().wall_ms;
        let hours = |id| plan.hours(id, &self.by_hand);
        // One hour hand for all: what the first of them is not.
        let first = plan.schedules.first().and_then(|first| hours(first.id));
        let first = first.ok_or(Cause::CALL_REJECTED)?.at(wall_ms).mode;
        let mode = match asked {
            ModeAsked::Other => Some(first.other()),
            ModeAsked::Set(mode) => Some(mode),
            ModeAsked::Planned => None,
        };
        for schedule in &plan.schedules {
            let set = mode.and_then(|mode| hours(schedule.id)?.by_hand(mode, wall_ms));
            let (schedule, by_hand) = (schedule.id, set);
            d.fact(What::ScheduleSet(ScheduleSet { schedule, by_hand }));
        }
        self.says_done(d, dialer, agent)
    }

    /// Who calls the agent at the phone goes there, whatever the forwarding says; or as it says.
    pub(super) fn forwards(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        to: Option<&Number>,
    ) -> Result<(), Cause> {
        let agent = self.sits_there(dialer)?;
        let to = match to {
            Some(number) => Some(self.forward_to(d, (agent, dialer), number)?),
            None => None,
        };
        d.fact(What::Desk(DeskStep::Forwarded { agent, to }));
        self.says_done(d, dialer, agent)
    }

    /// A phone here, or a number outside that the agent may call.
    fn forward_to(
        &self,
        d: &Decision,
        (agent, dialer): (AgentId, &Dialer),
        number: &Number,
    ) -> Result<ForwardTo, Cause> {
        let lines = self.line_uses();
        let dialled = self.configuration.dial_plan.dial(Dialling {
            number,
            agent: Some(agent),
            extension: &|digits| self.configuration.extension(digits),
            listed: &|canonical| self.listed(d, canonical),
            lines: &lines,
        });
        match dialled.to {
            DialledTo::Phone(phone) if phone != dialer.phone => Ok(ForwardTo::Phone(phone)),
            DialledTo::Outside(_) => Ok(ForwardTo::Outside(number.clone())),
            DialledTo::Refused(why) => Err(why.cause()),
            DialledTo::Phone(_) | DialledTo::Emergency(_) | DialledTo::Feature(_) => {
                Err(Cause::CALL_REJECTED)
            }
        }
    }

    /// The person is told that it is done, and goodbye.
    fn says_done(&self, d: &mut Decision, dialer: &Dialer, agent: AgentId) -> Result<(), Cause> {
        let (id, call) = self.begins_at_phone(d, dialer, agent)?;
        let outcome = EndOutcome::SelfService;
        d.fact(What::FarewellStarted { call: id, outcome });
        let said = Say::Prompt(Prompt::Done, call.language);
        d.play(call.leg, vec![said], false);
        Ok(())
    }

    /// The agent at the phone takes the call that rings at an extension.
    pub(super) fn picks_up_at(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        extension: &str,
    ) -> Result<(), Cause> {
        let agent = self.sits_there(dialer)?;
        let at_work = self.agents.get(&agent).filter(|a| a.is_signed_in());
        let at_work = at_work.ok_or(Cause::CALL_REJECTED)?;
        let phone = self.configuration.extension(extension);
        let phone = phone.ok_or(Cause::UNALLOCATED_NUMBER)?;
        let there = self.roster.agent_at(phone).unwrap_or(AgentId::NOBODY);
        let rings = |leg| self.legs.get(&leg).and_then(|leg| leg.party.agent()) == Some(there);
        let mut calls = self.calls.iter();
        let found = calls.find_map(|(id, call)| {
            let offers = call.wait().map(|wait| wait.offers.as_slice());
            let offered = offers
                .into_iter()
                .flatten()
                .filter(|o| o.answered.is_none());
            let offered = offered.map(|offer| (offer.leg, true));
            let led = call.rung().filter(|rung| !rung.is_outside);
            let party = call.talk().and_then(|talk| talk.ringing);
            let party = party.filter(|party| party.purpose != RingPurpose::Consult);
            let others = led.map(|rung| rung.leg).into_iter();
            let others = others.chain(party.map(|party| party.leg));
            let mut all = offered.chain(others.map(|leg| (leg, false)));
            let (leg, is_offer) = all.find(|(leg, _)| rings(*leg))?;
            Some((*id, call, leg, is_offer))
        });
        // A phone nobody is signed in at has no agent to be told apart by.
        let found = found.filter(|_| there != AgentId::NOBODY);
        let (id, call, rung, is_offer) = found.ok_or(Cause::CALL_REJECTED)?;
        if let Work::Wrapup { call, .. } = at_work.work {
            d.fact(What::WrapupEnded { agent, call });
        }
        let leg = dialer.leg;
        if is_offer {
            self.pick_up(d, id, agent, leg);
            return Ok(());
        }
        d.fact(What::OfferEnded {
            call: id,
            agent: there,
            leg: rung,
            outcome: OfferOutcome::AnsweredElsewhere,
        });
        self.release(d, rung, Cause::ANSWERED_ELSEWHERE, None);
        self.talks_from(d, (id, call), agent, leg);
        Ok(())
    }
}
