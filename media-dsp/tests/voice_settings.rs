//! How a voice is bettered is changed while it is heard.

mod signal;
mod studio;

use hotline_dsp::engine::{BLOCK, Command, VoiceSettings};
use hotline_dsp::gain_control::GainControlSettings;
use hotline_dsp::noise::NoiseSettings;
use signal::{Noise, blocks, mix, power, silence, voice};
use studio::{Studio, line, stream};

/// What the stream hears of a line that says this.
fn heard(studio: &mut Studio, said: &[f32]) -> Vec<f32> {
    let before = studio.sent_to(stream(0)).len();
    for block in blocks(said) {
        studio.lines_in[0] = block;
        studio.tick();
    }
    let all = studio.sent_to(stream(0));
    all[before..]
        .iter()
        .map(|&sample| f32::from(sample))
        .collect()
}

fn better(studio: &mut Studio, voice: VoiceSettings) {
    studio.apply(Command::SetVoice {
        channel: line(0),
        voice,
    });
}

fn level_dbm0(samples: &[f32]) -> f32 {
    hotline_dsp::level::dbm0(power(samples))
}

fn hiss(seconds: usize) -> Vec<f32> {
    let mut hiss = silence(seconds * 8_000);
    Noise::new(3).add(&mut hiss, -45.0);
    hiss
}

#[test]
fn noise_of_a_line_is_taken_away_from_when_it_is_asked_for_until_it_is_not() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    let as_it_is = level_dbm0(&heard(&mut studio, &hiss(2))[8_000..]);
    let noise = NoiseSettings::Strong;
    better(&mut studio, VoiceSettings { noise, level: None });
    let weaker = level_dbm0(&heard(&mut studio, &hiss(4))[24_000..]);
    better(&mut studio, VoiceSettings::default());
    let again = level_dbm0(&heard(&mut studio, &hiss(2))[8_000..]);
    assert!(weaker < as_it_is - 15.0, "{as_it_is}, then {weaker} dBm0");
    assert!(
        (again - as_it_is).abs() < 1.0,
        "{as_it_is}, at last {again} dBm0"
    );
}

#[test]
fn a_quiet_voice_is_brought_to_the_level_that_is_set() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    let level = Some(GainControlSettings {
        target_dbm0: -18.0,
        ..GainControlSettings::default()
    });
    let noise = NoiseSettings::Off;
    better(&mut studio, VoiceSettings { noise, level });
    let quiet = voice(8, 12 * 8_000, -28.0);
    let out = heard(&mut studio, &quiet);
    let late = |samples: &[f32]| level_dbm0(&samples[6 * 8_000..]);
    let raised = late(&out) - late(&quiet);
    assert!((7.0..=13.0).contains(&raised), "raised by {raised} dB");
}

#[test]
fn a_voice_that_is_left_as_it_is_comes_at_once_and_unchanged() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1)]);
    let mut said = voice(8, 800, -20.0);
    mix(&mut said, &silence(800));
    for block in blocks(&said) {
        studio.lines_in[0] = block;
        studio.tick();
        let coded = block.map(studio::as_sent);
        if studio.now_ms > 20 {
            assert_eq!(studio.lines_out[1].len(), BLOCK);
        }
        // Once the voice has come up, what one line says the other hears in the same millisecond.
        if studio.now_ms > 30 {
            assert_eq!(studio.lines_out[1], coded.map(studio::as_sent));
        }
    }
}

#[test]
fn the_echo_of_a_line_is_left_or_taken_away_as_it_is_asked_for() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    let mut level = |on: bool| {
        studio.apply(Command::CancelEcho {
            channel: line(0),
            on,
        });
        let before = studio.sent_to(stream(0)).len();
        for ms in 0..6_000 {
            if ms % 20 == 0 {
                let n = (studio.now_ms / 20) as u16;
                let far = voice(2, 8_000, -14.0);
                let packet = studio::voice_packet(stream(0), n, |at| far[at % 8_000] as i16);
                studio.engine.receive(&packet);
            }
            studio.lines_in[0] = studio.lines_out[0].map(|sample| sample / 2);
            studio.tick();
        }
        let heard = &studio.sent_to(stream(0))[before + 40_000..];
        level_dbm0(&heard.iter().map(|&s| f32::from(s)).collect::<Vec<_>>())
    };
    let (away, left, again) = (level(true), level(false), level(true));
    assert!(
        left > away + 20.0 && left > again + 20.0,
        "{away}, {left}, {again} dBm0"
    );
}
