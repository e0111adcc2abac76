//! A buffer between two clocks that are nearly the same (house decision 11; G.822 slips).

use crate::engine::BLOCK;

/// Samples that fit: 8 ms.
const ROOM: usize = 64;
/// What lies in it when the clocks agree: 4 ms, so that a tick which comes late never finds it empty.
const MIDDLE: usize = 4 * BLOCK;
/// How far from the middle it may be: a tick of either side comes and goes without a slip.
const SLACK: usize = BLOCK + 4;

/// What has become of the difference of the clocks since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slips {
    /// Samples said twice, for the giving clock is slow.
    pub repeated: u64,
    /// Samples left out, for the giving clock is fast.
    pub deleted: u64,
    /// Blocks of silence, for nothing had come at all.
    pub dry: u64,
    /// Blocks thrown away, for nobody had taken any.
    pub overflown: u64,
}

/// Passes blocks from one clock to another. A difference of the clocks becomes slips of one sample,
/// an eighth of a millisecond, never more than one a block, and each is counted.
/// - In: a block at each tick of the giving clock.
/// - Out: a block at each tick of the taking clock, 4 ms later (2 to 6).
/// - Cost: a copy of 8 samples; no allocation, lock, system call or panic.
/// - Error: at 200 ppm a slip every 0.6 s. Clocks further apart than 12 % end in counted silence or
///   loss of whole blocks.
#[derive(Clone, Debug)]
pub struct Elastic {
    samples: [i16; ROOM],
    /// Where the next sample is taken.
    at: usize,
    filled: usize,
    /// The last one taken.
    last: i16,
    /// It had filled up to the middle since it was last empty.
    flows: bool,
    slips: Slips,
}

impl Default for Elastic {
    fn default() -> Self {
        Self {
            samples: [0; ROOM],
            at: 0,
            filled: 0,
            last: 0,
            flows: false,
            slips: Slips::default(),
        }
    }
}

impl Elastic {
    /// Gives a block in.
    pub fn put(&mut self, block: &[i16; BLOCK]) {
        if self.filled + BLOCK > ROOM {
            // Nobody takes: the oldest goes.
            self.skip(BLOCK);
            self.slips.overflown += 1;
        }
        for &sample in block {
            self.samples[(self.at + self.filled) % ROOM] = sample;
            self.filled += 1;
        }
        self.flows |= self.filled >= MIDDLE;
    }

    /// Takes a block out.
    pub fn take(&mut self) -> [i16; BLOCK] {
        if !self.flows || self.filled < BLOCK {
            // Fills to the middle again before it gives.
            self.slips.dry += u64::from(self.flows);
            self.flows = false;
            self.last = 0;
            return [0; BLOCK];
        }
        if self.filled > MIDDLE + SLACK {
            self.skip(1);
            self.slips.deleted += 1;
        }
        let is_short = self.filled < MIDDLE - SLACK;
        self.slips.repeated += u64::from(is_short);
        let mut block = [0; BLOCK];
        for (n, sample) in block.iter_mut().enumerate() {
            if !(is_short && n == 0) {
                self.last = self.samples[self.at];
                self.skip(1);
            }
            *sample = self.last;
        }
        block
    }

    /// What was slipped since the start.
    #[must_use]
    pub const fn slips(&self) -> Slips {
        self.slips
    }

    fn skip(&mut self, samples: usize) {
        self.at = (self.at + samples) % ROOM;
        self.filled -= samples;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both sides tick for so many ms, the giving side that much faster; what comes out.
    fn passes(ms: u32, ppm: i32) -> (Vec<i16>, Slips) {
        let mut elastic = Elastic::default();
        let (mut next, mut given_us, mut out) = (0_i16, 0.0_f64, Vec::new());
        for now in 0..ms {
            while given_us <= f64::from(now) * 1000.0 {
                elastic.put(&std::array::from_fn(|n| next.wrapping_add(n as i16)));
                next = next.wrapping_add(BLOCK as i16);
                given_us += 1000.0 / (1.0 + f64::from(ppm) * 1e-6);
            }
            out.extend(elastic.take());
        }
        (out, elastic.slips())
    }

    #[test]
    fn clocks_that_agree_slip_nothing_and_lose_nothing() {
        let (out, slips) = passes(60_000, 0);
        assert_eq!(slips, Slips::default());
        let said = &out[out.iter().position(|&s| s == 1).expect("something came")..];
        assert!(said.windows(2).all(|two| two[1] == two[0].wrapping_add(1)));
    }

    /// 200 ppm of 8000 samples a second for ten minutes are 960 samples.
    #[test]
    fn a_drift_of_200_ppm_is_slipped_sample_by_sample_and_counted() {
        for (ppm, fast) in [(200, true), (-200, false)] {
            let (out, slips) = passes(600_000, ppm);
            let (counted, other) = if fast {
                (slips.deleted, slips.repeated)
            } else {
                (slips.repeated, slips.deleted)
            };
            assert!((930..=960).contains(&counted), "{ppm} ppm: {slips:?}");
            assert_eq!((other, slips.dry, slips.overflown), (0, 0, 0));
            let steps = out[80..].windows(2).map(|two| two[1].wrapping_sub(two[0]));
            let odd: Vec<i16> = steps.filter(|&step| step != 1).collect();
            let slip = if fast { 2 } else { 0 };
            assert!(odd.iter().all(|&step| step == slip), "{ppm} ppm");
        }
    }

    #[test]
    fn ticks_that_come_late_or_in_a_bunch_slip_nothing() {
        let mut elastic = Elastic::default();
        for _ in 0..4 {
            elastic.put(&[1; BLOCK]);
        }
        for round in 0..1000 {
            elastic.take();
            // Every second one comes a tick late, together with the next.
            if round % 2 == 1 {
                elastic.put(&[1; BLOCK]);
                elastic.put(&[1; BLOCK]);
            }
        }
        assert_eq!(elastic.slips(), Slips::default());
    }

    #[test]
    fn a_side_that_stops_is_silence_then_flows_again() {
        let mut elastic = Elastic::default();
        for _ in 0..4 {
            elastic.put(&[7; BLOCK]);
        }
        for _ in 0..10 {
            elastic.take();
        }
        assert_eq!(elastic.take(), [0; BLOCK]);
        assert_eq!(elastic.slips().dry, 1);
        for _ in 0..20 {
            elastic.put(&[7; BLOCK]);
        }
        assert!(elastic.slips().overflown > 0);
        assert_eq!(elastic.take(), [7; BLOCK]);
    }
}
