//! Telephones: their extensions, their passwords (shown once), and whether they are there.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::PhoneId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Result};
use super::fault::fault;
use super::input::{Id, Sent, name};
use super::permit::{DevicesWrite, May, Permit, QueuesRead};
use super::{Api, Registration};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
        .routes(routes!(new_password))
}

#[derive(Serialize, ToSchema)]
struct Phone {
    id: u32,
    extension: String,
    name: String,
    registered: bool,
    /// Where it is to be reached.
    contact: Option<String>,
    /// What it says it is.
    user_agent: Option<String>,
    /// When its registration lapses.
    expires_at: Option<u64>,
}

#[derive(Serialize, ToSchema)]
struct AddedPhone {
    #[serde(flatten)]
    phone: Phone,
    /// Shown this once.
    password: String,
}

#[derive(Serialize, ToSchema)]
struct Password {
    /// Shown this once.
    password: String,
}

#[derive(Deserialize, ToSchema)]
struct PhoneDraft {
    /// 2 to 8 digits.
    extension: String,
    name: String,
}

impl Phone {
    fn new(phone: &crate::store::Phone, registrations: &[Registration]) -> Self {
        let registration = registrations.iter().find(|known| known.phone == phone.id);
        Self {
            id: phone.id.0,
            extension: phone.extension.clone(),
            name: phone.name.clone(),
            registered: registration.is_some(),
            contact: registration.map(|known| known.contact.clone()),
            user_agent: registration.and_then(|known| known.user_agent.clone()),
            expires_at: registration.map(|known| known.expires_at),
        }
    }
}

fn shown(api: &Api, id: PhoneId) -> Result<Phone> {
    let phones = api.store.phones();
    let phones = phones.borrow();
    let phone = phones.iter().find(|phone| phone.id == id);
    let phone = phone.ok_or_else(|| ApiError::not_found("phone"))?;
    Ok(Phone::new(phone, &api.phones.registrations()))
}

/// Call control learns which extensions and people there are.
pub(super) async fn told(api: &Api) {
    let configuration = api.store.configuration().borrow().as_ref().clone();
    if let Err(error) = api.call_control.configure(configuration).await {
        tracing::error!(%error, "phones or people are not known to call control yet");
    }
}

fn checked_extension(extension: &str) -> Result<&str> {
    let extension = extension.trim();
    let digits = extension.bytes().all(|octet| octet.is_ascii_digit());
    if digits && (2..=8).contains(&extension.len()) {
        return Ok(extension);
    }
    let message = format!("found {extension:?}; an extension has 2 to 8 digits");
    let key = fault("digits", &[("found", &extension), ("from", &2), ("to", &8)]);
    Err(ApiError::invalid("extension", message).told(key))
}

/// All phones.
#[utoipa::path(get, path = "/api/phones", security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = Vec<Phone>)))]
async fn list(api: State<Api>, _who: May<QueuesRead>) -> Json<Vec<Phone>> {
    let registrations = api.phones.registrations();
    let phones = api.store.phones();
    let phones = phones.borrow();
    Json(
        phones
            .iter()
            .map(|phone| Phone::new(phone, &registrations))
            .collect(),
    )
}

/// Adds a phone; the answer has its password.
#[utoipa::path(post, path = "/api/phones", security(("session" = [DevicesWrite::WORD])),
    request_body = PhoneDraft,
    responses((status = CREATED, body = AddedPhone)))]
async fn add(
    api: State<Api>,
    _who: May<DevicesWrite>,
    Sent(draft): Sent<PhoneDraft>,
) -> Result<(StatusCode, Json<AddedPhone>)> {
    let extension = checked_extension(&draft.extension)?;
    let added = api.store.add_phone(extension, &name(&draft.name)?).await;
    let added = added.map_err(|error| ApiError::from(error).of("extension"))?;
    let phone = shown(&api, added.id)?;
    told(&api).await;
    Ok((
        StatusCode::CREATED,
        Json(AddedPhone {
            phone,
            password: added.password,
        }),
    ))
}

/// Renames a phone. Its extension stays: the password is bound to it.
#[utoipa::path(put, path = "/api/phones/{id}",
    security(("session" = [DevicesWrite::WORD])), params(("id" = u32, Path)),
    request_body = PhoneDraft, responses((status = OK, body = Phone)))]
async fn change(
    api: State<Api>,
    _who: May<DevicesWrite>,
    Id(id): Id<u32>,
    Sent(draft): Sent<PhoneDraft>,
) -> Result<Json<Phone>> {
    let id = PhoneId(id);
    let known = shown(&api, id)?;
    if known.extension != draft.extension.trim() {
        let message = format!(
            "the extension of a phone stays {}, for its password is bound to it; \
             add a phone with the other extension instead",
            known.extension
        );
        let key = fault("extension_stays", &[("found", &known.extension)]);
        return Err(ApiError::invalid("extension", message).told(key));
    }
    api.store.rename_phone(id, &name(&draft.name)?).await?;
    Ok(Json(shown(&api, id)?))
}

/// Removes a phone no agent uses.
#[utoipa::path(delete, path = "/api/phones/{id}",
    security(("session" = [DevicesWrite::WORD])), params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(api: State<Api>, _who: May<DevicesWrite>, Id(id): Id<u32>) -> Result<StatusCode> {
    if api.store.remove_phone(PhoneId(id)).await? {
        told(&api).await;
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(ApiError::not_found("phone"))
}

/// Gives a phone a new password; the old one is void.
#[utoipa::path(post, path = "/api/phones/{id}/password",
    security(("session" = [DevicesWrite::WORD])), params(("id" = u32, Path)),
    responses((status = OK, body = Password)))]
async fn new_password(
    api: State<Api>,
    _who: May<DevicesWrite>,
    Id(id): Id<u32>,
) -> Result<Json<Password>> {
    let password = api.store.new_phone_password(PhoneId(id)).await?;
    let password = password.ok_or_else(|| ApiError::not_found("phone"))?;
    Ok(Json(Password { password }))
}
