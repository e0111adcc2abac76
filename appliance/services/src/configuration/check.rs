use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::{Configuration, ConfigurationError};

const MAX_AGENTS: usize = 1000;
const MAX_QUEUES: usize = 200;
const MAX_MENUS: usize = 200;
const MAX_NAME: usize = 64;

pub(super) type Checked = Result<(), ConfigurationError>;

impl Configuration {
    /// Whether it can be used as it is.
    ///
    /// # Errors
    /// The first thing that is wrong: where, what was found, what is allowed.
    pub fn check(&self) -> Checked {
        at_most("agents", self.agents.len(), MAX_AGENTS)?;
        at_most("queues", self.queues.len(), MAX_QUEUES)?;
        at_most("menus", self.menus.len(), MAX_MENUS)?;
        no_two("agents", "id", self.agents.iter().map(|a| a.id.0))?;
        no_two("agents", "phone", self.agents.iter().map(|a| a.phone.0))?;
        no_two("queues", "id", self.queues.iter().map(|q| q.id.0))?;
        no_two("menus", "id", self.menus.iter().map(|m| m.id.0))?;
        self.check_skills()?;
        self.agents
            .iter()
            .try_for_each(|agent| self.check_agent(agent))?;
        self.queues
            .iter()
            .try_for_each(|queue| self.check_queue(queue))?;
        self.menus
            .iter()
            .try_for_each(|menu| self.check_menu(menu))?;
        self.check_callers()?;
        self.check_extensions()?;
        self.check_greetings()?;
        self.check_dial_plan()?;
        self.voice.check()?;
        self.breaks.check()?;
        self.rules.check()?;
        self.check_roles()
    }
}

/// Where a thing stands: by its name, or by its number while it has none.
pub(super) fn place(list: &str, name: &str, id: u32) -> String {
    if name.trim().is_empty() {
        format!("{list}[{id}]")
    } else {
        format!("{list}[{name}]")
    }
}

pub(super) fn allowed(
    is_allowed: bool,
    field: impl Into<String>,
    found: impl ToString,
    what: impl Into<String>,
) -> Checked {
    if is_allowed {
        return Ok(());
    }
    Err(ConfigurationError {
        field: field.into(),
        found: found.to_string(),
        allowed: what.into(),
    })
}

pub(super) fn at_most(list: &str, found: usize, most: usize) -> Checked {
    allowed(found <= most, list, found, format!("at most {most}"))
}

pub(super) fn between(here: &str, key: &str, found: u32, range: RangeInclusive<u32>) -> Checked {
    let what = format!("{} to {}", range.start(), range.end());
    allowed(range.contains(&found), format!("{here}.{key}"), found, what)
}

pub(super) fn name(here: &str, found: &str) -> Checked {
    text(&format!("{here}.name"), found, MAX_NAME)
}

pub(super) fn text(field: &str, found: &str, most: usize) -> Checked {
    let length = found.chars().count();
    let is_allowed = !found.trim().is_empty() && length <= most;
    let what = format!("1 to {most} characters, not only spaces");
    allowed(is_allowed, field, format!("{length} characters"), what)
}

pub(super) fn no_two<T: Ord + Copy + std::fmt::Display>(
    list: &str,
    key: &str,
    found: impl Iterator<Item = T>,
) -> Checked {
    let mut seen = BTreeSet::new();
    for each in found {
        let field = format!("{list}.{key}");
        allowed(
            seen.insert(each),
            field,
            format!("{each} twice"),
            "each at most once",
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hotline_call::{Digit, PhoneId};

    use super::super::{
        Agent, AgentId, BusinessTypeId, Choice, Demand, Menu, MenuId, Queue, QueueId, SkillId,
    };
    use super::*;
    use crate::Language;
    use crate::route::Target;

    fn good() -> Configuration {
        let agent = |id| Agent::new(AgentId(id), &format!("agent {id}"), PhoneId(id));
        Configuration {
            agents: vec![agent(1), agent(2)],
            queues: vec![Queue {
                agents: vec![AgentId(1), AgentId(2)],
                ..Queue::new(QueueId(1), "sales")
            }],
            menus: vec![Menu {
                id: MenuId(1),
                name: "main".into(),
                language: Language::En,
                greeting: "press 1".into(),
                choices: vec![Choice {
                    digit: Digit::new('1').unwrap(),
                    target: Target::Queue(QueueId(1)),
                    business_type: None,
                }],
                input_s: 6,
                attempts: 3,
                otherwise: None,
            }],
            ..Configuration::default()
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_what_is_allowed() {
        assert_eq!(good().check(), Ok(()));
        let wrong = |change: fn(&mut Configuration)| {
            let mut configuration = good();
            change(&mut configuration);
            configuration.check().unwrap_err().to_string()
        };
        let said = wrong(|c| c.queues[0].ring_s = 3);
        assert_eq!(said, "queues[sales].ring_s: found 3; allowed: 5 to 120");
        let said = wrong(|c| c.queues[0].agents.push(AgentId(9)));
        assert_eq!(
            said,
            "queues[sales].agents: found 9; allowed: ids of agents"
        );
        let said = wrong(|c| c.agents[1].phone = PhoneId(1));
        assert_eq!(
            said,
            "agents.phone: found 1 twice; allowed: each at most once"
        );
        let said = wrong(|c| c.menus[0].choices[0].target = Target::Queue(QueueId(7)));
        assert_eq!(
            said,
            "menus[main].choices[1].target: found 7; allowed: the id of a queue"
        );
        let said = wrong(|c| c.agents[0].name.clear());
        let what = "allowed: 1 to 64 characters, not only spaces";
        assert_eq!(said, format!("agents[1].name: found 0 characters; {what}"));
        let said = wrong(|c| c.queues[0].demand = Demand::at_least(SkillId(3), 2));
        assert_eq!(
            said,
            "queues[sales].demand: found 3; allowed: ids of skills"
        );
        let said = wrong(|c| c.menus[0].choices[0].business_type = Some(BusinessTypeId(5)));
        let what = "allowed: the id of a business type, or nothing";
        assert_eq!(
            said,
            format!("menus[main].choices[1].business_type: found 5; {what}")
        );
    }
}
