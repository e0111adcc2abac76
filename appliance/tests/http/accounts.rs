//! Accounts: who may change them, and what each may change of their own.

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use super::world::*;

/// The cookie of somebody who signs in.
async fn cookie_of(world: &World, name: &str, password: &str) -> String {
    let form = json!({ "name": name, "password": password });
    let response = world.send(Method::POST, "/api/session", Some(form)).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn only_an_administrator_changes_accounts_and_everybody_sees_their_own_sessions() {
    let mut world = World::signed_in().await;
    let wang = json!({ "name": "wang", "role": "agent", "password": "wang's long word" });
    let (status, _) = world.ask(Method::POST, "/api/accounts", Some(wang)).await;
    assert_eq!(status, 201);
    let (_, all) = world.get("/api/accounts").await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!(
        (&all[1]["name"], &all[1]["role"]),
        (&json!("wang"), &json!("agent"))
    );

    let admin = world.cookie.clone();
    world.cookie = cookie_of(&world, "wang", "wang's long word").await;
    let (status, refused) = world.get("/api/accounts").await;
    assert_eq!((status, code(&refused)), (403, "not_allowed"));
    let own = world.get("/api/sessions").await.1;
    assert_eq!(own.as_array().unwrap().len(), 1, "{own}");
    assert_eq!(own[0]["own"], true);
    world.cookie = admin;
    let all = world.get("/api/sessions").await.1;
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");

    let path = format!("/api/sessions/{}", own[0]["id"]);
    let (status, _) = world.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, 204);
    assert_eq!(
        world.get("/api/sessions").await.1.as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_wrong_account_is_refused_with_its_field() {
    let world = World::signed_in().await;
    let long = "a long enough word";
    for (form, field) in [
        (
            json!({ "name": " ", "role": "agent", "password": long }),
            "name",
        ),
        (
            json!({ "name": "li", "role": "chief", "password": long }),
            "role",
        ),
        (
            json!({ "name": "li", "role": "agent", "password": "short" }),
            "password",
        ),
        (
            json!({ "name": "li", "role": "agent", "agent_id": 9, "password": long }),
            "agent_id",
        ),
    ] {
        let (status, refused) = world.ask(Method::POST, "/api/accounts", Some(form)).await;
        assert_eq!(
            (status, &refused["error"]["field"]),
            (422, &json!(field)),
            "{refused}"
        );
    }
    assert_eq!(
        world.get("/api/accounts").await.1.as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn who_is_given_the_agent_of_another_account_is_told_whose_it_is() {
    let world = World::signed_in().await;
    let phone = json!({ "extension": "8001", "name": "desk" });
    world.done(Method::POST, "/api/phones", phone).await;
    let agent = json!({ "name": "Wang", "phone_id": 1 });
    world.done(Method::POST, "/api/agents", agent).await;
    let account = |name: &str| json!({ "name": name, "role": "agent", "agent_id": 1, "password": "a long enough word" });
    let add = async |name| {
        let sent = Some(account(name));
        world.ask(Method::POST, "/api/accounts", sent).await
    };
    assert_eq!(add("wang").await.0, 201);
    let (status, refused) = add("li").await;
    let error = &refused["error"];
    assert_eq!(
        (status, &error["field"], &error["key"], &error["params"]),
        (
            409,
            &json!("agent_id"),
            &json!("agent_taken"),
            &json!({ "account": "wang" })
        )
    );
}

#[tokio::test]
async fn a_person_chooses_a_language_and_changes_the_password_with_the_old_one() {
    let mut world = World::signed_in().await;
    let zh = json!({ "language": "zh" });
    assert_eq!(
        world
            .ask(Method::PUT, "/api/session/language", Some(zh))
            .await
            .0,
        204
    );
    assert_eq!(world.get("/api/session").await.1["language"], "zh");

    let change = |old: &str| json!({ "old": old, "password": "battery staple horse" });
    let (status, refused) = world
        .ask(
            Method::PUT,
            "/api/session/password",
            Some(change("wrong old one")),
        )
        .await;
    assert_eq!((status, code(&refused)), (403, "wrong_password"));
    let (status, _) = world
        .ask(Method::PUT, "/api/session/password", Some(change(PASSWORD)))
        .await;
    assert_eq!(status, 204);
    assert_eq!(world.get("/api/session").await.0, 401, "all sessions end");
    world.cookie = cookie_of(&world, "admin", "battery staple horse").await;
    assert_eq!(world.get("/api/session").await.0, 200);
}

#[tokio::test]
async fn an_authenticator_is_shown_as_a_picture_and_asked_for_once_confirmed() {
    let world = World::signed_in().await;
    let (_, new) = world.ask(Method::POST, "/api/session/totp", None).await;
    assert!(new["qr_svg"].as_str().unwrap().contains("<svg"), "{new}");
    let wrong = json!({ "code": "000" });
    let (status, refused) = world
        .ask(Method::PUT, "/api/session/totp", Some(wrong))
        .await;
    assert_eq!((status, code(&refused)), (403, "wrong_code"));

    let secret = totp_rs::Secret::try_from_base32(new["secret"].as_str().unwrap()).unwrap();
    let app = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("admin")
        .build();
    let now_s = hotline::clock::Clock::start().now().wall_ms / 1_000;
    let right = json!({ "code": app.unwrap().generate(now_s).to_string() });
    assert_eq!(
        world
            .ask(Method::PUT, "/api/session/totp", Some(right))
            .await
            .0,
        204
    );
    let form = json!({ "name": "admin", "password": PASSWORD });
    let (status, asked) = world.ask(Method::POST, "/api/session", Some(form)).await;
    assert_eq!((status, code(&asked)), (403, "code_needed"));
}
