//! A call that one of our phones makes: who it is, whether it may, and the leg that begins.

use std::sync::Arc;

use hotline_call::{CallerId, Device, Event, LegId, Number, PhoneId};
use rsipstack::sip::{Header, HeadersExt, Method, Request, SipMessage};
use rsipstack::transaction::Transaction;
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedSender;

use super::dialog::Dialog;
use super::flow::Flow;
use super::leg::{Incoming, Kind, Leg, Mail, Voice};
use super::router::respond;
use super::{Door, lock};
use crate::phones::accounts::Account;

/// Calls that one phone may make at once: as many as a desk telephone has lines, and no more than a
/// stolen password should have.
const CALLS_A_PHONE: usize = 4;

/// A final response that refuses.
type Refusal = (u16, Vec<Header>);

/// A call as it is admitted.
struct Admitted {
    /// What the centre is told.
    offered: Event,
    leg: Leg,
    dialog: Dialog,
    mail: mpsc::UnboundedReceiver<Mail>,
    mailbox: UnboundedSender<Mail>,
}

/// Takes an INVITE outside any dialog: challenges it, refuses it, or begins a leg and tells the
/// centre.
pub async fn invite(door: Arc<Door>, mut transaction: Transaction, flow: Flow) {
    let admitted = match admit(&door, &mut transaction, &flow) {
        Ok(admitted) => admitted,
        Err((status, headers)) => return respond(&mut transaction, status, headers).await,
    };
    let Admitted {
        offered,
        leg,
        dialog,
        mail,
        mailbox,
    } = admitted;
    let request = transaction.original.clone();
    tokio::spawn(listen(transaction, mailbox));
    leg.serve_incoming(dialog, request, offered, mail).await;
}

/// What the phone sends to the INVITE's transaction goes to the leg, which answers through it.
async fn listen(mut transaction: Transaction, mailbox: UnboundedSender<Mail>) {
    while let Some(message) = transaction.receive().await {
        let SipMessage::Request(request) = message else {
            continue;
        };
        let mail = match request.method {
            Method::Cancel => Mail::Cancelled,
            Method::Ack => Mail::Acknowledged(request.body),
            _ => continue,
        };
        let _ = mailbox.send(mail);
    }
    let _ = mailbox.send(Mail::Ended(Kind::Invite));
}

fn admit(
    door: &Arc<Door>,
    transaction: &mut Transaction,
    flow: &Flow,
) -> Result<Admitted, Refusal> {
    let request = &transaction.original;
    let accounts = Arc::clone(&door.accounts.borrow());
    let account = lock(&door.registrar)
        .caller(request, flow, &accounts, door.now())
        .map_err(|answer| (answer.status, answer.headers))?;
    let called = called(request).ok_or((404, vec![]))?;
    let call_id = request
        .call_id_header()
        .map_err(|_| (400, vec![]))?
        .value()
        .to_owned();
    {
        let legs = lock(&door.legs);
        if legs.by_call_id.contains_key(&call_id) {
            // Another call of this name is up: the request has come by two ways (§8.2.2.2).
            return Err((482, vec![]));
        }
        if legs.made_by(account.phone) >= CALLS_A_PHONE {
            return Err((486, vec![]));
        }
    }
    let (voice, answer) = voice(door, request, flow)?;
    begin(door, transaction, flow, account, called, (voice, answer))
}

/// A stream for the call, and our answer to what the phone offers.
fn voice(door: &Door, request: &Request, flow: &Flow) -> Result<(Voice, String), Refusal> {
    let slot = door.media.net.allocate().ok_or((503, vec![]))?;
    let mut voice = Voice::new(door.media.clone(), slot);
    voice.reached_at(door.told_address(flow).ip());
    match voice.offered(&request.body) {
        Ok((answer, _)) => Ok((voice, answer)),
        Err(why) => {
            tracing::info!(%why, "offer of a calling phone refused");
            voice.close();
            Err((488, vec![]))
        }
    }
}

fn begin(
    door: &Arc<Door>,
    transaction: &mut Transaction,
    flow: &Flow,
    account: &Account,
    called: Number,
    (mut voice, answer): (Voice, String),
) -> Result<Admitted, Refusal> {
    let address = door.told_address(flow);
    let dialog = Dialog::incoming(&transaction.original, flow.clone(), address);
    let (Ok(dialog), Some(id)) = (dialog, door.new_leg()) else {
        voice.close();
        return Err((503, vec![]));
    };
    // Every answer from here on bears our tag.
    if let Ok(to) = transaction.original.to_header_mut() {
        let _ = to.mut_tag(dialog.local_tag.clone().into());
    }
    let (mailbox, mail) = mpsc::unbounded_channel();
    let incoming = Incoming::new(transaction, answer);
    let phone = account.phone;
    let leg = Leg::incoming(
        Arc::clone(door),
        id,
        phone,
        voice,
        mailbox.clone(),
        incoming,
    );
    enter(door, id, phone, &dialog.call_id, &mailbox);
    let offered = Event::Offered {
        leg: id,
        device: Device::Phone(phone),
        caller: caller(account),
        called: Some(called),
    };
    Ok(Admitted {
        offered,
        leg,
        dialog,
        mail,
        mailbox,
    })
}

fn enter(door: &Door, id: LegId, phone: PhoneId, call_id: &str, mailbox: &UnboundedSender<Mail>) {
    let mut legs = lock(&door.legs);
    legs.by_id.insert(id, mailbox.clone());
    legs.by_call_id.insert(call_id.to_owned(), mailbox.clone());
    legs.made.insert(id, phone);
}

/// A phone is known by its extension, whatever it calls itself.
fn caller(account: &Account) -> CallerId {
    Number::parse(&account.user).map_or_else(|_| CallerId::default(), CallerId::known)
}

/// The number in the Request-URI: `sip:10086@box`, `sip:%2328@box`, `sip:9110;phone-context=x@box`.
fn called(request: &Request) -> Option<Number> {
    let user = request.uri.user()?;
    let user = user.split(';').next()?;
    Number::parse(
        &user
            .replace("%23", "#")
            .replace("%2B", "+")
            .replace("%2b", "+"),
    )
    .ok()
}
