//! Calls for help. A number for emergencies is dialled without any prefix from any phone, whoever is
//! or is not signed in there and whatever the person may dial otherwise (47 USC 623, "Kari's Law",
//! asks for no less); it takes any line that works, the ones kept for callers included, and if all
//! are in use ends another call to have one.
//!
//! Which numbers these are is data of the place where the house stands. The decision knows neither
//! agent, state, permission, blacklist nor schedule, so none of them can be in the way.

mod notice;

use hotline_call::{LineId, Number};
use serde::{Deserialize, Serialize};

pub(crate) use self::notice::HelpNotices;
pub use self::notice::{HelpNotice, HelpState, NoticeId};
use crate::route::{LineUse, Through};

/// Who answers a number for emergencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// All of them.
    All,
    /// Police.
    Police,
    /// Fire brigade.
    Fire,
    /// Ambulance.
    Ambulance,
    /// Traffic accidents.
    Traffic,
}

/// One number for emergencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyNumber {
    /// What is dialled; 2 to 6 digits.
    pub digits: String,
    /// Who answers.
    pub service: Service,
}

/// Where the house stands, for the numbers that hold there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// China: 110, 119, 120, 122.
    #[default]
    China,
    /// Hong Kong: 999, 112.
    HongKong,
    /// European Union and most of Europe: 112.
    Europe,
    /// United Kingdom: 999, 112.
    UnitedKingdom,
    /// United States and Canada: 911.
    NorthAmerica,
}

/// Calls for help as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmergencyPlan {
    /// The numbers; 1 to 20.
    pub numbers: Vec<EmergencyNumber>,
    /// What people are used to dial before a number outside, `9`: 9-110 is understood as 110.
    pub prefixes: Vec<String>,
    /// The lines tried first, in order; after them every other line.
    pub through: Vec<Through>,
    /// A test: all is done but dialling.
    pub is_test: bool,
}

impl Default for EmergencyPlan {
    fn default() -> Self {
        Self::of(Place::China)
    }
}

impl EmergencyPlan {
    /// The numbers of a place.
    #[must_use]
    pub fn of(place: Place) -> Self {
        let numbers: &[(&str, Service)] = match place {
            Place::China => &[
                ("110", Service::Police),
                ("119", Service::Fire),
                ("120", Service::Ambulance),
                ("122", Service::Traffic),
            ],
            Place::HongKong | Place::UnitedKingdom => {
                &[("999", Service::All), ("112", Service::All)]
            }
            Place::Europe => &[("112", Service::All)],
            Place::NorthAmerica => &[("911", Service::All)],
        };
        let number = |(digits, service): &(&str, Service)| EmergencyNumber {
            digits: (*digits).to_owned(),
            service: *service,
        };
        Self {
            numbers: numbers.iter().map(number).collect(),
            prefixes: Vec::new(),
            through: Vec::new(),
            is_test: false,
        }
    }

    /// The emergency number that these digits are, if they are one.
    #[must_use]
    pub fn recognise(&self, digits: &str) -> Option<&EmergencyNumber> {
        let known = |text: &str| self.numbers.iter().find(|number| number.digits == text);
        let after = |prefix: &String| digits.strip_prefix(prefix.as_str()).and_then(known);
        known(digits).or_else(|| self.prefixes.iter().find_map(after))
    }

    /// What becomes of the digits when they are a number for emergencies. `first` are the lines of
    /// `through`, in order; `now` is what every line of the house is used for.
    #[must_use]
    pub fn decide(
        &self,
        digits: &str,
        first: &[LineId],
        now: &[(LineId, LineUse)],
    ) -> Option<EmergencyCall> {
        let known = self.recognise(digits)?;
        let number = Number::parse(&known.digits).ok()?;
        let rest = now.iter().map(|(line, _)| *line);
        let mut order: Vec<LineId> = first.to_vec();
        order.extend(rest.filter(|line| !first.contains(line)));
        let used_for = |wanted: LineUse| {
            let of_use = |line: &LineId| now.iter().any(|(l, used)| l == line && *used == wanted);
            order.iter().copied().filter(of_use).collect::<Vec<_>>()
        };
        let free = used_for(LineUse::Free);
        let preempt = if free.is_empty() {
            let mut lines = used_for(LineUse::Campaign);
            lines.extend(used_for(LineUse::Outbound));
            lines
        } else {
            Vec::new()
        };
        Some(EmergencyCall {
            number,
            service: known.service,
            free,
            preempt,
            is_test: self.is_test,
        })
    }
}

/// A call for help and the lines it can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyCall {
    /// What is dialled.
    pub number: Number,
    /// Who answers.
    pub service: Service,
    /// Lines that are free, in the order to try; the reserve for callers does not count.
    pub free: Vec<LineId>,
    /// When none is free: the lines whose call is ended to have one, in order. Calls of a campaign
    /// first, then calls of people here. Somebody who called us keeps the line, for that call may be
    /// one for help as well; so does another call for help.
    pub preempt: Vec<LineId>,
    /// Nothing is dialled.
    pub is_test: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const USES: [LineUse; 6] = [
        LineUse::OutOfService,
        LineUse::Inbound,
        LineUse::Outbound,
        LineUse::Campaign,
        LineUse::Emergency,
        LineUse::Free,
    ];

    fn lines(uses: &[LineUse]) -> Vec<(LineId, LineUse)> {
        let ids = (0..).map(LineId);
        ids.zip(uses.iter().copied()).collect()
    }

    #[test]
    fn each_place_has_its_numbers_and_no_prefix_is_needed() {
        let known = |place: Place, digits: &str| {
            let number = EmergencyPlan::of(place).recognise(digits).cloned();
            number.map(|number| number.service)
        };
        assert_eq!(known(Place::China, "110"), Some(Service::Police));
        assert_eq!(known(Place::China, "119"), Some(Service::Fire));
        assert_eq!(known(Place::China, "120"), Some(Service::Ambulance));
        assert_eq!(known(Place::China, "122"), Some(Service::Traffic));
        assert_eq!(known(Place::China, "911"), None);
        assert_eq!(known(Place::NorthAmerica, "911"), Some(Service::All));
        assert_eq!(known(Place::UnitedKingdom, "999"), Some(Service::All));
        assert_eq!(known(Place::Europe, "112"), Some(Service::All));
        assert_eq!(known(Place::China, "1100"), None);
        assert_eq!(known(Place::China, "9110"), None);
        let mut used_to_nine = EmergencyPlan::of(Place::China);
        used_to_nine.prefixes.push("9".into());
        assert_eq!(used_to_nine.recognise("9110").unwrap().digits, "110");
    }

    #[test]
    fn any_free_line_is_taken_those_set_for_it_first_and_no_call_is_ended() {
        let plan = EmergencyPlan::default();
        let now = lines(&[
            LineUse::Free,
            LineUse::Campaign,
            LineUse::Free,
            LineUse::Free,
        ]);
        let call = plan.decide("120", &[LineId(2), LineId(9)], &now).unwrap();
        assert_eq!(call.free, [LineId(2), LineId(0), LineId(3)]);
        assert!(call.preempt.is_empty() && !call.is_test);
        assert_eq!(call.number.as_str(), "120");
    }

    #[test]
    fn with_no_line_free_a_campaign_gives_way_then_a_call_out_never_a_caller() {
        let plan = EmergencyPlan::default();
        let mut busy = lines(&USES[..5]);
        busy.push((LineId(5), LineUse::Campaign));
        let call = plan.decide("110", &[LineId(5)], &busy).unwrap();
        assert!(call.free.is_empty());
        assert_eq!(call.preempt, [LineId(5), LineId(3), LineId(2)]);
        let call = plan.decide("110", &[], &lines(&USES[..2])).unwrap();
        assert!(call.free.is_empty() && call.preempt.is_empty());
    }

    #[test]
    fn a_test_says_that_it_is_one() {
        let plan = EmergencyPlan {
            is_test: true,
            ..EmergencyPlan::default()
        };
        assert!(plan.decide("119", &[], &lines(&USES)).unwrap().is_test);
        assert_eq!(plan.decide("13800138000", &[], &lines(&USES)), None);
    }
}
