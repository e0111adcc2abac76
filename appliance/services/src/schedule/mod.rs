//! When the house is open: week plans with several spans a day, also over midnight; holidays and
//! the days worked in their stead (调休); an override by day or night with an end; the next change.
//!
//! Everything is a function of the wall clock, the [`Zone`] and the configuration, so the same call
//! is answered the same way in a replay, in a what-if and on the page that previews it.

mod calendar;
mod civil;
mod preview;

use serde::{Deserialize, Serialize};

pub use calendar::{CalendarDay, CalendarImport, DayKind, import_calendar};
pub use civil::{Civil, ClockTime, Date, OffsetChange, Weekday, Zone};
pub use preview::{Change, OVERRIDE_MAX_MS};

/// A schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScheduleId(pub u32);

/// Whether the house is open: 白班 or 夜班.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Open.
    Day,
    /// Closed.
    Night,
}

impl Mode {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Day => Self::Night,
            Self::Night => Self::Day,
        }
    }
}

/// Opening hours as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Identity, never reused.
    pub id: ScheduleId,
    /// The name shown to people.
    pub name: String,
    /// Open in any of these; at most 50.
    pub week: Vec<WeekSpan>,
    /// Days of this schedule alone; one of them counts before the same day of the calendar that all
    /// schedules share. At most 400.
    #[serde(default)]
    pub days: Vec<CalendarDay>,
    /// Whether the calendar that all schedules share counts; an emergency desk works on holidays.
    #[serde(default = "yes")]
    pub keeps_calendar: bool,
}

const fn yes() -> bool {
    true
}

/// The same hours on some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekSpan {
    /// On which days it begins.
    pub days: Vec<Weekday>,
    /// The hours.
    #[serde(flatten)]
    pub span: Span,
}

/// From a time to a time. One that ends no later than it begins ends on the next day, also when
/// that is a holiday: the shift that began goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first minute, 00:00 to 23:59.
    pub from: ClockTime,
    /// The first minute after it, 00:01 to 24:00; `from` itself: a whole day and night.
    pub to: ClockTime,
}

impl Span {
    /// Whether it reaches into the day after it began.
    #[must_use]
    pub fn is_overnight(self) -> bool {
        self.to <= self.from
    }

    /// Whether the minute lies in the part on the day it begins.
    fn covers(self, minute: u16) -> bool {
        self.from.minute() <= minute && (self.is_overnight() || minute < self.to.minute())
    }

    /// Whether the minute lies in the part on the day after.
    fn covers_on_the_morrow(self, minute: u16) -> bool {
        self.is_overnight() && minute < self.to.minute()
    }
}

/// Somebody set day or night by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What holds.
    pub mode: Mode,
    /// Until when, ms since 1970 UTC.
    pub until_ms: u64,
}

impl Override {
    /// Whether it still holds.
    #[must_use]
    pub const fn holds(&self, wall_ms: u64) -> bool {
        wall_ms < self.until_ms
    }
}

/// What was set by hand, by schedule.
pub type Overrides = std::collections::BTreeMap<ScheduleId, Override>;

/// Day or night, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// What holds.
    pub mode: Mode,
    /// Why.
    pub because: Because,
}

/// What decided between day and night.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Because {
    /// The week plan.
    Week {
        /// The day whose hours counted.
        day: Weekday,
    },
    /// A dated day of the calendar.
    Calendar {
        /// The date.
        date: Date,
        /// Its name: "National Day".
        name: String,
    },
    /// Somebody set it by hand.
    Override {
        /// Until when, ms since 1970 UTC.
        until_ms: u64,
    },
}

/// All that decides about one schedule.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a> {
    /// The plan.
    pub schedule: &'a Schedule,
    /// The days all schedules share.
    pub calendar: &'a [CalendarDay],
    /// The zone of the house.
    pub zone: &'a Zone,
    /// What was set by hand, whether it still holds or not.
    pub by_hand: Option<Override>,
}

impl Hours<'_> {
    /// Day or night at this time of the wall clock.
    #[must_use]
    pub fn at(&self, wall_ms: u64) -> Ruling {
        match self.by_hand {
            Some(set) if set.holds(wall_ms) => Ruling {
                mode: set.mode,
                because: Because::Override {
                    until_ms: set.until_ms,
                },
            },
            _ => self.planned(wall_ms),
        }
    }

    /// The same, as if nothing had been set by hand.
    #[must_use]
    pub fn planned(&self, wall_ms: u64) -> Ruling {
        let Civil { date, minute } = self.zone.civil(wall_ms);
        let today = self.spans_of(date);
        if today.iter().any(|span| span.covers(minute)) {
            let because = self.reason(date);
            return Ruling {
                mode: Mode::Day,
                because,
            };
        }
        let yesterday = date.plus_days(-1);
        let goes_on = |span: &Span| span.covers_on_the_morrow(minute);
        let (mode, day) = if self.spans_of(yesterday).iter().any(goes_on) {
            (Mode::Day, yesterday)
        } else {
            (Mode::Night, date)
        };
        let because = self.reason(day);
        Ruling { mode, because }
    }

    /// The hours that begin on this date.
    fn spans_of(&self, date: Date) -> Vec<Span> {
        let weekday = match self.dated(date).map(|day| &day.kind) {
            Some(DayKind::Holiday) => return Vec::new(),
            Some(DayKind::Hours(spans)) => return spans.clone(),
            Some(DayKind::WorkedAs(weekday)) => *weekday,
            None => date.weekday(),
        };
        let begin_on = |week: &&WeekSpan| week.days.contains(&weekday);
        let begin = self.schedule.week.iter().filter(begin_on);
        begin.map(|week| week.span).collect()
    }

    fn dated(&self, date: Date) -> Option<&CalendarDay> {
        let shared = if self.schedule.keeps_calendar {
            self.calendar
        } else {
            &[]
        };
        let mut days = self.schedule.days.iter().chain(shared);
        days.find(|day| day.date == date)
    }

    fn reason(&self, date: Date) -> Because {
        match self.dated(date) {
            Some(day) => Because::Calendar {
                date,
                name: day.name.clone(),
            },
            None => Because::Week {
                day: date.weekday(),
            },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Monday to Friday 09:00–12:00 and 13:30–18:00, and a night desk on Saturday 20:00–06:00.
    pub(crate) fn office() -> Schedule {
        use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
        let span = |days: &[Weekday], from, to| WeekSpan {
            days: days.to_vec(),
            span: Span {
                from: ClockTime::parse(from).unwrap(),
                to: ClockTime::parse(to).unwrap(),
            },
        };
        let working = [Mon, Tue, Wed, Thu, Fri];
        Schedule {
            id: ScheduleId(1),
            name: "office".into(),
            week: vec![
                span(&working, "09:00", "12:00"),
                span(&working, "13:30", "18:00"),
                span(&[Sat], "20:00", "06:00"),
            ],
            days: vec![],
            keeps_calendar: true,
        }
    }

    /// The first days of October 2026 as the State Council might set them.
    pub(crate) fn october() -> Vec<CalendarDay> {
        let table = "date,kind,name\n2026-10-01,休,国庆节\n2026-10-02,休,国庆节\n\
                     2026-10-10,班,国庆节调休\n";
        import_calendar(table).unwrap().days
    }

    /// ms since 1970 UTC of a civil time in China: `2026-10-01 09:00`.
    pub(crate) fn at(text: &str) -> u64 {
        let (date, time) = text.split_once(' ').unwrap();
        let minute = ClockTime::parse(time).unwrap().minute();
        Zone::default().moments(Date::parse(date).unwrap(), minute)[0]
    }

    fn ruled(by_hand: Option<Override>, when: &str) -> (Mode, Because) {
        let (schedule, calendar, zone) = (office(), october(), Zone::default());
        let hours = Hours {
            schedule: &schedule,
            calendar: &calendar,
            zone: &zone,
            by_hand,
        };
        let Ruling { mode, because } = hours.at(at(when));
        (mode, because)
    }

    #[test]
    fn several_spans_a_day_open_at_their_first_minute_and_close_at_their_end() {
        let mode = |when: &str| ruled(None, when).0;
        for open in ["09:00", "11:59", "13:30", "17:59"] {
            assert_eq!(mode(&format!("2026-09-28 {open}")), Mode::Day, "{open}");
        }
        for closed in ["08:59", "12:00", "13:29", "18:00", "23:59"] {
            assert_eq!(
                mode(&format!("2026-09-28 {closed}")),
                Mode::Night,
                "{closed}"
            );
        }
        assert_eq!(mode("2026-09-27 10:00"), Mode::Night, "a Sunday");
    }

    #[test]
    fn a_span_over_midnight_belongs_to_the_day_it_begins() {
        let week = |day| Because::Week { day };
        let sat = (Mode::Day, week(Weekday::Sat));
        assert_eq!(ruled(None, "2026-10-17 20:00"), sat);
        assert_eq!(ruled(None, "2026-10-18 05:59"), sat);
        let sun = (Mode::Night, week(Weekday::Sun));
        assert_eq!(ruled(None, "2026-10-18 06:00"), sun);
    }

    #[test]
    fn a_holiday_is_closed_and_the_day_worked_in_its_stead_has_hours_of_a_monday() {
        let national_day = Because::Calendar {
            date: Date::parse("2026-10-01").unwrap(),
            name: "国庆节".into(),
        };
        assert_eq!(ruled(None, "2026-10-01 10:00"), (Mode::Night, national_day));
        // A Saturday, but worked; its night desk of a usual Saturday is not.
        assert_eq!(ruled(None, "2026-10-10 10:00").0, Mode::Day);
        assert_eq!(ruled(None, "2026-10-10 21:00").0, Mode::Night);
    }

    #[test]
    fn a_schedule_may_have_days_of_its_own_and_may_leave_the_calendar_alone() {
        let (mut schedule, calendar, zone) = (office(), october(), Zone::default());
        let mode = |schedule: &Schedule| {
            let calendar = calendar.as_slice();
            let (zone, by_hand) = (&zone, None);
            Hours {
                schedule,
                calendar,
                zone,
                by_hand,
            }
            .at(at("2026-10-01 10:00"))
            .mode
        };
        assert_eq!(mode(&schedule), Mode::Night);
        schedule.keeps_calendar = false;
        assert_eq!(mode(&schedule), Mode::Day);
        schedule.keeps_calendar = true;
        let own = "2026-10-01,hours,short day,10:00-11:00\n";
        schedule.days = import_calendar(own).unwrap().days;
        assert_eq!(mode(&schedule), Mode::Day);
    }

    #[test]
    fn what_is_set_by_hand_counts_until_its_end_to_the_millisecond() {
        let until_ms = at("2026-09-28 20:00");
        let set = Some(Override {
            mode: Mode::Day,
            until_ms,
        });
        assert_eq!(
            ruled(set, "2026-09-28 19:59"),
            (Mode::Day, Because::Override { until_ms })
        );
        assert_eq!(ruled(set, "2026-09-28 20:00").0, Mode::Night);
    }

    #[test]
    fn a_schedule_reads_as_it_was_written() {
        let text = r#"{"id":1,"name":"n","week":[{"days":["mon","sun"],"from":"09:00","to":"24:00"}],
            "days":[{"date":"2026-10-10","name":"x","kind":{"worked_as":"fri"}},
                    {"date":"2026-10-01","name":"y","kind":"holiday"}]}"#;
        let read: Schedule = serde_json::from_str(text).unwrap();
        assert!(read.keeps_calendar);
        assert_eq!(read.days[0].kind, DayKind::WorkedAs(Weekday::Fri));
        let again = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Schedule>(&again).unwrap(), read);
        let wrong = text.replace("24:00", "24:01");
        let told = serde_json::from_str::<Schedule>(&wrong)
            .unwrap_err()
            .to_string();
        assert!(told.contains("allowed: 00:00 to 24:00"), "{told}");
    }
}
