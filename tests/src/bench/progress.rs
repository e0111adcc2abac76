//! Progress on standard error: one line that is drawn again on a terminal, else a line at times.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Between two drawings on a terminal.
const DRAW: Duration = Duration::from_secs(1);
/// Between two lines elsewhere.
const LINE: Duration = Duration::from_secs(30);

/// The display.
#[derive(Debug)]
pub struct Progress {
    name: &'static str,
    drawn: Option<Instant>,
}

impl Progress {
    /// Of the bench of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, drawn: None }
    }

    /// Shows where it stands, when it is time to.
    pub fn show(&mut self, left: Duration, told: impl FnOnce() -> String) {
        let mut err = std::io::stderr().lock();
        let (every, begin, end) = if err.is_terminal() {
            (DRAW, "\r\x1b[2K", "")
        } else {
            (LINE, "", "\n")
        };
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < every) {
            return;
        }
        self.drawn = Some(Instant::now());
        let (name, left, told) = (self.name, left.as_secs(), told());
        // Nobody is left to tell when standard error is closed.
        let _ = write!(
            err,
            "{begin}{name}: {}:{:02} left, {told}{end}",
            left / 60,
            left % 60
        );
        let _ = err.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let mut err = std::io::stderr().lock();
        if self.drawn.is_some() && err.is_terminal() {
            let _ = writeln!(err);
        }
    }
}
