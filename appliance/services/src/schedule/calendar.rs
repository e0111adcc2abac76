use serde::{Deserialize, Serialize};

use super::{ClockTime, Date, Span, Weekday};
use crate::csv::{self, RowFault};

/// Rows of a file that are looked at.
const MAX_ROWS: usize = 1000;
/// Hours of one day.
const MAX_SPANS: usize = 10;
const MAX_NAME: usize = 64;

/// A date on which the week plan does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDay {
    /// The date; its hours are those that begin on it.
    pub date: Date,
    /// The name shown to people: "National Day".
    pub name: String,
    /// What holds instead.
    pub kind: DayKind,
}

/// What holds on a dated day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Closed.
    Holiday,
    /// Worked in stead of a holiday (调休): the hours of that day of the week.
    WorkedAs(Weekday),
    /// Hours of its own.
    Hours(Vec<Span>),
}

/// A calendar read from an uploaded table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarImport {
    /// The days of the rows without fault, by date.
    pub days: Vec<CalendarDay>,
    /// What is wrong with the others.
    pub faults: Vec<RowFault>,
}

/// Reads a calendar: `date, kind, name, hours`, with or without a line of headings.
///
/// `kind` is `holiday` (休, 放假, 假), `workday` (班, 上班, 调休, 补班) or `hours` (时段). The fourth
/// cell of a workday may name the day of the week whose hours it has, `mon` if it does not; that of
/// `hours` holds them: `09:00-12:00 13:30-18:00`.
///
/// # Errors
/// How many rows the table has, when more than 1000.
pub fn import_calendar(text: &str) -> Result<CalendarImport, usize> {
    let mut import = CalendarImport::default();
    for (index, row) in csv::rows(text, MAX_ROWS)?.iter().enumerate() {
        let is_heading = index == 0 && !row.cell(0).contains(|c: char| c.is_ascii_digit());
        if is_heading {
            continue;
        }
        match day(row) {
            Err(fault) => import.faults.push(fault),
            Ok(day) if import.days.iter().any(|known| known.date == day.date) => {
                let fault = row.fault("date", row.cell(0), "each date once");
                import.faults.push(fault);
            }
            Ok(day) => import.days.push(day),
        }
    }
    import.days.sort_by_key(|day| day.date);
    Ok(import)
}

fn day(row: &csv::Row) -> Result<CalendarDay, RowFault> {
    let text = row.cell(0);
    let date = Date::parse(text).ok_or_else(|| row.fault("date", text, "a date: 2026-10-01"))?;
    let text = row.cell(1);
    let kind = match text.to_lowercase().as_str() {
        "holiday" | "休" | "放假" | "假" | "节假日" => DayKind::Holiday,
        "workday" | "班" | "上班" | "调休" | "补班" | "工作日" => {
            DayKind::WorkedAs(worked_as(row)?)
        }
        "hours" | "时段" => DayKind::Hours(spans(row)?),
        _ => return Err(row.fault("kind", text, "holiday (休), workday (班) or hours (时段)")),
    };
    let name = row.cell(2);
    if name.chars().count() > MAX_NAME {
        return Err(row.fault("name", name, format!("at most {MAX_NAME} characters")));
    }
    let name = name.to_owned();
    Ok(CalendarDay { date, name, kind })
}

fn worked_as(row: &csv::Row) -> Result<Weekday, RowFault> {
    let text = row.cell(3);
    if text.is_empty() {
        return Ok(Weekday::Mon);
    }
    let lower = text.to_lowercase();
    let chinese = ["一", "二", "三", "四", "五", "六", "日"];
    let mut all = Weekday::ALL.into_iter().zip(chinese);
    let named = all.find(|(day, chinese)| day.to_string() == lower || lower.ends_with(chinese));
    let allowed = "mon to sun (周一 to 周日), or nothing for mon";
    named
        .map(|(day, _)| day)
        .ok_or_else(|| row.fault("hours", text, allowed))
}

fn spans(row: &csv::Row) -> Result<Vec<Span>, RowFault> {
    let text = row.cell(3);
    let read = text.split_whitespace().map(span);
    let spans = read.collect::<Option<Vec<Span>>>();
    spans
        .filter(|spans| (1..=MAX_SPANS).contains(&spans.len()))
        .ok_or_else(|| row.fault("hours", text, "1 to 10 spans: 09:00-12:00 13:30-18:00"))
}

fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once(['-', '–', '~'])?;
    let (from, to) = (ClockTime::parse(from)?, ClockTime::parse(to)?);
    let is_real = from.minute() < 1440 && to.minute() > 0;
    is_real.then_some(Span { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_is_read_and_every_wrong_row_is_told() {
        let table = "日期,类型,名称,时段\n\
                     2026-10-10,班,国庆节调休,周五\n\
                     20261001,休,国庆节\n\
                     2026-10-1,holiday,again\n\
                     2026-02-30,休,nowhere\n\
                     2026-10-03,maybe,what\n\
                     2026-12-31,hours,half a day,09:00-12:00 20:00-02:00\n\
                     2026-12-30,hours,no hours,09:00\n\
                     2026-10-11,workday,as when,someday\n";
        let import = import_calendar(table).unwrap();
        let kinds: Vec<_> = import
            .days
            .iter()
            .map(|d| (d.date.to_string(), &d.kind))
            .collect();
        assert_eq!(kinds[0], ("2026-10-01".into(), &DayKind::Holiday));
        assert_eq!(
            kinds[1],
            ("2026-10-10".into(), &DayKind::WorkedAs(Weekday::Fri))
        );
        let DayKind::Hours(hours) = kinds[2].1 else {
            panic!("{kinds:?}")
        };
        assert!(hours.len() == 2 && hours[1].is_overnight());
        let faults: Vec<String> = import.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "line 4, date: found \"2026-10-1\"; allowed: each date once",
                "line 5, date: found \"2026-02-30\"; allowed: a date: 2026-10-01",
                "line 6, kind: found \"maybe\"; allowed: holiday (休), workday (班) or hours (时段)",
                "line 8, hours: found \"09:00\"; allowed: 1 to 10 spans: 09:00-12:00 13:30-18:00",
                "line 9, hours: found \"someday\"; allowed: mon to sun (周一 to 周日), \
                 or nothing for mon",
            ]
        );
    }

    #[test]
    fn a_table_without_end_is_not_read() {
        assert_eq!(import_calendar(&"2026-01-01,休\n".repeat(1001)), Err(1001));
    }
}
