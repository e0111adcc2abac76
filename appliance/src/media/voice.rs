//! Speech as callers hear it: spoken by espeak-ng or brought along, at one rate and one loudness.

use std::path::Path;
use std::process::{Command, Stdio};

use hotline_services::Language;
use rubato::{Fft, FixedSync, Resampler};

use super::prompts::PromptError;
use super::sound_file::{self, Sound};

/// The rate of everything the engine plays.
pub const RATE_HZ: u32 = 8000;
/// Where speech is levelled to: RMS of its loud parts, −20 dBm0 (ITU-T P.56 active level of
/// network announcements), as linear PCM where ±32 767 is +3.14 dBm0.
const SPEECH_RMS: f32 = 2280.0;
/// The longest sentence that is spoken, in characters.
pub const MAX_TEXT: usize = 2000;

/// Speaks a sentence.
///
/// # Errors
/// espeak-ng is missing or fails, or the text is too long.
pub fn say(text: &str, language: Language) -> Result<Vec<i16>, PromptError> {
    Ok(level(resample(&speak(text, language)?)?))
}

/// Takes a sound that somebody brings along: WAV, MP3, Ogg Vorbis or FLAC of any rate and any number
/// of channels.
///
/// # Errors
/// It is no such file, is silent, or is longer than five minutes.
pub fn take(file: &[u8]) -> Result<Vec<i16>, PromptError> {
    let Sound {
        mut samples,
        rate_hz,
    } = sound_file::read(file.to_vec())?;
    for sample in &mut samples {
        *sample *= 32_767.0;
    }
    let sound = level(resample(&Spoken { samples, rate_hz })?);
    if sound.iter().all(|sample| sample.unsigned_abs() < 100) {
        return Err(PromptError::Silent);
    }
    Ok(sound)
}

/// Speech at the voice's own rate, and that rate.
struct Spoken {
    samples: Vec<f32>,
    rate_hz: u32,
}

fn speak(text: &str, language: Language) -> Result<Spoken, PromptError> {
    let length = text.chars().count();
    if length > MAX_TEXT {
        return Err(PromptError::TooLong(length));
    }
    let voice = match language {
        Language::Zh => "cmn",
        Language::En => "en-gb",
    };
    // "--" ends the options: a sentence that begins with a dash is still a sentence.
    let output = Command::new("espeak-ng")
        .args(["-v", voice, "-s", "150", "--stdout", "--", text])
        .stdin(Stdio::null())
        .output()
        .map_err(PromptError::Voice)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(PromptError::Refused {
            status: output.status,
            message,
        });
    }
    // espeak-ng streams: the length in its header is not the length of the sound.
    let mut octets = output.stdout;
    mend_length(&mut octets);
    let mut reader = hound::WavReader::new(octets.as_slice())?;
    let rate_hz = reader.spec().sample_rate;
    let samples: Result<Vec<i16>, _> = reader.samples::<i16>().collect();
    Ok(Spoken {
        samples: samples?.into_iter().map(f32::from).collect(),
        rate_hz,
    })
}

fn mend_length(octets: &mut [u8]) {
    let Some(data) = octets.len().checked_sub(44).filter(|_| octets.len() >= 44) else {
        return;
    };
    let data = data as u32 & !1;
    octets[4..8].copy_from_slice(&(data + 36).to_le_bytes());
    octets[40..44].copy_from_slice(&data.to_le_bytes());
}

fn resample(spoken: &Spoken) -> Result<Vec<f32>, PromptError> {
    if spoken.rate_hz == RATE_HZ || spoken.samples.is_empty() {
        return Ok(spoken.samples.clone());
    }
    let fault = |error: &dyn std::fmt::Display| PromptError::Resample(error.to_string());
    let (from, to) = (spoken.rate_hz as usize, RATE_HZ as usize);
    let mut resampler =
        Fft::<f32>::new(from, to, 1024, 1, FixedSync::Input).map_err(|e| fault(&e))?;
    let frames = spoken.samples.len();
    let input =
        rubato::audioadapter_buffers::direct::InterleavedSlice::new(&spoken.samples, 1, frames)
            .map_err(|e| fault(&e))?;
    let output = resampler
        .process_all(&input, frames, None)
        .map_err(|e| fault(&e))?;
    Ok(output.take_data())
}

/// Brings speech to one loudness, by the RMS of its louder half (pauses do not count).
fn level(samples: Vec<f32>) -> Vec<i16> {
    let mut blocks: Vec<f32> = samples
        .chunks(160)
        .map(|block| block.iter().map(|s| s * s).sum::<f32>() / block.len() as f32)
        .collect();
    blocks.sort_by(f32::total_cmp);
    let loud = &blocks[blocks.len() / 2..];
    let rms = (loud.iter().sum::<f32>() / loud.len().max(1) as f32).sqrt();
    let gain = if rms > 1.0 { SPEECH_RMS / rms } else { 1.0 };
    samples
        .into_iter()
        .map(|s| (s * gain).clamp(-32_000.0, 32_000.0) as i16)
        .collect()
}

/// Written under another name first: a prompt that stands under its name is whole.
///
/// # Errors
/// It cannot be written.
pub fn write_wav(path: &Path, samples: &[i16]) -> Result<(), PromptError> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let half = path.with_extension("part");
    let mut writer = hound::WavWriter::create(&half, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    std::fs::rename(&half, path).map_err(|error| PromptError::File {
        path: path.into(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(rate_hz: u32, channels: u16, amplitude: f64, seconds: u32) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate_hz,
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let mut file = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
        for index in 0..rate_hz * seconds {
            let phase = f64::from(index) / f64::from(rate_hz) * 440.0 * std::f64::consts::TAU;
            for _ in 0..channels {
                writer
                    .write_sample((phase.sin() * amplitude * 8_388_607.0) as i32)
                    .unwrap();
            }
        }
        writer.finalize().unwrap();
        file.into_inner()
    }

    #[test]
    fn a_file_of_any_rate_comes_out_at_ours_and_at_one_loudness() {
        for (rate_hz, channels, amplitude) in [(8_000, 1, 0.9), (44_100, 2, 0.02), (48_000, 1, 0.3)]
        {
            let sound = take(&wav(rate_hz, channels, amplitude, 2)).unwrap();
            assert!(
                (15_900..16_200).contains(&sound.len()),
                "{rate_hz}: {}",
                sound.len()
            );
            let power: f32 = sound.iter().map(|s| f32::from(*s).powi(2)).sum();
            let rms = (power / sound.len() as f32).sqrt();
            assert!((rms - SPEECH_RMS).abs() < 200.0, "{rate_hz}: {rms}");
        }
    }

    #[test]
    fn what_is_no_sound_is_refused_in_words() {
        let said = |file: &[u8]| take(file).unwrap_err().to_string();
        assert!(said(b"ID3").contains("cannot be read"), "{}", said(b"ID3"));
        assert!(said(&wav(8_000, 1, 0.0, 1)).contains("silent"));
        assert!(said(&wav(4_000, 1, 0.5, 1)).contains("4000 Hz"));
        assert!(said(&wav(8_000, 1, 0.5, 301)).contains("more than 300 s"));
    }
}
