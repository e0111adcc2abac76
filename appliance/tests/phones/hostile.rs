//! Messages no phone should send (after RFC 4475), and floods.

use std::net::Ipv4Addr;

use crate::desk::{Desk, PHONE};
use crate::script::{By, Script};

const HEAD: &str = "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\nMax-Forwards: 70\r\n\
    From: <sip:a@b>;tag=1\r\nTo: <sip:100@c>\r\nCall-ID: hostile\r\nCSeq: 1 OPTIONS\r\n";

/// What is changed in a sound message, in the spirit of RFC 4475.
const CHANGES: &[(&str, &str)] = &[
    ("Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx", "Via:"),
    ("Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx", "Via: ,,,"),
    ("SIP/2.0/UDP", "SIP / 2.0 / UDP"),
    ("127.0.0.1:9;", "127.0.0.1:99999;"),
    ("127.0.0.1:9;", "[::1;"),
    (";branch=z9hG4bKx", ";branch="),
    (";branch=z9hG4bKx", ";received=1.2.3.4.5;rport=x"),
    ("Max-Forwards: 70", "Max-Forwards: 300"),
    ("Max-Forwards: 70", "Max-Forwards: -1"),
    ("From: <sip:a@b>;tag=1\r\n", ""),
    ("<sip:a@b>;tag=1", "<sip:a@b"),
    ("<sip:a@b>;tag=1", "\"unclosed <sip:a@b>;tag=1"),
    ("<sip:a@b>;tag=1", "<>;tag=1"),
    ("<sip:a@b>;tag=1", "sip:a@b;tag="),
    ("To: <sip:100@c>", "To: sip:100@c, sip:101@c"),
    ("To: <sip:100@c>", "To: <sip:100@c>\r\nTo: <sip:101@c>"),
    ("To: <sip:100@c>", "To: \u{65e5}\u{672c} <sip:%00%ff@c>"),
    ("Call-ID: hostile", "Call-ID:"),
    ("Call-ID: hostile", "Call-ID: a\r\nCall-ID: b"),
    ("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"),
    ("CSeq: 1 OPTIONS", "CSeq: 99999999999 OPTIONS"),
    ("CSeq: 1 OPTIONS", "CSeq: OPTIONS"),
    ("CSeq: 1 OPTIONS", "CSeq: \u{661} OPTIONS"),
    (
        "CSeq: 1 OPTIONS",
        "CSeq: 1 OPTIONS\r\nContent-Length: 99999999999999999999",
    ),
    ("CSeq: 1 OPTIONS", "CSeq: 1 OPTIONS\r\nContent-Length: 9"),
    ("CSeq: 1 OPTIONS", "CSeq: 1 OPTIONS\r\n folded\r\n\tagain"),
    (
        "CSeq: 1 OPTIONS",
        "CSeq: 1 OPTIONS\r\nRequire:\r\nRequire: ,",
    ),
    (
        "CSeq: 1 OPTIONS",
        "CSeq: 1 OPTIONS\r\nContact: <sip:\r\nExpires: x",
    ),
    (
        "CSeq: 1 OPTIONS",
        "CSeq: 1 OPTIONS\r\nAuthorization: Digest \"\\",
    ),
    ("sip:100@c", "sip:100@c;transport=\"\""),
    ("sip:100@c", "<sip:100@c>"),
    ("sip:100@c", "nobodyKnowsThisScheme:totallyopaquecontent"),
    ("sip:100@c", "sip:100 @c"),
    ("sip:100@c", "sip:"),
    ("SIP/2.0\r\n", "SIP/7.0\r\n"),
    ("SIP/2.0\r\n", "\r\n"),
    ("OPTIONS sip", "  OPTIONS   sip"),
    ("OPTIONS", "!interesting-Method0123456789_*+`.%indeed'~"),
];

fn corpus() -> Vec<Vec<u8>> {
    let sound = format!("OPTIONS sip:100@c SIP/2.0\r\n{HEAD}\r\n");
    let changed = CHANGES
        .iter()
        .map(|(good, bad)| sound.replacen(good, bad, 1).into_bytes());
    let mut corpus: Vec<_> = changed.collect();
    corpus.extend([
        b"\0".to_vec(),
        b"SIP/2.0 200 OK\r\n\r\n".to_vec(),
        b"SIP/2.0 4294967301 better not\r\n\r\n".to_vec(),
        format!("SIP/2.0 200\r\n{HEAD}\r\n").into_bytes(),
        format!(
            "SIP/2.0 100 Trying\r\n{}\r\n",
            HEAD.replace("OPTIONS", "INVITE")
        )
        .into_bytes(),
        format!(
            "ACK sip:100@c SIP/2.0\r\n{}\r\n",
            HEAD.replace("OPTIONS", "ACK")
        )
        .into_bytes(),
        vec![b'a'; 60_000],
        format!(
            "OPTIONS sip:c SIP/2.0\r\n{HEAD}X: {}\r\n\r\n",
            "y".repeat(15_000)
        )
        .into_bytes(),
        format!(
            "OPTIONS sip:c SIP/2.0\r\n{HEAD}{}\r\n",
            "A: b\r\n".repeat(2000)
        )
        .into_bytes(),
        [
            b"OPTIONS sip:c SIP/2.0\r\nSubject: ",
            &[0xE9, 0xFF, 0x80][..],
            b"\r\n\r\n",
        ]
        .concat(),
        [b"OPTIONS sip:\xFF SIP/2.0\r\n", HEAD.as_bytes(), b"\r\n"].concat(),
    ]);
    corpus
}

async fn still_answers(desk: &Desk) {
    let mut phone = Script::registered(desk.phones.local_addr(), By::Udp).await;
    assert_eq!(phone.ask("OPTIONS", "").await.kind(), "200");
    assert_eq!(
        desk.registration().map(|registration| registration.phone),
        Some(PHONE)
    );
}

#[tokio::test]
async fn no_malformed_message_harms_the_registrar() {
    let desk = Desk::open().await;
    for (number, message) in corpus().into_iter().enumerate() {
        let mut phone = Script::new(desk.phones.local_addr(), By::Udp).await;
        phone.send(&message).await;
        let answer = phone.ask("OPTIONS", "").await;
        // The last answer is ours; before it the malformed message may have had one of its own.
        let last = if answer.header("Call-ID") == Some("hostile") || answer.kind() != "200" {
            phone.expect("200").await
        } else {
            answer
        };
        assert_eq!(last.kind(), "200", "message {number}");
    }
    still_answers(&desk).await;
}

#[tokio::test]
async fn no_malformed_message_on_a_stream_harms_another() {
    let desk = Desk::open().await;
    for message in corpus() {
        let mut phone = Script::new(desk.phones.local_addr(), By::Tcp).await;
        phone.send(&message).await;
    }
    still_answers(&desk).await;
}

/// Each octet of a sound REGISTER changed, one at a time, from many phones: from one, the guard
/// against floods would keep most of it out.
#[tokio::test]
async fn no_changed_octet_harms_the_registrar() {
    let desk = Desk::open().await;
    let mut phone = Script::new(desk.phones.local_addr(), By::Udp).await;
    let sound = phone.request("REGISTER", "").into_bytes();
    for at in 0..sound.len() {
        for flip in [0x01, 0x20, 0x85] {
            let host = u8::try_from(at / 4 % 250 + 1).expect("below 251");
            if at % 4 == 0 {
                let ip = Ipv4Addr::new(127, 0, 1, host);
                phone = Script::at(ip, desk.phones.local_addr(), By::Udp).await;
            }
            let mut changed = sound.clone();
            changed[at] ^= flip;
            phone.send(&changed).await;
        }
    }
    still_answers(&desk).await;
}

#[tokio::test]
async fn a_flood_from_one_source_is_cut() {
    let desk = Desk::open().await;
    let mut phone = Script::new(desk.phones.local_addr(), By::Udp).await;
    for _ in 0..2000 {
        let request = phone.request("REGISTER", "");
        phone.send(request).await;
    }
    let mut answers = 0;
    let patience = std::time::Duration::from_millis(500);
    while tokio::time::timeout(patience, phone.receive())
        .await
        .is_ok()
    {
        answers += 1;
    }
    assert!(
        (1..1000).contains(&answers),
        "{answers} answers to 2000 requests"
    );
}
