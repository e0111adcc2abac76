use serde::{Deserialize, Serialize};

use super::ConfigurationError;

/// How voices are bettered on their way. No decision depends on it; it is here so that it is changed,
/// compared, taken back and kept like all that an administrator sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VoicePath {
    /// Of people on telephone lines.
    pub lines: Voice,
    /// Of people at phones of ours.
    pub phones: Voice,
}

/// How the voice of one side is bettered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Voice {
    /// How much of its noise is taken away; the voice comes 10 ms later unless it is off.
    pub noise: NoiseReduction,
    /// To which level speech is brought, in dBm0, −30..=−9; `None`: as it comes.
    pub level_dbm0: Option<i8>,
}

/// How much noise is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoiseReduction {
    /// None.
    Off,
    /// A little: what is heard in pauses is a third as loud.
    #[default]
    Mild,
    /// More.
    Medium,
    /// As much as can be; voices may sound different.
    Strong,
}

impl VoicePath {
    pub(super) fn check(&self) -> Result<(), ConfigurationError> {
        let sides = [("lines", self.lines), ("phones", self.phones)];
        for (side, Voice { level_dbm0, .. }) in sides {
            if let Some(found) = level_dbm0.filter(|level| !(-30..=-9).contains(level)) {
                return Err(ConfigurationError {
                    field: format!("voice.{side}.level_dbm0"),
                    found: found.to_string(),
                    allowed: "-30 to -9".into(),
                });
            }
        }
        Ok(())
    }
}
