//! What is heard of a call that we make, in the tones of China; and the keys that make it.

mod signal;

use hotline_dsp::dtmf::{DtmfDetector, KEY_MS, dial};
use hotline_dsp::engine::BLOCK;
use hotline_dsp::progress::{Progress, ProgressDetector, TonePlan};
use signal::{Noise, blocks, silence, tone, voice};

const MS: usize = 8;

/// What was told, with its ms.
fn told(samples: &[f32]) -> Vec<(usize, Progress)> {
    let mut detector = ProgressDetector::new(TonePlan::CN);
    (0..)
        .zip(blocks(samples))
        .filter_map(|(ms, block)| Some((ms, detector.process(&block)?)))
        .collect()
}

/// So many bursts of a tone, on a line of -50 dBm0 of noise.
fn bursts(on_off_ms: (usize, usize), level_dbm0: f32, count: usize) -> Vec<f32> {
    let mut samples = silence(77 * MS);
    for _ in 0..count {
        samples.extend(tone(
            450.0,
            level_dbm0,
            samples.len() as f32,
            on_off_ms.0 * MS,
        ));
        samples.extend(silence(on_off_ms.1 * MS));
    }
    Noise::new(7).add(&mut samples, -50.0);
    samples
}

fn kinds(samples: &[f32]) -> Vec<Progress> {
    told(samples).into_iter().map(|(_, what)| what).collect()
}

/// GB 3380: continuous 450 Hz.
#[test]
fn dial_tone_is_told_once_half_a_second_after_it_began() {
    let told = told(&bursts((5000, 500), -15.0, 1));
    let [(at, Progress::DialTone)] = told[..] else {
        panic!("{told:?}")
    };
    assert!((570..=610).contains(&at), "{at} ms");
}

/// GB 3380: 1 s of 450 Hz, 4 s of pause.
#[test]
fn every_burst_of_ringing_tone_is_told_when_it_has_ended() {
    for level_dbm0 in [-10.0, -20.0, -35.0] {
        let told = told(&bursts((1000, 4000), level_dbm0, 3));
        let ends: Vec<usize> = told
            .iter()
            .filter_map(|&(ms, what)| (what == Progress::RingingTone).then_some(ms / 100))
            .collect();
        assert_eq!(ends, [11, 61, 111], "{level_dbm0} dBm0: {told:?}");
        assert!(
            !told.iter().any(|&(_, what)| what == Progress::Voice),
            "{told:?}"
        );
    }
}

#[test]
fn congestion_tone_is_told_and_busy_tone_is_neither_it_nor_ringing() {
    assert_eq!(
        kinds(&bursts((700, 700), -15.0, 5)),
        [Progress::DialTone, Progress::CongestionTone]
    );
    assert_eq!(kinds(&bursts((350, 350), -15.0, 8)), []);
}

#[test]
fn a_voice_after_ringing_is_a_person_and_a_click_is_not() {
    for seed in 0..20 {
        let mut samples = bursts((1000, 4000), -15.0, 1);
        samples.extend(voice(seed, 2000 * MS, -20.0));
        assert_eq!(
            kinds(&samples),
            [Progress::DialTone, Progress::RingingTone, Progress::Voice],
            "seed {seed}"
        );
    }
    let mut click = silence(3000 * MS);
    click[8000..8080].fill(9000.0);
    assert_eq!(kinds(&click), []);
}

/// Q.24: each key is one key, at least 40 ms long and 40 ms apart.
#[test]
fn a_dialled_number_is_read_key_by_key() {
    let keys = "13800138000*#AD";
    let samples = dial(keys);
    let mut detector = DtmfDetector::new();
    let heard: String = samples
        .as_chunks::<BLOCK>()
        .0
        .iter()
        .filter_map(|block| Some(detector.process(block)?.key))
        .collect();
    assert_eq!(heard, keys);
    assert_eq!(samples.len(), (1 + 2 * keys.len()) * KEY_MS * BLOCK);
}
