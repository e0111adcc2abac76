//! Keys by their tones, and nothing else by their tones: Q.24's limits, noise, hours of talk.

use std::hint::black_box;

use hotline_dsp::dtmf::{COLUMNS_HZ, DtmfDetector, KEYS, ROWS_HZ};
use hotline_dsp::engine::BLOCK;

use crate::figure::{Figure, Target};
use crate::material::{Chance, SECOND, rounded};
use crate::peers::spandsp_tones;
use crate::section::{Curve, Plot, Section};
use crate::signal::{mix, silence, tone};
use crate::stopwatch::ns_each;
use crate::talk::{self, Sound};

/// Keys a point of a curve.
const PRESSES: usize = 1_000;
const MS: usize = SECOND / 1000;
/// Samples in the 20 ms that costs are told for, and how often they are measured.
const FRAME: usize = 160;
const FRAMES: usize = 5_000;

/// How a key is pressed.
#[derive(Clone, Copy)]
struct Press {
    ms: f32,
    /// A gap after so many milliseconds, and how long: the same key again.
    gap_ms: Option<f32>,
    row_dbm0: f32,
    column_dbm0: f32,
    /// Of both tones.
    deviation: f32,
    deviation_hz: f32,
    /// Of the pair, over 0–4 kHz.
    snr_db: f32,
}

const PRESS: Press = Press {
    ms: 50.0,
    gap_ms: None,
    row_dbm0: -13.0,
    column_dbm0: -13.0,
    deviation: 0.0,
    deviation_hz: 0.0,
    snr_db: 60.0,
};

/// What came of many presses.
#[derive(Clone, Copy, Default)]
struct Outcome {
    /// Percent of the presses that were heard as one key.
    once: f64,
    /// Percent that were heard as the key twice.
    twice: f64,
    /// Keys that nobody pressed.
    extra: usize,
}

/// One receiver: samples in, keys out.
type Receiver = Box<dyn FnMut(&[i16]) -> String>;
type Make = fn() -> Result<Receiver, String>;

fn ours() -> Result<Receiver, String> {
    let mut detector = DtmfDetector::new();
    Ok(Box::new(move |samples| {
        let (blocks, _) = samples.as_chunks::<BLOCK>();
        let keys = blocks.iter().filter_map(|block| detector.process(block));
        keys.map(|pressed| pressed.key).collect()
    }))
}

fn theirs() -> Result<Receiver, String> {
    let mut keys = spandsp_tones::Keys::new()?;
    Ok(Box::new(move |samples| {
        samples
            .chunks(FRAME)
            .map(|frame| keys.process(frame))
            .collect()
    }))
}

/// Presses keys at any phase and place, each on a line that was quiet before.
fn press(press: Press, make: Make) -> Result<Outcome, String> {
    let mut chance = Chance::new(1);
    let mut outcome = Outcome::default();
    for n in 0..PRESSES {
        let key = KEYS.as_flattened()[n % 16];
        let samples = line_with(press, n % 16, &mut chance);
        let heard = make()?(&samples);
        let right = heard.chars().filter(|&other| other == key).count();
        outcome.once += f64::from(u8::from(right == 1));
        outcome.twice += f64::from(u8::from(right == 2));
        outcome.extra += heard.chars().count() - right;
    }
    outcome.once *= 100.0 / PRESSES as f64;
    outcome.twice *= 100.0 / PRESSES as f64;
    Ok(outcome)
}

fn line_with(press: Press, key: usize, chance: &mut Chance) -> Vec<i16> {
    let lead = 100 * MS + (chance.uniform() * 102.0) as usize;
    let length = (press.ms * MS as f32) as usize;
    let gap = press.gap_ms.map(|ms| (ms * MS as f32) as usize);
    let mut samples = silence(lead + 2 * length + gap.unwrap_or(0) + 110 * MS);
    let starts = [Some(0), gap.map(|gap| length + gap)];
    let tones = [
        (ROWS_HZ[key / 4], press.row_dbm0),
        (COLUMNS_HZ[key % 4], press.column_dbm0),
    ];
    for start in starts.into_iter().flatten() {
        for (hz, level_dbm0) in tones {
            let hz = hz * (1.0 + press.deviation) + press.deviation_hz;
            let phase = chance.uniform() as f32 * std::f32::consts::TAU;
            mix(
                &mut samples[lead + start..],
                &tone(hz, level_dbm0, phase, length),
            );
        }
    }
    let pair = tones
        .map(|(_, dbm0)| 10f32.powf(dbm0 / 10.0))
        .iter()
        .sum::<f32>();
    let noise_dbm0 = 10.0 * pair.log10() - press.snr_db;
    let rms = f64::from(hotline_dsp::level::mean_square(noise_dbm0).sqrt());
    for sample in &mut samples {
        *sample += (chance.gaussian() * rms) as f32;
    }
    rounded(&samples)
}

/// What is looked at of an outcome.
type Pick = fn(Outcome) -> f64;

/// One row: what is pressed, what of it counts, what it must be.
type Row = (&'static str, Press, Pick, Option<Target>);

fn rows() -> Vec<Row> {
    let once: Pick = |outcome| outcome.once;
    let all = Some(Target::AtLeast(99.9));
    let none = Some(Target::AtMost(0.1));
    let noise = |snr_db| Press { snr_db, ..PRESS };
    let long = |ms| Press { ms, ..PRESS };
    let twist = |db| Press {
        column_dbm0: PRESS.row_dbm0 + db,
        ..PRESS
    };
    let off = |deviation: f32, deviation_hz| Press {
        deviation,
        deviation_hz,
        ..PRESS
    };
    let level = |dbm0| Press {
        row_dbm0: dbm0,
        column_dbm0: dbm0,
        ..PRESS
    };
    let gap = |ms| Press {
        gap_ms: Some(ms),
        ..PRESS
    };
    vec![
        ("heard at 12 dB of signal to noise", noise(12.0), once, all),
        ("heard at 10 dB", noise(10.0), once, all),
        ("heard at 8 dB", noise(8.0), once, all),
        (
            "heard at 6 dB",
            noise(6.0),
            once,
            Some(Target::AtLeast(95.0)),
        ),
        ("heard at 4 dB", noise(4.0), once, None),
        ("heard of 36 ms", long(36.0), once, all),
        ("heard of 34 ms", long(34.0), once, None),
        ("heard of 30 ms", long(30.0), once, None),
        ("heard of 26 ms", long(26.0), once, None),
        ("heard of 22 ms", long(22.0), once, none),
        ("heard of 20 ms", long(20.0), once, none),
        (
            "pause of 30 ms: two keys",
            gap(30.0),
            |outcome| outcome.twice,
            all,
        ),
        ("gap of 10 ms: one key", gap(10.0), once, all),
        ("column 4 dB louder", twist(4.0), once, all),
        ("column 8 dB fainter", twist(-8.0), once, all),
        ("column 12 dB louder", twist(12.0), once, Some(Target::Zero)),
        (
            "column 12 dB fainter",
            twist(-12.0),
            once,
            Some(Target::Zero),
        ),
        ("1.5 % and 2 Hz too high", off(0.015, 2.0), once, all),
        ("1.5 % and 2 Hz too low", off(-0.015, -2.0), once, all),
        ("3 % too high", off(0.03, 0.0), once, Some(Target::Zero)),
        ("3 % too low", off(-0.03, 0.0), once, Some(Target::Zero)),
        ("each tone at 0 dBm0", level(0.0), once, all),
        ("each tone at −25 dBm0", level(-25.0), once, all),
        ("each tone at −40 dBm0", level(-40.0), once, all),
        (
            "each tone at −48 dBm0",
            level(-48.0),
            once,
            Some(Target::Zero),
        ),
    ]
}

pub fn measure() -> Result<Section, String> {
    let mut figures = Vec::new();
    let mut extra = [0, 0];
    for (name, how, pick, target) in rows() {
        let [mine, peer] = [press(how, ours)?, press(how, theirs)?];
        extra[0] += mine.extra;
        extra[1] += peer.extra;
        let figure = Figure::told(name, pick(mine), "%").beside("spandsp", pick(peer));
        figures.push(match target {
            Some(target) => figure.must_be(target),
            None => figure,
        });
    }
    figures.push(
        Figure::told(
            "keys in all of these that nobody pressed",
            extra[0] as f64,
            "",
        )
        .must_be(Target::Zero)
        .beside("spandsp", extra[1] as f64),
    );
    figures.extend(talk_off()?);
    figures.push(cost()?);
    Ok(Section {
        title: "Keys (DTMF)",
        about: "1000 keys a row, 50 ms, at any phase, each tone at −13 dBm0, where the row says nothing \
                else; noise is white over 0 to 4 kHz. Then hours of people, music and machines that \
                speak, and the same faster, slower and clipped, in which there is no key.",
        figures,
        plots: vec![
            plot("Heard in noise", "dB of signal to noise", 2, 16, |x| {
                Press { snr_db: x, ..PRESS }
            })?,
            plot("Heard by length", "ms", 16, 44, |x| Press {
                ms: x,
                ..PRESS
            })?,
            plot("Heard by twist", "column over row, dB", -14, 10, |x| {
                Press {
                    column_dbm0: PRESS.row_dbm0 + x,
                    ..PRESS
                }
            })?,
            plot("Heard by deviation", "tenths of a percent", -40, 40, |x| {
                Press {
                    deviation: x / 1000.0,
                    ..PRESS
                }
            })?,
        ],
    })
}

fn plot(
    title: &str,
    x: &'static str,
    from: i32,
    to: i32,
    how: fn(f32) -> Press,
) -> Result<Plot, String> {
    let step = ((to - from) / 14).max(1) as usize;
    let curve = |name: &str, make: Make| {
        let points = (from..=to).step_by(step).map(|x| {
            let outcome = press(how(x as f32), make)?;
            Ok((f64::from(x), outcome.once))
        });
        Ok::<_, String>(Curve {
            name: name.into(),
            points: points.collect::<Result<_, String>>()?,
        })
    };
    Ok(Plot {
        title: title.into(),
        x,
        y: "%",
        curves: vec![curve("ours", ours)?, curve("spandsp", theirs)?],
    })
}

/// Hits, ours and theirs.
fn hits(sound: &Sound) -> Result<[usize; 2], String> {
    let count = |make: Make| Ok::<_, String>(make()?(&sound.samples).chars().count());
    Ok([count(ours)?, count(theirs)?])
}

fn talk_off() -> Result<Vec<Figure>, String> {
    let (mut easy, mut hard) = ([0, 0], [0, 0]);
    let (mut easy_h, mut hard_h) = (0.0, 0.0);
    let add = |sums: &mut [usize; 2], hours: &mut f64, sound: &Sound| {
        let found = hits(sound)?;
        if found != [0, 0] {
            eprintln!("voice: keys in {}: {found:?}", sound.name);
        }
        (sums[0], sums[1]) = (sums[0] + found[0], sums[1] + found[1]);
        *hours += sound.hours();
        Ok::<(), String>(())
    };
    for sound in talk::all()? {
        add(&mut easy, &mut easy_h, &sound)?;
        for sound in sound.harder() {
            add(&mut hard, &mut hard_h, &sound)?;
        }
    }
    let figure = |what: &str, hours: f64, hits: [usize; 2]| {
        Figure::told(
            format!("keys in {hours:.1} h of {what}"),
            hits[0] as f64,
            "",
        )
        .beside("spandsp", hits[1] as f64)
    };
    Ok(vec![
        figure("talk and music", easy_h, easy).must_be(Target::Zero),
        figure("the same faster, slower, clipped", hard_h, hard)
            .must_be(Target::AtMost(0.05 * hard_h)),
    ])
}

fn cost() -> Result<Figure, String> {
    let speech = rounded(&crate::material::speech(1, 20, -16.0)?);
    let frames = || speech.chunks_exact(FRAME).cycle().take(FRAMES);
    let mut ours = DtmfDetector::new();
    let mut theirs = spandsp_tones::Keys::new()?;
    let mine = ns_each(FRAMES, || {
        for frame in frames() {
            for block in frame.as_chunks::<BLOCK>().0 {
                black_box(ours.process(black_box(block)));
            }
        }
    });
    let peer = ns_each(FRAMES, || {
        for frame in frames() {
            black_box(theirs.process(black_box(frame)));
        }
    });
    Ok(Figure::told("20 ms", mine / 1000.0, "µs")
        .must_be(Target::AtMost(0.85))
        .beside("spandsp", peer / 1000.0))
}
