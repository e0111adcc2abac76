//! Who speaks, and how loud: our voice activity detector and gain control beside speexdsp's.

use std::hint::black_box;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::gain_control::{GainControl, GainControlSettings};
use hotline_dsp::vad::{VadSettings, VoiceActivityDetector};

use crate::din::hoth;
use crate::figure::{Figure, Target};
use crate::material::{SECOND, dbm0, rounded, speech};
use crate::peers::speexdsp::{FRAME, Preprocessor, Work};
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::ns_each;

const SPEEX: &str = "speexdsp";
const SECONDS: usize = 60;
const SPEECH_DBM0: f64 = -20.0;
/// A frame of 20 ms is spoken from here on, and silent below the other; between, nobody knows.
const SPOKEN_DBM0: f64 = -45.0;
const SILENT_DBM0: f64 = -60.0;
/// So many frames after a spoken one nothing counts as a false alarm: hangover is meant.
const AFTERWARDS: usize = 10;
const TARGET_DBM0: f32 = -18.0;
/// speexdsp's own target for the same level of speech: its loudness is a peak, of 32 768.
const SPEEX_TARGET: i32 = 8_000;
const NOISE_DBM0: f64 = -60.0;

/// Shares, in percent.
struct Rates {
    hits: f64,
    alarms: f64,
}

pub fn measure() -> Result<Section, String> {
    let said = conversation()?;
    let truth = truth(&said);
    let mut figures = Vec::new();
    let mut plots: [Vec<(f64, f64)>; 4] = Default::default();
    for snr_db in [20, 15, 10, 5, 0] {
        let noise = hoth(15, said.len(), SPEECH_DBM0 - f64::from(snr_db));
        let mixed: Vec<f32> = said.iter().zip(&noise).map(|(a, b)| a + b).collect();
        let ours = rates(&truth, &our_decisions(&mixed));
        let theirs = rates(&truth, &their_decisions(&mixed)?);
        let values = [ours.hits, ours.alarms, theirs.hits, theirs.alarms];
        for (plot, value) in plots.iter_mut().zip(values) {
            plot.insert(0, (f64::from(snr_db), value));
        }
        if [20, 10, 5].contains(&snr_db) {
            figures.extend(detector_figures(snr_db, &ours, &theirs));
        }
    }
    figures.extend(level_figures()?);
    figures.extend(costs(&said)?);
    let names = [
        "hits, ours",
        "false, ours",
        "hits, speexdsp",
        "false, speexdsp",
    ];
    let curve = |(name, points): (&str, Vec<(f64, f64)>)| Curve {
        name: name.to_owned(),
        points,
    };
    Ok(Section {
        title: "Voice activity and gain control",
        about: "Speech with pauses of 2 s in noise of Hoth's spectrum. A frame of 20 ms is spoken \
                when the speech alone is over -45 dBm0, silent when it is below -60 dBm0 and has \
                been for 0.2 s. Gain control: speech of every level to -18 dBm0, the error of its \
                active level after 3 s against what 15 dB of gain can reach.",
        figures,
        plots: vec![Plot {
            title: "Frames taken for speech".to_owned(),
            x: "signal to noise [dB]",
            y: "%",
            curves: names.into_iter().zip(plots).map(curve).collect(),
        }],
    })
}

/// Sentences with pauses between.
fn conversation() -> Result<Vec<f32>, String> {
    // The thresholds were found with voice 2, which is therefore not heard here.
    let said = speech(6, SECONDS, SPEECH_DBM0)?;
    let parts = said.chunks(4 * SECOND);
    Ok(parts
        .flat_map(|part| [part, &[0.0; 2 * SECOND]].concat())
        .collect())
}

/// Of each frame: spoken, silent, or nobody knows.
fn truth(said: &[f32]) -> Vec<Option<bool>> {
    let levels: Vec<f64> = said.chunks_exact(FRAME).map(dbm0).collect();
    (0..levels.len())
        .map(|n| {
            let before = &levels[n.saturating_sub(AFTERWARDS)..=n];
            // The window of a detector reaches one frame ahead of the decision.
            let ahead = levels.get(n + 1).copied().unwrap_or(f64::NEG_INFINITY);
            if levels[n] > SPOKEN_DBM0 {
                Some(true)
            } else if before
                .iter()
                .chain([&ahead])
                .all(|level| *level < SILENT_DBM0)
            {
                Some(false)
            } else {
                None
            }
        })
        .collect()
}

fn our_decisions(samples: &[f32]) -> Vec<bool> {
    let mut detector = VoiceActivityDetector::new(VadSettings::default());
    let samples = rounded(samples);
    let (blocks, _) = samples.as_chunks::<BLOCK>();
    let said: Vec<bool> = blocks.iter().map(|block| detector.process(block)).collect();
    let frames = said.chunks_exact(FRAME / BLOCK);
    frames.map(|frame| frame[frame.len() - 1]).collect()
}

fn their_decisions(samples: &[f32]) -> Result<Vec<bool>, String> {
    let mut peer = Preprocessor::new(Work {
        vad: true,
        denoise: true,
        ..Work::default()
    })?;
    Ok(peer.process_all(&rounded(samples)).1)
}

fn rates(truth: &[Option<bool>], said: &[bool]) -> Rates {
    let share = |wanted: bool| {
        let frames = truth.iter().zip(said).filter(|(t, _)| **t == Some(wanted));
        let all: Vec<bool> = frames.map(|(_, said)| *said).collect();
        100.0 * all.iter().filter(|said| **said).count() as f64 / all.len().max(1) as f64
    };
    Rates {
        hits: share(true),
        alarms: share(false),
    }
}

fn detector_figures(snr_db: i32, ours: &Rates, theirs: &Rates) -> [Figure; 2] {
    let least = match snr_db {
        20 => 98.0,
        10 => 95.0,
        _ => 90.0,
    };
    [
        Figure::told(format!("{snr_db} dB: spoken frames heard"), ours.hits, "%")
            .must_be(Target::AtLeast(least))
            .beside(SPEEX, theirs.hits),
        Figure::told(
            format!("{snr_db} dB: silent frames taken for speech"),
            ours.alarms,
            "%",
        )
        .must_be(Target::AtMost(3.0))
        .beside(SPEEX, theirs.alarms),
    ]
}

/// Our gain control with its detector; what it gives, and its gain at the end.
fn ours(samples: &[f32]) -> (Vec<f32>, f64) {
    let mut detector = VoiceActivityDetector::new(VadSettings::default());
    let mut control = GainControl::new(GainControlSettings {
        target_dbm0: TARGET_DBM0,
        ..GainControlSettings::default()
    });
    let samples = rounded(samples);
    let (blocks, _) = samples.as_chunks::<BLOCK>();
    let out = blocks.iter().flat_map(|block| {
        let is_speech = detector.process(block);
        control.process(block, is_speech)
    });
    (out.map(f32::from).collect(), f64::from(control.gain_db()))
}

fn theirs(samples: &[f32]) -> Result<Vec<f32>, String> {
    let mut peer = Preprocessor::new(Work {
        agc_target: Some(SPEEX_TARGET),
        ..Work::default()
    })?;
    let (out, _) = peer.process_all(&rounded(samples));
    Ok(out.into_iter().map(f32::from).collect())
}

/// The level of what is within 15.9 dB of the mean of all (after ITU-T P.56).
fn active_dbm0(samples: &[f32]) -> f64 {
    let all = dbm0(samples);
    let frames = samples
        .chunks_exact(FRAME)
        .filter(|frame| dbm0(frame) > all - 15.9);
    let active: Vec<f32> = frames.flatten().copied().collect();
    dbm0(&active)
}

fn level_figures() -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    for level_dbm0 in [-40.0, -30.0, -20.0, -12.0, -6.0] {
        let mut samples = speech(4, 15, level_dbm0)?;
        for (sample, noise) in samples
            .iter_mut()
            .zip(hoth(6, 15 * SECOND, NOISE_DBM0 - 10.0))
        {
            *sample += noise;
        }
        let came_in = active_dbm0(&samples[3 * SECOND..]);
        let reachable = f64::from(TARGET_DBM0).clamp(came_in - 15.0, came_in + 15.0);
        let off = |heard: &[f32]| (active_dbm0(&heard[3 * SECOND..]) - reachable).abs();
        figures.push(
            Figure::told(
                format!("speech of {level_dbm0} dBm0: off the reachable target"),
                off(&ours(&samples).0),
                "dB",
            )
            .must_be(Target::AtMost(2.0))
            .beside(SPEEX, off(&theirs(&samples)?)),
        );
    }
    // Speech, then half a minute of pause: what becomes of the noise.
    let mut samples = speech(4, 10, -30.0)?;
    samples.resize(40 * SECOND, 0.0);
    for (sample, noise) in samples.iter_mut().zip(hoth(7, 40 * SECOND, NOISE_DBM0)) {
        *sample += noise;
    }
    let pumped = |heard: &[f32]| {
        let part = |second: usize| dbm0(&heard[second * SECOND..(second + 2) * SECOND]);
        part(38) - part(11)
    };
    figures.push(
        Figure::told(
            "noise at the end of a pause of 30 s, above its start",
            pumped(&ours(&samples).0),
            "dB",
        )
        .must_be(Target::AtMost(0.5))
        .beside(SPEEX, pumped(&theirs(&samples)?)),
    );
    let alone = hoth(8, 60 * SECOND, -45.0);
    figures.push(
        Figure::told(
            "gain after 60 s of noise of -45 dBm0 alone",
            ours(&alone).1,
            "dB",
        )
        .must_be(Target::AtMost(1.0))
        .beside(SPEEX, dbm0(&theirs(&alone)?[58 * SECOND..]) + 45.0),
    );
    Ok(figures)
}

fn costs(said: &[f32]) -> Result<[Figure; 2], String> {
    let samples = rounded(&said[..10 * SECOND]);
    let frames = samples.len() / FRAME;
    let (blocks, _) = samples.as_chunks::<BLOCK>();
    let mut detector = VoiceActivityDetector::new(VadSettings::default());
    let mut control = GainControl::new(GainControlSettings::default());
    let detector_us = ns_each(frames, || {
        for block in blocks {
            black_box(detector.process(block));
        }
    }) / 1000.0;
    let control_us = ns_each(frames, || {
        for block in blocks {
            black_box(control.process(block, true));
        }
    }) / 1000.0;
    let peer = |work| -> Result<f64, String> {
        let mut peer = Preprocessor::new(work)?;
        Ok(ns_each(frames, || {
            black_box(peer.process_all(&samples));
        }) / 1000.0)
    };
    let plain = peer(Work::default())?;
    let vad = peer(Work {
        vad: true,
        ..Work::default()
    })?;
    let agc = peer(Work {
        agc_target: Some(SPEEX_TARGET),
        ..Work::default()
    })?;
    Ok([
        Figure::told("voice activity: 20 ms", detector_us, "us")
            .must_be(Target::AtMost(2.5))
            .beside("speexdsp with its transform", vad),
        Figure::told("gain control: 20 ms", control_us, "us")
            .must_be(Target::AtMost(1.0))
            .beside("speexdsp over its transform", agc - plain),
    ])
}
