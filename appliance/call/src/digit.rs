use std::fmt;

use serde::{Deserialize, Serialize};

/// A key of the telephone keypad: `0`–`9`, `*`, `#`, and `A`–`D` (ITU-T Q.23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "char", into = "char")]
pub struct Digit(char);

impl Digit {
    /// The key with this label, if there is one. Small letters are not labels.
    #[must_use]
    pub const fn new(label: char) -> Option<Self> {
        match label {
            '0'..='9' | '*' | '#' | 'A'..='D' => Some(Self(label)),
            _ => None,
        }
    }

    /// The label on the key.
    #[must_use]
    pub const fn label(self) -> char {
        self.0
    }
}

impl TryFrom<char> for Digit {
    type Error = String;

    fn try_from(label: char) -> Result<Self, String> {
        Self::new(label).ok_or_else(|| format!("{label:?} is no key; allowed are 0-9 * # A-D"))
    }
}

impl From<Digit> for char {
    fn from(digit: Digit) -> Self {
        digit.0
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
