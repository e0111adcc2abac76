//! What a screen asks about a call, and messages that callers have left: what the centre is asked,
//! and who may ask it.

use std::sync::Arc;

use axum::http::Method;
use hotline::call_control::Live;
use hotline_call::{CallId, CallerId, Moment, Number};
use hotline_services::permission::Verdict;
use hotline_services::route::Mailbox;
use hotline_services::{
    AgentId, CodeRefused, Destination, Fact, InCall, MessageMark, Person, QueueId, RecordingId,
    Request, View, Voicemail, What,
};
use serde_json::{Value, json};

use super::world::*;

/// A box with two agents, and its administrator.
async fn staffed() -> World {
    let world = World::signed_in().await;
    for id in 1..=2 {
        let phone = json!({ "extension": format!("800{id}"), "name": "desk" });
        world.done(Method::POST, "/api/phones", phone).await;
        let agent = json!({ "name": format!("agent {id}"), "phone_id": id });
        world.done(Method::POST, "/api/agents", agent).await;
    }
    world
}

/// What the centre was asked about calls.
fn about_calls(world: &World) -> Vec<InCall> {
    let asked = world.asked.lock().unwrap();
    let what = |request: &Request| match request {
        Request::InCall {
            agent: AgentId(1),
            what,
        } => Some(what.clone()),
        _ => None,
    };
    asked.iter().filter_map(what).collect()
}

#[tokio::test]
async fn a_call_is_parked_or_given_away_as_the_screen_asks() {
    let world = World::signed_in().await;
    let ask = async |what: Value| {
        let path = "/api/agents/1/in_call";
        let (status, answer) = world.ask(Method::POST, path, Some(what)).await;
        // The centre of these tests knows no agent, and so says no to all that it understood.
        assert_eq!((status, code(&answer)), (409, "refused"), "{answer}");
    };
    let to = |to: Value| json!({ "in_call": "transfer", "to": to });
    ask(json!({ "in_call": "park" })).await;
    ask(to(json!({ "outside": "13900001111" }))).await;
    ask(to(json!({ "voicemail": { "agent": 2 } }))).await;
    ask(to(json!({ "phone": 3 }))).await;
    let number = Number::parse("13900001111").unwrap();
    let transfer = |to| InCall::Transfer { to };
    let mailbox = Mailbox::Agent(AgentId(2));
    assert_eq!(
        about_calls(&world),
        [
            InCall::Park,
            transfer(Destination::Outside(number)),
            transfer(Destination::Voicemail(mailbox)),
            transfer(Destination::Phone(hotline_call::PhoneId(3))),
        ]
    );
}

#[tokio::test]
async fn an_agent_who_may_not_give_calls_outside_is_refused_and_the_attempt_is_in_the_log() {
    let mut world = staffed().await;
    let administrator = world.cookie.clone();
    world.sign_in_as("agent", Some(1), &[]).await;
    let outside = json!({ "in_call": "transfer", "to": { "outside": "13900001111" } });
    let path = "/api/agents/1/in_call";
    let (status, _) = world.ask(Method::POST, path, Some(outside)).await;
    assert_eq!(status, 403);
    assert_eq!(about_calls(&world), []);
    world.cookie = administrator;
    let (_, log) = world.get("/api/audit/refusals").await;
    assert_eq!(
        (&log[0]["account"], &log[0]["what"]),
        (&json!("agent"), &json!("in_call"))
    );
}

fn message(recording: u64, mailbox: Mailbox) -> Voicemail {
    Voicemail {
        recording: RecordingId(recording),
        mailbox,
        call: CallId(recording),
        caller: CallerId::known(Number::parse("13800138000").unwrap()),
        left: Moment::default(),
        length_ms: 4_000,
        is_heard: false,
        handled: None,
    }
}

#[tokio::test]
async fn an_agent_sees_the_own_messages_alone_and_marks_them() {
    let mut world = staffed().await;
    let view = View {
        voicemails: vec![
            message(7, Mailbox::Agent(AgentId(1))),
            message(8, Mailbox::Agent(AgentId(2))),
        ],
        ..View::default()
    };
    world.live.send_replace(Arc::new(Live {
        view,
        ..Live::default()
    }));
    let (_, all) = world.get("/api/voicemails").await;
    assert_eq!(
        all.as_array().unwrap().len(),
        2,
        "an administrator sees all"
    );
    world.sign_in_as("agent", Some(1), &[]).await;
    let (_, own) = world.get("/api/voicemails").await;
    let [only] = own.as_array().unwrap().as_slice() else {
        panic!("{own}")
    };
    assert_eq!(
        (&only["id"], &only["length_ms"]),
        (&json!(7), &json!(4_000))
    );
    assert_eq!(only["mailbox"], json!({ "agent": 1 }));
    let heard = || Some(json!({ "mark": "heard" }));
    let (status, _) = world.ask(Method::PUT, "/api/voicemails/7", heard()).await;
    assert_eq!(status, 204);
    let (status, _) = world.ask(Method::DELETE, "/api/voicemails/7", None).await;
    assert_eq!(status, 204);
    let (status, _) = world.ask(Method::PUT, "/api/voicemails/8", heard()).await;
    assert_eq!(status, 404, "another's is not there");
    let asked = world.asked.lock().unwrap();
    let marks = asked.iter().filter_map(|request| match request {
        Request::Message {
            recording, mark, ..
        } => Some((recording.0, *mark)),
        _ => None,
    });
    let marks: Vec<_> = marks.collect();
    assert_eq!(marks, [(7, MessageMark::Heard), (7, MessageMark::Deleted)]);
}

#[tokio::test]
async fn what_is_refused_at_a_phone_is_in_the_log_of_what_is_refused_on_a_screen() {
    let world = World::signed_in().await;
    let refused = CodeRefused {
        agent: AgentId(2),
        account: "ben".into(),
        role: "agent".into(),
        what: "listen".into(),
        over: AgentId(1),
        verdict: Verdict::NotOfTheRole,
    };
    world.store.append(vec![Fact {
        seq: 1,
        boot: 1,
        at: Moment::default(),
        what: What::CodeRefused(refused),
    }]);
    world.store.flush().await.unwrap();
    let (_, log) = world.get("/api/audit/refusals").await;
    let [row] = log.as_array().unwrap().as_slice() else {
        panic!("{log}")
    };
    assert_eq!(
        (&row["account"], &row["what"]),
        (&json!("ben"), &json!("listen"))
    );
    assert_eq!(row["agent"], 1);
}

#[tokio::test]
async fn call_control_knows_the_accounts_of_agents_who_may_sign_in() {
    let mut world = staffed().await;
    let administrator = world.cookie.clone();
    world.sign_in_as("supervisor", Some(2), &[1]).await;
    let people = world.store.people();
    let known = people.borrow().to_vec();
    let expected = Person {
        agent: AgentId(2),
        account: "supervisor".into(),
        role: "supervisor".into(),
        groups: vec![QueueId(1)],
    };
    assert_eq!(known, [expected]);
    world.cookie = administrator;
    let disabled = json!({ "name": "supervisor", "role": "supervisor", "agent_id": 2,
        "groups": [1], "disabled": true });
    world.done(Method::PUT, "/api/accounts/2", disabled).await;
    assert!(people.borrow().is_empty());
}
