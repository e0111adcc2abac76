//! The noise suppressor: noise goes, speech stays, whatever comes.

mod signal;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::level::dbm0;
use hotline_dsp::noise::{NoiseSettings, NoiseSuppressor};
use signal::{Noise, blocks, mix, music, power, silence, tone, voice};

const SECOND: usize = 8000;
const DELAY: usize = NoiseSuppressor::DELAY_SAMPLES;

fn strong() -> NoiseSuppressor {
    NoiseSuppressor::new(NoiseSettings::Strong, 0)
}

fn run(suppressor: &mut NoiseSuppressor, samples: &[f32]) -> Vec<f32> {
    let out = blocks(samples).flat_map(|block| suppressor.process(&block));
    out.map(f32::from).collect()
}

fn noise(seed: u64, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut out = silence(samples);
    Noise::new(seed).add(&mut out, level_dbm0);
    out
}

/// How much of `heard`, aligned, is not `said`, in dB of it.
fn error_db(said: &[f32], heard: &[f32]) -> f32 {
    let error: Vec<f32> = said
        .iter()
        .zip(&heard[DELAY..])
        .map(|(a, b)| a - b)
        .collect();
    10.0 * (power(&error) / power(&said[..error.len()])).log10()
}

#[test]
fn the_delay_is_ten_milliseconds_and_off_is_bit_exact() {
    assert_eq!(DELAY, 80);
    let said = voice(1, SECOND, -16.0);
    for phase in 0..7 {
        let heard = run(&mut NoiseSuppressor::new(NoiseSettings::Off, phase), &said);
        let exact = said
            .iter()
            .zip(&heard[DELAY..])
            .all(|(a, b)| a.round() == *b);
        assert!(exact && heard[..DELAY].iter().all(|sample| *sample == 0.0));
    }
}

#[test]
fn steady_noise_is_weaker_by_what_is_set() {
    for (settings, least_db) in [
        (NoiseSettings::Mild, 7.0),
        (NoiseSettings::Medium, 10.0),
        (NoiseSettings::Strong, 12.0),
    ] {
        let noise = noise(2, 6 * SECOND, -40.0);
        let heard = run(&mut NoiseSuppressor::new(settings, 0), &noise);
        let weaker_db = -40.0 - dbm0(power(&heard[2 * SECOND..]));
        assert!(weaker_db > least_db, "{settings:?}: {weaker_db} dB");
    }
}

#[test]
fn speech_without_noise_is_left_as_it_is() {
    let said = voice(3, 10 * SECOND, -16.0);
    let error = error_db(&said, &run(&mut strong(), &said));
    assert!(error < -20.0, "{error} dB");
}

#[test]
fn speech_in_noise_is_nearer_to_what_was_said() {
    for snr_db in [0.0, 5.0, 10.0] {
        let said = voice(4, 10 * SECOND, -20.0);
        let mut mixed = said.clone();
        Noise::new(5).add(&mut mixed, -20.0 - snr_db);
        let better_db = -snr_db - error_db(&said, &run(&mut strong(), &mixed));
        assert!(better_db > 0.5, "{snr_db} dB SNR: better by {better_db} dB");
    }
}

#[test]
fn music_on_hold_keeps_its_loudness() {
    let song = music(6, 15 * SECOND, -20.0);
    let heard = run(&mut strong(), &song);
    let lost_db = dbm0(power(&song[5 * SECOND..])) - dbm0(power(&heard[5 * SECOND..]));
    assert!(lost_db < 1.5, "{lost_db} dB lost");
}

#[test]
fn a_tone_of_five_seconds_is_no_noise() {
    let beep = tone(425.0, -10.0, 0.0, 5 * SECOND);
    let mut samples = noise(7, 2 * SECOND, -60.0);
    samples.extend(&beep);
    let heard = run(&mut strong(), &samples);
    let lost_db = dbm0(power(&beep)) - dbm0(power(&heard[6 * SECOND..]));
    assert!(lost_db < 2.0, "{lost_db} dB lost");
}

#[test]
fn switching_while_somebody_speaks_is_no_click_and_no_other_delay() {
    let said = voice(8, 8 * SECOND, -16.0);
    let mut suppressor = NoiseSuppressor::new(NoiseSettings::Off, 2);
    let mut heard = Vec::new();
    for (ms, block) in blocks(&said).enumerate() {
        if ms % 500 == 250 {
            suppressor.set(match ms / 500 % 4 {
                0 => NoiseSettings::Strong,
                1 => NoiseSettings::Off,
                2 => NoiseSettings::Mild,
                _ => NoiseSettings::Medium,
            });
        }
        heard.extend(suppressor.process(&block).map(f32::from));
    }
    // A click would be a step that the voice does not have.
    let most_step = |samples: &[f32]| {
        let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        steps.fold(0.0, f32::max)
    };
    assert!(most_step(&heard) < 1.1 * most_step(&said));
    let error = error_db(&said, &heard);
    assert!(error < -17.0, "{error} dB");
}

#[test]
fn a_noise_that_becomes_louder_is_believed_within_five_seconds() {
    let mut samples = noise(9, 3 * SECOND, -60.0);
    samples.extend(noise(10, 9 * SECOND, -35.0));
    let heard = run(&mut strong(), &samples);
    let after_dbm0 = dbm0(power(&heard[8 * SECOND..9 * SECOND]));
    assert!(after_dbm0 < -43.0, "{after_dbm0} dBm0");
}

/// Full scale, direct current, silence, the least samples: within a second all is as before.
#[test]
fn it_recovers_within_a_second_from_whatever_comes() {
    let square = |n: usize| {
        if (n / 4).is_multiple_of(2) {
            32_767.0
        } else {
            -32_768.0
        }
    };
    let least = |n: usize| if n.is_multiple_of(2) { 1.0 } else { 0.0 };
    // By how much it may be worse than undisturbed: 3 dB; after direct current of full scale, which
    // no line can bring, the lowest frequencies take longer.
    let bad: [(&dyn Fn(usize) -> f32, f32); 5] = [
        (&square, 3.0),
        (&|_| 32_767.0, 7.0),
        (&|_| -32_768.0, 7.0),
        (&|_| 0.0, 3.0),
        (&least, 3.0),
    ];
    for (n, (bad, worse_db)) in bad.iter().enumerate() {
        for seconds in [1, 10] {
            let mut suppressor = strong();
            let mut said = voice(11, 3 * SECOND, -20.0);
            Noise::new(12).add(&mut said, -50.0);
            run(&mut suppressor, &said);
            let undisturbed = run(&mut suppressor.clone(), &said);
            let undisturbed = error_db(&said[SECOND..], &undisturbed[SECOND..]);
            let bad: Vec<f32> = (0..seconds * SECOND).map(bad).collect();
            run(&mut suppressor, &bad);
            let heard = run(&mut suppressor, &said);
            let error = error_db(&said[SECOND..], &heard[SECOND..]);
            assert!(
                error < undisturbed + worse_db,
                "input {n}, {seconds} s: {error} dB, undisturbed {undisturbed} dB"
            );
            let rest = run(&mut suppressor, &silence(SECOND));
            assert!(rest[SECOND / 2..].iter().all(|sample| sample.abs() <= 1.0));
        }
    }
}

#[test]
fn reset_is_as_new_at_every_phase() {
    let said = voice(13, SECOND, -16.0);
    for phase in 0..5 {
        let mut suppressor = NoiseSuppressor::new(NoiseSettings::Medium, phase);
        let first = run(&mut suppressor, &said);
        suppressor.reset();
        assert_eq!(first, run(&mut suppressor, &said));
    }
}

#[test]
fn two_voices_at_once_stay_two_voices() {
    let mut both = voice(14, 6 * SECOND, -18.0);
    mix(&mut both, &voice(15, 6 * SECOND, -18.0));
    let heard = run(&mut strong(), &both);
    let lost_db = dbm0(power(&both)) - dbm0(power(&heard));
    assert!(lost_db < 1.5, "{lost_db} dB lost");
    assert_eq!(heard.len() % BLOCK, 0);
}
