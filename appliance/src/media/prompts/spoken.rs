//! What people have spoken at a phone: a sentence is replaced as by a file that was brought along; the
//! greeting of a mailbox has a file of its own.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use hotline_dsp::engine::Clip;
use hotline_services::route::Mailbox;
use hotline_services::{AgentId, QueueId, Say, Spoken};

use super::{PromptError, Prompts, read};
use crate::media::voice::{self, RATE_HZ};

const BEGINS: &str = "own-greeting-";

impl Prompts {
    /// Lets callers hear from now on what somebody has spoken. Blocks; not for call control.
    ///
    /// # Errors
    /// It is silent, or cannot be kept; nothing has changed then.
    pub fn keep_spoken(&self, spoken: Spoken, samples: &[i16]) -> Result<(), PromptError> {
        let sound = wav(samples)?;
        match spoken {
            Spoken::Prompt(prompt, language) => self.replace(prompt, language, &sound),
            Spoken::Greeting(mailbox) => {
                let sound = voice::take(&sound)?;
                voice::write_wav(&file(&self.directory, mailbox), &sound)?;
                self.keep(Say::Greeting(mailbox), sound.into());
                Ok(())
            }
        }
    }
}

/// As a file that somebody brings along.
fn wav(samples: &[i16]) -> Result<Vec<u8>, PromptError> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}

/// Where the greeting of a mailbox is kept.
pub(super) fn file(directory: &Path, mailbox: Mailbox) -> PathBuf {
    let name = match mailbox {
        Mailbox::Agent(agent) => format!("agent-{}", agent.0),
        Mailbox::Queue(queue) => format!("queue-{}", queue.0),
        Mailbox::House => "house".to_owned(),
    };
    directory.join(format!("{BEGINS}{name}.wav"))
}

/// The greetings that were spoken in a life before. One that cannot be read is told in the log.
pub(super) fn greetings(directory: &Path) -> BTreeMap<Say, Clip> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mailbox = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_str()?.strip_prefix(BEGINS)?.strip_suffix(".wav")?;
        if name == "house" {
            return Some(Mailbox::House);
        }
        let (kind, id) = name.split_once('-')?;
        let id = id.parse().ok()?;
        match kind {
            "agent" => Some(Mailbox::Agent(AgentId(id))),
            "queue" => Some(Mailbox::Queue(QueueId(id))),
            _ => None,
        }
    };
    let found = entries.filter_map(|entry| Some((mailbox(&entry)?, entry.path())));
    let clip = |(mailbox, path): (Mailbox, PathBuf)| match read(&path) {
        Ok(clip) => Some((Say::Greeting(mailbox), clip)),
        Err(error) => {
            tracing::error!(path = %path.display(), %error, "a greeting cannot be read");
            None
        }
    };
    found.filter_map(clip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_that_was_spoken_is_heard_also_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::Agent(AgentId(7));
        let voice: Vec<i16> = (0..8_000)
            .map(|at| (f64::from(at) * 0.3).sin().mul_add(5_000.0, 0.0) as i16)
            .collect();
        let prompts = Prompts::open(directory.path()).unwrap();
        assert_eq!(prompts.clip(&Say::Greeting(mailbox)), None);
        let silent = prompts.keep_spoken(Spoken::Greeting(mailbox), &[0; 8_000]);
        assert!(silent.is_err(), "silence greets nobody");
        prompts
            .keep_spoken(Spoken::Greeting(mailbox), &voice)
            .unwrap();
        let heard = prompts.clip(&Say::Greeting(mailbox)).unwrap();
        assert_eq!(heard.len(), 8_000);
        let again = Prompts::open(directory.path()).unwrap();
        assert_eq!(again.clip(&Say::Greeting(mailbox)), Some(heard));
    }
}
