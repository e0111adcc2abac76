//! Setting up, signing in and out, and who a request comes from.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use hotline_services::Configuration;
use hotline_services::permission::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::{Credentials, NewSession, SessionRow, SignIn};

use super::Api;
use super::error::{ApiError, Result};
use super::guard::Peer;
use super::input::{Sent, name};

const COOKIE: &str = "hotline_session";
/// Names the change-set in which something is read or changed; without it, what is in force.
const CHANGE_SET: &str = "x-hotline-change-set";

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(setup_state, set_up))
        .routes(routes!(who_am_i, sign_in, sign_out))
}

/// Whether this box has to be set up.
#[derive(Serialize, ToSchema)]
struct Setup {
    needed: bool,
    version: &'static str,
}

/// The first administrator.
#[derive(Deserialize, ToSchema)]
struct FirstAdministrator {
    /// The code the program printed at its first start.
    code: String,
    name: String,
    /// At least 10 characters.
    password: String,
}

#[derive(Deserialize, ToSchema)]
struct SignInForm {
    name: String,
    password: String,
    /// Six digits of the authenticator, where the account has one.
    code: Option<String>,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
struct Session {
    user: User,
    /// The language chosen, if any: `zh`, `en`.
    language: Option<String>,
    /// What the role permits: `queues:write`.
    permissions: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct User {
    id: u32,
    name: String,
    role: String,
    /// The agent this person is, if any.
    agent_id: Option<u32>,
}

/// The person behind a request; a handler that asks for one refuses everybody else. What the person
/// may do is in [`permit`](super::permit).
pub(super) struct SignedIn {
    pub session: SessionRow,
    /// The change-set the person works in, if any.
    pub change_set: Option<u32>,
    /// What is in force, with its roles.
    pub configuration: Arc<Configuration>,
}

impl<S> FromRequestParts<S> for SignedIn
where
    Api: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let api = Api::from_ref(state);
        let refused = || {
            let message = "nobody is signed in here, or the session has ended; sign in";
            ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", message)
        };
        let token = token(&parts.headers).ok_or_else(refused)?;
        let session = api.store.session(&token).await?.ok_or_else(refused)?;
        let configuration = Arc::clone(&api.store.configuration().borrow());
        let change_set = parts.headers.get(CHANGE_SET);
        let change_set = change_set.and_then(|id| id.to_str().ok()?.parse().ok());
        Ok(Self {
            session,
            change_set,
            configuration,
        })
    }
}

/// Adds the cookie to the document.
pub(super) fn describe(document: &mut OpenApi) {
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("session", cookie);
}

fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE);
    let mut pairs = cookies
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|l| l.split(';'));
    let pair = pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    pair.map(str::to_owned)
}

fn with_cookie(token: &str, max_age_s: u64) -> impl IntoResponse + use<> {
    let cookie =
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_s}");
    (
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
}

fn begin(api: &Api, session: &NewSession) -> impl IntoResponse + use<> {
    let left_ms = session.expires_at.saturating_sub(api.clock.now().wall_ms);
    with_cookie(&session.token, left_ms / 1_000)
}

/// Whether this box has to be set up.
#[utoipa::path(get, path = "/api/setup", security(()), responses((status = OK, body = Setup)))]
async fn setup_state(api: State<Api>) -> Result<Json<Setup>> {
    let needed = api.store.needs_setup().await?;
    Ok(Json(Setup {
        needed,
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// Makes the first administrator and signs them in.
#[utoipa::path(post, path = "/api/setup", security(()), request_body = FirstAdministrator,
    responses((status = NO_CONTENT)))]
async fn set_up(
    api: State<Api>,
    peer: Peer,
    headers: HeaderMap,
    Sent(first): Sent<FirstAdministrator>,
) -> Result<impl IntoResponse> {
    let name = name(&first.name)?;
    password(&first.password)?;
    api.throttle.admit(peer.0, api.clock.now().mono_ms)?;
    let _turn = api.hashing.acquire().await;
    if let Err(error) = api.store.set_up(&first.code, &name, &first.password).await {
        api.throttle.failed(peer.0, api.clock.now().mono_ms);
        return Err(error.into());
    }
    let shown = Credentials {
        name,
        password: first.password,
        code: None,
        address: peer.0.to_string(),
        user_agent: user_agent(&headers),
    };
    match api.store.sign_in(shown).await? {
        SignIn::Done(session) => Ok(begin(&api, &session)),
        _ => Err(wrong()),
    }
}

fn wrong() -> ApiError {
    let message = "name or password are wrong; check both";
    ApiError::new(StatusCode::FORBIDDEN, "wrong_password", message).of("password")
}

/// The length a password must have.
pub(super) fn password(text: &str) -> Result<()> {
    let length = text.chars().count();
    if (10..=256).contains(&length) {
        return Ok(());
    }
    let message = format!("the password has {length} characters; 10 to 256 are allowed");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Err(ApiError::new(status, "password_length", message).of("password"))
}

/// What is kept of the browser's own words.
fn user_agent(headers: &HeaderMap) -> String {
    let said = headers.get(header::USER_AGENT);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    said.chars().take(200).collect()
}

/// Signs in. An account with an authenticator is answered `code_needed` until its six digits come
/// along.
#[utoipa::path(post, path = "/api/session", security(()), request_body = SignInForm,
    responses((status = NO_CONTENT)))]
async fn sign_in(
    api: State<Api>,
    peer: Peer,
    headers: HeaderMap,
    Sent(form): Sent<SignInForm>,
) -> Result<impl IntoResponse> {
    api.throttle.admit(peer.0, api.clock.now().mono_ms)?;
    let _turn = api.hashing.acquire().await;
    let shown = Credentials {
        name: form.name,
        password: form.password,
        code: form.code,
        address: peer.0.to_string(),
        user_agent: user_agent(&headers),
    };
    let refused = match api.store.sign_in(shown).await? {
        SignIn::Done(session) => {
            api.throttle.succeeded(peer.0);
            return Ok(begin(&api, &session));
        }
        // No failure: the page asks for the digits next.
        SignIn::CodeNeeded => {
            let message = "this account has an authenticator; give its six digits";
            return Err(ApiError::new(StatusCode::FORBIDDEN, "code_needed", message).of("code"));
        }
        SignIn::Wrong => wrong(),
        SignIn::WrongCode => {
            let message = "these six digits are wrong or were used before; wait for the next";
            ApiError::new(StatusCode::FORBIDDEN, "wrong_code", message).of("code")
        }
    };
    api.throttle.failed(peer.0, api.clock.now().mono_ms);
    Err(refused)
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/session", security(("session" = [])), responses((status = OK, body = Session)))]
async fn who_am_i(who: SignedIn) -> Json<Session> {
    let has = |permission: &&Permission| who.reach(**permission).is_some();
    let permissions = Permission::ALL
        .iter()
        .filter(has)
        .map(|p| p.as_str())
        .collect();
    let SessionRow {
        user: id,
        name,
        role,
        agent: agent_id,
        language,
        ..
    } = who.session;
    Json(Session {
        user: User {
            id,
            name,
            role,
            agent_id,
        },
        language,
        permissions,
    })
}

/// Signs out.
#[utoipa::path(delete, path = "/api/session", security(("session" = [])), responses((status = NO_CONTENT)))]
async fn sign_out(api: State<Api>, who: SignedIn) -> Result<impl IntoResponse> {
    api.store.end_session(who.session.id).await?;
    Ok(with_cookie("", 0))
}
