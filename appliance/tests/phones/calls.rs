//! Calls to a phone: begun, held, ended, by either side, in good order and in none.

use std::time::Duration;

use hotline_call::{Cause, Digit, Event, Number};

use crate::desk::{Desk, LEG};
use crate::script::{By, Message, Script, sdp};

const ALERTING: Event = Event::Alerting { leg: LEG };
const ANSWERED: Event = Event::Answered { leg: LEG };

/// A phone that talks with us.
async fn talking(by: By) -> (Desk, Script, Message) {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), by).await;
    desk.expect_in_service().await;
    desk.ring();
    let invite = phone.pick_up(&sdp(4000, "sendrecv")).await;
    desk.expect(ALERTING).await;
    desk.expect(ANSWERED).await;
    assert_eq!(desk.command().await, "open A Some(96)");
    (desk, phone, invite)
}

#[tokio::test]
async fn the_phone_sees_who_calls_and_what_we_speak() {
    let desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    let slot = desk.ring();
    let invite = phone.expect("INVITE").await;
    let from = invite.header("From").unwrap_or_default();
    assert!(
        from.starts_with(r#""Zhang \"San\"" <sip:13800138000@127.0.0.1:"#),
        "{from}"
    );
    let audio = format!("m=audio {} RTP/AVP 8 0 13 101\r\n", slot.local_addr.port());
    assert!(invite.body().contains(&audio), "{}", invite.body());
    assert!(invite.body().contains("a=ptime:20\r\n"));
}

#[tokio::test]
async fn a_call_is_held_resumed_and_ended_by_the_phone() {
    for by in [By::Udp, By::Tcp] {
        let (mut desk, mut phone, invite) = talking(by).await;
        let holds = [
            sdp(4000, "sendonly"),
            sdp(4000, "inactive"),
            sdp(4000, "sendrecv").replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0"),
        ];
        for (hold, answer) in holds.iter().zip(["recvonly", "inactive", "inactive"]) {
            let ok = phone.ask_in_dialog(&invite, "INVITE", "", hold).await;
            assert_eq!(ok.kind(), "200", "{}", ok.text);
            assert!(
                ok.body().contains(&format!("a={answer}\r\n")),
                "{}",
                ok.body()
            );
            ack(&mut phone, &invite, "").await;
            desk.expect(Event::Held { leg: LEG }).await;
            assert_eq!(desk.command().await, "pause true");
            let ok = phone
                .ask_in_dialog(&invite, "INVITE", "", &sdp(4000, "sendrecv"))
                .await;
            assert_eq!(ok.kind(), "200");
            ack(&mut phone, &invite, "").await;
            desk.expect(Event::Retrieved { leg: LEG }).await;
            assert_eq!(desk.command().await, "pause false");
        }
        assert_eq!(
            phone.ask_in_dialog(&invite, "BYE", "", "").await.kind(),
            "200"
        );
        desk.expect_released(Cause::NORMAL_CLEARING).await;
        assert_eq!(desk.command().await, "close");
    }
}

/// Acknowledges the 2xx to the request sent last.
async fn ack(phone: &mut Script, invite: &Message, body: &str) {
    let ack = phone.in_dialog_numbered(invite, "ACK", phone.sequence, "", body);
    phone.send(ack).await;
}

#[tokio::test]
async fn a_call_is_ended_by_us() {
    for by in [By::Udp, By::Tcp] {
        let (mut desk, mut phone, _) = talking(by).await;
        desk.phones.release(LEG, Cause::NORMAL_CLEARING);
        desk.phones.release(LEG, Cause::TEMPORARY_FAILURE);
        let bye = phone.expect("BYE").await;
        assert_eq!(bye.header("Reason"), Some("Q.850;cause=16"));
        phone.reply(&bye, "200 OK", "").await;
        desk.expect_released(Cause::NORMAL_CLEARING).await;
        desk.phones.release(LEG, Cause::TEMPORARY_FAILURE);
        desk.nothing_was_told();
    }
}

#[tokio::test]
async fn a_refusal_is_told_with_its_cause() {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    for (status, cause) in [
        ("486 Busy Here", Cause::USER_BUSY),
        ("480 Temporarily Unavailable", Cause::NO_USER_RESPONDING),
        ("603 Decline", Cause::CALL_REJECTED),
        ("488 Not Acceptable Here", Cause::INCOMPATIBLE_DESTINATION),
        ("503 Service Unavailable", Cause::TEMPORARY_FAILURE),
        ("302 Moved Temporarily", Cause::INTERWORKING),
    ] {
        desk.ring();
        let invite = phone.expect("INVITE").await;
        phone.reply(&invite, status, "").await;
        phone.expect("ACK").await;
        desk.expect_released(cause).await;
    }
}

#[tokio::test]
async fn a_phone_without_a_codec_in_common_is_hung_up_on() {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    desk.ring();
    phone
        .pick_up(&sdp(4000, "sendrecv").replace("8 0 96", "9 96"))
        .await;
    desk.expect(ALERTING).await;
    let bye = phone.expect("BYE").await;
    assert_eq!(bye.header("Reason"), Some("Q.850;cause=88"));
    phone.reply(&bye, "200 OK", "").await;
    desk.expect_released(Cause::INCOMPATIBLE_DESTINATION).await;
}

#[tokio::test]
async fn a_ringing_phone_is_cancelled() {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    desk.ring();
    let invite = phone.expect("INVITE").await;
    phone.reply(&invite, "180 Ringing", "").await;
    desk.expect(ALERTING).await;
    desk.phones.release(LEG, Cause::ANSWERED_ELSEWHERE);
    let cancel = phone.expect("CANCEL").await;
    assert_eq!(cancel.header("Via"), invite.header("Via"));
    assert!(
        cancel.text.contains("Call completed elsewhere"),
        "{}",
        cancel.text
    );
    phone.reply(&cancel, "200 OK", "").await;
    phone.reply(&invite, "487 Request Terminated", "").await;
    phone.expect("ACK").await;
    desk.expect_released(Cause::ANSWERED_ELSEWHERE).await;
}

/// RFC 3261 §9.1: a CANCEL waits for a provisional response.
#[tokio::test]
async fn an_answer_that_crosses_the_release_is_taken_back() {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    desk.ring();
    let invite = phone.expect("INVITE").await;
    desk.phones.release(LEG, Cause::NO_ANSWER);
    phone.reply(&invite, "200 OK", &sdp(4000, "sendrecv")).await;
    phone.expect("ACK").await;
    let bye = phone.expect("BYE").await;
    phone.reply(&bye, "200 OK", "").await;
    desk.expect_released(Cause::NO_ANSWER).await;
    desk.nothing_was_told();
}

#[tokio::test]
async fn a_phone_that_answers_nothing_is_released_all_the_same() {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    desk.ring();
    phone.expect("INVITE").await;
    phone.expect("INVITE").await;
    desk.phones.release(LEG, Cause::NO_ANSWER);
    desk.expect_released(Cause::NO_ANSWER).await;
}

/// 64·T1 is 32 s (RFC 3261 §17.1.1.2): the one test that must last as long as the standard says.
#[tokio::test]
async fn an_invite_nobody_answers_times_out() {
    let mut desk = Desk::open().await;
    let _phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    desk.expect_in_service().await;
    desk.ring();
    let event = desk.event_within(Duration::from_secs(45)).await;
    assert_eq!(
        event,
        Event::Released {
            leg: LEG,
            cause: Cause::NO_USER_RESPONDING
        }
    );
}

#[tokio::test]
async fn a_phone_that_vanishes_in_a_call_is_released_without_its_bye() {
    let (mut desk, phone, _) = talking(By::Udp).await;
    drop(phone);
    desk.phones.release(LEG, Cause::DESTINATION_OUT_OF_ORDER);
    desk.expect_released(Cause::DESTINATION_OUT_OF_ORDER).await;
}

#[tokio::test]
async fn a_stream_lost_while_ringing_ends_the_call() {
    let mut desk = Desk::open().await;
    let mut phone = Script::registered(desk.phones.local_addr(), By::Tcp).await;
    desk.expect_in_service().await;
    desk.ring();
    phone.expect("INVITE").await;
    drop(phone);
    let (mut released, mut out) = (false, false);
    while !(released && out) {
        match desk.event().await {
            Event::Released {
                cause: Cause::DESTINATION_OUT_OF_ORDER,
                ..
            } => released = true,
            Event::OutOfService { .. } => out = true,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_stream_lost_in_a_call_ends_it_unless_the_phone_comes_back() {
    for comes_back in [false, true] {
        let (mut desk, phone, invite) = talking(By::Tcp).await;
        drop(phone);
        desk.expect_out_of_service().await;
        if comes_back {
            let mut phone = Script::registered(desk.phones.local_addr(), By::Tcp).await;
            desk.expect_in_service().await;
            let alive = phone.expect("OPTIONS").await;
            assert_eq!(alive.header("Call-ID"), invite.header("Call-ID"));
        } else {
            desk.expect_released(Cause::DESTINATION_OUT_OF_ORDER).await;
        }
    }
}

#[tokio::test]
async fn a_repeated_answer_is_acknowledged_again() {
    let (desk, mut phone, invite) = talking(By::Udp).await;
    let repeated = phone.response(&invite, "200 OK", &sdp(4000, "sendrecv"));
    for _ in 0..3 {
        phone.send(&repeated).await;
        let ack = phone.expect("ACK").await;
        assert_eq!(ack.header("CSeq"), Some("1 ACK"));
    }
    assert_eq!(desk.phones.legs(), 1);
}

#[tokio::test]
async fn a_second_phone_that_answers_the_same_call_is_hung_up_on() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    let fork = phone
        .response(&invite, "200 OK", &sdp(4002, "sendrecv"))
        .replace("tag=tag", "tag=x");
    phone.send(&fork).await;
    for expected in ["ACK", "BYE"] {
        let message = phone.expect(expected).await;
        assert!(
            message.header("To").unwrap_or_default().contains("tag=x"),
            "{}",
            message.text
        );
    }
    desk.nothing_was_told();
}

/// RFC 4028: a refresh changes nothing; RFC 3264 §8: so neither does our description.
#[tokio::test]
async fn a_session_refresh_is_answered_with_the_same_description() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    let mut bodies = Vec::new();
    for method in ["INVITE", "INVITE", "UPDATE"] {
        let ok = phone
            .ask_in_dialog(&invite, method, "", &sdp(4000, "sendrecv"))
            .await;
        assert_eq!(ok.kind(), "200");
        if method == "INVITE" {
            ack(&mut phone, &invite, "").await;
        }
        bodies.push(ok.body().to_owned());
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let empty = phone.ask_in_dialog(&invite, "UPDATE", "", "").await;
    assert_eq!((empty.kind(), empty.body()), ("200", ""));
    desk.nothing_was_told();
}

#[tokio::test]
async fn a_phone_may_answer_our_offer_in_its_ack() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    let ok = phone.ask_in_dialog(&invite, "INVITE", "", "").await;
    assert!(ok.body().contains("m=audio"), "{}", ok.text);
    ack(&mut phone, &invite, &sdp(4000, "sendonly")).await;
    desk.expect(Event::Held { leg: LEG }).await;
}

#[tokio::test]
async fn an_offer_without_a_codec_in_common_leaves_the_call_as_it_is() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    let video = sdp(4000, "sendrecv").replace("8 0 96", "9");
    assert_eq!(
        phone
            .ask_in_dialog(&invite, "UPDATE", "", &video)
            .await
            .kind(),
        "488"
    );
    assert_eq!(
        phone
            .ask_in_dialog(&invite, "UPDATE", "", "hello\r\n")
            .await
            .kind(),
        "488"
    );
    assert_eq!(
        phone.ask_in_dialog(&invite, "OPTIONS", "", "").await.kind(),
        "200"
    );
    desk.nothing_was_told();
}

#[tokio::test]
async fn a_key_sent_by_info_is_told() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    let relay = "Content-Type: application/dtmf-relay\r\n";
    let body = "Signal=5\r\nDuration=160\r\n";
    assert_eq!(
        phone
            .ask_in_dialog(&invite, "INFO", relay, body)
            .await
            .kind(),
        "200"
    );
    let digit = Digit::new('5').expect("a key");
    desk.expect(Event::Digit {
        leg: LEG,
        digit,
        duration_ms: 160,
    })
    .await;
    assert_eq!(
        phone
            .ask_in_dialog(&invite, "INFO", relay, "Signal=?")
            .await
            .kind(),
        "400"
    );
    let other = "Content-Type: text/plain\r\n";
    assert_eq!(
        phone
            .ask_in_dialog(&invite, "INFO", other, "hello")
            .await
            .kind(),
        "415"
    );
}

#[tokio::test]
async fn requests_out_of_order_or_of_no_call_are_refused() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    phone.sequence += 10;
    assert_eq!(
        phone.ask_in_dialog(&invite, "OPTIONS", "", "").await.kind(),
        "200"
    );
    let old = phone.in_dialog_numbered(&invite, "BYE", phone.sequence - 1, "", "");
    phone.send(old).await;
    assert_eq!(phone.receive().await.expect("a response").kind(), "500");
    let stranger = phone.in_dialog(&invite, "BYE", "", "");
    let call_id = invite.header("Call-ID").unwrap_or_default();
    phone.send(stranger.replace(call_id, "unknown")).await;
    assert_eq!(phone.receive().await.expect("a response").kind(), "481");
    let other_tag = phone.in_dialog(&invite, "BYE", "", "");
    let (before, after) = other_tag.split_once("\r\nTo: ").expect("a To");
    phone
        .send(format!(
            "{before}\r\nTo: {}",
            after.replacen("tag=", "tag=x", 1)
        ))
        .await;
    assert_eq!(phone.receive().await.expect("a response").kind(), "481");
    assert_eq!(
        phone.ask_in_dialog(&invite, "PUBLISH", "", "").await.kind(),
        "405"
    );
    desk.nothing_was_told();
}

/// RFC 3515 §2.4: 202, then a NOTIFY with the outcome.
#[tokio::test]
async fn a_phone_asks_that_its_call_be_given_on_and_is_told_the_outcome() {
    for is_done in [true, false] {
        let (mut desk, mut phone, invite) = talking(By::Udp).await;
        let to = "Refer-To: <sip:102@127.0.0.1>\r\n";
        let answer = phone.ask_in_dialog(&invite, "REFER", to, "").await;
        assert_eq!(answer.kind(), "202");
        let to = Number::parse("102").expect("a number");
        desk.expect(Event::TransferAsked { leg: LEG, to }).await;
        if is_done {
            desk.phones.release(LEG, Cause::NORMAL_CLEARING);
        } else {
            desk.phones.refuse_transfer(LEG);
        }
        let notify = phone.expect("NOTIFY").await;
        assert_eq!(notify.header("Event"), Some("refer"));
        let state = "terminated;reason=noresource";
        assert_eq!(notify.header("Subscription-State"), Some(state));
        let outcome = if is_done { "200 OK" } else { "403 Forbidden" };
        assert_eq!(notify.body().trim(), format!("SIP/2.0 {outcome}"));
        phone.reply(&notify, "200 OK", "").await;
        if is_done {
            let bye = phone.expect("BYE").await;
            phone.reply(&bye, "200 OK", "").await;
            desk.expect_released(Cause::NORMAL_CLEARING).await;
        }
    }
}

#[tokio::test]
async fn a_transfer_that_names_nobody_or_replaces_a_call_is_refused() {
    let (mut desk, mut phone, invite) = talking(By::Udp).await;
    for (to, status) in [
        ("", "400"),
        ("Refer-To: <sip:127.0.0.1>\r\n", "400"),
        (
            "Refer-To: <sip:102@127.0.0.1?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>\r\n",
            "501",
        ),
    ] {
        let answer = phone.ask_in_dialog(&invite, "REFER", to, "").await;
        assert_eq!(answer.kind(), status, "{to}");
    }
    desk.nothing_was_told();
}
