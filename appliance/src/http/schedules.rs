//! When the house is open: week plans, the calendar they share, a preview, and day or night by hand.

use axum::Json;
use axum::extract::State;
use hotline_services::permission::{Over, Permission};
use hotline_services::schedule::{
    self, Hours, Mode as CoreMode, Schedule as CoreSchedule, ScheduleId, import_calendar,
};
use hotline_services::{Configuration, RowFault};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::listing::{self, Row, resource};
use super::number_lists::Fault;
use super::permit::{May, Permit, QueuesRead, SchedulesOverride, SchedulesWrite};
use super::words::{Mode, Weekday};

const DAY_MS: u64 = 86_400_000;
/// Two changes a span, ten spans a day, and what is set by hand.
const MOST_CHANGES: usize = 500;

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes()
        .routes(routes!(preview))
        .routes(routes!(set_by_hand))
        .routes(routes!(calendar, set_calendar))
        .routes(routes!(read_calendar))
}

/// A schedule.
#[derive(Serialize, Deserialize, ToSchema)]
struct Schedule {
    id: u32,
    #[serde(flatten)]
    draft: ScheduleDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct ScheduleDraft {
    name: String,
    /// Open in any of these; at most 50.
    week: Vec<WeekSpan>,
    /// Days of this schedule alone; they count before the same day of the shared calendar.
    #[serde(default)]
    days: Vec<CalendarDay>,
    /// Whether the shared calendar counts.
    #[serde(default = "yes")]
    keeps_calendar: bool,
}

const fn yes() -> bool {
    true
}

/// The same hours on some days of the week.
#[derive(Serialize, Deserialize, ToSchema)]
struct WeekSpan {
    /// On which days it begins.
    days: Vec<Weekday>,
    #[serde(flatten)]
    span: Span,
}

/// From a time to a time; one that ends no later than it begins ends on the next day.
#[derive(Serialize, Deserialize, ToSchema)]
struct Span {
    /// `09:00`; 00:00 to 23:59.
    from: String,
    /// `18:00`; 00:01 to 24:00.
    to: String,
}

/// A date on which the week plan does not hold.
#[derive(Serialize, Deserialize, ToSchema)]
struct CalendarDay {
    /// `2026-10-01`.
    date: String,
    /// "National Day".
    name: String,
    kind: DayKind,
}

/// What holds on a dated day.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DayKind {
    /// Closed.
    Holiday,
    /// Worked in stead of a holiday: the hours of that day of the week.
    WorkedAs(Weekday),
    /// Hours of its own.
    Hours(Vec<Span>),
}

impl Row for Schedule {
    type Core = CoreSchedule;
    type Draft = ScheduleDraft;
    const ONE: &'static str = "schedule";
    const NUMBERED: Numbered = Numbered::Schedule;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.dial_plan.schedules
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.dial_plan.schedules
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, _draft: &ScheduleDraft) -> Result<Self::Core> {
        Ok(CoreSchedule {
            id: ScheduleId(id),
            name: String::new(),
            week: Vec::new(),
            days: Vec::new(),
            keeps_calendar: true,
        })
    }

    fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
        let mut queues = configuration.queues.iter();
        if let Some(queue) = queues.find(|queue| queue.hours == Some(ScheduleId(id))) {
            let message = format!(
                "the queue {} keeps this schedule; change the queue first",
                queue.name
            );
            return Err(ApiError::in_use(message, "queues", &queue.name));
        }
        let mut routes = configuration.dial_plan.inbound.iter();
        match routes.find(|route| route.schedule == Some(ScheduleId(id))) {
            Some(route) => {
                let message = format!(
                    "the inbound route {} keeps this schedule; change the route first",
                    route.name
                );
                Err(ApiError::in_use(message, "inbound_routes", &route.name))
            }
            None => Ok(()),
        }
    }
}

resource!(
    "/api/schedules",
    "/api/schedules/{id}",
    Schedule,
    ScheduleDraft,
    SchedulesWrite
);

#[derive(Deserialize, ToSchema)]
struct PreviewQuestion {
    /// The schedule as it is being written.
    schedule: ScheduleDraft,
    /// Its number, if it has one: what was set by hand counts then.
    #[serde(default)]
    id: Option<u32>,
    /// From when; null: now.
    #[serde(default)]
    from_at: Option<u64>,
    /// How many days; 1 to 31, default 7.
    #[serde(default)]
    days: Option<u64>,
}

/// What a schedule comes to.
#[derive(Serialize, ToSchema)]
struct Preview {
    /// What holds from when on, earliest first; the first one at `from_at`.
    spans: Vec<PreviewSpan>,
    /// When the preview ends.
    to_at: u64,
    /// Minutes east of UTC at its beginning.
    offset_min: i32,
}

#[derive(Serialize, ToSchema)]
struct PreviewSpan {
    from_at: u64,
    mode: Mode,
    /// `week`, `calendar`, `override`, with the fields of the kind beside it.
    #[schema(value_type = Object)]
    because: schedule::Because,
}

/// What a schedule comes to on the next days, before it is saved.
#[utoipa::path(post, path = "/api/schedules/preview", security(("session" = [QueuesRead::WORD])),
    request_body = PreviewQuestion, responses((status = OK, body = Preview)))]
async fn preview(
    State(api): State<Api>,
    who: May<QueuesRead>,
    Sent(asked): Sent<PreviewQuestion>,
) -> Result<Json<Preview>> {
    let days = asked.days.unwrap_or(7);
    if !(1..=31).contains(&days) {
        let message = format!("found {days}; 1 to 31 days are allowed");
        return Err(ApiError::invalid("days", message));
    }
    let configuration = api.configuration(&who).await?;
    let id = asked.id.unwrap_or(0);
    let fresh = Schedule::fresh(id, &asked.schedule)?;
    let plan = Schedule::made(&api, fresh, &asked.schedule)?;
    let house = api.store.house();
    let by_hand = house.borrow().by_hand.get(&ScheduleId(id)).copied();
    let dial_plan = &configuration.dial_plan;
    let hours = Hours {
        schedule: &plan,
        calendar: &dial_plan.calendar,
        zone: &dial_plan.zone,
        by_hand,
    };
    let from = asked.from_at.unwrap_or_else(|| api.clock.now().wall_ms);
    let to_at = from.saturating_add(days * DAY_MS);
    Ok(Json(Preview {
        spans: spans(&hours, from, to_at),
        to_at,
        offset_min: dial_plan.zone.offset_at(from),
    }))
}

fn spans(hours: &Hours<'_>, from: u64, to: u64) -> Vec<PreviewSpan> {
    let now = hours.at(from);
    let mut spans = vec![PreviewSpan {
        from_at: from,
        mode: now.mode.into(),
        because: now.because,
    }];
    let mut at = from;
    while let Some(change) = hours.next_change(at).filter(|change| change.at_ms < to) {
        at = change.at_ms;
        spans.push(PreviewSpan {
            from_at: at,
            mode: change.to.mode.into(),
            because: change.to.because,
        });
        if spans.len() >= MOST_CHANGES {
            break;
        }
    }
    spans
}

#[derive(Deserialize, ToSchema)]
struct ByHand {
    /// What is to hold; null: the plan again.
    mode: Option<Mode>,
}

#[derive(Serialize, ToSchema)]
struct SetByHand {
    /// Until when it holds; null: the plan holds.
    until_at: Option<u64>,
}

/// Sets day or night by hand. It holds until the plan comes to the same by itself, 12 h at most.
#[utoipa::path(put, path = "/api/schedules/{id}/by_hand", params(("id" = u32, Path)),
    security(("session" = [SchedulesOverride::WORD])),
    request_body = ByHand, responses((status = OK, body = SetByHand)))]
async fn set_by_hand(
    State(api): State<Api>,
    who: May<SchedulesOverride>,
    Id(id): Id<u32>,
    Sent(asked): Sent<ByHand>,
) -> Result<Json<SetByHand>> {
    who.may(Permission::SchedulesOverride, Over::Nobody)?;
    let (id, none) = (ScheduleId(id), schedule::Overrides::new());
    let plan = &who.configuration.dial_plan;
    let hours = plan
        .hours(id, &none)
        .ok_or_else(|| ApiError::not_found("schedule"))?;
    let now = api.clock.now().wall_ms;
    let by_hand = asked
        .mode
        .and_then(|mode| hours.by_hand(CoreMode::from(mode), now));
    api.call_control.set_schedule(id, by_hand).await?;
    api.store.flush().await?;
    let until_at = by_hand.map(|set| set.until_ms);
    Ok(Json(SetByHand { until_at }))
}

/// The holidays, and the days worked in their stead, of all schedules.
#[utoipa::path(get, path = "/api/calendar", security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = Vec<CalendarDay>)))]
async fn calendar(State(api): State<Api>, who: May<QueuesRead>) -> Result<Json<Vec<CalendarDay>>> {
    let configuration = api.configuration(&who).await?;
    Ok(Json(listing::as_shown(&configuration.dial_plan.calendar)?))
}

/// Sets the calendar, whole; at most 400 days.
#[utoipa::path(put, path = "/api/calendar", security(("session" = [SchedulesWrite::WORD])),
    request_body = Vec<CalendarDay>, responses((status = OK, body = Vec<CalendarDay>)))]
async fn set_calendar(
    State(api): State<Api>,
    who: May<SchedulesWrite>,
    Sent(days): Sent<Vec<CalendarDay>>,
) -> Result<Json<Vec<CalendarDay>>> {
    let set = api
        .configure(&who, async |configuration| {
            let calendar = &mut configuration.dial_plan.calendar;
            *calendar = listing::as_shown(&days)?;
            calendar.sort_by_key(|day| day.date);
            listing::as_shown(calendar)
        })
        .await?;
    Ok(Json(set))
}

#[derive(Deserialize, ToSchema)]
struct Table {
    /// CSV: `date, kind, name, hours`.
    text: String,
}

/// A table that was read; nothing of it is in force.
#[derive(Serialize, ToSchema)]
struct ReadCalendar {
    /// The rows without fault, by date.
    days: Vec<CalendarDay>,
    /// What is wrong with the others.
    faults: Vec<Fault>,
}

/// Reads a calendar from a table: `2026-10-01, holiday, National Day`. Sets nothing.
#[utoipa::path(post, path = "/api/calendar/read", security(("session" = [SchedulesWrite::WORD])),
    request_body = Table, responses((status = OK, body = ReadCalendar)))]
async fn read_calendar(
    _who: May<SchedulesWrite>,
    Sent(table): Sent<Table>,
) -> Result<Json<ReadCalendar>> {
    let too_many = |found| {
        ApiError::invalid(
            "text",
            format!("found {found} rows; at most 1000 are allowed"),
        )
    };
    let import = import_calendar(&table.text).map_err(too_many)?;
    let fault = |fault: &RowFault| Fault::from(fault);
    Ok(Json(ReadCalendar {
        days: listing::as_shown(&import.days)?,
        faults: import.faults.iter().map(fault).collect(),
    }))
}
