//! Voice menus: what callers hear first and which key leads where.

use hotline_call::Digit;
use hotline_services::route::Target as CoreTarget;
use hotline_services::{Configuration, Exit, MenuId, OverflowAction};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::store::Numbered;

use super::Api;
use super::error::Result;
use super::inbound::Target;
use super::input::{Id, Sent};
use super::listing::{self, Row, resource, single};
use super::permit::{May, MenusWrite, Permit, QueuesRead};
use super::words::Language;

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes().merge(mailboxes::routes())
}

/// How messages are taken.
#[derive(Serialize, Deserialize, ToSchema)]
struct Mailboxes {
    /// A message ends after so many seconds of silence; 0: never for that. 0 to 60.
    silence_s: u32,
}

single!(
    mailboxes,
    "/api/mailboxes",
    Mailboxes,
    MenusWrite,
    mailboxes
);

/// One menu.
#[derive(Serialize, Deserialize, ToSchema)]
struct Menu {
    id: u32,
    #[serde(flatten)]
    draft: MenuDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct MenuDraft {
    name: String,
    language: Language,
    /// What is said on entering.
    greeting: String,
    choices: Vec<Choice>,
    /// How long to wait for a key; 1 to 30.
    #[serde(default = "input_s")]
    input_s: u32,
    /// How often the greeting is played; 1 to 5.
    #[serde(default = "attempts")]
    attempts: u32,
    /// Where a caller goes who pressed nothing valid; null: goodbye. Menus must not lead to each
    /// other in a circle this way.
    otherwise: Option<Target>,
}

/// One key of a menu.
#[derive(Serialize, Deserialize, ToSchema)]
struct Choice {
    /// `0` to `9`, `*`, `#`, `A` to `D`.
    #[schema(value_type = String)]
    digit: Digit,
    /// Where it leads.
    target: Target,
    /// What the call is about then.
    #[serde(default)]
    business_type: Option<u32>,
}

// The defaults `hotline_services::Menu` documents.
const fn input_s() -> u32 {
    6
}
const fn attempts() -> u32 {
    3
}

impl Row for Menu {
    type Core = hotline_services::Menu;
    type Draft = MenuDraft;
    const ONE: &'static str = "menu";
    const NUMBERED: Numbered = Numbered::Menu;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.menus
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.menus
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, draft: &MenuDraft) -> Result<Self::Core> {
        Ok(hotline_services::Menu {
            id: MenuId(id),
            name: String::new(),
            language: draft.language.into(),
            greeting: String::new(),
            choices: Vec::new(),
            input_s: input_s(),
            attempts: attempts(),
            otherwise: None,
        })
    }

    fn made(api: &Api, before: Self::Core, draft: &MenuDraft) -> Result<Self::Core> {
        for choice in &draft.choices {
            super::inbound::phone_is_there(api, "choices", Some(&choice.target))?;
        }
        super::inbound::phone_is_there(api, "otherwise", draft.otherwise.as_ref())?;
        listing::overlaid(&before, draft)
    }

    fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
        let menu = MenuId(id);
        let actions = [OverflowAction::Menu(menu)];
        super::queues::not_led_on_to(configuration, "menu", Exit::Menu(menu), &actions)?;
        let is_it = |target: &CoreTarget| *target == CoreTarget::Menu(menu);
        super::inbound::not_led_to(configuration, "menu", is_it)
    }
}

resource!("/api/menus", "/api/menus/{id}", Menu, MenuDraft, MenusWrite);
