//! One dialog (RFC 3261 §12): what its requests are made of.

use std::fmt::Write as _;
use std::net::SocketAddr;

use hotline_call::{CallerId, Presentation};
use rsipstack::sip::{Error, HeadersExt, Request, Response, ToTypedHeader};
use rsipstack::transaction::random_text;

use super::flow::Flow;
use super::router::ALLOW;
use crate::phones::Transport;

/// Characters of our tags and Call-IDs: 62 values each, so 24 of them are beyond guessing.
const RANDOM: usize = 24;

/// A dialog, early until [`Dialog::confirm`].
pub struct Dialog {
    /// Names the call at both ends.
    pub call_id: String,
    /// Our tag.
    pub local_tag: String,
    /// The way to the phone.
    pub flow: Flow,
    /// The phone's address in SIP, its Request-URI.
    pub target: String,
    from: String,
    to: String,
    /// What is told of us.
    address: SocketAddr,
    routes: Vec<String>,
    sequence: u32,
    remote_sequence: Option<u32>,
}

impl Dialog {
    /// A dialog with the phone `user` at `target`, about to be begun on behalf of `caller`.
    pub fn new(
        user: &str,
        target: &str,
        caller: &CallerId,
        flow: Flow,
        address: SocketAddr,
    ) -> Self {
        let local_tag = random_text(RANDOM);
        Self {
            call_id: random_text(RANDOM),
            from: format!("{};tag={local_tag}", caller_address(caller, address)),
            to: format!("<sip:{user}@{address}>"),
            local_tag,
            flow,
            target: target.to_owned(),
            address,
            routes: Vec::new(),
            sequence: 0,
            remote_sequence: None,
        }
    }

    /// The dialog that a phone's INVITE begins, we the called (§12.1.1).
    pub fn incoming(invite: &Request, flow: Flow, address: SocketAddr) -> Result<Self, Error> {
        let local_tag = random_text(RANDOM);
        let to = invite.to_header()?.value().to_owned();
        let contact = invite.contact_header()?.typed()?;
        let routes = invite.record_route_headers();
        Ok(Self {
            call_id: invite.call_id_header()?.value().to_owned(),
            from: format!("{to};tag={local_tag}"),
            to: invite.from_header()?.value().to_owned(),
            local_tag,
            flow,
            target: contact.uri.to_string(),
            address,
            routes: routes
                .iter()
                .map(|route| route.value().to_owned())
                .collect(),
            sequence: 0,
            remote_sequence: Some(invite.cseq_header()?.seq()?),
        })
    }

    /// The INVITE that begins it.
    pub fn invite(&mut self, offer: &str) -> Result<Request, Error> {
        self.sequence += 1;
        let headers = format!("Allow: {ALLOW}\r\nContent-Type: application/sdp\r\n");
        self.request("INVITE", self.sequence, &headers, offer)
    }

    /// The next request within it.
    pub fn next(&mut self, method: &str, headers: &str) -> Result<Request, Error> {
        self.next_with(method, headers, "")
    }

    /// The same with a body.
    pub fn next_with(&mut self, method: &str, headers: &str, body: &str) -> Result<Request, Error> {
        self.sequence += 1;
        self.request(method, self.sequence, headers, body)
    }

    /// The acknowledgement of a 2xx to our INVITE, which had sequence number 1.
    pub fn ack(&self) -> Result<Request, Error> {
        self.request("ACK", 1, "", "")
    }

    /// The CANCEL of an INVITE: its Via, and nothing of its body (RFC 3261 §9.1).
    pub fn cancel(&self, invite: &Request, reason: &str) -> Result<Request, Error> {
        let via = invite.via_header()?.value().to_owned();
        self.write("CANCEL", 1, &via, &format!("Reason: {reason}\r\n"), "")
    }

    fn request(
        &self,
        method: &str,
        sequence: u32,
        headers: &str,
        body: &str,
    ) -> Result<Request, Error> {
        let transport = self.transport().to_ascii_uppercase();
        let branch = random_text(RANDOM);
        let via = format!(
            "SIP/2.0/{transport} {};branch=z9hG4bK{branch};rport",
            self.address
        );
        self.write(method, sequence, &via, headers, body)
    }

    fn write(
        &self,
        method: &str,
        sequence: u32,
        via: &str,
        headers: &str,
        body: &str,
    ) -> Result<Request, Error> {
        let Self {
            target,
            from,
            to,
            call_id,
            ..
        } = self;
        let mut text = format!(
            "{method} {target} SIP/2.0\r\nVia: {via}\r\nMax-Forwards: 70\r\nFrom: {from}\r\n\
             To: {to}\r\nCall-ID: {call_id}\r\nCSeq: {sequence} {method}\r\n"
        );
        for route in &self.routes {
            let _ = write!(text, "Route: {route}\r\n");
        }
        if method != "CANCEL" {
            let _ = write!(text, "Contact: {}\r\n", self.contact());
        }
        let user_agent = concat!("Hotline/", env!("CARGO_PKG_VERSION"));
        let length = body.len();
        let _ = write!(
            text,
            "User-Agent: {user_agent}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        Request::try_from(text)
    }

    /// Our Contact.
    pub fn contact(&self) -> String {
        format!(
            "<sip:hotline@{};transport={}>",
            self.address,
            self.transport()
        )
    }

    const fn transport(&self) -> &'static str {
        match self.flow.transport() {
            Transport::Udp => "udp",
            Transport::Tcp => "tcp",
        }
    }

    /// Whether this 2xx belongs to another phone than the one that has answered: a fork.
    pub fn is_fork(&self, response: &Response) -> bool {
        response.to_header().is_ok_and(|to| to.value() != self.to)
    }

    /// The same call with another phone that has answered it too.
    pub fn fork(&self, response: &Response) -> Self {
        let mut fork = Self {
            call_id: self.call_id.clone(),
            local_tag: self.local_tag.clone(),
            flow: self.flow.clone(),
            target: self.target.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            address: self.address,
            routes: Vec::new(),
            sequence: 1,
            remote_sequence: None,
        };
        fork.confirm(response);
        fork
    }

    /// Takes what a 2xx settles: the phone's tag, its target, the route to it (§12.1.2).
    pub fn confirm(&mut self, response: &Response) {
        if let Ok(to) = response.to_header() {
            self.to = to.value().to_owned();
        }
        self.retarget(response);
        let routes = response.record_route_headers();
        self.routes = routes
            .iter()
            .rev()
            .map(|route| route.value().to_owned())
            .collect();
    }

    /// Takes the Contact of a target refresh (§12.2.1.2).
    pub fn retarget(&mut self, message: &impl HeadersExt) {
        if let Ok(contact) = message.contact_header().and_then(|contact| contact.typed())
            && contact
                .uri
                .scheme
                .as_ref()
                .is_some_and(|scheme| scheme.to_string() == "sip")
        {
            self.target = contact.uri.to_string();
        }
    }

    /// Whether a request comes in order (§12.2.2); a repeated number does not.
    pub fn takes(&mut self, request: &Request) -> bool {
        let Ok(sequence) = request.cseq_header().and_then(|cseq| cseq.seq()) else {
            return false;
        };
        let in_order = self.remote_sequence.is_none_or(|last| sequence > last);
        if in_order {
            self.remote_sequence = Some(sequence);
        }
        in_order
    }
}

/// `"Name" <sip:number@host>`, or nobody, as the caller wishes (RFC 3323 §4.1.1.3).
fn caller_address(caller: &CallerId, host: SocketAddr) -> String {
    let number = match (caller.presentation, &caller.number) {
        (Presentation::Withheld, _) => {
            return "\"Anonymous\" <sip:anonymous@anonymous.invalid>".into();
        }
        (_, Some(number)) => number.as_str().replace('#', "%23"),
        (_, None) => "unknown".into(),
    };
    let name: String = caller
        .name
        .iter()
        .flat_map(|name| name.chars())
        .filter(|c| !c.is_control())
        .take(64)
        .flat_map(|c| {
            matches!(c, '"' | '\\')
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect();
    let name = if name.is_empty() {
        name
    } else {
        format!("\"{name}\" ")
    };
    format!("{name}<sip:{number}@{host}>")
}
