//! What an administrator sets.

use axum::http::Method;
use hotline_services::AgentId;
use serde_json::json;

use super::world::*;

#[tokio::test]
async fn an_administrator_sets_up_a_phone_an_agent_a_queue_and_a_menu() {
    let world = World::signed_in().await;
    let phone = json!({ "extension": "8001", "name": "desk" });
    let (status, phone) = world.ask(Method::POST, "/api/phones", Some(phone)).await;
    assert_eq!(
        (status, phone["password"].as_str().map(str::len)),
        (201, Some(20))
    );
    let agent = json!({ "name": "小王", "phone_id": phone["id"] });
    let (status, agent) = world.ask(Method::POST, "/api/agents", Some(agent)).await;
    assert_eq!((status, &agent["name"]), (201, &json!("小王")));
    let queue = json!({ "name": "VIP", "agents": [agent["id"]], "ring_s": 15 });
    let (status, queue) = world.ask(Method::POST, "/api/queues", Some(queue)).await;
    assert_eq!(
        (status, &queue["id"], &queue["max_waiting"]),
        (201, &json!(3), &json!(50))
    );
    let menu = json!({ "name": "夜间", "language": "zh", "greeting": "您好", "otherwise": { "queue": queue["id"] },
        "choices": [{ "digit": "1", "target": { "queue": queue["id"] } }] });
    let (status, menu) = world.ask(Method::POST, "/api/menus", Some(menu)).await;
    assert_eq!((status, &menu["attempts"]), (201, &json!(3)));
    assert_eq!(world.get("/api/menus").await.1[1], menu);

    // What is committed is in force, and every reference is held.
    assert_eq!(
        *world.in_force.borrow(),
        **world.store.configuration().borrow()
    );
    assert_eq!(world.in_force.borrow().queues[2].agents, [AgentId(1)]);
    let (status, answer) = world.ask(Method::DELETE, "/api/queues/3", None).await;
    assert_eq!((status, code(&answer)), (409, "conflict"));
    let (status, answer) = world.ask(Method::DELETE, "/api/phones/1", None).await;
    assert_eq!((status, code(&answer)), (409, "taken"));
    for path in [
        "/api/menus/2",
        "/api/queues/3",
        "/api/agents/1",
        "/api/phones/1",
    ] {
        assert_eq!(world.ask(Method::DELETE, path, None).await.0, 204, "{path}");
        assert_eq!(world.ask(Method::DELETE, path, None).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_wrong_value_is_refused_with_its_field_and_changes_nothing() {
    let world = World::signed_in().await;
    let before = world.get("/api/queues").await;
    let queue = json!({ "name": "VIP", "agents": [], "ring_s": 4 });
    let (status, answer) = world.ask(Method::POST, "/api/queues", Some(queue)).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("ring_s")),
        "{answer}"
    );
    let agent = json!({ "name": "小王", "phone_id": 1 });
    let (status, answer) = world.ask(Method::POST, "/api/agents", Some(agent)).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("phone_id"))
    );
    let phone = json!({ "extension": "+86", "name": "desk" });
    let (status, answer) = world.ask(Method::POST, "/api/phones", Some(phone)).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("extension"))
    );
    let (status, answer) = world
        .ask(Method::POST, "/api/phones", Some(json!({ "name": 1 })))
        .await;
    assert_eq!((status, code(&answer)), (400, "bad_request"));
    let huge = json!({ "extension": "8001", "name": "x".repeat(100_000) });
    let (status, answer) = world.ask(Method::POST, "/api/phones", Some(huge)).await;
    assert_eq!((status, code(&answer)), (413, "body_too_large"));
    let state = json!({ "state": "ready", "reason": null });
    let (status, answer) = world
        .ask(Method::POST, "/api/agents/9/state", Some(state))
        .await;
    assert_eq!((status, code(&answer)), (409, "refused"));
    assert_eq!(world.get("/api/queues").await, before);
}

#[tokio::test]
async fn keys_of_menus_and_queues_lead_anywhere_that_is_and_hold_it() {
    let world = World::signed_in().await;
    let phone = json!({ "extension": "8001", "name": "desk" });
    let (_, phone) = world.ask(Method::POST, "/api/phones", Some(phone)).await;
    let agent = json!({ "name": "Ann", "phone_id": phone["id"] });
    assert_eq!(
        world.ask(Method::POST, "/api/agents", Some(agent)).await.0,
        201
    );
    let menu = |target: serde_json::Value| {
        json!({ "name": "night", "language": "en", "greeting": "hello", "otherwise": null,
            "choices": [{ "digit": "1", "target": target }] })
    };
    let nobody = menu(json!({ "phone": 99 }));
    let (status, answer) = world.ask(Method::POST, "/api/menus", Some(nobody)).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (422, &json!("choices"))
    );
    let message = menu(json!({ "voicemail": { "agent": 1 } }));
    assert_eq!(
        world.ask(Method::POST, "/api/menus", Some(message)).await.0,
        201
    );
    let (status, answer) = world.ask(Method::DELETE, "/api/agents/1", None).await;
    assert_eq!((status, code(&answer)), (409, "conflict"));

    let (_, queues) = world.get("/api/queues").await;
    let mut sales = queues[0].clone();
    sales["exit_keys"] = json!([{ "digit": "9", "target": { "queue": 1 } }]);
    let (status, answer) = world
        .ask(Method::PUT, "/api/queues/1", Some(sales.clone()))
        .await;
    assert_eq!((status, code(&answer)), (422, "invalid"));
    sales["exit_keys"] = json!([{ "digit": "9", "target": { "queue": 2 } }]);
    sales["exits"]["full"] = json!("voicemail");
    let (status, saved) = world
        .ask(Method::PUT, "/api/queues/1", Some(sales.clone()))
        .await;
    assert_eq!((status, &saved["exit_keys"]), (200, &sales["exit_keys"]));
    assert_eq!(saved["exits"]["full"], "voicemail");
    // The first menu leads to both queues; the key holds the second alone.
    let first = json!({ "name": "first", "language": "en", "greeting": "hello", "otherwise": null,
        "choices": [] });
    assert_eq!(
        world.ask(Method::PUT, "/api/menus/1", Some(first)).await.0,
        200
    );
    let (status, answer) = world.ask(Method::DELETE, "/api/queues/2", None).await;
    assert_eq!((status, code(&answer)), (409, "conflict"));
    assert_eq!(
        world.ask(Method::DELETE, "/api/queues/1", None).await.0,
        204
    );
}

#[tokio::test]
async fn reasons_for_a_break_have_limits_that_every_box_starts_with_and_people_change() {
    let world = World::signed_in().await;
    let (status, breaks) = world.get("/api/breaks").await;
    let first = json!({ "name": "break", "limit_min": 15 });
    assert_eq!((status, &breaks["reasons"][0]), (200, &first));
    let ours = json!({ "reasons": [{ "name": "回访", "limit_min": 30 }] });
    let (status, _) = world
        .ask(Method::PUT, "/api/breaks", Some(ours.clone()))
        .await;
    assert_eq!((status, world.get("/api/breaks").await.1), (200, ours));
    let wrong = json!({ "reasons": [{ "name": "回访", "limit_min": 0 }] });
    let (status, told) = world.ask(Method::PUT, "/api/breaks", Some(wrong)).await;
    assert_eq!(
        (status, &told["error"]["field"]),
        (422, &json!("limit_min"))
    );
}
