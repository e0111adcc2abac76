//! Comfort noise (RFC 3389): its payload, and that what is made is what was heard.

mod signal;

use hotline_dsp::comfort_noise::{
    ComfortNoise, ComfortNoiseAnalyser, ComfortNoiseGenerator, Empty, MAX_ORDER,
};
use hotline_dsp::level::dbm0;
use signal::{Noise, blocks, leveled, power, silence, voice};
use std::f32::consts::TAU;

const SECOND: usize = 8000;

/// RFC 3389 §3.3.
#[test]
fn written_then_parsed_it_is_the_same() {
    for level in 0..=127 {
        for order in 0..=MAX_ORDER {
            let mut payload = vec![level];
            payload.extend((0..order).map(|n| (usize::from(level) * 31 + n * 83) as u8 % 255));
            let noise = ComfortNoise::parse(&payload).expect("there is a level");
            assert_eq!(noise.write().as_slice(), payload);
            assert_eq!(ComfortNoise::parse(&noise.write()), Ok(noise.clone()));
            let again = ComfortNoise::new(noise.level_dbm0(), &noise.coefficients()[..order]);
            assert_eq!(again, noise);
        }
    }
}

/// RFC 3389 §3.1 and §3.2.
#[test]
fn the_octets_are_those_of_the_standard() {
    let noise = ComfortNoise::new(6.15 - 40.0, &[0.0, 258.0 / 32_768.0, -1.0, 1.0]);
    assert_eq!(noise.write(), [40, 127, 128, 0, 254]);
    assert!((noise.coefficients()[2] + 0.999_94).abs() < 1e-4);
}

#[test]
fn bad_payloads_are_tolerated() {
    assert_eq!(ComfortNoise::parse(&[]), Err(Empty));
    let long = [0xFFu8; 200];
    let noise = ComfortNoise::parse(&long).expect("there is a level");
    assert_eq!(noise.write().len(), 1 + MAX_ORDER);
    let mut generator = ComfortNoiseGenerator::new();
    for level in [0x80, 0, 255, 127] {
        for index in [0, 254, 255, 1, 127] {
            let payload = [
                level,
                index,
                255 - index,
                index,
                index,
                0,
                254,
                3,
                9,
                index,
                1,
            ];
            generator.set(&ComfortNoise::parse(&payload).expect("there is a level"));
            for _ in 0..200 {
                generator.process();
            }
        }
    }
    // The edge of stability is left behind with the next description.
    generator.set(&ComfortNoise::new(-50.0, &[]));
    let heard: Vec<f32> = made(&mut generator, SECOND);
    let level_dbm0 = dbm0(power(&heard[SECOND / 2..]));
    assert!((level_dbm0 + 50.0).abs() < 1.0, "{level_dbm0} dBm0");
    assert_eq!(ComfortNoise::new(f32::NAN, &[f32::NAN]).write(), [127, 127]);
}

fn made(generator: &mut ComfortNoiseGenerator, samples: usize) -> Vec<f32> {
    let blocks = (0..samples / 8).flat_map(|_| generator.process());
    blocks.map(f32::from).collect()
}

/// As in rooms (Hoth): about 5 dB less an octave.
fn room(seed: u64, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut white = silence(samples);
    Noise::new(seed).add(&mut white, 0.0);
    let (mut slow, mut fast) = (0.0, 0.0);
    for sample in &mut white {
        slow += (*sample - slow) * 0.12;
        fast += (*sample - fast) * 0.6;
        *sample = slow + 0.35 * fast;
    }
    leveled(white, level_dbm0)
}

/// The level in a third of an octave: the mean over lines of the Fourier transform in it.
fn third_dbm0(samples: &[f32], centre_hz: f32) -> f32 {
    let mut sum = 0.0;
    for line in 0..12 {
        let hz = centre_hz * 2f32.powf((line as f32 / 11.0 - 0.5) / 3.0);
        for part in samples.chunks_exact(800) {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, sample) in part.iter().enumerate() {
                let window = 0.5 - 0.5 * (TAU * n as f32 / 800.0).cos();
                let angle = TAU * hz * n as f32 / 8000.0;
                re += sample * window * angle.cos();
                im += sample * window * angle.sin();
            }
            sum += re * re + im * im;
        }
    }
    10.0 * (sum / samples.len() as f32).log10()
}

#[test]
fn what_is_made_has_the_level_and_the_spectrum_of_what_was_heard() {
    for (n, level_dbm0) in [-65.0, -50.0, -35.0, -20.0].into_iter().enumerate() {
        let heard = room(n as u64, 4 * SECOND, level_dbm0);
        let mut analyser = ComfortNoiseAnalyser::new(MAX_ORDER);
        for block in blocks(&heard) {
            analyser.process(&block);
        }
        let payload = analyser.describe().write();
        let mut generator = ComfortNoiseGenerator::new();
        generator.set(&ComfortNoise::parse(&payload).expect("there is a level"));
        let made = made(&mut generator, 8 * SECOND);
        let off_db = dbm0(power(&made)) - level_dbm0;
        assert!(off_db.abs() < 1.0, "{level_dbm0} dBm0: off by {off_db} dB");
        if level_dbm0 < -60.0 {
            // Here the rounding to 16 bits is as loud as the higher bands.
            continue;
        }
        for third in 0..11 {
            let hz = 315.0 * 2f32.powf(third as f32 / 3.0);
            let off_db = third_dbm0(&made, hz) - third_dbm0(&heard, hz);
            assert!(
                off_db.abs() < 2.5,
                "{level_dbm0} dBm0, {hz} Hz: {off_db} dB"
            );
        }
    }
}

#[test]
fn a_word_that_the_detector_missed_does_not_become_noise() {
    let mut analyser = ComfortNoiseAnalyser::new(MAX_ORDER);
    for block in blocks(&room(5, 2 * SECOND, -55.0)) {
        analyser.process(&block);
    }
    for block in blocks(&voice(6, SECOND / 4, -15.0)) {
        analyser.process(&block);
    }
    let level_dbm0 = analyser.describe().level_dbm0();
    assert!((level_dbm0 + 55.0).abs() < 3.0, "{level_dbm0} dBm0");
}

#[test]
fn before_anything_was_heard_or_described_there_is_silence() {
    assert_eq!(ComfortNoiseAnalyser::new(0).describe().write(), [102]);
    let mut generator = ComfortNoiseGenerator::new();
    assert_eq!(generator.process(), [0; 8]);
    generator.set(&ComfortNoise::new(-40.0, &[]));
    assert_ne!(generator.process(), [0; 8]);
    generator.reset();
    assert_eq!(generator.process(), [0; 8]);
}

#[test]
fn a_new_description_is_approached_without_a_step() {
    let mut generator = ComfortNoiseGenerator::new();
    generator.set(&ComfortNoise::new(-60.0, &[-0.9, 0.2]));
    made(&mut generator, SECOND);
    generator.set(&ComfortNoise::new(-30.0, &[0.5]));
    let first = dbm0(power(&made(&mut generator, 16)));
    assert!(first < -40.0, "{first} dBm0 in the first 2 ms");
    let later = dbm0(power(&made(&mut generator, 2 * SECOND)[SECOND..]));
    assert!((later + 30.0).abs() < 1.0, "{later} dBm0");
}

#[test]
fn square_waves_direct_current_and_silence_are_described_too() {
    let square: Vec<f32> = (0..SECOND)
        .map(|n| if n / 4 % 2 == 0 { 32_767.0 } else { -32_768.0 })
        .collect();
    for (samples, expected) in [
        (square, 6.15),
        (vec![-32_768.0; SECOND], 6.15),
        (silence(SECOND), -96.0),
    ] {
        let mut analyser = ComfortNoiseAnalyser::new(MAX_ORDER);
        for block in blocks(&samples) {
            analyser.process(&block);
        }
        let mut generator = ComfortNoiseGenerator::new();
        generator.set(&analyser.describe());
        let described = analyser.describe().level_dbm0();
        assert!((described - expected).abs() < 1.0, "{described} dBm0");
        let level_dbm0 = dbm0(power(&made(&mut generator, SECOND)));
        assert!(level_dbm0 < expected + 1.0, "{level_dbm0} dBm0");
        // It goes on with what is heard next.
        generator.set(&ComfortNoise::new(-50.0, &[]));
        let after = dbm0(power(&made(&mut generator, SECOND)[SECOND / 2..]));
        assert!((after + 50.0).abs() < 1.0, "{after} dBm0");
    }
}
