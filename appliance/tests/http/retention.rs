//! How long recordings are kept, and which are held.

use axum::http::Method;
use hotline::store::{RecordingRow, RecordingState};
use hotline_call::CallId;
use hotline_services::RecordingId;
use serde_json::json;

use super::world::*;

#[tokio::test]
async fn a_policy_comes_back_as_it_was_set_and_nonsense_is_refused() {
    let world = World::signed_in().await;
    let (status, first) = world.get("/api/retention").await;
    let forever = json!({"keep_days": null, "queues": [], "when_low": "keep"});
    assert_eq!((status, first), (200, forever));
    let policy = json!({"keep_days": 90, "when_low": "remove_oldest",
        "queues": [{"queue": 1, "keep_days": 365}]});
    let set = async |policy| world.ask(Method::PUT, "/api/retention", Some(policy)).await;
    assert_eq!(set(policy.clone()).await, (200, policy.clone()));
    assert_eq!(world.get("/api/retention").await.1, policy);
    let own = |queue: u32| json!({"queue": queue, "keep_days": 1});
    for (refused, field) in [
        (json!({"keep_days": 0, "when_low": "keep"}), "keep_days"),
        (
            json!({"keep_days": 9, "when_low": "keep", "queues": [own(99)]}),
            "queues[0].queue",
        ),
        (
            json!({"keep_days": 9, "when_low": "keep", "queues": [own(1), own(1)]}),
            "queues[1].queue",
        ),
    ] {
        let (status, answer) = set(refused).await;
        assert_eq!(
            (status, &answer["error"]["field"]),
            (422, &field.into()),
            "{answer}"
        );
    }
    assert_eq!(world.get("/api/retention").await.1, policy);
}

#[tokio::test]
async fn a_hold_needs_a_reason_and_is_in_the_log_with_who_set_it() {
    let world = World::signed_in().await;
    let row = RecordingRow {
        id: RecordingId(7),
        call: CallId(3),
        path: "recordings/7.wav".into(),
        state: RecordingState::Complete,
        started_at: 1_000,
        duration_ms: 1_000,
        bytes: 32_044,
        held: false,
    };
    world.store.save_recording(row).await.unwrap();
    let path = "/api/recordings/7/hold";
    let ask = async |method, path: &str, reason: &str| {
        let body = Some(json!({"reason": reason}));
        world.ask(method, path, body).await.0
    };
    assert_eq!(ask(Method::PUT, path, " ").await, 422);
    assert_eq!(
        ask(Method::PUT, "/api/recordings/8/hold", "case 17").await,
        404
    );
    assert_eq!(ask(Method::PUT, path, "case 17").await, 204);
    assert_eq!(ask(Method::DELETE, path, "closed").await, 204);
    let (status, log) = world.get("/api/retention/log").await;
    assert_eq!(status, 200, "{log}");
    let told: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["act"].as_str().unwrap(),
                entry["reason"].as_str().unwrap(),
                entry["recording"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("released", "closed", Some(7)),
            ("held", "case 17", Some(7))
        ]
    );
    assert!(log[0]["account"].is_string());
}
