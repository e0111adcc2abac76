//! What a number that is dialled becomes: outbound rules, trunk groups, who may dial what, how
//! numbers are written here, numbers for emergencies, feature codes.

use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::Configuration;
use hotline_services::route::{CallClass as CoreClass, OutboundRule as CoreRule, RuleId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::listing::{self, Row, resource, single};
use super::permit::{May, Permit, QueuesRead, RoutesWrite, SchedulesWrite};
use super::words::{CallClass, EmergencyService, Feature};

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes()
        .routes(routes!(order))
        .merge(trunk_groups::routes())
        .merge(may_call::routes())
        .merge(number_plan::routes())
        .merge(zone::routes())
        .merge(emergency::routes())
        .merge(feature_codes::routes())
}

/// A way out.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Through {
    /// One line, counted from 0.
    Line(u16),
    /// Any line of a trunk group, in its order.
    Group(u32),
}

/// Which number the called person is shown.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ShownNumber {
    /// The number of the line; the only one an analog line can show.
    #[default]
    OfTheLine,
    /// One of our numbers, where the line can tell it.
    Own(String),
}

/// An outbound rule.
#[derive(Serialize, Deserialize, ToSchema)]
struct OutboundRule {
    id: u32,
    #[serde(flatten)]
    draft: OutboundRuleDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct OutboundRuleDraft {
    name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    is_enabled: bool,
    /// The numbers it is for, as they are dialled here: `9*`, `0[1-9]*`, `1[3-9]XXXXXXXXX`.
    numbers: Vec<String>,
    /// How many digits are taken off the front; 0 to 32.
    #[serde(default)]
    strip: u32,
    /// Digits put before what is left; up to 32.
    #[serde(default)]
    add: String,
    /// The ways out, in the order they are tried; at least one.
    through: Vec<Through>,
    #[serde(default)]
    shown: ShownNumber,
    /// What such a call costs, and so who may make it.
    class: CallClass,
}

const fn yes() -> bool {
    true
}

impl Row for OutboundRule {
    type Core = CoreRule;
    type Draft = OutboundRuleDraft;
    const ONE: &'static str = "outbound rule";
    const NUMBERED: Numbered = Numbered::OutboundRule;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.dial_plan.outbound
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.dial_plan.outbound
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, _draft: &OutboundRuleDraft) -> Result<Self::Core> {
        Ok(CoreRule {
            id: RuleId(id),
            name: String::new(),
            is_enabled: true,
            numbers: Vec::new(),
            strip: 0,
            add: String::new(),
            through: Vec::new(),
            shown: hotline_services::route::ShownNumber::default(),
            class: CoreClass::Local,
        })
    }
}

resource!(
    "/api/outbound_rules",
    "/api/outbound_rules/{id}",
    OutboundRule,
    OutboundRuleDraft,
    RoutesWrite
);

/// Puts the rules into this order; the first that matches counts.
#[utoipa::path(put, path = "/api/outbound_rules/order", security(("session" = [RoutesWrite::WORD])),
    request_body = Vec<u32>, responses((status = NO_CONTENT)))]
async fn order(
    State(api): State<Api>,
    who: May<RoutesWrite>,
    Sent(order): Sent<Vec<u32>>,
) -> Result<StatusCode> {
    listing::order::<OutboundRule>(&api, &who, &order).await
}

mod trunk_groups {
    use hotline_services::route::{Through as CoreThrough, TrunkGroup as CoreGroup, TrunkGroupId};

    use super::*;

    pub(in crate::http) fn routes() -> OpenApiRouter<Api> {
        list_routes()
    }

    /// Lines that stand in for each other.
    #[derive(Serialize, Deserialize, ToSchema)]
    struct TrunkGroup {
        id: u32,
        #[serde(flatten)]
        draft: TrunkGroupDraft,
    }

    #[derive(Serialize, Deserialize, ToSchema)]
    struct TrunkGroupDraft {
        name: String,
        /// Its lines, counted from 0, in the order they are tried; no line is in two groups.
        lines: Vec<u16>,
        /// Lines that calls out leave free for callers; null: 1, and 0 in a group of one line.
        #[serde(default)]
        reserve: Option<u32>,
    }

    impl Row for TrunkGroup {
        type Core = CoreGroup;
        type Draft = TrunkGroupDraft;
        const ONE: &'static str = "trunk group";
        const NUMBERED: Numbered = Numbered::TrunkGroup;

        fn all(configuration: &Configuration) -> &Vec<Self::Core> {
            &configuration.dial_plan.trunk_groups
        }

        fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
            &mut configuration.dial_plan.trunk_groups
        }

        fn id(core: &Self::Core) -> u32 {
            core.id.0
        }

        fn fresh(id: u32, _draft: &TrunkGroupDraft) -> Result<Self::Core> {
            Ok(CoreGroup {
                id: TrunkGroupId(id),
                name: String::new(),
                lines: Vec::new(),
                reserve: None,
            })
        }

        fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
            let (plan, id) = (&configuration.dial_plan, TrunkGroupId(id));
            let through = CoreThrough::Group(id);
            let inbound = plan
                .inbound
                .iter()
                .find(|route| route.trunk_groups.contains(&id));
            let outbound = plan
                .outbound
                .iter()
                .find(|rule| rule.through.contains(&through));
            let by = inbound
                .map(|route| format!("the inbound route {}", route.name))
                .or_else(|| outbound.map(|rule| format!("the outbound rule {}", rule.name)))
                .or_else(|| {
                    let emergency = plan.emergency.through.contains(&through);
                    emergency.then(|| "the plan for emergencies".to_owned())
                });
            match by {
                Some(by) => Err(ApiError::conflict(format!(
                    "{by} names this trunk group; change it first"
                ))),
                None => Ok(()),
            }
        }
    }

    resource!(
        "/api/trunk_groups",
        "/api/trunk_groups/{id}",
        TrunkGroup,
        TrunkGroupDraft,
        RoutesWrite
    );
}

/// Who may make calls of which class.
#[derive(Serialize, Deserialize, ToSchema)]
struct MayCall {
    /// Agents signed in, those named below excepted.
    agents: Vec<CallClass>,
    /// A phone at which nobody is signed in.
    nobody: Vec<CallClass>,
    /// Agents who may make more or fewer kinds of call, each with its classes.
    #[serde(default)]
    each: Vec<(u32, Vec<CallClass>)>,
}

single!(
    may_call,
    "/api/may_call",
    MayCall,
    RoutesWrite,
    dial_plan.may_call
);

/// How numbers are dialled where the house stands.
#[derive(Serialize, Deserialize, ToSchema)]
struct NumberPlan {
    /// The country code without `+`: `86`.
    country: String,
    /// What is dialled before a number abroad: `00`.
    international: String,
    /// What is dialled before a number in another area: `0`.
    trunk: String,
    /// The area code of the house without the trunk prefix: `755`; empty: not known.
    area: String,
}

single!(
    number_plan,
    "/api/number_plan",
    NumberPlan,
    RoutesWrite,
    dial_plan.numbers
);

/// The offset of the clock on the walls from UTC.
#[derive(Serialize, Deserialize, ToSchema)]
struct Zone {
    /// Minutes east of UTC; China 480.
    offset_min: i32,
    /// Later changes, earliest first; none where there is no summer time.
    #[serde(default)]
    changes: Vec<OffsetChange>,
}

/// A change of the offset.
#[derive(Serialize, Deserialize, ToSchema)]
struct OffsetChange {
    /// From when it holds, ms since 1970 UTC.
    from_ms: u64,
    offset_min: i32,
}

single!(zone, "/api/zone", Zone, SchedulesWrite, dial_plan.zone);

/// Calls for help. Each number is dialled without any prefix from any phone.
#[derive(Serialize, Deserialize, ToSchema)]
struct EmergencyPlan {
    /// 1 to 20.
    numbers: Vec<EmergencyNumber>,
    /// What people are used to dial before a number outside: with `9`, 9-110 is 110.
    #[serde(default)]
    prefixes: Vec<String>,
    /// The lines tried first, in order; after them every other line.
    #[serde(default)]
    through: Vec<Through>,
    /// A test: all is done but dialling.
    #[serde(default)]
    is_test: bool,
}

/// One number for emergencies.
#[derive(Serialize, Deserialize, ToSchema)]
struct EmergencyNumber {
    /// 2 to 6 digits.
    digits: String,
    service: EmergencyService,
}

single!(
    emergency,
    "/api/emergency",
    EmergencyPlan,
    RoutesWrite,
    dial_plan.emergency
);

/// All feature codes. A feature without a code cannot be asked for by phone.
#[derive(Serialize, Deserialize, ToSchema)]
struct FeatureCodes {
    /// At most 100.
    codes: Vec<FeatureCode>,
    /// The first and the last place for parked calls, as dialled; at most 100 places.
    parking: (u32, u32),
}

/// One feature code.
#[derive(Serialize, Deserialize, ToSchema)]
struct FeatureCode {
    feature: Feature,
    /// What is dialled or pressed: 1 to 6 of `0-9 * #`.
    digits: String,
}

single!(
    feature_codes,
    "/api/feature_codes",
    FeatureCodes,
    RoutesWrite,
    dial_plan.feature_codes
);
