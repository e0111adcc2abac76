//! The gain control: speech comes to its target, noise is never pumped up, nothing clips.

mod signal;

use hotline_dsp::engine::BLOCK;
use hotline_dsp::gain_control::{GainControl, GainControlSettings};
use hotline_dsp::level::dbm0;
use hotline_dsp::vad::{VadSettings, VoiceActivityDetector};
use signal::{Noise, blocks, power, silence, voice};

const SECOND: usize = 8000;

/// A gain control with its detector.
struct Chain {
    detector: VoiceActivityDetector,
    control: GainControl,
}

impl Chain {
    fn new(settings: GainControlSettings) -> Self {
        Self {
            detector: VoiceActivityDetector::new(VadSettings::default()),
            control: GainControl::new(settings),
        }
    }

    fn run(&mut self, samples: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(samples.len());
        for block in blocks(samples) {
            let is_speech = self.detector.process(&block);
            out.extend(self.control.process(&block, is_speech).map(f32::from));
        }
        out
    }
}

fn usual() -> Chain {
    Chain::new(GainControlSettings::default())
}

fn noise(seed: u64, samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut out = silence(samples);
    Noise::new(seed).add(&mut out, level_dbm0);
    out
}

/// The level of what is louder than 16 dB under the loudest second: of the speech (ITU-T P.56).
fn speech_dbm0(samples: &[f32]) -> f32 {
    let all = power(samples);
    let loud: Vec<f32> = samples
        .chunks(80)
        .filter(|part| power(part) > all / 40.0)
        .flatten()
        .copied()
        .collect();
    dbm0(power(&loud))
}

/// G.169 (limits not opened); ours: 3 dB of the target after 3 s, level by the idea of P.56.
#[test]
fn every_voice_is_within_three_db_of_the_target_after_three_seconds() {
    for level_dbm0 in [-33.0, -30.0, -25.0, -18.0, -12.0, -6.0] {
        let mut chain = usual();
        let mut samples = noise(1, SECOND, -65.0);
        samples.extend(voice(2, 10 * SECOND, level_dbm0));
        let heard = chain.run(&samples);
        let got = speech_dbm0(&heard[4 * SECOND..]);
        assert!((got + 18.0).abs() < 3.0, "{level_dbm0} became {got} dBm0");
    }
}

#[test]
fn the_most_gain_is_what_is_set() {
    let settings = GainControlSettings {
        target_dbm0: -6.0,
        most_db: 12.0,
    };
    let mut chain = Chain::new(settings);
    chain.run(&noise(3, SECOND, -70.0));
    chain.run(&voice(4, 10 * SECOND, -36.0));
    assert!((chain.control.gain_db() - 12.0).abs() < 0.6);
}

/// G.169 (limits not opened); ours: 1 dB in a minute.
#[test]
fn noise_without_speech_moves_nothing() {
    for level_dbm0 in [-60.0, -45.0, -35.0, -25.0] {
        let mut chain = usual();
        chain.run(&noise(5, 60 * SECOND, level_dbm0));
        let gain_db = chain.control.gain_db();
        assert!(gain_db.abs() < 1.0, "{level_dbm0} dBm0: {gain_db} dB");
    }
}

/// As above; ours: 1 dB in half a minute.
#[test]
fn in_a_pause_of_half_a_minute_the_gain_stays() {
    let mut chain = usual();
    let mut said = voice(6, 8 * SECOND, -30.0);
    Noise::new(7).add(&mut said, -55.0);
    chain.run(&said);
    let before_db = chain.control.gain_db();
    chain.run(&noise(8, 30 * SECOND, -55.0));
    let moved_db = chain.control.gain_db() - before_db;
    assert!(moved_db.abs() < 1.0, "{moved_db} dB");
}

#[test]
fn a_shout_after_a_whisper_never_reaches_full_scale() {
    let mut chain = usual();
    chain.run(&voice(9, 8 * SECOND, -36.0));
    let heard = chain.run(&voice(10, 8 * SECOND, -4.0));
    let peak = heard
        .iter()
        .fold(0.0f32, |most, sample| most.max(sample.abs()));
    assert!(peak < 32_700.0, "{peak}");
}

#[test]
fn settings_that_are_no_numbers_or_out_of_range_are_harmless() {
    let settings = GainControlSettings {
        target_dbm0: f32::NAN,
        most_db: f32::INFINITY,
    };
    let mut chain = Chain::new(settings);
    chain.run(&noise(11, SECOND, -65.0));
    let heard = chain.run(&voice(12, 8 * SECOND, -28.0));
    assert!((speech_dbm0(&heard[4 * SECOND..]) + 18.0).abs() < 3.0);
}

/// No clause; ours: 3 dB of the target in the second after the first, from anything.
#[test]
fn whatever_comes_it_recovers_within_a_second_of_speech() {
    let square = |n: usize| {
        if (n / 4).is_multiple_of(2) {
            32_767.0
        } else {
            -32_768.0
        }
    };
    let half = |n: usize| square(n) / 2.0;
    let bad: [&dyn Fn(usize) -> f32; 5] = [&square, &half, &|_| -32_768.0, &|_| 0.0, &|n| {
        (n % 2) as f32
    }];
    for (n, bad) in bad.iter().enumerate() {
        let mut control = GainControl::new(GainControlSettings::default());
        for block in blocks(&(0..5 * SECOND).map(bad).collect::<Vec<_>>()) {
            // A detector in error: all is speech.
            control.process(&block, true);
        }
        let said = voice(13, 8 * SECOND, -24.0);
        let heard: Vec<f32> = blocks(&said)
            .flat_map(|block| control.process(&block, true))
            .map(f32::from)
            .collect();
        let off_db = speech_dbm0(&said[SECOND..2 * SECOND]) + 24.0;
        let got = speech_dbm0(&heard[SECOND..2 * SECOND]) - off_db;
        assert!((got + 18.0).abs() < 3.0, "input {n}: {got} dBm0");
    }
}

#[test]
fn at_no_gain_nothing_is_changed() {
    let mut control = GainControl::new(GainControlSettings::default());
    let block: [i16; BLOCK] = [0, 1, -1, 12_000, -12_000, 77, -5, 20_000];
    assert_eq!(control.process(&block, false), block);
}
