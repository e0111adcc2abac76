//! How many ticks are due, so that the engine's time is the clock's whatever the card does.

/// Ticks caught up in one go; what is beyond is missed, for a rush of seconds helps nobody.
pub const MOST_AT_ONCE: u32 = 100;
/// One tick, in µs.
const TICK_US: u64 = 1000;

/// The ticks that are due now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// So many with silence on every line.
    pub idle: u32,
    /// Then one with the samples that the card has brought.
    pub samples: bool,
    /// Of these so many are done later than in their millisecond.
    pub late: u32,
    /// Milliseconds of which the lines' samples were lost, or that are not caught up at all.
    pub missed: u32,
}

/// The beat of the engine: one tick a millisecond, by the card's interrupts or by the clock.
/// - In: what the card or the timer brought, and when, in µs on any steady clock.
/// - Out: the ticks due, [`MOST_AT_ONCE`] and one at most.
#[derive(Clone, Copy, Debug)]
pub struct Beat {
    /// The moment of the last tick.
    last_us: u64,
    /// The card is silent: what it missed has been ticked by the clock.
    by_clock: bool,
}

impl Beat {
    /// The first tick is due a millisecond from now.
    #[must_use]
    pub const fn starting_at(now_us: u64) -> Self {
        Self {
            last_us: now_us,
            by_clock: false,
        }
    }

    /// The card has brought a millisecond, and says how many it lost before it. It cannot tell more
    /// than its ring holds, so once it has lost any the clock is believed where that says more.
    #[must_use]
    pub fn samples(&mut self, now_us: u64, missed: u32) -> Due {
        let passed_us = now_us.saturating_sub(self.last_us);
        let by_clock = whole((passed_us + TICK_US / 2) / TICK_US).saturating_sub(1);
        let lost = match (self.by_clock, missed) {
            (true, _) => by_clock,
            (false, 0) => 0,
            (false, missed) => missed.max(by_clock),
        };
        self.last_us = now_us;
        self.by_clock = false;
        Due {
            samples: true,
            ..caught_up(lost)
        }
    }

    /// The card brought nothing for a while: the clock beats.
    #[must_use]
    pub fn silence(&mut self, now_us: u64) -> Due {
        let lost = now_us.saturating_sub(self.last_us) / TICK_US;
        self.last_us += lost * TICK_US;
        self.by_clock = true;
        caught_up(whole(lost))
    }

    /// There is no card: the next tick, and how long to wait for it, in µs.
    #[must_use]
    pub fn timer(&mut self, now_us: u64) -> (u64, Due) {
        self.last_us += TICK_US;
        let late_us = now_us.saturating_sub(self.last_us);
        let missed = if late_us > u64::from(MOST_AT_ONCE) * TICK_US {
            // Stopped for long (a debugger, a suspended machine): begin anew.
            self.last_us = now_us;
            whole(late_us / TICK_US)
        } else {
            0
        };
        let due = Due {
            idle: 1,
            samples: false,
            late: u32::from(late_us > 0),
            missed,
        };
        (self.last_us.saturating_sub(now_us), due)
    }
}

fn caught_up(lost: u32) -> Due {
    let idle = lost.min(MOST_AT_ONCE);
    Due {
        idle,
        samples: false,
        late: idle,
        missed: lost,
    }
}

fn whole(ms: u64) -> u32 {
    u32::try_from(ms).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Beat, Due, MOST_AT_ONCE};

    const SAMPLES: Due = Due {
        idle: 0,
        samples: true,
        late: 0,
        missed: 0,
    };

    fn lost(ms: u32) -> Due {
        Due {
            idle: ms,
            late: ms,
            missed: ms,
            ..Due::default()
        }
    }

    #[test]
    fn a_steady_card_gives_one_tick_a_millisecond_however_its_interrupts_shake() {
        let mut beat = Beat::starting_at(0);
        for ms in 1..1000u64 {
            let shaken_us = if ms % 2 == 0 { 900 } else { 0 };
            assert_eq!(beat.samples(ms * 1000 + shaken_us, 0), SAMPLES, "{ms}");
        }
    }

    #[test]
    fn milliseconds_that_the_card_lost_are_ticked_before_its_samples() {
        let mut beat = Beat::starting_at(0);
        let due = beat.samples(3000, 2);
        let samples = true;
        assert_eq!(due, Due { samples, ..lost(2) });
        assert_eq!(beat.samples(4000, 0), SAMPLES);
        // The card's ring holds two milliseconds, so it cannot know that fifty are lost.
        let due = beat.samples(55_000, 2);
        assert_eq!(
            due,
            Due {
                samples,
                ..lost(50)
            }
        );
        assert_eq!(beat.samples(56_000, 0), SAMPLES);
    }

    #[test]
    fn while_the_card_is_silent_the_clock_ticks_and_nothing_is_ticked_twice() {
        let mut beat = Beat::starting_at(0);
        assert_eq!(beat.silence(10_300), lost(10));
        assert_eq!(beat.silence(20_600), lost(10));
        assert_eq!(beat.silence(20_700), Due::default());
        assert_eq!(beat.silence(31_100), lost(11));
        assert_eq!(beat.samples(32_000, 2), SAMPLES);
        assert_eq!(beat.samples(33_000, 0), SAMPLES);
    }

    #[test]
    fn what_is_beyond_a_hundred_ticks_is_missed_and_not_caught_up() {
        let mut beat = Beat::starting_at(0);
        let due = beat.silence(5_000_000);
        assert_eq!((due.idle, due.missed), (MOST_AT_ONCE, 5000));
        assert_eq!(beat.silence(5_010_000), lost(10));
        let due = beat.samples(6_010_000, 0);
        assert_eq!((due.idle, due.missed), (MOST_AT_ONCE, 999));
    }

    #[test]
    fn the_timer_waits_for_its_tick_and_one_that_is_late_is_counted_and_caught_up() {
        let mut beat = Beat::starting_at(0);
        let tick = |late| Due {
            idle: 1,
            late,
            ..Due::default()
        };
        assert_eq!(beat.timer(300), (700, tick(0)));
        assert_eq!(beat.timer(4200), (0, tick(1)));
        assert_eq!(beat.timer(4210), (0, tick(1)));
        assert_eq!(beat.timer(4220), (0, tick(1)));
        assert_eq!(beat.timer(4230), (770, tick(0)));
    }

    #[test]
    fn a_timer_that_was_stopped_for_long_begins_anew_and_tells_what_it_missed() {
        let mut beat = Beat::starting_at(0);
        let (wait_us, due) = beat.timer(3_001_000);
        assert_eq!((wait_us, due.idle, due.missed), (0, 1, 3000));
        assert_eq!(beat.timer(3_001_200).0, 800);
    }

    /// From any mixture of what may happen the engine has gone exactly as far as the clock.
    #[test]
    fn after_any_trouble_there_were_as_many_ticks_as_milliseconds() {
        for seed in 0..200u32 {
            let mut random = seed;
            let mut beat = Beat::starting_at(0);
            let (mut now_us, mut ticks) = (0, 0);
            for _ in 0..500 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let stalled_ms = u64::from(random >> 16) % 90 + 3;
                let due = match random >> 30 {
                    0 => {
                        now_us += stalled_ms * 1000;
                        beat.silence(now_us)
                    }
                    1 => {
                        now_us += stalled_ms * 1000;
                        beat.samples(now_us, 2)
                    }
                    _ => {
                        now_us += 1000;
                        beat.samples(now_us, 0)
                    }
                };
                ticks += u64::from(due.idle) + u64::from(due.samples);
            }
            assert_eq!(ticks, now_us / 1000, "seed {seed}");
        }
    }
}
