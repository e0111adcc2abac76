use hotline_call::Moment;

use crate::AgentState;
use crate::state::State;

/// What an agent did on one day, for strategies that spread the work evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Today {
    day: i64,
    calls: u64,
    talk_ms: u64,
    /// In calls, their ringing and their notes.
    busy_ms: u64,
    idle_ms: u64,
}

impl Today {
    fn on(self, day: i64) -> Self {
        if self.day == day {
            self
        } else {
            Self {
                day,
                ..Self::default()
            }
        }
    }

    /// The agent was in this state for so long, until now.
    pub fn spend(&mut self, day: i64, state: AgentState, ms: u64) {
        *self = self.on(day);
        match state {
            AgentState::SignedOut | AgentState::NotReady | AgentState::DeviceDown => {}
            AgentState::Idle => self.idle_ms += ms,
            AgentState::Talking => {
                self.talk_ms += ms;
                self.busy_ms += ms;
            }
            _ => self.busy_ms += ms,
        }
    }

    /// The agent took one more call.
    pub fn count_call(&mut self, day: i64) {
        *self = self.on(day);
        self.calls += 1;
    }

    /// Calls taken on this day.
    pub fn calls(self, day: i64) -> u64 {
        self.on(day).calls
    }

    /// Time talked on this day, without holds.
    pub fn talk_ms(self, day: i64) -> u64 {
        self.on(day).talk_ms
    }

    /// The share of the time at work spent in calls, in 2⁻³² of it, for an agent idle for so long
    /// by now (semantics §5.5, occupancy: not ready counts neither way).
    pub fn occupied(self, day: i64, idle_ms: u64) -> u64 {
        let today = self.on(day);
        let all = u128::from(today.busy_ms) + u128::from(today.idle_ms) + u128::from(idle_ms);
        let share = (u128::from(today.busy_ms) << 32).checked_div(all);
        share.map_or(0, |share| u64::try_from(share).unwrap_or(u64::MAX))
    }
}

impl State {
    /// The day a moment belongs to, as people here count days.
    pub(crate) fn day(&self, at: Moment) -> i64 {
        self.configuration
            .dial_plan
            .zone
            .civil(at.wall_ms)
            .date
            .days()
    }
}
