//! Sounds that people bring along for their mailboxes: WAV files beside the spoken sentences, and
//! in memory, for a call waits for no file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hotline_dsp::engine::Clip;
use hotline_services::AgentId;
use hotline_services::QueueId;
use hotline_services::route::Mailbox;

use super::prompts::{PromptError, read};
use super::voice;

/// All that were brought along. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub struct Greetings {
    directory: PathBuf,
    sounds: Arc<Mutex<BTreeMap<Mailbox, Clip>>>,
}

impl Greetings {
    /// Those kept in a directory that is there. A file that cannot be read is left out, and told in
    /// the log: callers hear the voice then.
    #[must_use]
    pub fn open(directory: &Path) -> Self {
        let mut sounds = BTreeMap::new();
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let key = name.to_str().and_then(|name| {
                let name = name.strip_prefix("greeting-")?;
                mailbox_of(name.strip_suffix(".wav")?)
            });
            let Some(mailbox) = key else { continue };
            match read(&entry.path()) {
                Ok(clip) => {
                    sounds.insert(mailbox, clip);
                }
                Err(error) => tracing::warn!(file = ?entry.path(), %error, "no greeting"),
            }
        }
        Self {
            directory: directory.into(),
            sounds: Arc::new(Mutex::new(sounds)),
        }
    }

    /// What somebody brought along for this mailbox. Never blocks for long.
    #[must_use]
    pub fn sound(&self, mailbox: Mailbox) -> Option<Clip> {
        let sounds = self.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        sounds.get(&mailbox).cloned()
    }

    /// Lets callers of the mailbox hear this WAV file. Blocks; not for call control. Whoever hears
    /// the greeting at this moment hears it out.
    ///
    /// # Errors
    /// It is no sound that can be taken, or it cannot be kept; nothing has changed then.
    pub fn put(&self, mailbox: Mailbox, file: &[u8]) -> Result<(), PromptError> {
        let sound = voice::take(file)?;
        voice::write_wav(&self.file(mailbox), &sound)?;
        let mut sounds = self.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        sounds.insert(mailbox, sound.into());
        Ok(())
    }

    /// Lets callers of the mailbox hear the voice again; also where nothing was brought along.
    /// Blocks; not for call control.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove(&self, mailbox: Mailbox) -> Result<(), PromptError> {
        let path = self.file(mailbox);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(PromptError::File { path, error });
            }
            _ => {}
        }
        let mut sounds = self.sounds.lock().unwrap_or_else(PoisonError::into_inner);
        sounds.remove(&mailbox);
        Ok(())
    }

    fn file(&self, mailbox: Mailbox) -> PathBuf {
        let key = mailbox_key(mailbox);
        self.directory.join(format!("greeting-{key}.wav"))
    }
}

/// A mailbox as it stands in file names and addresses: `agent-3`, `queue-1`, `house`.
#[must_use]
pub fn mailbox_key(mailbox: Mailbox) -> String {
    match mailbox {
        Mailbox::Agent(agent) => format!("agent-{}", agent.0),
        Mailbox::Queue(queue) => format!("queue-{}", queue.0),
        Mailbox::House => "house".to_owned(),
    }
}

/// The mailbox of such a key; `None`: it is none.
#[must_use]
pub fn mailbox_of(key: &str) -> Option<Mailbox> {
    let mailbox = match key.split_once('-') {
        Some(("agent", id)) => Mailbox::Agent(AgentId(id.parse().ok()?)),
        Some(("queue", id)) => Mailbox::Queue(QueueId(id.parse().ok()?)),
        _ if key == "house" => Mailbox::House,
        _ => return None,
    };
    // `agent-007` and `agent-+7` are not other names of `agent-7`.
    (mailbox_key(mailbox) == key).then_some(mailbox)
}

#[cfg(test)]
mod tests {
    use hotline_services::{Language, Prompt, Say};

    use super::*;
    use crate::media::prompts::Prompts;

    #[test]
    fn a_key_names_one_mailbox() {
        let some = [
            Mailbox::House,
            Mailbox::Agent(AgentId(7)),
            Mailbox::Queue(QueueId(1)),
        ];
        for mailbox in some {
            assert_eq!(mailbox_of(&mailbox_key(mailbox)), Some(mailbox));
        }
        for wrong in [
            "",
            "agent-",
            "agent-07",
            "queue-+1",
            "queue-99999999999",
            "../x",
        ] {
            assert_eq!(mailbox_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn callers_of_a_mailbox_hear_what_was_brought_along_until_it_is_taken_away() {
        let directory = tempfile::tempdir().unwrap();
        let sentence = Say::Prompt(Prompt::LeaveMessage, Language::En);
        let ann = Mailbox::Agent(AgentId(1));
        let say = |mailbox| Say::Greeting(mailbox, Box::new(sentence.clone()));
        let prompts = Prompts::open(directory.path()).unwrap();
        prompts.prepare([&say(ann)]).unwrap();
        let spoken = prompts.clip(&sentence).unwrap();
        assert_eq!(prompts.clip(&say(ann)).as_ref(), Some(&spoken));
        let greetings = prompts.greetings();
        assert!(greetings.put(ann, b"no sound").is_err());
        assert_eq!(prompts.clip(&say(ann)).as_ref(), Some(&spoken));
        let file = directory.path().join("brought.wav");
        voice::write_wav(&file, &voice::say("This is Ann", Language::En).unwrap()).unwrap();
        greetings.put(ann, &std::fs::read(&file).unwrap()).unwrap();
        let own = prompts.clip(&say(ann)).unwrap();
        assert_ne!(own, spoken);
        assert_eq!(prompts.clip(&say(Mailbox::House)).as_ref(), Some(&spoken));
        let restarted = Prompts::open(directory.path()).unwrap();
        assert_eq!(restarted.clip(&say(ann)), Some(own));
        greetings.remove(ann).unwrap();
        greetings.remove(ann).unwrap();
        assert_eq!(prompts.clip(&say(ann)), Some(spoken));
        let restarted = Prompts::open(directory.path()).unwrap();
        assert_eq!(restarted.greetings().sound(ann), None);
    }
}
