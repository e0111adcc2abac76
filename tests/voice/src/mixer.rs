//! The mixer: who hears whom in a conference with a supervisor who whispers.

use std::hint::black_box;

use hotline_dsp::engine::{
    BLOCK, Channel, Clip, Command, EchoSettings, Engine, EngineConfig, Event, FRAME, Law,
    RecordedBlock, Sink, Source, StreamFrame, StreamPacket, TonePlan, VoiceSettings,
};

use crate::figure::{Figure, Target};
use crate::material::{SECOND, dbm0, rounded, speech};
use crate::section::Section;
use crate::stopwatch::ns_each;

/// Eight parties: a customer, an agent, a supervisor, five more agents.
const PARTIES: u16 = 8;
const CUSTOMER: usize = 0;
const AGENT: usize = 1;
const SUPERVISOR: usize = 2;
const SECONDS: usize = 10;
/// In 20 ms.
const TICKS: usize = 20;
/// In one run of the stopwatch.
const MEASURED_MS: usize = 2_000;

pub fn measure() -> Result<Section, String> {
    let voices: Vec<Vec<i16>> = (0..usize::from(PARTIES))
        .map(|n| speech(n, SECONDS, -14.0).map(|voice| rounded(&voice)))
        .collect::<Result<_, _>>()?;
    let with = heard(&voices, true);
    let without = heard(&voices, false);
    let differs = |party: usize| -> f64 {
        let pairs = with[party].iter().zip(&without[party]);
        dbm0(
            &pairs
                .map(|(a, b)| f32::from(*a) - f32::from(*b))
                .collect::<Vec<_>>(),
        )
    };
    let whispered = dbm0(
        &voices[SUPERVISOR]
            .iter()
            .map(|s| f32::from(*s))
            .collect::<Vec<_>>(),
    );
    Ok(Section {
        title: "Mixer",
        about: "Eight parties; a supervisor whispers to the agent at −14 dBm0. What that changes at \
                the ears of the others is the leak; what it changes at the agent's is the whisper.",
        figures: vec![
            Figure::told(
                "whisper at the customer",
                differs(CUSTOMER) - whispered,
                "dB",
            )
            .must_be(Target::AtMost(-60.0)),
            Figure::told(
                "whisper at another agent",
                differs(SUPERVISOR + 1) - whispered,
                "dB",
            )
            .must_be(Target::AtMost(-60.0)),
            Figure::told("whisper at the agent", differs(AGENT) - whispered, "dB")
                .must_be(Target::AtLeast(-1.0)),
            Figure::told(
                "eight parties who all hear each other, each 20 ms",
                cost(&voices),
                "us",
            ),
        ],
        plots: Vec::new(),
    })
}

/// The customer on a line, all others at phones.
fn engine() -> Engine {
    let mut engine = Engine::new(EngineConfig {
        lines: 1,
        streams: PARTIES - 1,
        own_clock: 0,
        voice_of_lines: VoiceSettings::default(),
        voice_of_streams: VoiceSettings::default(),
        line_law: Law::A,
        echo: EchoSettings {
            tail_ms: 16,
            suppress: false,
        },
        recordings: 0,
        tones: TonePlan::CN,
    });
    let mut quiet = Ears::default();
    let (channel, in_use) = (Channel(0), true);
    engine.apply(Command::LineInUse { channel, in_use }, &mut quiet);
    for n in 1..PARTIES {
        let open = Command::OpenStream {
            channel: Channel(n),
            law: Law::A,
            event_payload_type: None,
        };
        engine.apply(open, &mut quiet);
    }
    engine
}

/// All hear each other but the supervisor, whom the agent alone hears, if anybody.
fn join(engine: &mut Engine, whispers: bool) {
    for ear in 0..PARTIES {
        let is_heard = |mouth: u16| {
            let is_supervisor = usize::from(mouth) == SUPERVISOR;
            mouth != ear && (!is_supervisor || whispers && usize::from(ear) == AGENT)
        };
        let source = |mouth| Source {
            channel: Channel(mouth),
            gain_db: 0,
        };
        let mouths = (0..PARTIES).filter(|mouth| is_heard(*mouth));
        let from = mouths.map(source).collect();
        let channel = Channel(ear);
        engine.apply(Command::Hear { channel, from }, &mut Ears::default());
    }
}

/// What each party hears.
fn heard(voices: &[Vec<i16>], whispers: bool) -> Vec<Vec<i16>> {
    let mut engine = engine();
    join(&mut engine, whispers);
    let mut ears = Ears::default();
    for ms in 0..SECONDS * SECOND / BLOCK {
        speak(&mut engine, voices, ms, &mut ears);
    }
    ears.heard
}

/// Passes a millisecond in which all speak.
fn speak(engine: &mut Engine, voices: &[Vec<i16>], ms: usize, ears: &mut Ears) {
    let coded = |party: usize, at: usize| Law::A.encode(voices[party][at % voices[party].len()]);
    if ms.is_multiple_of(TICKS) {
        for party in 1..usize::from(PARTIES) {
            engine.receive(&StreamPacket {
                channel: Channel(party as u16),
                payload_type: Law::A.payload_type(),
                marker: false,
                sequence: (ms / TICKS) as u16,
                timestamp: (ms * BLOCK) as u32,
                ssrc: 7,
                payload: (0..FRAME).map(|n| coded(party, ms * BLOCK + n)).collect(),
            });
        }
    }
    let line_in = [std::array::from_fn(|n| coded(CUSTOMER, ms * BLOCK + n))];
    let mut line_out = [[0; BLOCK]];
    engine.tick(&line_in, &mut line_out, ears);
    ears.take(CUSTOMER, Law::A, &line_out[0]);
}

/// What mixing adds to a tick in which nobody hears anybody, in µs for each party and 20 ms.
fn cost(voices: &[Vec<i16>]) -> f64 {
    let each = |engine: &mut Engine| {
        let (mut ms, mut ears) = (0, Ears::default());
        ns_each(MEASURED_MS, || {
            for _ in 0..MEASURED_MS {
                speak(engine, voices, black_box(ms), &mut ears);
                ms += 1;
            }
            ears.heard.iter_mut().for_each(Vec::clear);
        })
    };
    let alone = each(&mut engine());
    let mut together = engine();
    join(&mut together, true);
    (each(&mut together) - alone) * TICKS as f64 / f64::from(PARTIES) / 1000.0
}

/// What all parties hear.
struct Ears {
    heard: Vec<Vec<i16>>,
}

impl Default for Ears {
    fn default() -> Self {
        Self {
            heard: vec![Vec::new(); usize::from(PARTIES)],
        }
    }
}

impl Ears {
    fn take(&mut self, party: usize, law: Law, octets: &[u8]) {
        self.heard[party].extend(octets.iter().map(|&octet| law.decode(octet)));
    }
}

impl Sink for Ears {
    fn event(&mut self, _: Event) {}
    fn frame(&mut self, frame: StreamFrame) {
        self.take(usize::from(frame.channel.0), frame.law, &frame.payload);
    }
    fn recorded(&mut self, _: &RecordedBlock) {}
    fn retire(&mut self, _: Clip) -> Result<(), Clip> {
        Ok(())
    }
}
