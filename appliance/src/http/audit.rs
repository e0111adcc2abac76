//! Who did what and when, and what people asked for and may not.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::AgentId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store;

use super::Api;
use super::error::Result;
use super::input::Asked;
use super::permit::{AuditRead, May, Permit};
use super::session::SignedIn;

/// Entries in one answer.
const PAGE: u32 = 100;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(acts))
        .routes(routes!(refusals))
}

/// Something that was asked about an agent and refused.
#[derive(Serialize, ToSchema)]
struct Refusal {
    id: u64,
    at: u64,
    /// Who asked.
    account: String,
    /// In which role.
    role: String,
    /// For what: `listen`, `whisper`, `barge`, `take_over`, `release`, `set_state`, `in_call`,
    /// `notes`.
    what: String,
    /// Over whom.
    agent: u32,
    /// Why not.
    verdict: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RefusalQuery {
    /// Only entries before this one.
    #[param(required = false)]
    before: Option<u64>,
}

/// Notes in the log what somebody asked about an agent, if it was refused for want of permission.
pub(super) async fn noted<T>(
    api: &Api,
    who: (&str, &str),
    what: &str,
    agent: AgentId,
    result: Result<T>,
) -> Result<T> {
    let Err(error) = &result else {
        return result;
    };
    if error.status() == StatusCode::FORBIDDEN {
        let (account, role) = who;
        let refusal = store::Refusal {
            account: account.to_owned(),
            role: role.to_owned(),
            what: what.to_owned(),
            agent,
            verdict: error.message().to_owned(),
        };
        if let Err(error) = api.store.note_refusal(refusal).await {
            tracing::warn!(%error, account, what, "a refusal could not be noted");
        }
    }
    result
}

/// Whose name stands in the log.
pub(super) fn name_of(who: &SignedIn) -> (String, String) {
    (who.session.name.clone(), who.session.role.clone())
}

/// What was asked about agents and refused, newest first, a hundred at a time.
#[utoipa::path(get, path = "/api/audit/refusals", security(("session" = [AuditRead::WORD])),
    params(RefusalQuery), responses((status = OK, body = Vec<Refusal>)))]
async fn refusals(
    State(api): State<Api>,
    _who: May<AuditRead>,
    Asked(query): Asked<RefusalQuery>,
) -> Result<Json<Vec<Refusal>>> {
    let rows = api.store.refusals(query.before, PAGE).await?;
    let shown = |row: store::RefusalRow| Refusal {
        id: row.id,
        at: row.at,
        account: row.account,
        role: row.role,
        what: row.what,
        agent: row.agent.0,
        verdict: row.verdict,
    };
    Ok(Json(rows.into_iter().map(shown).collect()))
}

/// Something that somebody did.
#[derive(Serialize, ToSchema)]
struct Act {
    id: u64,
    at: u64,
    /// Who, as signed in.
    account: String,
    /// In which part of the house: the first word of the address, or `supervision`.
    kind: String,
    /// What: `put accounts/{id}/password`; of a supervisor `listen`, `whisper`, `barge`,
    /// `take_over`, `release`, `set_state`.
    act: String,
    /// To what: what stands in the address, the version of the configuration that came of it.
    about: String,
}

#[derive(Serialize, ToSchema)]
struct ActPage {
    /// Newest first.
    acts: Vec<Act>,
    /// `before` of the next page.
    next: Option<u64>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ActQuery {
    /// Only those before this one.
    #[param(required = false)]
    before: Option<u64>,
    /// Of this person.
    #[param(required = false)]
    account: Option<String>,
    /// In this part of the house.
    #[param(required = false)]
    kind: Option<String>,
    #[param(required = false)]
    from_at: Option<u64>,
    #[param(required = false)]
    to_at: Option<u64>,
}

/// Who did what, newest first, a hundred at a time: what was changed and by whom, which recordings
/// were heard or taken away, what supervisors did.
#[utoipa::path(get, path = "/api/audit", security(("session" = [AuditRead::WORD])),
    params(ActQuery), responses((status = OK, body = ActPage)))]
async fn acts(
    State(api): State<Api>,
    _who: May<AuditRead>,
    Asked(query): Asked<ActQuery>,
) -> Result<Json<ActPage>> {
    let is_given = |word: &String| !word.is_empty();
    let filter = store::AuditFilter {
        before: query.before,
        account: query.account.filter(is_given),
        kind: query.kind.filter(is_given),
        from_at: query.from_at,
        to_at: query.to_at,
    };
    let rows = api.store.audit(filter, PAGE).await?;
    let full = rows.len() >= PAGE as usize;
    let next = rows.last().filter(|_| full).map(|row| row.seq);
    let acts = rows.into_iter().map(|row| Act {
        id: row.seq,
        at: row.at,
        account: row.account,
        kind: row.kind,
        act: row.act,
        about: row.about,
    });
    Ok(Json(ActPage {
        acts: acts.collect(),
        next,
    }))
}
