//! What people say: sentences spoken by espeak-ng, and human speech for measurements.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hotline::media::prompts::Prompts;
use hotline_services::{Language, Say};

/// Where Debian puts human speech: 8 kHz, 16 bits, mono.
const HUMAN: &str = "/usr/share/asterisk/sounds/en_US_f_Allison";

/// What customers say in the demo.
pub const CUSTOMERS: [(&str, Language); 4] = [
    (
        "您好，我想咨询一下你们的新产品，请问有现货吗？",
        Language::Zh,
    ),
    (
        "My machine makes a strange noise since this morning. Could somebody look at it?",
        Language::En,
    ),
    ("我上周下的订单还没有收到，麻烦您帮我查一下。", Language::Zh),
    (
        "I would like to know your opening hours, and how to find you.",
        Language::En,
    ),
];

/// What agents say in the demo.
pub const AGENTS: [(&str, Language); 3] = [
    (
        "您好，这里是销售部，很高兴为您服务。请您稍等，我马上为您查询。",
        Language::Zh,
    ),
    (
        "Good morning, how can I help you? One moment please, I will have a look.",
        Language::En,
    ),
    (
        "您好，请讲。好的，我已经记录下来了，稍后会有同事联系您。",
        Language::Zh,
    ),
];

/// Speaks a sentence; kept in `folder`.
///
/// # Errors
/// espeak-ng is missing or fails.
pub fn speak(folder: &Path, text: &str, language: Language) -> Result<Arc<[i16]>, String> {
    let say = Say::Text(text.to_owned(), language);
    let prompts = Prompts::open(folder).map_err(|error| error.to_string())?;
    prompts.prepare([&say]).map_err(|error| error.to_string())?;
    prompts
        .clip(&say)
        .ok_or_else(|| format!("there is no sound of {text:?}"))
}

/// Human speech from the recordings of Debian's package.
///
/// # Errors
/// Says what to install.
pub fn human(name: &str) -> Result<Arc<[i16]>, String> {
    let path = PathBuf::from(HUMAN).join(name).with_extension("wav");
    let advice = "human speech is missing: apt-get install asterisk-core-sounds-en-wav";
    let (_, samples) = wav(&path).map_err(|error| format!("{advice} ({error})"))?;
    Ok(samples.into())
}

/// Reads a WAV file of 16 bits: its channels, and all samples as they stand.
///
/// # Errors
/// It cannot be read.
pub fn wav(path: &Path) -> Result<(u16, Vec<i16>), String> {
    let octets = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    wav_of(&octets).map_err(|error| format!("{}: {error}", path.display()))
}

/// Reads the octets of such a file.
///
/// # Errors
/// They are no WAV file of 16 bits.
pub fn wav_of(octets: &[u8]) -> Result<(u16, Vec<i16>), String> {
    let fault = |error: hound::Error| error.to_string();
    let mut reader = hound::WavReader::new(octets).map_err(fault)?;
    let channels = reader.spec().channels;
    let samples = reader
        .samples::<i16>()
        .collect::<Result<_, _>>()
        .map_err(fault)?;
    Ok((channels, samples))
}

/// One channel of interleaved samples.
#[must_use]
pub fn channel(samples: &[i16], channels: u16, which: usize) -> Vec<i16> {
    samples
        .iter()
        .skip(which)
        .step_by(usize::from(channels.max(1)))
        .copied()
        .collect()
}

/// Speech, then silence up to `ms` in all: what a phone says again and again.
#[must_use]
pub fn with_pause(speech: &[i16], ms: usize) -> Arc<[i16]> {
    let mut samples = speech.to_vec();
    samples.resize((ms * 8).max(samples.len()), 0);
    samples.into()
}
