//! Requests of phones that are no part of a call, and the way of the others to their call.

use std::net::SocketAddr;
use std::sync::Arc;

use rsipstack::sip::{Header, HeadersExt, Method, Request, StatusCode};
use rsipstack::transaction::{Transaction, TransactionReceiver};
use rsipstack::transport::{SipAddr, SipConnection};

use super::flow::Flow;
use super::leg::Mail;
use super::registrar::Registrar;
use super::{Door, incoming, lock};

/// What we understand, for Allow headers.
pub const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, REGISTER";

/// Takes requests until the door closes.
pub async fn run(door: Arc<Door>, mut incoming: TransactionReceiver) {
    loop {
        let transaction = tokio::select! {
            Some(transaction) = incoming.recv() => transaction,
            () = door.closed() => return,
        };
        // A task each: a stream that takes nothing must not keep other phones waiting.
        tokio::spawn(route(Arc::clone(&door), transaction));
    }
}

async fn route(door: Arc<Door>, mut transaction: Transaction) {
    let Some(flow) = flow_of(&transaction) else {
        return;
    };
    let request = &transaction.original;
    let unsupported = required(request);
    let (status, headers) = if !unsupported.is_empty() {
        (420, vec![Header::Unsupported(unsupported.into())])
    } else if let Some(tag) = to_tag(request) {
        let call_id = request
            .call_id_header()
            .map(|id| id.value().to_owned())
            .unwrap_or_default();
        let mailbox = lock(&door.legs).by_call_id.get(&call_id).cloned();
        if let Some(mailbox) = mailbox {
            // The leg proves the tag; it is the only one that knows it.
            let transaction = Box::new(transaction);
            let _ = mailbox.send(Mail::Request {
                transaction,
                flow,
                tag,
            });
            return;
        }
        (481, vec![])
    } else if request.method == Method::Invite {
        return incoming::invite(door, transaction, flow).await;
    } else {
        answer(&door, request, &flow).await
    };
    respond(&mut transaction, status, headers).await;
}

/// Sends a final response. What cannot be sent, the phone asks for again.
pub async fn respond(transaction: &mut Transaction, status: u16, headers: Vec<Header>) {
    let status = StatusCode::from(status);
    if let Err(error) = transaction.reply_with(status, headers, None).await {
        tracing::debug!(%error, "SIP response not sent");
    }
}

async fn answer(door: &Door, request: &Request, flow: &Flow) -> (u16, Vec<Header>) {
    match request.method {
        Method::Register => {
            let accounts = Arc::clone(&door.accounts.borrow());
            let register =
                |table: &mut Registrar| table.register(request, flow, &accounts, door.now());
            let answer = door.change(register).await;
            (answer.status, answer.headers)
        }
        // We are always the last hop, so a Max-Forwards of 0 is no reason to refuse (§11).
        Method::Options => {
            let accept = Header::Accept("application/sdp".into());
            (200, vec![Header::Allow(ALLOW.into()), accept])
        }
        // Only meant within a call, and this names none.
        Method::Bye | Method::Info | Method::Update | Method::Refer | Method::PRack => {
            (481, vec![])
        }
        _ => (405, vec![Header::Allow(ALLOW.into())]),
    }
}

fn flow_of(transaction: &Transaction) -> Option<Flow> {
    let connection = transaction.connection.clone()?;
    let remote = match &connection {
        SipConnection::Tcp(_) => connection.get_remote_addr()?.get_socketaddr().ok()?,
        // `received` and `rport` were put there on arrival.
        _ => via_source(&transaction.original)?,
    };
    Some(Flow { connection, remote })
}

fn via_source(request: &Request) -> Option<SocketAddr> {
    let (_, source) = SipConnection::parse_target_from_via(request.via_header().ok()?).ok()?;
    SipAddr::from(source).get_socketaddr().ok()
}

fn to_tag(request: &Request) -> Option<String> {
    let tag = request.to_header().ok()?.tag().ok()??;
    Some(tag.value().to_owned())
}

/// The extensions a request insists on (RFC 3261 §8.2.2.3). We have none.
fn required(request: &Request) -> String {
    let names = request.headers.iter().filter_map(|header| match header {
        Header::Require(names) => Some(names.value().trim()),
        _ => None,
    });
    names
        .filter(|names| !names.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}
