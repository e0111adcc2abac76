//! How the box is.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::system::alarms::Alarm;

use super::Api;
use super::session::SignedIn;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(health))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Degraded,
}

#[derive(Serialize, ToSchema)]
struct Health {
    status: Status,
    version: &'static str,
    uptime_ms: u64,
    alarms: Vec<Alarm>,
    counters: BTreeMap<String, u64>,
}

/// How the box is: alarms and counters.
#[utoipa::path(get, path = "/api/health", security(("session" = [])),
    responses((status = OK, body = Health)))]
async fn health(api: State<Api>, _who: SignedIn) -> Json<Health> {
    let alarms = api.alarms.current();
    let mut counters: BTreeMap<String, u64> = api
        .counters
        .read()
        .into_iter()
        .map(|(name, count)| (name.to_owned(), count))
        .collect();
    counters.insert("facts_queued".to_owned(), api.store.facts_queued());
    counters.insert("facts_lost".to_owned(), api.store.facts_lost());
    Json(Health {
        status: if alarms.is_empty() {
            Status::Ok
        } else {
            Status::Degraded
        },
        version: env!("CARGO_PKG_VERSION"),
        uptime_ms: api.clock.now().mono_ms,
        alarms,
        counters,
    })
}
