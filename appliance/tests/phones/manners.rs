//! What is answered to requests that are no part of a call.

use crate::desk::Desk;
use crate::script::{By, Script};

#[tokio::test]
async fn each_request_has_its_answer() {
    for by in [By::Udp, By::Tcp] {
        let desk = Desk::open().await;
        let mut phone = Script::new(desk.phones.local_addr(), by).await;
        for (method, more, status) in [
            ("OPTIONS", "", "200"),
            ("OPTIONS", "Max-Forwards: 0\r\n", "200"),
            ("INVITE", "", "401"),
            ("BYE", "", "481"),
            ("CANCEL", "", "481"),
            ("SUBSCRIBE", "Event: presence\r\n", "405"),
            ("MESSAGE", "", "405"),
            ("BREW", "", "501"),
            ("OPTIONS", "Require: 100rel\r\nRequire: teapot\r\n", "420"),
            ("REGISTER", "", "401"),
        ] {
            let answer = phone.ask(method, more).await;
            assert_eq!(answer.kind(), status, "{method} {more}");
            if status == "420" {
                assert_eq!(answer.header("Unsupported"), Some("100rel, teapot"));
            }
            if method == "INVITE" {
                let ack = phone.request("ACK", "");
                phone.send(ack).await;
            }
        }
    }
}

#[tokio::test]
async fn a_keep_alive_is_answered() {
    let desk = Desk::open().await;
    let mut phone = Script::new(desk.phones.local_addr(), By::Udp).await;
    phone.send("\r\n\r\n").await;
    assert_eq!(phone.receive().await.expect("a pong").text, "\r\n");
}
