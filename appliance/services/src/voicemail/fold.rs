use hotline_call::Moment;

use super::{LONGEST_MS, Leaving, Voicemail};
use crate::fact::{MailboxEntered, MessageMark, VoicemailLeft, VoicemailMarked};
use crate::stage::Stage;
use crate::state::State;
use crate::{PlaybackId, What};

impl State {
    /// Folds what is told of messages.
    pub(crate) fn apply_to_messages(&mut self, at: Moment, what: &What) {
        match what {
            What::MailboxEntered(MailboxEntered { call, mailbox }) => {
                let heard = Some(PlaybackId(self.seq));
                if let Some(call) = self.calls.get_mut(call) {
                    call.enter(at, Stage::Mailbox(Leaving::greeted(at, *mailbox)));
                    call.hears = heard;
                }
            }
            What::RecordingStarted { call, .. } => {
                if let Some(call) = self.calls.get_mut(call)
                    && let Stage::Mailbox(leaving) = &mut call.stage
                {
                    leaving.since = Some(at);
                    leaving.until = at.plus_ms(LONGEST_MS);
                    call.hears = None;
                }
            }
            What::VoicemailLeft(VoicemailLeft {
                call,
                mailbox,
                recording,
                length_ms,
                caller,
            }) => self.messages.put(Voicemail {
                recording: *recording,
                mailbox: *mailbox,
                call: *call,
                caller: caller.clone(),
                left: at,
                length_ms: *length_ms,
                is_heard: false,
                handled: None,
            }),
            What::VoicemailMarked(VoicemailMarked {
                recording,
                mark,
                by,
            }) => match mark {
                MessageMark::Deleted => self.messages.remove(*recording),
                MessageMark::Heard => self.messages.change(*recording, |m| m.is_heard = true),
                MessageMark::Handled => self.messages.change(*recording, |m| {
                    m.handled = Some(by.clone());
                }),
            },
            _ => {}
        }
    }
}
