//! Roles: the six of every box, those made here, and what each permits.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use hotline_services::permission::{Permission, Role as CoreRole, Roles};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::fault::fault;
use super::input::Sent;
use super::listing;
use super::permit::{AccountsWrite, AnyRole, May, MayAny, Permit, RolesWrite};
use super::words::Reach;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(put, remove))
}

/// One permission of a role.
#[derive(Serialize, Deserialize, ToSchema)]
struct Grant {
    /// `queues:write`.
    permission: String,
    reach: Reach,
}

/// A role.
#[derive(Serialize, Deserialize, ToSchema)]
struct Role {
    /// 1 to 32 of `a-z 0-9 _`; its name in addresses and accounts.
    key: String,
    #[serde(flatten)]
    draft: RoleDraft,
    /// One of every box, which cannot be changed.
    #[serde(default)]
    built_in: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct RoleDraft {
    name: String,
    /// What it permits; each permission once.
    grants: Vec<Grant>,
}

/// All roles, and all that a role can permit.
#[derive(Serialize, ToSchema)]
struct AllRoles {
    roles: Vec<Role>,
    /// In the order a matrix shows them.
    permissions: Vec<&'static str>,
}

/// All roles with what each permits, and all permissions there are.
#[utoipa::path(get, path = "/api/roles",
    security(("session" = [AccountsWrite::WORD]), ("session" = [RolesWrite::WORD])),
    responses((status = OK, body = AllRoles)))]
async fn list(State(api): State<Api>, who: MayAny<AnyRole>) -> Result<Json<AllRoles>> {
    let roles = &api.configuration(&who).await?.roles;
    let shown = |key: &str| {
        let role = roles.role(key).ok_or_else(|| ApiError::not_found("role"))?;
        Ok(Role {
            built_in: !roles.custom().iter().any(|custom| custom.key == key),
            ..listing::as_shown(&role)?
        })
    };
    Ok(Json(AllRoles {
        roles: roles.keys().map(shown).collect::<Result<_>>()?,
        permissions: Permission::ALL.iter().map(|p| p.as_str()).collect(),
    }))
}

/// Adds the role of this key, or changes it. Who has it may do at once what it says.
#[utoipa::path(put, path = "/api/roles/{key}", params(("key" = String, Path)),
    security(("session" = [RolesWrite::WORD])),
    request_body = RoleDraft, responses((status = OK, body = Role)))]
async fn put(
    State(api): State<Api>,
    who: May<RolesWrite>,
    Path(key): Path<String>,
    Sent(draft): Sent<RoleDraft>,
) -> Result<Json<Role>> {
    let fresh = CoreRole {
        key,
        name: String::new(),
        grants: Vec::new(),
    };
    let role = listing::overlaid(&fresh, &draft)?;
    let put = api
        .configure(&who, async |configuration| {
            let mut custom = configuration.roles.custom().to_vec();
            match custom.iter_mut().find(|known| known.key == role.key) {
                Some(known) => *known = role.clone(),
                None => custom.push(role.clone()),
            }
            let roles = Roles::with(custom);
            api.store.allow_roles(roles.clone()).await?;
            configuration.roles = roles;
            listing::as_shown(&role)
        })
        .await?;
    Ok(Json(put))
}

/// Removes a role made here that no account has.
#[utoipa::path(delete, path = "/api/roles/{key}", params(("key" = String, Path)),
    security(("session" = [RolesWrite::WORD])), responses((status = NO_CONTENT)))]
async fn remove(
    State(api): State<Api>,
    who: May<RolesWrite>,
    Path(key): Path<String>,
) -> Result<StatusCode> {
    api.configure(&who, async |configuration| {
        let mut custom = configuration.roles.custom().to_vec();
        let index = custom.iter().position(|role| role.key == key);
        custom.remove(index.ok_or_else(|| ApiError::not_found("role"))?);
        let accounts = api.store.accounts_of_role(key.clone()).await?;
        if accounts > 0 {
            let message = format!("{accounts} accounts have this role; give them another first");
            let key = fault("role_in_use", &[("count", &accounts)]);
            return Err(ApiError::conflict(message).told(key));
        }
        configuration.roles = Roles::with(custom);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
