use super::*;

const PHONE: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
    m=video 5000 RTP/AVP 34\r\na=inactive\r\n\
    m=audio 4000 RTP/AVP 9 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\n";

fn read(text: &str) -> Result<Audio, SdpError> {
    parse(text.as_bytes(), None)
}

#[test]
fn the_first_codec_in_common_and_the_event_type_are_taken() {
    let audio = read(PHONE).expect("audio");
    assert_eq!(audio.remote, "192.0.2.9:4000".parse().expect("address"));
    assert_eq!((audio.law, audio.event), (Law::Mu, Some(96)));
    assert_eq!(audio.direction, Direction::SendReceive);
    let same = parse(PHONE.as_bytes(), Some(Law::A)).expect("audio");
    assert_eq!(same.law, Law::A, "the codec in use stays in use");
}

#[test]
fn line_ends_and_unknown_lines_do_not_matter() {
    assert_eq!(read(&PHONE.replace("\r\n", "\n")), read(PHONE));
    assert_eq!(
        read(&format!("{PHONE}x=?\r\na=ssrc:1 cname:\u{fffd}\r\n\r\n")),
        read(PHONE)
    );
}

#[test]
fn every_way_to_hold_is_known() {
    for (text, direction) in [
        (format!("{PHONE}a=sendonly\r\n"), Direction::SendOnly),
        (format!("{PHONE}a=inactive\r\n"), Direction::Inactive),
        (format!("{PHONE}c=IN IP4 0.0.0.0\r\n"), Direction::Inactive),
        (
            PHONE.replace("t=0 0\r\n", "t=0 0\r\na=sendonly\r\n"),
            Direction::SendOnly,
        ),
    ] {
        let audio = read(&text).expect("audio");
        assert_eq!(audio.direction, direction, "{text}");
        assert!(audio.direction.is_hold());
    }
    assert!(
        !read(&format!("{PHONE}a=recvonly\r\n"))
            .expect("audio")
            .direction
            .is_hold()
    );
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(read(""), Err(SdpError::NoAudio));
    assert_eq!(
        read(&PHONE.replace("audio 4000", "audio 0")),
        Err(SdpError::NoAudio)
    );
    assert_eq!(
        read(&PHONE.replace("c=IN IP4 192.0.2.9", "c=IN IP4 phone.example")),
        Err(SdpError::NoAddress)
    );
    assert_eq!(
        read(&PHONE.replace("9 0 8 96", "9 96")),
        Err(SdpError::NoCodec(vec![9, 96]))
    );
    assert_eq!(
        read("v=0\r\nhello\r\n"),
        Err(SdpError::Line {
            line: 2,
            text: "hello".into()
        })
    );
}

#[test]
fn what_we_offer_and_answer_can_be_read() {
    let local = "192.0.2.1:10000".parse().expect("address");
    let mut session = Session::new(7, local);
    let offer = read(&session.offer()).expect("offer");
    assert_eq!(
        (offer.remote, offer.law, offer.event),
        (local, Law::A, Some(101))
    );
    let answer = session.answer(&read(&format!("{PHONE}a=sendonly\r\n")).expect("audio"));
    let answer = read(&answer).expect("answer");
    assert_eq!((answer.law, answer.event), (Law::Mu, Some(96)));
    assert_eq!(answer.direction, Direction::ReceiveOnly);
}

/// RFC 3389 §4: who lists it may be sent it; we take it, so it is offered, and answered where offered.
#[test]
fn comfort_noise_is_offered_and_answered_to_whoever_offers_it() {
    let mut session = Session::new(7, "192.0.2.1:10000".parse().expect("address"));
    assert!(read(&session.offer()).expect("offer").comfort_noise);
    for (formats, knows) in [("9 0 8 96", false), ("9 0 8 13 96", true)] {
        let offer = read(&PHONE.replace("9 0 8 96", formats)).expect("audio");
        let answer = session.answer(&offer);
        assert_eq!(read(&answer).expect("answer").comfort_noise, knows);
        assert_eq!(answer.contains("a=rtpmap:13 CN/8000\r\n"), knows);
    }
}

/// RFC 3264 §8: the version goes up by one when, and only when, the description changes.
#[test]
fn a_session_refresh_is_answered_with_the_same_description() {
    let mut session = Session::new(7, "192.0.2.1:10000".parse().expect("address"));
    let talking = read(PHONE).expect("audio");
    let held = Audio {
        direction: Direction::SendOnly,
        ..talking.clone()
    };
    session.offer();
    let first = session.answer(&talking);
    assert!(
        first.contains("o=hotline 7 2 IN IP4 192.0.2.1\r\n"),
        "{first}"
    );
    assert_eq!(session.answer(&talking), first);
    assert!(session.answer(&held).contains("o=hotline 7 3 "));
    assert!(session.answer(&talking).contains("o=hotline 7 4 "));
}
