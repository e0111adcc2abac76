//! Caller identity as the network sends it between the first two rings: an MDMF message in Bell 202
//! FSK (YDN 069, in the form of EN 300 659-3). Modulator only.

use std::f64::consts::TAU;

use hotline_call::{CallerId, Presentation};

use super::tone::peak;

/// Call set-up message.
const CALL_SETUP: u8 = 0x80;
/// Parameters.
const DATE_AND_TIME: u8 = 0x01;
const NUMBER: u8 = 0x02;
const NUMBER_ABSENT: u8 = 0x04;
const NAME: u8 = 0x07;

/// Bell 202: mark is 1, space is 0.
const MARK_HZ: f64 = 1200.0;
const SPACE_HZ: f64 = 2200.0;
const BAUD: f64 = 1200.0;
const RATE_HZ: f64 = 8000.0;
/// Level at the customer's end of the line; YDN 069 allows −13.5 ±1.5 dBm.
const LEVEL_DBM0: f64 = -13.5;
/// Channel seizure: alternating bits from space to mark; then continuous mark.
const SEIZURE_BITS: usize = 300;
const MARK_BITS: usize = 180;

/// The octets of the message for this caller: type, length, parameters, checksum.
/// `date` is month, day, hour, minute in two digits each.
#[must_use]
pub fn message(caller: &CallerId, date: &str) -> Vec<u8> {
    let mut body = Vec::new();
    let mut parameter = |kind: u8, text: &str| {
        let octets = &text.as_bytes()[..text.len().min(50)];
        body.push(kind);
        body.push(octets.len() as u8);
        body.extend_from_slice(octets);
    };
    parameter(DATE_AND_TIME, date);
    match (&caller.number, caller.presentation) {
        (Some(number), Presentation::Allowed) => parameter(NUMBER, number.as_str()),
        (_, Presentation::Withheld) => parameter(NUMBER_ABSENT, "P"),
        _ => parameter(NUMBER_ABSENT, "O"),
    }
    if let (Some(name), Presentation::Allowed) = (&caller.name, caller.presentation) {
        parameter(NAME, name);
    }
    let mut octets = vec![CALL_SETUP, body.len() as u8];
    octets.append(&mut body);
    let sum = octets
        .iter()
        .fold(0u8, |sum, &octet| sum.wrapping_add(octet));
    octets.push(sum.wrapping_neg());
    octets
}

/// The samples of a burst that carries these octets: seizure, mark, then each octet least
/// significant bit first between a start bit (0) and a stop bit (1). The phase is continuous.
#[must_use]
pub fn modulate(octets: &[u8]) -> Vec<i16> {
    let seizure = (0..SEIZURE_BITS).map(|n| n % 2 == 1);
    let mark = std::iter::repeat_n(true, MARK_BITS);
    let framed = octets.iter().flat_map(|&octet| {
        let data = (0..8).map(move |bit| octet & 1 << bit != 0);
        std::iter::once(false)
            .chain(data)
            .chain(std::iter::once(true))
    });
    let bits: Vec<bool> = seizure
        .chain(mark)
        .chain(framed)
        .chain([true; 10])
        .collect();
    let samples = (bits.len() as f64 / BAUD * RATE_HZ) as usize;
    let mut phase = 0.0f64;
    (0..samples)
        .map(|n| {
            let bit = bits[((n as f64 * BAUD / RATE_HZ) as usize).min(bits.len() - 1)];
            phase = (phase + if bit { MARK_HZ } else { SPACE_HZ } / RATE_HZ).fract();
            (peak(LEVEL_DBM0) * (TAU * phase).sin()).round() as i16
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hotline_call::Number;

    /// EN 300 659-3 §5: all octets together with the checksum are 0 modulo 256.
    #[test]
    fn a_message_names_the_number_and_sums_to_zero() {
        let number = Number::parse("13800138000").expect("a number");
        let octets = message(&CallerId::known(number), "11250230");
        assert_eq!(octets[..2], [0x80, 23]);
        assert_eq!(octets[2..12], *b"\x01\x0811250230");
        assert_eq!(octets[12..25], *b"\x02\x0b13800138000");
        assert_eq!(
            octets
                .iter()
                .fold(0u8, |sum, &octet| sum.wrapping_add(octet)),
            0
        );
    }

    #[test]
    fn a_withheld_number_is_sent_as_the_letter_p() {
        let caller = CallerId {
            presentation: Presentation::Withheld,
            ..CallerId::default()
        };
        assert_eq!(message(&caller, "11250230")[12..15], *b"\x04\x01P");
    }
}
