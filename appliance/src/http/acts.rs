//! Who did what: every request that changed something, and every recording that was heard or taken
//! away, becomes a fact with the name of the person. One place, so that no handler can forget it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hotline_services::Acted;

use super::Api;
use super::error::Result;
use super::session::SignedIn;

/// What changes nothing that lasts, or what a fact of its own tells with the name of the person.
const NOT_NOTED: &[&str] = &[
    "post agents/{id}/state",
    "post agents/{id}/in_call",
    "post agents/{id}/supervise",
    "post agents/{id}/notes/extend",
    "put agents/{id}/notes",
    "post calendar/read",
    "post calls_for_help/{id}/acknowledge",
    "post route_test/inbound",
    "post route_test/outbound",
    "post schedules/preview",
    "put session/language",
    "post session",
    "delete session",
];
/// Changes nothing when it only tries.
const IMPORT: &str = "post number_list/import";
/// What is only read, and noted all the same.
const HEARD: &[&str] = &[
    "get recordings/{id}/sound",
    "get recordings/{file}",
    "get voicemails/{id}/sound",
];
/// A player fetches a recording in many parts: within this time they are one hearing.
const ONE_HEARING_MS: u64 = 600_000;
/// So many hearings are remembered for that.
const HEARINGS: usize = 256;
/// The most that is kept of an address.
const MOST: usize = 200;

/// What was heard lately: who, what, when.
pub(super) type Hearings = Mutex<VecDeque<(u32, String, u64)>>;

/// Notes what a person has done, once it is done; the answer waits until that is on the disk (house
/// decision 4). What is heard is noted before, and not heard if it cannot be.
pub(super) async fn noted(State(api): State<Api>, request: Request, next: Next) -> Response {
    let Some(act) = act_of(&request) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let who = SignedIn::from_request_parts(&mut parts, &api).await;
    let about = about(&act, parts.uri.path());
    let request = Request::from_parts(parts, body);
    // Who is not signed in is refused by the handler, or signs in.
    let Ok(who) = who else {
        return next.run(request).await;
    };
    let mut acted = Acted {
        account: who.session.name.clone(),
        role: who.session.role.clone(),
        act,
        about,
    };
    if request.method() == Method::GET {
        return heard(&api, &who, acted, request, next).await;
    }
    let before = Arc::clone(&api.store.configuration().borrow());
    let lists = Arc::clone(&api.store.house().borrow());
    let response = next.run(request).await;
    let only_tried = acted.act == IMPORT && Arc::ptr_eq(&lists, &api.store.house().borrow());
    if response.status().is_success() && !only_tried {
        let after = Arc::clone(&api.store.configuration().borrow());
        if !Arc::ptr_eq(&before, &after)
            && let Ok(versions) = api.store.versions(u32::MAX, 1).await
            && let Some(version) = versions.first()
        {
            add(&mut acted.about, &format!("version {}", version.version));
        }
        if let Some(set) = who.change_set {
            add(&mut acted.about, &format!("change-set {set}"));
        }
        if let Err(error) = keep(&api, acted.clone()).await {
            tracing::error!(?error, ?acted, "done, and not in the audit trail");
        }
    }
    response
}

async fn heard(api: &Api, who: &SignedIn, acted: Acted, request: Request, next: Next) -> Response {
    let now = api.clock.now().mono_ms;
    let address = format!("{} {}", acted.act, acted.about);
    let is_new = {
        let mut heard = api.hearings.lock().unwrap_or_else(PoisonError::into_inner);
        heard.retain(|(_, _, at)| now < at + ONE_HEARING_MS);
        let is_it =
            |(user, what, _): &(u32, String, u64)| *user == who.session.user && *what == address;
        !heard.iter().any(is_it)
    };
    let response = next.run(request).await;
    if !is_new || !response.status().is_success() {
        return response;
    }
    // Nothing of the body has been sent yet.
    if let Err(error) = keep(api, acted).await {
        return error.into_response();
    }
    let mut heard = api.hearings.lock().unwrap_or_else(PoisonError::into_inner);
    if heard.len() >= HEARINGS {
        heard.pop_front();
    }
    heard.push_back((who.session.user, address, now));
    response
}

async fn keep(api: &Api, acted: Acted) -> Result<()> {
    api.call_control.acted(acted).await?;
    Ok(api.store.flush().await?)
}

/// What a request asks for, if that is noted.
fn act_of(request: &Request) -> Option<String> {
    let path = request.extensions().get::<MatchedPath>()?;
    let path = path.as_str().strip_prefix("/api/")?;
    let method = request.method().as_str().to_ascii_lowercase();
    let act = format!("{method} {path}");
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let is_noted = if changes {
        !NOT_NOTED.contains(&act.as_str())
    } else {
        HEARD.contains(&act.as_str())
    };
    is_noted.then_some(act)
}

/// What stands in the address where the route has a name in braces.
fn about(act: &str, path: &str) -> String {
    let route = act.split_once(' ').map_or("", |(_, route)| route);
    let path = path.strip_prefix("/api/").unwrap_or(path);
    let pairs = route.split('/').zip(path.split('/'));
    let named = pairs.filter(|(name, _)| name.starts_with('{'));
    let mut about = String::new();
    for (_, value) in named {
        add(&mut about, value);
    }
    about.chars().take(MOST).collect()
}

fn add(about: &mut String, more: &str) {
    if !about.is_empty() {
        about.push_str(", ");
    }
    about.push_str(more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_about_what_its_address_names() {
        let act = "put prompts/{prompt}/{language}";
        assert_eq!(about(act, "/api/prompts/12/zh"), "12, zh");
        assert_eq!(about("post accounts", "/api/accounts"), "");
    }
}
