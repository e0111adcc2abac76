//! An engine with everything it puts out kept, for the tests of this crate.
#![allow(dead_code, reason = "every test file uses its own part")]

use std::sync::Arc;

use heapless::Vec as Bounded;
use hotline_dsp::engine::{
    BLOCK, Channel, Clip, Command, EchoSettings, Engine, EngineConfig, Event, Law, LineMeasured,
    RAMP_MS, RecordedBlock, Sink, Source, StreamFrame, StreamPacket, TonePlan, VoiceSettings,
};

pub const LINES: u16 = 4;
pub const STREAMS: u16 = 4;

pub fn line(n: u16) -> Channel {
    Channel(n)
}

pub fn stream(n: u16) -> Channel {
    Channel(LINES + n)
}

pub fn config() -> EngineConfig {
    EngineConfig {
        lines: LINES,
        streams: STREAMS,
        own_clock: 0,
        voice_of_lines: VoiceSettings::default(),
        voice_of_streams: VoiceSettings::default(),
        line_law: Law::A,
        echo: EchoSettings::default(),
        recordings: 4,
        tones: TonePlan::CN,
    }
}

/// What the engine has put out.
#[derive(Default)]
pub struct Shelf {
    pub events: Vec<Event>,
    pub frames: Vec<StreamFrame>,
    pub recorded: Vec<RecordedBlock>,
    pub retired: Vec<Clip>,
    pub measured: Vec<LineMeasured>,
    /// How many clips may be retired yet; `None`: any number.
    pub room: Option<usize>,
}

impl Sink for Shelf {
    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    fn frame(&mut self, frame: StreamFrame) {
        self.frames.push(frame);
    }

    fn recorded(&mut self, block: &RecordedBlock) {
        self.recorded.push(block.clone());
    }

    fn measured(&mut self, measured: &LineMeasured) {
        self.measured.push(measured.clone());
    }

    fn retire(&mut self, clip: Clip) -> Result<(), Clip> {
        match &mut self.room {
            Some(0) => return Err(clip),
            Some(room) => *room -= 1,
            None => {}
        }
        self.retired.push(clip);
        Ok(())
    }
}

pub struct Studio {
    pub engine: Engine,
    pub shelf: Shelf,
    /// What each line says and hears, in samples.
    pub lines_in: [[i16; BLOCK]; LINES as usize],
    pub lines_out: [[i16; BLOCK]; LINES as usize],
    pub now_ms: u32,
}

impl Studio {
    /// With all lines in use and all streams open, in A-law, events as payload type 101.
    pub fn new() -> Self {
        Self::with(config())
    }

    /// The same in another engine.
    pub fn with(config: EngineConfig) -> Self {
        let mut studio = Self {
            engine: Engine::new(config),
            ..Self::idle()
        };
        for n in 0..LINES {
            studio.apply(Command::LineInUse {
                channel: line(n),
                in_use: true,
            });
        }
        for n in 0..STREAMS {
            studio.open(stream(n), Law::A);
        }
        studio
    }

    pub fn idle() -> Self {
        Self {
            engine: Engine::new(config()),
            shelf: Shelf::default(),
            lines_in: [[0; BLOCK]; LINES as usize],
            lines_out: [[0; BLOCK]; LINES as usize],
            now_ms: 0,
        }
    }

    pub fn open(&mut self, channel: Channel, law: Law) {
        self.apply(Command::OpenStream {
            channel,
            law,
            event_payload_type: Some(101),
        });
    }

    pub fn apply(&mut self, command: Command) {
        self.engine.apply(command, &mut self.shelf);
    }

    /// The channel hears exactly these.
    pub fn let_hear(&mut self, channel: Channel, from: &[(Channel, i8)]) {
        let source = |&(channel, gain_db)| Source { channel, gain_db };
        let from = from.iter().map(source).collect();
        self.apply(Command::Hear { channel, from });
    }

    /// These hear each other, and nobody else.
    pub fn join(&mut self, parties: &[Channel]) {
        for &party in parties {
            let others = parties.iter().filter(|other| **other != party);
            let from: Vec<_> = others.map(|other| (*other, 0)).collect();
            self.let_hear(party, &from);
        }
    }

    pub fn play(&mut self, channel: Channel, playback: u64, clips: &[&[i16]], repeat: bool) {
        let clips = clips
            .iter()
            .map(|&clip| Arc::from(clip))
            .collect::<Bounded<Clip, 16>>();
        self.apply(Command::Play {
            channel,
            playback,
            clips,
            repeat,
            over: false,
        });
    }

    pub fn tick(&mut self) {
        let octets = self
            .lines_in
            .map(|block| block.map(|sample| Law::A.encode(sample)));
        let mut out = [[0; BLOCK]; LINES as usize];
        self.engine.tick(&octets, &mut out, &mut self.shelf);
        self.lines_out = out.map(|block| block.map(|code| Law::A.decode(code)));
        self.now_ms += 1;
    }

    /// Ticks, giving what one line hears.
    pub fn hear(&mut self, line: Channel, ms: usize) -> Vec<i16> {
        let mut heard = Vec::new();
        for _ in 0..ms {
            self.tick();
            heard.extend(self.lines_out[usize::from(line.0)]);
        }
        heard
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.shelf.events)
    }

    /// All that was sent to a stream, decoded.
    pub fn sent_to(&self, channel: Channel) -> Vec<i16> {
        let frames = self
            .shelf
            .frames
            .iter()
            .filter(|frame| frame.channel == channel);
        frames
            .flat_map(|frame| frame.payload.map(|code| frame.law.decode(code)))
            .collect()
    }
}

pub fn packet(
    channel: Channel,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    payload: &[u8],
) -> StreamPacket {
    StreamPacket {
        channel,
        payload_type,
        marker: false,
        sequence,
        timestamp,
        ssrc: 7,
        payload: Bounded::from_slice(payload).expect("short enough"),
    }
}

/// The n-th packet of 20 ms of a stream that says `voice`, in A-law.
pub fn voice_packet(channel: Channel, n: u16, voice: impl Fn(usize) -> i16) -> StreamPacket {
    let first = usize::from(n) * 160;
    let payload: Vec<u8> = (first..first + 160)
        .map(|at| Law::A.encode(voice(at)))
        .collect();
    packet(
        channel,
        Law::A.payload_type(),
        n,
        u32::from(n) * 160,
        &payload,
    )
}

/// Long enough for every voice to have come or gone.
pub fn settle(studio: &mut Studio) {
    studio.lines_in = [[0; BLOCK]; 4];
    studio.hear(line(0), RAMP_MS);
}

pub fn as_sent(sample: i16) -> i16 {
    Law::A.decode(Law::A.encode(sample))
}

/// A-law's own samples, so that nothing is rounded on the way: another one for each n.
pub fn pure(n: usize) -> i16 {
    Law::A.decode((n % 251) as u8)
}
