//! Who gets in, and what is told to whom does not.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use hotline::http::{self};
use serde_json::json;

use super::world::*;

#[tokio::test]
async fn every_route_is_in_the_openapi_document_and_refuses_who_is_not_signed_in() {
    let world = World::new();
    let (status, document) = world.get("/api/openapi.json").await;
    assert_eq!((status, document["openapi"].as_str()), (200, Some("3.1.0")));
    let open = ["get /api/setup", "post /api/setup", "post /api/session"];
    let paths = document["paths"].as_object().unwrap();
    let mut protected = 0;
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            if open.contains(&format!("{method} {path}").as_str()) {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = path
                .replace("{id}", "1")
                .replace("{file}", "1.wav")
                .replace("{number}", "1")
                .replace("{key}", "none")
                .replace("{prompt}", "goodbye")
                .replace("{language}", "en");
            let (status, answer) = world.ask(method.clone(), &path, Some(json!({}))).await;
            assert_eq!(
                (status, code(&answer)),
                (401, "not_signed_in"),
                "{method} {path}"
            );
            protected += 1;
        }
    }
    assert!(protected > 30, "only {protected} operations were tried");
}

#[test]
fn the_document_the_pages_are_made_from_is_the_one_this_program_serves() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../web-ui/src/api/openapi.json"
    );
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    let advice = "run `cargo run -p hotline -- openapi > web-ui/src/api/openapi.json`";
    assert!(
        kept.trim() == http::openapi().trim(),
        "{file} is old; {advice}"
    );
}

#[tokio::test]
async fn a_first_start_is_set_up_once_with_the_code() {
    let world = World::new();
    assert_eq!(world.get("/api/setup").await.1["needed"], true);
    let code_printed = world.store.new_setup_code().await.unwrap().unwrap();
    let first = |code: &str, password: &str| {
        Some(json!({ "code": code, "name": "admin", "password": password }))
    };
    let (status, answer) = world
        .ask(Method::POST, "/api/setup", first("A", PASSWORD))
        .await;
    assert_eq!((status, code(&answer)), (403, "wrong_code"));
    let (status, answer) = world
        .ask(Method::POST, "/api/setup", first("A", "short"))
        .await;
    assert_eq!((status, code(&answer)), (422, "password_length"));
    assert_eq!(answer["error"]["field"], "password");
    let (status, _) = world
        .ask(Method::POST, "/api/setup", first(&code_printed, PASSWORD))
        .await;
    assert_eq!(status, 204);
    assert_eq!(world.get("/api/setup").await.1["needed"], false);
    let (status, answer) = world
        .ask(Method::POST, "/api/setup", first(&code_printed, PASSWORD))
        .await;
    assert_eq!((status, code(&answer)), (409, "already_set_up"));
}

#[tokio::test]
async fn a_session_is_begun_and_ended_and_guessing_is_slowed_down() {
    let mut world = World::signed_in().await;
    let (_, mut who) = world.get("/api/session").await;
    let permissions = who.as_object_mut().unwrap().remove("permissions").unwrap();
    assert!(
        permissions
            .as_array()
            .unwrap()
            .contains(&json!("accounts:write"))
    );
    assert_eq!(
        who,
        json!({
            "user": { "id": 1, "name": "admin", "role": "administrator", "agent_id": null },
            "language": null
        })
    );
    assert_eq!(world.ask(Method::DELETE, "/api/session", None).await.0, 204);
    assert_eq!(world.get("/api/session").await.0, 401);
    world.cookie.clear();
    let try_with = |password: &str| Some(json!({ "name": "admin", "password": password }));
    for _ in 0..5 {
        let (status, answer) = world
            .ask(Method::POST, "/api/session", try_with("no"))
            .await;
        assert_eq!((status, code(&answer)), (403, "wrong_password"));
    }
    let (status, answer) = world
        .ask(Method::POST, "/api/session", try_with(PASSWORD))
        .await;
    assert_eq!((status, code(&answer)), (429, "too_many_tries"));
}

#[tokio::test]
async fn another_sites_page_can_change_nothing() {
    let world = World::signed_in().await;
    let request = Request::post("/api/queues").header(header::COOKIE, &world.cookie);
    let response = world.request(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'self';"), "{policy}");
}
