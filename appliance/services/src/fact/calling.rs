//! What a phone of ours has dialled.

use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Number, PhoneId};
use serde::{Deserialize, Serialize};

use crate::AgentId;
use crate::route::{Refusal, Step};

/// A phone of ours calls somebody outside. The first fact of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDialled {
    /// The new call.
    pub call: CallId,
    /// The leg on the line.
    pub leg: LegId,
    /// The line.
    pub line: LineId,
    /// What is dialled on the line.
    pub number: Number,
    /// Who is called.
    pub called: Number,
    /// Who calls; [`AgentId::NOBODY`] from a phone nobody is signed in at.
    pub agent: AgentId,
    /// The phone.
    pub phone: PhoneId,
    /// Its leg.
    pub phone_leg: LegId,
    /// As the phone is known.
    pub caller: CallerId,
    /// It is a call for help.
    #[serde(default)]
    pub is_emergency: bool,
    /// The lines it can have if that one fails, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<LineId>,
    /// How the number led to the line.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// No call came of a number that was dialled on a phone of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialRefused {
    /// The leg of the phone.
    pub leg: LegId,
    /// The phone.
    pub phone: PhoneId,
    /// Who is signed in at it.
    pub agent: Option<AgentId>,
    /// What was dialled.
    pub number: Number,
    /// What the phone was told.
    pub cause: Cause,
    /// Why, where the dial plan refused it.
    pub refusal: Option<Refusal>,
    /// How that came about.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// A call was not let in; the first and last fact of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRefused {
    /// The call.
    pub call: CallId,
    /// The customer's leg.
    pub leg: LegId,
    /// Where it came in.
    pub line: LineId,
    /// Who called.
    pub caller: CallerId,
    /// Why: 42 no room, 34 the line has a call already, 41 no menu is set.
    pub cause: Cause,
}
