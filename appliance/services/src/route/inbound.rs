use hotline_call::{LineId, Number};
use serde::{Deserialize, Serialize};

use super::{DialPlan, Mismatch, Step, Target, TrunkGroupId, is_meant};
use crate::Pattern;
use crate::schedule::{Hours, Mode, Overrides, Ruling, ScheduleId};

/// An inbound route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RouteId(pub u32);

/// Where calls that come in lead, as configured. What is left empty matches every call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundRoute {
    /// Identity, never reused.
    pub id: RouteId,
    /// The name shown to people.
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub is_enabled: bool,
    /// Which of our numbers was dialled: one of these. Held against the number as the line tells
    /// it, which on many lines is only the last digits, and as it is written in full.
    #[serde(default)]
    pub dialled: Vec<Pattern>,
    /// Where it came in: on one of these lines …
    #[serde(default)]
    pub lines: Vec<LineId>,
    /// … or on a line of one of these groups.
    #[serde(default)]
    pub trunk_groups: Vec<TrunkGroupId>,
    /// Who calls: one of these.
    #[serde(default)]
    pub callers: Vec<Pattern>,
    /// Whose hours count; `None`: always open.
    #[serde(default)]
    pub schedule: Option<ScheduleId>,
    /// Where it leads.
    pub target: Target,
    /// Where it leads at night; `None`: "nobody is here", and goodbye.
    #[serde(default)]
    pub closed: Option<Target>,
}

const fn yes() -> bool {
    true
}

impl InboundRoute {
    /// A route for every call, always open.
    #[must_use]
    pub fn to(id: RouteId, name: &str, target: Target) -> Self {
        Self {
            id,
            name: name.to_owned(),
            is_enabled: true,
            dialled: Vec::new(),
            lines: Vec::new(),
            trunk_groups: Vec::new(),
            callers: Vec::new(),
            schedule: None,
            target,
            closed: None,
        }
    }
}

/// A call that comes in.
#[derive(Clone, Copy, Debug)]
pub struct Arriving<'a> {
    /// On which line.
    pub line: LineId,
    /// Which of our numbers was dialled, where the line tells.
    pub called: Option<&'a Number>,
    /// Who calls, where the line tells.
    pub caller: Option<&'a Number>,
}

/// Where a call that comes in leads, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The route that matched.
    pub route: Option<RouteId>,
    /// What its schedule said.
    pub ruling: Option<(ScheduleId, Ruling)>,
    /// Where the call leads.
    pub leads: Leads,
    /// How that came about.
    pub steps: Vec<Step>,
}

/// Where a call leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leads {
    /// To this target.
    To(Target),
    /// The house is closed and nothing is set for that: "nobody is here", and goodbye.
    Closed,
    /// No route matches: the first menu, if there is one.
    Nowhere,
}

impl DialPlan {
    /// Where a call that comes in leads: the first route that matches.
    #[must_use]
    pub fn inbound(&self, call: Arriving<'_>, by_hand: &Overrides, wall_ms: u64) -> Inbound {
        let mut steps = Vec::new();
        for route in &self.inbound {
            let (id, name) = (route.id, route.name.clone());
            if let Err(because) = self.matches(route, call) {
                steps.push(Step::RoutePassed {
                    route: id,
                    name,
                    because,
                });
                continue;
            }
            return self.taken(route, by_hand, wall_ms, steps);
        }
        steps.push(Step::NoRoute);
        Inbound {
            route: None,
            ruling: None,
            leads: Leads::Nowhere,
            steps,
        }
    }

    /// The same without the routes that do not match among the steps, for calls that are on their
    /// way.
    pub(crate) fn route(&self, call: Arriving<'_>, by_hand: &Overrides, wall_ms: u64) -> Inbound {
        let mut routes = self.inbound.iter();
        match routes.find(|route| self.matches(route, call).is_ok()) {
            Some(route) => self.taken(route, by_hand, wall_ms, Vec::new()),
            None => Inbound {
                route: None,
                ruling: None,
                leads: Leads::Nowhere,
                steps: Vec::new(),
            },
        }
    }

    /// Where a number of ours leads that is dialled on a phone of ours: the first route for that
    /// number, on whatever line its callers come in; `None`: it is no number of ours.
    #[must_use]
    pub fn within(&self, call: Arriving<'_>, by_hand: &Overrides, wall_ms: u64) -> Option<Inbound> {
        let anywhere = |route: &&InboundRoute| InboundRoute {
            lines: Vec::new(),
            trunk_groups: Vec::new(),
            ..(*route).clone()
        };
        let mut ours = self
            .inbound
            .iter()
            .filter(|route| !route.dialled.is_empty());
        let route = ours.find(|route| self.matches(&anywhere(route), call).is_ok())?;
        Some(self.taken(route, by_hand, wall_ms, Vec::new()))
    }

    /// A route has been found.
    fn taken(
        &self,
        route: &InboundRoute,
        by_hand: &Overrides,
        wall_ms: u64,
        mut steps: Vec<Step>,
    ) -> Inbound {
        let (id, name) = (route.id, route.name.clone());
        steps.push(Step::RouteTaken { route: id, name });
        let ruling = self.ruling(route, by_hand, wall_ms, &mut steps);
        let is_night = matches!(&ruling, Some((_, ruling)) if ruling.mode == Mode::Night);
        let target = if is_night {
            route.closed.clone()
        } else {
            Some(route.target.clone())
        };
        let leads = target.map_or(Leads::Closed, Leads::To);
        if let Leads::To(target) = &leads {
            let target = target.clone();
            steps.push(Step::LeadsTo { target });
        }
        Inbound {
            route: Some(id),
            ruling,
            leads,
            steps,
        }
    }

    /// All that decides about a schedule's hours.
    #[must_use]
    pub fn hours(&self, id: ScheduleId, by_hand: &Overrides) -> Option<Hours<'_>> {
        Some(Hours {
            schedule: self.schedule(id)?,
            calendar: &self.calendar,
            zone: &self.zone,
            by_hand: by_hand.get(&id).copied(),
        })
    }

    fn matches(&self, route: &InboundRoute, call: Arriving<'_>) -> Result<(), Mismatch> {
        if !route.is_enabled {
            return Err(Mismatch::Disabled);
        }
        let any_line = route.lines.is_empty() && route.trunk_groups.is_empty();
        let by_group = || {
            let group = self.group_of(call.line);
            group.is_some_and(|group| route.trunk_groups.contains(&group.id))
        };
        if !any_line && !route.lines.contains(&call.line) && !by_group() {
            return Err(Mismatch::Line);
        }
        let meant = |patterns: &[Pattern], number: Option<&Number>| {
            let one_of = |number: &Number| {
                let mut patterns = patterns.iter();
                patterns.any(|pattern| is_meant(&self.numbers, pattern, number))
            };
            patterns.is_empty() || number.is_some_and(one_of)
        };
        if !meant(&route.dialled, call.called) {
            return Err(Mismatch::Dialled);
        }
        if !meant(&route.callers, call.caller) {
            return Err(Mismatch::Caller);
        }
        Ok(())
    }

    fn ruling(
        &self,
        route: &InboundRoute,
        by_hand: &Overrides,
        wall_ms: u64,
        steps: &mut Vec<Step>,
    ) -> Option<(ScheduleId, Ruling)> {
        let hours = self.hours(route.schedule?, by_hand)?;
        let ruling = hours.at(wall_ms);
        steps.push(Step::Scheduled {
            schedule: hours.schedule.id,
            name: hours.schedule.name.clone(),
            mode: ruling.mode,
            because: ruling.because.clone(),
        });
        Some((hours.schedule.id, ruling))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TrunkGroup, tests::number};
    use super::*;
    use crate::schedule::Override;
    use crate::schedule::tests::{at, october, office};
    use crate::{MenuId, QueueId};

    /// Sales on the number that ends in 9988, the hotline on the group's lines, else the menu.
    fn plan() -> DialPlan {
        let queue = |id| Target::Queue(QueueId(id));
        let sales = InboundRoute {
            dialled: vec![
                Pattern::parse("010 6552 9988").unwrap(),
                Pattern::parse("9988").unwrap(),
            ],
            schedule: Some(office().id),
            closed: Some(Target::Voicemail(super::super::Mailbox::Queue(QueueId(1)))),
            ..InboundRoute::to(RouteId(1), "sales", queue(1))
        };
        let hotline = InboundRoute {
            trunk_groups: vec![TrunkGroupId(1)],
            lines: vec![LineId(7)],
            schedule: Some(office().id),
            ..InboundRoute::to(RouteId(2), "hotline", queue(2))
        };
        let mobiles = InboundRoute {
            callers: vec![Pattern::parse("1[3-9]XXXXXXXXX").unwrap()],
            ..InboundRoute::to(RouteId(3), "mobiles", Target::Menu(MenuId(2)))
        };
        DialPlan {
            numbers: crate::NumberPlan {
                area: "10".into(),
                ..Default::default()
            },
            calendar: october(),
            schedules: vec![office()],
            trunk_groups: vec![TrunkGroup {
                id: TrunkGroupId(1),
                name: "copper".into(),
                lines: vec![LineId(0), LineId(1)],
                reserve: None,
            }],
            inbound: vec![sales, hotline, mobiles],
            ..DialPlan::default()
        }
    }

    fn leads(line: u16, called: Option<&str>, caller: Option<&str>, when: &str) -> Inbound {
        let (called, caller) = (called.map(number), caller.map(number));
        let call = Arriving {
            line: LineId(line),
            called: called.as_ref(),
            caller: caller.as_ref(),
        };
        plan().inbound(call, &Overrides::new(), at(when))
    }

    const OPEN: &str = "2026-09-28 10:00";
    const CLOSED: &str = "2026-09-28 20:00";

    #[test]
    fn the_number_dialled_is_recognised_however_the_line_tells_it() {
        for called in ["65529988", "01065529988", "+861065529988", "861065529988"] {
            let found = leads(5, Some(called), None, OPEN);
            assert_eq!(found.route, Some(RouteId(1)), "{called}");
        }
        assert_eq!(leads(5, Some("65529987"), None, OPEN).leads, Leads::Nowhere);
        assert_eq!(leads(5, None, None, OPEN).leads, Leads::Nowhere);
    }

    #[test]
    fn the_first_route_that_matches_counts_by_number_line_group_or_caller() {
        let mobile = Some("+8613800138000");
        assert_eq!(leads(0, None, mobile, OPEN).route, Some(RouteId(2)));
        assert_eq!(leads(7, None, mobile, OPEN).route, Some(RouteId(2)));
        assert_eq!(leads(5, None, mobile, OPEN).route, Some(RouteId(3)));
        assert_eq!(leads(5, None, Some("02165529988"), OPEN).route, None);
    }

    #[test]
    fn at_night_and_on_holidays_the_closed_target_counts() {
        let night = leads(5, Some("65529988"), None, CLOSED);
        assert!(matches!(night.leads, Leads::To(Target::Voicemail(_))));
        let holiday = leads(5, Some("65529988"), None, "2026-10-01 10:00");
        assert!(matches!(holiday.leads, Leads::To(Target::Voicemail(_))));
        let worked = leads(5, Some("65529988"), None, "2026-10-10 10:00");
        assert_eq!(worked.leads, Leads::To(Target::Queue(QueueId(1))));
        assert_eq!(leads(0, None, None, CLOSED).leads, Leads::Closed);
    }

    #[test]
    fn day_set_by_hand_opens_the_route() {
        let call = Arriving {
            line: LineId(0),
            called: None,
            caller: None,
        };
        let set = Override {
            mode: Mode::Day,
            until_ms: at(CLOSED) + 1,
        };
        let by_hand = Overrides::from([(office().id, set)]);
        let found = plan().inbound(call, &by_hand, at(CLOSED));
        assert_eq!(found.leads, Leads::To(Target::Queue(QueueId(2))));
    }

    #[test]
    fn the_steps_tell_each_route_that_was_asked_and_why_not() {
        let found = leads(5, None, Some("13800138000"), OPEN);
        let steps: Vec<String> = found.steps.iter().map(ToString::to_string).collect();
        assert_eq!(
            steps,
            [
                "sales: no, another number was dialled",
                "hotline: no, another line",
                "mobiles: yes",
                "leads to Menu(MenuId(2))",
            ]
        );
    }

    #[test]
    fn a_route_switched_off_is_passed_and_a_schedule_that_is_gone_is_no_obstacle() {
        let mut plan = plan();
        plan.inbound[1].is_enabled = false;
        plan.schedules.clear();
        let (line, called) = (LineId(0), Some(number("9988")));
        let call = Arriving {
            line,
            called: called.as_ref(),
            caller: None,
        };
        let found = plan.inbound(call, &Overrides::new(), at(CLOSED));
        assert_eq!((found.route, found.ruling), (Some(RouteId(1)), None));
        let call = Arriving {
            line,
            called: None,
            caller: None,
        };
        let found = plan.inbound(call, &Overrides::new(), at(CLOSED));
        assert_eq!(found.leads, Leads::Nowhere);
    }
}
