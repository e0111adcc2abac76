//! What the engine is told to do.

use std::sync::Arc;

use heapless::Vec as Bounded;

use super::{Channel, VoiceSettings};
use crate::g711::Law;

/// Voices beside the first of the third track of a recording.
pub const MAX_ALSO: usize = 3;
/// Clips in one playback.
pub const MAX_CLIPS: usize = 16;

/// Channels that one channel can hear at once.
pub const MAX_SOURCES: usize = 7;

/// Somebody who is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Who.
    pub channel: Channel,
    /// How loud, in dB, −60..=12; what is beyond is brought into it. 0 is unchanged.
    pub gain_db: i8,
}

/// Samples to be played, linear, 8 kHz. Shared, so that nothing is copied into the tick; handed
/// back through [`Sink::retire`](super::Sink::retire), so that nothing is freed in it.
pub type Clip = Arc<[i16]>;

/// What the engine is told to do. All take effect at the next tick, in order. To hear and be heard, to
/// be played to, recorded or given a gain, a channel must be in use: a line off-hook, a stream open.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a box would be freed in the tick"
)]
pub enum Command {
    /// The channel hears the sum of exactly these, each at its gain; nobody is silence. Replaces
    /// what it heard before, in a ramp of [`RAMP_MS`](super::RAMP_MS). A source that is not in use,
    /// named twice, or the channel itself is left out and told as refused; the others are heard.
    Hear {
        /// Whose.
        channel: Channel,
        /// Whom.
        from: Bounded<Source, MAX_SOURCES>,
    },
    /// Let the channel hear these clips, one after the other without a gap.
    /// Replaces an earlier playback, which is then not told as ended.
    Play {
        /// Whose.
        channel: Channel,
        /// Which playback.
        playback: u64,
        /// What to play.
        clips: Bounded<Clip, MAX_CLIPS>,
        /// From the start again after the end, until stopped.
        repeat: bool,
        /// Beside the sources, which are heard on; else instead of them.
        over: bool,
    },
    /// Stop the playback.
    StopPlayback {
        /// Whose.
        channel: Channel,
    },
    /// Gain toward the channel's ear, in dB, −40..=+12.
    SetGain {
        /// Whose.
        channel: Channel,
        /// The gain.
        gain_db: f32,
    },
    /// Open a stream channel: which law it sends and hears, which payload type carries
    /// telephone-events. The jitter buffer starts empty. Of one that is open already, a phone that
    /// has changed its mind, all else stays: whom it hears, who hears it, its recording.
    OpenStream {
        /// Whose.
        channel: Channel,
        /// The law it sends and hears.
        law: Law,
        /// Payload type of its telephone-events, if agreed.
        event_payload_type: Option<u8>,
    },
    /// Stop sending to a stream (its party holds) or go on. What it sends is still taken.
    PauseStream {
        /// Whose.
        channel: Channel,
        /// Whether to be silent.
        paused: bool,
    },
    /// Close a stream channel: nobody hears it any more, its playback and recording end.
    CloseStream {
        /// Whose.
        channel: Channel,
    },
    /// A line goes off-hook (`true`: echo canceller, DTMF and progress tones start anew) or
    /// on-hook (`false`: nobody hears it any more, its playback and recording end).
    LineInUse {
        /// Whose.
        channel: Channel,
        /// Off-hook?
        in_use: bool,
    },
    /// Listen for caller-ID FSK on an on-hook line, or stop.
    ReceiveCallerId {
        /// Whose.
        channel: Channel,
        /// Listen?
        on: bool,
    },
    /// Listen on an off-hook line for what becomes of a call that we make, from anew, or stop.
    ListenForProgress {
        /// Whose.
        channel: Channel,
        /// Listen?
        on: bool,
    },
    /// Better the voice of the channel's party from now on like this; it stays so for those who come
    /// after.
    SetVoice {
        /// Whose.
        channel: Channel,
        /// How.
        voice: VoiceSettings,
    },
    /// Take away a line's echo (as every line begins), or leave it as it comes; meanwhile the canceller
    /// goes on learning.
    CancelEcho {
        /// Whose.
        channel: Channel,
        /// Take it away?
        on: bool,
    },
    /// Measure a line once a second, whether it is in use or not, or stop. Nobody hears of it.
    MeasureLine {
        /// Whose.
        channel: Channel,
        /// Measure?
        on: bool,
    },
    /// Record what these say, each on a track of its own. When `a` is gone, the recording ends;
    /// when `b` is, there is silence in its place until another comes.
    Record {
        /// Which recording.
        recording: u64,
        /// The first party.
        a: Channel,
        /// The second.
        b: Channel,
    },
    /// From now on these are recorded on the second and the third track; nobody is silence. A
    /// channel that is not in use is nobody, and told as refused.
    RetargetRecording {
        /// Which recording.
        recording: u64,
        /// The second party.
        b: Option<Channel>,
        /// The third.
        c: Option<Channel>,
        /// All others, whose voices are added to the third track.
        also: Bounded<Channel, MAX_ALSO>,
    },
    /// Record silence on all tracks, of true length, begun with a tone that marks it (`true`), or go
    /// on (`false`).
    PauseRecording {
        /// Which recording.
        recording: u64,
        /// Whether to be deaf.
        paused: bool,
    },
    /// End the recording; what is left of its block is given to the sink, then `RecordingEnded`. One
    /// that has ended with its first party is left alone.
    StopRecording {
        /// Which recording.
        recording: u64,
    },
}
