//! What people ask for about messages, and where messages are kept.

use std::collections::BTreeMap;

use super::Voicemail;
use crate::decision::Decision;
use crate::fact::{MarkedBy, MessageMark, VoicemailMarked};
use crate::permission::{Over, Permission, Verdict, Who};
use crate::route::Mailbox;
use crate::state::State;
use crate::{AgentId, Configuration, QueueId, RecordingId, Refused, Supervisor, What};

/// All messages that were not deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Messages {
    all: BTreeMap<RecordingId, Voicemail>,
}

impl Messages {
    /// The oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Voicemail> {
        self.all.values()
    }

    /// Those of a mailbox.
    pub fn of(&self, mailbox: Mailbox) -> impl Iterator<Item = &Voicemail> {
        self.all().filter(move |message| message.mailbox == mailbox)
    }

    /// How many of a mailbox nobody has heard.
    pub fn unheard(&self, mailbox: Mailbox) -> usize {
        self.of(mailbox).filter(|message| !message.is_heard).count()
    }

    /// The message of this identity.
    pub fn get(&self, recording: RecordingId) -> Option<&Voicemail> {
        self.all.get(&recording)
    }

    pub(super) fn put(&mut self, message: Voicemail) {
        self.all.insert(message.recording, message);
    }

    pub(super) fn remove(&mut self, recording: RecordingId) {
        self.all.remove(&recording);
    }

    pub(super) fn change(&mut self, recording: RecordingId, change: impl FnOnce(&mut Voicemail)) {
        if let Some(message) = self.all.get_mut(&recording) {
            change(message);
        }
    }
}

impl State {
    /// Somebody marks a message as heard or dealt with, or deletes it.
    pub(crate) fn decide_message(
        &self,
        d: &mut Decision,
        by: &Supervisor,
        recording: RecordingId,
        mark: MessageMark,
    ) -> Result<(), Refused> {
        let message = self.messages.get(recording);
        let message = message.ok_or(Refused::NoSuchMessage(recording))?;
        let verdict = may_open(&self.configuration, by, message.mailbox);
        if !verdict.is_permitted() {
            return Err(Refused::NotPermitted(verdict));
        }
        let is_so = match mark {
            MessageMark::Heard => message.is_heard,
            MessageMark::Handled => message.handled.is_some(),
            MessageMark::Deleted => false,
        };
        if !is_so {
            let by = MarkedBy::Account(by.account.clone());
            d.fact(What::VoicemailMarked(VoicemailMarked {
                recording,
                mark,
                by,
            }));
        }
        Ok(())
    }
}

/// Whether the person may hear the messages of a mailbox: the own one, one of a queue served or
/// looked after; and whoever may hear the recordings of everybody.
#[must_use]
pub fn may_open(configuration: &Configuration, by: &Supervisor, mailbox: Mailbox) -> Verdict {
    let queues = || configuration.queues.iter();
    let serving = |agent: AgentId| queues().filter(move |queue| queue.agents.contains(&agent));
    let own = match mailbox {
        Mailbox::Agent(agent) => by.agent == Some(agent),
        Mailbox::Queue(id) => by.agent.is_some_and(|a| serving(a).any(|q| q.id == id)),
        Mailbox::House => false,
    };
    let groups: Vec<QueueId> = match mailbox {
        Mailbox::Agent(agent) => serving(agent).map(|queue| queue.id).collect(),
        Mailbox::Queue(queue) => vec![queue],
        Mailbox::House => Vec::new(),
    };
    let (permission, over) = if own {
        (Permission::AgentWork, Over::Oneself)
    } else {
        (Permission::RecordingsListen, Over::Groups(&groups))
    };
    let who = Who {
        role: &by.role,
        groups: &by.groups,
    };
    configuration.roles.allows(who, permission, over)
}
