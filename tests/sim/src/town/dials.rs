//! Phones of ours dial: each other, people outside, our own number, codes, and what leads nowhere.

use hotline_call::{Cause, LegId, PhoneId};
use hotline_services::{AgentId, AgentState, Broken};

use super::{OPEN_MS, Plan, Town};
use crate::annex::{LOBBIES, OUR_NUMBER, extension_of};
use crate::office::phone_of;
use crate::step::{Step, Who};

/// Codes that are dialled: parks, picks up, ready, not ready, day or night, and one that is none.
const CODES: [&str; 8] = ["700", "*8", "*42", "*43", "*79", "*28", "701", "*99"];

impl Town {
    pub(super) fn dials(&mut self, phone: PhoneId) -> Result<(), Broken> {
        let now_ms = self.house.now_ms() % super::DAY_MS;
        if !self.is_open || now_ms > OPEN_MS.1 {
            return Ok(());
        }
        let seats = u64::from(self.setting.seats);
        let digits = match self.random.below(20) {
            0..=5 => {
                let agent = u32::try_from(self.random.between(1, seats)).unwrap_or(1);
                extension_of(AgentId(agent))
            }
            6 => LOBBIES[0].1.to_owned(),
            7..=12 => format!("139{:08}", self.random.below(1000)),
            13..=14 => OUR_NUMBER.to_owned(),
            15..=17 => self
                .random
                .one_of(&CODES)
                .map_or("", |code| *code)
                .to_owned(),
            18 if self.random.permille(100) => "120".to_owned(),
            _ => "40".to_owned(),
        };
        self.phone_dials(phone, &digits)?;
        self.begins_work_on_the_phone(phone);
        let ms = self.random.exponential_ms(25.0 * 60_000.0);
        self.after(ms, Plan::Dials(phone));
        Ok(())
    }

    /// Some sign in while they call from the phone at their desk.
    fn begins_work_on_the_phone(&mut self, phone: PhoneId) {
        let mut agents = self.agents.iter().copied();
        let at_it = agents.find(|agent| phone_of(*agent) == phone);
        let is_away = |agent: &AgentId| self.house.state(*agent) == Some(AgentState::SignedOut);
        if let Some(agent) = at_it.filter(is_away)
            && self.random.permille(500)
        {
            let ms = self.random.between(500, 8_000);
            self.after(ms, Plan::BeginsWork(agent));
        }
    }

    /// Whoever is at this leg hangs up, if it is still there.
    pub(super) fn hangs_up_at(&mut self, who: Who, leg: LegId) -> Result<(), Broken> {
        if !self.house.doors.is_open(leg) {
            return Ok(());
        }
        if self.house.doors.newest(who) == Some(leg) {
            return self.does(Step::Goes(who, Cause::NORMAL_CLEARING));
        }
        // There is another call at that phone, which ends first.
        self.after(20_000, Plan::HangsUp { who, leg });
        Ok(())
    }
}
