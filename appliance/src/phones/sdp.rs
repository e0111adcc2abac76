//! Offer and answer (RFC 3264) for one audio stream: G.711 in either law, telephone-events, 20 ms.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use hotline_dsp::engine::Law;

/// The payload type we offer for telephone-events; the usual one among dynamic types.
const EVENT_PAYLOAD_TYPE: u8 = 101;
/// Comfort noise (RFC 3389 §4): a phone that is told of it may send nothing while nobody speaks.
const COMFORT_NOISE: u8 = 13;

/// Who may send, seen from whoever wrote the description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    #[default]
    SendReceive,
    /// The writer only: it holds, perhaps with music of its own.
    SendOnly,
    /// The reader only.
    ReceiveOnly,
    /// Nobody: it holds.
    Inactive,
}

impl Direction {
    const fn attribute(self) -> &'static str {
        match self {
            Self::SendReceive => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::ReceiveOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    fn parse(attribute: &str) -> Option<Self> {
        [
            Self::SendReceive,
            Self::SendOnly,
            Self::ReceiveOnly,
            Self::Inactive,
        ]
        .into_iter()
        .find(|direction| direction.attribute() == attribute)
    }

    /// What is answered to an offer of this (RFC 3264 §6.1).
    const fn answer(self) -> Self {
        match self {
            Self::SendOnly => Self::ReceiveOnly,
            Self::ReceiveOnly => Self::SendOnly,
            both => both,
        }
    }

    /// Whether the writer does not want to hear us (RFC 3264 §8.4).
    pub const fn is_hold(self) -> bool {
        matches!(self, Self::SendOnly | Self::Inactive)
    }
}

/// What a phone's description says of the audio stream both have agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audio {
    /// Where it wants RTP. The address 0.0.0.0 (RFC 3264 §8.4, the old way to hold) is told as
    /// `Inactive`.
    pub remote: SocketAddr,
    /// The first of its codecs that is ours, or the one we prefer.
    pub law: Law,
    /// Its payload type for telephone-events.
    pub event: Option<u8>,
    /// Whether it knows comfort noise.
    pub comfort_noise: bool,
    /// Who sends.
    pub direction: Direction,
}

/// Why a description is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// It is no SDP.
    #[error("line {line} of the session description is no SDP: {text:?}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// The start of it.
        text: String,
    },
    /// It has no audio stream, or refuses it with port 0.
    #[error("the session description has no audio over RTP/AVP")]
    NoAudio,
    /// There is no `c=` line with an address we can send to.
    #[error("the session description has no usable connection address")]
    NoAddress,
    /// Its audio stream has neither PCMA nor PCMU.
    #[error("no codec in common: the phone has payload types {0:?}, we PCMA (8) and PCMU (0)")]
    NoCodec(Vec<u8>),
}

/// Reads a description, as tolerantly as it can be understood: unknown lines and attributes are
/// passed over, and any line end is one. Of its codecs, `prefer` is taken where it is offered.
///
/// # Errors
/// [`SdpError`] says what is missing.
pub fn parse(body: &[u8], prefer: Option<Law>) -> Result<Audio, SdpError> {
    let text = String::from_utf8_lossy(body);
    let mut media = Media::default();
    let (mut session_address, mut session_direction) = (None, None);
    // The section being read: before the first `m=`, in our stream, or in one we pass over.
    let (mut in_session, mut in_audio) = (true, false);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let Some((kind, value)) = line.split_once('=').filter(|(kind, _)| kind.len() == 1) else {
            let text = line.chars().take(40).collect();
            return Err(SdpError::Line {
                line: number + 1,
                text,
            });
        };
        match kind {
            "m" => {
                in_session = false;
                in_audio = media.formats.is_empty() && media.start(value);
            }
            "c" if in_session => session_address = connection(value),
            "c" if in_audio => media.address = connection(value),
            "a" if in_session => session_direction = Direction::parse(value).or(session_direction),
            "a" if in_audio => media.attribute(value),
            _ => {}
        }
    }
    media.finish(session_address, session_direction, prefer)
}

#[derive(Default)]
struct Media {
    port: u16,
    formats: Vec<u8>,
    /// Payload types and encodings of `a=rtpmap`.
    maps: Vec<(u8, String)>,
    address: Option<IpAddr>,
    direction: Option<Direction>,
}

impl Media {
    /// Reads `audio 4000 RTP/AVP 8 0 101`. Whether it is a stream we can use.
    fn start(&mut self, value: &str) -> bool {
        let mut words = value.split_ascii_whitespace();
        let (kind, port, profile) = (words.next(), words.next(), words.next());
        // `4000/2` offers several ports; the first is meant.
        let port = port
            .and_then(|port| port.split('/').next()?.parse().ok())
            .unwrap_or(0);
        let plain = matches!(profile, Some("RTP/AVP" | "RTP/AVPF"));
        if kind != Some("audio") || !plain || port == 0 {
            return false;
        }
        self.port = port;
        self.formats = words.filter_map(|format| format.parse().ok()).collect();
        true
    }

    fn attribute(&mut self, value: &str) {
        if let Some(direction) = Direction::parse(value) {
            self.direction = Some(direction);
        } else if let Some((format, encoding)) = value
            .strip_prefix("rtpmap:")
            .and_then(|map| map.split_once(' '))
            && let Ok(format) = format.parse()
        {
            self.maps
                .push((format, encoding.trim().to_ascii_lowercase()));
        }
    }

    fn finish(
        self,
        session_address: Option<IpAddr>,
        session_direction: Option<Direction>,
        prefer: Option<Law>,
    ) -> Result<Audio, SdpError> {
        if self.formats.is_empty() {
            return Err(SdpError::NoAudio);
        }
        let address = self
            .address
            .or(session_address)
            .ok_or(SdpError::NoAddress)?;
        let laws = self.formats.iter().filter_map(|format| match format {
            0 => Some(Law::Mu),
            8 => Some(Law::A),
            _ => None,
        });
        let law = prefer
            .filter(|law| laws.clone().any(|l| l == *law))
            .or(laws.clone().next());
        let event = self.maps.iter().find_map(|(format, encoding)| {
            let is_event = encoding.starts_with("telephone-event/8000");
            (is_event && self.formats.contains(format) && *format < 128).then_some(*format)
        });
        let direction = if address.is_unspecified() {
            Direction::Inactive
        } else {
            self.direction.or(session_direction).unwrap_or_default()
        };
        match law {
            Some(law) => Ok(Audio {
                remote: (address, self.port).into(),
                law,
                event,
                comfort_noise: self.formats.contains(&COMFORT_NOISE),
                direction,
            }),
            None => Err(SdpError::NoCodec(self.formats)),
        }
    }
}

/// Reads `IN IP4 192.0.2.1`; a multicast scope after `/` is passed over. Names are not looked up.
fn connection(value: &str) -> Option<IpAddr> {
    let mut words = value.split_ascii_whitespace();
    (words.next() == Some("IN")).then_some(())?;
    words.nth(1)?.split('/').next()?.parse().ok()
}

/// Our side of one session. The version in its `o=` line counts the descriptions that differ
/// (RFC 3264 §8): a session refresh is answered with the same one.
#[derive(Clone, Debug)]
pub struct Session {
    id: u32,
    version: u32,
    local: SocketAddr,
    last: Option<String>,
}

impl Session {
    /// A session whose RTP is received at `local`.
    pub const fn new(id: u32, local: SocketAddr) -> Self {
        Self {
            id,
            version: 0,
            local,
            last: None,
        }
    }

    /// What we offer: both laws, the A-law first as the network here speaks it.
    pub fn offer(&mut self) -> String {
        let map = format!(
            "8 0 {COMFORT_NOISE} {EVENT_PAYLOAD_TYPE}\r\na=rtpmap:8 PCMA/8000\r\n\
             a=rtpmap:0 PCMU/8000\r\na=rtpmap:{COMFORT_NOISE} CN/8000\r\n\
             a=rtpmap:{EVENT_PAYLOAD_TYPE} telephone-event/8000\r\n\
             a=fmtp:{EVENT_PAYLOAD_TYPE} 0-15\r\n"
        );
        self.describe(&map, Direction::SendReceive)
    }

    /// What we answer to an offer with this in it.
    pub fn answer(&mut self, audio: &Audio) -> String {
        let (format, name) = match audio.law {
            Law::A => (8, "PCMA"),
            Law::Mu => (0, "PCMU"),
        };
        let mut map = format!("{format}");
        if audio.comfort_noise {
            let _ = write!(map, " {COMFORT_NOISE}");
        }
        let _ = audio.event.map(|event| write!(map, " {event}"));
        let _ = write!(map, "\r\na=rtpmap:{format} {name}/8000\r\n");
        if audio.comfort_noise {
            let _ = write!(map, "a=rtpmap:{COMFORT_NOISE} CN/8000\r\n");
        }
        if let Some(event) = audio.event {
            let _ = write!(
                map,
                "a=rtpmap:{event} telephone-event/8000\r\na=fmtp:{event} 0-15\r\n"
            );
        }
        self.describe(&map, audio.direction.answer())
    }

    fn describe(&mut self, map: &str, direction: Direction) -> String {
        let family = if self.local.is_ipv4() { "IP4" } else { "IP6" };
        let (ip, port) = (self.local.ip(), self.local.port());
        let rest = format!(
            "s=-\r\nc=IN {family} {ip}\r\nt=0 0\r\nm=audio {port} RTP/AVP {map}a=ptime:20\r\n\
             a={}\r\n",
            direction.attribute()
        );
        if self.last.as_ref() != Some(&rest) {
            self.version += 1;
            self.last = Some(rest.clone());
        }
        let (id, version) = (self.id, self.version);
        format!("v=0\r\no=hotline {id} {version} IN {family} {ip}\r\n{rest}")
    }
}

#[cfg(test)]
#[path = "sdp_tests.rs"]
mod tests;
