//! Busy tone as the plan of China has it, and what is not busy tone.

mod signal;

use hotline_dsp::progress::{BusyDetector, TonePlan};
use signal::{Noise, blocks, mix, music, silence, tone, voice};

const MS: usize = 8;

/// When busy was told, in ms.
fn busy_at(samples: &[f32]) -> Vec<usize> {
    let mut detector = BusyDetector::new(TonePlan::CN);
    (0..)
        .zip(blocks(samples))
        .filter(|(_, block)| detector.process(block))
        .map(|(ms, _)| ms)
        .collect()
}

/// `lead_ms` of silence, then a tone on and off for so long.
fn cadence(
    hz: f32,
    on_off_ms: (usize, usize),
    level_dbm0: f32,
    total_ms: usize,
    lead_ms: usize,
) -> Vec<f32> {
    let mut samples = silence(lead_ms * MS);
    while samples.len() < total_ms * MS {
        samples.extend(tone(hz, level_dbm0, samples.len() as f32, on_off_ms.0 * MS));
        samples.extend(silence(on_off_ms.1 * MS));
    }
    samples
}

#[test]
fn busy_tone_is_told_once_after_three_cadences() {
    for lead_ms in 100..120 {
        let told = busy_at(&cadence(450.0, (350, 350), -15.0, 10_000, lead_ms));
        let [at] = told[..] else {
            panic!("told at {told:?}, lead {lead_ms} ms")
        };
        assert!((2000..=2150).contains(&(at - lead_ms)), "{at} ms");
    }
}

#[test]
fn busy_tone_is_told_through_noise_of_10_db() {
    for seed in 0..100 {
        let mut samples = cadence(450.0, (350, 350), -20.0, 5000, 77 + seed as usize % 13);
        Noise::new(seed).add(&mut samples, -30.0);
        assert_eq!(busy_at(&samples).len(), 1, "seed {seed}");
    }
}

/// A caller may say nothing for long, or wait; a count of the silence must not run over.
#[test]
fn busy_tone_is_told_after_a_quarter_of_an_hour_of_silence() {
    let lead_ms = 15 * 60_000;
    let told = busy_at(&cadence(450.0, (350, 350), -15.0, lead_ms + 5_000, lead_ms));
    assert_eq!(told.len(), 1, "{told:?}");
}

/// GB 3380: 450 ± 25 Hz; the cadence within a tenth.
#[test]
fn busy_tone_may_be_off_and_faint() {
    for (hz, on_off_ms, level) in [
        (425.0, (350, 350), -15.0),
        (475.0, (350, 350), -15.0),
        (450.0, (320, 380), -15.0),
        (450.0, (385, 385), -15.0),
        (450.0, (350, 350), -38.0),
        (450.0, (350, 350), 0.0),
    ] {
        assert_eq!(
            busy_at(&cadence(hz, on_off_ms, level, 5000, 33)).len(),
            1,
            "{hz} {on_off_ms:?} {level}"
        );
    }
}

#[test]
fn other_tones_are_not_busy() {
    for (hz, on_off_ms) in [
        (450.0, (60_000, 0)),
        (450.0, (1000, 4000)),
        (450.0, (700, 700)),
        (450.0, (200, 200)),
        (450.0, (100, 100)),
        (520.0, (350, 350)),
        (400.0, (350, 350)),
        (900.0, (350, 350)),
        (1004.0, (350, 350)),
    ] {
        assert_eq!(
            busy_at(&cadence(hz, on_off_ms, -15.0, 60_000, 33)),
            [],
            "{hz} {on_off_ms:?}"
        );
    }
}

#[test]
fn keys_pressed_in_the_cadence_of_busy_are_not_busy() {
    for row in [697.0, 770.0, 852.0, 941.0] {
        let mut keys = cadence(row, (350, 350), -10.0, 10_000, 100);
        mix(&mut keys, &cadence(1336.0, (350, 350), -10.0, 10_000, 100));
        assert_eq!(busy_at(&keys), []);
    }
}

#[test]
fn half_an_hour_of_voices_and_music_has_no_busy_tone_in_it() {
    for seed in 0..15 {
        assert_eq!(
            busy_at(&voice(seed, 60 * 8000, -12.0)),
            [],
            "voice, seed {seed}"
        );
        assert_eq!(
            busy_at(&music(seed, 60 * 8000, -12.0)),
            [],
            "music, seed {seed}"
        );
    }
}
