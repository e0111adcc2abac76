//! Who is to be called back instead of waiting: who sees it, and who takes it off.

use std::sync::Arc;

use axum::http::Method;
use hotline::call_control::Live;
use hotline_call::{CallId, Moment, Number};
use hotline_services::{CallbackView, QueueId, Request, View};
use serde_json::json;

use super::world::*;

fn promise(of: u64, queue: u32) -> CallbackView {
    let at = |wall_ms| Moment {
        wall_ms,
        ..Moment::default()
    };
    CallbackView {
        of: CallId(of),
        queue: QueueId(queue),
        number: Number::parse("13900001111").unwrap(),
        name: Some("Li".to_owned()),
        since: at(1_000),
        until: at(9_000),
        dialled: 1,
        not_before: Some(at(5_000)),
        call: None,
    }
}

/// A box where one person of each queue is to be called back, and its administrator.
async fn promised() -> World {
    let world = World::signed_in().await;
    let view = View {
        callbacks: vec![promise(7, 1), promise(8, 2)],
        ..View::default()
    };
    world.live.send_replace(Arc::new(Live {
        view,
        ..Live::default()
    }));
    world
}

/// Whom the centre was asked not to call, by whom.
fn taken_back(world: &World) -> Vec<(CallId, String, Vec<QueueId>)> {
    let asked = world.asked.lock().unwrap();
    let what = |request: &Request| match request {
        Request::CancelCallback { by, of } => Some((*of, by.account.clone(), by.groups.clone())),
        _ => None,
    };
    asked.iter().filter_map(what).collect()
}

#[tokio::test]
async fn who_is_to_be_called_back_is_listed_and_an_administrator_takes_one_off() {
    let world = promised().await;
    let (status, listed) = world.get("/api/callbacks").await;
    let first = json!({ "id": 7, "queue": 1, "number": "13900001111", "name": "Li",
        "since_at": 1_000, "until_at": 9_000, "dialled": 1, "not_before_at": 5_000, "call": null });
    assert_eq!(
        (status, &listed[0], &listed[1]["id"]),
        (200, &first, &json!(8))
    );

    let path = "/api/callbacks/8";
    assert_eq!(world.ask(Method::DELETE, path, None).await.0, 204);
    assert_eq!(
        taken_back(&world),
        [(CallId(8), "admin".to_owned(), vec![])]
    );
}

#[tokio::test]
async fn who_was_promised_nothing_is_not_found_and_the_centre_is_not_asked() {
    let world = promised().await;
    let (status, answer) = world.ask(Method::DELETE, "/api/callbacks/9", None).await;
    assert_eq!((status, code(&answer)), (404, "not_found"));
    assert_eq!(taken_back(&world), []);
}

#[tokio::test]
async fn a_supervisor_sees_those_of_the_own_queues_and_the_centre_is_told_which_these_are() {
    let mut world = promised().await;
    world.sign_in_as("supervisor", None, &[1]).await;
    let (_, listed) = world.get("/api/callbacks").await;
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed[0]["id"], 7);
    let path = "/api/callbacks/7";
    assert_eq!(world.ask(Method::DELETE, path, None).await.0, 204);
    let by = "supervisor".to_owned();
    assert_eq!(taken_back(&world), [(CallId(7), by, vec![QueueId(1)])]);
}

#[tokio::test]
async fn an_agent_may_take_no_promise_back() {
    let mut world = promised().await;
    world.sign_in_as("agent", None, &[1]).await;
    let (status, answer) = world.ask(Method::DELETE, "/api/callbacks/7", None).await;
    assert_eq!((status, code(&answer)), (403, "not_allowed"));
    assert_eq!(taken_back(&world), []);
}
