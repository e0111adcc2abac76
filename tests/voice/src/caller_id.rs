//! Who calls, by FSK on a line that is on-hook: noise, low levels, hum, crooked lines.

use std::hint::black_box;

use hotline_dsp::caller_id::{CallerIdGenerator, CallerIdReceiver, Modulation, checksum};
use hotline_dsp::engine::BLOCK;
use hotline_dsp::level::mean_square;

use crate::figure::{Figure, Target};
use crate::material::{Chance, SECOND, rounded};
use crate::peers::spandsp_tones::{self, Standard};
use crate::section::{Curve, Plot, Section};
use crate::signal::{mix, silence, tone};
use crate::stopwatch::ns_each;
use crate::talk;

/// Messages a point of a curve.
const MESSAGES: usize = 300;
const LEVEL_DBM0: f32 = -20.0;
const FRAME: usize = 160;
/// The two standards by name.
const BOTH: [(&str, Modulation); 2] =
    [("Bell 202", Modulation::Bell202), ("V.23", Modulation::V23)];

/// What the message goes through.
#[derive(Clone, Copy)]
struct Line {
    level_dbm0: f32,
    /// Over 0–4 kHz.
    snr_db: f32,
    /// 50 Hz as loud as the message.
    hums: bool,
    /// Of a filter of one tap.
    slope: f32,
}

const LINE: Line = Line {
    level_dbm0: LEVEL_DBM0,
    snr_db: 30.0,
    hums: false,
    slope: 0.0,
};

/// What came of many messages.
#[derive(Clone, Copy, Default)]
struct Outcome {
    /// Percent of the messages that came as they were sent.
    right: f64,
    /// Messages that came as nobody sent them.
    wrong: usize,
}

/// One receiver: samples in, messages out, without their checksum.
type Receiver = Box<dyn FnMut(&[i16]) -> Vec<Vec<u8>>>;
type Make = fn(Modulation) -> Result<Receiver, String>;

fn ours(_: Modulation) -> Result<Receiver, String> {
    let mut receiver = CallerIdReceiver::new();
    Ok(Box::new(move |samples| {
        let (blocks, _) = samples.as_chunks::<BLOCK>();
        let messages = blocks.iter().filter_map(|block| receiver.process(block));
        messages.map(|m| m[..m.len() - 1].to_vec()).collect()
    }))
}

fn theirs(modulation: Modulation) -> Result<Receiver, String> {
    let mut receiver = peer(modulation)?;
    Ok(Box::new(move |samples| {
        let frames = samples.chunks(FRAME);
        frames.flat_map(|frame| receiver.process(frame)).collect()
    }))
}

fn peer(modulation: Modulation) -> Result<spandsp_tones::CallerId, String> {
    spandsp_tones::CallerId::new(match modulation {
        Modulation::Bell202 => Standard::Class,
        Modulation::V23 => Standard::Clip,
    })
}

/// A call set-up message with time, a random number and a name (EN 300 659-3 §5.2.1), 42 octets.
fn message(chance: &mut Chance) -> Vec<u8> {
    let mut octets = vec![0x80, 39, 0x01, 8];
    octets.extend(b"11251423");
    octets.extend([0x02, 11]);
    octets.extend((0..11).map(|_| b'0' + (chance.uniform() * 10.0) as u8));
    octets.extend([0x07, 14]);
    octets.extend(b"Zhang San Ltd.");
    octets.push(checksum(&octets));
    octets
}

fn sent(octets: &[u8], modulation: Modulation, line: Line, chance: &mut Chance) -> Vec<i16> {
    let mut samples = silence(800 + (chance.uniform() * 80.0) as usize);
    let generator = CallerIdGenerator::new(octets, modulation, line.level_dbm0);
    let mut generator = generator.expect("42 octets are short enough");
    while let Some(block) = generator.process() {
        samples.extend(block.map(f32::from));
    }
    samples.extend(silence(800));
    if line.slope != 0.0 {
        let straight = samples.clone();
        for (sample, before) in samples[1..].iter_mut().zip(&straight) {
            *sample += line.slope * before;
        }
    }
    if line.hums {
        let hum = tone(
            50.0,
            line.level_dbm0,
            chance.uniform() as f32,
            samples.len(),
        );
        mix(&mut samples, &hum);
    }
    let rms = f64::from(mean_square(line.level_dbm0 - line.snr_db).sqrt());
    for sample in &mut samples {
        *sample += (chance.gaussian() * rms) as f32;
    }
    rounded(&samples)
}

fn send(modulation: Modulation, line: Line, make: Make) -> Result<Outcome, String> {
    let mut chance = Chance::new(1);
    let mut outcome = Outcome::default();
    for _ in 0..MESSAGES {
        let octets = message(&mut chance);
        let samples = sent(&octets, modulation, line, &mut chance);
        let got = make(modulation)?(&samples);
        let is_right = |other: &&Vec<u8>| octets[..octets.len() - 1] == ***other;
        let right = got.iter().filter(is_right).count();
        outcome.right += right.min(1) as f64;
        outcome.wrong += got.len() - right.min(1);
    }
    outcome.right *= 100.0 / MESSAGES as f64;
    Ok(outcome)
}

/// One row: what is done to the line, what share must come.
fn rows() -> Vec<(String, Line, Option<f64>)> {
    let mut rows = Vec::new();
    for (snr_db, target) in [
        (14.0, Some(99.0)),
        (12.0, Some(99.0)),
        (10.0, Some(99.0)),
        (9.0, Some(99.0)),
        (8.0, None),
        (6.0, None),
    ] {
        let line = Line { snr_db, ..LINE };
        rows.push((format!("{snr_db} dB of signal to noise"), line, target));
    }
    for level_dbm0 in [-25.0, -30.0, -35.0, -40.0] {
        let line = Line { level_dbm0, ..LINE };
        rows.push((format!("{level_dbm0} dBm0"), line, Some(100.0)));
    }
    let hum = Line { hums: true, ..LINE };
    rows.push(("50 Hz as loud".into(), hum, Some(100.0)));
    for slope in [-0.9, 0.9] {
        let line = Line { slope, ..LINE };
        rows.push((format!("one tap of {slope}"), line, Some(100.0)));
    }
    rows
}

pub fn measure() -> Result<Section, String> {
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    // Where a line may be, and where none is: below 8 dB.
    let (mut wrong, mut wrong_below) = ([0, 0], [0, 0]);
    let mut add = |line: Line, outcomes: [Outcome; 2]| {
        let sums = if line.snr_db < 8.0 {
            &mut wrong_below
        } else {
            &mut wrong
        };
        sums[0] += outcomes[0].wrong;
        sums[1] += outcomes[1].wrong;
        outcomes.map(|outcome| outcome.right)
    };
    for (standard, modulation) in BOTH {
        for (name, line, target) in rows() {
            let outcomes = [
                send(modulation, line, ours)?,
                send(modulation, line, theirs)?,
            ];
            let [mine, peer] = add(line, outcomes);
            let name = format!("{standard}: messages at {name}");
            let figure = Figure::told(name, mine, "%").beside("spandsp", peer);
            figures.push(match target {
                Some(least) => figure.must_be(Target::AtLeast(least)),
                None => figure,
            });
        }
        let mut curves = [("ours", vec![]), ("spandsp", vec![])];
        for snr_db in 2..=16u8 {
            let x = f64::from(snr_db);
            let line = Line {
                snr_db: snr_db.into(),
                ..LINE
            };
            let outcomes = [
                send(modulation, line, ours)?,
                send(modulation, line, theirs)?,
            ];
            for (curve, right) in curves.iter_mut().zip(add(line, outcomes)) {
                curve.1.push((x, right));
            }
        }
        plots.push(Plot {
            title: format!("Messages received in noise, {standard}"),
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
    figures.extend(nobody_sent(wrong, wrong_below));
    figures.push(false_messages()?);
    figures.extend(costs()?);
    Ok(Section {
        title: "Caller identification (FSK)",
        about: "300 messages a row, each with 42 octets and a number of its own, at −20 dBm0 and 30 dB \
                over white noise of 0 to 4 kHz, where the row says nothing else. Our receiver is not \
                told which of the two standards comes; spandsp's is.",
        figures,
        plots,
    })
}

fn nobody_sent(wrong: [usize; 2], wrong_below: [usize; 2]) -> [Figure; 2] {
    let figure = |name: &'static str, [mine, peer]: [usize; 2]| {
        Figure::told(name, mine as f64, "").beside("spandsp", peer as f64)
    };
    [
        figure("messages that nobody sent, 8 dB and more", wrong).must_be(Target::Zero),
        figure("messages that nobody sent, of 4200 below 8 dB", wrong_below),
    ]
}

fn false_messages() -> Result<Figure, String> {
    let (mut found, mut hours) = ([0, 0], 0.0);
    for sound in talk::all()? {
        hours += sound.hours();
        found[0] += ours(Modulation::V23)?(&sound.samples).len();
        found[1] += theirs(Modulation::V23)?(&sound.samples).len();
    }
    let name = format!("messages in {hours:.1} h of talk and music");
    Ok(Figure::told(name, found[0] as f64, "")
        .must_be(Target::Zero)
        .beside("spandsp", found[1] as f64))
}

fn costs() -> Result<[Figure; 2], String> {
    let mut chance = Chance::new(3);
    let octets = message(&mut chance);
    let call = sent(&octets, Modulation::V23, LINE, &mut chance);
    let mut idle = crate::material::noise(5, SECOND, -55.0);
    mix(&mut idle, &tone(50.0, -45.0, 0.0, SECOND));
    let cost = |name: &'static str, samples: &[i16]| {
        let frames = samples.len() / FRAME;
        let samples = &samples[..frames * FRAME];
        let mut ours = CallerIdReceiver::new();
        let mut theirs = peer(Modulation::V23)?;
        let mine = ns_each(frames * 50, || {
            for block in std::iter::repeat_n(samples.as_chunks::<BLOCK>().0, 50).flatten() {
                black_box(ours.process(black_box(block)));
            }
        });
        let peer = ns_each(frames * 50, || {
            for frame in std::iter::repeat_n(samples.chunks(FRAME), 50).flatten() {
                black_box(theirs.process(black_box(frame)));
            }
        });
        Ok::<_, String>(
            Figure::told(name, mine / 1000.0, "µs")
                .must_be(Target::AtMost(2.5))
                .beside("spandsp", peer / 1000.0),
        )
    };
    Ok([
        cost("20 ms of a message", &call)?,
        cost("20 ms of an idle line", &rounded(&idle))?,
    ])
}
