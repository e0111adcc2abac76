//! What people have spoken at a phone: a sentence is replaced as by a file that was brought along; the
//! greeting of a mailbox has a file of its own.

use std::io::Cursor;

use hotline_services::{Configuration, Say, Spoken};

use super::{PromptError, Prompts};
use crate::media::voice::RATE_HZ;

impl Prompts {
    /// Lets callers hear from now on what somebody has spoken. Blocks; not for call control.
    ///
    /// # Errors
    /// It is silent, cannot be kept, or is a text that is no longer there; nothing has changed then.
    pub fn keep_spoken(
        &self,
        configuration: &Configuration,
        spoken: Spoken,
        samples: &[i16],
    ) -> Result<(), PromptError> {
        let sound = wav(samples)?;
        match spoken {
            Spoken::Prompt(prompt, language) => {
                self.replace(&Say::Prompt(prompt, language), &sound)
            }
            Spoken::Text(number) => {
                let text = configuration.text_of_number(number);
                let (text, language) = text.ok_or(PromptError::Gone)?;
                self.replace(&Say::Text(text.to_owned(), language), &sound)
            }
            Spoken::Greeting(mailbox) => self.greetings().put(mailbox, &sound),
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

#[cfg(test)]
mod tests {
    use hotline_services::AgentId;
    use hotline_services::route::Mailbox;

    use super::*;

    #[test]
    fn a_greeting_that_was_spoken_is_heard_also_after_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::Agent(AgentId(7));
        let voice: Vec<i16> = (0..8_000)
            .map(|at| (f64::from(at) * 0.3).sin().mul_add(5_000.0, 0.0) as i16)
            .collect();
        let prompts = Prompts::open(directory.path()).unwrap();
        let house = Configuration::default();
        let silent = prompts.keep_spoken(&house, Spoken::Greeting(mailbox), &[0; 8_000]);
        assert!(silent.is_err(), "silence greets nobody");
        prompts
            .keep_spoken(&house, Spoken::Greeting(mailbox), &voice)
            .unwrap();
        let heard = prompts.greetings().sound(mailbox).unwrap();
        assert_eq!(heard.len(), 8_000);
        let again = Prompts::open(directory.path()).unwrap();
        assert_eq!(again.greetings().sound(mailbox), Some(heard));
    }
}
