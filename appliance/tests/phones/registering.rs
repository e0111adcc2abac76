//! REGISTER (RFC 3261 §10.3, RFC 7616).

use std::sync::Arc;

use hotline::phones::{Accounts, Transport};
use hotline_call::{CallerId, Cause, Event};

use crate::desk::{Desk, LEG, PHONE};
use crate::script::{By, Script};

#[tokio::test]
async fn a_phone_registers_and_takes_itself_back() {
    for (by, transport) in [(By::Udp, Transport::Udp), (By::Tcp, Transport::Tcp)] {
        let mut desk = Desk::open().await;
        let mut phone = Script::new(desk.phones.local_addr(), by).await;
        let granted = phone.register(9999).await;
        assert_eq!(granted.kind(), "200");
        let expires = granted.parameter("Contact", "expires");
        assert!(
            matches!(expires.as_deref(), Some("3600" | "3599")),
            "{}",
            granted.text
        );
        desk.expect_in_service().await;
        let registration = desk.registration().expect("a registration");
        assert_eq!(
            (registration.phone, registration.transport),
            (PHONE, transport)
        );
        assert_eq!(registration.address, phone.local);
        assert_eq!(registration.user_agent.as_deref(), Some("script"));
        assert_eq!(phone.register(0).await.kind(), "200");
        desk.expect_out_of_service().await;
        assert_eq!(desk.registration(), None);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_refused() {
    let mut desk = Desk::open().await;
    let mut phone = Script::new(desk.phones.local_addr(), By::Udp).await;
    phone.password = "Secret".into();
    assert_eq!(phone.register(60).await.kind(), "403");
    phone.password = "secret".into();
    phone.user = "999".into();
    assert_eq!(phone.register(60).await.kind(), "403");
    assert_eq!(desk.registration(), None);
    phone.user = "100".into();
    assert_eq!(phone.register(60).await.kind(), "200");
    desk.expect_in_service().await;
}

#[tokio::test]
async fn credentials_serve_once_and_for_their_own_user_only() {
    let desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    let replay = phone.authorization.clone();
    let answer = phone.ask("REGISTER", &replay).await;
    assert_eq!(answer.kind(), "401");
    assert!(answer.text.contains("stale=true"), "{}", answer.text);
    let good = phone.answer(&answer, 1);
    phone.user = "101".into();
    assert_eq!(phone.ask("REGISTER", &good).await.kind(), "403");
    assert_eq!(desk.phones.registrations().len(), 1);
}

#[tokio::test]
async fn a_registration_lapses() {
    let mut desk = Desk::open().await;
    let mut phone = Script::new(desk.phones.local_addr(), By::Udp).await;
    assert_eq!(phone.register(1).await.kind(), "200");
    desk.expect_in_service().await;
    desk.expect_out_of_service().await;
    desk.phones.ring(
        LEG,
        PHONE,
        CallerId::default(),
        desk.net.allocate().expect("a stream"),
    );
    desk.expect_released(Cause::SUBSCRIBER_ABSENT).await;
}

#[tokio::test]
async fn a_phone_whose_account_is_deleted_is_out_of_service() {
    let mut desk = Desk::open().await;
    let _phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    desk.accounts.send_replace(Arc::new(Accounts::default()));
    desk.expect_out_of_service().await;
}

#[tokio::test]
async fn a_phone_is_gone_with_its_stream() {
    let mut desk = Desk::open().await;
    let phone = Script::registered(desk.phones.local_addr(), By::Tcp).await;
    desk.expect_in_service().await;
    drop(phone);
    desk.expect_out_of_service().await;
}

#[tokio::test]
async fn the_newest_of_several_contacts_is_rung() {
    let mut desk = Desk::open().await;
    let server = desk.phones.local_addr();
    let mut phones = Vec::new();
    for _ in 0..6 {
        phones.push(Script::registered(server, By::Udp).await);
    }
    desk.expect_in_service().await;
    assert_eq!(desk.phones.registrations().len(), 4, "the oldest made room");
    desk.ring();
    let newest = phones.last_mut().expect("a phone");
    let invite = newest.expect("INVITE").await;
    newest.reply(&invite, "486 Busy Here", "").await;
    newest.expect("ACK").await;
    desk.expect(Event::Released {
        leg: LEG,
        cause: Cause::USER_BUSY,
    })
    .await;
}
