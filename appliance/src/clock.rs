//! The one place where the program reads a clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hotline_call::Moment;

/// The clocks of this machine.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// A clock whose monotonic reading starts at 0 now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// Both clocks, now. A wall clock set before 1970 reads 0.
    #[must_use]
    pub fn now(&self) -> Moment {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment {
            mono_ms: as_ms(self.started.elapsed()),
            wall_ms: as_ms(wall),
        }
    }

    /// How long from now until `due` on the monotonic clock.
    #[must_use]
    pub fn until(&self, due: Moment) -> std::time::Duration {
        let due = std::time::Duration::from_millis(due.mono_ms);
        due.saturating_sub(self.started.elapsed())
    }
}

fn as_ms(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
