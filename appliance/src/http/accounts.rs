//! Accounts: who may sign in, with which role; sessions; what a person sets of their own account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::{AccountDraft, AccountRow, SessionRow};

use super::Api;
use super::error::{ApiError, Result};
use super::fault::fault;
use super::guard::Peer;
use super::input::{Id, Sent, name};
use super::permit::{AccountsWrite, May, Permit};
use super::session::{SignedIn, password};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
        .routes(routes!(give_password))
        .routes(routes!(forget_authenticator))
        .routes(routes!(sessions))
        .routes(routes!(end_session))
        .routes(routes!(choose_language))
        .routes(routes!(change_password))
        .routes(routes!(
            begin_authenticator,
            confirm_authenticator,
            drop_authenticator
        ))
}

/// One account.
#[derive(Serialize, ToSchema)]
struct Account {
    id: u32,
    name: String,
    role: String,
    /// The agent this person is, if any.
    agent_id: Option<u32>,
    /// The queues this person looks after.
    groups: Vec<u32>,
    /// May not sign in, but is remembered.
    disabled: bool,
    /// Whether six digits are asked for besides the password.
    has_totp: bool,
    created_at: u64,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role,
            agent_id: row.agent,
            groups: row.groups,
            disabled: row.is_disabled,
            has_totp: row.has_totp,
            created_at: row.created_at,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct AccountForm {
    name: String,
    /// The key of one of the roles: `agent`, `supervisor`, `administrator`.
    role: String,
    /// The agent this person is, if any.
    agent_id: Option<u32>,
    /// The queues this person looks after; what reaches the own groups reaches these.
    #[serde(default)]
    groups: Vec<u32>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize, ToSchema)]
struct NewAccount {
    #[serde(flatten)]
    account: AccountForm,
    /// At least 10 characters.
    password: String,
}

#[derive(Serialize, ToSchema)]
struct Added {
    id: u32,
}

#[derive(Deserialize, ToSchema)]
struct PasswordForm {
    /// At least 10 characters.
    password: String,
}

/// One session that lasts.
#[derive(Serialize, ToSchema)]
struct OpenSession {
    id: u32,
    name: String,
    created_at: u64,
    /// When it was last used, to a minute.
    seen_at: u64,
    expires_at: u64,
    address: String,
    user_agent: String,
    /// The one this request belongs to.
    own: bool,
}

impl OpenSession {
    fn of(row: SessionRow, own: u32) -> Self {
        Self {
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
            address: row.address,
            user_agent: row.user_agent,
            own: row.id == own,
        }
    }
}

impl AccountForm {
    fn checked(&self, api: &Api) -> Result<AccountDraft> {
        let configuration = Arc::clone(&api.store.configuration().borrow());
        if configuration.roles.role(&self.role).is_none() {
            let keys: Vec<&str> = configuration.roles.keys().collect();
            let message = format!(
                "there is no role {:?}; one of {}",
                self.role,
                keys.join(", ")
            );
            let key = fault("unknown", &[("found", &self.role)]);
            return Err(ApiError::invalid("role", message).told(key));
        }
        let is_queue = |id: &&u32| configuration.queues.iter().any(|queue| queue.id.0 == **id);
        if let Some(id) = self.groups.iter().find(|id| !is_queue(id)) {
            return Err(ApiError::unknown("groups", "queue", id));
        }
        let is_agent = |id: &u32| configuration.agents.iter().any(|agent| agent.id.0 == *id);
        if let Some(id) = self.agent_id.filter(|id| !is_agent(id)) {
            return Err(ApiError::unknown("agent_id", "agent", id));
        }
        Ok(AccountDraft {
            name: name(&self.name)?,
            role: self.role.clone(),
            agent: self.agent_id,
            groups: self.groups.clone(),
            is_disabled: self.disabled,
        })
    }
}

fn found(is_found: bool) -> Result<StatusCode> {
    if is_found {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found("account"))
    }
}

/// All accounts.
#[utoipa::path(get, path = "/api/accounts",
    security(("session" = [AccountsWrite::WORD])), responses((status = OK, body = Vec<Account>)))]
async fn list(api: State<Api>, _who: May<AccountsWrite>) -> Result<Json<Vec<Account>>> {
    let accounts = api.store.accounts().await?;
    Ok(Json(accounts.into_iter().map(Account::from).collect()))
}

/// Adds an account.
#[utoipa::path(post, path = "/api/accounts",
    security(("session" = [AccountsWrite::WORD])), request_body = NewAccount,
    responses((status = CREATED, body = Added)))]
async fn add(
    api: State<Api>,
    _who: May<AccountsWrite>,
    Sent(new): Sent<NewAccount>,
) -> Result<(StatusCode, Json<Added>)> {
    let draft = new.account.checked(&api)?;
    password(&new.password)?;
    let _turn = api.hashing.acquire().await;
    let id = api.store.add_account(draft, &new.password).await?;
    super::phones::told(&api).await;
    Ok((StatusCode::CREATED, Json(Added { id })))
}

/// Changes an account. Its sessions end when its role changes or it is disabled.
#[utoipa::path(put, path = "/api/accounts/{id}",
    security(("session" = [AccountsWrite::WORD])), params(("id" = u32, Path)),
    request_body = AccountForm, responses((status = NO_CONTENT)))]
async fn change(
    api: State<Api>,
    _who: May<AccountsWrite>,
    Id(id): Id<u32>,
    Sent(form): Sent<AccountForm>,
) -> Result<StatusCode> {
    let draft = form.checked(&api)?;
    let changed = api.store.change_account(id, draft).await?;
    super::phones::told(&api).await;
    found(changed)
}

/// Removes an account for good; disabling keeps it.
#[utoipa::path(delete, path = "/api/accounts/{id}",
    security(("session" = [AccountsWrite::WORD])), params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn remove(api: State<Api>, _who: May<AccountsWrite>, Id(id): Id<u32>) -> Result<StatusCode> {
    let removed = api.store.remove_account(id).await?;
    super::phones::told(&api).await;
    found(removed)
}

/// Gives an account a new password; its sessions end.
#[utoipa::path(put, path = "/api/accounts/{id}/password",
    security(("session" = [AccountsWrite::WORD])), params(("id" = u32, Path)),
    request_body = PasswordForm, responses((status = NO_CONTENT)))]
async fn give_password(
    api: State<Api>,
    _who: May<AccountsWrite>,
    Id(id): Id<u32>,
    Sent(form): Sent<PasswordForm>,
) -> Result<StatusCode> {
    password(&form.password)?;
    let _turn = api.hashing.acquire().await;
    found(api.store.set_password(id, &form.password).await?)
}

/// Takes the authenticator away from somebody who has lost it.
#[utoipa::path(delete, path = "/api/accounts/{id}/totp",
    security(("session" = [AccountsWrite::WORD])), params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn forget_authenticator(
    api: State<Api>,
    _who: May<AccountsWrite>,
    Id(id): Id<u32>,
) -> Result<StatusCode> {
    api.store.remove_totp(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn may_end_all(who: &SignedIn) -> bool {
    who.reach(AccountsWrite::PERMISSION).is_some()
}

/// The sessions that last: one's own, or everybody's for an administrator.
#[utoipa::path(get, path = "/api/sessions",
    security(("session" = [])), responses((status = OK, body = Vec<OpenSession>)))]
async fn sessions(api: State<Api>, who: SignedIn) -> Result<Json<Vec<OpenSession>>> {
    let all_of_them = may_end_all(&who);
    let own = who.session;
    let mut all = api.store.sessions().await?;
    if !all_of_them {
        all.retain(|session| session.user == own.user);
    }
    Ok(Json(
        all.into_iter()
            .map(|row| OpenSession::of(row, own.id))
            .collect(),
    ))
}

/// Ends a session: one's own, or anybody's for an administrator.
#[utoipa::path(delete, path = "/api/sessions/{id}",
    security(("session" = [])), params(("id" = u32, Path)),
    responses((status = NO_CONTENT)))]
async fn end_session(api: State<Api>, who: SignedIn, Id(id): Id<u32>) -> Result<StatusCode> {
    let all = api.store.sessions().await?;
    let may = |row: &SessionRow| may_end_all(&who) || row.user == who.session.user;
    // Others' sessions are as good as not there.
    if !all.iter().any(|row| row.id == id && may(row)) || !api.store.end_session(id).await? {
        return Err(ApiError::not_found("session"));
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Language {
    Zh,
    En,
}

#[derive(Deserialize, ToSchema)]
struct LanguageForm {
    language: Language,
}

/// Chooses the language of one's own pages.
#[utoipa::path(put, path = "/api/session/language",
    security(("session" = [])), request_body = LanguageForm,
    responses((status = NO_CONTENT)))]
async fn choose_language(
    api: State<Api>,
    who: SignedIn,
    Sent(form): Sent<LanguageForm>,
) -> Result<StatusCode> {
    let language = match form.language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    api.store.set_language(who.session.user, language).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
struct OwnPassword {
    old: String,
    /// At least 10 characters.
    password: String,
}

/// Changes one's own password; all one's sessions end, this one too.
#[utoipa::path(put, path = "/api/session/password",
    security(("session" = [])), request_body = OwnPassword,
    responses((status = NO_CONTENT)))]
async fn change_password(
    api: State<Api>,
    peer: Peer,
    who: SignedIn,
    Sent(form): Sent<OwnPassword>,
) -> Result<StatusCode> {
    password(&form.password)?;
    api.throttle.admit(peer.0, api.clock.now().mono_ms)?;
    let _turn = api.hashing.acquire().await;
    if !api
        .store
        .knows_password(who.session.user, &form.old)
        .await?
    {
        api.throttle.failed(peer.0, api.clock.now().mono_ms);
        let message = "the old password is wrong";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "wrong_password", message).of("old"));
    }
    found(
        api.store
            .set_password(who.session.user, &form.password)
            .await?,
    )
}

/// An authenticator to be scanned, then confirmed with its first code.
#[derive(Serialize, ToSchema)]
struct Authenticator {
    /// As people type it.
    secret: String,
    /// The link an app takes.
    url: String,
    /// The same link as a picture.
    qr_svg: String,
}

#[derive(Deserialize, ToSchema)]
struct Code {
    /// Six digits.
    code: String,
}

/// Begins to use an authenticator (RFC 6238); in force once confirmed.
#[utoipa::path(post, path = "/api/session/totp",
    security(("session" = [])), responses((status = OK, body = Authenticator)))]
async fn begin_authenticator(api: State<Api>, who: SignedIn) -> Result<Json<Authenticator>> {
    let new = api.store.new_totp(who.session.user).await?;
    let new = new.ok_or_else(|| ApiError::not_found("account"))?;
    let qr = qrcode::QrCode::new(&new.url).map_err(|error| ApiError::internal(&error))?;
    let qr_svg = qr
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    Ok(Json(Authenticator {
        secret: new.secret,
        url: new.url,
        qr_svg,
    }))
}

/// Confirms the authenticator with a code of it.
#[utoipa::path(put, path = "/api/session/totp",
    security(("session" = [])), request_body = Code,
    responses((status = NO_CONTENT)))]
async fn confirm_authenticator(
    api: State<Api>,
    who: SignedIn,
    Sent(form): Sent<Code>,
) -> Result<StatusCode> {
    if api.store.confirm_totp(who.session.user, &form.code).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    let message = "these six digits are not of the new authenticator; check its time, try the next";
    Err(ApiError::new(StatusCode::FORBIDDEN, "wrong_code", message).of("code"))
}

/// Uses no authenticator any more; the session shows that it may.
#[utoipa::path(delete, path = "/api/session/totp",
    security(("session" = [])), responses((status = NO_CONTENT)))]
async fn drop_authenticator(api: State<Api>, who: SignedIn) -> Result<StatusCode> {
    api.store.remove_totp(who.session.user).await?;
    Ok(StatusCode::NO_CONTENT)
}
