//! The people inside: how they answer, miss, reject, rest and go home.

use hotline_call::{Cause, LegId, PhoneId};
use hotline_services::{AgentId, AgentState, Broken, Request};

use super::{MINUTE_MS, OPEN_MS, Plan, Town};
use crate::office::phone_of;
use crate::step::{Step, Who};

impl Town {
    /// A phone is rung: most answer, some miss it, reject it, or cannot be reached.
    pub(super) fn is_rung(&mut self, phone: PhoneId, leg: LegId) {
        let there = Who::Phone(phone);
        if self.is_calm() {
            let step = Step::Answers(there);
            return self.after(1_000, Plan::Phone { leg, step });
        }
        let alerts = self.random.between(20, 400);
        let step = Step::Rings(there);
        self.after(alerts, Plan::Phone { leg, step });
        let (ms, step) = match self.random.below(1000) {
            0..=49 => return,
            50..=69 => (3_000, Step::Goes(there, Cause::CALL_REJECTED)),
            70..=84 => (60, Step::Goes(there, Cause::USER_BUSY)),
            85..=92 => (30, Step::Goes(there, Cause::SUBSCRIBER_ABSENT)),
            93..=96 => (5_000, Step::Goes(there, Cause::NO_USER_RESPONDING)),
            97..=99 => (9_000, Step::Goes(there, Cause::NO_ANSWER)),
            _ => (self.random.lognormal_ms(4_500.0, 0.7), Step::Answers(there)),
        };
        if self.random.permille(10) {
            let step = step.clone();
            self.after(ms + 20, Plan::Phone { leg, step });
        }
        self.after(ms, Plan::Phone { leg, step });
    }

    pub(super) fn begins_work(&mut self, agent: AgentId) -> Result<(), Broken> {
        let now_ms = self.house.now_ms() % super::DAY_MS;
        if !self.is_open || now_ms > OPEN_MS.1 {
            return Ok(());
        }
        self.does(Step::Asks(Request::SignIn { agent }))?;
        if self.is_calm() {
            return Ok(());
        }
        let ms = self.random.exponential_ms(20.0 * 60_000.0);
        self.after(ms, Plan::Habit(agent));
        Ok(())
    }

    /// Now and then an agent takes a break, goes for a moment without saying so, or does something
    /// that makes no sense at the time.
    pub(super) fn habit(&mut self, agent: AgentId) -> Result<(), Broken> {
        let now_ms = self.house.now_ms() % super::DAY_MS;
        if !self.is_open || now_ms > OPEN_MS.1 {
            return Ok(());
        }
        if self.house.state(agent) == Some(AgentState::SignedOut) {
            return self.begins_work(agent);
        }
        match self.random.below(20) {
            0..=5 => {
                let reason = if self.random.permille(300) {
                    "lunch"
                } else {
                    "break"
                };
                let reason = reason.to_owned();
                self.does(Step::Asks(Request::NotReady { agent, reason }))?;
                let ms = self.random.between(MINUTE_MS, 25 * MINUTE_MS);
                self.after(ms, Plan::ComesBack(agent));
            }
            6..=7 => self.loses_phone(agent)?,
            8 => self.does(Step::Asks(Request::WrapupDone { agent }))?,
            9 => self.does(Step::Asks(Request::HangUp { agent }))?,
            10 => {
                self.does(Step::Asks(Request::SignOut { agent }))?;
                let ms = self.random.between(1_000, 10 * MINUTE_MS);
                self.after(ms, Plan::BeginsWork(agent));
                return Ok(());
            }
            11 => self.does(Step::Holds(Who::Phone(phone_of(agent))))?,
            12 => self.does(Step::Asks(Request::SignIn { agent }))?,
            13 => self.closes_browser(agent)?,
            _ => self.comes_back(agent)?,
        }
        let ms = self.random.exponential_ms(12.0 * 60_000.0);
        self.after(ms, Plan::Habit(agent));
        Ok(())
    }

    /// A page is closed, perhaps to be opened again at once, or not at all.
    fn closes_browser(&mut self, agent: AgentId) -> Result<(), Broken> {
        self.does(Step::Browser(agent, true))?;
        self.does(Step::Browser(agent, false))?;
        if self.random.permille(600) {
            let ms = self.random.between(500, 4 * MINUTE_MS);
            self.after(ms, Plan::Does(Step::Browser(agent, true)));
        }
        Ok(())
    }

    /// The phone is unplugged, perhaps in mid-call, and comes back later.
    fn loses_phone(&mut self, agent: AgentId) -> Result<(), Broken> {
        let phone = phone_of(agent);
        if self.random.permille(700) {
            self.does(Step::Goes(
                Who::Phone(phone),
                Cause::DESTINATION_OUT_OF_ORDER,
            ))?;
        }
        self.does(Step::PhoneService(phone, false))?;
        let ms = self.random.between(1_000, 5 * MINUTE_MS);
        let back = Plan::Does(Step::PhoneService(phone, true));
        self.after(ms, back);
        Ok(())
    }

    /// Back at the desk.
    pub(super) fn comes_back(&mut self, agent: AgentId) -> Result<(), Broken> {
        match self.house.state(agent) {
            Some(AgentState::SignedOut) | None => Ok(()),
            _ => self.does(Step::Asks(Request::Ready { agent })),
        }
    }

    /// Some are done with their notes before the time is over.
    pub(super) fn writes_notes(&mut self, agent: AgentId) {
        if !self.is_calm() && self.random.permille(400) {
            let ms = self.random.between(500, 25_000);
            self.after(ms, Plan::NotesDone(agent));
        }
    }
}
