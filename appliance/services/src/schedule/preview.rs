use serde::{Deserialize, Serialize};

use super::{Date, DayKind, Hours, Mode, Override, Ruling, Span};

/// How far ahead a change is looked for: every holiday of a year is passed.
const LOOK_DAYS: i64 = 370;
/// The longest that day or night set by hand holds: one that was forgotten on a Friday evening must
/// not ring through the weekend.
pub const OVERRIDE_MAX_MS: u64 = 12 * 3_600_000;

/// The next change between day and night.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When, ms since 1970 UTC.
    pub at_ms: u64,
    /// What holds from then on, and why.
    #[serde(flatten)]
    pub to: Ruling,
}

impl Hours<'_> {
    /// The next change, what was set by hand and its end included; `None` if there is none within
    /// a year.
    #[must_use]
    pub fn next_change(&self, wall_ms: u64) -> Option<Change> {
        let now = self.at(wall_ms).mode;
        self.next(wall_ms, now, Self::at)
    }

    /// The next change of the plan, as if nothing had been set by hand.
    #[must_use]
    pub fn next_planned(&self, wall_ms: u64) -> Option<Change> {
        let now = self.planned(wall_ms).mode;
        self.next(wall_ms, now, Self::planned)
    }

    /// What one tap on "day" or "night" sets: it holds until the plan comes to the same by itself,
    /// 12 h at most. `None` when the plan says so already, and nothing need be set.
    #[must_use]
    pub fn by_hand(&self, mode: Mode, wall_ms: u64) -> Option<Override> {
        if self.planned(wall_ms).mode == mode {
            return None;
        }
        let latest = wall_ms.saturating_add(OVERRIDE_MAX_MS);
        let planned = self.next_planned(wall_ms).map(|change| change.at_ms);
        Some(Override {
            mode,
            until_ms: planned.unwrap_or(latest).min(latest),
        })
    }

    fn next(&self, wall_ms: u64, now: Mode, rule: fn(&Self, u64) -> Ruling) -> Option<Change> {
        let until = self.by_hand.map(|set| set.until_ms);
        let clock = self.zone.changes.iter().map(|change| change.from_ms);
        let apart: Vec<u64> = clock.chain(until).collect();
        let today = self.zone.civil(wall_ms).date;
        for day in 0..LOOK_DAYS {
            let date = today.plus_days(day);
            let mut candidates = self.boundaries(date);
            let on_date = |at: &&u64| self.zone.civil(**at).date == date;
            candidates.extend(apart.iter().filter(on_date));
            candidates.retain(|at| *at > wall_ms);
            candidates.sort_unstable();
            let change = candidates.into_iter().find_map(|at_ms| {
                let to = rule(self, at_ms);
                (to.mode != now).then_some(Change { at_ms, to })
            });
            if change.is_some() {
                return change;
            }
        }
        None
    }

    /// When hours can begin or end on this date.
    fn boundaries(&self, date: Date) -> Vec<u64> {
        let on = |day: Date| {
            let dated = self.dated(day).map(|day| &day.kind);
            match dated {
                Some(DayKind::Hours(spans)) => spans.clone(),
                // More than begin on this day of the week, which does no harm.
                _ => self.schedule.week.iter().map(|week| week.span).collect(),
            }
        };
        let ends = |span: Span| [span.from.minute(), span.to.minute()];
        let spans = on(date).into_iter().chain(on(date.plus_days(-1)));
        let mut minutes: Vec<u16> = spans.flat_map(ends).chain([0]).collect();
        minutes.sort_unstable();
        minutes.dedup();
        minutes
            .into_iter()
            .flat_map(|minute| self.zone.moments(date, minute))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{at, october, office};
    use super::super::{Because, OffsetChange, Schedule, Zone};
    use super::*;

    const HOUR_MS: u64 = 3_600_000;

    fn with<T>(by_hand: Option<Override>, ask: impl FnOnce(&Hours<'_>) -> T) -> T {
        let (schedule, calendar, zone) = (office(), october(), Zone::default());
        ask(&Hours {
            schedule: &schedule,
            calendar: &calendar,
            zone: &zone,
            by_hand,
        })
    }

    fn next(by_hand: Option<Override>, when: &str) -> (u64, Mode) {
        let change = with(by_hand, |hours| hours.next_change(at(when))).unwrap();
        (change.at_ms, change.to.mode)
    }

    #[test]
    fn the_next_change_is_found_over_lunch_weekends_holidays_and_midnights() {
        let expected = [
            ("2026-09-28 07:00", "2026-09-28 09:00", Mode::Day),
            ("2026-09-28 09:00", "2026-09-28 12:00", Mode::Night),
            ("2026-09-28 12:00", "2026-09-28 13:30", Mode::Day),
            // Thursday and Friday are holidays; the night desk opens on Saturday.
            ("2026-09-30 18:00", "2026-10-03 20:00", Mode::Day),
            ("2026-10-03 23:00", "2026-10-04 06:00", Mode::Night),
            // The Saturday worked in their stead.
            ("2026-10-09 18:00", "2026-10-10 09:00", Mode::Day),
        ];
        for (now, then, mode) in expected {
            assert_eq!(next(None, now), (at(then), mode), "{now}");
        }
    }

    #[test]
    fn one_tap_holds_until_the_plan_says_the_same_and_half_a_day_at_most() {
        let tap = |mode, when: &str| with(None, |hours| hours.by_hand(mode, at(when)));
        let until = |mode, when: &str| tap(mode, when).map(|set| set.until_ms);
        assert_eq!(
            until(Mode::Night, "2026-09-28 16:00"),
            Some(at("2026-09-28 18:00"))
        );
        assert_eq!(
            until(Mode::Day, "2026-09-28 22:00"),
            Some(at("2026-09-29 09:00"))
        );
        // Friday evening: not until Monday.
        assert_eq!(
            until(Mode::Day, "2026-10-16 18:30"),
            Some(at("2026-10-17 06:30"))
        );
        assert_eq!(tap(Mode::Day, "2026-09-28 10:00"), None);
    }

    #[test]
    fn what_is_set_by_hand_is_part_of_the_preview() {
        let set = |mode, until| {
            let until_ms = at(until);
            Some(Override { mode, until_ms })
        };
        let night = set(Mode::Night, "2026-09-28 11:00");
        assert_eq!(
            next(night, "2026-09-28 10:00"),
            (at("2026-09-28 11:00"), Mode::Day)
        );
        // It ends when the plan says night anyway: the change is on the next morning.
        let night = set(Mode::Night, "2026-09-28 18:00");
        assert_eq!(
            next(night, "2026-09-28 17:00"),
            (at("2026-09-29 09:00"), Mode::Day)
        );
    }

    #[test]
    fn a_house_that_never_closes_has_no_next_change() {
        let mut schedule = office();
        schedule.week.truncate(1);
        let always = &mut schedule.week[0];
        always.days = super::super::Weekday::ALL.to_vec();
        always.span.to = always.span.from;
        let zone = Zone::default();
        let hours = |schedule: &Schedule| {
            let (calendar, zone, by_hand) = (&[], &zone, None);
            Hours {
                schedule,
                calendar,
                zone,
                by_hand,
            }
            .next_change(at("2026-09-28 09:00"))
        };
        assert_eq!(hours(&schedule), None);
        schedule.week.clear();
        assert_eq!(hours(&schedule), None, "nor has one that never opens");
    }

    /// Clocks go forward at 02:00 in the night of a shift from 22:00 to 06:00.
    #[test]
    fn a_night_shift_is_an_hour_shorter_when_clocks_go_forward() {
        let forward = 1_774_746_000_000;
        let zone = Zone {
            offset_min: 60,
            changes: vec![OffsetChange {
                from_ms: forward,
                offset_min: 120,
            }],
        };
        let mut schedule = office();
        let date = zone.civil(forward).date;
        schedule.week.remove(0);
        schedule.week.remove(0);
        let (calendar, by_hand) = (&[], None);
        let hours = Hours {
            schedule: &schedule,
            calendar,
            zone: &zone,
            by_hand,
        };
        let begins = zone.moments(date.plus_days(-1), 20 * 60)[0];
        let opens = hours.next_change(begins - HOUR_MS).unwrap();
        assert_eq!((opens.at_ms, opens.to.mode), (begins, Mode::Day));
        let closes = hours.next_change(begins).unwrap();
        assert_eq!(closes.at_ms, begins + 9 * HOUR_MS);
        assert!(matches!(closes.to.because, Because::Week { .. }));
    }
}
