//! Agents give calls to telephones, to numbers outside and to mailboxes; with the screen, or with
//! keys at the phone.

use hotline_call::{Digit, Number};
use hotline_services::route::Mailbox;
use hotline_services::{AgentId, Broken, Destination, InCall, Request};

use super::colleagues::is_in_a_call;
use super::{Plan, Town};
use crate::annex::{LOBBIES, extension_of};
use crate::office::phone_of;
use crate::step::{Step, Who};

/// How long after asking somebody an agent goes on.
const ASKED_MS: u64 = 20_000;

impl Town {
    pub(super) fn gives_away(&mut self, agent: AgentId) -> Result<(), Broken> {
        if !self.house.state(agent).is_some_and(is_in_a_call) {
            return Ok(());
        }
        let any = self.random.between(1, u64::from(self.setting.seats));
        let other = AgentId(u32::try_from(any).unwrap_or(1));
        let to = match self.random.below(12) {
            0..=1 => Destination::Phone(LOBBIES[0].0),
            2..=3 => Destination::Phone(phone_of(other)),
            4..=6 => match Number::parse(&format!("139{:08}", other.0)) {
                Ok(number) => Destination::Outside(number),
                Err(_) => Destination::Phone(phone_of(other)),
            },
            7 => Destination::Voicemail(Mailbox::House),
            8 => Destination::Voicemail(Mailbox::Agent(other)),
            9 => Destination::Voicemail(Mailbox::Queue(self.a_queue())),
            _ => return self.presses_code(agent, other),
        };
        // Whom one can ask is sometimes asked first, and then gets the call or not.
        let what = if self.random.permille(400) {
            self.after(ASKED_MS, Plan::TurnsToOthers(agent));
            InCall::Consult { to }
        } else {
            InCall::Transfer { to }
        };
        self.does(Step::Asks(Request::InCall { agent, what }))?;
        let ms = self.random.between(2_000, 60_000);
        self.after(ms, Plan::GivesAway(agent));
        Ok(())
    }

    /// `#1` or, to ask first, `#2`; an extension, or a number outside, and `#`.
    fn presses_code(&mut self, agent: AgentId, other: AgentId) -> Result<(), Broken> {
        let number = if self.random.permille(500) {
            extension_of(other)
        } else {
            format!("139{:08}", other.0)
        };
        let code = if self.random.permille(300) { 2 } else { 1 };
        for key in format!("#{code}{number}#").chars().filter_map(Digit::new) {
            self.does(Step::Presses(Who::Phone(phone_of(agent)), key))?;
        }
        Ok(())
    }
}
