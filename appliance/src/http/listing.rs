//! Lists of the configuration that are read, added to, changed and taken from in the same way, and
//! the single things that are read and set.

use axum::Json;
use axum::http::StatusCode;
use hotline_services::Configuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::session::SignedIn;

/// A thing of the configuration as the API shows it. What it shows has the names and the shape it
/// has inside unless [`Self::made`] says otherwise.
pub(super) trait Row: Serialize + DeserializeOwned {
    /// The thing as configured.
    type Core: Clone + Serialize + DeserializeOwned;
    /// What is sent to add or change one.
    type Draft: Serialize;
    /// Its name in a sentence: `queue`.
    const ONE: &'static str;
    /// Which numbers it has.
    const NUMBERED: Numbered;

    /// All of them.
    fn all(configuration: &Configuration) -> &Vec<Self::Core>;
    /// The same, to be changed.
    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core>;
    /// Its number.
    fn id(core: &Self::Core) -> u32;
    /// A new one of this number, with every default.
    fn fresh(id: u32, draft: &Self::Draft) -> Result<Self::Core>;

    /// As it is shown.
    fn shown(_configuration: &Configuration, core: &Self::Core) -> Result<Self> {
        as_shown(core)
    }

    /// Sets what a draft says that is kept elsewhere.
    fn also(_configuration: &mut Configuration, _id: u32, _draft: &Self::Draft) -> Result<()> {
        Ok(())
    }

    /// The thing with what is asked here set; what the draft does not know stays.
    fn made(_api: &Api, before: Self::Core, draft: &Self::Draft) -> Result<Self::Core> {
        overlaid(&before, draft)
    }

    /// Refuses to take one away that others need.
    fn may_go(_configuration: &Configuration, _id: u32) -> Result<()> {
        Ok(())
    }

    /// Takes away what named one that is gone.
    fn gone(_configuration: &mut Configuration, _id: u32) {}
}

/// A thing with the names and the shape it has inside.
pub(super) fn as_shown<T: DeserializeOwned>(core: &impl Serialize) -> Result<T> {
    read_value(value(core)?)
}

fn value(thing: &impl Serialize) -> Result<Value> {
    serde_json::to_value(thing).map_err(|error| ApiError::internal(&error))
}

/// What a value says, or which field does not.
fn read_value<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let field = path.split(['.', '[']).next().unwrap_or_default().to_owned();
        ApiError::invalid(&field, format!("{path}: {}", error.into_inner()))
    })
}

/// `before` with the fields of the draft in place of its own.
pub(super) fn overlaid<C: Serialize + DeserializeOwned>(
    before: &C,
    draft: &impl Serialize,
) -> Result<C> {
    let mut whole = value(before)?;
    if let (Value::Object(fields), Value::Object(asked)) = (&mut whole, value(draft)?) {
        fields.extend(asked);
        if let Some(Value::String(name)) = fields.get_mut("name") {
            *name = name.trim().to_owned();
        }
    }
    read_value(whole)
}

fn find<R: Row>(configuration: &Configuration, id: u32) -> Result<usize> {
    let found = R::all(configuration)
        .iter()
        .position(|core| R::id(core) == id);
    found.ok_or_else(|| ApiError::not_found(R::ONE))
}

pub(super) async fn list<R: Row>(api: &Api, who: &SignedIn) -> Result<Json<Vec<R>>> {
    let configuration = api.configuration(who).await?;
    let rows = R::all(&configuration)
        .iter()
        .map(|core| R::shown(&configuration, core));
    Ok(Json(rows.collect::<Result<_>>()?))
}

pub(super) async fn add<R: Row>(
    api: &Api,
    who: &SignedIn,
    draft: R::Draft,
) -> Result<(StatusCode, Json<R>)> {
    let added = api
        .configure(who, async |configuration| {
            let id = api.store.next_number(R::NUMBERED).await?;
            let core = R::made(api, R::fresh(id, &draft)?, &draft)?;
            R::all_mut(configuration).push(core.clone());
            R::also(configuration, id, &draft)?;
            R::shown(configuration, &core)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(added)))
}

pub(super) async fn change<R: Row>(
    api: &Api,
    who: &SignedIn,
    id: u32,
    draft: R::Draft,
) -> Result<Json<R>> {
    let changed = api
        .configure(who, async |configuration| {
            let index = find::<R>(configuration, id)?;
            let core = R::made(api, R::all(configuration)[index].clone(), &draft)?;
            R::all_mut(configuration)[index] = core.clone();
            R::also(configuration, id, &draft)?;
            R::shown(configuration, &core)
        })
        .await?;
    Ok(Json(changed))
}

pub(super) async fn remove<R: Row>(api: &Api, who: &SignedIn, id: u32) -> Result<StatusCode> {
    api.configure(who, async |configuration| {
        let index = find::<R>(configuration, id)?;
        R::may_go(configuration, id)?;
        R::all_mut(configuration).remove(index);
        R::gone(configuration, id);
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts the rows into this order, each named once: the first that matches a call counts.
pub(super) async fn order<R: Row>(api: &Api, who: &SignedIn, order: &[u32]) -> Result<StatusCode> {
    api.configure(who, async |configuration| {
        let rows = R::all_mut(configuration);
        let mut wanted = order.to_vec();
        wanted.sort_unstable();
        let mut found: Vec<u32> = rows.iter().map(R::id).collect();
        found.sort_unstable();
        if wanted != found {
            let message = format!("found {order:?}; each of {found:?} exactly once is allowed");
            return Err(ApiError::invalid("order", message));
        }
        rows.sort_by_key(|core| order.iter().position(|id| *id == R::id(core)));
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The four handlers of a list, and their routes. What reads needs [`QueuesRead`](super::permit).
macro_rules! resource {
    ($path:literal, $path_id:literal, $row:ident, $draft:ident, $write:ident) => {
        fn list_routes() -> utoipa_axum::router::OpenApiRouter<Api> {
            utoipa_axum::router::OpenApiRouter::new()
                .routes(utoipa_axum::routes!(list, add))
                .routes(utoipa_axum::routes!(change, remove))
        }

        /// All of them.
        #[utoipa::path(get, path = $path, security(("session" = [QueuesRead::WORD])),
                    responses((status = OK, body = Vec<$row>)))]
        async fn list(
            axum::extract::State(api): axum::extract::State<Api>,
            who: May<QueuesRead>,
        ) -> Result<axum::Json<Vec<$row>>> {
            listing::list(&api, &who).await
        }

        /// Adds one.
        #[utoipa::path(post, path = $path, security(("session" = [$write::WORD])),
                    request_body = $draft, responses((status = CREATED, body = $row)))]
        async fn add(
            axum::extract::State(api): axum::extract::State<Api>,
            who: May<$write>,
            Sent(draft): Sent<$draft>,
        ) -> Result<(axum::http::StatusCode, axum::Json<$row>)> {
            listing::add(&api, &who, draft).await
        }

        /// Changes one.
        #[utoipa::path(put, path = $path_id, params(("id" = u32, Path)),
                    security(("session" = [$write::WORD])),
                    request_body = $draft, responses((status = OK, body = $row)))]
        async fn change(
            axum::extract::State(api): axum::extract::State<Api>,
            who: May<$write>,
            Id(id): Id<u32>,
            Sent(draft): Sent<$draft>,
        ) -> Result<axum::Json<$row>> {
            listing::change(&api, &who, id, draft).await
        }

        /// Removes one that nothing else needs.
        #[utoipa::path(delete, path = $path_id, params(("id" = u32, Path)),
                    security(("session" = [$write::WORD])), responses((status = NO_CONTENT)))]
        async fn remove(
            axum::extract::State(api): axum::extract::State<Api>,
            who: May<$write>,
            Id(id): Id<u32>,
        ) -> Result<axum::http::StatusCode> {
            listing::remove::<$row>(&api, &who, id).await
        }
    };
}
pub(super) use resource;

/// The two handlers of a single thing, in a module of its own. `$at` is its place in the
/// configuration.
macro_rules! single {
    ($module:ident, $path:literal, $thing:ident, $write:ident, $($at:ident).+) => {
        mod $module {
            use super::*;

            pub(in crate::http) fn routes() -> utoipa_axum::router::OpenApiRouter<Api> {
                utoipa_axum::router::OpenApiRouter::new().routes(utoipa_axum::routes!(read, set))
            }

            /// As it is.
            #[utoipa::path(get, path = $path, security(("session" = [QueuesRead::WORD])),
                responses((status = OK, body = $thing)))]
            async fn read(
                axum::extract::State(api): axum::extract::State<Api>,
                who: May<QueuesRead>,
            ) -> Result<axum::Json<$thing>> {
                let configuration = api.configuration(&who).await?;
                Ok(axum::Json(listing::as_shown(&configuration.$($at).+)?))
            }

            /// Sets it.
            #[utoipa::path(put, path = $path, security(("session" = [$write::WORD])),
                request_body = $thing, responses((status = OK, body = $thing)))]
            async fn set(
                axum::extract::State(api): axum::extract::State<Api>,
                who: May<$write>,
                Sent(asked): Sent<$thing>,
            ) -> Result<axum::Json<$thing>> {
                api.configure(&who, async |configuration| {
                    configuration.$($at).+ = listing::overlaid(&configuration.$($at).+, &asked)?;
                    Ok(())
                })
                .await?;
                Ok(axum::Json(asked))
            }
        }
    };
}
pub(super) use single;
