//! What is wrong, what is shown, and what changes while one looks.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{Method, StatusCode, header};
use hotline::call_control::Live;
use hotline::http::{self, Registration};
use hotline::system::alarms::AlarmCode;
use hotline_call::{CallId, CallerId, LineId, Moment, Number, PhoneId};
use hotline_services::emergency::{HelpNotice, HelpState, NoticeId};
use hotline_services::route::Mailbox;
use hotline_services::{LineState, LineView, QueueId, RecordingId, Request, View, Voicemail};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use super::world::*;

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
    served.await.unwrap();
}

fn message(recording: u64, mailbox: Mailbox, is_heard: bool) -> Voicemail {
    Voicemail {
        recording: RecordingId(recording),
        mailbox,
        call: CallId(recording),
        caller: CallerId::default(),
        left: Moment::default(),
        length_ms: 4_000,
        is_heard,
        handled: None,
    }
}

/// Pages are told four times a second, so this is there within a second.
#[tokio::test]
async fn unheard_messages_of_the_house_are_counted_for_who_may_hear_them() {
    let mut world = World::signed_in().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(http::serve(world.api.clone(), listener));
    let origin = format!("http://{address}");
    let mut socket = watch_live(&world, address, &origin).await.unwrap();
    assert_eq!(next_of(&mut socket, "snapshot").await["unheard"], 0);
    let house = |recording, is_heard| message(recording, Mailbox::House, is_heard);
    let of_queue = message(4, Mailbox::Queue(QueueId(1)), false);
    let view = View {
        voicemails: vec![house(1, false), house(2, true), house(3, false), of_queue],
        ..View::default()
    };
    world.live.send_replace(Arc::new(Live {
        view,
        ..Live::default()
    }));
    assert_eq!(next_of(&mut socket, "snapshot").await["unheard"], 2);

    world.sign_in_as("read_only", None, &[]).await;
    let mut socket = watch_live(&world, address, &origin).await.unwrap();
    assert_eq!(next_of(&mut socket, "snapshot").await["unheard"], 0);
    world.ending.cancel();
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

/// Table B 1 of the features. Whose groups they are makes no difference.
#[tokio::test]
async fn a_call_for_help_is_told_to_every_page_and_who_acknowledges_it_is_told_to_the_centre() {
    let mut world = World::signed_in().await;
    let phone = world.store.add_phone("8001", "lobby").await.unwrap().id;
    world.sign_in_as("agent", None, &[]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(http::serve(world.api.clone(), listener));
    let mut socket = watch_live(&world, address, &format!("http://{address}"))
        .await
        .unwrap();
    let notice = HelpNotice {
        id: NoticeId(41),
        call: Some(CallId(3)),
        agent: None,
        phone,
        number: Number::parse("120").unwrap(),
        at: Moment::default(),
        state: HelpState::Ringing,
    };
    let view = View {
        help: vec![notice],
        ..View::default()
    };
    world.live.send_replace(Arc::new(Live {
        view,
        ..Live::default()
    }));
    let told = loop {
        let snapshot = next_of(&mut socket, "snapshot").await;
        if snapshot["help"][0].is_object() {
            break snapshot["help"][0].clone();
        }
    };
    let expected = json!({ "id": 41, "call": 3, "number": "120", "at": 0, "state": "ringing",
        "agent": null, "extension": "8001", "phone": "lobby" });
    assert_eq!(told, expected);
    let path = "/api/calls_for_help/41/acknowledge";
    let (status, _) = world.ask(Method::POST, path, None).await;
    assert_eq!(status, 204);
    let asked = world.asked.lock().unwrap().clone();
    let [Request::AcknowledgeHelp { by, notice }] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!((by.account.as_str(), *notice), ("agent", NoticeId(41)));
    world.ending.cancel();
}

#[tokio::test]
async fn a_line_is_measured_for_who_may_set_up_devices() {
    let world = World::signed_in().await;
    assert_eq!(
        world.get("/api/lines/0/measurement").await.0,
        StatusCode::NOT_FOUND
    );
    let line = |n| LineView {
        line: LineId(n),
        state: LineState::Idle,
        call: None,
    };
    let view = View {
        lines: vec![line(0), line(1)],
        ..View::default()
    };
    world.live.send_replace(Arc::new(Live {
        view,
        ..Live::default()
    }));
    let (status, measured) = world.get("/api/lines/0/measurement").await;
    assert_eq!(status, StatusCode::OK, "{measured}");
    assert_eq!(measured["echo_return_loss_db"], 6.0);
    assert_eq!(measured["echo_path"], json!([0.0, 0.0, 0.0, 0.5]));
    assert_eq!(measured["spectrum_dbm0"].as_array().map(Vec::len), Some(65));
    let (status, error) = world.get("/api/lines/1/measurement").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(error["error"]["code"], "line_silent");
}
