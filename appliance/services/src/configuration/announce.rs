use serde::{Deserialize, Serialize};

/// What callers of a queue are told about their wait, and when (features B9, B10). Music goes on
/// after each announcement; an agent who answers cuts it short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Announcements {
    /// Whether the place in the queue is told. Default true.
    pub position: bool,
    /// Whether the time still to wait is told. Default true.
    pub wait: bool,
    /// The first announcement, after so long in the queue; 0..=600, default 10.
    pub first_s: u32,
    /// From the beginning of one to that of the next; 15..=600, default 30.
    pub every_s: u32,
    /// With more callers ahead than this only that is told; 1..=50, default 10.
    pub most_ahead: u32,
    /// A longer wait is not told; 1..=60 minutes, default 15.
    pub most_minutes: u32,
    /// Whether a place is told again only if it is better than the one told last. Default false.
    pub only_improved: bool,
    /// Whether a caller may be told a longer wait than before though nobody was put ahead.
    /// Default false.
    pub may_rise: bool,
}

impl Default for Announcements {
    fn default() -> Self {
        Self {
            position: true,
            wait: true,
            first_s: 10,
            every_s: 30,
            most_ahead: 10,
            most_minutes: 15,
            only_improved: false,
            may_rise: false,
        }
    }
}

impl Announcements {
    /// Whether anything is ever told.
    #[must_use]
    pub const fn are_made(&self) -> bool {
        self.position || self.wait
    }
}
