//! Every version of the configuration: who made it, what it changed, and the way back to it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::Configuration;
use hotline_services::permission::Over;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::{Author, VersionRow};

use super::Api;
use super::difference::{Change, changes, needed};
use super::error::{ApiError, Result};
use super::input::{Asked, Id};
use super::permit::{
    AnyPart, May, MayAny, MenusWrite, Permit, QueuesRead, QueuesWrite, RolesWrite, RoutesWrite,
    SchedulesWrite,
};
use super::session::SignedIn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(detail))
        .routes(routes!(restore))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct VersionQuery {
    /// Older than this version.
    #[param(required = false)]
    before: Option<u32>,
}

/// One version.
#[derive(Serialize, ToSchema)]
struct Version {
    version: u32,
    /// When it came into force.
    at: u64,
    /// Who made it; empty: the box itself.
    author: String,
    /// The name of the change-set, or which version was restored.
    note: String,
}

impl From<VersionRow> for Version {
    fn from(row: VersionRow) -> Self {
        Self {
            version: row.version,
            at: row.at,
            author: row.author.name,
            note: row.author.note,
        }
    }
}

/// What a version changed, and what going back to it would change.
#[derive(Serialize, ToSchema)]
struct VersionDetail {
    /// Against the version before it.
    made: Vec<Change>,
    /// Against what is in force.
    back: Vec<Change>,
}

/// The versions, the latest first, 50 at a time.
#[utoipa::path(get, path = "/api/versions", security(("session" = [QueuesRead::WORD])),
    params(VersionQuery), responses((status = OK, body = Vec<Version>)))]
async fn list(
    State(api): State<Api>,
    _who: May<QueuesRead>,
    Asked(query): Asked<VersionQuery>,
) -> Result<Json<Vec<Version>>> {
    let before = query.before.unwrap_or(u32::MAX);
    let rows = api.store.versions(before, 50).await?;
    Ok(Json(rows.into_iter().map(Version::from).collect()))
}

async fn version(api: &Api, id: u32) -> Result<(Configuration, Option<Configuration>)> {
    let found = api.store.version(id).await?;
    found.ok_or_else(|| ApiError::not_found("version"))
}

/// What a version changed, and what going back to it would change.
#[utoipa::path(get, path = "/api/versions/{id}", params(("id" = u32, Path)),
    security(("session" = [QueuesRead::WORD])), responses((status = OK, body = VersionDetail)))]
async fn detail(
    State(api): State<Api>,
    who: May<QueuesRead>,
    Id(id): Id<u32>,
) -> Result<Json<VersionDetail>> {
    let (then, before) = version(&api, id).await?;
    let made = before.map(|before| changes(&before, &then)).transpose()?;
    Ok(Json(VersionDetail {
        made: made.unwrap_or_default(),
        back: changes(&who.configuration, &then)?,
    }))
}

/// Goes back to a version: what it was is in force again, as a new version.
#[utoipa::path(post, path = "/api/versions/{id}/restore", params(("id" = u32, Path)),
    security(("session" = [QueuesWrite::WORD]), ("session" = [MenusWrite::WORD]),
             ("session" = [RoutesWrite::WORD]), ("session" = [SchedulesWrite::WORD]),
             ("session" = [RolesWrite::WORD])),
    responses((status = NO_CONTENT)))]
async fn restore(
    State(api): State<Api>,
    who: MayAny<AnyPart>,
    Id(id): Id<u32>,
) -> Result<StatusCode> {
    let (then, _) = version(&api, id).await?;
    let _one_at_a_time = api.changing.lock().await;
    let before = std::sync::Arc::clone(&api.store.configuration().borrow());
    bring_into_force(&api, &who, &before, then, id.to_string()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a whole configuration into force for somebody who may change all that it changes. Whoever
/// calls holds `changing`.
pub(super) async fn bring_into_force(
    api: &Api,
    who: &SignedIn,
    before: &Configuration,
    after: Configuration,
    note: String,
) -> Result<()> {
    for permission in needed(&changes(before, &after)?) {
        who.may(permission, Over::Nobody)?;
    }
    after.check()?;
    let phones = api.store.phones().borrow().clone();
    let is_there = |phone| phones.iter().any(|known| known.id == phone);
    if let Some(agent) = after.agents.iter().find(|agent| !is_there(agent.phone)) {
        let message = format!("the phone of agent {} is not there any more", agent.name);
        return Err(ApiError::conflict(message));
    }
    if after.roles != before.roles {
        api.store.allow_roles(after.roles.clone()).await?;
    }
    let name = who.session.name.clone();
    api.put_in_force(before, after, Author { name, note }).await
}
