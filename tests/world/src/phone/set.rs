//! The telephone set: one thread, one socket for SIP, at most one call.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use super::media::{Media, Remote};
use super::message::{Challenge, Message, finish, uri_of, user_of, with_tag};
use super::{Answer, Command, Ending, Memory, PhoneCall, PhoneSettings};

/// T1 and T2 of RFC 3261 §17: first and longest time between two sendings.
const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);
/// So long nobody answers before a sending is given up (64 × T1 is 32 s; tests are impatient).
const GIVE_UP: Duration = Duration::from_secs(8);
/// The longest wait for a datagram: commands are looked at so often.
const LOOK: Duration = Duration::from_millis(10);
/// How often what was heard is shown to the phone's owner.
const SHOW: Duration = Duration::from_millis(100);

/// Something sent until it is answered.
struct Sending {
    octets: Vec<u8>,
    cseq: u32,
    method: &'static str,
    since: Instant,
    next: Instant,
    interval: Duration,
}

/// Where a call stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Ringing {
        answer_at: Option<Instant>,
    },
    /// Answered; our 200 is sent until the ACK comes.
    Answered {
        acked: bool,
        since: Instant,
    },
    /// Our BYE is on its way.
    Leaving,
}

struct Call {
    id: String,
    invite: Message,
    tag: String,
    stage: Stage,
    media: Media,
    /// The latest final or provisional answer to the INVITE, for those who ask again.
    answered: Vec<u8>,
    resend: (Instant, Duration),
    cseq: u32,
    hang_up_at: Option<Instant>,
    is_held: bool,
}

/// The thread's own.
pub struct Set {
    socket: UdpSocket,
    local: SocketAddr,
    server: SocketAddr,
    user: String,
    password: String,
    settings: PhoneSettings,
    memory: Arc<Memory>,
    commands: Receiver<Command>,
    challenge: Option<Challenge>,
    register_cseq: u32,
    register_at: Instant,
    is_registered: bool,
    sendings: Vec<Sending>,
    call: Option<Call>,
    /// Counts whatever must differ: tags, branches, SSRCs.
    serial: u32,
    shown: Instant,
}

impl Set {
    pub fn new(
        server: SocketAddr,
        user: &str,
        password: &str,
        settings: PhoneSettings,
        memory: Arc<Memory>,
        commands: Receiver<Command>,
    ) -> std::io::Result<Self> {
        let ip = ip_towards(server)?;
        let socket = UdpSocket::bind((ip, 0))?;
        let local = socket.local_addr()?;
        let now = Instant::now();
        Ok(Self {
            socket,
            local,
            server,
            user: user.to_owned(),
            password: password.to_owned(),
            settings,
            memory,
            commands,
            challenge: None,
            register_cseq: 0,
            register_at: now,
            is_registered: false,
            sendings: Vec::new(),
            call: None,
            serial: 0,
            shown: now,
        })
    }

    pub const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Registers and waits for the answer.
    pub fn sign_on(&mut self) -> Result<(), String> {
        self.register(self.settings.expires_s);
        let mut asked = 0;
        while !self.sendings.is_empty() {
            let Some(message) = self.receive(LOOK) else {
                self.send_again(Instant::now());
                continue;
            };
            match message.status() {
                Some(401 | 407) if asked < 2 => asked += 1,
                Some(100..=299) | None => {}
                Some(_) => return Err(format!("{} was told {}", self.user, message.start)),
            }
            self.take(&message);
        }
        let silent = || format!("{} does not answer phone {}", self.server, self.user);
        self.is_registered.then_some(()).ok_or_else(silent)
    }

    /// Until the phone is dropped or vanishes.
    pub fn run(&mut self) {
        loop {
            match self.commands.try_recv() {
                Ok(Command::Vanish) => return self.vanish(),
                Ok(Command::Quit) | Err(TryRecvError::Disconnected) => return self.sign_off(),
                Ok(command) => self.obey(command),
                Err(TryRecvError::Empty) => {}
            }
            let due = self.call.as_ref().and_then(|call| call.media.due());
            let wait = due.map_or(LOOK, |due| due.saturating_duration_since(Instant::now()));
            if let Some(message) = self.receive(wait.min(LOOK)) {
                if message.method() == Some("INVITE") && self.settings.answer == Answer::Vanish {
                    return self.vanish();
                }
                self.take(&message);
            }
            let now = Instant::now();
            self.send_again(now);
            self.turn_call(now);
            if now >= self.register_at {
                self.register(self.settings.expires_s);
            }
        }
    }

    fn vanish(&mut self) {
        self.end(Ending::Vanished);
    }

    fn sign_off(&mut self) {
        self.obey(Command::HangUp);
        self.register(0);
        let until = Instant::now() + Duration::from_secs(1);
        while !self.sendings.is_empty() && Instant::now() < until {
            if let Some(message) = self.receive(LOOK) {
                self.take(&message);
            }
            self.send_again(Instant::now());
        }
        self.end(Ending::HungUp);
    }

    fn receive(&mut self, wait: Duration) -> Option<Message> {
        // A timeout of zero would mean none.
        let wait = wait.max(Duration::from_micros(100));
        self.socket.set_read_timeout(Some(wait)).ok()?;
        let mut datagram = [0; 65_535];
        let (length, from) = self.socket.recv_from(&mut datagram).ok()?;
        if from.ip() != self.server.ip() {
            return None;
        }
        Message::parse(&datagram[..length])
    }

    fn send(&self, octets: &[u8]) {
        // What the network refuses is sent again by the timer.
        let _ = self.socket.send_to(octets, self.server);
    }

    fn send_until_answered(&mut self, octets: Vec<u8>, cseq: u32, method: &'static str) {
        self.send(&octets);
        let now = Instant::now();
        self.sendings.push(Sending {
            octets,
            cseq,
            method,
            since: now,
            next: now + T1,
            interval: T1,
        });
    }

    fn send_again(&mut self, now: Instant) {
        let (socket, server) = (&self.socket, self.server);
        let mut lost = false;
        self.sendings.retain_mut(|sending| {
            if now.duration_since(sending.since) >= GIVE_UP {
                lost |= sending.method != "REGISTER";
                return false;
            }
            if now >= sending.next {
                // As in `send`.
                let _ = socket.send_to(&sending.octets, server);
                sending.interval = (sending.interval * 2).min(T2);
                sending.next = now + sending.interval;
            }
            true
        });
        if lost {
            self.end(Ending::NoResponse);
        }
    }

    fn next_serial(&mut self) -> u32 {
        self.serial += 1;
        u32::from(self.local.port()) << 16 | self.serial & 0xFFFF
    }

    fn register(&mut self, expires_s: u32) {
        self.register_at = Instant::now() + GIVE_UP;
        self.register_cseq += 1;
        let (cseq, server, local) = (self.register_cseq, self.server, self.local);
        let uri = format!("sip:{server}");
        let branch = self.next_serial();
        let user = &self.user;
        let mut text = format!(
            "REGISTER {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bK{branch:x}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{user}@{server}>;tag=r{port}\r\n\
             To: <sip:{user}@{server}>\r\nCall-ID: register-{port}@{ip}\r\nCSeq: {cseq} REGISTER\r\n\
             Contact: <sip:{user}@{local}>\r\nExpires: {expires_s}\r\n\
             User-Agent: hotline-world\r\n",
            port = local.port(),
            ip = local.ip(),
        );
        if let Some(challenge) = &mut self.challenge {
            let answer = challenge.answer(&self.user, &self.password, "REGISTER", &uri);
            text.push_str(&format!("Authorization: {answer}\r\n"));
        }
        self.send_until_answered(finish(text, ""), cseq, "REGISTER");
    }

    fn take(&mut self, message: &Message) {
        match message.method() {
            None => {
                self.take_response(message);
            }
            Some("INVITE") => self.take_invite(message),
            Some("ACK") => self.take_ack(message),
            Some("BYE") => {
                self.send(&message.response("200 OK", "", "", ""));
                if self.is_of_call(message) {
                    self.end(Ending::TheirBye);
                }
            }
            Some("CANCEL") => self.take_cancel(message),
            Some("OPTIONS" | "NOTIFY" | "UPDATE" | "INFO") => {
                self.send(&message.response("200 OK", "o", "", ""));
            }
            Some(_) => self.send(&message.response("501 Not Implemented", "o", "", "")),
        }
    }

    fn is_of_call(&self, message: &Message) -> bool {
        let id = message.header("call-id");
        self.call
            .as_ref()
            .is_some_and(|call| Some(call.id.as_str()) == id)
    }

    fn take_response(&mut self, message: &Message) -> Option<()> {
        let status = message.status()?;
        let (cseq, method) = message.cseq()?;
        let same = |s: &Sending| s.cseq == cseq && s.method == method;
        if status < 200 {
            return Some(());
        }
        if method == "INVITE" {
            self.acknowledge(cseq);
        }
        let place = self.sendings.iter().position(same)?;
        self.sendings.swap_remove(place);
        match (method, status) {
            ("REGISTER", 401 | 407) => {
                self.challenge = Some(Challenge::of(message)?);
                self.register(self.settings.expires_s);
            }
            ("REGISTER", 200..=299) => {
                self.is_registered = true;
                let granted = granted_s(message).unwrap_or(self.settings.expires_s);
                self.register_at =
                    Instant::now() + Duration::from_secs(u64::from(granted.max(2)) / 2);
            }
            ("INVITE", 200..=299) => {
                let call = self.call.as_mut()?;
                if let Some(remote) = Remote::of(&message.body) {
                    call.media.set_remote(remote);
                }
                let (id, is_held) = (call.id.clone(), call.is_held);
                self.memory.change(&id, |call| call.is_held = is_held);
            }
            ("BYE", _) => self.end(Ending::HungUp),
            _ => {}
        }
        Some(())
    }

    /// The ACK of our re-INVITE (RFC 3261 §13.2.2.4).
    fn acknowledge(&mut self, cseq: u32) {
        let branch = self.next_serial();
        let Some(call) = &self.call else { return };
        let text = in_dialog(call, self.local, "ACK", cseq, branch);
        self.send(&finish(text, ""));
    }

    fn take_invite(&mut self, message: &Message) {
        let id = message.header("call-id").unwrap_or_default().to_owned();
        if let Some(call) = &self.call
            && call.id == id
        {
            if call.invite.cseq() == message.cseq() {
                self.send(&call.answered);
            } else {
                self.take_reinvite(message);
            }
            return;
        }
        let serial = self.next_serial();
        let (says, keep) = (Arc::clone(&self.settings.says), self.settings.keep_heard_ms);
        let media = Media::open(self.local.ip(), says, keep, serial);
        let (Some(remote), Ok(mut media), None) = (Remote::of(&message.body), media, &self.call)
        else {
            self.send(&message.response("486 Busy Here", "busy", "", ""));
            return;
        };
        media.set_remote(remote);
        let now = Instant::now();
        self.memory.add(PhoneCall {
            id: id.clone(),
            from: user_of(message.header("from").unwrap_or_default()).to_owned(),
            rang_at: now,
            answered_at: None,
            ended: None,
            is_held: false,
            heard: Vec::new(),
            pressed: Vec::new(),
            rtp: Default::default(),
        });
        let answer_at = match self.settings.answer {
            Answer::After(wait) => Some(now + wait),
            _ => None,
        };
        let tag = format!("t{serial:x}");
        self.call = Some(Call {
            id,
            invite: message.clone(),
            answered: message.response("180 Ringing", &tag, &self.contact(), ""),
            tag,
            stage: Stage::Ringing { answer_at },
            media,
            resend: (now, T1),
            cseq: 0,
            hang_up_at: None,
            is_held: false,
        });
        match self.settings.answer {
            Answer::Reject(status) => self.reject(status),
            _ => self.send_answer(),
        }
    }

    fn contact(&self) -> String {
        format!("Contact: <sip:{}@{}>\r\n", self.user, self.local)
    }

    fn send_answer(&self) {
        if let Some(call) = &self.call {
            self.send(&call.answered);
        }
    }

    fn reject(&mut self, status: u16) {
        if let Some(call) = &mut self.call {
            let words = if status == 603 {
                "603 Decline"
            } else {
                "486 Busy Here"
            };
            call.answered = call.invite.response(words, &call.tag, "", "");
        }
        self.send_answer();
        self.end(Ending::Rejected);
    }

    fn take_reinvite(&mut self, message: &Message) {
        let contact = self.contact();
        let Some(call) = &mut self.call else { return };
        if let Some(remote) = Remote::of(&message.body) {
            call.media.set_remote(remote);
        }
        let sdp = call.media.describe("sendrecv");
        let answer = message.response("200 OK", &call.tag, &contact, &sdp);
        self.send(&answer);
    }

    fn take_ack(&mut self, message: &Message) {
        let is_ours = self.is_of_call(message);
        if let Some(call) = &mut self.call
            && is_ours
            && let Stage::Answered { acked, .. } = &mut call.stage
        {
            *acked = true;
        }
    }

    fn take_cancel(&mut self, message: &Message) {
        self.send(&message.response("200 OK", "", "", ""));
        let is_ours = self.is_of_call(message);
        let Some(call) = &mut self.call else { return };
        if is_ours && matches!(call.stage, Stage::Ringing { .. }) {
            call.answered = call
                .invite
                .response("487 Request Terminated", &call.tag, "", "");
            self.send_answer();
            self.end(Ending::Cancelled);
        }
    }

    fn obey(&mut self, command: Command) {
        let contact = self.contact();
        let serial = self.next_serial();
        let local = self.local;
        let Some(call) = &mut self.call else { return };
        match (command, call.stage) {
            (Command::Answer, Stage::Ringing { .. }) => {
                call.stage = Stage::Ringing {
                    answer_at: Some(Instant::now()),
                };
            }
            (Command::HangUp, Stage::Ringing { .. }) => self.reject(486),
            (Command::HangUp, Stage::Answered { .. }) => {
                call.stage = Stage::Leaving;
                call.media.pause();
                call.cseq += 1;
                let cseq = call.cseq;
                let octets = finish(in_dialog(call, local, "BYE", cseq, serial), "");
                self.send_until_answered(octets, cseq, "BYE");
            }
            (Command::Hold | Command::Resume, Stage::Answered { .. }) => {
                call.is_held = matches!(command, Command::Hold);
                call.cseq += 1;
                let cseq = call.cseq;
                let mut text = in_dialog(call, local, "INVITE", cseq, serial);
                text.push_str(&contact);
                let direction = if call.is_held { "sendonly" } else { "sendrecv" };
                let octets = finish(text, &call.media.describe(direction));
                self.send_until_answered(octets, cseq, "INVITE");
            }
            (Command::Press(key), _) => call.media.press(key),
            _ => {}
        }
    }

    fn turn_call(&mut self, now: Instant) {
        let contact = self.contact();
        let Some(call) = &mut self.call else { return };
        match call.stage {
            Stage::Ringing {
                answer_at: Some(at),
            } if now >= at => {
                let sdp = call.media.describe("sendrecv");
                call.answered = call.invite.response("200 OK", &call.tag, &contact, &sdp);
                call.stage = Stage::Answered {
                    acked: false,
                    since: now,
                };
                call.resend = (now + T1, T1);
                call.media.send_from(now);
                call.hang_up_at = self.settings.hangs_up_after.map(|lasts| now + lasts);
                let id = call.id.clone();
                self.memory.change(&id, |call| call.answered_at = Some(now));
                self.send_answer();
            }
            Stage::Answered {
                acked: false,
                since,
            } if now >= call.resend.0 => {
                let interval = (call.resend.1 * 2).min(T2);
                call.resend = (now + interval, interval);
                if now.duration_since(since) > GIVE_UP {
                    return self.end(Ending::NoResponse);
                }
                self.send_answer();
            }
            _ => {}
        }
        let Some(call) = &mut self.call else { return };
        call.media.turn(now);
        if call.hang_up_at.is_some_and(|at| now >= at) {
            call.hang_up_at = None;
            return self.obey(Command::HangUp);
        }
        if now.duration_since(self.shown) >= SHOW {
            self.shown = now;
            self.show();
        }
    }

    fn show(&self) {
        let Some(call) = &self.call else { return };
        let media = &call.media;
        self.memory.change(&call.id, |shown| {
            let known = shown.heard.len().min(media.heard.len());
            shown.heard.extend_from_slice(&media.heard[known..]);
            shown.pressed.clone_from(&media.pressed);
            shown.rtp = media.figures;
        });
    }

    fn end(&mut self, how: Ending) {
        self.show();
        let Some(call) = self.call.take() else { return };
        self.sendings.retain(|sending| sending.method == "REGISTER");
        self.memory.change(&call.id, |shown| {
            shown.heard = call.media.heard;
            shown.ended = Some((how, Instant::now()));
        });
    }
}

/// A request of ours inside the dialog that the server began (RFC 3261 §12.2.1.1).
fn in_dialog(call: &Call, local: SocketAddr, method: &str, cseq: u32, branch: u32) -> String {
    let header = |name| call.invite.header(name).unwrap_or_default();
    let target = match call.invite.header("contact") {
        Some(contact) => uri_of(contact),
        None => uri_of(header("from")),
    };
    let mut text = format!(
        "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch=z9hG4bK{branch:x}\r\n\
         Max-Forwards: 70\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {cseq} {method}\r\n",
        with_tag(header("to"), &call.tag),
        header("from"),
        call.id,
    );
    for route in call.invite.all("record-route") {
        text.push_str(&format!("Route: {route}\r\n"));
    }
    text
}

/// How long we are registered: our contact's parameter, else the header.
fn granted_s(response: &Message) -> Option<u32> {
    let contact = response.header("contact").and_then(|contact| {
        let (_, rest) = contact.split_once(";expires=")?;
        rest.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    });
    contact.or_else(|| response.header("expires")?.trim().parse().ok())
}

/// The address this machine has towards the server; nothing is sent.
fn ip_towards(server: SocketAddr) -> std::io::Result<IpAddr> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => [0, 0, 0, 0].into(),
        SocketAddr::V6(_) => [0_u16; 8].into(),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(server)?;
    Ok(socket.local_addr()?.ip())
}
