//! Caller-ID messages of the analog line (EN 300 659-3; Telcordia GR-30): one message, its type,
//! length and checksum, to the call model's [`CallerId`].

use std::fmt;

use hotline_call::{CallerId, Number, Presentation};

/// Message types (EN 300 659-3 §5.2): the number alone, and parameters.
const SINGLE_DATA: u8 = 0x04;
const CALL_SETUP: u8 = 0x80;
/// Octets of month, day, hour and minute that begin a single-data message.
const DATE_TIME: usize = 8;
/// Parameter types of a call set-up message (EN 300 659-3 §5.3).
const CALLING_NUMBER: u8 = 0x02;
const NO_NUMBER_REASON: u8 = 0x04;
const CALLING_NAME: u8 = 0x07;

/// Why octets are no caller-ID message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Fewer octets than the shortest message, or than the length says.
    Short {
        /// How many there are.
        octets: usize,
    },
    /// The sum of all octets is not 0 modulo 256.
    Checksum,
    /// A message type that tells no caller.
    Type(u8),
    /// A parameter runs past the end of the message.
    Parameter(u8),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { octets } => write!(f, "the message ends after {octets} octets"),
            Self::Checksum => write!(f, "the checksum is wrong"),
            Self::Type(kind) => write!(f, "message type {kind:#04x}; known are 0x04 and 0x80"),
            Self::Parameter(kind) => write!(f, "parameter {kind:#04x} runs past the end"),
        }
    }
}

impl std::error::Error for Malformed {}

/// Reads a message: type, length, body, checksum. Octets after the checksum are left alone.
///
/// # Errors
/// [`Malformed`] says what is wrong; the call goes on without a number.
pub fn parse(octets: &[u8]) -> Result<CallerId, Malformed> {
    let short = Malformed::Short {
        octets: octets.len(),
    };
    let [kind, length, ..] = *octets else {
        return Err(short);
    };
    let end = 2 + usize::from(length);
    let whole = octets.get(..=end).ok_or(short)?;
    if whole
        .iter()
        .fold(0_u8, |sum, octet| sum.wrapping_add(*octet))
        != 0
    {
        return Err(Malformed::Checksum);
    }
    let body = &whole[2..end];
    match kind {
        SINGLE_DATA => Ok(number_or_reason(body.get(DATE_TIME..).unwrap_or_default())),
        CALL_SETUP => parameters(body),
        other => Err(Malformed::Type(other)),
    }
}

fn parameters(mut body: &[u8]) -> Result<CallerId, Malformed> {
    let mut caller = CallerId::default();
    while let [kind, length, rest @ ..] = body {
        let length = usize::from(*length);
        let value = rest.get(..length).ok_or(Malformed::Parameter(*kind))?;
        match *kind {
            CALLING_NUMBER | NO_NUMBER_REASON => {
                let found = number_or_reason(value);
                caller.number = found.number.or(caller.number);
                caller.presentation = found.presentation;
            }
            CALLING_NAME if !is_reason(value) => caller.name = name(value),
            _ => {}
        }
        body = &rest[length..];
    }
    Ok(caller)
}

/// "P": withheld by the caller. "O": not known to the network (EN 300 659-3 §5.4.3).
fn is_reason(value: &[u8]) -> bool {
    matches!(value, b"P" | b"O")
}

fn number_or_reason(value: &[u8]) -> CallerId {
    let presentation = match value {
        b"P" => Presentation::Withheld,
        _ => Presentation::Unavailable,
    };
    let number = std::str::from_utf8(value)
        .ok()
        .and_then(|text| Number::parse(text).ok());
    number.map_or(
        CallerId {
            presentation,
            ..CallerId::default()
        },
        CallerId::known,
    )
}

/// Exchanges send ASCII, or the country's own octets. What is not UTF-8 is marked, not guessed.
fn name(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut octets = vec![kind, body.len() as u8];
        octets.extend_from_slice(body);
        let sum = octets
            .iter()
            .fold(0_u8, |sum, octet| sum.wrapping_add(*octet));
        octets.push(sum.wrapping_neg());
        octets
    }

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn number_and_name_of_a_call_set_up_message_are_read() {
        let body = b"\x01\x0811250930\x02\x0b13800138000\x07\x05Chang";
        let caller = parse(&message(CALL_SETUP, body)).unwrap();
        assert_eq!(caller.number, Some(number("13800138000")));
        assert_eq!(caller.name.as_deref(), Some("Chang"));
        assert_eq!(caller.presentation, Presentation::Allowed);
    }

    #[test]
    fn a_withheld_number_is_not_an_unknown_one() {
        let presentation = |body: &[u8]| parse(&message(CALL_SETUP, body)).unwrap().presentation;
        assert_eq!(presentation(b"\x04\x01P"), Presentation::Withheld);
        assert_eq!(presentation(b"\x04\x01O"), Presentation::Unavailable);
        assert_eq!(presentation(b""), Presentation::Unavailable);
    }

    #[test]
    fn a_single_data_message_tells_the_number() {
        let caller = parse(&message(SINGLE_DATA, b"112509305551234")).unwrap();
        assert_eq!(caller.number, Some(number("5551234")));
        let withheld = parse(&message(SINGLE_DATA, b"11250930P")).unwrap();
        assert_eq!(withheld.presentation, Presentation::Withheld);
    }

    #[test]
    fn octets_that_are_no_message_say_why() {
        let mut wrong = message(CALL_SETUP, b"\x02\x031234");
        assert_eq!(parse(&[]), Err(Malformed::Short { octets: 0 }));
        assert_eq!(parse(&wrong[..5]), Err(Malformed::Short { octets: 5 }));
        assert_eq!(parse(&message(0x82, b"")), Err(Malformed::Type(0x82)));
        assert_eq!(
            parse(&message(CALL_SETUP, b"\x02\x09123")),
            Err(Malformed::Parameter(2))
        );
        wrong[3] ^= 1;
        assert_eq!(parse(&wrong), Err(Malformed::Checksum));
    }

    #[test]
    fn no_octets_of_any_kind_make_it_fall_over() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for length in 0..600 {
            let octets: Vec<u8> = (0..length % 70)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    state as u8
                })
                .collect();
            let _ = parse(&octets);
            let _ = parse(&message(CALL_SETUP, &octets));
            let _ = parse(&message(SINGLE_DATA, &octets));
        }
    }
}
