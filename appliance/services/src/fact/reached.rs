//! Callers who are led straight to a person, and from there to others.

use std::fmt;

use hotline_call::{CallId, LegId, LineId, Number, PhoneId};
use serde::{Deserialize, Serialize};

use crate::route::{Mailbox, Refusal};
use crate::{AgentId, WhyNot};

/// Whom a caller is led to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// An agent, at whatever phone.
    Agent(AgentId),
    /// A telephone here, whoever is signed in at it.
    Phone(PhoneId),
    /// A number outside, which this agent has for the own callers.
    Outside(AgentId, Number),
    /// A mailbox.
    Mailbox(Mailbox),
}

/// Why somebody was not rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// Wants no calls.
    DoNotDisturb,
    /// Is not there.
    Away(WhyNot),
    /// Is there and has no time.
    Busy(WhyNot),
    /// The number outside cannot be called.
    Refused(Refusal),
    /// Numbers for emergencies are never forwarded to, and features are no persons.
    NotAPerson,
    /// Was asked already: the caller would go round for ever.
    Loop,
    /// Is not there any more.
    Gone,
}

impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoNotDisturb => f.write_str("is not to be disturbed"),
            Self::Away(why) | Self::Busy(why) => write!(f, "{why}"),
            Self::Refused(why) => f.write_str(match why {
                Refusal::NoRule => "no outbound rule matches",
                Refusal::NotPermitted { .. } => "the agent may not make such calls",
                Refusal::Listed { .. } => "the number is on the blacklist",
                Refusal::NoLine => "no line is free",
                Refusal::NoNumberLeft | Refusal::NoSuchCode => "it is no number",
            }),
            Self::NotAPerson => f.write_str("it is no number of a person"),
            Self::Loop => f.write_str("was asked already"),
            Self::Gone => f.write_str("is not there any more"),
        }
    }
}

/// A caller is led straight to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSought {
    /// The call.
    pub call: CallId,
    /// To whom.
    pub to: Goal,
}

/// Somebody to whom a caller was led is not rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonPassed {
    /// The call.
    pub call: CallId,
    /// Who.
    pub to: Goal,
    /// Why.
    pub because: Passed,
}

/// The phone of somebody is rung to whom a caller was led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRung {
    /// The call.
    pub call: CallId,
    /// The leg, new.
    pub leg: LegId,
    /// Who.
    pub to: Goal,
    /// The agent at that phone; [`AgentId::NOBODY`] where nobody is signed in, and outside.
    pub agent: AgentId,
    /// The line, outside.
    pub line: Option<LineId>,
    /// Outside: whoever answers must press 1 to get the caller.
    pub press_one: bool,
    /// Who is tried after that.
    pub then: Vec<Goal>,
    /// How long it rings at most.
    pub ring_ms: u64,
}

/// Who has answered outside is asked to press 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptAsked {
    /// The call.
    pub call: CallId,
    /// The leg.
    pub leg: LegId,
    /// How long that may take.
    pub ask_ms: u64,
}
