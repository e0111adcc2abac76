//! What goes wrong, and the administrators.

use hotline_call::{Cause, Event as Door, LegId, LineId};
use hotline_services::{Broken, Event, PlaybackId, RecordingId, StorageState};

use super::{HOUR_MS, MINUTE_MS, OPEN_MS, Plan, Town};
use crate::office::{change, key, lines};
use crate::step::{Crash, Step, Who};

impl Town {
    /// An administrator changes something, and will again.
    pub(super) fn administrator(&mut self) -> Result<(), Broken> {
        if self.house.now_ms() % super::DAY_MS > OPEN_MS.1 {
            return Ok(());
        }
        self.configured = change(&self.configured, &self.right, &mut self.random);
        let configured = Box::new(self.configured.clone());
        self.does(Step::Configures(configured))?;
        let ms = self.random.exponential_ms(10.0 * 60_000.0);
        self.after(ms, Plan::Administrator);
        Ok(())
    }

    /// Something breaks, and something else will.
    pub(super) fn fault(&mut self) -> Result<(), Broken> {
        if self.house.now_ms() % super::DAY_MS > OPEN_MS.1 {
            return Ok(());
        }
        match self.random.below(16) {
            0..=3 => self.line_fails()?,
            4 => {
                self.does(Step::Storage(StorageState::ReserveReached))?;
                let ms = self.random.between(MINUTE_MS, 5 * MINUTE_MS);
                self.after(ms, Plan::Does(Step::Storage(StorageState::Normal)));
            }
            5 => {
                let ms = self.random.below(2 * HOUR_MS).cast_signed();
                let ms = if self.random.permille(500) { ms } else { -ms };
                self.does(Step::WallClock(ms))?;
            }
            _ => self.absurd()?,
        }
        let ms = self.random.exponential_ms(90_000.0);
        self.after(ms, Plan::Fault);
        Ok(())
    }

    /// A cable is pulled and put back later; whoever is on the line is cut off.
    fn line_fails(&mut self) -> Result<(), Broken> {
        let n = self.random.below(u64::from(lines(self.setting.seats)));
        let line = LineId(u16::try_from(n).unwrap_or(0));
        for caller in self.house.doors.callers_on(line).to_vec() {
            let cause = Cause::DESTINATION_OUT_OF_ORDER;
            self.does(Step::Goes(Who::Caller(caller), cause))?;
        }
        let cause = Cause::DESTINATION_OUT_OF_ORDER;
        self.does(Step::Goes(Who::Outside(line), cause))?;
        self.does(Step::LineService(line, false))?;
        let ms = self.random.between(10_000, 10 * MINUTE_MS);
        self.after(ms, Plan::Does(Step::LineService(line, true)));
        Ok(())
    }

    /// A door tells something about a leg that it cannot know of.
    fn absurd(&mut self) -> Result<(), Broken> {
        let leg = LegId(self.random.below(self.house.last_leg().0 + 4));
        let number = self.random.below(self.house.checks().facts() + 2);
        let cause = Cause::NORMAL_CLEARING;
        let event = match self.random.below(9) {
            0 => Event::Door(Door::Answered { leg }),
            1 => Event::Door(Door::Held { leg }),
            2 => Event::Door(Door::Retrieved { leg }),
            3 => Event::Door(Door::Alerting { leg }),
            4 => match key(1) {
                Some(digit) => Event::Door(Door::Digit {
                    leg,
                    digit,
                    duration_ms: 0,
                }),
                None => Event::Timeout,
            },
            5 => Event::Door(Door::Released { leg, cause }),
            6 => Event::PlaybackEnded(PlaybackId(number)),
            7 => Event::RecordingFailed(RecordingId(number / 20)),
            _ => Event::Timeout,
        };
        self.does(Step::Absurd(Box::new(event)))
    }

    /// The process dies, and starts again; callers are cut off, and some call again.
    pub(super) fn crash(&mut self) -> Result<(), Broken> {
        let crash = Crash {
            lost_ms: if self.random.permille(600) { 100 } else { 0 },
            off_ms: self.random.between(800, 30_000),
            mono_ms: if self.random.permille(500) {
                self.random.below(60_000)
            } else {
                self.house.now_ms()
            },
            is_watched: self.random.permille(500),
        };
        self.does(Step::Crash(crash))?;
        for caller in std::mem::take(&mut self.callers).into_values() {
            if self.random.permille(500) {
                let ms = self.random.between(2_000, 3 * MINUTE_MS);
                let person = caller.person;
                self.after(ms, Plan::CallsAgain { person });
            }
        }
        self.devices_come();
        Ok(())
    }
}
