//! The route tester: where a call would go and why, by the functions that decide it.

use axum::Json;
use axum::extract::State;
use hotline_call::{LineId, Number};
use hotline_services::blacklist::{Direction, Screening, Subject};
use hotline_services::route::{Arriving, DialledTo, Dialling, Leads, LineUse, Step};
use hotline_services::{AgentId, Configuration, LineState};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::fault::fault;
use super::inbound::Target;
use super::input::Sent;
use super::listing;
use super::permit::{May, Permit, QueuesRead};
use super::regions::{Origin, origin, region_names};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(inbound))
        .routes(routes!(outbound))
}

/// One step of a decision, with the fields of its kind beside it.
#[derive(Serialize, ToSchema)]
struct RouteStep {
    /// `route_passed`, `route_taken`, `scheduled`, `leads_to`, `rule_taken`, `class`, `line` …
    step: String,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

fn steps(steps: &[Step]) -> Result<Vec<RouteStep>> {
    let shown = |step: &Step| match serde_json::to_value(step) {
        Ok(Value::Object(mut fields)) => {
            let step = fields.remove("step");
            let step = step.and_then(|step| step.as_str().map(str::to_owned));
            Ok(RouteStep {
                step: step.unwrap_or_default(),
                fields,
            })
        }
        Ok(other) => Ok(RouteStep {
            step: other.to_string(),
            fields: Map::new(),
        }),
        Err(error) => Err(ApiError::internal(&error)),
    };
    steps.iter().map(shown).collect()
}

fn number(field: &str, text: Option<&str>) -> Result<Option<Number>> {
    let text = text.filter(|text| !text.trim().is_empty());
    let number = text.map(Number::parse).transpose();
    number.map_err(|error| {
        ApiError::invalid(field, error.to_string()).told(fault("not_a_number", &[]))
    })
}

#[derive(Deserialize, ToSchema)]
struct InboundQuestion {
    /// On which line, counted from 0.
    line: u16,
    /// Which of our numbers was dialled, where the line tells.
    #[serde(default)]
    called: Option<String>,
    /// Who calls; null: withheld.
    #[serde(default)]
    caller: Option<String>,
    /// When, ms since 1970 UTC; null: now.
    #[serde(default)]
    at: Option<u64>,
}

/// Where a call that comes in leads.
#[derive(Serialize, ToSchema)]
struct InboundAnswer {
    /// The entry of the blacklist that keeps the caller out, before any route is asked.
    blocked_by: Option<u32>,
    /// What is known of the caller's number.
    origin: Option<Origin>,
    /// The route that matched.
    route: Option<u32>,
    /// Where it leads; null: nowhere set, see `closed`.
    target: Option<Target>,
    /// The house is closed and nothing is set for that: "nobody is here", and goodbye.
    closed: bool,
    /// No route matched: the first menu.
    first_menu: bool,
    steps: Vec<RouteStep>,
}

/// Where a call that comes in would lead, and why.
#[utoipa::path(post, path = "/api/route_test/inbound", security(("session" = [QueuesRead::WORD])),
    request_body = InboundQuestion, responses((status = OK, body = InboundAnswer)))]
async fn inbound(
    State(api): State<Api>,
    who: May<QueuesRead>,
    Sent(asked): Sent<InboundQuestion>,
) -> Result<Json<InboundAnswer>> {
    let called = number("called", asked.called.as_deref())?;
    let caller = number("caller", asked.caller.as_deref())?;
    let at = asked.at.unwrap_or_else(|| api.clock.now().wall_ms);
    let configuration = api.configuration(&who).await?;
    let house = api.store.house().borrow().clone();
    let canonical = caller
        .as_ref()
        .map(|n| configuration.dial_plan.numbers.canonical(n));
    let known = origin(&api, &configuration, canonical.as_deref());
    let regions = region_names(&api, &configuration, canonical.as_deref());
    let subject = Subject {
        number: canonical.as_deref(),
        regions: &regions,
        is_vip: is_vip(&configuration, caller.as_ref()),
    };
    let blocked_by = match house.lists.screen(subject, Direction::In, at) {
        Screening::Blocked(entry) => Some(entry.id.0),
        _ => None,
    };
    let call = Arriving {
        line: LineId(asked.line),
        called: called.as_ref(),
        caller: caller.as_ref(),
    };
    let found = configuration.dial_plan.inbound(call, &house.by_hand, at);
    let target = match &found.leads {
        Leads::To(target) => Some(listing::as_shown(target)?),
        Leads::Closed | Leads::Nowhere => None,
    };
    Ok(Json(InboundAnswer {
        blocked_by,
        origin: known,
        route: found.route.map(|route| route.0),
        target,
        closed: found.leads == Leads::Closed,
        first_menu: found.leads == Leads::Nowhere,
        steps: steps(&found.steps)?,
    }))
}

fn is_vip(configuration: &Configuration, caller: Option<&Number>) -> bool {
    let mut callers = configuration.callers.iter();
    callers.any(|known| Some(&known.number) == caller && known.standing.vip.is_some())
}

#[derive(Deserialize, ToSchema)]
struct OutboundQuestion {
    /// What is dialled.
    number: String,
    /// Who is signed in at the phone; null: nobody.
    #[serde(default)]
    agent: Option<u32>,
    /// Whether the lines are taken as they are now; else as if all were free.
    #[serde(default)]
    lines_now: bool,
}

/// What a dialled number becomes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Becomes {
    Emergency,
    Feature,
    Phone,
    Outside,
    Refused,
}

#[derive(Serialize, ToSchema)]
struct OutboundAnswer {
    becomes: Becomes,
    /// What is known of the number.
    origin: Option<Origin>,
    /// The digits that are dialled on the line.
    dialled: Option<String>,
    /// The lines it can have, in the order to try.
    lines: Vec<u16>,
    /// Why it is refused: `no_rule`, `not_permitted`, `listed`, `no_line`, `no_number_left`,
    /// `no_such_code`.
    refusal: Option<String>,
    steps: Vec<RouteStep>,
}

/// What a dialled number would become, and why.
#[utoipa::path(post, path = "/api/route_test/outbound", security(("session" = [QueuesRead::WORD])),
    request_body = OutboundQuestion, responses((status = OK, body = OutboundAnswer)))]
async fn outbound(
    State(api): State<Api>,
    who: May<QueuesRead>,
    Sent(asked): Sent<OutboundQuestion>,
) -> Result<Json<OutboundAnswer>> {
    let dialled = Number::parse(&asked.number)
        .map_err(|error| ApiError::no_number("number", &asked.number, &error))?;
    let configuration = api.configuration(&who).await?;
    let house = api.store.house().borrow().clone();
    let phones = api.store.phones().borrow().clone();
    let at = api.clock.now().wall_ms;
    let extension = |digits: &str| {
        let mut phones = phones.iter();
        phones
            .find(|phone| phone.extension == digits)
            .map(|phone| phone.id)
    };
    let listed = |canonical: &str| {
        let regions = region_names(&api, &configuration, Some(canonical));
        let subject = Subject {
            number: Some(canonical),
            regions: &regions,
            is_vip: false,
        };
        match house.lists.screen(subject, Direction::Out, at) {
            Screening::Blocked(entry) => Some((entry.id, entry.draft.listed.clone())),
            _ => None,
        }
    };
    let lines = lines(&api, &configuration, asked.lines_now);
    let found = configuration.dial_plan.dial(Dialling {
        number: &dialled,
        agent: asked.agent.map(AgentId),
        extension: &extension,
        listed: &listed,
        lines: &lines,
    });
    let canonical = configuration.dial_plan.numbers.canonical(&dialled);
    let mut answer = OutboundAnswer {
        becomes: Becomes::Outside,
        origin: origin(&api, &configuration, Some(&canonical)),
        dialled: None,
        lines: Vec::new(),
        refusal: None,
        steps: steps(&found.steps)?,
    };
    let ids = |lines: &[LineId]| lines.iter().map(|line| line.0).collect();
    match found.to {
        DialledTo::Emergency(call) => {
            answer.becomes = Becomes::Emergency;
            answer.dialled = Some(call.number.to_string());
            answer.lines = ids(&call.free);
        }
        DialledTo::Feature(_) => answer.becomes = Becomes::Feature,
        DialledTo::Phone(_) => answer.becomes = Becomes::Phone,
        DialledTo::Outside(call) => {
            answer.dialled = Some(call.number.to_string());
            answer.lines = ids(&call.lines);
        }
        DialledTo::Refused(refusal) => {
            let value = serde_json::to_value(refusal).map_err(|e| ApiError::internal(&e))?;
            let word = value.get("refusal").and_then(Value::as_str);
            answer.becomes = Becomes::Refused;
            answer.refusal = word.map(str::to_owned);
        }
    }
    Ok(Json(answer))
}

/// The lines of the house and of the plan: as they are now, or all free.
fn lines(api: &Api, configuration: &Configuration, now: bool) -> Vec<(LineId, LineUse)> {
    let live = api.call_control.live().borrow().clone();
    let seen = live.view.lines.iter().map(|line| {
        let used = match line.state {
            LineState::OutOfService => LineUse::OutOfService,
            LineState::Idle => LineUse::Free,
            LineState::Ringing | LineState::InUse => LineUse::Inbound,
        };
        (line.line, used)
    });
    let mut lines: Vec<(LineId, LineUse)> = seen.collect();
    if now {
        return lines;
    }
    let plan = &configuration.dial_plan;
    let grouped = plan
        .trunk_groups
        .iter()
        .flat_map(|group| group.lines.iter().copied());
    let single = plan.outbound.iter().flat_map(|rule| &rule.through);
    let single = single.filter_map(|way| match way {
        hotline_services::route::Through::Line(line) => Some(*line),
        hotline_services::route::Through::Group(_) => None,
    });
    for line in grouped.chain(single) {
        if !lines.iter().any(|(known, _)| *known == line) {
            lines.push((line, LineUse::Free));
        }
    }
    lines.iter_mut().for_each(|(_, used)| *used = LineUse::Free);
    lines
}
