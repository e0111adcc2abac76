//! Callers who come to a mailbox: they hang up in the greeting, in the middle of a word, or press a
//! key when they are done; and whoever hears the messages.

use hotline_call::{Cause, Digit};
use hotline_services::{AgentId, Broken, MessageMark, RecordingId, Request, Supervisor};

use super::{MINUTE_MS, Plan, Town};
use crate::step::{Step, Who};

impl Town {
    /// A mailbox greets.
    pub(super) fn is_to_speak(&mut self, caller: u32) {
        let who = Who::Caller(caller);
        let goes = Step::Goes(who, Cause::NORMAL_CLEARING);
        if self.random.permille(20) {
            let ms = self.random.between(8_000, 30_000);
            self.after(ms, Plan::Does(Step::RecordingFails { caller }));
        }
        match self.random.below(10) {
            0..=1 => {
                let ms = self.random.below(4_000);
                self.after(ms, Plan::Does(goes));
            }
            2..=5 => {
                let ms = self.random.lognormal_ms(30_000.0, 0.7);
                self.after(ms, Plan::Does(goes));
            }
            6..=8 => {
                let ms = self.random.lognormal_ms(25_000.0, 0.7);
                if let Some(key) = Digit::new('#') {
                    self.after(ms, Plan::Does(Step::Presses(who, key)));
                }
            }
            // Speaks without end, until the mailbox takes no more.
            _ => {}
        }
    }

    /// A message was left: somebody will hear it.
    pub(super) fn is_left(&mut self, message: RecordingId) {
        for _ in 0..self.random.below(4) {
            let ms = self.random.between(10_000, 60 * MINUTE_MS);
            self.after(ms, Plan::Marks(message));
        }
    }

    /// Somebody hears a message, deals with it or deletes it, or may not.
    pub(super) fn marks(&mut self, recording: RecordingId) -> Result<(), Broken> {
        let marks = [
            MessageMark::Heard,
            MessageMark::Heard,
            MessageMark::Handled,
            MessageMark::Deleted,
        ];
        let mark = self.random.one_of(&marks).copied();
        let mark = mark.unwrap_or(MessageMark::Heard);
        let agent = self.random.between(1, u64::from(self.setting.seats));
        let agent = AgentId(u32::try_from(agent).unwrap_or(1));
        let role = if self.random.permille(700) {
            "supervisor"
        } else {
            "agent"
        };
        let by = Supervisor {
            account: format!("{role} {}", agent.0),
            role: role.to_owned(),
            groups: self.right.queues.iter().map(|q| q.id).collect(),
            agent: Some(agent),
        };
        self.does(Step::Asks(Request::Message {
            by,
            recording,
            mark,
        }))
    }
}
