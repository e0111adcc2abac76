use std::fmt;

use hotline_call::{LineId, Number, PhoneId};
use serde::{Deserialize, Serialize};

use super::{CallClass, RouteId, RuleId, ShownNumber, Target};
use crate::blacklist::{EntryId, Listed};
use crate::feature_code::Feature;
use crate::schedule::{Because, Mode, ScheduleId};

/// One step of a decision about a call, in the order they were taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// An inbound route does not match.
    RoutePassed {
        /// Which.
        route: RouteId,
        /// Its name.
        name: String,
        /// Why not.
        because: Mismatch,
    },
    /// The inbound route that counts.
    RouteTaken {
        /// Which.
        route: RouteId,
        /// Its name.
        name: String,
    },
    /// Its schedule says day or night.
    Scheduled {
        /// Which.
        schedule: ScheduleId,
        /// Its name.
        name: String,
        /// What holds.
        mode: Mode,
        /// Why.
        #[serde(flatten)]
        because: Because,
    },
    /// Where the call leads.
    LeadsTo {
        /// Where.
        target: Target,
    },
    /// No inbound route matches: the first menu.
    NoRoute,

    /// The number is one for emergencies; nothing else is asked.
    Emergency {
        /// The number.
        number: String,
        /// It is only a test: nothing is dialled.
        is_test: bool,
    },
    /// A feature code.
    FeatureCode {
        /// What it does.
        feature: Feature,
    },
    /// A telephone of ours.
    Extension {
        /// Which.
        phone: PhoneId,
    },
    /// How the number is written when it is matched against the rules.
    Written {
        /// As it was dialled.
        dialled: String,
        /// As it is matched.
        matched: String,
        /// As it is stored and looked up in lists.
        canonical: String,
    },
    /// It is on the blacklist for calls out.
    Listed {
        /// By which entry.
        entry: EntryId,
        /// What the entry lists.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        listed: Option<Listed>,
    },
    /// An outbound rule does not match.
    RulePassed {
        /// Which.
        rule: RuleId,
        /// Its name.
        name: String,
        /// Why not.
        because: Mismatch,
    },
    /// The outbound rule that counts.
    RuleTaken {
        /// Which.
        rule: RuleId,
        /// Its name.
        name: String,
        /// The pattern that matched.
        pattern: String,
    },
    /// No outbound rule matches.
    NoRule,
    /// Whether the person may make calls of this class.
    Class {
        /// Which class.
        class: CallClass,
        /// Whether.
        is_permitted: bool,
    },
    /// What is dialled after digits were taken off and put before.
    Digits {
        /// How many were taken off.
        strip: u32,
        /// What was put before.
        add: String,
        /// What is dialled; `None` when that is no number.
        dialled: Option<Number>,
    },
    /// Which number the called person is shown.
    Shown {
        /// Which.
        number: ShownNumber,
    },
    /// A line of the rule.
    Line {
        /// Which.
        line: LineId,
        /// Whether it can be taken.
        verdict: LineVerdict,
    },
}

/// Why a route or rule does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mismatch {
    /// It is switched off.
    Disabled,
    /// The call came in on another line, or on one of another group.
    Line,
    /// Another number was dialled, or it is not known which.
    Dialled,
    /// Somebody else calls, or it is not known who.
    Caller,
}

/// Whether an outbound call can take a line now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineVerdict {
    /// Yes.
    Free,
    /// It is in a call.
    InUse,
    /// Cable out, or the exchange is down.
    OutOfService,
    /// Free, but one of the last that are kept for callers.
    KeptForCallers,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoutePassed { name, because, .. } | Self::RulePassed { name, because, .. } => {
                write!(f, "{name}: no, {because}")
            }
            Self::RouteTaken { name, .. } => write!(f, "{name}: yes"),
            Self::RuleTaken { name, pattern, .. } => write!(f, "{name}: yes, by {pattern}"),
            Self::Scheduled {
                name,
                mode: Mode::Day,
                ..
            } => write!(f, "{name}: open"),
            Self::Scheduled {
                name,
                mode: Mode::Night,
                ..
            } => write!(f, "{name}: closed"),
            Self::LeadsTo { target } => write!(f, "leads to {target:?}"),
            Self::NoRoute => write!(f, "no route matches: the first menu"),
            Self::Emergency {
                number,
                is_test: true,
            } => write!(f, "emergency {number}, a test"),
            Self::Emergency { number, .. } => write!(f, "emergency {number}"),
            Self::FeatureCode { feature } => write!(f, "feature code: {feature:?}"),
            Self::Extension { phone } => write!(f, "extension of phone {}", phone.0),
            Self::Written {
                dialled,
                matched,
                canonical,
            } => {
                write!(f, "{dialled}: matched as {matched}, stored as {canonical}")
            }
            Self::Listed { entry, .. } => write!(f, "on the blacklist, entry {}", entry.0),
            Self::NoRule => write!(f, "no rule matches"),
            Self::Class {
                class,
                is_permitted: true,
            } => write!(f, "{class}: permitted"),
            Self::Class { class, .. } => write!(f, "{class}: not permitted"),
            Self::Digits {
                strip,
                add,
                dialled: Some(number),
            } => {
                write!(f, "strip {strip}, add {add:?}: dial {number}")
            }
            Self::Digits { strip, add, .. } => write!(f, "strip {strip}, add {add:?}: no number"),
            Self::Shown {
                number: ShownNumber::OfTheLine,
            } => write!(f, "shows the line's number"),
            Self::Shown {
                number: ShownNumber::Own(number),
            } => write!(f, "shows {number}"),
            Self::Line { line, verdict } => {
                let words = match verdict {
                    LineVerdict::Free => "free",
                    LineVerdict::InUse => "in use",
                    LineVerdict::OutOfService => "out of service",
                    LineVerdict::KeptForCallers => "kept free for callers",
                };
                write!(f, "line {}: {words}", line.0 + 1)
            }
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Disabled => "switched off",
            Self::Line => "another line",
            Self::Dialled => "another number was dialled",
            Self::Caller => "another caller",
        })
    }
}
