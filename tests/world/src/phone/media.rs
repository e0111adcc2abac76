//! RTP of one call of a phone (RFC 3550, RFC 3551, RFC 4733): G.711, 20 ms a packet.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hotline_call::Digit;
use hotline_drivers::card::Law;

use crate::card::companding::{compress, expand};

/// Between two packets.
const PACKET: Duration = Duration::from_millis(20);
/// Samples of a packet.
const SAMPLES: usize = 160;
/// Packets sent late at once; more are left out, as a phone whose computer slept would.
const MAX_LATE: u32 = 50;
/// Packets read at one look.
const MAX_READ: usize = 200;
/// Keys that wait to be sent.
const MAX_KEYS: usize = 32;
/// Packets of a pressed key: 100 ms, then its end three times (RFC 4733 §2.5.1.4).
const KEY_PACKETS: u16 = 5;
/// Keys of RFC 4733 §3.2, by event code.
const KEYS: &[u8; 16] = b"0123456789*#ABCD";

/// What RTP has counted in one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RtpFigures {
    /// Packets sent.
    pub sent: u64,
    /// Packets received.
    pub received: u64,
    /// Sequence numbers that were left out.
    pub lost: u64,
    /// Packets that came out of order or twice.
    pub disordered: u64,
    /// Datagrams that were no RTP of this call.
    pub strange: u64,
    /// The longest time between two packets received, in ms of this phone's clock.
    pub longest_gap_ms: u64,
}

/// The description a phone gives of its audio, and what it found in the other's.
#[derive(Clone, Copy, Debug)]
pub struct Remote {
    /// Where it receives RTP.
    pub address: SocketAddr,
    /// The law it speaks.
    pub law: Law,
    /// Payload type of its telephone-events, if it has them.
    pub event: Option<u8>,
}

impl Remote {
    /// The audio of an SDP offer or answer; `None` when there is none that we speak.
    pub fn of(sdp: &str) -> Option<Self> {
        let mut address: Option<IpAddr> = None;
        let mut media: Option<(u16, Vec<u8>)> = None;
        let mut event = None;
        for line in sdp.lines() {
            if let Some(connection) = line.strip_prefix("c=IN IP4 ") {
                address = connection.trim().parse().ok();
            } else if let Some(audio) = line.strip_prefix("m=audio ") {
                let mut words = audio.split_whitespace();
                let port = words.next()?.parse().ok()?;
                media = Some((
                    port,
                    words.skip(1).filter_map(|pt| pt.parse().ok()).collect(),
                ));
            } else if let Some(map) = line.strip_prefix("a=rtpmap:") {
                let (payload_type, name) = map.split_once(' ')?;
                if name
                    .to_ascii_lowercase()
                    .starts_with("telephone-event/8000")
                {
                    event = payload_type.parse().ok();
                }
            }
        }
        let (port, types) = media?;
        let law = types.iter().find_map(|payload_type| match payload_type {
            0 => Some(Law::Mu),
            8 => Some(Law::A),
            _ => None,
        })?;
        Some(Self {
            address: SocketAddr::new(address?, port),
            law,
            event,
        })
    }
}

/// A key being sent.
struct Key {
    event: u8,
    timestamp: u32,
    packets: u16,
}

/// The audio of one call.
pub struct Media {
    socket: UdpSocket,
    remote: Option<Remote>,
    says: Arc<[i16]>,
    said: usize,
    sequence: u16,
    timestamp: u32,
    ssrc: u32,
    /// When the next packet is due: an absolute schedule.
    due: Option<Instant>,
    keys: VecDeque<u8>,
    key: Option<Key>,
    /// Sequence number and timestamp of the first packet, the highest sequence number so far.
    first: Option<(u16, u32)>,
    highest: u64,
    last_received: Option<Instant>,
    last_key: Option<u32>,
    keep: usize,
    /// What was heard, placed by RTP timestamp; silence where packets are missing.
    pub heard: Vec<i16>,
    /// Keys received as events.
    pub pressed: Vec<Digit>,
    /// What was counted.
    pub figures: RtpFigures,
}

impl Media {
    /// Audio on a port of its own at this address.
    pub fn open(ip: IpAddr, says: Arc<[i16]>, keep_ms: u64, ssrc: u32) -> std::io::Result<Self> {
        let socket = UdpSocket::bind((ip, 0))?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            remote: None,
            says,
            said: 0,
            sequence: ssrc as u16,
            timestamp: ssrc.rotate_left(9),
            ssrc,
            due: None,
            keys: VecDeque::new(),
            key: None,
            first: None,
            highest: 0,
            last_received: None,
            last_key: None,
            keep: usize::try_from(keep_ms * 8).unwrap_or(0),
            heard: Vec::new(),
            pressed: Vec::new(),
            figures: RtpFigures::default(),
        })
    }

    /// Our description (RFC 4566), answering or offering `law`.
    pub fn describe(&self, direction: &str) -> String {
        let (ip, port) = match self.socket.local_addr() {
            Ok(address) => (address.ip().to_string(), address.port()),
            Err(_) => ("0.0.0.0".to_owned(), 0),
        };
        let event = self.remote.map_or(Some(101), |remote| remote.event);
        let codec = match self.remote.map_or(Law::A, |remote| remote.law) {
            Law::A => (8, "PCMA"),
            Law::Mu => (0, "PCMU"),
        };
        let mut sdp = format!(
            "v=0\r\no=- {0} {0} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {port} \
             RTP/AVP {1}",
            self.ssrc, codec.0
        );
        if let Some(event) = event {
            sdp.push_str(&format!(" {event}"));
        }
        sdp.push_str(&format!("\r\na=rtpmap:{} {}/8000\r\n", codec.0, codec.1));
        if let Some(event) = event {
            sdp.push_str(&format!(
                "a=rtpmap:{event} telephone-event/8000\r\na=fmtp:{event} 0-15\r\n"
            ));
        }
        sdp.push_str(&format!("a=ptime:20\r\na={direction}\r\n"));
        sdp
    }

    /// Where the other side is, by its description.
    pub fn set_remote(&mut self, remote: Remote) {
        self.remote = Some(remote);
    }

    /// Begins to send, or goes on.
    pub fn send_from(&mut self, now: Instant) {
        self.due.get_or_insert(now);
    }

    /// Sends nothing from now on.
    pub fn pause(&mut self) {
        self.due = None;
    }

    /// Presses a key for 100 ms.
    pub fn press(&mut self, key: Digit) {
        let label = key.label() as u32 as u8;
        if let Some(code) = KEYS.iter().position(|known| *known == label)
            && self.keys.len() < MAX_KEYS
        {
            self.keys.push_back(code as u8);
        }
    }

    /// When [`turn`](Self::turn) has something to send.
    pub const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Reads what has come and sends what is due.
    pub fn turn(&mut self, now: Instant) {
        let mut datagram = [0; 1500];
        for _ in 0..MAX_READ {
            let Ok((length, _)) = self.socket.recv_from(&mut datagram) else {
                break;
            };
            if self.take(&datagram[..length], now).is_none() {
                self.figures.strange += 1;
            }
        }
        let Some(mut due) = self.due else { return };
        for _ in 0..MAX_LATE {
            if due > now {
                break;
            }
            self.send_one();
            due += PACKET;
        }
        self.due = Some(due.max(now.checked_sub(PACKET * MAX_LATE).unwrap_or(now)));
    }

    fn send_one(&mut self) {
        let Some(remote) = self.remote else { return };
        let packet = match self.next_key_packet(remote.event) {
            Some(packet) => packet,
            None => self.speech_packet(remote.law),
        };
        self.timestamp = self.timestamp.wrapping_add(SAMPLES as u32);
        // What the network refuses is lost, as any packet may be.
        let _ = self.socket.send_to(&packet, remote.address);
        self.figures.sent += 1;
    }

    fn speech_packet(&mut self, law: Law) -> Vec<u8> {
        let payload_type = if law == Law::A { 8 } else { 0 };
        let mut packet = self.header(payload_type, self.timestamp, self.figures.sent == 0);
        for _ in 0..SAMPLES {
            let sample = self.says.get(self.said).copied().unwrap_or(0);
            self.said = if self.said + 1 < self.says.len() {
                self.said + 1
            } else {
                0
            };
            packet.push(compress(law, f64::from(sample)));
        }
        packet
    }

    fn next_key_packet(&mut self, payload_type: Option<u8>) -> Option<Vec<u8>> {
        let payload_type = payload_type?;
        if self.key.is_none() {
            let event = self.keys.pop_front()?;
            self.key = Some(Key {
                event,
                timestamp: self.timestamp,
                packets: 0,
            });
        }
        let key = self.key.as_mut()?;
        key.packets += 1;
        let (event, timestamp, packets) = (key.event, key.timestamp, key.packets);
        let is_end = packets > KEY_PACKETS;
        if packets == KEY_PACKETS + 3 {
            self.key = None;
        }
        let mut packet = self.header(payload_type, timestamp, packets == 1);
        // Event, end bit and volume of −10 dBm0, duration in samples (RFC 4733 §2.3).
        let duration = packets.min(KEY_PACKETS) * SAMPLES as u16;
        packet.extend([event, if is_end { 0x8A } else { 0x0A }]);
        packet.extend(duration.to_be_bytes());
        Some(packet)
    }

    fn header(&mut self, payload_type: u8, timestamp: u32, marker: bool) -> Vec<u8> {
        let mut packet = Vec::with_capacity(12 + SAMPLES);
        packet.extend([0x80, payload_type | if marker { 0x80 } else { 0 }]);
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(timestamp.to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }

    fn take(&mut self, datagram: &[u8], now: Instant) -> Option<()> {
        let remote = self.remote?;
        let header = datagram.get(..12)?;
        if header[0] >> 6 != 2 {
            return None;
        }
        let payload = datagram.get(12 + 4 * usize::from(header[0] & 0x0F)..)?;
        let payload_type = header[1] & 0x7F;
        let sequence = u16::from_be_bytes([header[2], header[3]]);
        let timestamp = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let ours = if remote.law == Law::A { 8 } else { 0 };
        if payload_type != ours && Some(payload_type) != remote.event {
            return None;
        }
        self.count(sequence, timestamp, now);
        if payload_type == ours {
            self.keep_speech(remote.law, timestamp, payload);
            return Some(());
        }
        let &[event, flags, ..] = payload else {
            return None;
        };
        let key = KEYS
            .get(usize::from(event))
            .and_then(|key| Digit::new(char::from(*key)))?;
        if flags & 0x80 != 0 && self.last_key != Some(timestamp) && self.pressed.len() < 1000 {
            self.last_key = Some(timestamp);
            self.pressed.push(key);
        }
        Some(())
    }

    fn count(&mut self, sequence: u16, timestamp: u32, now: Instant) {
        if let Some(last) = self.last_received {
            let gap = now.duration_since(last).as_millis() as u64;
            self.figures.longest_gap_ms = self.figures.longest_gap_ms.max(gap);
        }
        self.last_received = Some(now);
        self.figures.received += 1;
        let Some((first, _)) = self.first else {
            self.first = Some((sequence, timestamp));
            return;
        };
        // The distance from the highest so far, which may be behind us.
        let here = first.wrapping_add(self.highest as u16);
        match sequence.wrapping_sub(here) as i16 {
            ahead @ 1.. => {
                self.highest += ahead as u64;
                self.figures.lost += ahead as u64 - 1;
            }
            _ => self.figures.disordered += 1,
        }
    }

    fn keep_speech(&mut self, law: Law, timestamp: u32, payload: &[u8]) {
        let Some((_, first)) = self.first else { return };
        let place = timestamp.wrapping_sub(first) as usize;
        let end = place.saturating_add(payload.len());
        if end > self.keep {
            return;
        }
        if self.heard.len() < end {
            self.heard.resize(end, 0);
        }
        for (sample, octet) in self.heard[place..end].iter_mut().zip(payload) {
            *sample = expand(law, *octet) as i16;
        }
    }
}
