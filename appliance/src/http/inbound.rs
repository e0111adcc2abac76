//! Where calls that come in lead: the first inbound route that matches.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::route::InboundRoute as CoreRoute;
use hotline_services::route::{Mailbox as CoreMailbox, RouteId, Target as CoreTarget};
use hotline_services::{Configuration, MenuId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::listing::{self, Row, resource};
use super::permit::{May, Permit, QueuesRead, RoutesWrite};
use super::words::Language;

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes().routes(routes!(order))
}

/// Where a call can be sent.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    /// A voice menu.
    Menu(u32),
    /// A queue.
    Queue(u32),
    /// An agent, at whatever phone.
    Agent(u32),
    /// A telephone, whoever is signed in there.
    Phone(u32),
    /// A mailbox.
    Voicemail(Mailbox),
    /// A sentence, and goodbye.
    Announcement(Announcement),
}

/// Whose voicemail.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mailbox {
    Agent(u32),
    Queue(u32),
    House,
}

impl From<CoreMailbox> for Mailbox {
    fn from(mailbox: CoreMailbox) -> Self {
        match mailbox {
            CoreMailbox::Agent(agent) => Self::Agent(agent.0),
            CoreMailbox::Queue(queue) => Self::Queue(queue.0),
            CoreMailbox::House => Self::House,
        }
    }
}

/// A sentence the administrator wrote.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Announcement {
    /// 1 to 1000 characters.
    text: String,
    language: Language,
}

/// An inbound route. What is left empty matches every call.
#[derive(Serialize, Deserialize, ToSchema)]
struct InboundRoute {
    id: u32,
    #[serde(flatten)]
    draft: InboundRouteDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct InboundRouteDraft {
    name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    is_enabled: bool,
    /// Which of our numbers was dialled; one of these patterns: `9988`, `0755XXXXXXXX`, `400*`.
    #[serde(default)]
    dialled: Vec<String>,
    /// On one of these lines, counted from 0 …
    #[serde(default)]
    lines: Vec<u16>,
    /// … or on a line of one of these trunk groups.
    #[serde(default)]
    trunk_groups: Vec<u32>,
    /// Who calls; one of these patterns.
    #[serde(default)]
    callers: Vec<String>,
    /// Whose hours count; null: always open.
    #[serde(default)]
    schedule: Option<u32>,
    /// Where it leads.
    target: Target,
    /// Where it leads when closed; null: "nobody is here", and goodbye.
    #[serde(default)]
    closed: Option<Target>,
}

const fn yes() -> bool {
    true
}

impl Row for InboundRoute {
    type Core = CoreRoute;
    type Draft = InboundRouteDraft;
    const ONE: &'static str = "inbound route";
    const NUMBERED: Numbered = Numbered::InboundRoute;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.dial_plan.inbound
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.dial_plan.inbound
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, _draft: &InboundRouteDraft) -> Result<Self::Core> {
        Ok(CoreRoute::to(RouteId(id), "", CoreTarget::Menu(MenuId(0))))
    }

    fn made(api: &Api, before: Self::Core, draft: &InboundRouteDraft) -> Result<Self::Core> {
        for (field, target) in [
            ("target", Some(&draft.target)),
            ("closed", draft.closed.as_ref()),
        ] {
            phone_is_there(api, field, target)?;
        }
        listing::overlaid(&before, draft)
    }
}

resource!(
    "/api/inbound_routes",
    "/api/inbound_routes/{id}",
    InboundRoute,
    InboundRouteDraft,
    RoutesWrite
);

/// Puts the routes into this order; the first that matches counts.
#[utoipa::path(put, path = "/api/inbound_routes/order", security(("session" = [RoutesWrite::WORD])),
    request_body = Vec<u32>, responses((status = NO_CONTENT)))]
async fn order(
    State(api): State<Api>,
    who: May<RoutesWrite>,
    Sent(order): Sent<Vec<u32>>,
) -> Result<StatusCode> {
    listing::order::<InboundRoute>(&api, &who, &order).await
}

/// Refuses a telephone that is not there: the core does not know which there are.
pub(super) fn phone_is_there(api: &Api, field: &str, target: Option<&Target>) -> Result<()> {
    let Some(Target::Phone(id)) = target else {
        return Ok(());
    };
    let phones = Arc::clone(&api.store.phones().borrow());
    if phones.iter().any(|phone| phone.id.0 == *id) {
        return Ok(());
    }
    Err(ApiError::unknown(field, "phone", id))
}

/// Refuses to take away what an inbound route, a menu or a key in a queue leads to.
pub(super) fn not_led_to(
    configuration: &Configuration,
    one: &str,
    is_it: impl Fn(&CoreTarget) -> bool,
) -> Result<()> {
    if let Some(menu) = configuration.menu_leading_to(&is_it) {
        let name = &menu.name;
        let message = format!("the menu {name} leads to this {one}; change the menu first");
        return Err(ApiError::in_use(message, "menus", name));
    }
    if let Some(queue) = configuration.queue_with_key_to(&is_it) {
        let name = &queue.name;
        let message = format!("a key in the queue {name} leads to this {one}; change it first");
        return Err(ApiError::in_use(message, "queues", name));
    }
    if let Some(route) = configuration.dial_plan.leading_to(&is_it) {
        let name = &route.name;
        let message =
            format!("the inbound route {name} leads to this {one}; change the route first");
        return Err(ApiError::in_use(message, "inbound_routes", name));
    }
    Ok(())
}
