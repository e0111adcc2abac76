//! The dial plan: where a call that comes in leads, and what a number that is dialled becomes.
//!
//! Each decision also yields the [`Step`]s that led to it, so the route tester shows what a call
//! does because it asks the same function.

mod dial;
mod inbound;
mod lines;
mod outbound;
mod step;

use hotline_call::{Cause, Device, LineId, Number, PhoneId};
use serde::{Deserialize, Serialize};

use crate::emergency::EmergencyPlan;
use crate::feature_code::FeatureCodes;
use crate::schedule::{CalendarDay, Schedule, ScheduleId, Zone};
use crate::{AgentId, Language, MenuId, NumberPlan, QueueId};

pub use dial::{Dialled, DialledTo, Dialling};
pub use inbound::{Arriving, Inbound, InboundRoute, Leads, RouteId};
pub use lines::{LineUse, Through, TrunkGroup, TrunkGroupId};
pub use outbound::{CallClass, MayCall, Outbound, OutboundRule, RuleId, ShownNumber};
pub use step::{LineVerdict, Mismatch, Step};

/// All that decides where calls go, as configured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DialPlan {
    /// How numbers are dialled where the house stands.
    pub numbers: NumberPlan,
    /// The offset of the clock on its walls from UTC.
    pub zone: Zone,
    /// Holidays and the days worked in their stead, for all schedules.
    pub calendar: Vec<CalendarDay>,
    /// Opening hours.
    pub schedules: Vec<Schedule>,
    /// Lines that stand in for each other.
    pub trunk_groups: Vec<TrunkGroup>,
    /// Where calls that come in lead; the first that matches.
    pub inbound: Vec<InboundRoute>,
    /// What numbers dialled here become; the first that matches.
    pub outbound: Vec<OutboundRule>,
    /// Who may dial what.
    pub may_call: MayCall,
    /// Numbers that are let through whatever else holds.
    pub emergency: EmergencyPlan,
    /// What star codes do.
    pub feature_codes: FeatureCodes,
}

impl DialPlan {
    /// The schedule of this identity.
    #[must_use]
    pub fn schedule(&self, id: ScheduleId) -> Option<&Schedule> {
        self.schedules.iter().find(|schedule| schedule.id == id)
    }

    /// The trunk group of this identity.
    #[must_use]
    pub fn trunk_group(&self, id: TrunkGroupId) -> Option<&TrunkGroup> {
        self.trunk_groups.iter().find(|group| group.id == id)
    }

    /// The trunk group a line belongs to, if any.
    #[must_use]
    pub fn group_of(&self, line: LineId) -> Option<&TrunkGroup> {
        self.trunk_groups
            .iter()
            .find(|group| group.lines.contains(&line))
    }

    /// The first inbound route that leads, by day or night, to such a target.
    pub fn leading_to(&self, is_such: impl Fn(&Target) -> bool) -> Option<&InboundRoute> {
        let mut routes = self.inbound.iter();
        routes.find(|route| is_such(&route.target) || route.closed.as_ref().is_some_and(&is_such))
    }

    /// Routes that send the callers of these lines to these menus, as configurations before there
    /// were routes had it.
    #[must_use]
    pub fn of_line_menus(line_menus: &[(LineId, MenuId)]) -> Self {
        let route = |(id, (line, menu)): (u32, &(LineId, MenuId))| InboundRoute {
            lines: vec![*line],
            ..InboundRoute::to(
                RouteId(id),
                &Device::Line(*line).to_string(),
                Target::Menu(*menu),
            )
        };
        Self {
            inbound: (1..).zip(line_menus).map(route).collect(),
            ..Self::default()
        }
    }
}

impl std::fmt::Display for RouteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Where a call can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A voice menu.
    Menu(MenuId),
    /// A queue.
    Queue(QueueId),
    /// An agent, at whatever phone.
    Agent(AgentId),
    /// A telephone, whoever is signed in there.
    Phone(PhoneId),
    /// A mailbox.
    Voicemail(Mailbox),
    /// A sentence, and goodbye.
    Announcement(Announcement),
}

/// Whose voicemail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mailbox {
    /// An agent's.
    Agent(AgentId),
    /// A queue's.
    Queue(QueueId),
    /// That of the house.
    House,
}

/// A sentence the administrator wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The words; 1 to 1000 characters.
    pub text: String,
    /// The language they are in.
    pub language: Language,
}

/// Why a number that was dialled is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// No rule matches it.
    NoRule,
    /// The person, or a phone nobody is signed in at, may not make calls of this class.
    NotPermitted {
        /// Which class.
        class: CallClass,
    },
    /// It is on the blacklist.
    Listed {
        /// By which entry.
        entry: crate::blacklist::EntryId,
    },
    /// Every line of the rule is in use, kept for callers or out of service.
    NoLine,
    /// The rule strips all of it and adds nothing, or makes it longer than a number can be.
    NoNumberLeft,
    /// It begins like a feature code and is none.
    NoSuchCode,
}

impl Refusal {
    /// What the phone that dialled is told (Q.850).
    #[must_use]
    pub const fn cause(self) -> Cause {
        match self {
            Self::NoRule | Self::NoNumberLeft | Self::NoSuchCode => Cause::UNALLOCATED_NUMBER,
            Self::NotPermitted { .. } | Self::Listed { .. } => Cause::CALL_REJECTED,
            Self::NoLine => Cause::NO_CIRCUIT,
        }
    }
}

/// The forms of a number that patterns are held against: as it came, as it is stored, and as it is
/// dialled here.
fn forms(plan: &NumberPlan, number: &Number) -> [String; 3] {
    [
        number.as_str().to_owned(),
        plan.canonical(number),
        plan.dialled(number),
    ]
}

/// Whether any form of the number matches, or the pattern is another way to write it.
fn is_meant(plan: &NumberPlan, pattern: &crate::Pattern, number: &Number) -> bool {
    let forms = forms(plan, number);
    let same_number =
        |text: &str| Number::parse(text).is_ok_and(|written| plan.canonical(&written) == forms[1]);
    forms.iter().any(|form| pattern.matches(form)) || pattern.exact().is_some_and(same_number)
}

#[cfg(test)]
mod tests;
