//! One tick of the media: every channel's chain, the bridges, who hears whom; commands in, events
//! out. 8 kHz, 8 samples a millisecond.
//!
//! A *channel* is one party's voice: a line of a card (`0..lines`) or an RTP stream
//! (`lines..lines + streams`). Silence is what a channel hears when nobody talks to it.

use std::sync::Arc;

use heapless::Vec as Bounded;

/// Samples a channel takes and gives in one tick of 1 ms at 8 kHz.
pub const BLOCK: usize = 8;
/// Samples in one RTP packet we send: 20 ms.
pub const FRAME: usize = 160;
/// Clips in one playback.
pub const MAX_CLIPS: usize = 16;
/// The longest RTP payload taken: 60 ms of G.711, or any telephone-event.
pub const MAX_PAYLOAD: usize = 480;
/// The longest caller-ID message (EN 300 659-3: type, length, 255 octets, checksum).
pub const MAX_CALLER_ID: usize = 258;

/// The two companding laws of G.711.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// PCMA, RTP payload type 8.
    A,
    /// PCMU, RTP payload type 0.
    Mu,
}

/// Which voice; see the module's text for the numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(pub u16);

/// Samples to be played, linear, 8 kHz. Shared, so that nothing is copied into the tick; handed
/// back through [`Sink::retire`], so that nothing is freed in it.
pub type Clip = Arc<[i16]>;

/// Sizes and laws, fixed for the life of an engine.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Line channels.
    pub lines: u16,
    /// Stream channels.
    pub streams: u16,
    /// The law of the cards.
    pub line_law: Law,
    /// The most recordings at once.
    pub recordings: u16,
    /// Progress tones of the country.
    pub tones: TonePlan,
}

/// What the public network's tones sound like (E.180).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TonePlan {
    /// Frequency of dial, busy and congestion tone, in Hz.
    pub tone_hz: f32,
    /// Busy: sound and pause, in ms.
    pub busy_ms: (u16, u16),
    /// Cadences of busy tone before it is believed; 2..=8.
    pub busy_cadences: u8,
}

impl TonePlan {
    /// China: 450 Hz, busy 350/350 ms (GB 3380, YDN 065).
    pub const CN: Self = Self { tone_hz: 450.0, busy_ms: (350, 350), busy_cadences: 3 };
}

/// What the engine is told to do. All take effect at the next tick, in order.
#[derive(Clone, Debug)]
pub enum Command {
    /// The two channels hear each other, and nobody else. Replaces earlier bridges of either.
    Bridge { a: Channel, b: Channel },
    /// The channel hears nobody. Its playback goes on.
    Unbridge { channel: Channel },
    /// Let the channel hear these clips, one after the other without a gap, instead of its peer.
    /// Replaces an earlier playback, which is then not told as ended.
    Play { channel: Channel, playback: u64, clips: Bounded<Clip, MAX_CLIPS>, repeat: bool },
    /// Stop the playback.
    StopPlayback { channel: Channel },
    /// Gain toward the channel's ear, in dB, −40..=+12.
    SetGain { channel: Channel, gain_db: f32 },
    /// Open a stream channel: which law it sends and hears, which payload type carries
    /// telephone-events. The jitter buffer starts empty.
    OpenStream { channel: Channel, law: Law, event_payload_type: Option<u8> },
    /// Stop sending to a stream (its party holds) or go on. What it sends is still taken.
    PauseStream { channel: Channel, paused: bool },
    /// Close a stream channel: bridge, playback and recording of it end.
    CloseStream { channel: Channel },
    /// A line goes off-hook (`true`: echo canceller, DTMF and progress tones start anew) or
    /// on-hook (`false`: bridge, playback and recording of it end).
    LineInUse { channel: Channel, in_use: bool },
    /// Listen for caller-ID FSK on an on-hook line, or stop.
    ReceiveCallerId { channel: Channel, on: bool },
    /// Record what the two parties say, `a` left, `b` right.
    Record { recording: u64, a: Channel, b: Channel },
    /// End the recording; what is left of its block is given to the sink, then `RecordingEnded`.
    StopRecording { recording: u64 },
}

/// What the engine tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was let go: DTMF on a line, or an RFC 4733 event on a stream. Once a key.
    Key { channel: Channel, key: char, duration_ms: u16 },
    /// A caller-ID message with a good checksum: type, length, body, checksum (EN 300 659-3).
    CallerId { channel: Channel, octets: Bounded<u8, MAX_CALLER_ID> },
    /// Busy tone: the far end has hung up.
    BusyTone { channel: Channel },
    /// The playback has been heard to its end.
    PlaybackEnded { channel: Channel, playback: u64 },
    /// No RTP came for so long; told at every full second, from 1.
    StreamSilent { channel: Channel, seconds: u16 },
    /// The last block of the recording has been given.
    RecordingEnded { recording: u64 },
    /// A command named a channel or recording that does not exist, or there was no room for it.
    CommandRefused { channel: Channel, why: &'static str },
}

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
    /// How many samples of each channel are valid, 1..=FRAME.
    pub len: u16,
    /// Party `a`.
    pub a: [i16; FRAME],
    /// Party `b`.
    pub b: [i16; FRAME],
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
    /// A clip is no longer used here. `Err` gives it back when there is no room: the engine keeps
    /// it and tries again at a later tick.
    ///
    /// # Errors
    /// The clip itself.
    fn retire(&mut self, clip: Clip) -> Result<(), Clip>;
}
