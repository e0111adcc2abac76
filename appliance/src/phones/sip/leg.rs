//! One call to one phone, or of one: a task that owns the dialog and the voice, and tells `Released` exactly
//! once. Each state has a deadline of its own, so the task ends whatever the phone does.

mod incoming;
mod requests;
mod transfer;
mod voice;

use std::sync::Arc;
use std::time::Duration;

use hotline_call::{CallerId, Cause, Event, LegId, PhoneId};
use rsipstack::sip::{HeadersExt, Request, Response};
use rsipstack::transaction::Transaction;
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;

use super::dialog::Dialog;
use super::flow::Flow;
use super::{Door, cause, lock};
use crate::media::StreamSlot;
pub use incoming::Incoming;
pub use voice::Voice;

/// The promise of `Phones::release`: a phone that answers neither CANCEL nor BYE in this time is
/// told of no more.
const RELEASE_BOUND: Duration = Duration::from_secs(5);
/// After this the INVITE transaction has ended by itself (64·T1, timer C is 180 s).
const RING_BOUND: Duration = Duration::from_secs(200);
/// How long a straggler may come after the end (64·T1): a repeated 2xx, or a late one.
const LINGER: Duration = Duration::from_secs(32);
/// A phone in a call is asked this often whether it is still there.
const PROBE_EVERY: Duration = Duration::from_secs(30);
/// How long a phone whose TCP stream broke in a call may take to register over a new one.
const RECONNECT: Duration = Duration::from_secs(5);

/// What a leg hears.
pub enum Mail {
    /// A response to one of its requests.
    Response(Kind, Response),
    /// That request's transaction is over.
    Ended(Kind),
    /// A 2xx to its INVITE after that transaction was over.
    Late(Response),
    /// A request of the phone within the dialog that `tag` should name.
    Request {
        /// To answer it.
        transaction: Box<Transaction>,
        /// Where it came from.
        flow: Flow,
        /// The tag in its To.
        tag: String,
    },
    /// The answer, in an ACK, to an offer we made in a 2xx.
    LateAnswer(Vec<u8>),
    /// The centre ends the call.
    Release(Cause),
    /// The centre answers a call that the phone makes.
    Answer,
    /// The centre does not do what the phone asked by REFER.
    RefuseTransfer,
    /// The centre lets the phone hear something, perhaps before it answers.
    Early,
    /// The phone takes back the call that it makes.
    Cancelled,
    /// The phone knows of our answer; what its acknowledgement says.
    Acknowledged(Vec<u8>),
    /// A TCP stream was closed.
    FlowLost(Flow),
}

/// Which of our requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one that began the call.
    Invite,
    /// The one that takes it back.
    Cancel,
    /// The one that ends it.
    Bye,
    /// An OPTIONS: whether the phone is still there.
    Probe,
    /// A NOTIFY: what has become of its REFER.
    Notify,
}

enum State {
    /// The INVITE is on its way; `heard` once the phone has said anything.
    Ringing { heard: bool, by: Instant },
    /// The phone calls, and the centre has not answered; `early` once the phone hears more than
    /// ringing.
    Offered { by: Instant, early: bool },
    /// It is being taken back. A CANCEL may only follow a provisional response (§9.1).
    Cancelling {
        cause: Cause,
        sent: bool,
        by: Instant,
    },
    /// Both talk. `lost` once the stream to the phone is closed.
    Talking { probe_at: Instant, lost: bool },
    /// A BYE is on its way.
    Clearing { cause: Cause, by: Instant },
    /// Released; here for stragglers only.
    Lingering { until: Instant },
}

/// One leg.
pub struct Leg {
    door: Arc<Door>,
    id: LegId,
    phone: PhoneId,
    mailbox: UnboundedSender<Mail>,
    voice: Voice,
    state: State,
    alerting: bool,
    /// The phone has asked that the call be given to somebody, and has not been told the outcome.
    refers: bool,
    /// Of a call that the phone makes.
    incoming: Option<Incoming>,
}

/// What only a leg whose phone is registered has.
struct Call {
    dialog: Dialog,
    invite: Request,
}

impl Leg {
    /// A leg about to ring.
    pub fn new(
        door: Arc<Door>,
        id: LegId,
        phone: PhoneId,
        slot: StreamSlot,
        mailbox: UnboundedSender<Mail>,
    ) -> Self {
        let voice = Voice::new(door.media.clone(), slot);
        let state = State::Ringing {
            heard: false,
            by: Instant::now() + RING_BOUND,
        };
        Self {
            door,
            id,
            phone,
            mailbox,
            voice,
            state,
            alerting: false,
            refers: false,
            incoming: None,
        }
    }

    /// Runs the leg to its end.
    pub async fn run(mut self, caller: CallerId, mail: UnboundedReceiver<Mail>) {
        let mut call = match self.begin(&caller) {
            Ok(call) => call,
            Err(cause) => return self.released(cause).await,
        };
        lock(&self.door.legs)
            .by_call_id
            .insert(call.dialog.call_id.clone(), self.mailbox.clone());
        self.request(Kind::Invite, Ok(call.invite.clone()), &call);
        self.serve(&mut call, mail).await;
    }

    async fn serve(&mut self, call: &mut Call, mut mail: UnboundedReceiver<Mail>) {
        loop {
            tokio::select! {
                Some(mail) = mail.recv() => self.handle(call, mail).await,
                () = tokio::time::sleep_until(self.deadline()) => {
                    if matches!(self.state, State::Lingering { .. }) {
                        break;
                    }
                    self.timeout(call).await;
                }
                () = self.door.closed() => break,
            }
        }
        lock(&self.door.legs)
            .by_call_id
            .remove(&call.dialog.call_id);
    }

    fn begin(&mut self, caller: &CallerId) -> Result<Call, Cause> {
        let binding = lock(&self.door.registrar).newest(self.phone).cloned();
        let binding = binding
            .filter(|b| b.flow.is_open())
            .ok_or(Cause::SUBSCRIBER_ABSENT)?;
        let accounts = Arc::clone(&self.door.accounts.borrow());
        let account = accounts
            .by_phone(self.phone)
            .ok_or(Cause::SUBSCRIBER_ABSENT)?;
        let address = self.door.told_address(&binding.flow);
        let contact = &binding.registration.contact;
        let mut dialog = Dialog::new(&account.user, contact, caller, binding.flow, address);
        let offer = self.voice.offer(address.ip());
        let invite = dialog.invite(&offer).map_err(|error| {
            tracing::warn!(phone = self.phone.0, contact, %error, "contact cannot be called");
            Cause::INTERWORKING
        })?;
        Ok(Call { dialog, invite })
    }

    fn deadline(&self) -> Instant {
        match self.state {
            State::Ringing { by, .. }
            | State::Offered { by, .. }
            | State::Cancelling { by, .. }
            | State::Clearing { by, .. }
            | State::Talking { probe_at: by, .. }
            | State::Lingering { until: by } => by,
        }
    }

    async fn handle(&mut self, call: &mut Call, mail: Mail) {
        match mail {
            Mail::Response(Kind::Invite, response) => self.invite_response(call, response).await,
            Mail::Ended(Kind::Invite) if self.incoming.is_some() => self.invite_over(call).await,
            Mail::Ended(Kind::Invite) => {
                // Without a final response: the stack gave up.
                if matches!(self.state, State::Ringing { .. } | State::Cancelling { .. }) {
                    self.released(Cause::NO_USER_RESPONDING).await;
                }
            }
            Mail::Late(response) => self.accepted(call, &response).await,
            Mail::Response(Kind::Bye, response) if response.status_code.code() < 200 => {}
            Mail::Response(Kind::Bye, _) | Mail::Ended(Kind::Bye) => {
                if let State::Clearing { cause, .. } = self.state {
                    self.released(cause).await;
                }
            }
            Mail::Response(Kind::Probe, response) => self.probed(call, &response).await,
            Mail::Response(Kind::Cancel | Kind::Notify, _)
            | Mail::Ended(Kind::Cancel | Kind::Probe | Kind::Notify) => {}
            Mail::RefuseTransfer => self.transfer_refused(call),
            Mail::Request {
                transaction,
                flow,
                tag,
            } => {
                self.requested(call, *transaction, flow, &tag).await;
            }
            Mail::LateAnswer(body) => self.late_answer(&body).await,
            Mail::Release(cause) if matches!(self.state, State::Offered { .. }) => {
                self.refuse(call, cause).await;
            }
            Mail::Release(cause) => self.release(call, cause),
            Mail::Answer => self.accept(call),
            Mail::Early => self.early(call),
            Mail::Cancelled => self.cancelled(call).await,
            Mail::Acknowledged(body) => self.acknowledged(&body).await,
            Mail::FlowLost(flow) if call.dialog.flow.is_same(&flow) => self.flow_lost().await,
            Mail::FlowLost(_) => {}
        }
    }

    async fn timeout(&mut self, call: &mut Call) {
        match self.state {
            State::Ringing { .. } => self.released(Cause::NO_USER_RESPONDING).await,
            State::Offered { .. } => self.refuse(call, Cause::NO_ANSWER).await,
            State::Cancelling { cause, .. } | State::Clearing { cause, .. } => {
                tracing::warn!(
                    leg = self.id.0,
                    phone = self.phone.0,
                    "phone answers nothing"
                );
                self.released(cause).await;
            }
            State::Talking { lost, .. } => {
                if lost && !self.reconnect(call) {
                    tracing::warn!(
                        leg = self.id.0,
                        phone = self.phone.0,
                        "phone lost in a call"
                    );
                    return self.released(Cause::DESTINATION_OUT_OF_ORDER).await;
                }
                self.state = State::Talking {
                    probe_at: Instant::now() + PROBE_EVERY,
                    lost: false,
                };
                let probe = call.dialog.next("OPTIONS", "");
                self.request(Kind::Probe, probe, call);
            }
            State::Lingering { .. } => {}
        }
    }

    async fn invite_response(&mut self, call: &mut Call, response: Response) {
        match response.status_code.code() {
            status @ ..=199 => {
                match &mut self.state {
                    State::Ringing { heard, .. } => *heard = true,
                    State::Cancelling { cause, sent, .. } if !*sent => {
                        *sent = true;
                        let cause = *cause;
                        self.cancel(call, cause);
                    }
                    _ => {}
                }
                let rings = matches!(status, 180 | 183) && !self.alerting;
                if rings && matches!(self.state, State::Ringing { .. }) {
                    self.alerting = true;
                    self.door.tell(Event::Alerting { leg: self.id }).await;
                }
            }
            200..=299 => self.accepted(call, &response).await,
            status => match self.state {
                State::Ringing { .. } => {
                    let cause = refusal(&response);
                    tracing::info!(leg = self.id.0, phone = self.phone.0, status, %cause, "refused");
                    self.released(cause).await;
                }
                State::Cancelling { cause, .. } => self.released(cause).await,
                _ => {}
            },
        }
    }

    /// A 2xx, the first or not. Each one is acknowledged; only the first one begins the talk.
    async fn accepted(&mut self, call: &mut Call, response: &Response) {
        let first = matches!(self.state, State::Ringing { .. } | State::Cancelling { .. });
        if first {
            call.dialog.confirm(response);
        } else if call.dialog.is_fork(response) {
            return self.refuse_fork(call, response).await;
        }
        if let Ok(ack) = call.dialog.ack() {
            call.dialog.flow.send(ack.into()).await;
        }
        match self.state {
            State::Ringing { .. } => match self.voice.agreed(&response.body) {
                Ok(_) => {
                    let probe_at = Instant::now() + PROBE_EVERY;
                    self.state = State::Talking {
                        probe_at,
                        lost: false,
                    };
                    self.door.tell(Event::Answered { leg: self.id }).await;
                }
                Err(why) => {
                    tracing::warn!(leg = self.id.0, phone = self.phone.0, %why, "answer of no use");
                    self.clear(call, why.cause());
                }
            },
            // The answer crossed our CANCEL.
            State::Cancelling { cause, .. } => self.clear(call, cause),
            // The phone never got our BYE, or answered long after it was given up.
            State::Lingering { .. } if self.voice.was_never_open() => {
                let bye = call.dialog.next("BYE", "");
                self.request(Kind::Bye, bye, call);
            }
            _ => {}
        }
    }

    async fn refuse_fork(&mut self, call: &Call, response: &Response) {
        let mut dialog = call.dialog.fork(response);
        if let Ok(ack) = dialog.ack() {
            dialog.flow.send(ack.into()).await;
        }
        let bye = dialog.next("BYE", &format!("Reason: {}\r\n", cause::reason(Cause(26))));
        self.request(Kind::Cancel, bye, call);
    }

    fn release(&mut self, call: &mut Call, cause: Cause) {
        match self.state {
            State::Ringing { heard, .. } => {
                self.voice.close();
                self.state = State::Cancelling {
                    cause,
                    sent: heard,
                    by: Instant::now() + RELEASE_BOUND,
                };
                if heard {
                    self.cancel(call, cause);
                }
            }
            State::Talking { .. } => {
                self.transfer_done(call);
                self.clear(call, cause);
            }
            State::Offered { .. }
            | State::Cancelling { .. }
            | State::Clearing { .. }
            | State::Lingering { .. } => {}
        }
    }

    fn cancel(&self, call: &Call, cause: Cause) {
        let cancel = call.dialog.cancel(&call.invite, &cause::reason(cause));
        self.request(Kind::Cancel, cancel, call);
    }

    fn clear(&mut self, call: &mut Call, cause: Cause) {
        self.voice.close();
        self.state = State::Clearing {
            cause,
            by: Instant::now() + RELEASE_BOUND,
        };
        let bye = call
            .dialog
            .next("BYE", &format!("Reason: {}\r\n", cause::reason(cause)));
        self.request(Kind::Bye, bye, call);
    }

    /// The one place where `Released` is told.
    async fn released(&mut self, cause: Cause) {
        if matches!(self.state, State::Lingering { .. }) {
            return;
        }
        self.voice.close();
        self.state = State::Lingering {
            until: Instant::now() + LINGER,
        };
        self.forget();
        self.door
            .tell(Event::Released {
                leg: self.id,
                cause,
            })
            .await;
    }

    async fn probed(&mut self, call: &mut Call, response: &Response) {
        let gone = match response.status_code.code() {
            408 | 481 => true,
            // The stream would not take it; see `flow_lost`.
            503 => is_local(response),
            _ => false,
        };
        if gone && matches!(self.state, State::Talking { .. }) {
            tracing::warn!(
                leg = self.id.0,
                phone = self.phone.0,
                "phone vanished in a call"
            );
            self.clear(call, Cause::DESTINATION_OUT_OF_ORDER);
        }
    }

    async fn flow_lost(&mut self) {
        match self.state {
            State::Ringing { .. } | State::Offered { .. } => {
                self.released(Cause::DESTINATION_OUT_OF_ORDER).await;
            }
            State::Cancelling { cause, .. } | State::Clearing { cause, .. } => {
                self.released(cause).await;
            }
            State::Talking { .. } => {
                self.state = State::Talking {
                    probe_at: Instant::now() + RECONNECT,
                    lost: true,
                };
            }
            State::Lingering { .. } => {}
        }
    }

    /// Whether the phone has come back by another way.
    fn reconnect(&self, call: &mut Call) -> bool {
        if !call.dialog.flow.is_open()
            && let Some(binding) = lock(&self.door.registrar).newest(self.phone)
        {
            call.dialog.flow = binding.flow.clone();
            call.dialog.target.clone_from(&binding.registration.contact);
        }
        call.dialog.flow.is_open()
    }

    /// Sends a request in a transaction of its own, which outlives the leg if it must.
    fn request(&self, kind: Kind, request: Result<Request, rsipstack::sip::Error>, call: &Call) {
        let ended = Mail::Ended(kind);
        let key = request
            .map_err(|error| error.to_string())
            .and_then(|request| {
                let key = TransactionKey::from_request(&request, TransactionRole::Client);
                Ok((key.map_err(|error| error.to_string())?, request))
            });
        let (key, request) = match key {
            Ok(made) => made,
            Err(error) => {
                tracing::error!(leg = self.id.0, ?kind, error, "request cannot be made");
                let _ = self.mailbox.send(ended);
                return;
            }
        };
        let (endpoint, mailbox) = (Arc::clone(self.door.endpoint()), self.mailbox.clone());
        let flow = call.dialog.flow.clone();
        tokio::spawn(async move {
            let mut transaction =
                Transaction::new_client(key, request, endpoint, Some(flow.connection.clone()));
            transaction.destination = Some(flow.destination());
            if let Err(error) = transaction.send().await {
                tracing::debug!(?kind, %error, "request not sent");
            }
            while let Some(message) = transaction.receive().await {
                if let rsipstack::sip::SipMessage::Response(response) = message {
                    let _ = mailbox.send(Mail::Response(kind, response));
                }
            }
            let _ = mailbox.send(ended);
        });
    }
}

/// Whether the stack made the response itself, for want of one: it has no tag then (§8.2.6.2).
fn is_local(response: &Response) -> bool {
    response
        .to_header()
        .is_ok_and(|to| to.tag().is_ok_and(|tag| tag.is_none()))
}

fn refusal(response: &Response) -> Cause {
    let told = response.reason_phrase().and_then(cause::of_reason);
    match response.status_code.code() {
        503 if is_local(response) => Cause::DESTINATION_OUT_OF_ORDER,
        status => told.unwrap_or(cause::of_status(status)),
    }
}
