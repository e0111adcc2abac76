//! The web: a JSON API for people and programs, one WebSocket with what happens, and the pages.
//!
//! Runs on a runtime of its own (decision 3): whatever happens here, calls go on. A file per
//! resource; each begins with its routes.

mod accounts;
mod acts;
mod agents;
mod audit;
mod breaks;
mod callbacks;
mod callers;
mod calls;
mod change_sets;
mod difference;
mod error;
mod fault;
mod forwarding;
mod greetings;
mod guard;
mod health;
mod help;
mod inbound;
mod input;
mod line_measurement;
mod listing;
mod live;
mod menus;
mod missed;
mod notes;
mod number_lists;
mod outbound;
mod pages;
mod permit;
mod phones;
mod pins;
mod presence;
mod prompts;
mod queues;
mod recordings;
mod regions;
mod retention;
mod roles;
mod route_test;
mod rules;
mod schedules;
mod serve;
mod session;
mod skills;
mod timeline;
mod versions;
mod voice;
mod voicemails;
mod waveform;
mod words;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;
use axum::{Json, Router};
use hotline_call::{LineId, PhoneId};
use hotline_dsp::engine::LineMeasured;
use hotline_services::{AgentId, Configuration};
use tokio::sync::{Mutex, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::call_control::{AskError, CallControl};
use crate::clock::Clock;
use crate::store::{Author, Store};
use crate::system::alarms::Alarms;
use crate::system::number_ranges::NumberRanges;

pub use serve::serve;

use error::{ApiError, Result};
use guard::Throttle;
use live::Snapshot;
use session::SignedIn;

/// The greatest body a request may have; a menu's greeting is the longest thing people write.
const BODY_LIMIT: usize = 64 * 1024;

/// One phone as the registrar knows it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Which.
    pub phone: PhoneId,
    /// Where it is to be reached.
    pub contact: String,
    /// What it says it is.
    pub user_agent: Option<String>,
    /// When the registration lapses, ms since 1970 UTC.
    pub expires_at: u64,
}

/// Who knows which phones are registered.
pub trait PhoneDirectory: Send + Sync {
    /// Every registration that has not lapsed.
    fn registrations(&self) -> Vec<Registration>;
}

/// Who counts what the health page shows, by name: `ticks`, `rtp_in`.
pub trait Counters: Send + Sync {
    /// All counters, now.
    fn read(&self) -> BTreeMap<&'static str, u64>;
}

/// Who measures lines.
pub trait LineMeasurer: Send + Sync {
    /// The second of a line that begins now; `None` when nothing comes from it.
    fn measure(&self, line: LineId) -> Measuring<'_>;
}

/// A measurement under way.
pub type Measuring<'a> = Pin<Box<dyn Future<Output = Option<Arc<LineMeasured>>> + Send + 'a>>;

/// What the API needs of the rest of the program.
pub struct ApiParts {
    /// The store.
    pub store: Store,
    /// The way to the centre.
    pub call_control: CallControl,
    /// The registrar.
    pub phones: Arc<dyn PhoneDirectory>,
    /// The board.
    pub alarms: Alarms,
    /// Where mobile numbers are registered.
    pub ranges: NumberRanges,
    /// The counters.
    pub counters: Arc<dyn Counters>,
    /// Who measures lines.
    pub lines: Arc<dyn LineMeasurer>,
    /// The clock.
    pub clock: Clock,
    /// Cancelled when the program ends: closes the listener and every WebSocket.
    pub ending: CancellationToken,
}

/// What every handler gets. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Inside>);

/// See [`Api`].
pub struct Inside {
    parts: ApiParts,
    /// One change of the configuration at a time: each reads, changes and saves it whole.
    changing: Mutex<()>,
    /// Hashing a password takes a core and 19 MB; so many at once.
    hashing: Semaphore,
    throttle: Throttle,
    hearings: acts::Hearings,
    feed: watch::Sender<Arc<Snapshot>>,
    sockets: Arc<Semaphore>,
    /// How many pages each agent has open. Held while call control is told, so that it is told in
    /// order.
    pages: Mutex<BTreeMap<AgentId, usize>>,
}

impl Deref for Api {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

impl Deref for Inside {
    type Target = ApiParts;

    fn deref(&self) -> &ApiParts {
        &self.parts
    }
}

impl Api {
    /// The API of this program.
    #[must_use]
    pub fn new(parts: ApiParts) -> Self {
        Self(Arc::new(Inside {
            parts,
            changing: Mutex::new(()),
            hashing: Semaphore::new(2),
            throttle: Throttle::default(),
            hearings: acts::Hearings::default(),
            feed: watch::Sender::new(Arc::new(Snapshot::default())),
            sockets: Arc::new(Semaphore::new(live::MAX_SOCKETS)),
            pages: Mutex::default(),
        }))
    }

    /// The configuration as this person works on it: that of the change-set, or the one in force.
    async fn configuration(&self, who: &SignedIn) -> Result<Arc<Configuration>> {
        let Some(id) = who.change_set else {
            return Ok(Arc::clone(&who.configuration));
        };
        let found = self.store.change_set(id).await?;
        let (_, draft) = found.ok_or_else(|| ApiError::not_found("change-set"))?;
        Ok(Arc::new(draft))
    }

    /// Changes the configuration: reads it, lets `change` alter it, checks, saves, puts in force.
    /// In a change-set it is kept there, and nothing comes into force.
    async fn configure<T>(
        &self,
        who: &SignedIn,
        change: impl AsyncFnOnce(&mut Configuration) -> Result<T>,
    ) -> Result<T> {
        let Some(id) = who.change_set else {
            return self.configure_at_once(who, change).await;
        };
        let _one_at_a_time = self.changing.lock().await;
        let before = self.configuration(who).await?;
        let (configuration, result) = changed(&before, change).await?;
        self.store.keep_change_set(id, &configuration).await?;
        Ok(result)
    }

    /// The same in force at once, in whatever change-set the person works.
    async fn configure_at_once<T>(
        &self,
        who: &SignedIn,
        change: impl AsyncFnOnce(&mut Configuration) -> Result<T>,
    ) -> Result<T> {
        let _one_at_a_time = self.changing.lock().await;
        let before = Arc::clone(&self.store.configuration().borrow());
        let (configuration, result) = changed(&before, change).await?;
        let author = Author {
            name: who.session.name.clone(),
            note: String::new(),
        };
        self.put_in_force(&before, configuration, author).await?;
        Ok(result)
    }

    /// Saves a checked configuration and puts it in force. Whoever calls holds `changing`.
    async fn put_in_force(
        &self,
        before: &Configuration,
        configuration: Configuration,
        author: Author,
    ) -> Result<()> {
        let new = configuration.clone();
        self.store.save_configuration(new, author.clone()).await?;
        match self.call_control.configure(configuration).await {
            Ok(()) => Ok(()),
            Err(error) => {
                if matches!(error, AskError::Voice(_)) {
                    // It can never come into force: what is saved is what is in force.
                    let before = before.clone();
                    self.store.save_configuration(before, author).await?;
                }
                Err(error.into())
            }
        }
    }
}

/// A configuration with what is altered in it, checked.
async fn changed<T>(
    before: &Configuration,
    change: impl AsyncFnOnce(&mut Configuration) -> Result<T>,
) -> Result<(Configuration, T)> {
    let mut configuration = before.clone();
    let result = change(&mut configuration).await?;
    configuration.check()?;
    Ok((configuration, result))
}

/// All routes below `/api` with their document.
fn api_routes() -> (Router<Api>, OpenApi) {
    let info = InfoBuilder::new()
        .title("Hotline")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Times are ms since 1970 UTC (`_at`), durations ms (`_ms`). Errors are \
             `{\"error\": {code, message, field, key, params, id}}`. Requests that change something need the \
             header `x-hotline: 1`; all but setup and signing in need the cookie of a session. \
             What an operation needs of the role stands in its `security`: one of these. With the \
             header `x-hotline-change-set: 3` what is set is read and changed in that change-set.",
        ))
        .build();
    let (router, mut document) =
        OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info).build())
            .merge(session::routes())
            .merge(accounts::routes())
            .merge(health::routes())
            .merge(help::routes())
            .merge(live::routes())
            .merge(line_measurement::routes())
            .merge(calls::routes())
            .merge(recordings::routes())
            .merge(voicemails::routes())
            .merge(callbacks::routes())
            .merge(retention::routes())
            .merge(agents::routes())
            .merge(timeline::routes())
            .merge(forwarding::routes())
            .merge(notes::routes())
            .merge(audit::routes())
            .merge(phones::routes())
            .merge(missed::routes())
            .merge(pins::routes())
            .merge(rules::routes())
            .merge(queues::routes())
            .merge(menus::routes())
            .merge(skills::routes())
            .merge(callers::routes())
            .merge(inbound::routes())
            .merge(outbound::routes())
            .merge(schedules::routes())
            .merge(number_lists::routes())
            .merge(regions::routes())
            .merge(route_test::routes())
            .merge(roles::routes())
            .merge(change_sets::routes())
            .merge(versions::routes())
            .merge(prompts::routes())
            .merge(greetings::routes())
            .merge(voice::routes())
            .merge(breaks::routes())
            .split_for_parts();
    live::describe(&mut document);
    error::describe(&mut document);
    session::describe(&mut document);
    name_operations(&mut document);
    (router, document)
}

/// Gives each operation a name of its own, `put_api_agents_id`: handlers of different resources
/// share theirs, which OpenAPI forbids.
fn name_operations(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let words: Vec<&str> = path
            .split(['/', '{', '}', '.'])
            .filter(|word| !word.is_empty())
            .collect();
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{}", words.join("_")));
            }
        }
    }
}

/// The OpenAPI 3.1 document, as served at `/api/openapi.json`.
#[must_use]
pub fn openapi() -> String {
    let (_, document) = api_routes();
    document
        .to_pretty_json()
        .expect("a document made of our own types is JSON")
}

/// Everything that is served.
pub fn router(api: Api) -> Router {
    let (routes, document) = api_routes();
    let openapi = move || async move { Json(document) };
    routes
        .route("/api/openapi.json", get(openapi))
        .route(
            "/api/{*unknown}",
            axum::routing::any(|| async { ApiError::not_found("address") }),
        )
        .fallback(pages::page)
        .layer(middleware::from_fn_with_state(api.clone(), acts::noted))
        .layer(middleware::from_fn(guard::drilled))
        .layer(middleware::from_fn(guard::answered_for))
        .layer(middleware::from_fn(guard::same_site_only))
        .layer(middleware::from_fn(guard::headers))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_operations_of_the_document_share_a_name() {
        let document: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let names: Vec<&str> = paths
            .values()
            .flat_map(|item| item.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        let unique: std::collections::BTreeSet<&&str> = names.iter().collect();
        assert!(names.len() > 20 && unique.len() == names.len(), "{names:?}");
    }
}
