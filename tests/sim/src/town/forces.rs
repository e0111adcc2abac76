//! Supervisors set the states of agents, whatever these do; and somebody sets day or night by hand.

use hotline_services::schedule::{Mode, Override};
use hotline_services::{AgentId, Broken};

use super::{HOUR_MS, OPEN_MS, Plan, Town};
use crate::house::FIRST_DAY_MS;
use crate::step::Step;

impl Town {
    pub(super) fn forces_somebody(&mut self) -> Result<(), Broken> {
        if !self.is_open || self.house.now_ms() % super::DAY_MS > OPEN_MS.1 {
            return Ok(());
        }
        if let Some(supervisor) = self.somebody(AgentId::NOBODY, |_| true)
            && let Some(over) = self.somebody(supervisor, |_| true)
        {
            self.forces(supervisor, over)?;
        }
        let ms = self.random.exponential_ms(6.0 * 60_000.0);
        self.after(ms, Plan::Forces);
        Ok(())
    }

    pub(super) fn sets_by_hand(&mut self) -> Result<(), Broken> {
        if !self.is_open || self.house.now_ms() % super::DAY_MS > OPEN_MS.1 {
            return Ok(());
        }
        let mode = match self.random.below(5) {
            0..=1 => Some(Mode::Day),
            2 => Some(Mode::Night),
            _ => None,
        };
        let now_ms = FIRST_DAY_MS + self.house.now_ms();
        let by_hand = mode.map(|mode| Override {
            mode,
            until_ms: now_ms + self.random.below(HOUR_MS),
        });
        self.does(Step::SetsByHand(by_hand))?;
        let ms = self.random.exponential_ms(40.0 * 60_000.0);
        self.after(ms, Plan::SetsByHand);
        Ok(())
    }
}
