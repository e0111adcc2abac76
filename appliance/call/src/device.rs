use std::fmt;

use serde::{Deserialize, Serialize};

/// One telephone line to the public network: a port of an analog card, numbered over all cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LineId(pub u16);

/// One telephone of ours, as it is kept in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneId(pub u32);

/// What a leg ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A line to the public network.
    Line(LineId),
    /// An agent's telephone.
    Phone(PhoneId),
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {}", line.0 + 1),
            Self::Phone(phone) => write!(f, "phone {}", phone.0),
        }
    }
}
