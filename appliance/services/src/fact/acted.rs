//! What people did on a screen or at a phone that is of no call.

use serde::{Deserialize, Serialize};

use crate::schedule::{Override, ScheduleId};

/// Day or night was set by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleSet {
    /// Of which schedule.
    pub schedule: ScheduleId,
    /// What holds, and until when; `None`: the plan again.
    pub by_hand: Option<Override>,
}

/// Somebody did something on a screen, and it was done. Kept for whoever asks later who did what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// Who, as signed in.
    pub account: String,
    /// In which role.
    pub role: String,
    /// What, as the API names it: `put accounts/{id}/password`.
    pub act: String,
    /// To what: the names and numbers in the address, `3`. Never what was sent, which may be secret.
    pub about: String,
}
