//! RTP as the engine sees it.

use heapless::Vec as Bounded;

use super::Channel;

/// The longest RTP payload taken: 60 ms of G.711, or any telephone-event.
pub const MAX_PAYLOAD: usize = 480;

/// An RTP packet from a phone, header taken off.
#[derive(Clone, Debug)]
pub struct StreamPacket {
    /// For whom.
    pub channel: Channel,
    /// RTP payload type.
    pub payload_type: u8,
    /// RTP marker.
    pub marker: bool,
    /// RTP sequence number.
    pub sequence: u16,
    /// RTP timestamp, 8 kHz.
    pub timestamp: u32,
    /// RTP synchronisation source; a change of it starts the jitter buffer anew.
    pub ssrc: u32,
    /// Payload.
    pub payload: Bounded<u8, MAX_PAYLOAD>,
}

/// Figures of one stream since it was opened (RFC 3550 §6.4.1, and the jitter buffer's).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamQuality {
    /// Packets taken.
    pub received: u32,
    /// Packets that never came, or came too late to be played.
    pub lost: u32,
    /// Packets that came twice or out of every order.
    pub discarded: u32,
    /// Interarrival jitter, in ms.
    pub jitter_ms: u16,
    /// Delay of the jitter buffer now, in ms.
    pub delay_ms: u16,
    /// Of the lost packets, those that came too late to be played.
    pub late: u32,
    /// Of the discarded packets, those that came twice.
    pub doubled: u32,
    /// Time that the jitter buffer put in or took out, in ms.
    pub adjusted_ms: u32,
}
