use std::fmt;

use serde::{Deserialize, Serialize};

/// A telephone number as dialled or received: an optional leading `+`, then 1 to 32 of `0-9 * #`.
///
/// Normalising to E.164 needs the country and is done by whoever knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(String);

/// Why a text is no telephone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Nothing left after spaces, dashes, dots, slashes and brackets were taken out.
    Empty,
    /// More digits than any network carries (Q.931 allows 32 here; E.164 itself 15).
    TooLong(usize),
    /// A character that stands on no keypad.
    Character(char),
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the number is empty; 1 to 32 digits are allowed"),
            Self::TooLong(n) => write!(f, "the number has {n} digits; 1 to 32 are allowed"),
            Self::Character(c) => {
                write!(
                    f,
                    "the number contains {c:?}; allowed are a leading + and 0-9 * #"
                )
            }
        }
    }
}

impl std::error::Error for NumberError {}

impl Number {
    /// The greatest number of digits.
    pub const MAX_DIGITS: usize = 32;

    /// Reads a number as people write it: spaces, `-`, `.`, `/`, `(` and `)` are taken out.
    ///
    /// # Errors
    /// [`NumberError`] says what stands in the way.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let mut kept = String::new();
        for c in text.chars() {
            match c {
                ' ' | '-' | '.' | '/' | '(' | ')' => {}
                '0'..='9' | '*' | '#' => kept.push(c),
                '+' if kept.is_empty() => kept.push(c),
                other => return Err(NumberError::Character(other)),
            }
        }
        match kept.trim_start_matches('+').len() {
            0 => Err(NumberError::Empty),
            n if n > Self::MAX_DIGITS => Err(NumberError::TooLong(n)),
            _ => Ok(Self(kept)),
        }
    }

    /// The digits, with the leading `+` if there was one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Number {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        Self::parse(&text)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let read = |text| Number::parse(text).map(|n| n.to_string());
        assert_eq!(read("+86 (138) 0013-8000"), Ok("+8613800138000".into()));
        assert_eq!(read("*28#"), Ok("*28#".into()));
        assert_eq!(read(" - "), Err(NumberError::Empty));
        assert_eq!(read("+"), Err(NumberError::Empty));
        assert_eq!(read("12+3"), Err(NumberError::Character('+')));
        assert_eq!(read(&"9".repeat(33)), Err(NumberError::TooLong(33)));
    }
}
