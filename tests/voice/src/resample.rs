//! Resampling between the telephone's rate and wider ones.

use std::f64::consts::TAU;
use std::hint::black_box;

use hotline_dsp::resample::{Down, Rate, Up};

use crate::figure::{Figure, Target};
use crate::peers::speex_resampler;
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::ns_each;

/// Blocks of 20 ms in one run of the stopwatch.
const BLOCKS: usize = 2_000;
/// How long a tone is listened to, and how long before, until the filter has settled.
const HEARD_MS: usize = 250;
const SETTLED_MS: usize = 50;
/// Edges of what is passed, and of what must not fold onto it.
const PASS_HZ: f64 = 3_400.0;
const STOP_HZ: f64 = 4_600.0;
const AMPLITUDE: f64 = 20_000.0;

/// Samples in 20 ms into samples in 20 ms.
type Convert = Box<dyn FnMut(&[i16], &mut [i16])>;

/// One way between two rates, by whoever.
struct Way {
    name: &'static str,
    from_hz: usize,
    to_hz: usize,
    limit_us: f64,
}

const WAYS: [Way; 4] = [
    Way {
        name: "8 to 16 kHz",
        from_hz: 8_000,
        to_hz: 16_000,
        limit_us: 1.5,
    },
    Way {
        name: "8 to 48 kHz",
        from_hz: 8_000,
        to_hz: 48_000,
        limit_us: 1.5,
    },
    Way {
        name: "16 to 8 kHz",
        from_hz: 16_000,
        to_hz: 8_000,
        limit_us: 0.5,
    },
    Way {
        name: "48 to 8 kHz",
        from_hz: 48_000,
        to_hz: 8_000,
        limit_us: 0.5,
    },
];
const QUALITIES: [(&str, i32); 2] = [("speex q3", 3), ("speex q5", 5)];

pub fn measure() -> Result<Section, String> {
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    for way in &WAYS {
        let mut all = vec![("ours", measured(way, &|| Ok(ours(way)))?)];
        for (name, quality) in QUALITIES {
            all.push((name, measured(way, &|| theirs(way, quality))?));
        }
        figures.extend(told(way, &all[0].1, &all[1].1));
        plots.push(Plot {
            title: format!(
                "{}: what comes out of a tone, and what should not",
                way.name
            ),
            x: "Hz",
            y: "dB",
            curves: all
                .into_iter()
                .flat_map(|(name, one)| one.curves(name))
                .collect(),
        });
    }
    Ok(Section {
        title: "Resampling",
        about: "Tones of -4 dBFS through 20 ms blocks of 16-bit samples. Kept: the tone itself. \
                Folded: what becomes of a tone too high for the telephone (downwards), or the \
                strongest image of the tone (upwards). Delay is that of an impulse's energy.",
        figures,
        plots,
    })
}

fn ours(way: &Way) -> Convert {
    let rate = if way.from_hz.max(way.to_hz) == 16_000 {
        Rate::Khz16
    } else {
        Rate::Khz48
    };
    if way.from_hz == 8_000 {
        let mut up = Up::new(rate);
        Box::new(move |from, to| {
            up.process(from, to);
        })
    } else {
        let mut down = Down::new(rate);
        Box::new(move |from, to| {
            down.process(from, to);
        })
    }
}

fn theirs(way: &Way, quality: i32) -> Result<Convert, String> {
    let mut peer = speex_resampler::Resampler::new(way.from_hz as u32, way.to_hz as u32, quality)?;
    Ok(Box::new(move |from, to| {
        peer.process(from, to);
    }))
}

/// Of one resampler, one way.
struct Measured {
    /// (Hz, dB of the tone, dB of what is not the tone) over the faster rate's band.
    response: Vec<(f64, f64, f64)>,
    delay_ms: f64,
    cost_us: f64,
}

impl Measured {
    fn ripple_db(&self) -> f64 {
        let passed = self.response.iter().filter(|(hz, ..)| *hz <= PASS_HZ);
        passed.map(|(_, kept, _)| kept.abs()).fold(0.0, f64::max)
    }

    fn folded_db(&self) -> f64 {
        let stopped = self
            .response
            .iter()
            .filter(|(hz, ..)| *hz <= PASS_HZ || *hz >= STOP_HZ);
        stopped
            .map(|(.., folded)| *folded)
            .filter(|folded| folded.is_finite())
            .fold(f64::NEG_INFINITY, f64::max)
    }

    fn curves(self, name: &str) -> [Curve; 2] {
        let kept = self.response.iter().filter(|(hz, ..)| *hz < 4_000.0);
        [
            Curve {
                name: format!("{name}, kept"),
                points: kept.map(|&(hz, kept, _)| (hz, kept)).collect(),
            },
            Curve {
                name: format!("{name}, folded"),
                points: self
                    .response
                    .iter()
                    .map(|&(hz, _, folded)| (hz, folded))
                    .collect(),
            },
        ]
    }
}

fn told(way: &Way, ours: &Measured, peer: &Measured) -> [Figure; 4] {
    let name = way.name;
    let beside = QUALITIES[0].0;
    [
        Figure::told(
            format!("{name}: most deviation up to 3.4 kHz"),
            ours.ripple_db(),
            "dB",
        )
        .must_be(Target::AtMost(0.5))
        .beside(beside, peer.ripple_db()),
        Figure::told(
            format!("{name}: most that folds, of tones outside 3.4..4.6 kHz"),
            ours.folded_db(),
            "dB",
        )
        .must_be(Target::AtMost(-70.0))
        .beside(beside, peer.folded_db()),
        Figure::told(format!("{name}: delay"), ours.delay_ms, "ms")
            .must_be(Target::AtMost(1.5))
            .beside(beside, peer.delay_ms),
        Figure::told(format!("{name}: cost of 20 ms"), ours.cost_us, "us")
            .must_be(Target::AtMost(way.limit_us))
            .beside(beside, peer.cost_us),
    ]
}

fn measured(way: &Way, new: &dyn Fn() -> Result<Convert, String>) -> Result<Measured, String> {
    let top_hz = way.from_hz as f64 / 2.0;
    let step_hz = if way.from_hz == 8_000 { 40.0 } else { 80.0 };
    let mut response = Vec::new();
    let mut hz = 40.0;
    while hz < top_hz - 40.0 {
        let (kept, folded) = tone(way, &mut new()?, hz);
        response.push((hz, kept, folded));
        hz += step_hz;
    }
    Ok(Measured {
        response,
        delay_ms: delay_ms(way, &mut new()?),
        cost_us: cost_us(way, &mut new()?),
    })
}

/// Sends it through in blocks of 20 ms.
fn through(way: &Way, convert: &mut Convert, from: &[i16]) -> Vec<f64> {
    let mut to = vec![0; way.to_hz / 50];
    let mut all = Vec::new();
    for block in from.chunks_exact(way.from_hz / 50) {
        convert(block, &mut to);
        all.extend(to.iter().map(|&s| f64::from(s)));
    }
    all
}

/// The tone's level behind the resampler, and the most that is where it should not be, in dB of what
/// was sent: the strongest image upwards, what the tone folds to downwards.
fn tone(way: &Way, convert: &mut Convert, hz: f64) -> (f64, f64) {
    let length = way.from_hz * (HEARD_MS + SETTLED_MS) / 1_000;
    let sent: Vec<i16> = (0..length)
        .map(|n| (AMPLITUDE * (TAU * hz * n as f64 / way.from_hz as f64).sin()).round() as i16)
        .collect();
    let heard = through(way, convert, &sent);
    let heard = &heard[way.to_hz * SETTLED_MS / 1_000..];
    let level_db = |hz: f64| {
        let (mut sines, mut cosines) = (0.0, 0.0);
        for (n, x) in heard.iter().enumerate() {
            let (sin, cos) = (TAU * hz * n as f64 / way.to_hz as f64).sin_cos();
            sines += x * sin;
            cosines += x * cos;
        }
        let amplitude = 2.0 * f64::hypot(sines, cosines) / heard.len() as f64;
        20.0 * (amplitude / AMPLITUDE).max(1e-6).log10()
    };
    let lower = way.from_hz.min(way.to_hz) as f64;
    let folded = if way.to_hz < way.from_hz {
        let folded_hz = (hz + lower / 2.0).rem_euclid(lower) - lower / 2.0;
        if hz < lower / 2.0 {
            f64::NAN
        } else {
            level_db(folded_hz.abs())
        }
    } else {
        let images = (1..=way.to_hz / way.from_hz / 2).map(|n| n as f64 * lower);
        let images = images.flat_map(|at| [at - hz, at + hz]);
        let images = images.filter(|at| *at < way.to_hz as f64 / 2.0);
        images.map(level_db).fold(f64::NEG_INFINITY, f64::max)
    };
    (level_db(hz.min(way.to_hz as f64)), folded)
}

fn delay_ms(way: &Way, convert: &mut Convert) -> f64 {
    let mut sent = vec![0; way.from_hz / 5];
    let at = way.from_hz / 10;
    sent[at] = AMPLITUDE as i16;
    let heard = through(way, convert, &sent);
    let energy: f64 = heard.iter().map(|x| x * x).sum();
    let moment: f64 = heard
        .iter()
        .enumerate()
        .map(|(n, x)| n as f64 * x * x)
        .sum();
    (moment / energy / way.to_hz as f64 - at as f64 / way.from_hz as f64) * 1_000.0
}

fn cost_us(way: &Way, convert: &mut Convert) -> f64 {
    let from: Vec<i16> = (0..way.from_hz / 50)
        .map(|n| (n * 7919 % 20_011) as i16)
        .collect();
    let mut to = vec![0; way.to_hz / 50];
    let ns = ns_each(BLOCKS, || {
        (0..BLOCKS).for_each(|_| convert(black_box(&from), black_box(&mut to)));
    });
    ns / 1_000.0
}
