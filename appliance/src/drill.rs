//! Faults on command: what becomes of the calls when a part beside them fails? A drill arms a place
//! in the program, and whoever comes by there next panics. Only builds with the feature `drill` can
//! arm one; the shipped program cannot.

use std::sync::atomic::{AtomicU32, Ordering};

static ARMED: AtomicU32 = AtomicU32::new(0);

/// Where a fault can be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Place {
    /// The answer to a request of the API.
    WebHandler = 1,
    /// A thread that reads the store for a list or a report.
    Report = 2,
    /// The store's thread while it does a piece of work for somebody.
    StoreWork = 4,
    /// The store's thread while it makes call records of facts.
    CallRecords = 8,
}

/// Lets the next to come by this place panic, once.
#[cfg(feature = "drill")]
pub fn arm(place: Place) {
    ARMED.fetch_or(place as u32, Ordering::SeqCst);
}

/// Whether nobody has come by since it was armed.
#[cfg(feature = "drill")]
#[must_use]
pub fn is_armed(place: Place) -> bool {
    ARMED.load(Ordering::SeqCst) & place as u32 != 0
}

/// Somebody comes by.
///
/// # Panics
/// When the place is armed: that is the drill.
pub(crate) fn come_by(place: Place) {
    let bit = place as u32;
    if ARMED.load(Ordering::Relaxed) & bit == 0 {
        return;
    }
    let was = ARMED.fetch_and(!bit, Ordering::SeqCst);
    assert!(was & bit == 0, "a drill: {place:?}");
}
