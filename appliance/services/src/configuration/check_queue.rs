//! Whether agents, queues, skills and known callers can be used as they are.

use super::check::{Checked, allowed, at_most, between, name, no_two, place};
use super::{
    Agent, Announcements, BusinessTypeId, Configuration, Demand, Exit, KnownCaller, MenuId,
    OverflowAction, Queue, QueueId, Relaxation, SkillId, SkillLevel, WrapupCode,
};

const MAX_SKILLS: usize = 200;
const MAX_TYPES: usize = 200;
const MAX_CALLERS: usize = 2000;
const MAX_BACKUPS: usize = 5;
/// How many skills one demand may name, and how deep "all" and "any" may stand in each other.
const MAX_TERMS: usize = 16;
const MAX_DEPTH: usize = 4;
const MAX_STEPS: usize = 8;
const MAX_CODES: usize = 100;
const MAX_WORDS: usize = 1000;

impl Configuration {
    pub(super) fn check_skills(&self) -> Checked {
        at_most("skills", self.skills.len(), MAX_SKILLS)?;
        no_two("skills", "id", self.skills.iter().map(|s| s.id.0))?;
        for skill in &self.skills {
            name(&place("skills", &skill.name, skill.id.0), &skill.name)?;
        }
        at_most("business_types", self.business_types.len(), MAX_TYPES)?;
        let ids = self.business_types.iter().map(|kind| kind.id.0);
        no_two("business_types", "id", ids)?;
        for kind in &self.business_types {
            let here = place("business_types", &kind.name, kind.id.0);
            name(&here, &kind.name)?;
            self.check_demand(&here, &kind.demand, &kind.preferred)?;
        }
        let numbers = self.number_types.iter().map(|(number, _)| number.as_str());
        no_two("number_types", "number", numbers)?;
        self.number_types.iter().try_for_each(|(number, kind)| {
            self.check_business_type(&format!("number_types[{number}]"), Some(*kind))
        })
    }

    pub(super) fn check_business_type(&self, field: &str, id: Option<BusinessTypeId>) -> Checked {
        let Some(id) = id else { return Ok(()) };
        let is_known = self.business_type(id).is_some();
        let what = "the id of a business type, or nothing";
        allowed(is_known, field, id.0, what)
    }

    pub(super) fn check_agent(&self, agent: &Agent) -> Checked {
        let here = place("agents", &agent.name, agent.id.0);
        name(&here, &agent.name)?;
        between(&here, "weight", agent.weight, 1..=100)?;
        let field = format!("{here}.skills");
        no_two(&here, "skills", agent.skills.iter().map(|has| has.skill.0))?;
        for has in &agent.skills {
            self.check_level(&field, *has)?;
        }
        self.check_forward(&here, agent)
    }

    fn check_level(&self, field: &str, SkillLevel { skill, level }: SkillLevel) -> Checked {
        self.check_skill(field, skill)?;
        allowed((1..=5).contains(&level), field, level, "a level of 1 to 5")
    }

    fn check_skill(&self, field: &str, skill: SkillId) -> Checked {
        let is_known = self.skills.iter().any(|known| known.id == skill);
        allowed(is_known, field, skill.0, "ids of skills")
    }

    fn check_demand(&self, here: &str, demand: &Demand, preferred: &[SkillId]) -> Checked {
        let field = format!("{here}.demand");
        let terms = demand.skills();
        let depth = demand.depth();
        let what = format!("at most {MAX_TERMS} skills, {MAX_DEPTH} deep");
        let found = format!("{} skills, {depth} deep", terms.len());
        let fits = terms.len() <= MAX_TERMS && depth <= MAX_DEPTH;
        allowed(fits, field.as_str(), found, what)?;
        for wanted in terms {
            self.check_level(&field, wanted)?;
        }
        let field = format!("{here}.preferred");
        at_most(&field, preferred.len(), MAX_TERMS)?;
        no_two(here, "preferred", preferred.iter().map(|skill| skill.0))?;
        preferred
            .iter()
            .try_for_each(|skill| self.check_skill(&field, *skill))
    }

    pub(super) fn check_queue(&self, queue: &Queue) -> Checked {
        let here = place("queues", &queue.name, queue.id.0);
        name(&here, &queue.name)?;
        between(&here, "ring_s", queue.ring_s, 5..=120)?;
        between(&here, "wrapup_s", queue.wrapup_s, 0..=600)?;
        between(&here, "max_wait_s", queue.max_wait_s, 10..=7200)?;
        between(&here, "max_waiting", queue.max_waiting, 1..=200)?;
        between(&here, "ring_step_s", queue.ring_step_s, 2..=60)?;
        between(&here, "weight", queue.weight, 0..=100)?;
        between(&here, "owner_hold_s", queue.owner_hold_s, 0..=120)?;
        between(&here, "vip_hold_s", queue.vip_hold_s, 0..=300)?;
        between(&here, "last_agent_h", queue.last_agent_h, 0..=168)?;
        check_announcements(&here, &queue.announcements)?;
        check_callback(&here, queue)?;
        between(&here, "leave_empty_s", queue.leave_empty_s, 0..=3600)?;
        between(&here, "keep_place_s", queue.keep_place_s, 0..=600)?;
        queue.recording.check(&format!("{here}.recording"))?;
        between(&here, "percent", queue.service_level.percent, 1..=100)?;
        between(&here, "within_s", queue.service_level.within_s, 1..=600)?;
        for (key, words) in [
            ("greeting", &queue.greeting),
            ("vip_greeting", &queue.vip_greeting),
        ] {
            let length = words.chars().count();
            let what = format!("up to {MAX_WORDS} characters");
            allowed(length <= MAX_WORDS, format!("{here}.{key}"), length, what)?;
        }
        self.check_ways_on(&here, queue)?;
        self.check_exit_keys(&here, queue)?;
        check_codes(&here, &queue.wrapup_codes)?;
        self.check_demand(&here, &queue.demand, &queue.preferred)?;
        check_relaxation(&here, &queue.relaxation)?;
        no_two(&here, "agents", queue.agents.iter().map(|a| a.0))?;
        for id in &queue.agents {
            let field = format!("{here}.agents");
            allowed(self.agent(*id).is_some(), field, id.0, "ids of agents")?;
        }
        Ok(())
    }

    /// Hours, exits and overflow name what there is, and nothing leads to the queue itself.
    fn check_ways_on(&self, here: &str, queue: &Queue) -> Checked {
        if let Some(schedule) = queue.hours {
            let is_known = self.dial_plan.schedule(schedule).is_some();
            let what = "the id of a schedule, or nothing";
            allowed(is_known, format!("{here}.hours"), schedule.0, what)?;
        }
        let another = |field: String, id: QueueId| {
            let is_known = id != queue.id && self.queues.iter().any(|other| other.id == id);
            allowed(is_known, field, id.0, "the id of another queue")
        };
        let menu = |field: String, id: MenuId| {
            allowed(self.menu(id).is_some(), field, id.0, "the id of a menu")
        };
        let exits = &queue.exits;
        for (key, exit) in [
            ("closed", exits.closed),
            ("nobody", exits.nobody),
            ("full", exits.full),
            ("too_long", exits.too_long),
        ] {
            let field = format!("{here}.exits.{key}");
            match exit {
                Exit::Goodbye | Exit::Voicemail => {}
                Exit::Queue(id) => another(field, id)?,
                Exit::Menu(id) => menu(field, id)?,
            }
        }
        let field = format!("{here}.overflow");
        at_most(&field, queue.overflow.len(), MAX_STEPS)?;
        for step in &queue.overflow {
            between(&field, "after_s", step.after_s, 1..=7200)?;
            let field = format!("{field}.action");
            match step.action {
                OverflowAction::AddAgentsOf(id) | OverflowAction::MoveTo(id) => another(field, id)?,
                OverflowAction::Menu(id) => menu(field, id)?,
                OverflowAction::Agent(id) => {
                    let is_known = self.agent(id).is_some();
                    allowed(is_known, field, id.0, "ids of agents")?;
                }
                OverflowAction::Goodbye
                | OverflowAction::Voicemail
                | OverflowAction::Phone(_)
                | OverflowAction::OfferCallback => {}
            }
        }
        for pair in queue.overflow.windows(2) {
            let later = pair[0].after_s < pair[1].after_s;
            let what = "each step later than the one before";
            allowed(later, field.as_str(), pair[1].after_s, what)?;
        }
        Ok(())
    }

    pub(super) fn check_callers(&self) -> Checked {
        at_most("callers", self.callers.len(), MAX_CALLERS)?;
        let numbers = self.callers.iter().map(|caller| caller.number.as_str());
        no_two("callers", "number", numbers)?;
        self.callers
            .iter()
            .try_for_each(|caller| self.check_caller(caller))
    }

    fn check_caller(&self, caller: &KnownCaller) -> Checked {
        let here = format!("callers[{}]", caller.number);
        let standing = &caller.standing;
        at_most(
            &format!("{here}.backups"),
            standing.backups.len(),
            MAX_BACKUPS,
        )?;
        let named = standing.owner.iter().chain(&standing.backups);
        no_two(&here, "owner and backups", named.clone().map(|a| a.0))?;
        for id in named {
            let field = format!("{here}.owner");
            allowed(self.agent(*id).is_some(), field, id.0, "ids of agents")?;
        }
        Ok(())
    }
}

fn check_codes(here: &str, codes: &[WrapupCode]) -> Checked {
    let field = format!("{here}.wrapup_codes");
    at_most(&field, codes.len(), MAX_CODES)?;
    no_two(&field, "id", codes.iter().map(|code| code.id.0))?;
    codes
        .iter()
        .try_for_each(|code| name(&format!("{field}[{}]", code.id.0), &code.name))
}

fn check_announcements(here: &str, told: &Announcements) -> Checked {
    let here = format!("{here}.announcements");
    between(&here, "first_s", told.first_s, 0..=600)?;
    between(&here, "every_s", told.every_s, 15..=600)?;
    between(&here, "most_ahead", told.most_ahead, 1..=50)?;
    between(&here, "most_minutes", told.most_minutes, 1..=60)
}

fn check_callback(here: &str, queue: &Queue) -> Checked {
    let Some(offer) = queue.callback else {
        return Ok(());
    };
    let here = format!("{here}.callback");
    let key = offer.key.label();
    let what = "one of the keys 0 to 9";
    allowed(key.is_ascii_digit(), format!("{here}.key"), key, what)?;
    let leads_out = queue.exit_keys.iter().any(|exit| exit.digit == offer.key);
    let what = "a key that leads nowhere else";
    allowed(!leads_out, format!("{here}.key"), key, what)?;
    between(&here, "keep_s", offer.keep_s, 600..=86_400)?;
    between(&here, "attempts", offer.attempts, 1..=5)?;
    between(&here, "retry_s", offer.retry_s, 60..=7200)
}

/// Ever later, ever less.
fn check_relaxation(here: &str, steps: &[Relaxation]) -> Checked {
    let field = format!("{here}.relaxation");
    at_most(&field, steps.len(), MAX_STEPS)?;
    for step in steps {
        between(&field, "after_s", step.after_s, 1..=7200)?;
        between(&field, "by", u32::from(step.by), 1..=4)?;
    }
    for pair in steps.windows(2) {
        let rises = pair[0].after_s < pair[1].after_s && pair[0].by < pair[1].by;
        let what = "each step later than the one before and by more";
        allowed(rises, field.as_str(), pair[1].after_s, what)?;
    }
    Ok(())
}
