//! One tick of the media: every channel's chain, who hears whom; commands in, events
//! out. 8 kHz, 8 samples a millisecond.
//!
//! A *channel* is one party's voice: a line of a card (`0..lines`) or an RTP stream
//! (`lines..lines + streams`). Silence is what a channel hears when nobody talks to it.
//!
//! In a tick first every channel *says* a block (a line's after its echo canceller, a stream's out
//! of its jitter buffer), then every channel *hears* one. So mixing adds no delay, and a recording
//! has both parties of the same millisecond side by side. A channel that is not in use (a line
//! on-hook, a stream not open) says silence; a command that needs it in use is refused.

mod apply;
mod command;
mod config;
mod ear;
mod event;
mod line;
mod mix;
mod packet;
mod playback;
mod probe;
mod recording;
mod rest;
mod stream;
mod voice;

pub use self::command::{Clip, Command, MAX_ALSO, MAX_CLIPS, MAX_SOURCES, Source};
pub use self::config::EngineConfig;
pub use self::event::{Event, RecordedBlock, Sink, StreamFrame};
pub use self::mix::RAMP_MS;
pub use self::packet::{MAX_PAYLOAD, StreamPacket, StreamQuality};
pub use self::probe::{LineMeasured, MAX_PATH};
pub use crate::caller_id::MAX_CALLER_ID;
pub use crate::echo::EchoSettings;
pub use crate::g711::Law;
pub use crate::progress::{Progress, TonePlan};

pub use self::voice::VoiceSettings;

use self::ear::Ear;
use self::line::Line;
use self::playback::Retired;
use self::recording::Recording;
use self::stream::Stream;
use crate::elastic::Slips;

/// Samples a channel takes and gives in one tick of 1 ms at 8 kHz.
pub const BLOCK: usize = 8;
/// Samples in one RTP packet we send: 20 ms.
pub const FRAME: usize = 160;

/// Which voice; see the module's text for the numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(pub u16);

impl Channel {
    /// No channel at all: what `CommandRefused` names when the command named none.
    pub const NONE: Self = Self(u16::MAX);

    fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The media of one box.
/// - In: commands and packets at any time between two ticks; 8 octets of each line a tick.
/// - Out: 8 octets for each line a tick; events, packets and recordings into the sink.
/// - Cost: see the blocks; no allocation, lock, system call or panic after [`Engine::new`]. Every
///   loop is bounded by the configuration.
#[derive(Debug)]
pub struct Engine {
    lines: Box<[Line]>,
    streams: Box<[Stream]>,
    ears: Box<[Ear]>,
    says: Box<[[i16; BLOCK]]>,
    recordings: Box<[Option<Recording>]>,
    retired: Retired,
    /// Ticks since the start.
    now_ms: u64,
    /// Keys of packets received since the last tick.
    keys: heapless::Deque<Event, 32>,
    /// What a line without octets is taken to say.
    idle: [u8; BLOCK],
}

type Refusal = &'static str;
const NO_CHANNEL: Refusal = "no such channel";
const NOT_A_LINE: Refusal = "the channel is not a line";
const NOT_A_STREAM: Refusal = "the channel is not a stream";
const NOT_IN_USE: Refusal = "the channel is not in use";
const ITSELF: Refusal = "a channel cannot hear itself";
const TWICE: Refusal = "the channel is heard already";

impl Engine {
    /// The only place where memory is taken.
    #[must_use]
    pub fn new(config: EngineConfig) -> Self {
        let channels = usize::from(config.lines) + usize::from(config.streams);
        let stream_of = |index| {
            Stream::new(
                Channel(config.lines.saturating_add(index)),
                index,
                config.voice_of_streams,
            )
        };
        Self {
            lines: (0..config.lines)
                .map(|n| Line::new(Channel(n), &config))
                .collect(),
            streams: (0..config.streams).map(stream_of).collect(),
            ears: (0..channels).map(|_| Ear::default()).collect(),
            says: vec![[0; BLOCK]; channels].into(),
            recordings: (0..config.recordings).map(|_| None).collect(),
            retired: Retired::new(channels * MAX_CLIPS * 2),
            now_ms: 0,
            keys: heapless::Deque::new(),
            idle: [config.line_law.silence(); BLOCK],
        }
    }

    /// Takes a packet from a phone. Packets for channels that are not open are dropped.
    pub fn receive(&mut self, packet: &StreamPacket) {
        let now_ms = self.now_ms;
        let Ok(stream) = self.stream(packet.channel) else {
            return;
        };
        if let Some(key) = stream.receive(packet, now_ms) {
            // Room for 32 keys in a millisecond; fingers are slower, and a flood is not a finger.
            let _ = self.keys.push_back(stream::key_event(packet.channel, key));
        }
    }

    /// Passes exactly one millisecond. A line without an entry in `lines_in` says silence.
    pub fn tick(
        &mut self,
        lines_in: &[[u8; BLOCK]],
        lines_out: &mut [[u8; BLOCK]],
        sink: &mut impl Sink,
    ) {
        self.retired.retry(sink);
        while let Some(key) = self.keys.pop_front() {
            sink.event(key);
        }
        let (line_says, stream_says) = self.says.split_at_mut(self.lines.len());
        for (n, (line, says)) in self.lines.iter_mut().zip(line_says).enumerate() {
            *says = line.says_at_tick(lines_in.get(n).unwrap_or(&self.idle), sink);
        }
        for (stream, says) in self.streams.iter_mut().zip(stream_says) {
            *says = stream.says(sink);
        }
        for recording in self.recordings.iter_mut().flatten() {
            recording.take(&self.says, sink);
        }
        self.now_ms += 1;
        self.let_hear(lines_out, sink);
    }

    /// Passes one millisecond of a card whose clock is its own (house decision 11): its lines from
    /// `first` on take and give octets. Echo cancellers and detectors run here, on the clock of the
    /// line; what is said and heard is handed over to [`Self::tick`] by [`Elastic`] buffers.
    ///
    /// [`Elastic`]: crate::elastic::Elastic
    pub fn card_tick(
        &mut self,
        first: Channel,
        lines_in: &[[u8; BLOCK]],
        lines_out: &mut [[u8; BLOCK]],
        sink: &mut impl Sink,
    ) {
        let lines = self.lines.iter_mut().skip(first.index());
        for ((line, octets_in), octets_out) in lines.zip(lines_in).zip(lines_out) {
            if !line.card_tick(octets_in, octets_out, sink) {
                *octets_out = self.idle;
            }
        }
    }

    /// What was slipped between the clock of a line's card and the engine's, of what its party said
    /// and of what it heard. `None` for a line whose clock is the engine's.
    #[must_use]
    pub fn line_slips(&self, channel: Channel) -> Option<[Slips; 2]> {
        self.lines.get(channel.index())?.slips()
    }

    fn let_hear(&mut self, lines_out: &mut [[u8; BLOCK]], sink: &mut impl Sink) {
        for (n, ear) in self.ears.iter_mut().enumerate() {
            let block = ear.hear(Channel(n as u16), &self.says, &mut self.retired, sink);
            if let Some(line) = self.lines.get_mut(n) {
                let mut octets = self.idle;
                line.hears_at_tick(&block, &mut octets);
                if let Some(out) = lines_out.get_mut(n) {
                    *out = octets;
                }
            } else if let Some(stream) = self.streams.get_mut(n - self.lines.len()) {
                stream.hears(&block, sink);
            }
        }
    }

    /// Figures of a stream since it was opened; those of no stream are zero.
    #[must_use]
    pub fn stream_quality(&self, channel: Channel) -> StreamQuality {
        let index = channel.index().checked_sub(self.lines.len());
        index
            .and_then(|n| self.streams.get(n))
            .map_or_else(StreamQuality::default, Stream::quality)
    }

    /// Level of what a line's party says, in dBm0, smoothed over about 100 ms.
    #[must_use]
    pub fn line_level(&self, channel: Channel) -> Option<f32> {
        self.lines.get(channel.index()).map(Line::level_dbm0)
    }

    /// How much weaker the echo of a line is than it came, in dB, over the last 16 ms; meaningful
    /// while only we speak.
    #[must_use]
    pub fn echo_return_loss_enhancement(&self, channel: Channel) -> Option<f32> {
        self.lines
            .get(channel.index())
            .map(Line::echo_return_loss_enhancement_db)
    }

    /// Gives a line an echo canceller of its own, with a tail of its own; it knows no path yet. Takes
    /// memory, so it is for the time before the first tick. `false` if the channel is not a line.
    pub fn set_echo(&mut self, channel: Channel, settings: EchoSettings) -> bool {
        let line = self.lines.get_mut(channel.index());
        line.map(|line| line.set_echo(settings)).is_some()
    }

    /// Clips that were freed in the tick because nobody took them from the sink: should stay 0.
    #[must_use]
    pub fn clips_freed_in_tick(&self) -> u32 {
        self.retired.freed_here()
    }

    fn line(&mut self, channel: Channel) -> Result<&mut Line, Refusal> {
        self.require(channel)?;
        self.lines.get_mut(channel.index()).ok_or(NOT_A_LINE)
    }

    fn stream(&mut self, channel: Channel) -> Result<&mut Stream, Refusal> {
        self.require(channel)?;
        let index = channel
            .index()
            .checked_sub(self.lines.len())
            .ok_or(NOT_A_STREAM)?;
        self.streams.get_mut(index).ok_or(NO_CHANNEL)
    }

    fn ear(&mut self, channel: Channel) -> Result<(&mut Ear, &mut Retired), Refusal> {
        let ear = self.ears.get_mut(channel.index()).ok_or(NO_CHANNEL)?;
        Ok((ear, &mut self.retired))
    }

    fn require(&self, channel: Channel) -> Result<(), Refusal> {
        if channel.index() < self.ears.len() {
            Ok(())
        } else {
            Err(NO_CHANNEL)
        }
    }

    fn require_in_use(&mut self, channel: Channel) -> Result<(), Refusal> {
        let in_use = match self.line(channel) {
            Ok(line) => line.is_in_use(),
            Err(_) => self.stream(channel)?.is_open(),
        };
        if in_use { Ok(()) } else { Err(NOT_IN_USE) }
    }

    fn hear(
        &mut self,
        channel: Channel,
        from: &[Source],
        sink: &mut impl Sink,
    ) -> Result<(), Refusal> {
        self.require_in_use(channel)?;
        let mut heard = heapless::Vec::<Source, MAX_SOURCES>::new();
        for source in from {
            let usable = if source.channel == channel {
                Err(ITSELF)
            } else if heard.iter().any(|known| known.channel == source.channel) {
                Err(TWICE)
            } else {
                self.require_in_use(source.channel)
            };
            // No more are pushed than there were.
            match usable.map(|()| heard.push(*source)) {
                Ok(_) => {}
                Err(why) => sink.event(Event::CommandRefused {
                    channel: source.channel,
                    why,
                }),
            }
        }
        self.ears[channel.index()].mix.hear(&heard);
        Ok(())
    }

    /// The channel, which exists, hears nobody and is heard by nobody; its playback and the
    /// recordings that it is the first party of end.
    fn clear(&mut self, channel: Channel, sink: &mut impl Sink) {
        for ear in &mut self.ears {
            ear.mix.forget(channel);
        }
        self.ears[channel.index()].reset(&mut self.retired, sink);
        for slot in &mut self.recordings {
            if let Some(recording) = slot.take_if(|recording| recording.lose(channel)) {
                recording.end(sink);
            }
        }
    }

    fn open_stream(
        &mut self,
        channel: Channel,
        law: Law,
        event_payload_type: Option<u8>,
        sink: &mut impl Sink,
    ) -> Result<(), Refusal> {
        if self.stream(channel)?.is_open() {
            self.tell_quality(channel, sink);
        } else {
            self.clear(channel, sink);
        }
        let now_ms = self.now_ms;
        self.stream(channel)?.open(law, event_payload_type, now_ms);
        Ok(())
    }

    fn close_stream(&mut self, channel: Channel, sink: &mut impl Sink) -> Result<(), Refusal> {
        if self.stream(channel)?.is_open() {
            self.tell_quality(channel, sink);
        }
        self.stream(channel)?.close();
        self.clear(channel, sink);
        Ok(())
    }

    fn tell_quality(&self, channel: Channel, sink: &mut impl Sink) {
        let quality = self.stream_quality(channel);
        sink.event(Event::StreamEnded { channel, quality });
    }

    fn line_in_use(
        &mut self,
        channel: Channel,
        in_use: bool,
        sink: &mut impl Sink,
    ) -> Result<(), Refusal> {
        self.line(channel)?.use_or_leave(in_use);
        self.clear(channel, sink);
        Ok(())
    }
}
