//! What the engine tells, and where it puts what it makes.

use heapless::Vec as Bounded;

use super::{Channel, Clip, FRAME, LineMeasured, StreamQuality};
use crate::caller_id::MAX_CALLER_ID;
use crate::g711::Law;
use crate::progress::Progress;

/// What the engine tells.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "a box would take heap in the tick"
)]
pub enum Event {
    /// A key was let go: DTMF on a line, or an RFC 4733 event on a stream. Once a key.
    Key {
        /// Whose.
        channel: Channel,
        /// `0`–`9`, `*`, `#`, `A`–`D`.
        key: char,
        /// How long it was held.
        duration_ms: u16,
    },
    /// A caller-ID message with a good checksum: type, length, body, checksum (EN 300 659-3).
    CallerId {
        /// Whose.
        channel: Channel,
        /// The whole message.
        octets: Bounded<u8, MAX_CALLER_ID>,
    },
    /// Busy tone: the far end has hung up.
    BusyTone {
        /// Whose.
        channel: Channel,
    },
    /// What is heard of a call that we make.
    Progress {
        /// Whose.
        channel: Channel,
        /// What.
        progress: Progress,
    },
    /// The playback has been heard to its end.
    PlaybackEnded {
        /// Whose.
        channel: Channel,
        /// Which playback.
        playback: u64,
    },
    /// No RTP came for so long; told at every full second, from 1.
    StreamSilent {
        /// Whose.
        channel: Channel,
        /// For how long.
        seconds: u16,
        /// The phone has told that it rests (RFC 3389): nothing is to be expected.
        rests: bool,
    },
    /// A stream was closed, or is opened anew.
    StreamEnded {
        /// Whose.
        channel: Channel,
        /// How its packets came.
        quality: StreamQuality,
    },
    /// The only party of a recording has said nothing for so long: told at every full second, from
    /// 1. Not of recordings with a second or third party, nor while paused.
    RecordingSilent {
        /// Which recording.
        recording: u64,
        /// For how long.
        seconds: u16,
    },
    /// The last block of the recording has been given.
    RecordingEnded {
        /// Which recording.
        recording: u64,
    },
    /// A command named a channel or recording that does not exist, or there was no room for it.
    CommandRefused {
        /// Which one was named; [`Channel::NONE`] if the command named a recording.
        channel: Channel,
        /// What stands in the way.
        why: &'static str,
    },
}

/// 20 ms of G.711 to be sent to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFrame {
    /// To whom.
    pub channel: Channel,
    /// Timestamp of the first sample, 8 kHz, starting at 0 when the stream was opened.
    pub timestamp: u32,
    /// The first packet after a pause.
    pub marker: bool,
    /// The law of the payload.
    pub law: Law,
    /// The samples.
    pub payload: [u8; FRAME],
}

/// 20 ms of a recording, or less in its last block.
#[derive(Clone, Debug)]
pub struct RecordedBlock {
    /// Which recording.
    pub recording: u64,
    /// How many samples of each track are valid, 1..=FRAME.
    pub len: u16,
    /// Party `a`.
    pub a: [i16; FRAME],
    /// Party `b`.
    pub b: [i16; FRAME],
    /// Party `c`, if there was one in these 20 ms.
    pub c: Option<[i16; FRAME]>,
}

/// Where the tick puts what it makes. Must not block, allocate or fail: what does not fit is
/// dropped and counted by the sink.
pub trait Sink {
    /// Something happened.
    fn event(&mut self, event: Event);
    /// A packet is to be sent.
    fn frame(&mut self, frame: StreamFrame);
    /// A recording has grown.
    fn recorded(&mut self, block: &RecordedBlock);
    /// A second of a line was measured.
    fn measured(&mut self, _measured: &LineMeasured) {}
    /// A clip is no longer used here. `Err` gives it back when there is no room: the engine keeps
    /// it and tries again at a later tick.
    ///
    /// # Errors
    /// The clip itself.
    fn retire(&mut self, clip: Clip) -> Result<(), Clip>;
}
