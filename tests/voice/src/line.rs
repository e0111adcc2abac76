//! What is told of a line, beside what is truly on it: level, noise, hum, spectrum, echo.

use hotline_dsp::engine::{
    BLOCK, Channel, Clip, Command, EchoSettings, Engine, EngineConfig, Event, Law, LineMeasured,
    RecordedBlock, Sink, Source, StreamFrame, StreamPacket,
};
use hotline_dsp::line_meter::{LineMeasurement, LineMeter};

use crate::figure::{Figure, Target};
use crate::hybrid::Path;
use crate::material::{SECOND, noise, rounded, speech};
use crate::section::{Curve, Plot, Section};
use crate::signal::g168::{CSS_C1, PATHS};
use crate::signal::{blocks, composite_source, mix, tone};
use crate::stopwatch::ns_each;

/// Samples in the 20 ms that costs are told for.
const FRAME: usize = 160;
/// How long an echo is learnt, and how much weaker than what is sent it is.
const LEARNT_S: usize = 10;
const RETURN_LOSS_DB: f32 = 10.0;
const SENT_DBM0: f32 = -10.0;
/// Hertz between two bands of the spectrum.
const BAND_HZ: f32 = 62.5;

fn measured(samples: &[f32]) -> LineMeasurement {
    let mut meter = LineMeter::new();
    let mut found = blocks(samples).filter_map(|block| meter.process(&block));
    found.next().expect("a second of samples is a measurement")
}

/// The farthest that what is told lies from the truth, in dB.
fn worst(found_and_true: impl Iterator<Item = (f32, f32)>) -> f64 {
    let errors = found_and_true.map(|(found, truth)| f64::from((found - truth).abs()));
    errors.fold(0.0, f64::max)
}

fn figure(name: &'static str, error_db: f64, limit_db: f64) -> Figure {
    Figure::told(name, error_db, "dB").must_be(Target::AtMost(limit_db))
}

pub fn measure() -> Result<Section, String> {
    let mut figures = vec![levels_of_tones(), levels_of_noise()];
    figures.extend(hum()?);
    figures.push(idle_noise()?);
    figures.extend(spectrum());
    let (echo, plot) = echo()?;
    figures.extend(echo);
    figures.push(cost());
    Ok(Section {
        title: "Line measurement",
        about: "How far each figure of a line lies from what is truly on it, the worst of all tried. \
                Limits are what the line check promises; nobody else's meter is run beside it.",
        figures,
        plots: vec![plot],
    })
}

fn levels_of_tones() -> Figure {
    let tried = (-60..=3).flat_map(|level| {
        [304.0, 1004.0, 2804.0].map(|hz| {
            let level = level as f32;
            (measured(&tone(hz, level, 0.3, SECOND)).level_dbm0, level)
        })
    });
    figure("level of a tone, −60 to +3 dBm0", worst(tried), 0.2)
}

fn levels_of_noise() -> Figure {
    let tried = (-60_i16..=-10).step_by(2).map(|level| {
        let samples = noise(level.unsigned_abs().into(), SECOND, level.into());
        (measured(&samples).level_dbm0, f32::from(level))
    });
    figure("level of white noise, −60 to −10 dBm0", worst(tried), 0.2)
}

fn hum() -> Result<[Figure; 3], String> {
    let of = |samples: &[f32], mains: usize| {
        let found = measured(samples);
        [found.hum_50_dbm0, found.hum_60_dbm0][mains]
    };
    let all = |level: f32| {
        [
            (50.0, 0),
            (100.0, 0),
            (150.0, 0),
            (60.0, 1),
            (120.0, 1),
            (180.0, 1),
        ]
        .map(|(hz, mains)| (tone(hz, level, 1.0, SECOND), mains))
    };
    let alone = (-55..=-20)
        .step_by(5)
        .flat_map(|level| all(level as f32).map(|(hum, mains)| (of(&hum, mains), level as f32)));
    let alone = figure("hum of 50 and 60 Hz on an idle line", worst(alone), 0.5);
    let other = all(-30.0).map(|(hum, mains)| of(&hum, 1 - mains) - of(&hum, mains));
    let other = other.into_iter().fold(f32::MIN, f32::max);
    let other = Figure::told(
        "hum of the other mains, over what there is",
        other.into(),
        "dB",
    )
    .must_be(Target::AtMost(-40.0));
    let talk = speech(3, 20, -20.0)?;
    let under = talk.chunks_exact(SECOND).flat_map(|second| {
        all(-40.0).map(|(hum, mains)| {
            let mut line = second.to_vec();
            mix(&mut line, &hum);
            (of(&line, mains), -40.0)
        })
    });
    // One of twenty may be worse: a voice of a hundred hertz is there too.
    let mut errors: Vec<f64> = under.map(|pair| worst([pair].into_iter())).collect();
    errors.sort_by(f64::total_cmp);
    let most = errors[errors.len() * 95 / 100];
    let under = figure("hum 20 dB below speech, 95 of 100 seconds", most, 1.5);
    Ok([alone, other, under])
}

fn idle_noise() -> Result<Figure, String> {
    let talk = speech(5, 20, -16.0)?;
    let tried = (-65_i16..=-45).step_by(5).map(|level| {
        let mut line = noise(level.unsigned_abs().into(), SECOND, level.into());
        // Half of the second is a pause, as between words.
        mix(&mut line[2_000..6_000], &talk[SECOND..]);
        (measured(&line).noise_dbm0, f32::from(level))
    });
    Ok(figure(
        "noise between words, −65 to −45 dBm0",
        worst(tried),
        1.0,
    ))
}

fn spectrum() -> [Figure; 2] {
    let bands = 4..=54;
    let peaks = bands.clone().map(|band: usize| {
        let found = measured(&tone(band as f32 * BAND_HZ, -20.0, 0.3, SECOND));
        (found.spectrum_dbm0[band], -20.0)
    });
    let peaks = figure("band in which a tone is", worst(peaks), 0.5);
    let far = bands.map(|band: usize| {
        let found = measured(&tone(band as f32 * BAND_HZ, -20.0, 0.3, SECOND));
        let others = found.spectrum_dbm0.iter().enumerate();
        let others = others.filter(|(n, _)| n.abs_diff(band) > 3);
        others
            .map(|(_, level)| level + 20.0)
            .fold(f32::MIN, f32::max)
    });
    let far = far.fold(f32::MIN, f32::max);
    let far = Figure::told("bands four and more away from a tone", far.into(), "dB")
        .must_be(Target::AtMost(-45.0));
    [peaks, far]
}

/// The last second that was measured, and the events nobody needs.
#[derive(Default)]
struct Last(Option<LineMeasured>);

impl Sink for Last {
    fn event(&mut self, _: Event) {}
    fn frame(&mut self, _: StreamFrame) {}
    fn recorded(&mut self, _: &RecordedBlock) {}
    fn measured(&mut self, measured: &LineMeasured) {
        self.0 = Some(measured.clone());
    }
    fn retire(&mut self, _: Clip) -> Result<(), Clip> {
        Ok(())
    }
}

/// What an engine's line learns of one echo path: the measurement, and the echo's true mean squares
/// as it came and as the line heard it.
fn learn(path: &Path, says: &[f32]) -> Result<LineMeasured, String> {
    let mut last = Last::default();
    let mut engine = Engine::new(EngineConfig {
        lines: 1,
        streams: 1,
        echo: EchoSettings {
            tail_ms: 32,
            suppress: true,
        },
        ..EngineConfig::default()
    });
    let (line, phone) = (Channel(0), Channel(1));
    let from = std::iter::once(Source {
        channel: phone,
        gain_db: 0,
    })
    .collect();
    for command in [
        Command::LineInUse {
            channel: line,
            in_use: true,
        },
        Command::OpenStream {
            channel: phone,
            law: Law::A,
            event_payload_type: None,
        },
        Command::Hear {
            channel: line,
            from,
        },
        Command::MeasureLine {
            channel: line,
            on: true,
        },
    ] {
        engine.apply(command, &mut last);
    }
    let says = rounded(says);
    let mut sent: Vec<f32> = Vec::new();
    let mut received = [[Law::A.silence(); BLOCK]];
    let mut out = [[0; BLOCK]];
    for ms in 0..LEARNT_S * 1000 {
        if ms % 20 == 0 {
            let frame = &says[ms * BLOCK..][..FRAME];
            engine.receive(&StreamPacket {
                channel: phone,
                payload_type: Law::A.payload_type(),
                marker: false,
                sequence: (ms / 20) as u16,
                timestamp: (ms * BLOCK) as u32,
                ssrc: 7,
                payload: frame.iter().map(|&sample| Law::A.encode(sample)).collect(),
            });
        }
        engine.tick(&received, &mut out, &mut last);
        // What comes in the next tick is the echo of what was sent in this one.
        for (octet, coded) in received[0].iter_mut().zip(out[0]) {
            sent.push(Law::A.decode(coded).into());
            // `as` saturates.
            *octet = Law::A.encode(path.echo(&sent).round() as i16);
        }
    }
    last.0.ok_or("the line was not measured".into())
}

/// The worst of the eight hybrids, in dB.
struct EchoErrors {
    /// Of the return loss that is told.
    loss: f64,
    /// What is wrong in the impulse response, over all of it.
    path: f32,
    /// The least enhancement that is told.
    enhancement: f32,
    /// One impulse response as it was learnt, and as it is.
    curves: Vec<Curve>,
}

fn echo_errors(says: &[f32]) -> Result<EchoErrors, String> {
    let mut errors = EchoErrors {
        loss: 0.0,
        path: f32::MIN,
        enhancement: f32::MAX,
        curves: Vec::new(),
    };
    for model in &PATHS {
        let path = Path::new(model, RETURN_LOSS_DB, 2);
        let impulse = |at: usize| {
            let mut sent = vec![0.0; at + 1];
            sent[0] = 1.0;
            path.echo(&sent)
        };
        let truth: Vec<f32> = (0..32 * BLOCK).map(impulse).collect();
        let found = learn(&path, says)?;
        let learnt = &found.echo_path[..truth.len()];
        let wrong: f32 = learnt
            .iter()
            .zip(&truth)
            .map(|(a, b)| (a - b).powi(2))
            .sum();
        let right: f32 = truth.iter().map(|tap| tap * tap).sum();
        errors.path = errors.path.max(10.0 * (wrong / right).log10());
        let told_db = found.echo_return_loss_db.unwrap_or(f32::INFINITY);
        let error_db = f64::from((told_db + 10.0 * right.log10()).abs());
        errors.loss = errors.loss.max(error_db);
        let told_db = found.echo_return_loss_enhancement_db.unwrap_or(0.0);
        errors.enhancement = errors.enhancement.min(told_db);
        if errors.curves.is_empty() {
            let curve = |name: &str, taps: &[f32]| Curve {
                name: name.into(),
                points: (0u32..)
                    .zip(taps)
                    .map(|(at, tap)| (f64::from(at) / 8.0, f64::from(*tap)))
                    .collect(),
            };
            errors.curves = vec![curve("learnt", learnt), curve("true", &truth)];
        }
    }
    Ok(errors)
}

fn echo() -> Result<([Figure; 4], Plot), String> {
    let samples = LEARNT_S * SECOND;
    // A voice excites no more than its own band: what the path does beyond it cannot be told.
    let voice = echo_errors(&composite_source(&CSS_C1, samples, 3, SENT_DBM0))?;
    let white = echo_errors(&noise(9, samples, SENT_DBM0.into()))?;
    let plot = Plot {
        title: "Echo path of hybrid D.2 as it was learnt".into(),
        x: "ms",
        y: "coefficient",
        curves: white.curves,
    };
    let path = |name: &'static str, error_db: f32| Figure::told(name, error_db.into(), "dB");
    let figures = [
        figure(
            "echo return loss, eight hybrids, by speech",
            voice.loss,
            0.5,
        ),
        path("echo path by white noise: error over path", white.path)
            .must_be(Target::AtMost(-25.0)),
        path("echo path by speech: error over path", voice.path),
        path("echo return loss enhancement told", voice.enhancement).must_be(Target::AtLeast(25.0)),
    ];
    Ok((figures, plot))
}

fn cost() -> Figure {
    let samples = rounded(&noise(1, 20 * SECOND, -20.0));
    let mut meter = LineMeter::new();
    let frames = samples.len() / FRAME;
    let ns = ns_each(frames, || {
        for block in samples.as_chunks::<BLOCK>().0 {
            std::hint::black_box(meter.process(std::hint::black_box(block)));
        }
    });
    Figure::told("20 ms of a line that is measured", ns / 1000.0, "µs")
}
