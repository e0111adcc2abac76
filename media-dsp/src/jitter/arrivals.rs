//! When packets come, and how long they should therefore wait.

use super::{MS, RESERVE};

/// Packets remembered: 10 s of 20 ms each.
const REMEMBERED: usize = 512;
/// Steps of a millisecond in which they are counted; what is later counts as the last.
const STEPS: usize = 256;
/// 95 of 100 packets should come [`RESERVE`] before their time, which lets a lost one be bridged;
/// 99 of 100 should come so long before it.
const SLACK: i32 = 8 * MS;

/// Transit times of the latest packets.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// In samples, against any fixed moment.
    transits: [i32; REMEMBERED],
    count: usize,
    at: usize,
}

impl Arrivals {
    pub const fn new() -> Self {
        Self {
            transits: [0; REMEMBERED],
            count: 0,
            at: 0,
        }
    }

    pub fn forget(&mut self) {
        self.count = 0;
        self.at = 0;
    }

    pub fn take(&mut self, transit: i32) {
        self.transits[self.at] = transit;
        self.at = (self.at + 1) % REMEMBERED;
        self.count = (self.count + 1).min(REMEMBERED);
    }

    /// The delay that these packets need, against the same moment as their transit times.
    pub fn delay_needed(&self) -> Option<i32> {
        let transits = &self.transits[..self.count];
        // On a circle none is the least but by its distance from another; all are within 1 s.
        let any = *transits.first()?;
        let least = any.wrapping_add(transits.iter().map(|t| t.wrapping_sub(any)).min()?);
        let mut counts = [0u16; STEPS];
        for transit in transits {
            // Rounded up: the packet is there at the end of the millisecond.
            let late_ms = (transit.wrapping_sub(least)).saturating_add(MS - 1) / MS;
            let step = usize::try_from(late_ms).unwrap_or(STEPS).min(STEPS - 1);
            counts[step] += 1;
        }
        let mut beyond = self.count;
        let (mut late_95, mut late_99) = (0, 0);
        for (late_ms, &count) in (0..).zip(&counts) {
            beyond -= usize::from(count);
            if beyond * 20 > self.count {
                late_95 = late_ms + 1;
            }
            // One stall at the beginning is no habit.
            if beyond * 100 > self.count.max(REMEMBERED) {
                late_99 = late_ms + 1;
            }
        }
        let needed = (late_95 * MS + RESERVE).max(late_99 * MS + SLACK);
        Some(least.wrapping_add(needed))
    }
}
