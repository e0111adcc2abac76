//! A phone that does what a test's script says, right or wrong: plain text on plain sockets, no
//! code in common with the door.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};

use hotline::phones::Ha1;
use md5::{Digest as _, Md5};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use crate::desk::{PASSWORD, PATIENCE, REALM};

/// Tells branches, tags and Call-IDs apart.
static SERIAL: AtomicU32 = AtomicU32::new(1);

fn serial() -> u32 {
    SERIAL.fetch_add(1, Ordering::Relaxed)
}

#[derive(Clone, Debug)]
pub struct Message {
    pub text: String,
}

impl Message {
    pub fn start(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// The method, or the status.
    pub fn kind(&self) -> &str {
        let mut words = self.start().split(' ');
        match words.next() {
            Some("SIP/2.0") => words.next().unwrap_or_default(),
            word => word.unwrap_or_default(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn body(&self) -> &str {
        self.text
            .split_once("\r\n\r\n")
            .map_or("", |(_, body)| body)
    }

    pub fn parameter(&self, header: &str, name: &str) -> Option<String> {
        let (_, rest) = self.header(header)?.split_once(&format!("{name}="))?;
        Some(
            rest.trim_start_matches('"')
                .split(['"', ',', ';'])
                .next()?
                .to_owned(),
        )
    }

    fn line(&self, name: &str) -> String {
        format!("{name}: {}\r\n", self.header(name).unwrap_or_default())
    }
}

enum Wire {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, buffer: Vec<u8> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Udp,
    Tcp,
}

pub struct Script {
    wire: Wire,
    pub local: SocketAddr,
    server: SocketAddr,
    pub user: String,
    pub password: String,
    call_id: String,
    pub sequence: u32,
    tag: String,
    pub authorization: String,
}

impl Script {
    pub async fn new(server: SocketAddr, by: By) -> Self {
        Self::at(Ipv4Addr::LOCALHOST, server, by).await
    }

    /// A phone with an address of its own, for the guard against floods (UDP only).
    pub async fn at(ip: Ipv4Addr, server: SocketAddr, by: By) -> Self {
        let (wire, local) = match by {
            By::Udp => {
                let socket = UdpSocket::bind((ip, 0)).await.expect("socket");
                let local = socket.local_addr().expect("address");
                (Wire::Udp(socket), local)
            }
            By::Tcp => {
                let stream = TcpStream::connect(server).await.expect("connection");
                let local = stream.local_addr().expect("address");
                (
                    Wire::Tcp {
                        stream,
                        buffer: Vec::new(),
                    },
                    local,
                )
            }
        };
        Self {
            wire,
            local,
            server,
            user: "100".into(),
            password: PASSWORD.into(),
            call_id: format!("script-{}", serial()),
            sequence: 0,
            tag: format!("tag{}", serial()),
            authorization: String::new(),
        }
    }

    /// Registered, by whatever way.
    pub async fn registered(server: SocketAddr, by: By) -> Self {
        let mut script = Self::new(server, by).await;
        assert_eq!(script.register(3600).await.kind(), "200");
        script
    }

    pub async fn send(&mut self, octets: impl AsRef<[u8]>) {
        match &mut self.wire {
            Wire::Udp(socket) => {
                socket
                    .send_to(octets.as_ref(), self.server)
                    .await
                    .expect("sent");
            }
            Wire::Tcp { stream, .. } => stream.write_all(octets.as_ref()).await.expect("sent"),
        }
    }

    /// The next message, or `None` when the stream was closed.
    pub async fn receive(&mut self) -> Option<Message> {
        let message = tokio::time::timeout(PATIENCE, self.wire.next()).await;
        message
            .expect("a message in time")
            .map(|text| Message { text })
    }

    /// Messages until one of this kind; those before it are passed over.
    pub async fn expect(&mut self, kind: &str) -> Message {
        loop {
            let message = self.receive().await.expect("the stream is open");
            if message.kind() == kind {
                return message;
            }
        }
    }

    fn via(&self) -> String {
        let by = match self.wire {
            Wire::Udp(_) => "UDP",
            Wire::Tcp { .. } => "TCP",
        };
        format!(
            "Via: SIP/2.0/{by} {};branch=z9hG4bK{};rport\r\n",
            self.local,
            serial()
        )
    }

    pub fn contact(&self) -> String {
        let by = match self.wire {
            Wire::Udp(_) => "",
            Wire::Tcp { .. } => ";transport=tcp",
        };
        format!("Contact: <sip:{}@{}{by}>\r\n", self.user, self.local)
    }

    /// A request outside any call, ready to be sent.
    pub fn request(&mut self, method: &str, more: &str) -> String {
        self.sequence += 1;
        let (server, user, sequence) = (self.server, &self.user, self.sequence);
        format!(
            "{method} sip:{server} SIP/2.0\r\n{}Max-Forwards: 70\r\n\
             From: <sip:{user}@{server}>;tag={}\r\nTo: <sip:{user}@{server}>\r\n\
             Call-ID: {}\r\nCSeq: {sequence} {method}\r\n{}{more}Content-Length: 0\r\n\r\n",
            self.via(),
            self.tag,
            self.call_id,
            self.contact(),
        )
    }

    /// Sends a request and waits for its final response.
    pub async fn ask(&mut self, method: &str, more: &str) -> Message {
        let request = self.request(method, more);
        self.send(request).await;
        self.receive().await.expect("a response")
    }

    /// Registers, answering one challenge. The final response.
    pub async fn register(&mut self, expires_s: u32) -> Message {
        let expires = format!("Expires: {expires_s}\r\nUser-Agent: script\r\n");
        let challenge = self.ask("REGISTER", &expires).await;
        assert_eq!(challenge.kind(), "401", "{}", challenge.text);
        self.authorization = self.answer(&challenge, 1);
        let authorized = format!("{expires}{}", self.authorization);
        self.ask("REGISTER", &authorized).await
    }

    /// The Authorization header that answers a challenge (RFC 7616 §3.4).
    pub fn answer(&self, challenge: &Message, count: u32) -> String {
        self.answer_for(
            challenge,
            count,
            "REGISTER",
            &format!("sip:{}", self.server),
        )
    }

    /// The same for any request.
    pub fn answer_for(&self, challenge: &Message, count: u32, method: &str, uri: &str) -> String {
        let md5 = |text: String| -> String {
            Md5::digest(text)
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect()
        };
        let nonce = challenge
            .parameter("WWW-Authenticate", "nonce")
            .expect("a nonce");
        let ha1 = Ha1::of(&self.user, REALM, &self.password).to_hex();
        let ha2 = md5(format!("{method}:{uri}"));
        let response = md5(format!("{ha1}:{nonce}:{count:08x}:abc:auth:{ha2}"));
        format!(
            "Authorization: Digest username=\"{}\", realm=\"{REALM}\", nonce=\"{nonce}\", \
             uri=\"{uri}\", response=\"{response}\", algorithm=MD5, cnonce=\"abc\", qop=auth, \
             nc={count:08x}\r\n",
            self.user
        )
    }

    /// An INVITE to a number, ready to be sent; a call of its own each time.
    pub fn invite(&mut self, number: &str, more: &str, sdp: &str) -> Message {
        self.sequence += 1;
        let (server, user, sequence) = (self.server, &self.user, self.sequence);
        let text = format!(
            "INVITE sip:{number}@{server} SIP/2.0\r\n{}Max-Forwards: 70\r\n\
             From: <sip:{user}@{server}>;tag={}\r\nTo: <sip:{number}@{server}>\r\n\
             Call-ID: {}\r\nCSeq: {sequence} INVITE\r\n{}{more}\
             Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{sdp}",
            self.via(),
            self.tag,
            self.call_id,
            self.contact(),
            sdp.len(),
        );
        Message { text }
    }

    /// Calls a number, answering one challenge. The INVITE, and the first response to it.
    pub async fn call(&mut self, number: &str, sdp: &str) -> (Message, Message) {
        self.call_id = format!("script-{}", serial());
        let bare = self.invite(number, "", sdp);
        self.send(&bare.text).await;
        let challenge = self.receive().await.expect("a challenge");
        assert_eq!(challenge.kind(), "401", "{}", challenge.text);
        self.follow(&bare, &challenge, "ACK").await;
        let uri = format!("sip:{number}@{}", self.server);
        let authorization = self.answer_for(&challenge, 1, "INVITE", &uri);
        let invite = self.invite(number, &authorization, sdp);
        self.send(&invite.text).await;
        let response = self.receive().await.expect("a response");
        (invite, response)
    }

    /// What belongs to an INVITE of ours and is no request of its own: the CANCEL of it, the ACK of
    /// a refusal.
    pub async fn follow(&mut self, invite: &Message, response: &Message, method: &str) {
        let (sequence, _) = invite
            .header("CSeq")
            .and_then(|cseq| cseq.split_once(' '))
            .expect("a number");
        let to = match method {
            "CANCEL" => invite.line("To"),
            _ => response.line("To"),
        };
        let text = format!(
            "{method} {} SIP/2.0\r\n{}Max-Forwards: 70\r\n{}{to}{}CSeq: {sequence} {method}\r\n\
             Content-Length: 0\r\n\r\n",
            invite.start().split(' ').nth(1).unwrap_or_default(),
            invite.line("Via"),
            invite.line("From"),
            invite.line("Call-ID"),
        );
        self.send(text).await;
    }

    /// A request in the call that `ok` has answered, ready to be sent.
    pub fn in_call(&self, ok: &Message, method: &str, sequence: u32) -> String {
        let contact = ok.header("Contact").unwrap_or_default();
        format!(
            "{method} {} SIP/2.0\r\n{}Max-Forwards: 70\r\n{}{}{}CSeq: {sequence} {method}\r\n{}\
             Content-Length: 0\r\n\r\n",
            contact.trim_matches(['<', '>']),
            self.via(),
            ok.line("From"),
            ok.line("To"),
            ok.line("Call-ID"),
            self.contact(),
        )
    }

    /// Answers a request, in the dialog of our tag.
    pub async fn reply(&mut self, request: &Message, status: &str, body: &str) {
        let text = self.response(request, status, body);
        self.send(text).await;
    }

    pub fn response(&self, request: &Message, status: &str, body: &str) -> String {
        let to = request.header("To").unwrap_or_default();
        let to = match to.contains("tag=") || status.starts_with("100") {
            true => format!("To: {to}\r\n"),
            false => format!("To: {to};tag={}\r\n", self.tag),
        };
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/sdp\r\n"
        };
        format!(
            "SIP/2.0 {status}\r\n{}{}{to}{}{}{}{kind}Content-Length: {}\r\n\r\n{body}",
            request.line("Via"),
            request.line("From"),
            request.line("Call-ID"),
            request.line("CSeq"),
            self.contact(),
            body.len()
        )
    }

    /// A request in the dialog that `invite` began.
    pub fn in_dialog(&mut self, invite: &Message, method: &str, more: &str, body: &str) -> String {
        self.sequence += 1;
        self.in_dialog_numbered(invite, method, self.sequence, more, body)
    }

    pub fn in_dialog_numbered(
        &self,
        invite: &Message,
        method: &str,
        sequence: u32,
        more: &str,
        body: &str,
    ) -> String {
        let get = |name| invite.header(name).unwrap_or_default();
        let contact = get("Contact").trim_matches(['<', '>']);
        format!(
            "{method} {contact} SIP/2.0\r\n{}Max-Forwards: 70\r\nFrom: {};tag={}\r\nTo: {}\r\n\
             Call-ID: {}\r\nCSeq: {sequence} {method}\r\n{}{more}Content-Length: {}\r\n\r\n{body}",
            self.via(),
            get("To"),
            self.tag,
            get("From"),
            get("Call-ID"),
            self.contact(),
            body.len(),
        )
    }

    /// Sends a request in the dialog and waits for its final response.
    pub async fn ask_in_dialog(
        &mut self,
        invite: &Message,
        method: &str,
        more: &str,
        body: &str,
    ) -> Message {
        let request = self.in_dialog(invite, method, more, body);
        self.send(request).await;
        self.receive().await.expect("a response")
    }

    /// Rings and answers; the INVITE.
    pub async fn pick_up(&mut self, sdp: &str) -> Message {
        let invite = self.expect("INVITE").await;
        self.reply(&invite, "180 Ringing", "").await;
        self.reply(&invite, "200 OK", sdp).await;
        self.expect("ACK").await;
        invite
    }
}

/// A description of audio at this port, the A-law first.
pub fn sdp(port: u16, direction: &str) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\na={direction}\r\n"
    )
}

impl Wire {
    async fn next(&mut self) -> Option<String> {
        match self {
            Self::Udp(socket) => {
                let mut datagram = vec![0; 65_536];
                let (length, _) = socket.recv_from(&mut datagram).await.expect("received");
                datagram.truncate(length);
                Some(String::from_utf8(datagram).expect("UTF-8"))
            }
            Self::Tcp { stream, buffer } => loop {
                if let Some(message) = cut(buffer) {
                    return Some(message);
                }
                if stream.read_buf(buffer).await.unwrap_or(0) == 0 {
                    return None;
                }
            },
        }
    }
}

fn cut(buffer: &mut Vec<u8>) -> Option<String> {
    let text = std::str::from_utf8(buffer).expect("UTF-8");
    let message = Message {
        text: text.to_owned(),
    };
    let head = text.find("\r\n\r\n")? + 4;
    let length: usize = message.header("Content-Length")?.parse().ok()?;
    let end = head + length;
    (buffer.len() >= end).then(|| String::from_utf8(buffer.drain(..end).collect()).expect("UTF-8"))
}
