//! Phones that others wrote: sipp and baresip, each as a process of its own.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Instant;

use hotline::phones::Transport;
use hotline_call::{Cause, Event, LegId, Number};
use hotline_world::peer::{self, Account, Baresip, Peer, free_port, interface};

use crate::desk::{Desk, LEG, PATIENCE};

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        // The pace of the poll.
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn sipp(scenario: &str, server: SocketAddr, port: u16, password: &str) -> Peer {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/phones");
    peer::sipp(&scenarios.join(scenario), server, port, password)
}

/// baresip as phone 100, which waits for its console to answer.
fn baresip(server: SocketAddr, transport: &str, password: &str) -> Baresip {
    Baresip::start(Account {
        server,
        transport,
        user: "100",
        password,
        answers: false,
        says: &[],
    })
}

/// Whether the scenario was played to its end as written.
async fn succeeded(mut sipp: Peer) -> bool {
    let mut status = None;
    until("sipp ends", || {
        status = sipp.ended();
        status.is_some()
    })
    .await;
    status.is_some_and(|status| status.success())
}

/// A door with sipp registered at it, and sipp's port.
async fn with_sipp() -> (Desk, u16) {
    let mut desk = Desk::open().await;
    let (server, port) = (desk.phones.local_addr(), free_port());
    assert!(!succeeded(sipp("sipp-register.xml", server, port, "wrong")).await);
    assert_eq!(desk.registration(), None);
    assert!(succeeded(sipp("sipp-register.xml", server, port, "secret")).await);
    desk.expect_in_service().await;
    (desk, port)
}

#[tokio::test]
async fn sipp_registers_answers_holds_resumes_and_hangs_up() {
    let (mut desk, port) = with_sipp().await;
    let phone = sipp("sipp-hold.xml", desk.phones.local_addr(), port, "secret");
    desk.ring();
    desk.expect(Event::Alerting { leg: LEG }).await;
    desk.expect(Event::Answered { leg: LEG }).await;
    assert_eq!(desk.command().await, "open Mu None");
    desk.expect(Event::Held { leg: LEG }).await;
    desk.expect(Event::Retrieved { leg: LEG }).await;
    desk.expect_released(Cause::NORMAL_CLEARING).await;
    assert!(succeeded(phone).await);
}

#[tokio::test]
async fn sipp_is_hung_up_on() {
    let (mut desk, port) = with_sipp().await;
    let phone = sipp("sipp-wait.xml", desk.phones.local_addr(), port, "secret");
    desk.ring();
    desk.expect(Event::Alerting { leg: LEG }).await;
    desk.expect(Event::Answered { leg: LEG }).await;
    desk.phones.release(LEG, Cause::NORMAL_CLEARING);
    desk.expect_released(Cause::NORMAL_CLEARING).await;
    assert!(succeeded(phone).await);
}

/// The leg of a call that a phone makes: the first that a door names.
const MADE: LegId = LegId(2);

async fn expect_offered(desk: &mut Desk) {
    let event = desk.event().await;
    let Event::Offered { leg, called, .. } = event else {
        panic!("{event:?} instead of a call")
    };
    assert_eq!(leg, MADE);
    assert_eq!(
        called.map(|number| number.to_string()),
        Some("10086".into())
    );
}

#[tokio::test]
async fn sipp_calls_is_answered_and_hangs_up() {
    let (mut desk, port) = with_sipp().await;
    let phone = sipp("sipp-call.xml", desk.phones.local_addr(), port, "secret");
    expect_offered(&mut desk).await;
    desk.phones.answer(MADE);
    desk.expect_released_leg(MADE, Cause::NORMAL_CLEARING).await;
    assert!(succeeded(phone).await);
}

#[tokio::test]
async fn baresip_calls_and_either_side_hangs_up() {
    for name in ["udp", "tcp"] {
        for phone_hangs_up in [true, false] {
            let mut desk = Desk::open_at(IpAddr::V4(interface().1)).await;
            let mut phone = baresip(desk.phones.local_addr(), name, "secret");
            desk.expect_in_service().await;
            phone.say("/dial 10086");
            expect_offered(&mut desk).await;
            desk.phones.early(MADE);
            desk.phones.answer(MADE);
            assert_eq!(desk.command().await, "open A Some(101)");
            until("baresip's voice", || desk.net.figures().received >= 10).await;
            if phone_hangs_up {
                phone.say("/hangup");
            } else {
                desk.phones.release(MADE, Cause::NORMAL_CLEARING);
            }
            desk.expect_released_leg(MADE, Cause::NORMAL_CLEARING).await;
            assert_eq!(desk.command().await, "close");
        }
    }
}

/// As by the transfer key of a desk phone: it holds, sends REFER, and believes our NOTIFY.
#[tokio::test]
async fn baresip_gives_its_call_to_an_extension() {
    let mut desk = Desk::open_at(IpAddr::V4(interface().1)).await;
    let server = desk.phones.local_addr();
    let mut phone = baresip(server, "udp", "secret");
    desk.expect_in_service().await;
    phone.say("/dial 10086");
    expect_offered(&mut desk).await;
    desk.phones.answer(MADE);
    until("baresip's voice", || desk.net.figures().received >= 10).await;
    phone.say(&format!("/transfer sip:102@{server}"));
    let to = Number::parse("102").expect("a number");
    let asked = Event::TransferAsked { leg: MADE, to };
    loop {
        match desk.event().await {
            Event::Held { .. } => {}
            event => break assert_eq!(event, asked),
        }
    }
    desk.phones.release(MADE, Cause::NORMAL_CLEARING);
    desk.expect_released_leg(MADE, Cause::NORMAL_CLEARING).await;
    until("baresip has read the outcome", || {
        phone.log().contains("NOTIFY sip:")
    })
    .await;
}

#[tokio::test]
async fn baresip_with_a_wrong_password_is_refused() {
    let desk = Desk::open_at(IpAddr::V4(interface().1)).await;
    let phone = baresip(desk.phones.local_addr(), "udp", "wrong");
    until("baresip is refused", || {
        phone.log().contains("SIP/2.0 403 Forbidden")
    })
    .await;
    assert_eq!(desk.registration(), None);
}

#[tokio::test]
async fn baresip_registers_answers_holds_and_resumes_and_either_side_hangs_up() {
    for (name, transport) in [("udp", Transport::Udp), ("tcp", Transport::Tcp)] {
        let mut desk = Desk::open_at(IpAddr::V4(interface().1)).await;
        let mut phone = baresip(desk.phones.local_addr(), name, "secret");
        desk.expect_in_service().await;
        let registration = desk.registration().expect("a registration");
        assert_eq!(registration.transport, transport);
        assert!(
            registration
                .user_agent
                .is_some_and(|agent| agent.starts_with("baresip"))
        );
        for phone_hangs_up in [true, false] {
            let received = desk.net.figures().received;
            desk.ring();
            desk.expect(Event::Alerting { leg: LEG }).await;
            phone.say("/accept");
            desk.expect(Event::Answered { leg: LEG }).await;
            assert_eq!(desk.command().await, "open A Some(101)");
            until("baresip's voice", || {
                desk.net.figures().received >= received + 10
            })
            .await;
            phone.say("/hold");
            desk.expect(Event::Held { leg: LEG }).await;
            assert_eq!(desk.command().await, "pause true");
            phone.say("/resume");
            desk.expect(Event::Retrieved { leg: LEG }).await;
            assert_eq!(desk.command().await, "pause false");
            if phone_hangs_up {
                phone.say("/hangup");
            } else {
                desk.phones.release(LEG, Cause::NORMAL_CLEARING);
            }
            desk.expect_released(Cause::NORMAL_CLEARING).await;
            assert_eq!(desk.command().await, "close");
        }
    }
}
