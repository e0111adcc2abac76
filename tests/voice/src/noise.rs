//! Noise suppression: how speech in noise sounds after ours and after speexdsp's, to judges.

use std::hint::black_box;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::noise::{NoiseSettings, NoiseSuppressor};

use crate::din::{babble, hoth, music};
use crate::figure::{Figure, Target};
use crate::judge::{Verdict, judge};
use crate::material::{SECOND, dbm0, rounded, speech};
use crate::peers::speexdsp::{DELAY, Preprocessor, Work};
use crate::section::{Curve, Plot, Section};
use crate::stopwatch::ns_each;

const SECONDS: usize = 40;
/// Whose sentences are said: the figures are means over them. The constants of the suppressor were
/// found with voice 0, which is therefore not among them.
const VOICES: [usize; 3] = [4, 9, 12];
const SPEECH_DBM0: f64 = -20.0;
const SPEEX: &str = "speexdsp";

/// Signal-to-noise ratios told as figures, and of the plots.
const HOTH_DB: [i32; 5] = [20, 15, 10, 5, 0];
const BABBLE_DB: [i32; 4] = [15, 10, 5, 0];
/// Those which a target is set for.
const HELD_DB: [std::ops::RangeInclusive<i32>; 2] = [5..=15, 5..=10];

/// What the judges said of one mixture: as it was, after ours, after speexdsp's.
struct Trial {
    snr_db: i32,
    noisy: Verdict,
    ours: Verdict,
    theirs: Verdict,
}

impl Trial {
    fn mean(snr_db: i32, trials: &[Self]) -> Self {
        let mean = |pick: fn(&Self) -> &Verdict| {
            let sum = |part: fn(&Verdict) -> f64| trials.iter().map(|t| part(pick(t))).sum::<f64>();
            let count = trials.len() as f64;
            Verdict {
                pesq: sum(|verdict| verdict.pesq) / count,
                stoi: sum(|verdict| verdict.stoi) / count,
            }
        };
        Self {
            snr_db,
            noisy: mean(|trial| &trial.noisy),
            ours: mean(|trial| &trial.ours),
            theirs: mean(|trial| &trial.theirs),
        }
    }
}

pub fn measure() -> Result<Section, String> {
    let said = speech(VOICES[0], SECONDS, SPEECH_DBM0)?;
    let mut figures = Vec::new();
    let mut plots = Vec::new();
    let room = |seed: usize, level| Ok(hoth(100 + seed as u64, said.len(), level));
    let voices = |_, level| babble(said.len(), level);
    type Din<'a> = &'a dyn Fn(usize, f64) -> Result<Vec<f32>, String>;
    for (name, ratios, held, din) in [
        ("room noise", &HOTH_DB[..], &HELD_DB[0], &room as Din),
        ("babble", &BABBLE_DB[..], &HELD_DB[1], &voices as Din),
    ] {
        let mut trials = Vec::new();
        for &snr_db in ratios {
            let mut of_voices = Vec::new();
            for voice in VOICES {
                let said = speech(voice, SECONDS, SPEECH_DBM0)?;
                let noise = din(voice, SPEECH_DBM0 - f64::from(snr_db))?;
                of_voices.push(trial(&said, &noise, snr_db)?);
            }
            trials.push(Trial::mean(snr_db, &of_voices));
        }
        let told = trials.iter().filter(|t| held.contains(&t.snr_db));
        figures.extend(told.flat_map(|trial| scores(name, trial)));
        plots.extend(curves(name, &trials));
    }
    figures.extend(harmlessness(&said)?);
    figures.extend(costs(&said)?);
    Ok(Section {
        title: "Noise suppression",
        about: "Three times 40 s of speech (none of it used to find the constants) at -20 dBm0 with noise of Hoth's spectrum or eight other \
                voices, 8 kHz, aligned; ours and speexdsp's with its own settings. Every figure \
                beside speexdsp's, of STOI beside what came in.",
        figures,
        plots,
    })
}

fn trial(said: &[f32], noise: &[f32], snr_db: i32) -> Result<Trial, String> {
    let mixed: Vec<f32> = said.iter().zip(noise).map(|(a, b)| a + b).collect();
    Ok(Trial {
        snr_db,
        noisy: judge(said, &mixed)?,
        ours: judged(said, &ours(&mixed), NoiseSuppressor::DELAY_SAMPLES)?,
        theirs: judged(said, &theirs(&mixed)?, DELAY)?,
    })
}

fn judged(said: &[f32], heard: &[f32], delay: usize) -> Result<Verdict, String> {
    judge(&said[..said.len() - delay], &heard[delay..])
}

fn ours(samples: &[f32]) -> Vec<f32> {
    let mut suppressor = NoiseSuppressor::new(NoiseSettings::Strong, 0);
    let samples = rounded(samples);
    let (blocks, _) = samples.as_chunks::<BLOCK>();
    let out = blocks.iter().flat_map(|block| suppressor.process(block));
    out.map(f32::from).collect()
}

fn theirs(samples: &[f32]) -> Result<Vec<f32>, String> {
    let (out, _) = peer()?.process_all(&rounded(samples));
    Ok(out.into_iter().map(f32::from).collect())
}

fn peer() -> Result<Preprocessor, String> {
    Preprocessor::new(Work {
        denoise: true,
        ..Work::default()
    })
}

fn scores(name: &str, trial: &Trial) -> [Figure; 2] {
    let snr_db = trial.snr_db;
    let best = trial.theirs.pesq + 0.1;
    [
        Figure::told(
            format!("{name} {snr_db} dB: PESQ (came in {:.2})", trial.noisy.pesq),
            trial.ours.pesq,
            "",
        )
        .must_be(Target::AtLeast((best * 1000.0).round() / 1000.0))
        .beside(SPEEX, trial.theirs.pesq),
        Figure::told(
            format!(
                "{name} {snr_db} dB: STOI (speexdsp {:.3})",
                trial.theirs.stoi
            ),
            trial.ours.stoi,
            "",
        )
        .must_be(Target::AtLeast(
            (trial.noisy.stoi * 1000.0).round() / 1000.0,
        ))
        .beside("came in", trial.noisy.stoi),
    ]
}

fn curves(name: &str, trials: &[Trial]) -> [Plot; 2] {
    let curve = |name: &str, pick: &dyn Fn(&Trial) -> f64| Curve {
        name: name.to_owned(),
        points: trials
            .iter()
            .rev()
            .map(|trial| (f64::from(trial.snr_db), pick(trial)))
            .collect(),
    };
    let plot = |judge: &str, y, pick: fn(&Verdict) -> f64| Plot {
        title: format!("{judge} in {name}"),
        x: "signal to noise [dB]",
        y,
        curves: vec![
            curve("as it came", &|trial| pick(&trial.noisy)),
            curve("ours", &|trial| pick(&trial.ours)),
            curve(SPEEX, &|trial| pick(&trial.theirs)),
        ],
    };
    [
        plot("PESQ", "MOS-LQO", |verdict| verdict.pesq),
        plot("STOI", "", |verdict| verdict.stoi),
    ]
}

/// What has no noise must not be hurt: clean speech, music.
fn harmlessness(said: &[f32]) -> Result<Vec<Figure>, String> {
    let ours_of_clean = judged(said, &ours(said), NoiseSuppressor::DELAY_SAMPLES)?;
    let theirs_of_clean = judged(said, &theirs(said)?, DELAY)?;
    let song = music(3, 20 * SECOND, SPEECH_DBM0);
    let lost = |heard: &[f32]| dbm0(&song[5 * SECOND..]) - dbm0(&heard[5 * SECOND..]);
    Ok(vec![
        Figure::told("clean speech: PESQ", ours_of_clean.pesq, "")
            .must_be(Target::AtLeast(4.0))
            .beside(SPEEX, theirs_of_clean.pesq),
        Figure::told("music: level lost after 5 s", lost(&ours(&song)), "dB")
            .must_be(Target::AtMost(1.0))
            .beside(SPEEX, lost(&theirs(&song)?)),
    ])
}

fn costs(said: &[f32]) -> Result<Vec<Figure>, String> {
    let mixed: Vec<f32> = said
        .iter()
        .zip(hoth(2, 10 * SECOND, SPEECH_DBM0 - 10.0))
        .map(|(a, b)| a + b)
        .collect();
    let samples = rounded(&mixed);
    let frames = samples.len() / 160;
    let mut suppressor = NoiseSuppressor::new(NoiseSettings::Strong, 0);
    let our_us = ns_each(frames, || {
        for block in samples.as_chunks::<BLOCK>().0 {
            black_box(suppressor.process(block));
        }
    }) / 1000.0;
    let mut speex = peer()?;
    let their_us = ns_each(frames, || {
        black_box(speex.process_all(&samples));
    }) / 1000.0;
    let delay_ms = |samples: usize| samples as f64 * 1000.0 / SECOND as f64;
    Ok(vec![
        Figure::told("20 ms", our_us, "us")
            .must_be(Target::AtMost(8.0))
            .beside(SPEEX, their_us),
        Figure::told("delay", delay_ms(NoiseSuppressor::DELAY_SAMPLES), "ms")
            .must_be(Target::AtMost(10.0))
            .beside(SPEEX, delay_ms(DELAY)),
    ])
}
