//! The people outside: how they call, choose, wait, talk and lose patience.

use hotline_call::{CallId, Cause, LineId};
use hotline_services::{AgentId, Broken, Request};

use super::colleagues::is_in_a_call;
use super::{HOUR_MS, MINUTE_MS, OPEN_MS, Plan, Temper, Town, is_patient};
use crate::habits::Habit;
use crate::office::{key, lines, phone_of};
use crate::step::{Step, Who};

/// How long people talk on average (semantics §5.4 measures with 180 s and a spread of 0.8).
const TALK_MS: f64 = 180_000.0;
const TALK_CV: f64 = 0.8;
/// How long people wait on average before they give up.
const PATIENCE_MS: f64 = 240_000.0;
/// Somebody who sees that nobody answers hangs up by then, whatever the doors do.
const LONGEST_MS: u64 = 3 * HOUR_MS;

/// One caller on a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) person: u32,
    /// How many menus were heard, waits begun, talks had.
    hearings: u32,
    waits: u32,
    talks: u32,
    talks_to: Option<AgentId>,
}

impl Town {
    /// Somebody calls, and the next one will.
    pub(super) fn next_caller(&mut self) -> Result<(), Broken> {
        let now_ms = self.house.now_ms() % super::DAY_MS;
        if now_ms > OPEN_MS.1 {
            return Ok(());
        }
        let person = if self.random.permille(150) && self.last_person > 0 {
            let n = self.random.between(1, u64::from(self.last_person));
            u32::try_from(n).unwrap_or(1)
        } else {
            self.last_person += 1;
            self.last_person
        };
        self.calls(person)?;
        let gap = self.random.exponential_ms(self.mean_gap_ms(now_ms));
        self.after(gap, Plan::NextCaller);
        Ok(())
    }

    /// How far apart callers are: from too few for the agents to too many, and back, over the day.
    fn mean_gap_ms(&self, now_ms: u64) -> f64 {
        let quarter = usize::try_from((now_ms / (15 * MINUTE_MS)) % 8).unwrap_or(0);
        let (load, service_ms) = match self.setting.temper {
            Temper::Calm { load, .. } => {
                let swing = [0.7, 0.85, 1.0, 1.15, 1.3, 1.15, 1.0, 0.85][quarter];
                (swing * f64::from(load) / 1000.0, TALK_MS)
            }
            Temper::Rough { .. } => {
                let swing = [0.6, 0.8, 1.0, 1.2, 1.3, 1.1, 0.9, 0.7][quarter];
                (swing, TALK_MS + 30_000.0)
            }
        };
        service_ms / (load * f64::from(self.setting.seats))
    }

    /// This person calls, on a free line if there is one.
    pub(super) fn calls(&mut self, person: u32) -> Result<(), Broken> {
        if !self.is_open {
            return Ok(());
        }
        let Some(line) = self.free_line() else {
            self.turned_away += 1;
            return Ok(());
        };
        self.last_caller += 1;
        let caller = self.last_caller;
        let new = Caller {
            person,
            hearings: 0,
            waits: 0,
            talks: 0,
            talks_to: None,
        };
        self.callers.insert(caller, new);
        let shown = (!person.is_multiple_of(9)).then_some(person);
        self.does(Step::Calls {
            caller,
            line,
            person: shown,
        })?;
        let goes = Step::Goes(Who::Caller(caller), Cause::NORMAL_CLEARING);
        self.after(LONGEST_MS, Plan::Does(goes.clone()));
        if !self.is_calm() && self.random.permille(40) {
            let ms = self.random.below(20_000);
            self.after(ms, Plan::Does(goes));
        }
        Ok(())
    }

    /// A line nobody is on; now and then one somebody is on, which no line can.
    fn free_line(&mut self) -> Option<LineId> {
        let all = lines(self.setting.seats);
        let first = u16::try_from(self.random.below(u64::from(all))).ok()?;
        if !self.is_calm() && self.random.permille(2) {
            return Some(LineId(first));
        }
        let mut in_turn = (0..all).map(|n| LineId((first + n) % all));
        in_turn.find(|line| self.house.is_free(*line))
    }

    /// A menu is heard: most press a key that leads somewhere, soon or late.
    pub(super) fn hears_menu(&mut self, caller: u32) {
        let Some(who) = self.callers.get_mut(&caller) else {
            return;
        };
        who.hearings += 1;
        let hearing = who.hearings;
        if self.is_calm() {
            return self.after(1_000, Plan::Presses { caller, hearing });
        }
        if self.random.permille(930) {
            let ms = self.random.between(700, 14_000);
            self.after(ms, Plan::Presses { caller, hearing });
        }
    }

    pub(super) fn presses(&mut self, caller: u32, hearing: u32) -> Result<(), Broken> {
        if self.callers.get(&caller).map(|c| c.hearings) != Some(hearing) {
            return Ok(());
        }
        let queues = self.right.queues.len() as u64;
        let n = if !self.is_calm() && self.random.permille(70) {
            9
        } else {
            self.random.between(1, queues)
        };
        let Some(digit) = u32::try_from(n).ok().and_then(key) else {
            return Ok(());
        };
        self.does(Step::Presses(Who::Caller(caller), digit))
    }

    /// In a queue: patience begins to run.
    pub(super) fn waits(&mut self, caller: u32) {
        self.waits_about(caller, PATIENCE_MS);
    }

    /// Waits, for about so long at most.
    pub(super) fn waits_about(&mut self, caller: u32, patience_ms: f64) {
        let Some(who) = self.callers.get_mut(&caller) else {
            return;
        };
        who.waits += 1;
        who.talks_to = None;
        let wait = who.waits;
        if let Temper::Calm { patient, .. } = self.setting.temper
            && is_patient(CallId(u64::from(caller)), patient)
        {
            return;
        }
        let ms = self.random.exponential_ms(patience_ms);
        self.after(ms, Plan::GivesUp { caller, wait });
        if self.has(Habit::AsksBack) && self.random.permille(200) {
            self.asks_back(caller, ms);
        }
        if !self.is_calm() && self.random.permille(30) {
            let presses = key(1).map(|digit| Step::Presses(Who::Caller(caller), digit));
            if let Some(step) = presses {
                self.after(ms / 2, Plan::Does(step));
            }
        }
    }

    /// Would rather be called back; most agree when they have heard the number, some too late.
    fn asks_back(&mut self, caller: u32, patience_ms: u64) {
        let Some(digit) = key(1) else { return };
        let presses = Step::Presses(Who::Caller(caller), digit);
        let asks = self.random.below(patience_ms.min(MINUTE_MS) + 1);
        self.after(asks, Plan::Does(presses.clone()));
        if self.random.permille(850) {
            let agrees = asks + self.random.lognormal_ms(9_000.0, 0.8);
            self.after(agrees, Plan::Does(presses));
        }
    }

    /// Patience is at its end. Half of those who give up call again.
    pub(super) fn gives_up(&mut self, caller: u32, wait: u32) -> Result<(), Broken> {
        let Some(who) = self.callers.get(&caller).copied() else {
            return Ok(());
        };
        if who.waits != wait || who.talks_to.is_some() {
            return Ok(());
        }
        self.hangs_up(caller)?;
        if !self.is_calm() && self.random.permille(500) {
            let ms = self.random.between(5_000, 10 * MINUTE_MS);
            self.after(ms, Plan::CallsAgain { person: who.person });
        }
        Ok(())
    }

    /// An agent answered.
    pub(super) fn talks(&mut self, caller: u32, agent: AgentId) {
        let Some(who) = self.callers.get_mut(&caller) else {
            return;
        };
        who.talks += 1;
        who.talks_to = Some(agent);
        let talk = who.talks;
        let ms = self.random.lognormal_ms(TALK_MS, TALK_CV);
        self.after(ms, Plan::TalkEnds { caller, talk });
        if self.is_calm() {
            return;
        }
        let phone = Who::Phone(phone_of(agent));
        let Some(leg) = self.house.doors.newest(phone) else {
            return;
        };
        if self.random.permille(150) {
            let holds = ms / 3;
            let retrieves = holds + self.random.between(2_000, MINUTE_MS);
            for (at, step) in [
                (holds, Step::Holds(phone)),
                (retrieves, Step::Retrieves(phone)),
            ] {
                self.after(at, Plan::Hold { agent, leg, step });
            }
        }
        if self.has_colleagues() && self.random.permille(120) {
            self.after(ms / 3, Plan::TurnsToOthers(agent));
        }
        if self.has(Habit::Parks) && self.random.permille(80) {
            self.after(ms / 4, Plan::Parks(agent));
        }
        if self.has(Habit::GivesAway) && self.random.permille(80) {
            self.after(ms / 2, Plan::GivesAway(agent));
        }
        if self.random.permille(5) {
            self.after(ms / 2, Plan::Does(Step::RecordingFails { caller }));
        }
    }

    /// One of the two hangs up, at the phone or from the screen; sometimes both; seldom the phone
    /// fails.
    pub(super) fn talk_ends(&mut self, caller: u32, talk: u32) -> Result<(), Broken> {
        let Some(who) = self.callers.get(&caller).copied() else {
            return Ok(());
        };
        let Some(agent) = who.talks_to.filter(|_| who.talks == talk) else {
            return Ok(());
        };
        if self.is_calm() {
            return self.hangs_up(caller);
        }
        if self.has_colleagues() {
            if !self.house.state(agent).is_some_and(is_in_a_call) {
                return self.hangs_up(caller);
            }
            // Others may stay with the caller when this agent goes.
            let ms = self.random.between(1_000, 2 * MINUTE_MS);
            self.after(ms, Plan::TalkEnds { caller, talk });
        }
        let phone = Who::Phone(phone_of(agent));
        match self.random.below(100) {
            0..=59 => self.hangs_up(caller),
            60..=84 => self.does(Step::Goes(phone, Cause::NORMAL_CLEARING)),
            85..=93 => self.does(Step::Asks(Request::HangUp { agent })),
            94..=95 => {
                self.does(Step::Goes(phone, Cause::NORMAL_CLEARING))?;
                self.hangs_up(caller)
            }
            96 => self.does(Step::Goes(phone, Cause::DESTINATION_OUT_OF_ORDER)),
            97 => {
                self.does(Step::Asks(Request::SignOut { agent }))?;
                let back = self.random.between(MINUTE_MS, 20 * MINUTE_MS);
                self.after(back, Plan::BeginsWork(agent));
                self.hangs_up(caller)
            }
            _ => self.does(Step::Goes(
                Who::Caller(caller),
                Cause::RECOVERY_ON_TIMER_EXPIRY,
            )),
        }
    }

    pub(super) fn is_told_goodbye(&mut self, caller: u32) {
        if self.random.permille(200) {
            let ms = self.random.below(4_000);
            let goes = Step::Goes(Who::Caller(caller), Cause::NORMAL_CLEARING);
            self.after(ms, Plan::Does(goes));
        }
        if self.random.permille(300)
            && let Some(who) = self.callers.get(&caller)
        {
            let person = who.person;
            let ms = self.random.between(MINUTE_MS, 15 * MINUTE_MS);
            self.after(ms, Plan::CallsAgain { person });
        }
    }

    pub(super) fn hangs_up(&mut self, caller: u32) -> Result<(), Broken> {
        self.callers.remove(&caller);
        self.does(Step::Goes(Who::Caller(caller), Cause::NORMAL_CLEARING))
    }
}
