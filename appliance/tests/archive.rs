//! Recordings that were coded after the call, played by a program that others wrote.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use hotline::media::opus_file;

const RATE_HZ: u32 = 8_000;

fn tones(path: &Path, seconds: u32, tracks_hz: &[f64]) {
    let spec = hound::WavSpec {
        channels: tracks_hz.len() as u16,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for index in 0..seconds * RATE_HZ {
        let time = f64::from(index) / f64::from(RATE_HZ);
        for hz in tracks_hz {
            let sample = (time * hz * std::f64::consts::TAU).sin() * 6_000.0;
            wav.write_sample(sample as i16).unwrap();
        }
    }
    wav.finalize().unwrap();
}

/// The level of a tone in one channel, as a share of the channel's power.
fn share(samples: &[i16], (channel, of): (usize, usize), hz: f64) -> f64 {
    let (mut sine, mut cosine, mut power) = (0.0, 0.0, 0.0);
    let own = samples.iter().skip(channel).step_by(of);
    let count = own.len() as f64;
    for (index, sample) in own.enumerate() {
        let (sample, phase) = (
            f64::from(*sample),
            index as f64 * hz / f64::from(RATE_HZ) * std::f64::consts::TAU,
        );
        sine += sample * phase.sin();
        cosine += sample * phase.cos();
        power += sample * sample;
    }
    2.0 * (sine * sine + cosine * cosine) / count / power.max(1.0)
}

/// Codes tones of 5 s, one on each track, and lets opusdec decode them: the samples of all channels,
/// and the octets of the coded file.
fn played_by_opusdec(tracks_hz: &[f64]) -> (Vec<i16>, u64) {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    tones(&at("in.wav"), 5, tracks_hz);
    let octets = opus_file::encode(&at("in.wav"), &at("1.opus")).unwrap();
    let played = Command::new("opusdec")
        .args(["--quiet", "--rate", "8000"])
        .arg(at("1.opus"))
        .arg(at("out.wav"))
        .status()
        .unwrap_or_else(|error| {
            panic!("opusdec does not start ({error}); install it: apt-get install -y opus-tools")
        });
    assert!(played.success());
    let mut reader = hound::WavReader::open(at("out.wav")).unwrap();
    let spec = reader.spec();
    assert_eq!(usize::from(spec.channels), tracks_hz.len());
    assert_eq!(spec.sample_rate, RATE_HZ);
    let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    let length = 5 * RATE_HZ as usize * tracks_hz.len();
    assert_eq!(samples.len(), length, "as long as it was");
    (samples, octets)
}

/// Each channel holds its own tone and not a bit of the others.
fn are_apart(samples: &[i16], channels_hz: &[f64]) {
    for channel in 0..channels_hz.len() {
        for (own, hz) in channels_hz.iter().enumerate() {
            let share = share(samples, (channel, channels_hz.len()), *hz);
            if own == channel {
                assert!(share > 0.95, "channel {channel}: {share} of {hz} Hz");
            } else {
                assert!(share < 1e-4, "channel {channel}: {share} of {hz} Hz");
            }
        }
    }
}

#[test]
fn opusdec_plays_both_parties_each_on_their_own_channel() {
    let (samples, octets) = played_by_opusdec(&[440.0, 1_000.0]);
    // 32 kb/s and its wrapping, against 256 kb/s.
    assert!(
        (10_000..26_000).contains(&octets),
        "{octets} octets for 5 s"
    );
    are_apart(&samples, &[440.0, 1_000.0]);
}

/// In the order of a WAV file's channels: left, right, middle.
#[test]
fn opusdec_plays_customer_left_agent_right_and_a_third_voice_in_the_middle() {
    let tracks_hz = [440.0, 1_000.0, 1_700.0];
    let (samples, _) = played_by_opusdec(&tracks_hz);
    are_apart(&samples, &tracks_hz);
}
