//! The voice activity detector: speech is heard, noise of any level is not.

mod signal;

use hotline_dsp::vad::{VadSettings, VoiceActivityDetector};
use signal::{Noise, blocks, leveled, power, silence, voice};

const SECOND: usize = 8000;

fn detector() -> VoiceActivityDetector {
    VoiceActivityDetector::new(VadSettings::default())
}

/// What it says of every millisecond.
fn listen(detector: &mut VoiceActivityDetector, samples: &[f32]) -> Vec<bool> {
    blocks(samples)
        .map(|block| detector.process(&block))
        .collect()
}

fn share(said: &[bool]) -> f32 {
    said.iter().filter(|is_speech| **is_speech).count() as f32 / said.len() as f32
}

fn noise(seed: u64, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut out = silence(samples);
    Noise::new(seed).add(&mut out, level_dbm0);
    out
}

/// Three seconds of voice, three of nothing, five times.
fn conversation() -> Vec<f32> {
    let mut said = Vec::new();
    for turn in 0..5 {
        said.extend(voice(20 + turn, 3 * SECOND, -20.0));
        said.extend(silence(3 * SECOND));
    }
    said
}

/// No clause; ours: 90, 85 and 75 % of loud frames heard, 8 to 10 % false.
#[test]
fn speech_is_heard_and_pauses_are_not_at_20_10_and_5_db() {
    for (snr_db, least_hits, most_false) in [(20.0, 0.9, 0.08), (10.0, 0.85, 0.1), (5.0, 0.75, 0.1)]
    {
        let said = conversation();
        let mut mixed = leveled(said.clone(), -20.0);
        let level = 10.0 * (power(&mixed) / power(&leveled(said.clone(), 0.0))).log10();
        Noise::new(1).add(&mut mixed, level - snr_db);
        let heard = listen(&mut detector(), &mixed);
        // Of a loud millisecond, somebody speaks; half a second after the last one, nobody does.
        let spoken: Vec<bool> = said.chunks(80).map(|part| power(part) > 1000.0).collect();
        let (mut hits, mut loud, mut alarms, mut quiet) = (0, 0, 0, 0);
        for (ten, is_spoken) in spoken.iter().enumerate() {
            let is_heard = heard[ten * 10 + 9];
            let was_spoken = spoken[ten.saturating_sub(50)..=ten].iter().any(|s| *s);
            if *is_spoken {
                (loud, hits) = (loud + 1, hits + usize::from(is_heard));
            } else if !was_spoken {
                (quiet, alarms) = (quiet + 1, alarms + usize::from(is_heard));
            }
        }
        let (hits, alarms) = (hits as f32 / loud as f32, alarms as f32 / quiet as f32);
        assert!(hits > least_hits, "{snr_db} dB: {hits} heard");
        assert!(alarms < most_false, "{snr_db} dB: {alarms} false");
    }
}

/// No clause; ours: 3 % false.
#[test]
fn steady_noise_is_no_speech_however_loud() {
    for level_dbm0 in [-70.0, -50.0, -30.0, -15.0] {
        let heard = listen(&mut detector(), &noise(2, 20 * SECOND, level_dbm0));
        let said = share(&heard[500..]);
        assert!(said < 0.03, "{level_dbm0} dBm0: {said}");
    }
}

#[test]
fn a_noise_that_becomes_louder_is_noise_again_after_a_second_and_the_hangover() {
    for (before, after) in [
        (-60.0, -30.0),
        (-60.0, -48.0),
        (-45.0, -35.0),
        (-90.0, -40.0),
    ] {
        for phase in 0..5 {
            let mut detector = detector();
            listen(&mut detector, &noise(3, 3 * SECOND + 400 * phase, before));
            let heard = listen(&mut detector, &noise(4, 4 * SECOND, after));
            let said = share(&heard[1_250..]);
            assert!(
                heard[100] && said < 0.03,
                "{before} to {after} dBm0: {said}"
            );
        }
    }
}

/// The longest that people hold a vowel, as when they hesitate: its pitch is never quite the same.
#[test]
fn a_vowel_that_is_held_is_speech_to_its_end() {
    for (seed, hz) in (0..).zip([100.0f32, 140.0, 210.0]) {
        let mut samples = noise(seed, SECOND, -60.0);
        let mut turns = 0.0f32;
        let mut random = Noise::new(seed);
        let mut sound = silence(SECOND * 8 / 10);
        let mut off = 0.0;
        for sample in &mut sound {
            // It wanders by some per cent, slowly.
            off += 0.002 * (0.8 * random.gaussian() - off);
            turns += hz * (1.0 + off) / 8000.0;
            let harmonics = (1..=(3400.0 / hz) as u16).map(f32::from);
            *sample = harmonics
                .map(|h| (turns * h * std::f32::consts::TAU).sin() / h)
                .sum::<f32>();
        }
        let mut sound = leveled(sound, -20.0);
        Noise::new(seed + 9).add(&mut sound, -60.0);
        samples.extend(sound);
        let heard = listen(&mut detector(), &samples);
        let said = share(&heard[1_050..1_800]);
        assert!(said > 0.98, "{hz} Hz: {said}");
    }
}

#[test]
fn silence_direct_current_and_the_least_samples_are_no_speech() {
    let least: Vec<f32> = (0..5 * SECOND).map(|n| (n % 2) as f32).collect();
    for samples in [silence(5 * SECOND), vec![32_767.0; 5 * SECOND], least] {
        let mut detector = detector();
        listen(&mut detector, &voice(5, SECOND, -16.0));
        let heard = listen(&mut detector, &samples);
        assert!(share(&heard[1000..]) == 0.0);
    }
}

#[test]
fn after_a_square_of_full_scale_speech_is_heard_within_a_second() {
    let mut detector = detector();
    let square: Vec<f32> = (0..10 * SECOND)
        .map(|n| if n / 4 % 2 == 0 { 32_767.0 } else { -32_768.0 })
        .collect();
    listen(&mut detector, &square);
    listen(&mut detector, &silence(SECOND));
    let heard = listen(&mut detector, &voice(6, 3 * SECOND, -20.0));
    let said = share(&heard[500..]);
    assert!(said > 0.7, "{said}");
}

#[test]
fn the_hangover_is_as_long_as_it_is_set_to_be() {
    for hangover_ms in [0, 200, 500] {
        let mut detector = VoiceActivityDetector::new(VadSettings { hangover_ms });
        let mut samples = noise(7, SECOND, -60.0);
        samples.extend(noise(8, SECOND / 4, -20.0));
        listen(&mut detector, &samples);
        let heard = listen(&mut detector, &noise(9, SECOND, -60.0));
        let lasts_ms = heard.iter().filter(|is_speech| **is_speech).count();
        let expected = usize::from(hangover_ms)..usize::from(hangover_ms) + 100;
        assert!(expected.contains(&lasts_ms), "{hangover_ms}: {lasts_ms}");
    }
}
