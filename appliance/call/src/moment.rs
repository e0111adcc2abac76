use serde::{Deserialize, Serialize};

/// The only reading of a clock the pure rooms know.
///
/// `mono_ms` never goes back and measures every duration and timer; `wall_ms` is what people see.
/// A jump of the wall clock changes no duration.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Moment {
    /// Milliseconds since this machine (or this virtual world) started.
    pub mono_ms: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z (UTC, no leap seconds).
    pub wall_ms: u64,
}

impl Moment {
    /// The same clocks, `ms` later on both.
    #[must_use]
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self {
            mono_ms: self.mono_ms + ms,
            wall_ms: self.wall_ms + ms,
        }
    }

    /// Milliseconds from `earlier` to here on the monotonic clock; 0 when `earlier` is later.
    #[must_use]
    pub const fn since_ms(self, earlier: Self) -> u64 {
        self.mono_ms.saturating_sub(earlier.mono_ms)
    }

    /// Whether the monotonic clock has reached `due`.
    #[must_use]
    pub const fn has_reached(self, due: Self) -> bool {
        self.mono_ms >= due.mono_ms
    }
}
