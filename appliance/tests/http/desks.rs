//! PINs by which agents sign in at any phone, rules of the house, and callers who were missed.

use axum::http::Method;
use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Moment, Number, Party};
use hotline_services::{AgentId, EndOutcome, Fact, What};
use serde_json::json;

use super::world::*;

async fn with_an_agent() -> World {
    let mut world = World::signed_in().await;
    let phone = json!({ "extension": "8001", "name": "desk" });
    world.done(Method::POST, "/api/phones", phone).await;
    let agent = json!({ "name": "agent 1", "phone_id": 1 });
    world.done(Method::POST, "/api/agents", agent).await;
    world.sign_in_as("agent", Some(1), &[]).await;
    world
}

#[tokio::test]
async fn an_agent_sets_the_own_pin_which_is_compared_and_never_shown() {
    let world = with_an_agent().await;
    let is_pin = async |pin: &str| {
        let found = world.store.is_agent_pin(AgentId(1), pin.into()).await;
        found.expect("the store is there")
    };
    assert!(!is_pin("4711").await, "none yet");
    let path = "/api/session/pin";
    world
        .done(Method::PUT, path, json!({ "pin": "4711" }))
        .await;
    assert!(is_pin("4711").await && !is_pin("4712").await);
    for wrong in ["471", "4711x", "1234567890123"] {
        let asked = Some(json!({ "pin": wrong }));
        assert_eq!(world.ask(Method::PUT, path, asked).await.0, 422, "{wrong}");
    }
    assert_eq!(world.get(path).await.0, 405);
    let of_others = "/api/agents/1/pin";
    let asked = Some(json!({ "pin": "9999" }));
    assert_eq!(world.ask(Method::PUT, of_others, asked).await.0, 403);
    world.done(Method::PUT, path, json!({ "pin": null })).await;
    assert!(!is_pin("4711").await);
}

#[tokio::test]
async fn rules_of_the_house_are_set_and_checked() {
    let world = World::signed_in().await;
    let (status, mut rules) = world.get("/api/rules").await;
    assert_eq!((status, &rules["barge_tone"]), (200, &json!(true)));
    rules["recording"]["internal"] = json!("never");
    rules["recording"]["outbound"] = json!({ "percent": 20 });
    world.done(Method::PUT, "/api/rules", rules.clone()).await;
    assert_eq!(world.get("/api/rules").await.1, rules);
    rules["recording"]["outbound"] = json!({ "percent": 100 });
    let refused = world.ask(Method::PUT, "/api/rules", Some(rules)).await;
    assert_eq!(refused.0, 422, "{}", refused.1);
}

/// A call of one second that nobody answered.
fn given_up(id: u64, at: Moment) -> [Fact; 4] {
    let (call, leg) = (CallId(id), LegId(2 * id));
    let (outcome, by) = (EndOutcome::AbandonedInMenu, Party::Customer);
    let cause = Cause::NORMAL_CLEARING;
    let kinds = [
        What::CallOffered {
            call,
            leg,
            line: Some(LineId(0)),
            phone: None,
            by: None,
            caller: CallerId::known(Number::parse("13800138000").unwrap()),
            called: None,
        },
        What::LegReleased { call, leg, cause },
        What::CallEnding {
            call,
            outcome,
            by,
            cause,
        },
        What::CallEnded {
            call,
            outcome,
            by,
            cause,
        },
    ];
    let mut seq = 4 * (id - 1);
    kinds.map(|what| {
        seq += 1;
        Fact {
            seq,
            boot: 1,
            at,
            what,
        }
    })
}

#[tokio::test]
async fn who_was_missed_is_listed_with_the_tries() {
    let world = World::signed_in().await;
    let now = world.api.clock.now();
    for id in 1..=2 {
        world.store.append(given_up(id, now).to_vec());
    }
    world.store.flush().await.unwrap();
    let (status, missed) = world.get("/api/missed").await;
    assert_eq!(status, 200, "{missed}");
    assert_eq!(missed[0]["number"], "13800138000");
    assert_eq!(
        (&missed[0]["tries"], &missed[0]["call"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(world.get("/api/missed?days=31").await.0, 422);
}
