//! Numbers within the house, and where an agent's callers go whom the agent does not take.

use hotline_call::{Number, PhoneId};
use serde::{Deserialize, Serialize};

use super::check::{Checked, allowed, at_most};
use super::{Agent, AgentId, Configuration};

/// The most places an agent's callers are sent to, one after the other (features B21).
const MAX_FORWARD: usize = 10;
const MAX_EXTENSIONS: usize = 10_000;

/// A number within the house. The program knows them and sets them whenever phones change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// What is dialled; 2 to 8 digits.
    pub number: String,
    /// The phone that rings.
    pub phone: PhoneId,
}

/// Somewhere an agent's callers are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForwardTo {
    /// Another agent.
    Agent(AgentId),
    /// A telephone here, whoever is signed in at it.
    Phone(PhoneId),
    /// A number outside, if the agent may dial it.
    Outside(Number),
    /// The agent's own mailbox.
    Voicemail,
}

/// Where those go who call an agent, and not a queue, when the agent does not take the call.
/// Who is signed out, not ready or whose phone is away is always forwarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forward {
    /// Do not disturb: the phone does not ring for them at all.
    pub always: bool,
    /// Also when the agent is in a call, or writes notes.
    pub busy: bool,
    /// Also when the agent does not answer, or turns the call down.
    pub no_answer: bool,
    /// Whoever answers outside must press 1 to get the caller; else the voicemail of a mobile
    /// network would (features B22).
    pub press_one: bool,
    /// In this order, each for a while; at most 10.
    pub to: Vec<ForwardTo>,
    /// Who reaches nobody can leave a message.
    pub voicemail: bool,
}

impl Default for Forward {
    fn default() -> Self {
        Self {
            always: false,
            busy: true,
            no_answer: true,
            press_one: true,
            to: Vec::new(),
            voicemail: true,
        }
    }
}

impl Configuration {
    /// The phone of an extension.
    #[must_use]
    pub fn extension(&self, digits: &str) -> Option<PhoneId> {
        let mut extensions = self.extensions.iter();
        let found = extensions.find(|extension| extension.number == digits);
        found.map(|extension| extension.phone)
    }

    pub(super) fn check_extensions(&self) -> Checked {
        at_most("extensions", self.extensions.len(), MAX_EXTENSIONS)
    }

    pub(super) fn check_forward(&self, here: &str, agent: &Agent) -> Checked {
        let field = format!("{here}.forward.to");
        at_most(&field, agent.forward.to.len(), MAX_FORWARD)?;
        for to in &agent.forward.to {
            match to {
                ForwardTo::Agent(id) => {
                    let is_other = *id != agent.id && self.agent(*id).is_some();
                    allowed(is_other, &field, id.0, "ids of other agents")?;
                }
                ForwardTo::Outside(number) => {
                    let is_for_help = self.dial_plan.is_for_help(number);
                    let what = "no number for emergencies";
                    allowed(!is_for_help, &field, number, what)?;
                }
                ForwardTo::Phone(_) | ForwardTo::Voicemail => {}
            }
        }
        Ok(())
    }
}
