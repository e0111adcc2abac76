//! A call that the phone makes, from its INVITE to our answer.

use std::sync::Arc;
use std::time::Duration;

use hotline_call::{Cause, Event, LegId, PhoneId};
use rsipstack::sip::{Header, HeadersExt, Request, StatusCode};
use rsipstack::transaction::Transaction;
use rsipstack::transaction::transaction::{TransactionEvent, TransactionEventSender};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

use super::voice::Voice;
use super::{Call, Leg, Mail, PROBE_EVERY, State};
use crate::phones::sip::dialog::Dialog;
use crate::phones::sip::router::ALLOW;
use crate::phones::sip::{Door, cause, lock};

/// A call that nobody answers in this time is over, whatever the centre thinks: no phone waits
/// longer (§13.3.1.1).
const ANSWER_BOUND: Duration = Duration::from_secs(300);

/// What is left to do about the phone's INVITE.
pub struct Incoming {
    /// Its transaction, which sends our responses.
    transaction: TransactionEventSender,
    /// Our description.
    answer: String,
    /// The phone has acknowledged our answer.
    acknowledged: bool,
}

impl Incoming {
    /// Of this transaction, to be accepted with this description.
    pub fn new(transaction: &Transaction, answer: String) -> Self {
        Self {
            transaction: transaction.tu_sender.clone(),
            answer,
            acknowledged: false,
        }
    }
}

impl Leg {
    /// A leg that its phone begins.
    pub fn incoming(
        door: Arc<Door>,
        id: LegId,
        phone: PhoneId,
        voice: Voice,
        mailbox: UnboundedSender<Mail>,
        incoming: Incoming,
    ) -> Self {
        let by = Instant::now() + ANSWER_BOUND;
        Self {
            door,
            id,
            phone,
            mailbox,
            voice,
            state: State::Offered { by, early: false },
            alerting: false,
            refers: false,
            incoming: Some(incoming),
        }
    }

    /// Runs it to its end. The phone hears ringing until the centre lets it hear something else.
    pub async fn serve_incoming(
        mut self,
        dialog: Dialog,
        invite: Request,
        offered: Event,
        mail: UnboundedReceiver<Mail>,
    ) {
        let mut call = Call { dialog, invite };
        self.reply(&call, 180, vec![], None);
        let channel = Some(self.voice.channel());
        self.door.tell_with(offered, channel).await;
        self.serve(&mut call, mail).await;
    }

    /// The centre lets the phone hear something before it answers: the network's tones, say.
    pub(super) fn early(&mut self, call: &Call) {
        let State::Offered { early, .. } = &mut self.state else {
            return;
        };
        if !std::mem::replace(early, true) {
            self.describe(call, 183);
        }
    }

    /// The centre answers.
    pub(super) fn accept(&mut self, call: &Call) {
        if !matches!(self.state, State::Offered { .. }) {
            return;
        }
        self.describe(call, 200);
        self.state = State::Talking {
            probe_at: Instant::now() + PROBE_EVERY,
            lost: false,
        };
    }

    /// The centre will not have the call.
    pub(super) async fn refuse(&mut self, call: &Call, cause: Cause) {
        let reason = Header::Reason(cause::reason(cause).into());
        self.reply(call, cause::to_status(cause), vec![reason], None);
        self.released(cause).await;
    }

    /// The phone takes its call back. The stack has answered the CANCEL itself.
    pub(super) async fn cancelled(&mut self, call: &Call) {
        if matches!(self.state, State::Offered { .. }) {
            self.reply(call, 487, vec![], None);
            self.released(Cause::NORMAL_CLEARING).await;
        }
    }

    /// The phone knows that we have answered.
    pub(super) async fn acknowledged(&mut self, body: &[u8]) {
        if let Some(incoming) = &mut self.incoming {
            incoming.acknowledged = true;
        }
        if !body.is_empty() {
            self.late_answer(body).await;
        }
    }

    /// The transaction of the phone's INVITE is over. Without an acknowledgement of our answer the
    /// phone has gone (§13.3.1.4).
    pub(super) async fn invite_over(&mut self, call: &mut Call) {
        let acknowledged = self.incoming.as_ref().is_none_or(|made| made.acknowledged);
        match self.state {
            State::Offered { .. } => self.released(Cause::DESTINATION_OUT_OF_ORDER).await,
            State::Talking { .. } if !acknowledged => {
                self.clear(call, Cause::RECOVERY_ON_TIMER_EXPIRY);
            }
            _ => {}
        }
    }

    fn describe(&self, call: &Call, status: u16) {
        let answer = self.incoming.as_ref().map(|made| made.answer.clone());
        let kind = Header::ContentType("application/sdp".into());
        self.reply(call, status, vec![kind], answer);
    }

    /// A response to the phone's INVITE. Those that make a dialog say how to reach us in it
    /// (§12.1.1).
    fn reply(&self, call: &Call, status: u16, mut headers: Vec<Header>, body: Option<String>) {
        let Some(incoming) = &self.incoming else {
            return;
        };
        if status < 300 {
            headers.push(Header::Contact(call.dialog.contact().into()));
            headers.push(Header::Allow(ALLOW.into()));
            let routes = call.invite.record_route_headers();
            headers.extend(routes.into_iter().cloned().map(Header::RecordRoute));
        }
        let (status, body) = (StatusCode::from(status), body.map(String::into_bytes));
        let mut response = self
            .door
            .endpoint()
            .make_response(&call.invite, status, body);
        response.headers.extend(headers);
        let _ = incoming
            .transaction
            .send(TransactionEvent::Respond(response));
    }

    /// What is remembered of it at the door goes.
    pub(super) fn forget(&self) {
        let mut legs = lock(&self.door.legs);
        legs.by_id.remove(&self.id);
        legs.made.remove(&self.id);
    }
}
