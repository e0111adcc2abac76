//! The whole engine with every channel it may have: what a tick costs, and the worst of many.

use std::hint::black_box;

use hotline_dsp::engine::{
    BLOCK, Channel, Command, EchoSettings, Engine, EngineConfig, Event, FRAME, Law, RecordedBlock,
    Sink, Source, StreamFrame, StreamPacket, TonePlan, VoiceSettings,
};

use hotline_dsp::gain_control::GainControlSettings;
use hotline_dsp::noise::NoiseSettings;

use crate::figure::{Figure, Target};
use crate::material::{SECOND, noise, rounded, speech};
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::thread_ns;

/// How many channels there are. Every conversation is recorded, and every trunk without one as well.
#[derive(Clone, Copy)]
struct Load {
    lines: u16,
    streams: u16,
}

/// Two E1 spans of trunks and a full office of phones.
const FULL: Load = Load {
    lines: 60,
    streams: 50,
};
/// A phone's echo is its own affair: behind a network it is later than any tail. So that each of 110
/// voices has a canceller, all of them are trunks; the phones come on top.
const ALL_CANCELLED: Load = Load {
    lines: 110,
    streams: 50,
};
/// How long it runs, in ms.
const WARMS_UP_MS: usize = 2_000;
const RUNS_MS: usize = 40_000;
/// Of the samples of each channel.
const MATERIAL_S: usize = 20;

pub fn measure() -> Result<Section, String> {
    let (mut figures, plot) = measure_load(FULL)?;
    let (of_all, _) = measure_load(ALL_CANCELLED)?;
    let named = of_all.into_iter().map(|mut figure| {
        figure.name = format!("110 trunks and 50 phones: {}", figure.name).into();
        // More than any box is sold for, so there is no target.
        figure.target = None;
        figure
    });
    figures.extend(named);
    Ok(Section {
        title: "Engine at full load",
        about: "60 trunks, each with an echo canceller of 128 ms, keys, busy tone and call progress sought, and 50 \
                phones; noise suppression and level control in all 110; 50 conversations and 10 announcements, all recorded. \
                Then 110 such trunks and the 50 phones. Processor time of one thread.",
        figures,
        plots: vec![plot],
    })
}

fn measure_load(load: Load) -> Result<(Vec<Figure>, Plot), String> {
    let mut ticks = run(load)?;
    let busy_s = ticks.iter().sum::<f64>() / 1e9;
    let share = busy_s / (RUNS_MS as f64 / 1000.0);
    let trace: Vec<(f64, f64)> = ticks
        .chunks(100)
        .enumerate()
        .map(|(n, tenth)| (n as f64 / 10.0, tenth.iter().sum::<f64>() / 1e5))
        .collect();
    ticks.sort_by(f64::total_cmp);
    let at = |share: f64| ticks[((ticks.len() - 1) as f64 * share) as usize] / 1e6;
    let channels = f64::from(load.lines + load.streams);
    let figures = vec![
        Figure::told("share of one core", share * 100.0, "%").must_be(Target::Below(25.0)),
        Figure::told("channels a core carries", channels / share, ""),
        Figure::told("a tick, median", at(0.5), "ms"),
        Figure::told("a tick, p99.99", at(0.9999), "ms").must_be(Target::Below(0.5)),
        Figure::told("a tick, longest", at(1.0), "ms"),
    ];
    let plot = Plot {
        title: "Mean cost of a tick, tenths of a second".into(),
        x: "s",
        y: "ms",
        curves: vec![Curve {
            name: "engine".into(),
            points: trace,
        }],
    };
    Ok((figures, plot))
}

/// What the engine puts out is looked at and forgotten.
#[derive(Default)]
struct Drain {
    frames: usize,
}

impl Sink for Drain {
    fn event(&mut self, event: Event) {
        black_box(event);
    }

    fn frame(&mut self, frame: StreamFrame) {
        self.frames += 1;
        black_box(frame);
    }

    fn recorded(&mut self, block: &RecordedBlock) {
        black_box(block);
    }

    fn retire(&mut self, _: hotline_dsp::engine::Clip) -> Result<(), hotline_dsp::engine::Clip> {
        Ok(())
    }
}

fn opened(Load { lines, streams }: Load, drain: &mut Drain) -> Engine {
    let voice = VoiceSettings {
        noise: NoiseSettings::Medium,
        level: Some(GainControlSettings::default()),
    };
    let mut engine = Engine::new(EngineConfig {
        lines,
        streams,
        own_clock: 0,
        voice_of_lines: voice,
        voice_of_streams: voice,
        line_law: Law::A,
        echo: EchoSettings {
            tail_ms: 128,
            suppress: true,
        },
        recordings: lines,
        tones: TonePlan::CN,
    });
    let stream = |n: u16| Channel(lines + n);
    for n in 0..lines {
        let channel = Channel(n);
        engine.apply(
            Command::LineInUse {
                channel,
                in_use: true,
            },
            drain,
        );
    }
    for n in 0..lines {
        let (channel, on) = (Channel(n), true);
        engine.apply(Command::ListenForProgress { channel, on }, drain);
    }
    for n in 0..streams {
        let open = Command::OpenStream {
            channel: stream(n),
            law: Law::A,
            event_payload_type: Some(101),
        };
        engine.apply(open, drain);
    }
    for n in 0..lines {
        // Trunks beyond the phones hear a neighbour, as in a conference.
        let other = if n < streams {
            stream(n)
        } else {
            Channel(n - 1)
        };
        let mut hears = |channel, heard| {
            let source = Source {
                channel: heard,
                gain_db: 0,
            };
            let from = std::iter::once(source).collect();
            engine.apply(Command::Hear { channel, from }, drain);
        };
        hears(Channel(n), other);
        if n < streams {
            hears(other, Channel(n));
        }
        let record = Command::Record {
            recording: n.into(),
            a: Channel(n),
            b: other,
        };
        engine.apply(record, drain);
    }
    engine
}

/// The processor time of each tick, in ns.
fn run(load: Load) -> Result<Vec<f64>, String> {
    let mut drain = Drain::default();
    let mut engine = opened(load, &mut drain);
    let mut voice = speech(1, MATERIAL_S, -18.0)?;
    for (sample, noise) in voice.iter_mut().zip(noise(2, MATERIAL_S * SECOND, -55.0)) {
        *sample += noise;
    }
    let voice = rounded(&voice);
    let says = |channel: usize, at: usize| voice[(channel * 7_919 + at) % voice.len()];
    let mut lines_in = vec![[0; BLOCK]; usize::from(load.lines)];
    let mut lines_out = lines_in.clone();
    let mut ticks = Vec::with_capacity(RUNS_MS);
    for ms in 0..WARMS_UP_MS + RUNS_MS {
        let at = ms * BLOCK;
        for (n, (into, out)) in lines_in.iter_mut().zip(&lines_out).enumerate() {
            for (k, octet) in into.iter_mut().enumerate() {
                // The hybrid gives back a quarter of what was sent.
                let echo = Law::A.decode(out[k]) / 4;
                *octet = Law::A.encode(says(n, at + k).saturating_add(echo));
            }
        }
        for n in (0..load.streams).filter(|n| usize::from(*n) % 20 == ms % 20) {
            engine.receive(&packet(Channel(load.lines + n), ms / 20, |k| {
                says(100 + usize::from(n), at + k)
            }));
        }
        let start = thread_ns();
        engine.tick(&lines_in, &mut lines_out, &mut drain);
        if ms >= WARMS_UP_MS {
            ticks.push(thread_ns() - start);
        }
    }
    if drain.frames == 0 {
        return Err("the engine sent nothing".into());
    }
    Ok(ticks)
}

fn packet(channel: Channel, n: usize, says: impl Fn(usize) -> i16) -> StreamPacket {
    StreamPacket {
        channel,
        payload_type: Law::A.payload_type(),
        marker: false,
        sequence: n as u16,
        timestamp: (n * FRAME) as u32,
        ssrc: 7,
        payload: (0..FRAME).map(|k| Law::A.encode(says(k))).collect(),
    }
}
