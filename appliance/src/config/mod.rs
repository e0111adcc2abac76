//! What the program must know before its store opens, from one TOML file.
//!
//! `default.toml` is the one source of the documentation: `hotline config` prints it, a test holds
//! that it says the same as [`Config::default`], and an error quotes its "Allowed:" lines.

mod check;
mod error;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use error::ConfigError;

/// The documented file with every default.
const DEFAULT: &str = include_str!("default.toml");

/// All that the file can say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where things are kept.
    pub paths: Paths,
    /// The web pages and the API.
    pub http: Http,
    /// How phones register and are called.
    pub sip: Sip,
    /// How phones send speech.
    pub rtp: Rtp,
    /// The lines to the public network.
    pub lines: Lines,
    /// Room on the disk.
    pub storage: Storage,
    /// The handling of speech.
    pub media: Media,
    /// What is told to the operator of the machine.
    pub log: Log,
}

/// Where things are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    /// The store, the recordings, the prompts.
    pub data: PathBuf,
}

/// The web pages and the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Where they are served.
    pub listen: SocketAddr,
}

/// How phones register and are called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sip {
    /// UDP and TCP.
    pub listen: SocketAddr,
    /// The realm of digest authentication (RFC 8760), and the domain of our addresses.
    pub realm: String,
    /// What phones are told to send to.
    pub address: Address,
    /// The shortest registration granted.
    pub registration_min_s: u32,
    /// The longest registration granted.
    pub registration_max_s: u32,
}

/// How phones send speech.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rtp {
    /// The first UDP port, even.
    pub first_port: u16,
    /// The last UDP port.
    pub last_port: u16,
    /// What phones are told to send speech to.
    pub address: Address,
}

/// The lines to the public network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lines {
    /// How speech is coded.
    pub law: Law,
    /// Whose exchange.
    pub country: Country,
    /// The frequency of the busy tone.
    pub busy_tone_hz: u32,
    /// How long it is on.
    pub busy_on_ms: u32,
    /// How long it is off.
    pub busy_off_ms: u32,
    /// The tail of the echo canceller (G.168).
    pub echo_tail_ms: u16,
    /// The cards. Always empty today; an entry is refused with the reason.
    pub cards: Vec<toml::Value>,
}

/// Room on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// Set aside for facts.
    pub reserve_mb: u64,
    /// With less room than this no new call is let in.
    pub recordings_reserve_mb: u64,
}

/// The handling of speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// SCHED_FIFO priority of the tick; 0: an ordinary thread.
    pub realtime_priority: u8,
}

/// What is told to the operator of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// How much: a level or a list of `target=level`.
    pub level: String,
    /// In which form.
    pub format: LogFormat,
}

/// How speech is coded on a wire (G.711).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Law {
    /// Europe, China.
    #[serde(rename = "a-law")]
    A,
    /// North America, Japan.
    #[serde(rename = "mu-law")]
    Mu,
}

/// A country we know the exchanges of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Country {
    /// China.
    Cn,
    /// United States.
    Us,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// An address we tell others: found by itself, or given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Address {
    /// Found by itself.
    Auto,
    /// Given.
    Given(IpAddr),
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "auto" => Ok(Self::Auto),
            given => given
                .parse()
                .map(Self::Given)
                .map_err(|_| "not an IP address".to_owned()),
        }
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Given(address) => write!(f, "{address}"),
        }
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            data: PathBuf::from("/var/lib/hotline"),
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8080)),
        }
    }
}

impl Default for Sip {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 5060)),
            realm: "hotline".to_owned(),
            address: Address::Auto,
            registration_min_s: 60,
            registration_max_s: 600,
        }
    }
}

impl Default for Rtp {
    fn default() -> Self {
        Self {
            first_port: 16_000,
            last_port: 16_999,
            address: Address::Auto,
        }
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            law: Law::A,
            country: Country::Cn,
            busy_tone_hz: 450,
            busy_on_ms: 350,
            busy_off_ms: 350,
            echo_tail_ms: 32,
            cards: Vec::new(),
        }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            reserve_mb: 64,
            recordings_reserve_mb: 256,
        }
    }
}

impl Default for Media {
    fn default() -> Self {
        Self {
            realtime_priority: 50,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

impl Config {
    /// Reads and checks a file. Starts nothing and makes nothing.
    ///
    /// # Errors
    /// The first thing that is wrong, complete enough to be put right without looking elsewhere.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::unreadable(path, &error.to_string()))?;
        Self::read(path, &text)
    }

    /// The same from a text that was read from `path`.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn read(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let config: Self =
            toml::from_str(text).map_err(|error| ConfigError::from_toml(path, text, &error))?;
        match check::first_fault(&config) {
            Some(fault) => Err(ConfigError::from_fault(path, text, fault)),
            None => Ok(config),
        }
    }

    /// The documented file with every default, as `hotline config` prints it.
    #[must_use]
    pub const fn documented() -> &'static str {
        DEFAULT
    }
}
