//! Civil time: what a calendar and a clock on the wall show. Pure arithmetic on `Moment::wall_ms`.
//!
//! The zone is data: the offset from UTC that holds from the beginning, and a list of later
//! changes. China has had one offset and no summer time since 1991, so there the list is empty; a
//! box elsewhere is handed the changes of the years to come by the program, which may read the zone
//! files of the system. A rule language for summer time is not needed here and would have to be
//! kept up to date; a list of changes is exact and needs no knowledge of the country.

use std::fmt;

use serde::{Deserialize, Serialize};

const MINUTE_MS: i64 = 60_000;
const DAY_MIN: i64 = 24 * 60;
/// Offsets in use reach from UTC−12:00 to UTC+14:00.
const OFFSETS_MIN: std::ops::RangeInclusive<i32> = -720..=840;
/// Two changes a year for fifty years.
const MAX_CHANGES: usize = 100;

/// The offset of local time from UTC, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Minutes east of UTC before the first change; China +480.
    pub offset_min: i32,
    /// Later changes, earliest first; none where there is no summer time.
    #[serde(default)]
    pub changes: Vec<OffsetChange>,
}

/// A change of the offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetChange {
    /// From when it holds, ms since 1970 UTC.
    pub from_ms: u64,
    /// Minutes east of UTC.
    pub offset_min: i32,
}

impl Default for Zone {
    /// China.
    fn default() -> Self {
        Self::fixed(480)
    }
}

impl Zone {
    /// A zone without changes.
    #[must_use]
    pub const fn fixed(offset_min: i32) -> Self {
        Self {
            offset_min,
            changes: Vec::new(),
        }
    }

    /// The offset in force, in minutes east of UTC.
    #[must_use]
    pub fn offset_at(&self, wall_ms: u64) -> i32 {
        let begun = self.changes.iter().take_while(|c| c.from_ms <= wall_ms);
        begun.last().map_or(self.offset_min, |c| c.offset_min)
    }

    /// What calendar and clock show.
    #[must_use]
    pub fn civil(&self, wall_ms: u64) -> Civil {
        let utc_min = i64::try_from(wall_ms).unwrap_or(i64::MAX) / MINUTE_MS;
        let local_min = utc_min.saturating_add(self.offset_at(wall_ms).into());
        let day = local_min.div_euclid(DAY_MIN);
        let minute = u16::try_from(local_min.rem_euclid(DAY_MIN)).unwrap_or(0);
        Civil {
            date: Date::from_days(day),
            minute,
        }
    }

    /// When calendar and clock show this: usually once, twice where the clock is put back, never
    /// where it is put forward. `minute` may be 1440, the midnight that ends the day.
    #[must_use]
    pub fn moments(&self, date: Date, minute: u16) -> Vec<u64> {
        let local_min = date.days() * DAY_MIN + i64::from(minute);
        let mut offsets: Vec<i32> = self.changes.iter().map(|c| c.offset_min).collect();
        offsets.push(self.offset_min);
        offsets.sort_unstable();
        offsets.dedup();
        let at = |offset: i32| {
            let utc_ms = (local_min - i64::from(offset)) * MINUTE_MS;
            let wall_ms = u64::try_from(utc_ms).ok()?;
            (self.offset_at(wall_ms) == offset).then_some(wall_ms)
        };
        let mut found: Vec<u64> = offsets.into_iter().filter_map(at).collect();
        found.sort_unstable();
        found
    }

    /// When a day begins and when it is over, ms since 1970 UTC: at midnight, the first of two; where
    /// the clock skips that, at the first moment of the day.
    #[must_use]
    pub fn day(&self, date: Date) -> (u64, u64) {
        let from = self.begins(date).unwrap_or(0);
        let to = self.begins(date.plus_days(1));
        (from, to.unwrap_or(from).max(from))
    }

    fn begins(&self, date: Date) -> Option<u64> {
        let midnight = self.moments(date, 0).first().copied();
        let changes = self.changes.iter().map(|change| change.from_ms);
        midnight.or_else(|| changes.filter(|at| self.civil(*at).date == date).min())
    }

    /// What is wrong with it: the key, what was found, what is allowed.
    pub(crate) fn fault(&self) -> Option<(&'static str, String, String)> {
        let offsets = || {
            let changed = self.changes.iter().map(|c| c.offset_min);
            std::iter::once(self.offset_min).chain(changed)
        };
        if let Some(offset) = offsets().find(|offset| !OFFSETS_MIN.contains(offset)) {
            let allowed = format!("{} to {}", OFFSETS_MIN.start(), OFFSETS_MIN.end());
            return Some(("offset_min", offset.to_string(), allowed));
        }
        if self.changes.len() > MAX_CHANGES {
            let allowed = format!("at most {MAX_CHANGES}");
            return Some(("changes", self.changes.len().to_string(), allowed));
        }
        let disorder = self
            .changes
            .windows(2)
            .find(|pair| pair[0].from_ms >= pair[1].from_ms)?;
        let found = format!("{} after {}", disorder[1].from_ms, disorder[0].from_ms);
        Some(("changes", found, "later and later times".into()))
    }
}

/// A date and the time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// The date.
    pub date: Date,
    /// Minutes since midnight, 0..=1439.
    pub minute: u16,
}

/// A date of the Gregorian calendar, written `2026-10-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The date, if there is such a day in the years 1970 to 9999.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
        let is_real = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && Self::from_days(date.days()) == date;
        is_real.then_some(date)
    }

    /// Reads `2026-10-01`, `2026/10/1`, `2026.10.1` or `20261001`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            vec![&text[..4], &text[4..6], &text[6..]]
        } else {
            text.split(['-', '/', '.']).collect()
        };
        let [year, month, day] = parts.as_slice() else {
            return None;
        };
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Days since 1970-01-01. (H. Hinnant, "chrono-compatible low-level date algorithms".)
    #[must_use]
    pub fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The date so many days after 1970-01-01.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u8::try_from(month).unwrap_or(1),
            day: u8::try_from(day).unwrap_or(1),
        }
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let index = (self.days() + 3).rem_euclid(7);
        Weekday::ALL[usize::try_from(index).unwrap_or(0)]
    }

    /// The date `days` later, or earlier.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::from_days(self.days() + days)
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no date; allowed: 2026-10-01"))
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// The week, Monday first (ISO 8601).
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["mon", "tue", "wed", "thu", "fri", "sat", "sun"][*self as usize])
    }
}

/// A time of the day in whole minutes, written `09:00`; `24:00` is the midnight that ends the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(u16);

impl ClockTime {
    /// The time, if the day has it.
    #[must_use]
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        let of_day = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && i64::from(of_day) <= DAY_MIN).then_some(Self(of_day))
    }

    /// Reads `09:00` or `9:00`, with the colon of either width.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.trim().split_once([':', '：'])?;
        let are_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if !are_digits(hour) || !are_digits(minute) || minute.len() != 2 {
            return None;
        }
        Self::new(hour.parse().ok()?, minute.parse().ok()?)
    }

    /// Minutes since midnight, 0..=1440.
    #[must_use]
    pub const fn minute(self) -> u16 {
        self.0
    }
}

impl TryFrom<String> for ClockTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no time; allowed: 00:00 to 24:00"))
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: u64 = 3_600_000;

    #[test]
    fn dates_are_those_of_the_gregorian_calendar() {
        let date = |text| Date::parse(text).unwrap();
        assert_eq!(date("1970-01-01").days(), 0);
        assert_eq!(date("2026-10-01").days(), 20_727);
        assert_eq!(date("2026-10-01").weekday(), Weekday::Thu);
        assert_eq!(date("2028/2/29").plus_days(1), date("20280301"));
        for wrong in [
            "2026-02-29",
            "2026-13-01",
            "26-1-1",
            "2026-1",
            "十月一日",
            "2026-00-10",
        ] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
        // Every day of four centuries, there and back.
        for days in 0..146_097 {
            let there = Date::from_days(days);
            assert_eq!(there.days(), days);
            assert_eq!(Date::new(there.year, there.month, there.day), Some(there));
        }
    }

    #[test]
    fn the_clock_in_china_is_eight_hours_ahead_all_year() {
        let china = Zone::default();
        // 2026-06-30T16:00:00Z
        let civil = china.civil(1_782_835_200_000);
        assert_eq!(
            (civil.date.to_string().as_str(), civil.minute),
            ("2026-07-01", 0)
        );
        let civil = china.civil(1_782_835_200_000 - 1);
        assert_eq!(
            (civil.date.to_string().as_str(), civil.minute),
            ("2026-06-30", 1439)
        );
        let back = china.moments(Date::parse("2026-07-01").unwrap(), 0);
        assert_eq!(back, [1_782_835_200_000]);
    }

    /// Central Europe 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    #[test]
    fn a_clock_put_back_shows_an_hour_twice_and_one_put_forward_skips_one() {
        let (spring, autumn) = (1_774_746_000_000, 1_792_890_000_000);
        let zone = Zone {
            offset_min: 60,
            changes: vec![
                OffsetChange {
                    from_ms: spring,
                    offset_min: 120,
                },
                OffsetChange {
                    from_ms: autumn,
                    offset_min: 60,
                },
            ],
        };
        assert_eq!(zone.civil(spring - 1).minute, 119);
        assert_eq!(zone.civil(spring).minute, 180);
        assert!(zone.moments(zone.civil(spring).date, 150).is_empty());
        let twice = zone.moments(zone.civil(autumn).date, 150);
        assert_eq!(twice, [autumn - HOUR_MS / 2, autumn + HOUR_MS / 2]);
        assert_eq!(zone.fault(), None);
    }

    #[test]
    fn a_day_begins_at_its_own_midnight_even_if_the_clock_skips_that() {
        let midnight = 1_782_835_200_000;
        let date = |text| Date::parse(text).unwrap();
        let day = (midnight, midnight + 24 * HOUR_MS);
        assert_eq!(Zone::default().day(date("2026-07-01")), day);
        let utc = (midnight - 16 * HOUR_MS, midnight + 8 * HOUR_MS);
        assert_eq!(Zone::fixed(0).day(date("2026-06-30")), utc);
        // Put forward from 00:00 to 01:00: the day has no midnight, and 23 hours.
        let forward = Zone {
            offset_min: 0,
            changes: vec![OffsetChange {
                from_ms: utc.0,
                offset_min: 60,
            }],
        };
        assert_eq!(forward.day(date("2026-06-30")), (utc.0, utc.1 - HOUR_MS));
    }

    #[test]
    fn times_of_day_are_read_with_either_colon() {
        let read = |text| ClockTime::parse(text).map(|time| time.to_string());
        assert_eq!(read("9:05"), Some("09:05".into()));
        assert_eq!(read("18：30"), Some("18:30".into()));
        assert_eq!(read("24:00"), Some("24:00".into()));
        for wrong in ["24:01", "9", "9:5", "12:60", "+9:00", "a:00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
