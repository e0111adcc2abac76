//! Hot desking (table B 14): an agent signs in at any phone with a number and a PIN, and is rung
//! there until signed out. Whether the PIN is right the program finds out, which keeps what proves
//! it; here it is in no fact and no state.

use std::collections::BTreeMap;

use hotline_call::{Cause, Command, LegId, Moment, PhoneId};

use crate::acd::{Agent, Roster, Work};
use crate::calling::Dialer;
use crate::decision::Decision;
use crate::fact::DeskStep;
use crate::feature_code::Pin;
use crate::state::State;
use crate::{Action, AgentId, What};

/// So many wrong PINs in a row, and none is taken for a while.
const MOST_WRONG: u32 = 5;
/// For how long: of four digits a thousandth is tried in a day then.
const LOCKED_MS: u64 = 900_000;

/// Agents who sit at another phone than their own, and who may come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Seats {
    /// Where each sits.
    taken: BTreeMap<AgentId, PhoneId>,
    /// Phones at which a PIN is being checked: by which leg, and whose. One at a time for each.
    asked: BTreeMap<PhoneId, (LegId, AgentId)>,
    /// Wrong PINs in a row, and until when none is taken.
    wrong: BTreeMap<AgentId, (u32, Moment)>,
}

impl State {
    /// Somebody at a phone says to be this agent. Who it is not is told nothing of why.
    pub(crate) fn asks_for_pin(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        (agent, pin): (AgentId, Pin),
    ) -> Result<(), Cause> {
        let is_locked = self
            .seats
            .wrong
            .get(&agent)
            .is_some_and(|(count, until)| *count >= MOST_WRONG && !d.at().has_reached(*until));
        if self.agent(agent).is_none() || is_locked || !self.may_sit(agent, dialer.phone) {
            return Err(Cause::CALL_REJECTED);
        }
        let (phone, leg) = (dialer.phone, dialer.leg);
        d.fact(What::Desk(DeskStep::PinAsked { agent, phone, leg }));
        d.act(Action::CheckPin { leg, agent, pin });
        Ok(())
    }

    /// Whether the agent is free to go there, and nobody else is at work at that phone.
    fn may_sit(&self, agent: AgentId, phone: PhoneId) -> bool {
        let is_free = self.agents.get(&agent).is_some_and(|at_work| {
            at_work.leg.is_none() && matches!(at_work.work, Work::Free | Work::Wrapup { .. })
        });
        let there = self.roster.agent_at(phone).filter(|there| *there != agent);
        let there = there.and_then(|there| self.agents.get(&there));
        is_free && !there.is_some_and(|there| there.is_signed_in() || there.leg.is_some())
    }

    /// It is known whether the PIN is right.
    pub(crate) fn decide_pin(&self, d: &mut Decision, leg: LegId, is_right: bool) {
        let mut asked = self.seats.asked.iter();
        let Some((phone, (_, agent))) = asked.find(|(_, (asked, _))| *asked == leg) else {
            return;
        };
        let (phone, agent) = (*phone, *agent);
        if !is_right || !self.may_sit(agent, phone) {
            let locked_ms = if is_right { 0 } else { LOCKED_MS };
            d.fact(What::Desk(DeskStep::PinWrong {
                agent,
                phone,
                locked_ms,
            }));
            let cause = Cause::CALL_REJECTED;
            return d.command(Command::Release { leg, cause });
        }
        d.fact(What::Desk(DeskStep::SatDown { agent, phone }));
        let is_in = self.agents.get(&agent).is_some_and(|a| a.is_signed_in());
        if !is_in {
            d.fact(What::AgentSignedIn { agent });
        }
        d.command(Command::Answer { leg });
        let cause = Cause::NORMAL_CLEARING;
        d.command(Command::Release { leg, cause });
    }

    /// When an agent who sits at another phone and does nothing is signed out, if that is set.
    pub(crate) fn desk_left_at(&self, id: AgentId, agent: &Agent) -> Option<Moment> {
        let idle_min = self.configuration.rules.hot_desk_idle_min;
        let is_idle = idle_min > 0 && agent.is_signed_in() && agent.work == Work::Free;
        let sits_there = is_idle && self.seats.taken.contains_key(&id);
        sits_there.then(|| agent.since.plus_ms(u64::from(idle_min) * 60_000))
    }

    /// Folds what is told of who sits where.
    pub(crate) fn apply_seat(&mut self, at: Moment, step: &DeskStep) {
        match *step {
            DeskStep::PinAsked { agent, phone, leg } => {
                self.seats.asked.insert(phone, (leg, agent));
            }
            DeskStep::PinWrong {
                agent,
                phone,
                locked_ms,
            } => {
                self.seats.asked.remove(&phone);
                if locked_ms > 0 {
                    let wrong = self.seats.wrong.entry(agent).or_insert((0, at));
                    *wrong = (wrong.0 + 1, at.plus_ms(locked_ms));
                }
            }
            DeskStep::SatDown { agent, phone } => {
                self.seats.asked.remove(&phone);
                self.seats.wrong.remove(&agent);
                self.seats.taken.retain(|_, taken| *taken != phone);
                self.seats.taken.insert(agent, phone);
                self.seat_all();
            }
            _ => {}
        }
    }

    /// An agent has signed out: whose phone it is has it again.
    pub(crate) fn stand_up(&mut self, agent: AgentId) {
        if self.seats.taken.remove(&agent).is_some() {
            self.seat_all();
        }
    }

    /// Who sits where, as configured and by what was dialled since.
    pub(crate) fn seat_all(&mut self) {
        let mut roster = Roster::new(&self.configuration);
        self.seats
            .taken
            .retain(|agent, _| roster.agent(*agent).is_some());
        for (agent, phone) in &self.seats.taken {
            roster.sit_down(*agent, *phone);
        }
        self.roster = roster;
    }

    /// Moments and legs of an earlier life say nothing in this one.
    pub(crate) fn seats_start_again(&mut self, at: Moment) {
        self.seats.asked.clear();
        for (_, until) in self.seats.wrong.values_mut() {
            *until = at.plus_ms(LOCKED_MS);
        }
    }
}
