//! Change-sets: several changes gathered under a name, looked at as a whole, put in force as one
//! version. Requests with `x-hotline-change-set` read and change the set instead of what is in force.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::ChangeSetRow;

use super::Api;
use super::difference::{Change, changes, merged};
use super::error::{ApiError, Result};
use super::input::{Id, Sent, name};
use super::permit::{
    AnyPart, May, MayAny, MenusWrite, Permit, QueuesRead, QueuesWrite, RolesWrite, RoutesWrite,
    SchedulesWrite,
};
use super::versions::{bring_into_force, problems};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(detail, remove))
        .routes(routes!(apply))
}

/// A change-set.
#[derive(Serialize, ToSchema)]
struct ChangeSet {
    id: u32,
    name: String,
    /// Who began it.
    author: String,
    created_at: u64,
    changed_at: u64,
}

impl From<ChangeSetRow> for ChangeSet {
    fn from(row: ChangeSetRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            author: row.author,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct ChangeSetForm {
    name: String,
}

/// What a change-set would do now. Nothing has been done.
#[derive(Serialize, ToSchema)]
struct ChangeSetDetail {
    /// Against what is in force.
    changes: Vec<Change>,
    /// Fields that somebody else changed meanwhile, too: `queues[1].ring_s`. The change-set counts.
    conflicts: Vec<String>,
    /// All that applying it would refuse this person now, but that a sentence cannot be spoken.
    problems: Vec<String>,
}

/// All change-sets, the one changed last first.
#[utoipa::path(get, path = "/api/change_sets", security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = Vec<ChangeSet>)))]
async fn list(State(api): State<Api>, _who: May<QueuesRead>) -> Result<Json<Vec<ChangeSet>>> {
    let rows = api.store.change_sets().await?;
    Ok(Json(rows.into_iter().map(ChangeSet::from).collect()))
}

async fn row(api: &Api, id: u32) -> Result<ChangeSetRow> {
    let rows = api.store.change_sets().await?;
    let found = rows.into_iter().find(|row| row.id == id);
    found.ok_or_else(|| ApiError::not_found("change-set"))
}

/// Begins a change-set.
#[utoipa::path(post, path = "/api/change_sets",
    security(("session" = [QueuesWrite::WORD]), ("session" = [MenusWrite::WORD]),
             ("session" = [RoutesWrite::WORD]), ("session" = [SchedulesWrite::WORD]),
             ("session" = [RolesWrite::WORD])),
    request_body = ChangeSetForm, responses((status = CREATED, body = ChangeSet)))]
async fn add(
    State(api): State<Api>,
    who: MayAny<AnyPart>,
    Sent(form): Sent<ChangeSetForm>,
) -> Result<(StatusCode, Json<ChangeSet>)> {
    let (name, author) = (name(&form.name)?, who.session.name.clone());
    let id = api.store.begin_change_set(name, author).await?;
    Ok((StatusCode::CREATED, Json(row(&api, id).await?.into())))
}

/// What a change-set would do now.
#[utoipa::path(get, path = "/api/change_sets/{id}", params(("id" = u32, Path)),
    security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = ChangeSetDetail)))]
async fn detail(
    State(api): State<Api>,
    who: May<QueuesRead>,
    Id(id): Id<u32>,
) -> Result<Json<ChangeSetDetail>> {
    let found = api.store.change_set(id).await?;
    let (base, mine) = found.ok_or_else(|| ApiError::not_found("change-set"))?;
    let (after, conflicts) = merged(&base, &mine, &who.configuration)?;
    Ok(Json(ChangeSetDetail {
        changes: changes(&who.configuration, &after)?,
        conflicts,
        problems: problems(&api, &who, &who.configuration, &after)?,
    }))
}

/// Drops a change-set; what is in force stays.
#[utoipa::path(delete, path = "/api/change_sets/{id}", params(("id" = u32, Path)),
    security(("session" = [QueuesWrite::WORD]), ("session" = [MenusWrite::WORD]),
             ("session" = [RoutesWrite::WORD]), ("session" = [SchedulesWrite::WORD]),
             ("session" = [RolesWrite::WORD])),
    responses((status = NO_CONTENT)))]
async fn remove(
    State(api): State<Api>,
    _who: MayAny<AnyPart>,
    Id(id): Id<u32>,
) -> Result<StatusCode> {
    if api.store.drop_change_set(id).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found("change-set"))
}

/// Puts all of a change-set in force as one version, and drops it. Who applies it must be permitted
/// every part of it.
#[utoipa::path(post, path = "/api/change_sets/{id}/apply", params(("id" = u32, Path)),
    security(("session" = [QueuesWrite::WORD]), ("session" = [MenusWrite::WORD]),
             ("session" = [RoutesWrite::WORD]), ("session" = [SchedulesWrite::WORD]),
             ("session" = [RolesWrite::WORD])),
    responses((status = NO_CONTENT)))]
async fn apply(
    State(api): State<Api>,
    who: MayAny<AnyPart>,
    Id(id): Id<u32>,
) -> Result<StatusCode> {
    let name = row(&api, id).await?.name;
    let _one_at_a_time = api.changing.lock().await;
    let found = api.store.change_set(id).await?;
    let (base, mine) = found.ok_or_else(|| ApiError::not_found("change-set"))?;
    let before = Arc::clone(&api.store.configuration().borrow());
    let (after, _) = merged(&base, &mine, &before)?;
    bring_into_force(&api, &who, &before, after, name).await?;
    api.store.drop_change_set(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
