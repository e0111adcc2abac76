//! Calls that a phone makes: admitted or not, answered, refused, taken back, ended by either side.

use hotline_call::{CallerId, Cause, Device, Event, LegId, Number};

use crate::desk::{Desk, PHONE, STREAMS};
use crate::script::{By, Message, Script, sdp};

/// The first leg that a door makes.
const MADE: LegId = LegId(2);

fn number(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

fn offered(leg: LegId, called: &str) -> Event {
    Event::Offered {
        leg,
        device: Device::Phone(PHONE),
        caller: CallerId::known(number("100")),
        called: Some(number(called)),
    }
}

async fn desk_and_phone(by: By) -> (Desk, Script) {
    let mut desk = Desk::open().await;
    let phone = Script::registered(desk.phones.local_addr(), by).await;
    desk.expect_in_service().await;
    (desk, phone)
}

/// A phone that calls 10086 and hears ringing.
async fn ringing(by: By) -> (Desk, Script, Message) {
    let (mut desk, mut phone) = desk_and_phone(by).await;
    let (invite, response) = phone.call("10086", &sdp(4000, "sendrecv")).await;
    assert_eq!(response.kind(), "180", "{}", response.text);
    desk.expect(offered(MADE, "10086")).await;
    assert_eq!(desk.command().await, "open A Some(96)");
    (desk, phone, invite)
}

/// The same, answered; the answer.
async fn talking(by: By) -> (Desk, Script, Message) {
    let (desk, mut phone, _) = ringing(by).await;
    desk.phones.answer(MADE);
    let ok = phone.expect("200").await;
    let ack = phone.in_call(&ok, "ACK", phone.sequence);
    phone.send(ack).await;
    (desk, phone, ok)
}

#[tokio::test]
async fn a_phone_calls_is_answered_and_hangs_up() {
    for by in [By::Udp, By::Tcp] {
        let (mut desk, mut phone, ok) = talking(by).await;
        assert!(ok.body().contains(" RTP/AVP 8 96\r\n"), "{}", ok.body());
        let bye = phone.in_call(&ok, "BYE", phone.sequence + 1);
        phone.send(bye).await;
        phone.expect("200").await;
        desk.expect_released_leg(MADE, Cause::NORMAL_CLEARING).await;
        assert_eq!(desk.command().await, "close");
    }
}

#[tokio::test]
async fn a_phone_that_called_is_hung_up_on() {
    for by in [By::Udp, By::Tcp] {
        let (mut desk, mut phone, ok) = talking(by).await;
        desk.phones.release(MADE, Cause::NORMAL_CLEARING);
        let bye = phone.expect("BYE").await;
        assert_eq!(bye.header("Reason"), Some("Q.850;cause=16"));
        assert_eq!(bye.header("To"), ok.header("From"));
        assert_eq!(bye.header("From"), ok.header("To"));
        phone.reply(&bye, "200 OK", "").await;
        desk.expect_released_leg(MADE, Cause::NORMAL_CLEARING).await;
    }
}

/// RFC 3398 §7.2.4.1.
#[tokio::test]
async fn a_call_that_is_refused_tells_the_phone_why() {
    let (mut desk, mut phone) = desk_and_phone(By::Udp).await;
    for (n, (cause, status)) in [
        (Cause::USER_BUSY, "486"),
        (Cause::UNALLOCATED_NUMBER, "404"),
        (Cause::CALL_REJECTED, "403"),
        (Cause::NO_ANSWER, "480"),
        (Cause::NO_CIRCUIT, "503"),
    ]
    .into_iter()
    .enumerate()
    {
        let leg = LegId(2 * n as u64 + 2);
        let (invite, _) = phone.call("13800138000", &sdp(4000, "sendrecv")).await;
        desk.expect(offered(leg, "13800138000")).await;
        desk.phones.release(leg, cause);
        let refusal = phone.expect(status).await;
        let reason = format!("Q.850;cause={}", cause.0);
        assert_eq!(refusal.header("Reason"), Some(reason.as_str()));
        phone.follow(&invite, &refusal, "ACK").await;
        desk.expect_released_leg(leg, cause).await;
    }
}

/// RFC 3261 §9.2.
#[tokio::test]
async fn a_phone_takes_its_call_back() {
    for by in [By::Udp, By::Tcp] {
        let (mut desk, mut phone, invite) = ringing(by).await;
        phone.follow(&invite, &invite, "CANCEL").await;
        phone.expect("200").await;
        let gone = phone.expect("487").await;
        phone.follow(&invite, &gone, "ACK").await;
        desk.expect_released_leg(MADE, Cause::NORMAL_CLEARING).await;
        desk.phones.answer(MADE);
        desk.nothing_was_told();
    }
}

#[tokio::test]
async fn a_calling_phone_hears_the_network_before_the_answer() {
    let (desk, mut phone, _) = ringing(By::Udp).await;
    desk.phones.early(MADE);
    desk.phones.early(MADE);
    let early = phone.expect("183").await;
    desk.phones.answer(MADE);
    let ok = phone.receive().await.expect("the answer");
    assert_eq!(ok.kind(), "200", "one 183 is enough");
    assert_eq!(early.body(), ok.body());
    assert_eq!(early.header("To"), ok.header("To"));
}

#[tokio::test]
async fn a_call_in_another_name_or_without_the_secret_is_refused() {
    let (mut desk, mut phone) = desk_and_phone(By::Udp).await;
    phone.password = "guessed".into();
    let (_, refusal) = phone.call("10086", &sdp(4000, "sendrecv")).await;
    assert_eq!(refusal.kind(), "403");
    phone.password = "secret".into();
    let challenge = phone.ask("INVITE", "").await;
    let uri = format!("sip:10086@{}", desk.phones.local_addr());
    let proof = phone.answer_for(&challenge, 1, "INVITE", &uri);
    let mine = phone.invite("10086", &proof, &sdp(4000, "sendrecv")).text;
    phone
        .send(mine.replace("From: <sip:100@", "From: <sip:101@"))
        .await;
    phone.expect("403").await;
    desk.nothing_was_told();
}

#[tokio::test]
async fn a_phone_makes_four_calls_at_once_and_no_fifth() {
    let (mut desk, mut phone) = desk_and_phone(By::Udp).await;
    for n in 1..=4 {
        let (_, response) = phone.call("10086", &sdp(4000, "sendrecv")).await;
        assert_eq!(response.kind(), "180");
        desk.expect(offered(LegId(2 * n), "10086")).await;
    }
    let (_, fifth) = phone.call("10086", &sdp(4000, "sendrecv")).await;
    assert_eq!(fifth.kind(), "486");
    desk.phones.release(LegId(2), Cause::USER_BUSY);
    let cause = Cause::USER_BUSY;
    desk.expect(Event::Released {
        leg: LegId(2),
        cause,
    })
    .await;
    phone.expect("486").await;
    let (_, again) = phone.call("10086", &sdp(4000, "sendrecv")).await;
    assert_eq!(again.kind(), "180");
}

#[tokio::test]
async fn a_call_without_a_codec_in_common_or_a_number_is_refused() {
    let (desk, mut phone) = desk_and_phone(By::Udp).await;
    let odd = sdp(4000, "sendrecv").replace("8 0 96", "9 96");
    let (_, refusal) = phone.call("10086", &odd).await;
    assert_eq!(refusal.kind(), "488");
    let (_, refusal) = phone.call("nobody", &sdp(4000, "sendrecv")).await;
    assert_eq!(refusal.kind(), "404");
    assert_eq!(desk.net.free_streams(), usize::from(STREAMS));
}
