//! Who did what and when, and what an agent did all day.

use axum::http::Method;
use hotline::store::{RecordingRow, RecordingState};
use hotline_call::{CallId, Moment, Party};
use hotline_services::{AgentId, Fact, ForcedState, RecordingId, StateForced, What};
use serde_json::{Value, json};

use super::world::*;

/// Kind, act and about of what the answer lists.
fn acts(page: &Value) -> Vec<[&str; 4]> {
    let acts = page["acts"].as_array().unwrap().iter();
    acts.map(|act| ["account", "kind", "act", "about"].map(|key| act[key].as_str().unwrap()))
        .collect()
}

fn fact(seq: u64, at_ms: u64, what: What) -> Fact {
    Fact {
        seq,
        boot: 1,
        at: Moment {
            mono_ms: at_ms,
            wall_ms: MIDNIGHT + at_ms,
        },
        what,
    }
}

/// 2023-11-15 00:00 in the zone that is set.
const MIDNIGHT: u64 = 1_699_977_600_000;
const HOUR: u64 = 3_600_000;

#[tokio::test]
async fn what_people_change_is_kept_with_their_names_and_without_what_they_typed() {
    let world = World::signed_in().await;
    let account = json!({ "name": "ann", "role": "agent", "agent_id": null,
        "password": "a long secret word" });
    let id = world.done(Method::POST, "/api/accounts", account).await["id"].clone();
    let path = format!("/api/accounts/{id}/password");
    let password = json!({ "password": "another long secret" });
    world.done(Method::PUT, &path, password).await;
    // Refused: nothing was done.
    let (status, _) = world.ask(Method::DELETE, "/api/accounts/77", None).await;
    assert_eq!(status, 404);
    let menu = json!({ "name": "night", "role": "nobody", "password": "a long secret word" });
    assert_eq!(
        world.ask(Method::POST, "/api/accounts", Some(menu)).await.0,
        422
    );
    let queue = json!({ "name": "sales abroad", "agents": [] });
    world.done(Method::POST, "/api/queues", queue).await;

    let (_, page) = world.get("/api/audit").await;
    let id = id.to_string();
    assert_eq!(
        acts(&page),
        [
            ["admin", "queues", "post queues", "version 2"],
            ["admin", "accounts", "put accounts/{id}/password", &id],
            ["admin", "accounts", "post accounts", ""],
        ]
    );
    assert!(!page.to_string().contains("secret"), "{page}");
    let (_, accounts) = world.get("/api/audit?kind=accounts&account=admin").await;
    assert_eq!(acts(&accounts).len(), 2);
    assert_eq!(acts(&world.get("/api/audit?account=ann").await.1).len(), 0);
    let newest = page["acts"][0]["id"].as_u64().unwrap();
    let (_, older) = world.get(&format!("/api/audit?before={newest}")).await;
    assert_eq!(acts(&older).len(), 2);
}

#[tokio::test]
async fn a_recording_heard_in_parts_is_one_hearing_and_agents_may_not_read_the_trail() {
    let mut world = World::signed_in().await;
    let row = RecordingRow {
        id: RecordingId(7),
        call: CallId(1),
        path: "recordings/7.wav".into(),
        state: RecordingState::Complete,
        started_at: 0,
        duration_ms: 1_000,
        bytes: 16_000,
        held: false,
    };
    world.store.save_recording(row).await.unwrap();
    std::fs::write(world.dir.path().join("recordings/7.wav"), [0; 16_000]).unwrap();
    for _ in 0..3 {
        assert_eq!(world.get("/api/recordings/7/sound").await.0, 200);
    }
    assert_eq!(world.get("/api/recordings/7.wav").await.0, 200);
    assert_eq!(world.get("/api/recordings/8/sound").await.0, 404);
    let (_, page) = world.get("/api/audit?kind=recordings").await;
    assert_eq!(
        acts(&page),
        [
            ["admin", "recordings", "get recordings/{file}", "7.wav"],
            ["admin", "recordings", "get recordings/{id}/sound", "7"],
        ]
    );
    world.sign_in_as("agent", None, &[]).await;
    assert_eq!(world.get("/api/audit").await.0, 403);
}

#[tokio::test]
async fn what_supervisors_force_is_in_the_trail_and_in_the_time_line_of_the_agent() {
    let world = World::signed_in().await;
    let agent = AgentId(1);
    let forced = StateForced {
        over: agent,
        account: "boss".into(),
        state: ForcedState::NotReady,
        reason: "new script".into(),
    };
    let not_ready = What::AgentNotReady {
        agent,
        reason: "training".into(),
        by: Party::System,
    };
    let mut configuration = world.store.configuration().borrow().as_ref().clone();
    let ann = hotline_services::Agent::new(agent, "Ann", hotline_call::PhoneId(1));
    configuration.agents.push(ann);
    let configured = What::Configured {
        configuration: Box::new(configuration),
    };
    world.store.append(vec![
        fact(1, 0, configured),
        // The day before.
        fact(2, 0, What::AgentSignedIn { agent }),
        fact(3, 9 * HOUR, What::StateForced(forced)),
        fact(4, 9 * HOUR, not_ready),
        fact(5, 10 * HOUR, What::AgentReady { agent }),
        fact(6, 26 * HOUR, What::AgentSignedOut { agent }),
    ]);
    world.store.flush().await.unwrap();
    let (_, page) = world.get("/api/audit?kind=supervision").await;
    let [account, _, act, about] = acts(&page)[0];
    assert_eq!((account, act), ("boss", "set_state"));
    assert!(
        about.contains("agent 1") && about.contains("new script"),
        "{about}"
    );

    let (_, day) = world.get("/api/agents/1/timeline?day=2023-11-15").await;
    let spans = day["spans"].as_array().unwrap();
    let told: Vec<_> = spans
        .iter()
        .map(|span| {
            (
                span["state"].as_str().unwrap(),
                span["lasted_ms"].as_u64().unwrap() / HOUR,
            )
        })
        .collect();
    assert_eq!(told, [("idle", 9), ("not_ready", 1), ("idle", 14)]);
    assert_eq!(spans[1]["reason"], json!("training"));
    assert_eq!(
        (&day["signed_in_ms"], &day["sums_ms"]),
        (
            &json!(24 * HOUR),
            &json!({ "idle": 23 * HOUR, "not_ready": HOUR })
        )
    );
    let (_, next) = world.get("/api/agents/1/timeline?day=2023-11-16").await;
    assert_eq!(next["sums_ms"], json!({ "idle": 2 * HOUR }));
    assert_eq!(
        world.get("/api/agents/1/timeline?day=tomorrow").await.0,
        422
    );
}
