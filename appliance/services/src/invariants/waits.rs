use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, LegId, Moment};

use super::{Broken, ensure};
use crate::fact::{
    MailboxEntered, Overflowed, PersonSought, QueueLeft, VoicemailLeft, WaitAnnounced,
};
use crate::{
    Configuration, EndOutcome, Fact, Overflow, OverflowAction, QueueId, RecordingId, View, What,
};

const ONE_QUEUE: &str = "nobody waits in two queues";
const TIMELINE: &str = "each step of a queue's timeline is taken once and in its time";
const TOLD: &str = "only who waits, and for whom no phone rings, is told about the wait";
const MESSAGE: &str = "a message is of a mailbox and ends with its call";

/// A caller in a queue.
#[derive(Clone, Debug)]
struct Wait {
    queue: QueueId,
    since: Moment,
    /// The last step taken.
    overflowed_s: u32,
    /// Phones that ring.
    ringing: BTreeSet<LegId>,
    /// The timeline has just led on, into this queue.
    leads_to: Option<QueueId>,
}

/// A caller in a mailbox.
#[derive(Clone, Copy, Debug, Default)]
struct Message {
    recording: Option<RecordingId>,
    is_left: bool,
}

/// Callers in queues and in mailboxes, as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    waits: BTreeMap<CallId, Wait>,
    messages: BTreeMap<CallId, Message>,
    configuration: Box<Configuration>,
}

impl Waits {
    /// Takes the next fact.
    pub(super) fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        match fact.what {
            What::Configured { ref configuration } => self.configuration = configuration.clone(),
            What::Queued { call, queue, .. } => self.enters(fact, call, queue)?,
            What::AgentOffered { call, leg, .. } => {
                if let Some(wait) = self.waits.get_mut(&call) {
                    wait.ringing.insert(leg);
                }
            }
            What::OfferEnded { call, leg, .. } => {
                if let Some(wait) = self.waits.get_mut(&call) {
                    wait.ringing.remove(&leg);
                }
            }
            What::Overflowed(taken) => self.takes_step(fact, taken)?,
            What::WaitAnnounced(WaitAnnounced { call, .. }) => {
                let wait = self.waits.get(&call);
                let may_be_told = wait.is_some_and(|wait| wait.ringing.is_empty());
                ensure(TOLD, may_be_told, || format!("{fact:?} in {wait:?}"))?;
            }
            What::Connected { call, .. }
            | What::MenuEntered { call, .. }
            | What::QueueLeft(QueueLeft { call, .. })
            | What::PersonSought(PersonSought { call, .. })
            | What::FarewellStarted { call, .. }
            | What::CallEnding { call, .. } => {
                self.waits.remove(&call);
            }
            _ => self.check_message(fact)?,
        }
        self.check_end(fact)
    }

    /// A caller who waits in a queue comes into another by its timeline or because it is shut.
    fn enters(&mut self, fact: &Fact, call: CallId, queue: QueueId) -> Result<(), Broken> {
        let before = self.waits.remove(&call);
        let is_moved = before.as_ref().is_none_or(|wait| {
            let is_led = wait.leads_to == Some(queue);
            wait.ringing.is_empty() && wait.queue != queue && (is_led || wait.leads_to.is_none())
        });
        ensure(ONE_QUEUE, is_moved, || format!("{fact:?} while {before:?}"))?;
        let wait = Wait {
            queue,
            since: fact.at,
            overflowed_s: 0,
            ringing: BTreeSet::new(),
            leads_to: None,
        };
        self.waits.insert(call, wait);
        Ok(())
    }

    fn takes_step(&mut self, fact: &Fact, taken: Overflowed) -> Result<(), Broken> {
        let queues = &self.configuration.queues;
        let wait = self.waits.get_mut(&taken.call);
        let words = format!("{taken:?} in {wait:?}");
        let is_next = wait.is_some_and(|wait| {
            let queue = queues.iter().find(|queue| queue.id == wait.queue);
            let mut steps = queue.into_iter().flat_map(|queue| &queue.overflow);
            let next = steps.find(|step| step.after_s > wait.overflowed_s);
            let Overflowed {
                after_s, action, ..
            } = taken;
            wait.overflowed_s = after_s;
            wait.leads_to = match action {
                OverflowAction::MoveTo(to) if taken.is_done => Some(to),
                _ => None,
            };
            let is_due = fact.at.since_ms(wait.since) >= u64::from(after_s) * 1000;
            is_due && next == Some(&Overflow { after_s, action })
        });
        ensure(TIMELINE, is_next, || words)
    }

    /// One message at most is left, in a mailbox, and is what was recorded there.
    fn check_message(&mut self, fact: &Fact) -> Result<(), Broken> {
        match fact.what {
            What::MailboxEntered(MailboxEntered { call, .. }) => {
                self.waits.remove(&call);
                let before = self.messages.insert(call, Message::default());
                ensure(MESSAGE, before.is_none(), || {
                    format!("{fact:?} after {before:?}")
                })
            }
            What::RecordingStarted { call, recording } => {
                if let Some(message) = self.messages.get_mut(&call) {
                    message.recording = Some(recording);
                }
                Ok(())
            }
            What::VoicemailLeft(VoicemailLeft {
                call, recording, ..
            }) => {
                let message = self.messages.get_mut(&call);
                let is_lawful = message.is_some_and(|message| {
                    !std::mem::replace(&mut message.is_left, true)
                        && message.recording == Some(recording)
                });
                ensure(MESSAGE, is_lawful, || format!("{fact:?}"))
            }
            _ => Ok(()),
        }
    }

    /// Who has left a message is told so by the record of the call, and nobody else is.
    fn check_end(&mut self, fact: &Fact) -> Result<(), Broken> {
        let What::CallEnded { call, outcome, .. } = fact.what else {
            return Ok(());
        };
        let message = self.messages.remove(&call);
        let is_left = message.is_some_and(|message| message.is_left);
        ensure(
            MESSAGE,
            is_left == (outcome == EndOutcome::LeftMessage),
            || format!("{fact:?} of {message:?}"),
        )
    }

    /// People see each caller who waits in one queue, and no other.
    pub(super) fn check_view(&self, view: &View) -> Result<(), Broken> {
        for queue in &view.queues {
            let here = self.waits.values().filter(|wait| wait.queue == queue.queue);
            let here = here.count();
            ensure(ONE_QUEUE, here == queue.waiting as usize, || {
                format!("{here} wait in {queue:?}")
            })?;
        }
        Ok(())
    }
}
