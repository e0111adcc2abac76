//! How a voice is bettered is changed while it is heard.

mod signal;
mod studio;

use hotline_dsp::engine::{BLOCK, Command, VoiceSettings};
use hotline_dsp::gain_control::GainControlSettings;
use hotline_dsp::noise::NoiseSettings;
use signal::{Noise, blocks, mix, power, silence, tone, voice};
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
    for block in blocks(&voice(8, 8_000, -20.0)) {
        studio.lines_in[0] = block;
        studio.tick();
        // Once the voice has come up, what one line says the other hears in the same millisecond.
        if studio.now_ms > 30 {
            assert_eq!(studio.lines_out[1], block.map(studio::as_sent));
        }
    }
}

/// A smooth vowel: what is not smooth in it was put in.
fn vowel(samples: usize, level_dbm0: f32) -> Vec<f32> {
    let mut out = silence(samples);
    for harmonic in 1..=3u8 {
        let level_dbm0 = level_dbm0 - 3.0 * f32::from(harmonic);
        mix(
            &mut out,
            &tone(120.0 * f32::from(harmonic), level_dbm0, 0.0, samples),
        );
    }
    out
}

/// The sharpest edge: the greatest change of the slope from one sample to the next.
fn edge(samples: &[f32]) -> f32 {
    let change = |three: &[f32]| (three[0] - 2.0 * three[1] + three[2]).abs();
    samples.windows(3).map(change).fold(0.0, f32::max)
}

/// Whatever is switched in a call, at whatever place of the wave, makes no click.
#[test]
fn switching_anything_while_somebody_speaks_is_not_heard() {
    let plain = VoiceSettings::default();
    let quiet = VoiceSettings {
        noise: NoiseSettings::Strong,
        level: None,
    };
    let even = VoiceSettings {
        noise: NoiseSettings::Off,
        level: Some(GainControlSettings::default()),
    };
    let both = VoiceSettings {
        noise: NoiseSettings::Strong,
        ..even
    };
    let switches = [
        ("noise", plain, quiet),
        ("level", plain, even),
        ("both", plain, both),
        ("level without noise", quiet, both),
        ("noise without level", even, both),
    ];
    for (what, off, on) in switches {
        for place in 0..5 {
            let mut studio = Studio::new();
            studio.join(&[line(0), stream(0)]);
            let said = vowel(8_000 + place * 14 * BLOCK, -34.0);
            let smooth = edge(&heard(&mut studio, &said)[4_000..]);
            better(&mut studio, on);
            let at = studio.now_ms as usize * BLOCK % 200;
            let sharp = edge(&heard(&mut studio, &vowel(4_000, -34.0)[at..]));
            assert!(
                sharp < 1.5 * smooth + 60.0,
                "{what} first on, place {place}: {sharp}, in the vowel itself {smooth}"
            );
            // So quiet that the gain is as high as it may be.
            heard(&mut studio, &voice(8, 48_000, -34.0));
            let said = vowel(8_000 + place * 14 * BLOCK, -34.0);
            let smooth = edge(&heard(&mut studio, &said)[4_000..]);
            for (to, way) in [(off, "off"), (on, "on"), (off, "off again")] {
                better(&mut studio, to);
                // It goes on where it was.
                let at = studio.now_ms as usize * BLOCK % (8_000 / 40);
                let said = &vowel(8_200, -34.0)[at..];
                let sharp = edge(&heard(&mut studio, said));
                assert!(
                    sharp < 1.5 * smooth + 60.0,
                    "{what} {way}, place {place}: {sharp}, in the vowel itself {smooth}"
                );
            }
        }
    }
}

/// 2100 Hz, turned by 180 degrees every 450 ms or not at all (V.25, T.30's CED, ANSam without its
/// modulation).
fn answer_tone(seconds: usize, reverses: bool) -> Vec<f32> {
    let mut out = tone(2100.0, -30.0, 0.0, seconds * 8_000);
    if reverses {
        for odd in out.chunks_mut(3_600).skip(1).step_by(2) {
            odd.iter_mut().for_each(|sample| *sample = -*sample);
        }
    }
    out
}

/// T.30 §5.1.2: a fax machine's tone is no voice and no noise, whether its phase turns or not.
#[test]
fn the_tone_of_a_fax_machine_or_modem_passes_as_it_comes() {
    for reverses in [false, true] {
        let mut studio = Studio::new();
        studio.join(&[line(0), stream(0)]);
        let level = Some(GainControlSettings::default());
        let noise = NoiseSettings::Strong;
        better(&mut studio, VoiceSettings { noise, level });
        // A quiet voice before it: the gain is high.
        heard(&mut studio, &voice(8, 48_000, -34.0));
        let out = heard(&mut studio, &answer_tone(4, reverses));
        let got = level_dbm0(&out[8_000..]);
        assert!((got + 30.0).abs() < 0.5, "{reverses}: {got} dBm0");
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
