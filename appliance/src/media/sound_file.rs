//! Sounds that people bring along: WAV, MP3, Ogg Vorbis or FLAC, read by symphonia.

use std::io::Cursor;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

/// The rates that are taken, Hz.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// The longest sound that is taken.
const MAX_SECONDS: u32 = 300;

/// Why a file is no sound for callers.
#[derive(Debug, thiserror::Error)]
pub enum SoundFileError {
    /// No sound, of a kind that is not read, or broken.
    #[error("the sound file cannot be read: {0}; WAV, MP3, Ogg Vorbis or FLAC is wanted")]
    Unreadable(String),
    /// A rate that no speech has.
    #[error("the sound has {0} Hz; 8000 to 192000 are taken")]
    Rate(u32),
    /// Longer than anybody would listen to.
    #[error("the sound lasts more than {MAX_SECONDS} s, which is the most that is taken")]
    TooLong,
}

/// One channel at the file's own rate; full scale is 1.
#[derive(Debug)]
pub struct Sound {
    /// Its samples; several channels are averaged.
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate_hz: u32,
}

/// Reads a file of at most five minutes. Blocks: about a tenth of a second a minute of MP3.
///
/// # Errors
/// It is none of these kinds, has an odd rate, or is too long. What is broken in the middle of a
/// file is left out.
pub fn read(file: Vec<u8>) -> Result<Sound, SoundFileError> {
    let (mut format, track, mut decoder) = open(file)?;
    let mut sound = Sound {
        samples: Vec::new(),
        rate_hz: 0,
    };
    let mut frames = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            // What was read before a file breaks off is heard.
            Ok(None) | Err(Error::IoError(_) | Error::ResetRequired) => break,
            Err(error) => return Err(unreadable(&error)),
        };
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(buffer) => {
                let spec = buffer.spec();
                let (rate_hz, channels) = (spec.rate(), spec.channels().count().max(1));
                if !RATES_HZ.contains(&rate_hz) || sound.rate_hz != 0 && sound.rate_hz != rate_hz {
                    return Err(SoundFileError::Rate(rate_hz));
                }
                sound.rate_hz = rate_hz;
                frames.clear();
                buffer.copy_to_vec_interleaved::<f32>(&mut frames);
                let mixed = |frame: &[f32]| frame.iter().sum::<f32>() / channels as f32;
                sound.samples.extend(frames.chunks(channels).map(mixed));
                if sound.samples.len() as u64 > u64::from(rate_hz) * u64::from(MAX_SECONDS) {
                    return Err(SoundFileError::TooLong);
                }
            }
            Err(Error::DecodeError(_)) => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    // A sample may be anything in a file of floating point.
    sound.samples.retain(|sample| sample.is_finite());
    Ok(sound)
}

type Opened = (Box<dyn FormatReader>, u32, Box<dyn AudioDecoder>);

fn open(file: Vec<u8>) -> Result<Opened, SoundFileError> {
    let options = MediaSourceStreamOptions::default();
    let stream = MediaSourceStream::new(Box::new(Cursor::new(file)), options);
    let format = symphonia::default::get_probe()
        .probe(
            &Hint::new(),
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(|error| unreadable(&error))?;
    let track = format.default_track(TrackType::Audio);
    let codec = track.and_then(|track| Some((track.id, track.codec_params.as_ref()?.audio()?)));
    let (track, codec) = codec.ok_or_else(|| unreadable(&"there is no sound in it"))?;
    let decoder = symphonia::default::get_codecs()
        .make_audio_decoder(codec, &AudioDecoderOptions::default())
        .map_err(|error| unreadable(&error))?;
    Ok((format, track, decoder))
}

fn unreadable(error: &dyn std::fmt::Display) -> SoundFileError {
    SoundFileError::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Two seconds of 440 Hz at half scale, as `sox` writes it.
    fn written_by_sox(kind: &str, rate_hz: u32, channels: u32) -> Vec<u8> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(format!("tone.{kind}"));
        let (rate, channels) = (rate_hz.to_string(), channels.to_string());
        let tone = ["synth", "2", "sine", "440", "vol", "0.5"];
        let sox = Command::new("sox")
            .args(["-V1", "-n", "-r", &rate, "-c", &channels])
            .arg(&path)
            .args(tone)
            .status()
            .expect("sox is wanted: cargo xtask test packages");
        assert!(
            sox.success(),
            "sox writes no {kind}: libsox-fmt-mp3 is wanted"
        );
        std::fs::read(path).unwrap()
    }

    /// How strong 440 Hz is in it, of full scale.
    fn tone(sound: &Sound) -> f64 {
        let step = 440.0 / f64::from(sound.rate_hz) * std::f64::consts::TAU;
        let (mut sine, mut cosine) = (0.0, 0.0);
        for (at, sample) in sound.samples.iter().enumerate() {
            let phase = step * at as f64;
            sine += f64::from(*sample) * phase.sin();
            cosine += f64::from(*sample) * phase.cos();
        }
        f64::hypot(sine, cosine) * 2.0 / sound.samples.len() as f64
    }

    #[test]
    fn what_another_program_wrote_is_read_whole() {
        for (kind, rate_hz, channels) in [
            ("wav", 44_100, 2),
            ("flac", 48_000, 2),
            ("ogg", 16_000, 1),
            ("mp3", 22_050, 2),
        ] {
            let sound = read(written_by_sox(kind, rate_hz, channels)).unwrap();
            assert_eq!(sound.rate_hz, rate_hz, "{kind}");
            let seconds = sound.samples.len() as f64 / f64::from(rate_hz);
            // A coder may add up to two of its frames.
            assert!((1.99..2.12).contains(&seconds), "{kind}: {seconds} s");
            let heard = tone(&sound);
            assert!((0.45..0.52).contains(&heard), "{kind}: {heard}");
        }
    }

    #[test]
    fn what_breaks_off_or_is_damaged_is_heard_as_far_as_it_goes_or_refused() {
        for kind in ["wav", "flac", "ogg", "mp3"] {
            let whole = written_by_sox(kind, 16_000, 1);
            for end in [0, 3, 40, whole.len() / 2, whole.len() - 1] {
                if let Ok(sound) = read(whole[..end].to_vec()) {
                    assert!(sound.samples.len() <= 34_000, "{kind} to {end}");
                }
            }
            let mut damaged = whole;
            for at in (60..damaged.len()).step_by(97) {
                damaged[at] ^= 0x55;
            }
            if let Ok(sound) = read(damaged) {
                assert!(sound.samples.iter().all(|sample| sample.is_finite()));
            }
        }
    }
}
