//! Comfort noise: what is made from its payload against what was heard, in thirds of an octave.

use std::f64::consts::TAU;
use std::hint::black_box;

use hotline_dsp::comfort_noise::{
    ComfortNoise, ComfortNoiseAnalyser, ComfortNoiseGenerator, MAX_ORDER,
};
use hotline_dsp::engine::BLOCK;

use crate::din::{babble, hoth, shaped};
use crate::figure::{Figure, Target};
use crate::material::{SECOND, dbm0, noise, rounded};
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::ns_each;

const SECONDS: usize = 10;
const LEVEL_DBM0: f64 = -45.0;
/// Centres of thirds of an octave, in Hz.
const THIRDS_HZ: [f64; 12] = [
    250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1000.0, 1250.0, 1600.0, 2000.0, 2500.0, 3150.0,
];
/// Samples of one Fourier transform, and its lines in a third.
const PART: usize = 1600;
const LINES: usize = 16;

pub fn measure() -> Result<Section, String> {
    let samples = SECONDS * SECOND;
    // As through a telephone, with a fan in the room: two broad humps.
    let fan = |hz: f64| {
        let hump = |at: f64, wide: f64| (-((hz - at) / wide).powi(2)).exp();
        0.2 + hump(400.0, 250.0) + 0.5 * hump(1900.0, 500.0)
    };
    let din = [
        ("room noise (Hoth)", hoth(1, samples, LEVEL_DBM0), Some(2.0)),
        ("white noise", noise(2, samples, LEVEL_DBM0), Some(2.0)),
        ("fan", shaped(3, samples, LEVEL_DBM0, fan), Some(3.0)),
        ("babble", babble(samples, LEVEL_DBM0)?, None),
    ];
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    for (name, heard, most_db) in din {
        let made = imitated(&heard, MAX_ORDER)?;
        let level = (dbm0(&made) - dbm0(&heard)).abs();
        let spectra = [thirds(&heard), thirds(&made)];
        let off = spectra[0]
            .iter()
            .zip(&spectra[1])
            .map(|(a, b)| (a - b).abs());
        let worst = off.fold(0.0, f64::max);
        let level = Figure::told(format!("{name}: level off"), level, "dB");
        let worst = Figure::told(format!("{name}: the worst third off"), worst, "dB");
        figures.extend(match most_db {
            Some(most) => [
                level.must_be(Target::AtMost(1.0)),
                worst.must_be(Target::AtMost(most)),
            ],
            // Babble is not steady: the analyser's last half second is not all of it.
            None => [level, worst],
        });
        plots.push(plot(name, spectra));
    }
    figures.extend(costs());
    Ok(Section {
        title: "Comfort noise (RFC 3389)",
        about: "Noise of -45 dBm0, described by level and ten coefficients, written, parsed and \
                made again; the levels of 10 s in thirds of an octave. No peer: neither library \
                has the payload.",
        figures,
        plots,
    })
}

/// Described, written, parsed, made.
fn imitated(heard: &[f32], order: usize) -> Result<Vec<f32>, String> {
    let mut analyser = ComfortNoiseAnalyser::new(order);
    let samples = rounded(heard);
    let (blocks, _) = samples.as_chunks::<BLOCK>();
    blocks.iter().for_each(|block| analyser.process(block));
    let payload = analyser.describe().write();
    let noise = ComfortNoise::parse(&payload).map_err(|_| "the payload is empty")?;
    let mut generator = ComfortNoiseGenerator::new();
    generator.set(&noise);
    let out = blocks.iter().flat_map(|_| generator.process());
    Ok(out.map(f32::from).collect())
}

fn thirds(samples: &[f32]) -> Vec<f64> {
    THIRDS_HZ.iter().map(|&hz| third_db(samples, hz)).collect()
}

/// The mean power of Fourier lines in the third, of each part of 0.2 s.
fn third_db(samples: &[f32], centre_hz: f64) -> f64 {
    let mut sum = 0.0;
    for line in 0..LINES {
        let hz = centre_hz * 2f64.powf((line as f64 / (LINES - 1) as f64 - 0.5) / 3.0);
        for part in samples.chunks_exact(PART) {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, &sample) in part.iter().enumerate() {
                let window = 0.5 - 0.5 * (TAU * n as f64 / PART as f64).cos();
                let (sin, cos) = (TAU * hz * n as f64 / SECOND as f64).sin_cos();
                re += f64::from(sample) * window * cos;
                im += f64::from(sample) * window * sin;
            }
            sum += re * re + im * im;
        }
    }
    let parts = (samples.len() / PART * LINES) as f64;
    10.0 * (sum / parts).log10()
}

fn plot(name: &str, spectra: [Vec<f64>; 2]) -> Plot {
    let curves = ["heard", "made"].into_iter().zip(spectra);
    Plot {
        title: format!("Thirds of an octave: {name}"),
        x: "Hz",
        y: "dB",
        curves: curves
            .map(|(name, levels)| Curve {
                name: name.to_owned(),
                points: THIRDS_HZ.into_iter().zip(levels).collect(),
            })
            .collect(),
    }
}

fn costs() -> [Figure; 2] {
    let samples = rounded(&hoth(4, SECOND, LEVEL_DBM0));
    let (blocks, _) = samples.as_chunks::<BLOCK>();
    let frames = samples.len() / 160;
    let mut analyser = ComfortNoiseAnalyser::new(MAX_ORDER);
    let analysed = ns_each(frames, || {
        blocks
            .iter()
            .for_each(|block| analyser.process(black_box(block)));
    });
    let mut generator = ComfortNoiseGenerator::new();
    generator.set(&analyser.describe());
    let made = ns_each(frames, || {
        for _ in blocks {
            black_box(generator.process());
        }
    });
    [
        Figure::told("listening: 20 ms", analysed / 1000.0, "us").must_be(Target::AtMost(3.0)),
        Figure::told("making: 20 ms", made / 1000.0, "us").must_be(Target::AtMost(3.0)),
    ]
}
