//! What people asked for and may not: who, what, over whom.

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
    OpenApiRouter::new().routes(routes!(refusals))
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
