//! Caller identification by FSK on an on-hook line (EN 300 659, Bell 202 and V.23).

mod demodulator;
mod detector;
mod generator;

pub use detector::CallerIdReceiver;
pub use generator::{CallerIdGenerator, Modulation};

/// The longest caller-ID message (EN 300 659-3: type, length, 255 octets, checksum).
pub const MAX_CALLER_ID: usize = 258;
/// Bits in a second, in both standards.
const BAUD: f32 = 1200.0;
const RATE_HZ: f32 = 8000.0;
/// Samples in a bit.
const BIT: f32 = RATE_HZ / BAUD;

/// What must be added to the sum of a message to make it a multiple of 256 (EN 300 659-3 §5.1).
#[must_use]
pub fn checksum(octets: &[u8]) -> u8 {
    octets
        .iter()
        .fold(0u8, |sum, &octet| sum.wrapping_add(octet))
        .wrapping_neg()
}
