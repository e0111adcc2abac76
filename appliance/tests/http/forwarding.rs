//! Where those go who call an agent, as the agent sets it.

use axum::http::Method;
use hotline_services::ForwardTo;
use serde_json::{Value, json};

use super::world::*;

const PATH: &str = "/api/session/forwarding";

/// A box with two agents; the first one is signed in.
async fn as_agent() -> World {
    let mut world = World::signed_in().await;
    for id in 1..=2 {
        let phone = json!({ "extension": format!("800{id}"), "name": "desk" });
        world.done(Method::POST, "/api/phones", phone).await;
        let agent = json!({ "name": format!("agent {id}"), "phone_id": id });
        world.done(Method::POST, "/api/agents", agent).await;
    }
    world.sign_in_as("agent", Some(1), &[]).await;
    world
}

fn to(places: Value) -> Value {
    json!({ "always": true, "busy": true, "no_answer": false, "press_one": true,
        "to": places, "voicemail": false })
}

#[tokio::test]
async fn an_agent_sets_the_own_forwarding_which_is_in_force_and_stands_in_the_versions() {
    let world = as_agent().await;
    let (status, usual) = world.get(PATH).await;
    assert_eq!((status, &usual["to"]), (200, &json!([])));
    let wanted =
        to(json!([{ "outside": "13900001111" }, { "agent": 2 }, { "phone": 2 }, "voicemail"]));
    let set = world.done(Method::PUT, PATH, wanted.clone()).await;
    assert_eq!(set, wanted);
    assert_eq!(world.get(PATH).await.1, wanted);
    let in_force = world.in_force.borrow().clone();
    assert_eq!(in_force.agents[0].forward.to.len(), 4);
    assert_eq!(in_force.agents[0].forward.to[3], ForwardTo::Voicemail);
    assert_eq!(in_force.agents[1].forward.to, [], "nobody else's");
    let (_, versions) = world.get("/api/versions").await;
    assert_eq!(versions[0]["author"], "agent", "{versions}");
}

#[tokio::test]
async fn the_own_forwarding_is_checked_as_that_of_others_is() {
    let world = as_agent().await;
    let before = world.get(PATH).await;
    let eleven = vec![json!("voicemail"); 11];
    for (places, key) in [
        (json!([{ "agent": 1 }]), "unknown"),
        (json!([{ "agent": 9 }]), "unknown"),
        (json!([{ "phone": 9 }]), "unknown"),
        (json!([{ "outside": "120" }]), "emergency_number"),
        (json!([{ "outside": "no number" }]), "not_a_number"),
        (json!(eleven), "at_most"),
    ] {
        let (status, refused) = world.ask(Method::PUT, PATH, Some(to(places))).await;
        let error = &refused["error"];
        let told = (status, &error["field"], &error["key"]);
        assert_eq!(told, (422, &json!("to"), &json!(key)), "{error}");
    }
    assert_eq!(world.get(PATH).await, before);
}

#[tokio::test]
async fn an_agents_forwarding_leads_to_no_phone_that_is_not_there() {
    let mut world = World::signed_in().await;
    let phone = json!({ "extension": "8001", "name": "desk" });
    world.done(Method::POST, "/api/phones", phone).await;
    let agent = json!({ "name": "Ann", "phone_id": 1, "forward": to(json!([{ "phone": 9 }])) });
    let (status, refused) = world.ask(Method::POST, "/api/agents", Some(agent)).await;
    assert_eq!((status, &refused["error"]["field"]), (422, &json!("to")));
    // An account that is no agent has none of its own.
    world.sign_in_as("agent", None, &[]).await;
    assert_eq!(world.get(PATH).await.0, 404);
    let asked = Some(to(json!([])));
    assert_eq!(world.ask(Method::PUT, PATH, asked).await.0, 404);
}

#[tokio::test]
async fn who_works_as_no_agent_may_set_no_forwarding() {
    let mut world = World::signed_in().await;
    world.sign_in_as("read_only", None, &[]).await;
    let (status, refused) = world.ask(Method::PUT, PATH, Some(to(json!([])))).await;
    assert_eq!((status, code(&refused)), (403, "not_allowed"));
}
