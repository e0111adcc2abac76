//! The noise suppressor: noise goes, speech stays, whatever comes.

mod signal;

use std::f32::consts::TAU;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::level::dbm0;
use hotline_dsp::noise::{NoiseSettings, NoiseSuppressor};
use signal::{Noise, blocks, leveled, mix, music, power, silence, tone, voice};

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

/// White noise, and one that falls by 6 dB an octave as that of a road does.
fn dins(seed: u64, samples: usize, level_dbm0: f32) -> [Vec<f32>; 2] {
    let white = noise(seed, samples, level_dbm0);
    let mut last = 0.0;
    let low = white.iter().map(|sample| {
        last += 0.2 * (sample - last);
        last
    });
    let low = leveled(low.collect(), level_dbm0);
    [white, low]
}

/// Louder by 30 dB at any moment: a second later it is weaker by 10 dB again.
#[test]
fn a_noise_that_becomes_louder_is_believed_within_a_second() {
    for start_ms in (3000..3500).step_by(90) {
        let before = noise(9, 8 * start_ms, -65.0);
        for loud in dins(start_ms as u64, 2 * SECOND, -35.0) {
            let samples = [before.clone(), loud.clone()].concat();
            let heard = run(&mut strong(), &samples);
            let after = dbm0(power(&heard[before.len() + SECOND..]));
            let weaker_db = dbm0(power(&loud)) - after;
            assert!(weaker_db > 10.0, "at {start_ms} ms: {weaker_db} dB");
        }
    }
}

/// Weaker by 30 dB: a second later what is said in as weak a voice is heard as it was said.
#[test]
fn a_noise_that_becomes_weaker_is_forgotten_within_a_second() {
    for loud in dins(16, 4 * SECOND, -30.0) {
        let mut rest = noise(17, 5 * SECOND, -60.0);
        mix(&mut rest[SECOND..], &voice(18, 4 * SECOND, -35.0));
        let heard = run(&mut strong(), &[loud, rest.clone()].concat());
        let error = error_db(&rest[SECOND..], &heard[5 * SECOND..]);
        assert!(error < -13.0, "{error} dB");
    }
}

/// A vowel at a pitch, as steadily as people can: 1 % of vibrato, a shimmer, a little breath.
fn held_vowel(pitch_hz: f32, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut random = Noise::new(u64::from(pitch_hz as u16));
    let (mut phase, mut loudness) = (0.0, 1.0);
    let vowel = (0..samples).map(|n| {
        let vibrato = 1.0 + 0.01 * (n as f32 * 5.0 * TAU / SECOND as f32).sin();
        phase = (phase + vibrato * pitch_hz / SECOND as f32).fract();
        loudness += 0.01 * (1.0 - loudness) + 0.004 * random.gaussian();
        let partials = (1..=(3600.0 / pitch_hz) as u8).map(|partial| {
            let hz = f32::from(partial) * pitch_hz;
            let formant = |at: f32| 1.0 / (1.0 + ((hz - at) / 120.0).powi(2));
            let peak = 0.02 + formant(700.0) + 0.6 * formant(1200.0) + 0.2 * formant(2600.0);
            peak * (phase * f32::from(partial) * TAU).sin()
        });
        loudness * partials.sum::<f32>() + 0.02 * random.gaussian()
    });
    leveled(vowel.collect(), level_dbm0)
}

#[test]
fn a_vowel_held_for_a_second_and_a_half_is_no_noise() {
    for pitch_hz in [85.0, 120.0, 170.0, 240.0, 310.0] {
        let vowel = held_vowel(pitch_hz, 3 * SECOND / 2, -20.0);
        let mut samples = noise(19, 2 * SECOND, -60.0);
        samples.extend(&vowel);
        samples.extend(silence(DELAY));
        let heard = run(&mut strong(), &samples);
        let last = |samples: &[f32]| dbm0(power(&samples[samples.len() - SECOND / 2..]));
        let lost_db = last(&vowel) - last(&heard);
        assert!(lost_db < 1.0, "{pitch_hz} Hz: {lost_db} dB lost");
    }
}

#[test]
fn keys_held_for_three_seconds_are_no_noise() {
    for (low_hz, high_hz) in [(697.0, 1209.0), (852.0, 1477.0), (941.0, 1633.0)] {
        let mut key = tone(low_hz, -12.0, 0.0, 3 * SECOND);
        mix(&mut key, &tone(high_hz, -10.0, 1.0, 3 * SECOND));
        let mut samples = noise(20, 2 * SECOND, -55.0);
        samples.extend(&key);
        let heard = run(&mut strong(), &samples);
        let lost_db = dbm0(power(&key)) - dbm0(power(&heard[5 * SECOND - SECOND / 2..]));
        assert!(
            lost_db < 1.0,
            "{low_hz} and {high_hz} Hz: {lost_db} dB lost"
        );
    }
}

/// Nobody waits with the first word for the noise to be known: it is taken for noise at first, but
/// not taken away.
#[test]
fn what_is_said_first_in_a_call_is_heard() {
    for seed in 30..36 {
        let mut said = voice(seed, 2 * SECOND, -20.0);
        Noise::new(21).add(&mut said, -45.0);
        let heard = run(&mut strong(), &said);
        let lost_db = dbm0(power(&said)) - dbm0(power(&heard));
        assert!(lost_db < 3.0, "voice {seed}: {lost_db} dB lost");
    }
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
    let bad: [&dyn Fn(usize) -> f32; 5] =
        [&square, &|_| 32_767.0, &|_| -32_768.0, &|_| 0.0, &least];
    for (n, bad) in bad.iter().enumerate() {
        for seconds in [1, 10] {
            let mut suppressor = strong();
            let mut said = voice(11, 3 * SECOND, -20.0);
            Noise::new(12).add(&mut said, -50.0);
            run(&mut suppressor, &said);
            let bad: Vec<f32> = (0..seconds * SECOND).map(bad).collect();
            run(&mut suppressor, &bad);
            let heard = run(&mut suppressor, &said);
            let error = error_db(&said[SECOND..], &heard[SECOND..]);
            assert!(error < -6.0, "input {n}, {seconds} s: {error} dB");
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
