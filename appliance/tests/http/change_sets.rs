//! Changes gathered under a name, and the way back to any version.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::world::*;

/// Asks within a change-set.
async fn within(world: &World, set: u32, method: Method, path: &str, body: Option<Value>) -> Value {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-hotline", "1")
        .header("x-hotline-change-set", set.to_string())
        .header(header::COOKIE, &world.cookie)
        .header(header::CONTENT_TYPE, "application/json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let response = world.request(request.body(body).unwrap()).await;
    serde_json::from_slice(&octets(response).await).unwrap_or(Value::Null)
}

#[tokio::test]
async fn a_change_set_is_looked_at_then_applied_as_one_version_and_undone() {
    let world = World::signed_in().await;
    let set = json!({ "name": "Spring festival" });
    let set = world.done(Method::POST, "/api/change_sets", set).await;
    let skill = json!({ "name": "英语" });
    within(&world, 1, Method::POST, "/api/skills", Some(skill)).await;
    let queue = json!({ "name": "销售", "agents": [], "ring_s": 25 });
    within(&world, 1, Method::PUT, "/api/queues/1", Some(queue)).await;
    assert_eq!(
        world.get("/api/skills").await.1,
        json!([]),
        "nothing is in force yet"
    );
    let drafted = within(&world, 1, Method::GET, "/api/skills", None).await;
    assert_eq!(drafted[0]["name"], "英语");

    // Somebody else changes another field of the same queue meanwhile.
    let queue = json!({ "name": "销售", "agents": [], "wrapup_s": 10 });
    world.done(Method::PUT, "/api/queues/1", queue).await;
    let (_, detail) = world.get("/api/change_sets/1").await;
    let changed: Vec<&str> = detail["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["section"].as_str().unwrap())
        .collect();
    assert_eq!(
        (changed, &detail["problems"]),
        (vec!["queues", "skills"], &json!([]))
    );
    let field = &detail["changes"][0]["fields"][0];
    assert_eq!(
        field,
        &json!({ "field": "ring_s", "before": 20, "after": 25 })
    );
    let (_, versions) = world.get("/api/versions").await;
    let newest = versions[0]["version"].as_u64().unwrap();
    assert_eq!(
        world
            .ask(Method::POST, "/api/change_sets/1/apply", None)
            .await
            .0,
        204
    );

    let (_, queues) = world.get("/api/queues").await;
    assert_eq!(
        (&queues[0]["ring_s"], &queues[0]["wrapup_s"]),
        (&json!(25), &json!(10))
    );
    let (_, versions) = world.get("/api/versions").await;
    assert_eq!(
        (
            versions[0]["version"].as_u64(),
            &versions[0]["note"],
            &versions[0]["author"]
        ),
        (Some(newest + 1), &set["name"], &json!("admin"))
    );
    assert_eq!(world.get("/api/change_sets").await.1, json!([]));

    let (_, detail) = world.get(&format!("/api/versions/{newest}")).await;
    assert_eq!(detail["back"][0]["fields"][0]["after"], 20, "{detail}");
    let path = format!("/api/versions/{newest}/restore");
    assert_eq!(world.ask(Method::POST, &path, None).await.0, 204);
    assert_eq!(world.get("/api/skills").await.1, json!([]));
    assert_eq!(world.in_force.borrow().queues[0].ring_s, 20);
    assert_eq!(
        world.get("/api/versions").await.1[0]["note"],
        newest.to_string()
    );
}

#[tokio::test]
async fn who_may_not_change_a_part_may_not_apply_it() {
    let mut world = World::signed_in().await;
    world
        .done(Method::POST, "/api/change_sets", json!({ "name": "both" }))
        .await;
    within(
        &world,
        1,
        Method::POST,
        "/api/skills",
        Some(json!({ "name": "英语" })),
    )
    .await;
    world.sign_in_as("installer", None, &[]).await;
    let (_, detail) = world.get("/api/change_sets/1").await;
    let problems = detail["problems"].to_string();
    assert!(problems.contains("queues:write"), "{problems}");
    let (status, answer) = world
        .ask(Method::POST, "/api/change_sets/1/apply", None)
        .await;
    assert_eq!((status, code(&answer)), (403, "not_allowed"));
    assert_eq!(world.get("/api/skills").await.1, json!([]));
}

#[tokio::test]
async fn a_version_is_undone_alone_and_what_others_changed_since_stays() {
    let world = World::signed_in().await;
    let queue = |ring_s, wrapup_s| {
        json!({ "name": "销售", "agents": [], "ring_s": ring_s, "wrapup_s": wrapup_s,
            "max_waiting": 40 })
    };
    world
        .done(Method::PUT, "/api/queues/1", queue(20, 15))
        .await;
    // This is the one to be undone: two fields, and a skill.
    let set = json!({ "name": "festival" });
    world.done(Method::POST, "/api/change_sets", set).await;
    within(&world, 1, Method::PUT, "/api/queues/1", Some(queue(25, 30))).await;
    let skill = Some(json!({ "name": "英语" }));
    within(&world, 1, Method::POST, "/api/skills", skill).await;
    world
        .ask(Method::POST, "/api/change_sets/1/apply", None)
        .await;
    let festival = world.get("/api/versions").await.1[0]["version"].clone();
    // Somebody changes one of its fields again, and something else.
    world
        .done(Method::PUT, "/api/queues/1", queue(40, 30))
        .await;
    let other = json!({ "name": "服务", "agents": [], "ring_s": 12 });
    world.done(Method::PUT, "/api/queues/2", other).await;

    let path = format!("/api/versions/{festival}");
    let (_, detail) = world.get(&path).await;
    assert_eq!(detail["undo_refused"], json!(["queues[1].ring_s"]));
    assert_eq!(detail["undo"].as_array().unwrap().len(), 2, "{detail}");
    let undone = world.ask(Method::POST, &format!("{path}/undo"), None).await;
    assert_eq!(undone, (200, json!({ "refused": ["queues[1].ring_s"] })));
    let (_, queues) = world.get("/api/queues").await;
    let told = [
        &queues[0]["ring_s"],
        &queues[0]["wrapup_s"],
        &queues[1]["ring_s"],
    ];
    assert_eq!(told, [&json!(40), &json!(15), &json!(12)]);
    assert_eq!(world.get("/api/skills").await.1, json!([]));
    let note = world.get("/api/versions").await.1[0]["note"].clone();
    assert_eq!(note, format!("undo {festival}"));
    let again = world.ask(Method::POST, &format!("{path}/undo"), None).await;
    assert_eq!((again.0, code(&again.1)), (409, "conflict"));
}
