//! Agents park customers, with the button or the code; whoever passes a phone fetches them, in time
//! or too late, or dials another place.

use hotline_call::Number;
use hotline_services::{AgentId, AgentState, Broken, InCall, Request};

use super::colleagues::is_in_a_call;
use super::{Plan, Town};
use crate::annex::LOBBIES;
use crate::office::phone_of;
use crate::step::Step;

impl Town {
    pub(super) fn parks(&mut self, agent: AgentId) -> Result<(), Broken> {
        if !self.house.state(agent).is_some_and(is_in_a_call) {
            return Ok(());
        }
        if self.random.permille(600) {
            let what = InCall::Park;
            return self.does(Step::Asks(Request::InCall { agent, what }));
        }
        self.phone_dials(phone_of(agent), "700")
    }

    /// Most are fetched; a customer is parked for a minute at most.
    pub(super) fn is_parked(&mut self, place: u32) {
        if self.random.permille(850) {
            let ms = self.random.lognormal_ms(35_000.0, 0.8);
            self.after(ms, Plan::Fetches(place));
        }
    }

    pub(super) fn fetches(&mut self, place: u32) -> Result<(), Broken> {
        let is_near = |state| {
            matches!(
                state,
                AgentState::Idle | AgentState::NotReady | AgentState::Wrapup | AgentState::Talking
            )
        };
        let agent = self.somebody(AgentId::NOBODY, is_near);
        let lobby = self.random.one_of(&LOBBIES).map(|(phone, _)| *phone);
        let phone = match agent {
            Some(agent) if self.random.permille(800) => Some(phone_of(agent)),
            _ => lobby,
        };
        let place = if self.random.permille(60) {
            place + 1
        } else {
            place
        };
        phone.map_or(Ok(()), |phone| self.phone_dials(phone, &place.to_string()))
    }

    /// A phone dials this; whoever does hangs up after a while, whatever comes of it.
    pub(super) fn phone_dials(
        &mut self,
        phone: hotline_call::PhoneId,
        digits: &str,
    ) -> Result<(), Broken> {
        let Ok(number) = Number::parse(digits) else {
            return Ok(());
        };
        self.does(Step::Dials { phone, number })?;
        let who = crate::step::Who::Phone(phone);
        if let Some(leg) = self.house.doors.newest(who) {
            let ms = self.random.lognormal_ms(60_000.0, 1.0);
            self.after(ms, Plan::HangsUp { who, leg });
        }
        Ok(())
    }
}
