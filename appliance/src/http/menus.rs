//! Voice menus: what callers hear first and which key leads where.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::Digit;
use hotline_services::route::Target;
use hotline_services::{BusinessTypeId, Configuration, MenuId, QueueId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent, name};
use super::session::SignedIn;
use super::words::Language;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
}

/// One menu.
#[derive(Serialize, ToSchema)]
struct Menu {
    id: u32,
    #[serde(flatten)]
    draft: MenuDraft,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
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
    /// The queue of a caller who pressed nothing valid; null: goodbye.
    otherwise: Option<u32>,
}

/// One key of a menu.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
struct Choice {
    /// `0` to `9`, `*`, `#`, `A` to `D`.
    #[schema(value_type = String)]
    digit: Digit,
    queue: u32,
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

impl From<&hotline_services::Menu> for Menu {
    fn from(menu: &hotline_services::Menu) -> Self {
        let choice = |c: &hotline_services::Choice| Choice {
            digit: c.digit,
            queue: c.queue.0,
            business_type: c.business_type.map(|kind| kind.0),
        };
        let draft = MenuDraft {
            name: menu.name.clone(),
            language: menu.language.into(),
            greeting: menu.greeting.clone(),
            choices: menu.choices.iter().map(choice).collect(),
            input_s: menu.input_s,
            attempts: menu.attempts,
            otherwise: menu.otherwise.map(|queue| queue.0),
        };
        Self {
            id: menu.id.0,
            draft,
        }
    }
}

impl MenuDraft {
    fn named(self, id: u32) -> Result<hotline_services::Menu> {
        let choice = |c: Choice| hotline_services::Choice {
            digit: c.digit,
            queue: QueueId(c.queue),
            business_type: c.business_type.map(BusinessTypeId),
        };
        Ok(hotline_services::Menu {
            id: MenuId(id),
            name: name(&self.name)?,
            language: self.language.into(),
            greeting: self.greeting,
            choices: self.choices.into_iter().map(choice).collect(),
            input_s: self.input_s,
            attempts: self.attempts,
            otherwise: self.otherwise.map(QueueId),
        })
    }
}

fn find(configuration: &Configuration, id: u32) -> Result<usize> {
    let found = configuration.menus.iter().position(|menu| menu.id.0 == id);
    found.ok_or_else(|| ApiError::not_found("menu"))
}

/// All menus.
#[utoipa::path(get, path = "/api/menus", responses((status = OK, body = Vec<Menu>)))]
async fn list(api: State<Api>, _who: SignedIn) -> Json<Vec<Menu>> {
    Json(
        api.store
            .configuration()
            .borrow()
            .menus
            .iter()
            .map(Menu::from)
            .collect(),
    )
}

/// Adds a menu.
#[utoipa::path(post, path = "/api/menus", request_body = MenuDraft,
    responses((status = CREATED, body = Menu)))]
async fn add(
    State(api): State<Api>,
    _who: SignedIn,
    Sent(draft): Sent<MenuDraft>,
) -> Result<(StatusCode, Json<Menu>)> {
    let added = api
        .configure(async |configuration| {
            let menu = draft.named(api.store.next_number(Numbered::Menu).await?)?;
            configuration.menus.push(menu.clone());
            Ok(menu)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Menu::from(&added))))
}

/// Changes a menu.
#[utoipa::path(put, path = "/api/menus/{id}", params(("id" = u32, Path)),
    request_body = MenuDraft, responses((status = OK, body = Menu)))]
async fn change(
    State(api): State<Api>,
    _who: SignedIn,
    Id(id): Id<u32>,
    Sent(draft): Sent<MenuDraft>,
) -> Result<Json<Menu>> {
    let changed = api
        .configure(async |configuration| {
            let index = find(configuration, id)?;
            let menu = draft.named(id)?;
            configuration.menus[index] = menu.clone();
            Ok(menu)
        })
        .await?;
    Ok(Json(Menu::from(&changed)))
}

/// Removes a menu that no inbound route leads to.
#[utoipa::path(delete, path = "/api/menus/{id}", params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(State(api): State<Api>, _who: SignedIn, Id(id): Id<u32>) -> Result<StatusCode> {
    api.configure(async |configuration| {
        let index = find(configuration, id)?;
        let is_it = |target: &Target| *target == Target::Menu(MenuId(id));
        if let Some(route) = configuration.dial_plan.leading_to(is_it) {
            let message = format!(
                "the inbound route {} leads to this menu; change the route first",
                route.name
            );
            return Err(ApiError::conflict(message));
        }
        configuration.menus.remove(index);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
