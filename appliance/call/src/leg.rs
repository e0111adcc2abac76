use std::fmt;

use serde::{Deserialize, Serialize};

/// One conversation a customer has with us, from first ring to last hang-up, however many legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(pub u64);

/// One party's connection to a call. Never reused, not even after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LegId(pub u64);

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Hands out leg numbers. Two parties make legs and must never choose the same one: a door, when
/// somebody calls us (even numbers), and the centre, when it calls somebody (odd numbers).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegIds {
    next: u64,
}

impl LegIds {
    /// Numbers for legs made by a door, all greater than `last`, the greatest ever used.
    #[must_use]
    pub const fn for_doors(last: u64) -> Self {
        Self {
            next: (last / 2 + 1) * 2,
        }
    }

    /// Numbers for legs made by the centre, all greater than `last`, the greatest ever used.
    #[must_use]
    pub const fn for_centre(last: u64) -> Self {
        Self {
            next: last.div_ceil(2) * 2 + 1,
        }
    }

    /// The number the next call of [`take`](Self::take) will return.
    #[must_use]
    pub const fn peek(&self) -> LegId {
        LegId(self.next)
    }

    /// A number never returned before.
    pub const fn take(&mut self) -> LegId {
        let leg = LegId(self.next);
        self.next += 2;
        leg
    }
}

/// The state of one party's connection (ECMA-269 §6.1.5, connection states).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegState {
    /// No connection.
    Null,
    /// We are asking for service: off-hook, INVITE sent, SETUP sent.
    Initiated,
    /// The device rings.
    Alerting,
    /// The party takes part.
    Connected,
    /// The party has put the call on hold.
    Held,
    /// The party waits in a queue or talks to a menu: connected to us, to no person.
    Queued,
    /// The connection could not be completed.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_and_the_centre_never_choose_the_same_leg() {
        for last in 0..10 {
            let (mut doors, mut centre) = (LegIds::for_doors(last), LegIds::for_centre(last));
            for _ in 0..5 {
                let (d, c) = (doors.take(), centre.take());
                assert!(d.0 > last && c.0 > last && d.0 % 2 == 0 && c.0 % 2 == 1);
            }
        }
    }
}
