//! Recordings that were coded after the call, played by a program that others wrote.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;
use std::process::Command;

use hotline::media::opus_file;

const RATE_HZ: u32 = 8_000;

fn tones(path: &Path, seconds: u32, [left_hz, right_hz]: [f64; 2]) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for index in 0..seconds * RATE_HZ {
        let time = f64::from(index) / f64::from(RATE_HZ);
        for hz in [left_hz, right_hz] {
            let sample = (time * hz * std::f64::consts::TAU).sin() * 6_000.0;
            wav.write_sample(sample as i16).unwrap();
        }
    }
    wav.finalize().unwrap();
}

/// The level of a tone in one channel, as a share of the channel's power.
fn share(samples: &[i16], channel: usize, rate_hz: u32, hz: f64) -> f64 {
    let (mut sine, mut cosine, mut power) = (0.0, 0.0, 0.0);
    let own = samples.iter().skip(channel).step_by(2);
    let count = own.len() as f64;
    for (index, sample) in own.enumerate() {
        let (sample, phase) = (
            f64::from(*sample),
            index as f64 * hz / f64::from(rate_hz) * std::f64::consts::TAU,
        );
        sine += sample * phase.sin();
        cosine += sample * phase.cos();
        power += sample * sample;
    }
    2.0 * (sine * sine + cosine * cosine) / count / power.max(1.0)
}

#[test]
fn opusdec_plays_both_parties_each_on_their_own_channel() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    tones(&at("in.wav"), 5, [440.0, 1_000.0]);
    let octets = opus_file::encode(&at("in.wav"), &at("1.opus")).unwrap();
    // 32 kb/s and its wrapping, against 256 kb/s.
    assert!(
        (10_000..26_000).contains(&octets),
        "{octets} octets for 5 s"
    );
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
    assert_eq!(
        (reader.spec().channels, reader.spec().sample_rate),
        (2, RATE_HZ)
    );
    let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    assert_eq!(samples.len(), 5 * 2 * RATE_HZ as usize, "as long as it was");
    assert!(
        share(&samples, 0, RATE_HZ, 440.0) > 0.95,
        "the customer left"
    );
    assert!(
        share(&samples, 1, RATE_HZ, 1_000.0) > 0.95,
        "the agent right"
    );
    assert!(
        share(&samples, 0, RATE_HZ, 1_000.0) < 1e-4,
        "and not the other way"
    );
    assert!(
        share(&samples, 1, RATE_HZ, 440.0) < 1e-4,
        "and not the other way"
    );
}
