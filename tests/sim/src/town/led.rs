//! Callers who are led straight to somebody: they hear it ring, and do not wait long.

use super::Town;

/// How long people let it ring on average.
const PATIENCE_MS: f64 = 60_000.0;

impl Town {
    pub(super) fn is_led(&mut self, caller: u32) {
        self.waits_about(caller, PATIENCE_MS);
    }
}
