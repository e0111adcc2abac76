//! Who may do what: the matrix, held against every operation there is.

use axum::http::Method;
use hotline_call::{CallId, CallerId, LegId, LineId, Moment};
use hotline_services::permission::{Permission, Roles};
use hotline_services::{AgentId, Fact, QueueId, What};
use serde_json::{Value, json};

use super::world::*;

/// The permissions an operation asks for, one of which is enough; `None`: being signed in is.
fn asked_for(operation: &Value) -> Option<Vec<Permission>> {
    let alternatives = operation["security"]
        .as_array()
        .expect("each operation says what it needs");
    let words = alternatives
        .iter()
        .flat_map(|one| one["session"].as_array().into_iter().flatten());
    let permissions: Vec<Permission> = words
        .map(|word| serde_json::from_value(word.clone()).unwrap())
        .collect();
    (!permissions.is_empty()).then_some(permissions)
}

fn address(path: &str) -> String {
    path.replace("{id}", "77")
        .replace("{file}", "77.wav")
        .replace("{prompt}", "goodbye")
        .replace("{language}", "en")
        .replace("{number}", "77")
        .replace("{key}", "none")
}

#[tokio::test]
async fn every_operation_is_for_the_roles_the_matrix_says() {
    let mut world = World::signed_in().await;
    let admin = world.cookie.clone();
    let (_, document) = world.get("/api/openapi.json").await;
    let roles = Roles::default();
    let mut tried = 0;
    for key in roles.keys() {
        let role = roles.role(key).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Some(permissions) = asked_for(operation) else {
                    continue;
                };
                if tried == 0 || world.cookie == admin {
                    world.sign_in_as(key, None, &[1]).await;
                }
                let may = permissions
                    .iter()
                    .any(|permission| role.reach(*permission).is_some());
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let (_, answer) = world
                    .ask(method.clone(), &address(path), Some(json!({})))
                    .await;
                let refused = code(&answer) == "not_allowed";
                // What reaches the own groups or oneself may still not reach this one.
                let whole = permissions.iter().any(|p| {
                    role.reach(*p) == Some(hotline_services::permission::Reach::Everybody)
                });
                if !may {
                    assert!(refused, "{key} may not {method} {path}: {answer}");
                } else if whole || method == Method::GET {
                    assert!(!refused, "{key} may {method} {path}: {answer}");
                }
                tried += 1;
            }
        }
        world.cookie.clone_from(&admin);
    }
    assert!(tried > 300, "only {tried} were tried");
}

/// A call that waits in this queue and is rung at this agent's phone.
fn call(id: u64, queue: u32, agent: u32) -> Vec<Fact> {
    let (call, queue, agent) = (CallId(id), QueueId(queue), AgentId(agent));
    let kinds = [
        What::CallOffered {
            call,
            leg: LegId(2 * id),
            line: Some(LineId(0)),
            phone: None,
            by: None,
            caller: CallerId::default(),
            called: None,
        },
        What::Queued {
            call,
            queue,
            position: 1,
            again: false,
            bonus_s: 0,
            without: None,
            kept: None,
        },
        What::Connected {
            call,
            agent,
            leg: LegId(2 * id + 1),
        },
    ];
    let fact = |(seq, what)| Fact {
        seq,
        boot: 1,
        at: Moment::default(),
        what,
    };
    (10 * id..).zip(kinds).map(fact).collect()
}

#[tokio::test]
async fn a_supervisor_sees_the_own_groups_and_an_agent_the_own_calls() {
    let mut world = World::signed_in().await;
    world.store.append(call(1, 1, 1));
    world.store.append(call(2, 2, 2));
    world.store.flush().await.unwrap();
    let admin = world.cookie.clone();
    let seen = |page: Value| -> Vec<u64> {
        page["calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["id"].as_u64().unwrap())
            .collect()
    };
    world.sign_in_as("supervisor", None, &[1]).await;
    assert_eq!(seen(world.get("/api/calls").await.1), [1]);
    assert_eq!(world.get("/api/calls/2").await.0, 404);
    world.cookie.clone_from(&admin);
    let phone = json!({ "extension": "8001", "name": "desk" });
    world.done(Method::POST, "/api/phones", phone).await;
    world
        .done(
            Method::POST,
            "/api/agents",
            json!({ "name": "one", "phone_id": 1 }),
        )
        .await;
    world.sign_in_as("agent", Some(1), &[]).await;
    assert_eq!(seen(world.get("/api/calls").await.1), [1]);
    assert_eq!(world.get("/api/calls/1").await.0, 200);
    // The own state may be asked for, nobody else's; the centre of this test knows no agent.
    let ready = json!({ "state": "ready", "reason": null });
    let (_, own) = world
        .ask(Method::POST, "/api/agents/1/state", Some(ready.clone()))
        .await;
    let (status, other) = world
        .ask(Method::POST, "/api/agents/2/state", Some(ready))
        .await;
    assert_eq!(
        (code(&own), status, code(&other)),
        ("refused", 403, "not_allowed")
    );
}

#[tokio::test]
async fn a_role_made_here_counts_and_the_last_administrator_stays() {
    let mut world = World::signed_in().await;
    let admin = world.cookie.clone();
    let grants = json!([{ "permission": "schedules:write", "reach": "everybody" },
        { "permission": "queues:read", "reach": "everybody" }]);
    let role = json!({ "name": "Planner", "grants": grants });
    world.done(Method::PUT, "/api/roles/planner", role).await;
    world.sign_in_as("planner", None, &[]).await;
    world.done(Method::PUT, "/api/calendar", json!([])).await;
    let (_, answer) = world
        .ask(Method::POST, "/api/skills", Some(json!({ "name": "x" })))
        .await;
    assert_eq!(code(&answer), "not_allowed");
    assert_eq!(
        world.get("/api/session").await.1["permissions"],
        json!(["queues:read", "schedules:write"])
    );
    world.cookie = admin;
    let (status, _) = world.ask(Method::DELETE, "/api/roles/planner", None).await;
    assert_eq!(status, 409, "an account has it");
    let wrong =
        json!({ "name": "x", "grants": [{ "permission": "calls:fly", "reach": "everybody" }] });
    let (status, answer) = world
        .ask(Method::PUT, "/api/roles/pilot", Some(wrong))
        .await;
    assert_eq!((status, &answer["error"]["field"]), (422, &json!("grants")));
    let demoted = json!({ "name": "admin", "role": "agent", "agent_id": null });
    let disabled = json!({ "name": "admin", "role": "administrator", "agent_id": null,
        "disabled": true });
    for (method, body) in [
        (Method::PUT, Some(demoted)),
        (Method::PUT, Some(disabled)),
        (Method::DELETE, None),
    ] {
        let (status, answer) = world.ask(method, "/api/accounts/1", body).await;
        assert_eq!((status, code(&answer)), (409, "last_administrator"));
        assert_eq!(answer["error"]["key"], "last_administrator");
    }
}

#[tokio::test]
async fn who_asks_about_an_agent_and_may_not_stands_in_the_log() {
    let mut world = World::signed_in().await;
    let admin = world.cookie.clone();
    world.sign_in_as("agent", None, &[]).await;
    let listen = json!({ "supervise": "begin", "mode": "whisper" });
    let path = "/api/agents/7/supervise";
    let (status, answer) = world.ask(Method::POST, path, Some(listen)).await;
    assert_eq!((status, code(&answer)), (403, "not_allowed"));
    let state = json!({ "state": "ready" });
    let path = "/api/agents/7/state";
    assert_eq!(world.ask(Method::POST, path, Some(state)).await.0, 403);
    // Who may not read the log is refused as well.
    assert_eq!(world.get("/api/audit/refusals").await.0, 403);

    world.cookie = admin;
    let (_, log) = world.get("/api/audit/refusals").await;
    let of = |index: usize, key: &str| log[index][key].clone();
    assert_eq!(
        (of(0, "what"), of(1, "what")),
        (json!("set_state"), json!("whisper")),
        "{log}"
    );
    assert_eq!(
        (of(1, "account"), of(1, "agent")),
        (json!("agent"), json!(7))
    );
    let newest = log[0]["id"].as_u64().unwrap();
    let (_, older) = world
        .get(&format!("/api/audit/refusals?before={newest}"))
        .await;
    assert_eq!(older.as_array().unwrap().len(), 1);
}
