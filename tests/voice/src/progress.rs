//! Busy and congestion tone by their cadence: noise, a frequency that is off, hours of talk.

use std::hint::black_box;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::level::mean_square;
use hotline_dsp::progress::{BusyDetector, TonePlan};

use crate::figure::{Figure, Target};
use crate::material::{Chance, SECOND, rounded};
use crate::peers::spandsp_tones::Cadence;
use crate::section::{Curve, Plot, Section};
use crate::signal::{mix, silence, tone};
use crate::stopwatch::ns_each;
use crate::talk;

/// Calls a row, and a point of a curve.
const CALLS: usize = 200;
const POINT: usize = 50;
const MS: usize = SECOND / 1000;
const LEVEL_DBM0: f32 = -20.0;
/// How much the exchange's tone may be off.
const OFF: f64 = 0.015;
/// Within so many cadences it must be told; spandsp is told to tell after two.
const CADENCES: usize = 3;
const PEER_CADENCES: usize = 2;
const FRAME: usize = 160;
const FRAMES: usize = 5_000;

/// A tone of some country: its name, its frequency, sound and pause.
type Kind = (&'static str, u16, u16);
const KINDS: [Kind; 3] = [
    ("busy of China, 450 Hz 0.35 s", 450, 350),
    ("busy, 425 Hz 0.5 s", 425, 500),
    ("congestion, 425 Hz 0.25 s", 425, 250),
];

/// One detector: samples in, the sample at which the tone was told.
type Detector = Box<dyn FnMut(&[i16]) -> Vec<usize>>;
type Make = fn(Kind) -> Result<Detector, String>;

fn ours(kind: Kind) -> Result<Detector, String> {
    let mut detector = BusyDetector::new(plan(kind));
    Ok(Box::new(move |samples| {
        let (blocks, _) = samples.as_chunks::<BLOCK>();
        let told = blocks.iter().enumerate();
        let told = told.filter(|(_, block)| detector.process(block));
        told.map(|(n, _)| (n + 1) * BLOCK).collect()
    }))
}

fn plan((_, hz, ms): Kind) -> TonePlan {
    TonePlan {
        tone_hz: hz.into(),
        busy_ms: (ms, ms),
        busy_cadences: CADENCES as u8,
        ..TonePlan::CN
    }
}

fn peer((_, hz, ms): Kind) -> Result<Cadence, String> {
    Cadence::new(hz, (ms, ms), PEER_CADENCES)
}

fn theirs(kind: Kind) -> Result<Detector, String> {
    let mut cadence = peer(kind)?;
    Ok(Box::new(move |samples| {
        let told = samples.chunks(FRAME).enumerate();
        let told = told.filter(|(_, frame)| cadence.process(frame) > 0);
        told.map(|(n, _)| (n + 1) * FRAME).collect()
    }))
}

/// Percent of calls in which the tone was told in time, and after how many seconds.
fn told(kind: Kind, snr_db: f32, calls: usize, make: Make) -> Result<(f64, f64), String> {
    let (_, hz, ms) = kind;
    let cadence = 2 * usize::from(ms) * MS;
    let mut chance = Chance::new(1);
    let (mut right, mut seconds) = (0.0, 0.0);
    for _ in 0..calls {
        let lead = 500 * MS + (chance.uniform() * 160.0) as usize;
        let mut samples = silence(lead + (CADENCES + 1) * cadence);
        let hz = f64::from(hz) * (1.0 + OFF * (2.0 * chance.uniform() - 1.0));
        for n in 0..=CADENCES {
            let phase = chance.uniform() as f32;
            let sound = tone(hz as f32, LEVEL_DBM0, phase, cadence / 2);
            mix(&mut samples[lead + n * cadence..], &sound);
        }
        let rms = f64::from(mean_square(LEVEL_DBM0 - snr_db).sqrt());
        for sample in &mut samples {
            *sample += (chance.gaussian() * rms) as f32;
        }
        let first = make(kind)?(&rounded(&samples)).first().copied();
        if let Some(at) = first.filter(|at| (lead..=lead + CADENCES * cadence).contains(at)) {
            right += 1.0;
            seconds += (at - lead) as f64 / SECOND as f64;
        }
    }
    Ok((100.0 * right / calls as f64, seconds / right))
}

pub fn measure() -> Result<Section, String> {
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    for kind in KINDS {
        for (snr_db, target) in [
            (24.0, Some(99.0)),
            (15.0, Some(99.0)),
            (10.0, Some(99.0)),
            (6.0, None),
        ] {
            let (mine, after_s) = told(kind, snr_db, CALLS, ours)?;
            let (peer, peer_s) = told(kind, snr_db, CALLS, theirs)?;
            let name = format!("{}: told in 3 cadences at {snr_db} dB", kind.0);
            let figure = Figure::told(name, mine, "%").beside("spandsp", peer);
            figures.push(match target {
                Some(least) => figure.must_be(Target::AtLeast(least)),
                None => figure,
            });
            if snr_db == 24.0 {
                let name = format!("{}: told after, on average", kind.0);
                figures.push(Figure::told(name, after_s, "s").beside("spandsp", peer_s));
            }
        }
        let mut curves = [("ours", vec![]), ("spandsp", vec![])];
        for snr_db in (2..=30u8).step_by(2) {
            for (curve, make) in curves.iter_mut().zip([ours as Make, theirs]) {
                curve
                    .1
                    .push((snr_db.into(), told(kind, snr_db.into(), POINT, make)?.0));
            }
        }
        plots.push(Plot {
            title: format!("Told in noise: {}", kind.0),
            x: "dB of signal to noise",
            y: "%",
            curves: curves
                .map(|(name, points)| Curve {
                    name: name.into(),
                    points,
                })
                .into(),
        });
    }
    figures.extend(false_hits()?);
    figures.push(cost()?);
    Ok(Section {
        title: "Busy and congestion tone",
        about: "200 calls a row, the tone at −20 dBm0 and up to 1.5 % off, in white noise of 0 to 4 kHz; \
                told in time is told before the third pause has ended. Then hours of people, music and \
                machines that speak, without such a tone.",
        figures,
        plots,
    })
}

fn false_hits() -> Result<Vec<Figure>, String> {
    let sounds = talk::all()?;
    let hours: f64 = sounds.iter().map(talk::Sound::hours).sum();
    let mut figures = Vec::new();
    for kind in KINDS {
        let mut found = [0, 0];
        for sound in &sounds {
            found[0] += ours(kind)?(&sound.samples).len();
            found[1] += theirs(kind)?(&sound.samples).len();
        }
        let name = format!("{}: told an hour in {hours:.1} h of talk and music", kind.0);
        let [mine, peer] = found.map(|found| found as f64 / hours);
        figures.push(
            Figure::told(name, mine, "")
                .must_be(Target::Below(0.1))
                .beside("spandsp", peer),
        );
    }
    Ok(figures)
}

fn cost() -> Result<Figure, String> {
    let speech = rounded(&crate::material::speech(1, 20, -16.0)?);
    let frames = || speech.chunks_exact(FRAME).cycle().take(FRAMES);
    let mut ours = BusyDetector::new(plan(KINDS[0]));
    let mut theirs = peer(KINDS[0])?;
    let mine = ns_each(FRAMES, || {
        for block in frames().flat_map(|frame| frame.as_chunks::<BLOCK>().0) {
            black_box(ours.process(black_box(block)));
        }
    });
    let peer = ns_each(FRAMES, || {
        for frame in frames() {
            black_box(theirs.process(black_box(frame)));
        }
    });
    Ok(Figure::told("20 ms", mine / 1000.0, "µs")
        .must_be(Target::AtMost(1.0))
        .beside("spandsp", peer / 1000.0))
}
