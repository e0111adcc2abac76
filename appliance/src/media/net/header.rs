//! The RTP header (RFC 3550 §5.1) as it lies in a datagram.

use zerocopy::byteorder::network_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// The twelve octets every RTP packet starts with.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub struct RtpHeader {
    /// Version (2 bits), padding, extension, number of contributing sources (4 bits).
    pub first: u8,
    /// Marker (1 bit), payload type (7 bits).
    pub second: u8,
    /// Counts packets.
    pub sequence: U16,
    /// Time of the first sample.
    pub timestamp: U32,
    /// Synchronisation source.
    pub ssrc: U32,
}

/// Octets of [`RtpHeader`].
pub const HEADER: usize = size_of::<RtpHeader>();

const VERSION_2: u8 = 0x80;
const VERSION_BITS: u8 = 0xC0;
const PADDING: u8 = 0x20;
const EXTENSION: u8 = 0x10;
const SOURCES: u8 = 0x0F;
const MARKER: u8 = 0x80;

impl RtpHeader {
    /// A header without padding, extension or contributing sources.
    pub fn new(payload_type: u8, marker: bool, sequence: u16, timestamp: u32, ssrc: u32) -> Self {
        let marker = if marker { MARKER } else { 0 };
        Self {
            first: VERSION_2,
            second: marker | (payload_type & !MARKER),
            sequence: U16::new(sequence),
            timestamp: U32::new(timestamp),
            ssrc: U32::new(ssrc),
        }
    }

    /// The marker bit.
    pub const fn marker(&self) -> bool {
        self.second & MARKER != 0
    }

    /// The payload type, 0..=127.
    pub const fn payload_type(&self) -> u8 {
        self.second & !MARKER
    }
}

/// Splits a datagram into header and payload, contributing sources, extension and padding taken
/// off. `None` when it is no RTP packet.
pub fn parse(datagram: &[u8]) -> Option<(&RtpHeader, &[u8])> {
    let (header, mut rest) = RtpHeader::ref_from_prefix(datagram).ok()?;
    if header.first & VERSION_BITS != VERSION_2 {
        return None;
    }
    rest = rest.get(usize::from(header.first & SOURCES) * 4..)?;
    if header.first & EXTENSION != 0 {
        // Profile (16 bits), then the length in 32-bit words without these four octets.
        let words = u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]);
        rest = rest.get(4 + usize::from(words) * 4..)?;
    }
    if header.first & PADDING != 0 {
        let padding = usize::from(*rest.last()?);
        if padding == 0 {
            return None;
        }
        rest = rest.get(..rest.len().checked_sub(padding)?)?;
    }
    Some((header, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(first: u8, rest: &[u8]) -> Vec<u8> {
        let mut header = RtpHeader::new(8, true, 1, 160, 7);
        header.first = first;
        [header.as_bytes(), rest].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        let octets = packet(VERSION_2, b"voice");
        let (header, payload) = parse(&octets).expect("RTP");
        assert_eq!(
            (header.payload_type(), header.marker(), payload),
            (8, true, &b"voice"[..])
        );
        assert_eq!(
            (
                header.sequence.get(),
                header.timestamp.get(),
                header.ssrc.get()
            ),
            (1, 160, 7)
        );
    }

    #[test]
    fn sources_extension_and_padding_are_taken_off() {
        let rest = [&[9; 8][..], &[0, 0, 0, 1, 5, 5, 5, 5], b"voice", &[0, 0, 3]].concat();
        let octets = packet(VERSION_2 | PADDING | EXTENSION | 2, &rest);
        assert_eq!(
            parse(&octets).map(|(_, payload)| payload),
            Some(&b"voice"[..])
        );
    }

    #[test]
    fn what_claims_more_than_it_has_is_no_packet() {
        for (first, rest) in [
            (0x40, &b"voice"[..]),
            (VERSION_2 | 3, b"short"),
            (VERSION_2 | EXTENSION, b"ab"),
            (VERSION_2 | EXTENSION, &[0, 0, 0xFF, 0xFF, 1]),
            (VERSION_2 | PADDING, &[1, 2, 200]),
            (VERSION_2 | PADDING, &[1, 2, 0]),
            (VERSION_2 | PADDING, b""),
        ] {
            assert!(parse(&packet(first, rest)).is_none(), "{first:#x} {rest:?}");
        }
        assert!(parse(&[0x80; 11]).is_none());
    }
}
