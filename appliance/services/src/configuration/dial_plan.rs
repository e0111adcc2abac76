//! Whether a dial plan can be used as it is, and how older configurations had it.

use hotline_call::LineId;
use serde::{Deserialize, Deserializer};

use super::check::{Checked, allowed, at_most, between, name, no_two, place, text};
use super::{Configuration, ConfigurationError, MenuId};
use crate::emergency::EmergencyPlan;
use crate::route::{DialPlan, InboundRoute, Mailbox, OutboundRule, Target, Through, TrunkGroup};
use crate::schedule::{CalendarDay, DayKind, Schedule, Span};

const MAX_SCHEDULES: usize = 100;
const MAX_WEEK: usize = 50;
const MAX_DAYS: usize = 400;
const MAX_SPANS: usize = 10;
const MAX_GROUPS: usize = 50;
const MAX_LINES: usize = 120;
const MAX_ROUTES: usize = 200;
const MAX_PATTERNS: usize = 100;
const MAX_THROUGH: usize = 20;
const MAX_DIGITS: u32 = 32;
const MAX_CLASSES: usize = 1000;
/// About two minutes of speech.
const MAX_ANNOUNCEMENT: usize = 1000;

/// Reads a dial plan, or the list of menus by line that configurations had before there was one.
pub(super) fn or_line_menus<'de, D: Deserializer<'de>>(from: D) -> Result<DialPlan, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        LineMenus(Vec<(LineId, MenuId)>),
        Plan(Box<DialPlan>),
    }
    Ok(match Stored::deserialize(from)? {
        Stored::LineMenus(menus) => DialPlan::of_line_menus(&menus),
        Stored::Plan(plan) => *plan,
    })
}

impl Configuration {
    pub(super) fn check_dial_plan(&self) -> Checked {
        let plan = &self.dial_plan;
        if let Some((key, found, what)) = plan.numbers.fault() {
            return allowed(false, format!("dial_plan.numbers.{key}"), found, what);
        }
        if let Some((key, found, what)) = plan.zone.fault() {
            return allowed(false, format!("dial_plan.zone.{key}"), found, what);
        }
        check_days("calendar", &plan.calendar)?;
        at_most("schedules", plan.schedules.len(), MAX_SCHEDULES)?;
        no_two("schedules", "id", plan.schedules.iter().map(|s| s.id.0))?;
        plan.schedules.iter().try_for_each(check_schedule)?;
        check_groups(&plan.trunk_groups)?;
        at_most("inbound", plan.inbound.len(), MAX_ROUTES)?;
        no_two("inbound", "id", plan.inbound.iter().map(|route| route.id.0))?;
        plan.inbound
            .iter()
            .try_for_each(|route| self.check_route(route))?;
        at_most("outbound", plan.outbound.len(), MAX_ROUTES)?;
        no_two("outbound", "id", plan.outbound.iter().map(|rule| rule.id.0))?;
        plan.outbound
            .iter()
            .try_for_each(|rule| self.check_rule(rule))?;
        at_most("may_call.each", plan.may_call.each.len(), MAX_CLASSES)?;
        let each = plan.may_call.each.iter().map(|(agent, _)| agent.0);
        no_two("may_call.each", "agent", each)?;
        self.check_emergency(&plan.emergency)?;
        match plan.feature_codes.clash(&plan.emergency) {
            Some(clash) => allowed(false, "feature_codes", clash.digits, clash.allowed),
            None => Ok(()),
        }
    }

    fn check_route(&self, route: &InboundRoute) -> Checked {
        let here = place("inbound", &route.name, route.id.0);
        name(&here, &route.name)?;
        at_most(
            &format!("{here}.dialled"),
            route.dialled.len(),
            MAX_PATTERNS,
        )?;
        at_most(
            &format!("{here}.callers"),
            route.callers.len(),
            MAX_PATTERNS,
        )?;
        at_most(&format!("{here}.lines"), route.lines.len(), MAX_LINES)?;
        for group in &route.trunk_groups {
            let is_known = self.dial_plan.trunk_group(*group).is_some();
            allowed(
                is_known,
                format!("{here}.trunk_groups"),
                group.0,
                "ids of trunk groups",
            )?;
        }
        if let Some(schedule) = route.schedule {
            let is_known = self.dial_plan.schedule(schedule).is_some();
            let what = "the id of a schedule, or nothing";
            allowed(is_known, format!("{here}.schedule"), schedule.0, what)?;
        }
        self.check_target(&format!("{here}.target"), &route.target)?;
        match &route.closed {
            Some(closed) => self.check_target(&format!("{here}.closed"), closed),
            None => Ok(()),
        }
    }

    /// Whether a call can be sent there. That a phone exists is known to the store alone.
    pub(super) fn check_target(&self, field: &str, target: &Target) -> Checked {
        let is_queue = |id| self.queues.iter().any(|queue| queue.id == id);
        let is_agent = |id| self.agent(id).is_some();
        let queue = |id: super::QueueId| allowed(is_queue(id), field, id.0, "the id of a queue");
        let agent = |id: super::AgentId| allowed(is_agent(id), field, id.0, "the id of an agent");
        match target {
            Target::Menu(id) => allowed(self.menu(*id).is_some(), field, id.0, "the id of a menu"),
            Target::Queue(id) | Target::Voicemail(Mailbox::Queue(id)) => queue(*id),
            Target::Agent(id) | Target::Voicemail(Mailbox::Agent(id)) => agent(*id),
            Target::Phone(_) | Target::Voicemail(Mailbox::House) => Ok(()),
            Target::Announcement(said) => text(field, &said.text, MAX_ANNOUNCEMENT),
        }
    }

    pub(super) fn check_greetings(&self) -> Checked {
        let greetings = &self.greetings;
        let mailboxes: std::collections::BTreeSet<_> =
            greetings.iter().map(|greeting| greeting.mailbox).collect();
        let are_different = mailboxes.len() == greetings.len();
        let what = "each mailbox at most once";
        allowed(are_different, "greetings", "a mailbox twice", what)?;
        let silence_s = self.mailboxes.silence_s;
        allowed(silence_s <= 60, "mailboxes.silence_s", silence_s, "0 to 60")?;
        greetings.iter().try_for_each(|greeting| {
            self.check_target("greetings.mailbox", &Target::Voicemail(greeting.mailbox))?;
            text("greetings.text", &greeting.text, MAX_ANNOUNCEMENT)
        })
    }

    fn check_rule(&self, rule: &OutboundRule) -> Checked {
        let here = place("outbound", &rule.name, rule.id.0);
        name(&here, &rule.name)?;
        let count = rule.numbers.len();
        let what = format!("1 to {MAX_PATTERNS} patterns");
        allowed(
            (1..=MAX_PATTERNS).contains(&count),
            format!("{here}.numbers"),
            count,
            what,
        )?;
        between(&here, "strip", rule.strip, 0..=MAX_DIGITS)?;
        let are_digits = rule
            .add
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'*' || b == b'#');
        let fits = are_digits && rule.add.len() <= MAX_DIGITS as usize;
        allowed(
            fits,
            format!("{here}.add"),
            &rule.add,
            "up to 32 of 0-9 * #",
        )?;
        let field = format!("{here}.through");
        allowed(
            !rule.through.is_empty(),
            field.as_str(),
            "nothing",
            "at least one way out",
        )?;
        self.check_through(&field, &rule.through)
    }

    fn check_through(&self, field: &str, through: &[Through]) -> Checked {
        at_most(field, through.len(), MAX_THROUGH)?;
        for way in through {
            if let Through::Group(group) = way {
                let is_known = self.dial_plan.trunk_group(*group).is_some();
                allowed(is_known, field, group.0, "lines and ids of trunk groups")?;
            }
        }
        Ok(())
    }

    fn check_emergency(&self, emergency: &EmergencyPlan) -> Checked {
        let numbers = &emergency.numbers;
        let count = numbers.len();
        let field = "emergency.numbers";
        allowed((1..=20).contains(&count), field, count, "1 to 20 numbers")?;
        let are_digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
        for number in numbers {
            let fits = are_digits(&number.digits) && (2..=6).contains(&number.digits.len());
            allowed(fits, field, &number.digits, "2 to 6 digits")?;
        }
        no_two(
            "emergency",
            "numbers",
            numbers.iter().map(|number| number.digits.as_str()),
        )?;
        at_most("emergency.prefixes", emergency.prefixes.len(), 10)?;
        for prefix in &emergency.prefixes {
            let fits = are_digits(prefix) && (1..=3).contains(&prefix.len());
            allowed(fits, "emergency.prefixes", prefix, "1 to 3 digits")?;
        }
        self.check_through("emergency.through", &emergency.through)
    }

    pub(super) fn check_roles(&self) -> Checked {
        match self.roles.fault() {
            Some((field, found, allowed)) => Err(ConfigurationError {
                field,
                found,
                allowed,
            }),
            None => Ok(()),
        }
    }
}

fn check_schedule(schedule: &Schedule) -> Checked {
    let here = place("schedules", &schedule.name, schedule.id.0);
    name(&here, &schedule.name)?;
    at_most(&format!("{here}.week"), schedule.week.len(), MAX_WEEK)?;
    for week in &schedule.week {
        let field = format!("{here}.week.days");
        allowed(
            !week.days.is_empty(),
            field.as_str(),
            "nothing",
            "at least one day",
        )?;
        no_two(&field, "day", week.days.iter().copied())?;
        check_span(&format!("{here}.week"), week.span)?;
    }
    check_days(&format!("{here}.days"), &schedule.days)
}

fn check_span(here: &str, span: Span) -> Checked {
    let (from, to) = (span.from, span.to);
    allowed(
        from.minute() < 1440,
        format!("{here}.from"),
        from,
        "00:00 to 23:59",
    )?;
    allowed(to.minute() > 0, format!("{here}.to"), to, "00:01 to 24:00")
}

fn check_days(here: &str, days: &[CalendarDay]) -> Checked {
    at_most(here, days.len(), MAX_DAYS)?;
    no_two(here, "date", days.iter().map(|day| day.date))?;
    for day in days {
        let place = format!("{here}[{}]", day.date);
        let length = day.name.chars().count();
        allowed(
            length <= 64,
            format!("{place}.name"),
            length,
            "at most 64 characters",
        )?;
        if let DayKind::Hours(spans) = &day.kind {
            let count = spans.len();
            let is_some = (1..=MAX_SPANS).contains(&count);
            allowed(is_some, format!("{place}.hours"), count, "1 to 10 spans")?;
            spans
                .iter()
                .try_for_each(|span| check_span(&place, *span))?;
        }
    }
    Ok(())
}

fn check_groups(groups: &[TrunkGroup]) -> Checked {
    at_most("trunk_groups", groups.len(), MAX_GROUPS)?;
    no_two("trunk_groups", "id", groups.iter().map(|group| group.id.0))?;
    for group in groups {
        let here = place("trunk_groups", &group.name, group.id.0);
        name(&here, &group.name)?;
        let count = group.lines.len();
        let what = format!("1 to {MAX_LINES} lines");
        allowed(
            (1..=MAX_LINES).contains(&count),
            format!("{here}.lines"),
            count,
            what,
        )?;
        let most = u32::try_from(count).unwrap_or(u32::MAX);
        between(&here, "reserve", group.reserve.unwrap_or(0), 0..=most)?;
    }
    let lines = groups.iter().flat_map(|group| &group.lines);
    no_two("trunk_groups", "lines", lines.map(|line| line.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emergency::Place;
    use crate::feature_code::Feature;
    use crate::route::{CallClass, OutboundRule, RouteId, RuleId, ShownNumber, TrunkGroupId};
    use crate::schedule::ScheduleId;
    use crate::{Pattern, QueueId};

    fn wrong(change: impl FnOnce(&mut DialPlan)) -> String {
        let mut configuration = Configuration::default();
        change(&mut configuration.dial_plan);
        configuration.check().unwrap_err().to_string()
    }

    fn group(id: u32, lines: &[u16]) -> TrunkGroup {
        TrunkGroup {
            id: TrunkGroupId(id),
            name: format!("group {id}"),
            lines: lines.iter().copied().map(LineId).collect(),
            reserve: None,
        }
    }

    fn rule() -> OutboundRule {
        OutboundRule {
            id: RuleId(1),
            name: "all".into(),
            is_enabled: true,
            numbers: vec![Pattern::parse("*").unwrap()],
            strip: 0,
            add: String::new(),
            through: vec![Through::Group(TrunkGroupId(1))],
            shown: ShownNumber::OfTheLine,
            class: CallClass::Local,
        }
    }

    #[test]
    fn an_empty_plan_can_be_used() {
        assert_eq!(Configuration::default().check(), Ok(()));
    }

    #[test]
    fn what_a_route_or_rule_names_must_be_there() {
        let route = |target| InboundRoute::to(RouteId(1), "in", target);
        let told = wrong(|plan| plan.inbound.push(route(Target::Queue(QueueId(3)))));
        assert_eq!(
            told,
            "inbound[in].target: found 3; allowed: the id of a queue"
        );
        let announcement = crate::route::Announcement {
            text: " ".into(),
            language: crate::Language::Zh,
        };
        let told = wrong(|plan| {
            let said = Target::Announcement(announcement);
            plan.inbound.push(InboundRoute {
                schedule: Some(ScheduleId(9)),
                ..route(said)
            });
        });
        assert_eq!(
            told,
            "inbound[in].schedule: found 9; allowed: the id of a schedule, or nothing"
        );
        let told = wrong(|plan| plan.outbound.push(rule()));
        assert_eq!(
            told,
            "outbound[all].through: found 1; allowed: lines and ids of trunk groups"
        );
        let told = wrong(|plan| {
            plan.trunk_groups.push(group(1, &[0]));
            plan.outbound.push(OutboundRule {
                add: "9a".into(),
                ..rule()
            });
        });
        assert_eq!(
            told,
            "outbound[all].add: found 9a; allowed: up to 32 of 0-9 * #"
        );
    }

    #[test]
    fn a_line_is_in_one_group_and_a_reserve_is_no_greater_than_its_group() {
        let told = wrong(|plan| plan.trunk_groups = vec![group(1, &[0, 1]), group(2, &[1])]);
        assert_eq!(
            told,
            "trunk_groups.lines: found 1 twice; allowed: each at most once"
        );
        let told = wrong(|plan| {
            let reserve = Some(3);
            plan.trunk_groups = vec![TrunkGroup {
                reserve,
                ..group(1, &[0, 1])
            }];
        });
        assert_eq!(
            told,
            "trunk_groups[group 1].reserve: found 3; allowed: 0 to 2"
        );
    }

    #[test]
    fn a_schedule_has_spans_a_day_can_have() {
        let office = crate::schedule::tests::office;
        let told = wrong(|plan| {
            let mut schedule = office();
            schedule.week[0].span.from = schedule.week[0].span.to;
            schedule.week[1].days.clear();
            plan.schedules.push(schedule);
        });
        assert_eq!(
            told,
            "schedules[office].week.days: found nothing; allowed: at least one day"
        );
        let told = wrong(|plan| plan.schedules = vec![office(), office()]);
        assert_eq!(
            told,
            "schedules.id: found 1 twice; allowed: each at most once"
        );
        let told = wrong(|plan| {
            plan.calendar = crate::schedule::tests::october();
            plan.calendar.extend(crate::schedule::tests::october());
        });
        assert_eq!(
            told,
            "calendar.date: found 2026-10-01 twice; allowed: each at most once"
        );
    }

    #[test]
    fn codes_zone_numbers_and_emergencies_are_checked_too() {
        let told = wrong(|plan| plan.zone.offset_min = 900);
        assert_eq!(
            told,
            "dial_plan.zone.offset_min: found 900; allowed: -720 to 840"
        );
        let told = wrong(|plan| plan.numbers.country = "086".into());
        assert!(
            told.starts_with("dial_plan.numbers.country: found 086"),
            "{told}"
        );
        let told = wrong(|plan| plan.emergency.numbers.clear());
        assert_eq!(told, "emergency.numbers: found 0; allowed: 1 to 20 numbers");
        let told = wrong(|plan| {
            plan.emergency = EmergencyPlan::of(Place::Europe);
            let park = plan
                .feature_codes
                .codes
                .iter_mut()
                .find(|c| c.feature == Feature::Park);
            park.unwrap().digits = "112".into();
        });
        let what = "no feature on a number for emergencies";
        assert_eq!(told, format!("feature_codes: found 112; allowed: {what}"));
    }

    #[test]
    fn a_configuration_from_before_there_were_routes_is_read_with_routes() {
        let old = r#"{"agents":[],"queues":[],"menus":[],"line_menus":[[0,4],[2,5]]}"#;
        let read: Configuration = serde_json::from_str(old).unwrap();
        let routes = &read.dial_plan.inbound;
        let targets: Vec<_> = routes
            .iter()
            .map(|r| (r.lines.clone(), r.target.clone()))
            .collect();
        let menu = |line, menu| (vec![LineId(line)], Target::Menu(MenuId(menu)));
        assert_eq!(targets, [menu(0, 4), menu(2, 5)]);
        assert_eq!(routes[1].name, "line 3");
        let again = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Configuration>(&again).unwrap(), read);
        let older = r#"{"agents":[],"queues":[],"menus":[]}"#;
        let read: Configuration = serde_json::from_str(older).unwrap();
        assert_eq!(read, Configuration::default());
    }
}
