//! Callers we know something about: how far before others, and who looks after them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hotline_call::Number;
use hotline_services::{Configuration, KnownCaller};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::input::Sent;
use super::listing;
use super::permit::{May, Permit, QueuesRead, QueuesWrite};
use super::words::Vip;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(put, remove))
}

/// A caller we know.
#[derive(Serialize, Deserialize, ToSchema)]
struct Known {
    /// The number it calls from; its name in addresses.
    number: String,
    #[serde(flatten)]
    draft: KnownDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct KnownDraft {
    /// How far before others; null: not.
    #[serde(default)]
    vip: Option<Vip>,
    /// The agent who looks after this caller.
    #[serde(default)]
    owner: Option<u32>,
    /// Who does when the owner cannot, the first one first; up to 5.
    #[serde(default)]
    backups: Vec<u32>,
}

fn number(text: &str) -> Result<Number> {
    Number::parse(text).map_err(|error| ApiError::no_number("number", text, &error))
}

fn find(configuration: &Configuration, number: &Number) -> Option<usize> {
    let mut callers = configuration.callers.iter();
    callers.position(|known| known.number == *number)
}

/// All callers we know something about.
#[utoipa::path(get, path = "/api/callers", security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = Vec<Known>)))]
async fn list(State(api): State<Api>, who: May<QueuesRead>) -> Result<Json<Vec<Known>>> {
    let configuration = api.configuration(&who).await?;
    let callers = configuration.callers.iter().map(listing::as_shown);
    Ok(Json(callers.collect::<Result<_>>()?))
}

/// Adds the caller of this number, or changes what is known of it.
#[utoipa::path(put, path = "/api/callers/{number}", params(("number" = String, Path)),
    security(("session" = [QueuesWrite::WORD])),
    request_body = KnownDraft, responses((status = OK, body = Known)))]
async fn put(
    State(api): State<Api>,
    who: May<QueuesWrite>,
    Path(text): Path<String>,
    Sent(draft): Sent<KnownDraft>,
) -> Result<Json<Known>> {
    let number = number(&text)?;
    let put = api
        .configure(&who, async |configuration| {
            let standing = listing::overlaid(&hotline_services::Standing::default(), &draft)?;
            let known = KnownCaller { number, standing };
            match find(configuration, &known.number) {
                Some(index) => configuration.callers[index] = known.clone(),
                None => configuration.callers.push(known.clone()),
            }
            listing::as_shown(&known)
        })
        .await?;
    Ok(Json(put))
}

/// Forgets the caller of this number.
#[utoipa::path(delete, path = "/api/callers/{number}", params(("number" = String, Path)),
    security(("session" = [QueuesWrite::WORD])), responses((status = NO_CONTENT)))]
async fn remove(
    State(api): State<Api>,
    who: May<QueuesWrite>,
    Path(text): Path<String>,
) -> Result<StatusCode> {
    let number = number(&text)?;
    api.configure(&who, async |configuration| {
        let index = find(configuration, &number).ok_or_else(|| ApiError::not_found("caller"))?;
        configuration.callers.remove(index);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
