use serde::{Deserialize, Serialize};

use super::check::{Checked, allowed};
use super::recording::RecordingPolicies;

/// A day.
const MAX_IDLE_MIN: u32 = 1440;

/// Rules of the house for calls and agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Which conversations are recorded.
    pub recording: RecordingPolicies,
    /// Who talks hears a tone when a supervisor comes to speak with all; default true (features
    /// B17).
    pub barge_tone: bool,
    /// Whether an agent who has called somebody outside counts as idle only since then; else that
    /// call changes nothing of who is next. Default true (features B4).
    pub outbound_resets_idle: bool,
    /// Who sits at another phone than the own and does nothing for so many minutes is signed out;
    /// 0..=1440, 0 (the default): stays (table B 14).
    pub hot_desk_idle_min: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            recording: RecordingPolicies::default(),
            barge_tone: true,
            outbound_resets_idle: true,
            hot_desk_idle_min: 0,
        }
    }
}

impl Rules {
    pub(super) fn check(&self) -> Checked {
        self.recording.check()?;
        let idle_min = self.hot_desk_idle_min;
        let is_day = idle_min <= MAX_IDLE_MIN;
        allowed(is_day, "rules.hot_desk_idle_min", idle_min, "0 to 1440")
    }
}
