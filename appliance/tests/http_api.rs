//! The API as a browser meets it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use hotline::call_control::{Ask, CallControl, Live};
use hotline::clock::Clock;
use hotline::http::{self, Api, ApiParts, Counters, PhoneDirectory, Registration};
use hotline::store::{RecordingRow, RecordingState, Store, StoreOptions};
use hotline::system::alarms::{AlarmCode, Alarms};
use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Moment, Number, Party, PhoneId};
use hotline_services::{
    AgentId, Configuration, EndOutcome, Fact, LineState, LineView, RecordingId, Refused, View, What,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const PASSWORD: &str = "correct horse battery";

/// A registrar that knows what a test tells it.
#[derive(Default)]
struct Registered(Mutex<Vec<Registration>>);

impl PhoneDirectory for Registered {
    fn registrations(&self) -> Vec<Registration> {
        self.0.lock().unwrap().clone()
    }
}

struct Ticks;

impl Counters for Ticks {
    fn read(&self) -> BTreeMap<&'static str, u64> {
        BTreeMap::from([("ticks", 7)])
    }
}

/// A box with a web and a centre that notes what it is asked.
struct World {
    dir: TempDir,
    store: Store,
    alarms: Alarms,
    phones: Arc<Registered>,
    live: watch::Sender<Arc<Live>>,
    in_force: watch::Receiver<Configuration>,
    ending: CancellationToken,
    api: Api,
    cookie: String,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::start();
        let alarms = Alarms::new(clock);
        let options = StoreOptions {
            reserve_octets: 1_000,
            low_octets: 1,
            ..StoreOptions::new(dir.path())
        };
        let (store, _) = Store::open(options, clock, alarms.clone()).unwrap();
        let (asks, asked) = mpsc::channel(8);
        let (live, seen) = watch::channel(Arc::new(Live::default()));
        let call_control = CallControl::new(asks, seen, broadcast::channel(8).0);
        let (phones, ending) = (Arc::new(Registered::default()), CancellationToken::new());
        let api = Api::new(ApiParts {
            store: store.clone(),
            call_control,
            phones: phones.clone(),
            alarms: alarms.clone(),
            counters: Arc::new(Ticks),
            clock,
            ending: ending.clone(),
        });
        let in_force = centre(asked);
        Self {
            dir,
            store,
            alarms,
            phones,
            live,
            in_force,
            ending,
            api,
            cookie: String::new(),
        }
    }

    /// The same, set up and signed in.
    async fn signed_in() -> Self {
        let mut world = Self::new();
        let code = world.store.new_setup_code().await.unwrap().unwrap();
        let first = json!({ "code": code, "name": "admin", "password": PASSWORD });
        let response = world.send(Method::POST, "/api/setup", Some(first)).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.contains("; HttpOnly; SameSite=Strict; Max-Age="),
            "{cookie}"
        );
        world.cookie = cookie.split(';').next().unwrap().to_owned();
        world
    }

    async fn request(&self, request: Request<Body>) -> Response<Body> {
        http::router(self.api.clone())
            .oneshot(request)
            .await
            .unwrap()
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-hotline", "1");
        let request = request.header(header::COOKIE, &self.cookie);
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.request(request.unwrap()).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let response = self.send(method, path, body).await;
        let status = response.status().as_u16();
        let octets = octets(response).await;
        (
            status,
            serde_json::from_slice(&octets).unwrap_or(Value::Null),
        )
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }
}

/// Answers every question: no agent is ever found, every configuration comes into force.
fn centre(mut asked: mpsc::Receiver<Ask>) -> watch::Receiver<Configuration> {
    let (set, in_force) = watch::channel(Configuration::default());
    tokio::spawn(async move {
        while let Some(ask) = asked.recv().await {
            match ask {
                Ask::Request(_, answer) => {
                    answer.send(Err(Refused::NoSuchAgent(AgentId(9)))).unwrap();
                }
                Ask::Configure(configuration, answer) => {
                    set.send_replace(*configuration);
                    answer.send(()).unwrap();
                }
            }
        }
    });
    in_force
}

async fn octets(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), 1_000_000)
        .await
        .unwrap()
        .to_vec()
}

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or_default()
}

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
            let path = path.replace("{id}", "1").replace("{file}", "1.wav");
            let (status, answer) = world.ask(method.clone(), &path, Some(json!({}))).await;
            assert_eq!(
                (status, code(&answer)),
                (401, "not_signed_in"),
                "{method} {path}"
            );
            protected += 1;
        }
    }
    // What API.md promises: 3 open operations and these.
    assert_eq!(protected, 26);
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
    let (_, who) = world.get("/api/session").await;
    assert_eq!(
        who,
        json!({ "user": { "name": "admin", "role": "administrator" }, "language": null })
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
    let menu = json!({ "name": "夜间", "language": "zh", "greeting": "您好", "otherwise": queue["id"],
        "choices": [{ "digit": "1", "queue": queue["id"] }] });
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
                line: LineId(0),
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

    let whole = world.send(Method::GET, "/api/recordings/1.wav", None).await;
    assert_eq!(whole.headers()[header::CONTENT_TYPE], "audio/wav");
    let whole = octets(whole).await;
    assert_eq!(whole, std::fs::read(&file).unwrap());
    let request = Request::get("/api/recordings/1.wav")
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
    std::fs::remove_file(&file).unwrap();
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

#[tokio::test]
async fn health_shows_alarms_and_counters() {
    let world = World::signed_in().await;
    assert_eq!(world.get("/api/health").await.1["status"], "ok");
    world
        .alarms
        .raise(AlarmCode::LineDown, Some("line 1"), "no battery");
    let (_, health) = world.get("/api/health").await;
    assert_eq!(
        (&health["status"], &health["counters"]["ticks"]),
        (&json!("degraded"), &json!(7))
    );
    assert_eq!(health["alarms"][0]["code"], "line_down");
}

#[tokio::test]
async fn an_unknown_address_is_the_page_unless_it_is_a_file_or_the_api() {
    let world = World::new();
    let page = world.send(Method::GET, "/calls/7", None).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()[header::CACHE_CONTROL], "no-cache");
    assert!(
        page.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(
        world.send(Method::GET, "/missing.js", None).await.status(),
        StatusCode::NOT_FOUND
    );
    let (status, answer) = world.get("/api/missing").await;
    assert_eq!((status, code(&answer)), (404, "not_found"));
}

type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// The next message of this type.
async fn next_of(socket: &mut Socket, kind: &str) -> Value {
    use futures_util::StreamExt as _;
    loop {
        let message = socket.next().await.expect("the socket is open").unwrap();
        let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if message["type"] == kind {
            return message;
        }
    }
}

async fn watch_live(world: &World, address: SocketAddr, origin: &str) -> Option<Socket> {
    let mut request = format!("ws://{address}/api/live")
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert(header::COOKIE, world.cookie.parse().unwrap());
    request
        .headers_mut()
        .insert(header::ORIGIN, origin.parse().unwrap());
    tokio_tungstenite::connect_async(request)
        .await
        .ok()
        .map(|(socket, _)| socket)
}

#[tokio::test]
async fn the_live_socket_sends_what_is_then_what_changes_and_a_heartbeat() {
    let world = World::signed_in().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(http::serve(world.api.clone(), listener));
    assert!(
        watch_live(&world, address, "http://elsewhere")
            .await
            .is_none()
    );
    let mut socket = watch_live(&world, address, &format!("http://{address}"))
        .await
        .unwrap();
    let first = next_of(&mut socket, "snapshot").await;
    assert_eq!(
        (&first["lines"], &first["today"]["offered"]),
        (&json!([]), &json!(0))
    );

    let line = LineView {
        line: LineId(0),
        state: LineState::Ringing,
        call: Some(CallId(1)),
    };
    let view = View {
        lines: vec![line],
        ..View::default()
    };
    world.live.send_replace(Arc::new(Live {
        view,
        ..Live::default()
    }));
    let second = next_of(&mut socket, "snapshot").await;
    assert!(second["seq"].as_u64() > first["seq"].as_u64());
    let line = &second["lines"][0];
    assert_eq!(
        (&line["name"], &line["state"], &line["call"]),
        (&json!("L1"), &json!("ringing"), &json!(1))
    );
    world
        .alarms
        .raise(AlarmCode::LineDown, Some("line 1"), "no battery");
    assert_eq!(
        next_of(&mut socket, "snapshot").await["alarms"][0]["subject"],
        "line 1"
    );
    next_of(&mut socket, "heartbeat").await;
    world.ending.cancel();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_phone_is_shown_with_its_registration() {
    let world = World::signed_in().await;
    let id = world.store.add_phone("8001", "desk").await.unwrap().id;
    assert_eq!(world.get("/api/phones").await.1[0]["registered"], false);
    world.phones.0.lock().unwrap().push(Registration {
        phone: PhoneId(id.0),
        contact: "sip:8001@192.0.2.7".to_owned(),
        user_agent: Some("baresip".to_owned()),
        expires_at: 5,
    });
    let (_, phones) = world.get("/api/phones").await;
    assert_eq!(
        (&phones[0]["registered"], &phones[0]["user_agent"]),
        (&json!(true), &json!("baresip"))
    );
}
