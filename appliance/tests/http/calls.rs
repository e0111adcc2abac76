//! Calls and their recordings.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use hotline::media::archive;
use hotline::store::{RecordingRow, RecordingState};
use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Moment, Number, Party};
use hotline_services::{AgentId, CallNoted, EndOutcome, Fact, RecordingId, What, WrapupCodeId};
use serde_json::{Value, json};

use tokio_util::sync::CancellationToken;

use super::world::*;

/// A call that waited 2 s, talked 3 s, and was recorded.
fn facts(id: u64) -> Vec<Fact> {
    let call = CallId(id);
    let caller = CallerId::known(Number::parse("13800138000").unwrap());
    let (leg, agent, recording) = (LegId(1), AgentId(1), RecordingId(id));
    let queue = hotline_services::QueueId(1);
    let by = Party::Customer;
    let kinds = [
        (
            0,
            What::CallOffered {
                call,
                leg: LegId(2),
                line: Some(LineId(0)),
                phone: None,
                by: None,
                caller,
                called: None,
            },
        ),
        (1, What::CallAnswered { call }),
        (
            1,
            What::Queued {
                call,
                queue,
                position: 1,
                again: false,
                bonus_s: 0,
                without: None,
                kept: None,
            },
        ),
        (3, What::Connected { call, agent, leg }),
        (3, What::RecordingStarted { call, recording }),
        (
            6,
            What::LegReleased {
                call,
                leg: LegId(2),
                cause: Cause::NORMAL_CLEARING,
            },
        ),
        (6, What::Disconnected { call, agent, leg }),
        (
            6,
            What::CallEnded {
                call,
                outcome: EndOutcome::Served,
                by,
                cause: Cause::NORMAL_CLEARING,
            },
        ),
    ];
    let first = (id - 1) * 8 + 1;
    let at = |s: u64| Moment {
        mono_ms: s * 1_000,
        wall_ms: 1_700_000_000_000 + s * 1_000,
    };
    let fact = |(seq, (s, what))| Fact {
        seq,
        boot: 1,
        at: at(s),
        what,
    };
    (first..).zip(kinds).map(fact).collect()
}

#[tokio::test]
async fn calls_are_listed_page_by_page_and_shown_with_all_that_happened() {
    let world = World::signed_in().await;
    (1..=3).for_each(|id| world.store.append(facts(id)));
    world.store.flush().await.unwrap();
    let ids = |page: &Value| {
        let calls = page["calls"].as_array().unwrap().iter();
        calls
            .map(|call| call["id"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    let (_, page) = world
        .get("/api/calls?limit=2&outcome=served&number=0013&queue=1")
        .await;
    assert_eq!(
        (ids(&page), &page["next"], &page["total_estimate"]),
        (vec![3, 2], &json!(2), &json!(3))
    );
    let (_, page) = world.get("/api/calls?limit=2&before=2&agent=1").await;
    assert_eq!((ids(&page), &page["next"]), (vec![1], &Value::Null));
    assert_eq!(ids(&world.get("/api/calls?number=%25").await.1), [0; 0]);
    assert_eq!(world.get("/api/calls?colour=red").await.0, 400);

    assert_eq!(
        ids(&world.get("/api/calls?direction=outbound").await.1),
        [0; 0]
    );
    let (_, came_in) = world.get("/api/calls?direction=inbound").await;
    assert_eq!(ids(&came_in), [3, 2, 1]);
    assert_eq!(came_in["calls"][0]["direction"], json!("inbound"));

    let (_, detail) = world.get("/api/calls/1").await;
    let call = &detail["call"];
    assert_eq!(
        (&call["wait_ms"], &call["talk_ms"], &call["duration_ms"]),
        (&json!(2_000), &json!(3_000), &json!(6_000)),
        "{call}"
    );
    assert_eq!(
        call["caller"],
        json!({ "number": "13800138000", "name": null, "presentation": "allowed" })
    );
    let facts = detail["facts"].as_array().unwrap();
    assert_eq!(facts.len(), 8);
    assert_eq!(
        (&facts[2]["kind"], &facts[2]["at"], &facts[2]["position"]),
        (&json!("queued"), &json!(1_700_000_001_000_u64), &json!(1))
    );
    assert_eq!(world.get("/api/calls/9").await.0, 404);
    assert_eq!(world.get("/api/calls/x").await.0, 404);
}

#[tokio::test]
async fn what_an_agent_says_a_call_came_to_stands_with_the_call() {
    let world = World::signed_in().await;
    let sales = json!({ "name": "sales", "wrapup_codes": [{ "id": 4, "name": "下单" }] });
    world.done(Method::PUT, "/api/queues/1", sales).await;
    let noted = CallNoted {
        call: CallId(1),
        agent: AgentId(1),
        code: Some(WrapupCodeId(4)),
        note: "两箱".to_owned(),
    };
    let mut facts = facts(1);
    let last = facts.pop().unwrap();
    facts.push(Fact {
        what: What::CallNoted(noted.clone()),
        ..last.clone()
    });
    let ended = Fact {
        seq: last.seq + 1,
        ..last
    };
    facts.push(ended.clone());
    world.store.append(facts);
    world.store.flush().await.unwrap();
    let (_, detail) = world.get("/api/calls/1").await;
    assert_eq!(
        (&detail["call"]["wrapup_code"], &detail["call"]["note"]),
        (&json!({ "id": 4, "name": "下单" }), &json!("两箱"))
    );
    // Put right after the record was closed.
    let late = |seq, note: &str| Fact {
        seq: ended.seq + seq,
        what: What::CallNoted(CallNoted {
            note: note.to_owned(),
            ..noted.clone()
        }),
        ..ended.clone()
    };
    world
        .store
        .append(vec![late(1, "三箱"), late(2, "三箱，蓝色")]);
    world.store.flush().await.unwrap();
    let (_, detail) = world.get("/api/calls/1").await;
    assert_eq!(
        (&detail["call"]["wrapup_code"], &detail["call"]["note"]),
        (&json!({ "id": 4, "name": "下单" }), &json!("三箱，蓝色"))
    );
    // An agent in no call has nothing to write about, and is told so by name of the fault.
    let (status, notes) = world.get("/api/agents/9/notes").await;
    assert_eq!((status, &notes["call"]), (200, &json!(null)));
    let form = json!({ "code": 4, "note": "x" });
    let (status, answer) = world
        .ask(Method::PUT, "/api/agents/9/notes", Some(form))
        .await;
    assert_eq!(
        (status, &answer["error"]["key"], &answer["error"]["params"]),
        (409, &json!("no_such_agent"), &json!({ "agent": "9" }))
    );
}

async fn add_recording(world: &World, path: &str) {
    let (id, call) = (RecordingId(1), CallId(1));
    let state = RecordingState::Complete;
    let row = RecordingRow {
        id,
        call,
        path: path.into(),
        state,
        started_at: 1,
        duration_ms: 1_000,
        bytes: 0,
        held: false,
    };
    world.store.save_recording(row).await.unwrap();
}

#[tokio::test]
async fn a_recording_is_sent_whole_and_in_part_and_drawn() {
    let world = World::signed_in().await;
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let file = world.dir.path().join("recordings/1.wav");
    let mut writer = hound::WavWriter::create(&file, spec).unwrap();
    (0..16_000).for_each(|n| writer.write_sample(n as i16).unwrap());
    writer.finalize().unwrap();
    add_recording(&world, "recordings/1.wav").await;

    let whole = world
        .send(Method::GET, "/api/recordings/1/sound", None)
        .await;
    assert_eq!(whole.headers()[header::CONTENT_TYPE], "audio/wav");
    let whole = octets(whole).await;
    assert_eq!(whole, std::fs::read(&file).unwrap());
    let request = Request::get("/api/recordings/1/sound")
        .header(header::COOKIE, &world.cookie)
        .header(header::RANGE, "bytes=100-199");
    let part = world.request(request.body(Body::empty()).unwrap()).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        part.headers()[header::CONTENT_RANGE],
        format!("bytes 100-199/{}", whole.len())
    );
    assert_eq!(octets(part).await, whole[100..200]);

    let (_, shape) = world.get("/api/recordings/1/waveform?columns=4").await;
    assert_eq!(
        (
            &shape["duration_ms"],
            shape["agent"].as_array().unwrap().len()
        ),
        (&json!(1_000), 8)
    );
    assert_eq!(
        world.get("/api/recordings/1/waveform?columns=0").await.0,
        422
    );

    let (mut failed, stop) = (BTreeSet::new(), CancellationToken::new());
    let coded = archive::code_all(&world.store, 0, &mut failed, &stop)
        .await
        .unwrap();
    assert_eq!((coded, file.exists()), (1, false));
    let small = world
        .send(Method::GET, "/api/recordings/1/sound", None)
        .await;
    assert_eq!(small.headers()[header::CONTENT_TYPE], "audio/ogg");
    assert!(octets(small).await.len() < whole.len() / 3);
    let kept = octets(world.send(Method::GET, "/api/recordings/1.wav", None).await).await;
    assert_eq!(kept.len(), whole.len());
    assert_eq!(kept[..44], whole[..44], "the header says the same");
    let (_, coded_shape) = world.get("/api/recordings/1/waveform?columns=4").await;
    assert_eq!(coded_shape["duration_ms"], 1_000);

    std::fs::remove_file(file.with_extension("opus")).unwrap();
    let (status, answer) = world.get("/api/recordings/1.wav").await;
    assert_eq!((status, code(&answer)), (410, "recording_gone"));
}

#[tokio::test]
async fn a_path_that_leads_out_of_the_data_directory_is_not_followed() {
    let world = World::signed_in().await;
    for path in ["../../../etc/hostname", "/etc/hostname"] {
        add_recording(&world, path).await;
        assert_eq!(world.get("/api/recordings/1.wav").await.0, 404, "{path}");
    }
}
