//! Messages: a caller whom nobody took hears a greeting and a tone and is recorded. The message
//! waits in a mailbox until it is heard and somebody has called back (features B20).

mod fold;
mod request;

pub(crate) use request::Messages;
pub use request::may_open;

use hotline_call::{CallId, CallerId, Moment};
use serde::{Deserialize, Serialize};

use crate::acd::farewell;
use crate::decision::Decision;
use crate::fact::{MailboxEntered, MarkedBy, MessageMark, VoicemailLeft, VoicemailMarked};
use crate::route::Mailbox;
use crate::stage::{Call, Stage};
use crate::state::State;
use crate::{AgentId, EndOutcome, Language, Prompt, RecordingId, Say, StorageState, What};

/// The longest message (features B20).
const LONGEST_MS: u64 = 180_000;
/// What is shorter is no message: somebody waited for the tone and hung up.
const SHORTEST_MS: u64 = 2_000;
/// The longest a greeting can last; the engine tells its end long before.
const GREETING_GUARD_MS: u64 = 300_000;
/// The most messages in a mailbox. A full one takes no more until some are deleted.
const MAX_MESSAGES: usize = 100;

/// What is said in a mailbox before the tone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxGreeting {
    /// Which mailbox.
    pub mailbox: Mailbox,
    /// The words; 1 to 1000 characters.
    pub text: String,
    /// The language they are in.
    pub language: Language,
}

/// How messages are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mailboxes {
    /// A message ends after so much silence; 0: only by `#`, hanging up, or its greatest length.
    /// 0 to 60, default 10.
    pub silence_s: u32,
}

impl Default for Mailboxes {
    fn default() -> Self {
        Self { silence_s: 10 }
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voicemail {
    /// Its identity: the recording.
    pub recording: RecordingId,
    /// For whom it is.
    pub mailbox: Mailbox,
    /// The call in which it was left.
    pub call: CallId,
    /// Who left it.
    pub caller: CallerId,
    /// When.
    pub left: Moment,
    /// How long it is.
    pub length_ms: u64,
    /// Somebody has heard it.
    pub is_heard: bool,
    /// Who called back, or said that nothing is left to be done.
    pub handled: Option<MarkedBy>,
}

/// A caller in a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leaving {
    pub mailbox: Mailbox,
    /// What is said is recorded, since then.
    pub since: Option<Moment>,
    pub until: Moment,
}

impl Leaving {
    const fn greeted(at: Moment, mailbox: Mailbox) -> Self {
        Self {
            mailbox,
            since: None,
            until: at.plus_ms(GREETING_GUARD_MS),
        }
    }

    /// How long the message is, if it is one.
    fn message_ms(&self, at: Moment) -> Option<u64> {
        let length_ms = at.since_ms(self.since?).min(LONGEST_MS);
        (length_ms >= SHORTEST_MS).then_some(length_ms)
    }

    /// How the call ends if it ends now.
    pub fn outcome(&self, at: Moment) -> EndOutcome {
        match self.message_ms(at) {
            Some(_) => EndOutcome::LeftMessage,
            None => EndOutcome::NoMessage,
        }
    }
}

impl State {
    /// Whether no more messages can be left.
    pub(crate) fn is_full(&self, mailbox: Mailbox) -> bool {
        self.messages.of(mailbox).count() >= MAX_MESSAGES
    }

    /// Whether there is such a mailbox.
    pub(crate) fn has_mailbox(&self, mailbox: Mailbox) -> bool {
        match mailbox {
            Mailbox::Agent(agent) => self.agent(agent).is_some(),
            Mailbox::Queue(queue) => self.roster.has_queue(queue),
            Mailbox::House => true,
        }
    }

    /// Nobody took the caller: a message can be left.
    pub(crate) fn leave_message(&self, d: &mut Decision, id: CallId, call: &Call, to: Mailbox) {
        if self.is_full(to) || self.storage == StorageState::ReserveReached {
            return farewell(d, id, call, EndOutcome::NotAnswered);
        }
        d.fact(What::MailboxEntered(MailboxEntered {
            call: id,
            mailbox: to,
        }));
        let mut greetings = self.configuration.greetings.iter();
        let greeting = greetings.find(|greeting| greeting.mailbox == to);
        let says = greeting.map_or_else(
            || Say::Prompt(Prompt::LeaveMessage, call.language),
            |greeting| Say::Text(greeting.text.clone(), greeting.language),
        );
        let greeting = Say::Greeting(to, Box::new(says));
        d.play(call.leg, vec![greeting, Say::Beep], false);
    }

    /// The tone was heard: what is said from now on is the message.
    pub(crate) fn tone_heard(&self, d: &mut Decision, id: CallId, call: &Call) {
        if !self.record_alone(d, id, call) {
            farewell(d, id, call, EndOutcome::NotAnswered);
        }
    }

    /// The caller is done, or has spoken as long as may be.
    pub(crate) fn message_done(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Stage::Mailbox(leaving) = &call.stage else {
            return;
        };
        if leaving.since.is_some() {
            self.keep_message(d, id, call, leaving, leaving.message_ms(d.at()));
            farewell(d, id, call, leaving.outcome(d.at()));
        }
    }

    /// Who leaves a message has said nothing for so long. After the limit the message ends; of
    /// silence alone there is none.
    pub(crate) fn decide_silent(&self, d: &mut Decision, recording: RecordingId, silent_s: u32) {
        let limit_s = self.configuration.mailboxes.silence_s;
        let recorded = self
            .calls
            .iter()
            .find(|(_, c)| c.recording == Some(recording));
        let Some((id, call)) = recorded.filter(|_| limit_s > 0 && silent_s >= limit_s) else {
            return;
        };
        self.at_phone_silent(d, *id, call);
        if let Stage::Mailbox(leaving) = &call.stage {
            let silent_ms = u64::from(silent_s) * 1000;
            let (length_ms, outcome) = match leaving.message_ms(d.at()) {
                Some(length_ms) if length_ms >= silent_ms + SHORTEST_MS => {
                    (Some(length_ms), EndOutcome::LeftMessage)
                }
                _ => (None, EndOutcome::NoMessage),
            };
            self.keep_message(d, *id, call, leaving, length_ms);
            farewell(d, *id, call, outcome);
        }
    }

    /// The recording ends, and what is long enough is a message.
    pub(crate) fn keep_message(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        leaving: &Leaving,
        length_ms: Option<u64>,
    ) {
        let Some(recording) = call.recording else {
            return;
        };
        Self::stop_recording(d, id, call);
        if let Some(length_ms) = length_ms {
            d.fact(What::VoicemailLeft(VoicemailLeft {
                call: id,
                mailbox: leaving.mailbox,
                recording,
                length_ms,
                caller: call.caller.clone(),
            }));
        }
    }

    /// The call ends in a mailbox.
    pub(crate) fn mailbox_left(&self, d: &mut Decision, id: CallId, call: &Call) {
        if let Stage::Mailbox(leaving) = &call.stage {
            self.keep_message(d, id, call, leaving, leaving.message_ms(d.at()));
        }
    }

    /// The program starts again: what was said until it was seen alive last is a message.
    pub(crate) fn message_was_cut_off(
        d: &mut Decision,
        (id, call): (CallId, &Call),
        leaving: &Leaving,
        last_alive: Option<Moment>,
    ) -> EndOutcome {
        let at = last_alive.or(leaving.since).unwrap_or_default();
        let Some(recording) = call.recording else {
            return EndOutcome::NoMessage;
        };
        d.fact(What::RecordingStopped {
            call: id,
            recording,
        });
        if let Some(length_ms) = leaving.message_ms(at) {
            d.fact(What::VoicemailLeft(VoicemailLeft {
                call: id,
                mailbox: leaving.mailbox,
                recording,
                length_ms,
                caller: call.caller.clone(),
            }));
        }
        leaving.outcome(at)
    }

    /// Somebody outside whom an agent called has answered: who left messages has been called back.
    pub(crate) fn called_back(&self, d: &mut Decision, id: CallId, call: &Call, agent: AgentId) {
        let numbers = &self.configuration.dial_plan.numbers;
        let canonical = |caller: &CallerId| caller.number.as_ref().map(|n| numbers.canonical(n));
        let Some(called) = canonical(&call.caller) else {
            return;
        };
        let waiting = self.messages.all().filter(|m| m.handled.is_none());
        for message in waiting.filter(|m| canonical(&m.caller).as_ref() == Some(&called)) {
            d.fact(What::VoicemailMarked(VoicemailMarked {
                recording: message.recording,
                mark: MessageMark::Handled,
                by: MarkedBy::Agent { agent, call: id },
            }));
        }
    }
}
