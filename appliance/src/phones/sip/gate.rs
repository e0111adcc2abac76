//! The sockets. What comes in is counted, cleaned and checked before the stack sees it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::socket::{setsockopt, sockopt};
use rsipstack::sip::{HeadersExt, SipMessage, StatusCodeKind, ToTypedHeader, Transport};
use rsipstack::transaction::key::{TransactionKey, TransactionRole};
use rsipstack::transport::stream::StreamConnection;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::{SipAddr, SipConnection};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use super::Door;
use super::flow::Flow;
use super::wire::{Clean, Dirt, MAX_MESSAGE, Next, clean, next_message};

/// Streams open at once.
const MAX_STREAMS: usize = 256;
/// A stream on which no phone is registered is closed after so long without a message.
const IDLE: Duration = Duration::from_secs(60);
/// A stream whose phone takes nothing any more is given up by the kernel after so long.
const USER_TIMEOUT_MS: u32 = 10_000;
/// Transactions in progress at which new requests are refused.
const MAX_TRANSACTIONS: usize = 2000;

/// Reads the UDP socket until the door closes.
pub async fn udp(door: Arc<Door>, socket: Arc<UdpSocket>) {
    let mut buffer = vec![0; MAX_MESSAGE];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut buffer) => received,
            () = door.closed() => return,
        };
        // An ICMP error of an earlier datagram says nothing about the socket.
        let Ok((length, remote)) = received else {
            continue;
        };
        if !door.admit(remote.ip()) {
            continue;
        }
        let flow = Flow {
            connection: door.udp_connection(),
            remote,
        };
        let refusal = match clean(&buffer[..length]) {
            Ok(message) => take(&door, &message, flow).await,
            Err((Dirt::Empty, _)) if length >= 4 => Some(b"\r\n".to_vec()),
            Err((_, rest)) => rest.and_then(|rest| rest.refuse(400, "Bad Request")),
        };
        if let Some(refusal) = refusal {
            let _ = socket.send_to(&refusal, remote).await;
        }
    }
}

/// Takes TCP connections until the door closes.
pub async fn tcp(door: Arc<Door>, listener: TcpListener) {
    let places = Arc::new(tokio::sync::Semaphore::new(MAX_STREAMS));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = door.closed() => return,
        };
        let (stream, remote) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors: others must end first.
                tracing::warn!(%error, "SIP connection not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tracing::warn!(%remote, "SIP connection refused: {MAX_STREAMS} are open");
            continue;
        };
        if !door.admit(remote.ip()) {
            continue;
        }
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            serve_stream(door, stream, remote).await;
            drop(place);
        });
    }
}

async fn serve_stream(door: Arc<Door>, stream: TcpStream, remote: SocketAddr) {
    let _ = setsockopt(&stream, sockopt::KeepAlive, &true);
    let _ = setsockopt(&stream, sockopt::TcpUserTimeout, &USER_TIMEOUT_MS);
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else {
        return;
    };
    let token = door.stream_token();
    let local = SipAddr::new(Transport::Tcp, local.into());
    let Ok(connection) = TcpConnection::from_stream(stream, local, Some(token.clone())) else {
        return;
    };
    let flow = Flow {
        connection: SipConnection::Tcp(connection.clone()),
        remote,
    };
    tokio::select! {
        () = read_stream(&door, &connection, &flow) => {}
        () = token.cancelled() => {}
    }
    token.cancel();
    door.flow_lost(&flow).await;
}

async fn read_stream(door: &Arc<Door>, connection: &TcpConnection, flow: &Flow) {
    let Some(mut reader) = connection.inner.read_half.lock().await.take() else {
        return;
    };
    let mut buffer = Vec::new();
    loop {
        match tokio::time::timeout(IDLE, reader.read_buf(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => return,
            Ok(Ok(_)) => {}
            Err(_) if door.is_registered(flow) => continue,
            Err(_) => return,
        }
        loop {
            let octets = match next_message(&buffer) {
                Next::Incomplete => break,
                Next::Lost => return,
                Next::KeepAlive { octets, ping } => {
                    if ping && connection.send_raw(b"\r\n").await.is_err() {
                        return;
                    }
                    octets
                }
                Next::Message { octets } => {
                    if door.admit(flow.remote.ip())
                        && let Ok(message) = clean(&buffer[..octets])
                        && let Some(refusal) = take(door, &message, flow.clone()).await
                        && connection.send_raw(&refusal).await.is_err()
                    {
                        return;
                    }
                    octets
                }
            };
            buffer.drain(..octets);
        }
    }
}

/// Gives a clean message to the stack; or what to send back when it may not have it.
async fn take(door: &Arc<Door>, clean: &Clean, flow: Flow) -> Option<Vec<u8>> {
    let message = match checked(clean, &flow) {
        Ok(message) => message,
        Err((status, reason)) => {
            tracing::debug!(remote = %flow.remote, status, "SIP message refused");
            return clean.refuse(status, reason);
        }
    };
    let endpoint = door.endpoint();
    match &message {
        SipMessage::Request(_) if endpoint.transactions.len() >= MAX_TRANSACTIONS => {
            return clean.refuse(503, "Service Unavailable");
        }
        // The transaction ends with the first 2xx; a repeated one is the leg's to acknowledge.
        SipMessage::Response(response)
            if response.status_code.kind() == StatusCodeKind::Successful =>
        {
            let key = TransactionKey::from_response(response, TransactionRole::Client).ok()?;
            if !endpoint.transactions.contains_key(&key) {
                door.late_response(response.clone());
                return None;
            }
        }
        _ => {}
    }
    let from = flow.destination();
    if let Err(error) = endpoint
        .on_received_message(message, flow.connection, &from)
        .await
    {
        tracing::debug!(%from, %error, "SIP message of no use");
    }
    None
}

/// Parses a message and proves everything the stack takes for granted later.
fn checked(clean: &Clean, flow: &Flow) -> Result<SipMessage, (u16, &'static str)> {
    const BAD: (u16, &str) = (400, "Bad Request");
    if !clean.has_mandatory_headers() {
        return Err(BAD);
    }
    let message = SipMessage::try_from(clean.octets()).map_err(|_| unparsable(clean))?;
    let transport = match flow.connection {
        SipConnection::Tcp(_) => Transport::Tcp,
        _ => Transport::Udp,
    };
    // `received` and `rport` in place, every answer goes back where the request came from.
    let message =
        SipConnection::update_msg_received(message, flow.remote, transport).map_err(|_| BAD)?;
    let from_has_tag = message
        .from_header()
        .and_then(|from| from.tag())
        .is_ok_and(|t| t.is_some());
    let to_is_sound = message.to_header().and_then(|to| to.typed()).is_ok();
    let via_is_sound = message.top_via_header().and_then(|via| via.typed()).is_ok();
    let cseq = message
        .cseq_header()
        .and_then(|cseq| cseq.typed())
        .map_err(|_| BAD)?;
    let method_agrees = match &message {
        SipMessage::Request(request) => request.method == cseq.method,
        SipMessage::Response(_) => true,
    };
    if from_has_tag && to_is_sound && via_is_sound && method_agrees {
        Ok(message)
    } else {
        Err(BAD)
    }
}

/// Which of the request line's three words is at fault.
fn unparsable(clean: &Clean) -> (u16, &'static str) {
    let words: Vec<_> = clean.start_line().split(' ').collect();
    match words[..] {
        [_, _, version] if version.starts_with("SIP/") && version != "SIP/2.0" => {
            (505, "Version Not Supported")
        }
        [method, _, "SIP/2.0"] if rsipstack::sip::Method::try_from(method).is_err() => {
            (501, "Not Implemented")
        }
        _ => (400, "Bad Request"),
    }
}
