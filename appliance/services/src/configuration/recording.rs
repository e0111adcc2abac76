use serde::{Deserialize, Serialize};

use super::ConfigurationError;

/// Which conversations are recorded (features C6, D2). Calls for help always are, and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingPolicy {
    /// All of them.
    #[default]
    Always,
    /// None.
    Never,
    /// So many of a hundred, 1 to 99; each call whole or not at all.
    Percent(u8),
}

/// Which are recorded of calls that have come through no queue. For those of a queue it says so
/// itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordingPolicies {
    /// Of calls that come in.
    pub inbound: RecordingPolicy,
    /// Of calls that people here make to somebody outside.
    pub outbound: RecordingPolicy,
    /// Of calls from phone to phone.
    pub internal: RecordingPolicy,
}

impl RecordingPolicy {
    /// Whether a call of this number is recorded. A share is drawn by the number, so that a call
    /// given on is not recorded by half.
    pub(crate) const fn takes(self, call: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            // Fibonacci hashing: neighbours are far from each other.
            Self::Percent(share) => {
                (call.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) % 100 < share as u64
            }
        }
    }

    pub(super) fn check(self, field: &str) -> Result<(), ConfigurationError> {
        match self {
            Self::Percent(share) if !(1..=99).contains(&share) => Err(ConfigurationError {
                field: field.to_owned(),
                found: share.to_string(),
                allowed: "1 to 99".into(),
            }),
            _ => Ok(()),
        }
    }
}

impl RecordingPolicies {
    pub(super) fn check(&self) -> Result<(), ConfigurationError> {
        self.inbound.check("rules.recording.inbound")?;
        self.outbound.check("rules.recording.outbound")?;
        self.internal.check("rules.recording.internal")
    }

    /// Whether nothing is left out.
    pub(crate) fn are_all(&self) -> bool {
        *self == Self::default()
    }
}
