//! A box with a web, and somebody who asks it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request as HttpRequest, Response, StatusCode, header};
use hotline::call_control::{Ask, CallControl, Live};
use hotline::clock::Clock;
use hotline::http::{
    self, Api, ApiParts, Counters, LineMeasurer, Measuring, PhoneDirectory, Registration,
};
use hotline::media::prompts::Prompts;
use hotline::store::{Store, StoreOptions};
use hotline::system::alarms::Alarms;
use hotline::system::number_ranges::NumberRanges;
use hotline_call::{LineId, Moment};
use hotline_dsp::engine::{Channel, LineMeasured, MAX_PATH};
use hotline_dsp::line_meter::LineMeter;
use hotline_services::{AgentId, Configuration, Fact, Refused, Request, What};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub const PASSWORD: &str = "correct horse battery";

/// A registrar that knows what a test tells it.
#[derive(Default)]
pub struct Registered(pub Mutex<Vec<Registration>>);

impl PhoneDirectory for Registered {
    fn registrations(&self) -> Vec<Registration> {
        self.0.lock().unwrap().clone()
    }
}

/// Lines on which a tone of 1 kHz is heard; the second one is silent for ever.
pub struct QuietLines;

impl LineMeasurer for QuietLines {
    fn measure(&self, line: LineId) -> Measuring<'_> {
        let mut echo_path = [0.0; MAX_PATH];
        echo_path[3] = 0.5;
        let mut meter = LineMeter::new();
        let heard =
            (0..1_000).find_map(|_| meter.process(&[1_000, 707, 0, -707, -1_000, -707, 0, 707]));
        let measured = heard.map(|heard| {
            Arc::new(LineMeasured {
                channel: Channel(line.0),
                heard,
                echo_return_loss_enhancement_db: None,
                echo_return_loss_db: Some(6.02),
                echo_path,
            })
        });
        Box::pin(std::future::ready(measured.filter(|_| line == LineId(0))))
    }
}

pub struct Ticks;

impl Counters for Ticks {
    fn read(&self) -> BTreeMap<&'static str, u64> {
        BTreeMap::from([("ticks", 7)])
    }
}

/// What people have asked for, in order.
pub type Asked = Arc<Mutex<Vec<Request>>>;

/// A box with a web and a centre that notes what it is asked.
pub struct World {
    pub dir: TempDir,
    pub store: Store,
    pub alarms: Alarms,
    pub phones: Arc<Registered>,
    pub live: watch::Sender<Arc<Live>>,
    pub in_force: watch::Receiver<Configuration>,
    /// What people have asked the centre for.
    pub asked: Asked,
    pub ending: CancellationToken,
    pub api: Api,
    pub cookie: String,
}

impl World {
    pub fn new() -> Self {
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
        let prompts = Prompts::open(&dir.path().join("prompts")).unwrap();
        let call_control =
            CallControl::new(asks, seen, broadcast::channel(8).0).with_prompts(prompts);
        let (phones, ending) = (Arc::new(Registered::default()), CancellationToken::new());
        let api = Api::new(ApiParts {
            store: store.clone(),
            call_control,
            phones: phones.clone(),
            alarms: alarms.clone(),
            ranges: NumberRanges::open(&dir.path().join("numbers")),
            counters: Arc::new(Ticks),
            lines: Arc::new(QuietLines),
            clock,
            ending: ending.clone(),
        });
        let noted = Asked::default();
        let in_force = centre(asked, store.clone(), Arc::clone(&noted));
        Self {
            dir,
            store,
            alarms,
            phones,
            live,
            in_force,
            asked: noted,
            ending,
            api,
            cookie: String::new(),
        }
    }

    /// The same, set up and signed in.
    pub async fn signed_in() -> Self {
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

    pub async fn request(&self, request: HttpRequest<Body>) -> Response<Body> {
        http::router(self.api.clone())
            .oneshot(request)
            .await
            .unwrap()
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response<Body> {
        let request = HttpRequest::builder()
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

    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let response = self.send(method, path, body).await;
        let status = response.status().as_u16();
        let octets = octets(response).await;
        (
            status,
            serde_json::from_slice(&octets).unwrap_or(Value::Null),
        )
    }

    /// The same, which must be done.
    pub async fn done(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, Some(body)).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// An account of this role, signed in from here on.
    pub async fn sign_in_as(&mut self, role: &str, agent: Option<u32>, groups: &[u32]) {
        let account = json!({ "name": role, "role": role, "agent_id": agent, "groups": groups,
            "password": PASSWORD });
        self.done(Method::POST, "/api/accounts", account).await;
        let form = json!({ "name": role, "password": PASSWORD });
        let response = self.send(Method::POST, "/api/session", Some(form)).await;
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }
}

/// Answers every question: help was seen, messages are marked, promises to call back are taken back,
/// no agent is ever found, every configuration comes into force, what is told becomes a fact.
pub fn centre(
    mut asked: mpsc::Receiver<Ask>,
    store: Store,
    noted: Asked,
) -> watch::Receiver<Configuration> {
    let (set, in_force) = watch::channel(Configuration::default());
    tokio::spawn(async move {
        let mut centre = hotline_services::CallCentre::new();
        // Tests store facts of their own, of smaller numbers.
        centre.replay(&[Fact {
            seq: 1_000_000,
            boot: 1,
            at: Moment::default(),
            what: What::Started { last_alive: None },
        }]);
        while let Some(ask) = asked.recv().await {
            match ask {
                Ask::Request(request, answer) => {
                    let result = match &request {
                        Request::AcknowledgeHelp { .. }
                        | Request::Message { .. }
                        | Request::CancelCallback { .. } => Ok(()),
                        _ => Err(Refused::NoSuchAgent(AgentId(9))),
                    };
                    noted.lock().unwrap().push(request);
                    answer.send(result).unwrap();
                }
                Ask::Configure(configuration, answer) => {
                    set.send_replace(*configuration);
                    answer.send(()).unwrap();
                }
                Ask::Tell(event, answer) => {
                    let outcome = centre.handle(Clock::start().now(), *event).unwrap();
                    store.append(outcome.facts);
                    answer.send(()).unwrap();
                }
            }
        }
    });
    in_force
}

pub async fn octets(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), 1_000_000)
        .await
        .unwrap()
        .to_vec()
}

pub fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or_default()
}
