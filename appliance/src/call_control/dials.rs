//! Numbers that are dialled once the fact which tells of it is on the disk (house decision 4, ADR 9):
//! no call leaves the house that the house does not know of.

use std::collections::VecDeque;

use hotline_call::{LegId, LineId, Moment, Number};

/// A disk that takes longer does not keep anybody from calling, least of all for help; facts are on
/// the disk within this time otherwise.
const WAIT_MS: u64 = 100;

/// A number to be dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// The leg.
    pub leg: LegId,
    /// On which line.
    pub line: LineId,
    /// The number.
    pub number: Number,
}

/// Those that wait, in the order they came. Bounded by the lines: a line is dialled on once at a time.
#[derive(Debug, Default)]
pub struct Dials {
    waiting: VecDeque<(u64, Moment, Dial)>,
}

impl Dials {
    /// To be dialled when this fact is on the disk.
    pub fn wait(&mut self, seq: u64, now: Moment, dial: Dial) {
        self.waiting.push_back((seq, now.plus_ms(WAIT_MS), dial));
    }

    /// The next that waits no longer, and whether its fact is on the disk. `committed` is the last
    /// one that is.
    pub fn due(&mut self, now: Moment, committed: u64) -> Option<(Dial, bool)> {
        let is_due =
            |(seq, until, _): &(u64, Moment, Dial)| *seq <= committed || now.has_reached(*until);
        let place = self.waiting.iter().position(is_due)?;
        let (seq, _, dial) = self.waiting.remove(place)?;
        Some((dial, seq <= committed))
    }

    /// The leg is not wanted any more; `true` when nothing has been dialled for it.
    pub fn forget(&mut self, leg: LegId) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(_, _, dial)| dial.leg != leg);
        self.waiting.len() < before
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(mono_ms: u64) -> Moment {
        Moment {
            mono_ms,
            wall_ms: mono_ms,
        }
    }

    fn dial(leg: u64) -> Dial {
        Dial {
            leg: LegId(leg),
            line: LineId(0),
            number: Number::parse("112").unwrap(),
        }
    }

    #[test]
    fn a_number_is_dialled_when_its_fact_is_on_the_disk_and_not_before() {
        let mut dials = Dials::default();
        dials.wait(7, at(0), dial(1));
        dials.wait(9, at(1), dial(2));
        assert_eq!(dials.due(at(2), 6), None);
        assert_eq!(dials.due(at(3), 8), Some((dial(1), true)));
        assert_eq!(dials.due(at(3), 8), None);
        assert_eq!(dials.due(at(4), 9), Some((dial(2), true)));
        assert!(dials.is_empty());
    }

    #[test]
    fn a_disk_that_is_stuck_delays_a_call_for_a_tenth_of_a_second_and_no_longer() {
        let mut dials = Dials::default();
        dials.wait(7, at(0), dial(1));
        assert_eq!(dials.due(at(99), 0), None);
        assert_eq!(dials.due(at(100), 0), Some((dial(1), false)));
    }

    #[test]
    fn a_leg_released_meanwhile_is_never_dialled() {
        let mut dials = Dials::default();
        dials.wait(7, at(0), dial(1));
        assert!(dials.forget(LegId(1)) && !dials.forget(LegId(1)));
        assert_eq!(dials.due(at(200), 9), None);
    }
}
