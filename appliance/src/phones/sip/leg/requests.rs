//! What the phone asks for within a call.

use hotline_call::{Cause, Digit, Event};
use rsipstack::sip::{Header, HeadersExt, Method, Request, SipMessage, StatusCode};
use rsipstack::transaction::Transaction;

use super::voice::Change;
use super::{Call, Leg, Mail, State};
use crate::phones::sip::cause;
use crate::phones::sip::flow::Flow;
use crate::phones::sip::router::ALLOW;

/// The length of a key told without one (RFC 2976 bodies need not have it).
const DEFAULT_KEY_MS: u32 = 100;
/// No key is held longer than this; what says so is wrong.
const MAX_KEY_MS: u32 = 60_000;

/// A final response.
struct Answer {
    status: u16,
    headers: Vec<Header>,
    body: Option<String>,
}

impl Answer {
    const fn plain(status: u16) -> Self {
        Self {
            status,
            headers: vec![],
            body: None,
        }
    }
}

impl Leg {
    /// A request in the dialog. A tag that is not ours names another one.
    pub(super) async fn requested(
        &mut self,
        call: &mut Call,
        transaction: Transaction,
        flow: Flow,
        tag: &str,
    ) {
        let request = transaction.original.clone();
        let answer = match self.state {
            State::Talking { .. } | State::Clearing { .. } if tag == call.dialog.local_tag => {
                if call.dialog.takes(&request) {
                    // A phone that changed its network is answered, and called, where it is now.
                    call.dialog.flow = flow;
                    self.answer(call, &request).await
                } else {
                    Answer::plain(500)
                }
            }
            _ => Answer::plain(481),
        };
        let bye = request.method == Method::Bye && answer.status == 200;
        self.respond(transaction, answer);
        if bye {
            let told = request
                .reason_header()
                .and_then(|reason| cause::of_reason(reason.value()));
            let cause = match self.state {
                State::Clearing { cause, .. } => cause,
                _ => told.unwrap_or(Cause::NORMAL_CLEARING),
            };
            self.released(cause).await;
        }
    }

    async fn answer(&mut self, call: &mut Call, request: &Request) -> Answer {
        match request.method {
            Method::Bye | Method::Options => Answer::plain(200),
            // A call that is being ended is not changed any more.
            _ if matches!(self.state, State::Clearing { .. }) => Answer::plain(481),
            Method::Invite | Method::Update => {
                call.dialog.retarget(request);
                self.renegotiate(call, request).await
            }
            Method::Info => self.info(request).await,
            Method::Refer => Answer::plain(self.refer(request).await),
            _ => Answer {
                headers: vec![Header::Allow(ALLOW.into())],
                ..Answer::plain(405)
            },
        }
    }

    /// A re-INVITE or UPDATE: hold, resume, another address, or only a sign of life.
    async fn renegotiate(&mut self, call: &Call, request: &Request) -> Answer {
        let description = match (request.body.is_empty(), request.method) {
            (true, Method::Update) => None,
            (true, _) => Some(self.voice.offer_again()),
            (false, _) => match self.voice.offered(&request.body) {
                Ok((answer, change)) => {
                    self.tell_change(change).await;
                    Some(answer)
                }
                Err(why) => {
                    tracing::info!(leg = self.id.0, phone = self.phone.0, %why, "offer refused");
                    return Answer::plain(488);
                }
            },
        };
        let mut headers = vec![
            Header::Contact(call.dialog.contact().into()),
            Header::Allow(ALLOW.into()),
        ];
        if description.is_some() {
            headers.push(Header::ContentType("application/sdp".into()));
        }
        Answer {
            status: 200,
            headers,
            body: description,
        }
    }

    /// The answer in the ACK of a re-INVITE that came without an offer.
    pub(super) async fn late_answer(&mut self, body: &[u8]) {
        if matches!(self.state, State::Talking { .. }) {
            match self.voice.agreed(body) {
                Ok(change) => self.tell_change(change).await,
                Err(why) => tracing::info!(leg = self.id.0, %why, "answer in ACK of no use"),
            }
        }
    }

    async fn tell_change(&self, change: Change) {
        let leg = self.id;
        match change {
            Change::Held => self.door.tell(Event::Held { leg }).await,
            Change::Retrieved => self.door.tell(Event::Retrieved { leg }).await,
            Change::None => {}
        }
    }

    /// A key told by SIP, as some phones are set to.
    async fn info(&self, request: &Request) -> Answer {
        let kind = request.headers.iter().find_map(|header| match header {
            Header::ContentType(kind) => Some(kind.value().to_ascii_lowercase()),
            _ => None,
        });
        let body = String::from_utf8_lossy(&request.body);
        let key = match kind.as_deref().map(str::trim) {
            // An INFO without a body only asks whether we are there (RFC 6086 §4.2.2).
            None if body.is_empty() => return Answer::plain(200),
            Some("application/dtmf-relay") => relayed_key(&body),
            Some("application/dtmf") => key(body.trim()).map(|digit| (digit, DEFAULT_KEY_MS)),
            _ => return Answer::plain(415),
        };
        let Some((digit, duration_ms)) = key else {
            return Answer::plain(400);
        };
        self.door
            .tell(Event::Digit {
                leg: self.id,
                digit,
                duration_ms,
            })
            .await;
        Answer::plain(200)
    }

    /// Answers in a task of its own, which waits for the ACK of an INVITE.
    fn respond(&self, mut transaction: Transaction, answer: Answer) {
        let mailbox = self.mailbox.clone();
        tokio::spawn(async move {
            let status = StatusCode::from(answer.status);
            let body = answer.body.map(String::into_bytes);
            if let Err(error) = transaction.reply_with(status, answer.headers, body).await {
                tracing::debug!(%error, "SIP response not sent");
            }
            while let Some(message) = transaction.receive().await {
                if let SipMessage::Request(ack) = message
                    && ack.method == Method::Ack
                    && !ack.body.is_empty()
                {
                    let _ = mailbox.send(Mail::LateAnswer(ack.body));
                }
            }
        });
    }
}

/// `Signal=5` and `Duration=160`, a line each.
fn relayed_key(body: &str) -> Option<(Digit, u32)> {
    let value = |name: &str| {
        body.lines().find_map(|line| {
            let (n, value) = line.split_once('=')?;
            n.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let duration = value("Duration").and_then(|text| text.parse().ok());
    Some((
        key(value("Signal")?)?,
        duration.unwrap_or(DEFAULT_KEY_MS).min(MAX_KEY_MS),
    ))
}

/// A key by its label, or by its number among the events of RFC 4733 §3.2.
fn key(text: &str) -> Option<Digit> {
    let label = match text {
        "10" => '*',
        "11" => '#',
        one if one.chars().count() == 1 => one.chars().next()?.to_ascii_uppercase(),
        _ => return None,
    };
    Digit::new(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_phones_write_them() {
        let read = |body| relayed_key(body).map(|(digit, ms)| (digit.label(), ms));
        assert_eq!(read("Signal=5\r\nDuration=160\r\n"), Some(('5', 160)));
        assert_eq!(
            read("signal = 11\nduration = x"),
            Some(('#', DEFAULT_KEY_MS))
        );
        assert_eq!(
            read("Signal=a\r\nDuration=4000000000"),
            Some(('A', MAX_KEY_MS))
        );
        for nothing in ["", "Signal=", "Signal=12", "Duration=160", "Signal=é"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }
}
