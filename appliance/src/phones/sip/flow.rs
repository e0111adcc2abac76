//! The way to one phone and back: our UDP socket with its address, or its TCP stream.

use std::net::SocketAddr;
use std::sync::Arc;

use rsipstack::sip::{SipMessage, Transport as SipTransport};
use rsipstack::transport::{SipAddr, SipConnection};

use crate::phones::Transport;

/// Where messages of a phone come from. Ours go back the same way, whatever its Contact says: a
/// phone behind an address translator is reached by no other (RFC 3581, RFC 5626).
#[derive(Clone)]
pub struct Flow {
    /// The socket or stream.
    pub connection: SipConnection,
    /// The other end of it.
    pub remote: SocketAddr,
}

impl Flow {
    /// UDP or TCP.
    pub const fn transport(&self) -> Transport {
        match self.connection {
            SipConnection::Tcp(_) => Transport::Tcp,
            _ => Transport::Udp,
        }
    }

    /// Where the stack is to send.
    pub fn destination(&self) -> SipAddr {
        let transport = match self.transport() {
            Transport::Udp => SipTransport::Udp,
            Transport::Tcp => SipTransport::Tcp,
        };
        SipAddr::new(transport, self.remote.into())
    }

    /// Whether messages can still be sent. A UDP flow is never known to be closed.
    pub fn is_open(&self) -> bool {
        match &self.connection {
            SipConnection::Tcp(stream) => stream
                .cancel_token
                .as_ref()
                .is_none_or(|token| !token.is_cancelled()),
            _ => true,
        }
    }

    /// Whether both are the same TCP stream.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.connection, &other.connection) {
            (SipConnection::Tcp(a), SipConnection::Tcp(b)) => Arc::ptr_eq(&a.inner, &b.inner),
            _ => false,
        }
    }

    /// Sends a message outside any transaction. A failure shows by what does not come back.
    pub async fn send(&self, message: SipMessage) {
        if let Err(error) = self
            .connection
            .send(message, Some(&self.destination()))
            .await
        {
            tracing::debug!(remote = %self.remote, %error, "SIP message not sent");
        }
    }
}
