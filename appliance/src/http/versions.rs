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
use super::difference::{Change, changes, merged, needed};
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
        .routes(routes!(undo))
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
    /// The name of the change-set, which version was restored: `7`, or undone: `undo 7`.
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
    /// What undoing it, and nothing that came after it, would change; nothing of the first version.
    undo: Vec<Change>,
    /// Fields that others have changed since, which undoing it would leave.
    undo_refused: Vec<String>,
    /// Why undoing it would be refused as a whole.
    undo_problems: Vec<String>,
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
    let now = &who.configuration;
    let (mut made, mut undo, mut undo_problems) = (Vec::new(), Vec::new(), Vec::new());
    let mut undo_refused = Vec::new();
    if let Some(before) = before {
        made = changes(&before, &then)?;
        let (after, refused) = merged(&then, now, &before)?;
        undo = changes(now, &after)?;
        undo_problems = problems(&api, &who, now, &after)?;
        undo_refused = refused;
    }
    Ok(Json(VersionDetail {
        made,
        back: changes(now, &then)?,
        undo,
        undo_refused,
        undo_problems,
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
    if let Some(agent) = without_phone(api, &after).first() {
        return Err(ApiError::conflict(phone_is_gone(agent)));
    }
    if after.roles != before.roles {
        api.store.allow_roles(after.roles.clone()).await?;
    }
    let name = who.session.name.clone();
    api.put_in_force(before, after, Author { name, note }).await
}

/// Agents whose phone was removed.
fn without_phone(api: &Api, configuration: &Configuration) -> Vec<String> {
    let phones = api.store.phones().borrow().clone();
    let is_there = |phone| phones.iter().any(|known| known.id == phone);
    let agents = configuration.agents.iter();
    let lost = agents.filter(|agent| !is_there(agent.phone));
    lost.map(|agent| agent.name.clone()).collect()
}

fn phone_is_gone(agent: &str) -> String {
    format!("the phone of agent {agent} is not there any more")
}

/// All that [`bring_into_force`] would refuse this person now, but that a sentence cannot be spoken,
/// which takes speaking it.
pub(super) fn problems(
    api: &Api,
    who: &SignedIn,
    before: &Configuration,
    after: &Configuration,
) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for permission in needed(&changes(before, after)?) {
        if let Some(verdict) = who.why_not(permission, Over::Nobody) {
            problems.push(format!("{verdict} ({})", permission.as_str()));
        }
    }
    problems.extend(after.check().err().map(|error| error.to_string()));
    let lost = without_phone(api, after);
    problems.extend(lost.iter().map(|agent| phone_is_gone(agent)));
    Ok(problems)
}

/// What is in force without what a version changed; and the fields that others have changed since,
/// which stay as they are.
async fn without(api: &Api, id: u32, now: &Configuration) -> Result<(Configuration, Vec<String>)> {
    let (then, before) = version(api, id).await?;
    let before = before.ok_or_else(|| {
        ApiError::conflict("there is no version before this one that could be kept")
    })?;
    // Made of that version: what is in force, and what was before. Where both differ from it, what
    // is in force counts.
    merged(&then, now, &before)
}

/// What was undone, and what was not.
#[derive(Serialize, ToSchema)]
struct Undone {
    /// Fields that others have changed since: `queues[1].ring_s`. They stay as they are.
    refused: Vec<String>,
}

/// Takes back what one version changed, and nothing that came after it; the rest becomes a new
/// version.
#[utoipa::path(post, path = "/api/versions/{id}/undo", params(("id" = u32, Path)),
    security(("session" = [QueuesWrite::WORD]), ("session" = [MenusWrite::WORD]),
             ("session" = [RoutesWrite::WORD]), ("session" = [SchedulesWrite::WORD]),
             ("session" = [RolesWrite::WORD])),
    responses((status = OK, body = Undone)))]
async fn undo(
    State(api): State<Api>,
    who: MayAny<AnyPart>,
    Id(id): Id<u32>,
) -> Result<Json<Undone>> {
    let _one_at_a_time = api.changing.lock().await;
    let before = std::sync::Arc::clone(&api.store.configuration().borrow());
    let (after, refused) = without(&api, id, &before).await?;
    if changes(&before, &after)?.is_empty() {
        let message = "nothing of it is left to be undone: others have changed all of it since";
        return Err(ApiError::conflict(message));
    }
    bring_into_force(&api, &who, &before, after, format!("undo {id}")).await?;
    Ok(Json(Undone { refused }))
}
