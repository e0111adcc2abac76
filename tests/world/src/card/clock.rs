//! Whose clock the world follows.

use std::time::{Duration, Instant};

/// How fast the world runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it is waited for.
    #[default]
    Virtual,
    /// With the wall clock.
    Wall,
}

/// How far the world may be behind before it gives up catching up: a machine that slept.
const MAX_BEHIND: Duration = Duration::from_millis(500);

/// The clock of a card: every eighth frame is a millisecond.
#[derive(Debug)]
pub struct Clock {
    pace: Pace,
    frames: u64,
    /// When the next millisecond begins; each is 1 ms after the last, however late we woke.
    next: Option<Instant>,
}

impl Clock {
    /// A clock that starts with the first frame.
    pub const fn new(pace: Pace) -> Self {
        Self {
            pace,
            frames: 0,
            next: None,
        }
    }

    /// Counts a frame; on the wall clock, first waits for the millisecond it begins. A world that
    /// is late runs at full speed until it has caught up, and loses nothing.
    pub fn frame(&mut self) {
        let begins = self.frames.is_multiple_of(super::FRAMES_PER_MS);
        self.frames += 1;
        if self.pace == Pace::Virtual || !begins {
            return;
        }
        let now = Instant::now();
        let due = self.next.unwrap_or(now);
        match due.checked_duration_since(now) {
            // the pace of the wall clock
            Some(wait) => std::thread::sleep(wait),
            None if now - due > MAX_BEHIND => {
                self.next = Some(now + Duration::from_millis(1));
                return;
            }
            None => {}
        }
        self.next = Some(due + Duration::from_millis(1));
    }
}
