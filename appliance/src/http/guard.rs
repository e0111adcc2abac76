//! What stands before every request: other sites, guessers, and what browsers must be told.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use futures_util::FutureExt as _;

use crate::drill::{Place, come_by};

use super::error::{ApiError, Result};

const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// What browsers are told with every answer.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut say = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    say(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::X_FRAME_OPTIONS, "DENY");
    say(header::REFERRER_POLICY, "no-referrer");
    say(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    say(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    if is_api {
        say(header::CACHE_CONTROL, "no-store");
    }
    response
}

/// A handler that panics is answered for, and nobody else notices.
pub(super) async fn answered_for(request: Request, next: Next) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answer.unwrap_or_else(|_| ApiError::internal(&Panicked).into_response())
}

/// Where a drill lets a handler fail.
pub(super) async fn drilled(request: Request, next: Next) -> Response {
    come_by(Place::WebHandler);
    next.run(request).await
}

/// A handler ended by a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("a handler ended by a fault of ours")]
struct Panicked;

/// Refuses what another site's page could send in the name of a person signed in here: a form
/// cannot set a header of ours, and a WebSocket tells where its page comes from.
pub(super) async fn same_site_only(request: Request, next: Next) -> Response {
    let harmless = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let headers = request.headers();
    if !harmless && headers.get("x-hotline").is_none_or(|value| value != "1") {
        let message =
            "the header `x-hotline: 1` is missing; requests that change something need it";
        return ApiError::new(StatusCode::FORBIDDEN, "not_from_here", message).into_response();
    }
    if headers.contains_key(header::UPGRADE) && !is_own_origin(&request) {
        let message = "this WebSocket was opened by another site's page";
        return ApiError::new(StatusCode::FORBIDDEN, "not_from_here", message).into_response();
    }
    next.run(request).await
}

/// Whether `Origin`, where there is one, is the host that was asked.
fn is_own_origin(request: &Request) -> bool {
    let text = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let Some(origin) = text(header::ORIGIN) else {
        return true;
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && host == text(header::HOST)
}

/// Where a request comes from.
pub(super) struct Peer(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _state: &S,
    ) -> std::result::Result<Self, Self::Rejection> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(
            info.map_or(Ipv4Addr::UNSPECIFIED.into(), |info| info.0.ip()),
        ))
    }
}

/// Failures in a row before an address has to wait.
const FREE_TRIES: u32 = 5;
/// How long it waits then.
const WAIT_MS: u64 = 30_000;
/// So many addresses are remembered; the one that failed longest ago is forgotten first.
const REMEMBERED: usize = 1_024;

/// Slows down who guesses passwords.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: Mutex<BTreeMap<IpAddr, Failures>>,
}

#[derive(Debug, Default)]
struct Failures {
    count: u32,
    last_ms: u64,
}

impl Throttle {
    /// Refuses an address that has to wait.
    pub fn admit(&self, peer: IpAddr, now_ms: u64) -> Result<()> {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(failures) = all.get_mut(&peer) else {
            return Ok(());
        };
        let waits_until = failures.last_ms + WAIT_MS;
        if now_ms >= waits_until {
            all.remove(&peer);
            return Ok(());
        }
        if failures.count < FREE_TRIES {
            return Ok(());
        }
        let seconds = (waits_until - now_ms).div_ceil(1_000);
        let message = format!("too many failed tries from {peer}; wait {seconds} s");
        Err(ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_tries",
            message,
        ))
    }

    /// Counts a failure.
    pub fn failed(&self, peer: IpAddr, now_ms: u64) {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(&peer) {
            let oldest = all.iter().min_by_key(|(_, failures)| failures.last_ms);
            if let Some(oldest) = oldest.map(|(peer, _)| *peer) {
                all.remove(&oldest);
            }
        }
        let failures = all.entry(peer).or_default();
        failures.count += 1;
        failures.last_ms = now_ms;
    }

    /// Forgets the failures of an address.
    pub fn succeeded(&self, peer: IpAddr) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&peer);
    }
}
