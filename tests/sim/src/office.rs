//! How the simulated call centre is configured, and how its administrators change that.

use hotline_call::{Digit, LineId, PhoneId};
use hotline_services::route::{DialPlan, Target};
use hotline_services::{
    Agent, AgentId, BusinessType, BusinessTypeId, Choice, Configuration, Demand, KnownCaller,
    Language, Menu, MenuId, Queue, QueueId, Skill, SkillId, SkillLevel, Standing, Strategy, Vip,
};

use crate::annex::{forget_agent, forget_queue};
use crate::house::number;
use crate::random::Random;

/// The most queues one menu can offer with the keys 1 to 8.
const MAX_QUEUES: u32 = 8;

/// Every way to choose an agent.
pub(crate) const STRATEGIES: [Strategy; 10] = [
    Strategy::LongestIdle,
    Strategy::RoundRobin,
    Strategy::RingProgressive,
    Strategy::LeastCalls,
    Strategy::RingAll,
    Strategy::MostRecentIdle,
    Strategy::LeastTalk,
    Strategy::Random,
    Strategy::TopDown,
    Strategy::LeastOccupied,
];
/// What agents may be good at.
const SKILLS: u32 = 3;
/// Every so many persons one is a caller we know something about.
const KNOWN_EVERY: u32 = 7;
const KNOWN: u32 = 150;

/// An office with so many agents. The seed decides which queue chooses its agents how.
pub(crate) fn office(seats: u32, seed: u64) -> Configuration {
    let queues = (seats / 6).clamp(1, MAX_QUEUES);
    let kinds = (1..=SKILLS).map(|id| BusinessType {
        id: BusinessTypeId(id),
        name: format!("business {id}"),
        demand: if id == 1 {
            Demand::default()
        } else {
            Demand::at_least(SkillId(id), 3)
        },
        preferred: vec![SkillId(id % SKILLS + 1)],
    });
    let skills = (1..=SKILLS).map(|id| Skill {
        id: SkillId(id),
        name: format!("skill {id}"),
    });
    let configuration = Configuration {
        agents: (1..=seats).map(agent).collect(),
        queues: (1..=queues)
            .map(|id| queue(id, queues, seats, seed))
            .collect(),
        menus: vec![menu(1, Language::Zh, queues), menu(2, Language::En, queues)],
        dial_plan: DialPlan::of_line_menus(&[(LineId(0), MenuId(2)), (LineId(3), MenuId(2))]),
        skills: skills.collect(),
        business_types: kinds.collect(),
        callers: (1..=KNOWN).filter_map(|n| known(n, seats)).collect(),
        ..Configuration::default()
    };
    debug_assert_eq!(configuration.check(), Ok(()));
    configuration
}

/// A caller we know something about: a VIP, or one somebody looks after, or both.
fn known(n: u32, seats: u32) -> Option<KnownCaller> {
    let agent = |n: u32| AgentId(n % seats + 1);
    let standing = Standing {
        vip: [
            None,
            Some(Vip::Level1),
            Some(Vip::Level2),
            None,
            Some(Vip::Level3),
            Some(Vip::Absolute),
        ][n as usize % 6],
        owner: n.is_multiple_of(3).then(|| agent(n)),
        backups: if n.is_multiple_of(9) && seats > 2 {
            vec![agent(n + 1), agent(n + 2)]
        } else {
            Vec::new()
        },
        ..Standing::default()
    };
    Some(KnownCaller {
        number: number(n * KNOWN_EVERY)?,
        standing,
    })
}

/// How many lines such an office has.
pub(crate) fn lines(seats: u32) -> u16 {
    u16::try_from(seats * 3 + 4).unwrap_or(u16::MAX)
}

pub(crate) const fn phone_of(agent: AgentId) -> PhoneId {
    PhoneId(100 + agent.0)
}

fn agent(id: u32) -> Agent {
    let skills = (1..=SKILLS).filter(|skill| !(id + skill).is_multiple_of(4));
    let level = |skill: u32| u8::try_from((id + 2 * skill) % 5 + 1).unwrap_or(1);
    Agent {
        skills: skills
            .map(|skill| SkillLevel {
                skill: SkillId(skill),
                level: level(skill),
            })
            .collect(),
        weight: id % 4 + 1,
        ..Agent::new(AgentId(id), &format!("agent {id}"), phone_of(AgentId(id)))
    }
}

/// Every agent serves one queue; every third a second one.
fn queue(id: u32, queues: u32, seats: u32, seed: u64) -> Queue {
    let serves = |agent: &u32| {
        let first = agent % queues + 1;
        let second = agent.is_multiple_of(3).then_some(first % queues + 1);
        first == id || second == Some(id)
    };
    let strategy = (seed.wrapping_add(u64::from(id)) % STRATEGIES.len() as u64) as usize;
    Queue {
        agents: (1..=seats).filter(serves).map(AgentId).collect(),
        ring_s: 12 + 4 * (id % 3),
        wrapup_s: [30, 10, 0][(id as usize - 1) % 3],
        max_wait_s: if id.is_multiple_of(4) { 120 } else { 600 },
        max_waiting: (seats / queues).clamp(3, 50),
        strategy: STRATEGIES[strategy],
        weight: [50, 60, 40, 50][id as usize % 4],
        demand: if id.is_multiple_of(3) {
            Demand::at_least(SkillId(1), 2)
        } else {
            Demand::default()
        },
        best_skill_first: id.is_multiple_of(2),
        last_agent_h: if id.is_multiple_of(2) { 4 } else { 0 },
        ..Queue::new(QueueId(id), &format!("queue {id}"))
    }
}

fn menu(id: u32, language: Language, queues: u32) -> Menu {
    let choices = (1..=queues).filter_map(|queue| {
        Some(Choice {
            digit: key(queue)?,
            target: Target::Queue(QueueId(queue)),
            business_type: (queue % 3 != 0).then_some(BusinessTypeId(queue % SKILLS + 1)),
        })
    });
    Menu {
        id: MenuId(id),
        name: format!("menu {id}"),
        language,
        greeting: "Welcome.".to_owned(),
        choices: choices.collect(),
        input_s: 6,
        attempts: 3,
        otherwise: (id == 2).then_some(Target::Queue(QueueId(1))),
    }
}

/// The key with this number.
pub(crate) fn key(n: u32) -> Option<Digit> {
    Digit::new(char::from_digit(n, 10)?)
}

/// What an administrator makes of the configuration as it is; now and then all is set right again.
pub(crate) fn change(
    now: &Configuration,
    right: &Configuration,
    random: &mut Random,
) -> Configuration {
    let mut changed = now.clone();
    match random.below(10) {
        0..=2 => move_agent(&mut changed, random),
        3 => change_times(&mut changed, random),
        4 => take_agent(&mut changed, random),
        5 => take_queue(&mut changed, random),
        6..=7 => change_rules(&mut changed, random),
        _ => changed = right.clone(),
    }
    if changed.check().is_err() {
        changed = right.clone();
    }
    changed
}

fn move_agent(configuration: &mut Configuration, random: &mut Random) {
    let agents: Vec<AgentId> = configuration.agents.iter().map(|a| a.id).collect();
    let Some(agent) = random.one_of(&agents).copied() else {
        return;
    };
    let to = random.below(configuration.queues.len() as u64);
    for (n, queue) in (0..).zip(&mut configuration.queues) {
        if n == to && !queue.agents.contains(&agent) {
            queue.agents.push(agent);
        } else if random.permille(700) && queue.agents.len() > 1 {
            queue.agents.retain(|a| *a != agent);
        }
    }
}

fn change_times(configuration: &mut Configuration, random: &mut Random) {
    let n = random.below(configuration.queues.len() as u64);
    let queue = (0..).zip(&mut configuration.queues).find(|(i, _)| *i == n);
    if let Some((_, queue)) = queue {
        let mut seconds = |low, high| u32::try_from(random.between(low, high)).unwrap_or(60);
        queue.ring_s = seconds(5, 40);
        queue.wrapup_s = seconds(0, 60);
        queue.max_wait_s = seconds(20, 900);
        queue.max_waiting = seconds(1, 60);
    }
}

/// Another way to choose agents, another weight, another demand; another level of a skill.
fn change_rules(configuration: &mut Configuration, random: &mut Random) {
    let n = random.below(configuration.queues.len() as u64);
    if let Some((_, queue)) = (0..).zip(&mut configuration.queues).find(|(i, _)| *i == n) {
        queue.strategy = random.one_of(&STRATEGIES).copied().unwrap_or_default();
        queue.weight = u32::try_from(random.between(0, 100)).unwrap_or(50);
        queue.best_skill_first = random.permille(500);
        let level = u8::try_from(random.between(1, 5)).unwrap_or(1);
        queue.demand = if random.permille(500) {
            Demand::default()
        } else {
            Demand::at_least(SkillId(2), level)
        };
    }
    let n = random.below(configuration.agents.len() as u64);
    if let Some((_, agent)) = (0..).zip(&mut configuration.agents).find(|(i, _)| *i == n)
        && let Some(skill) = agent.skills.first_mut()
    {
        skill.level = u8::try_from(random.between(1, 5)).unwrap_or(1);
    }
}

fn take_agent(configuration: &mut Configuration, random: &mut Random) {
    let agents: Vec<AgentId> = configuration.agents.iter().map(|a| a.id).collect();
    let Some(agent) = random.one_of(&agents).copied().filter(|_| agents.len() > 1) else {
        return;
    };
    configuration.agents.retain(|a| a.id != agent);
    for queue in &mut configuration.queues {
        queue.agents.retain(|a| *a != agent);
    }
    for caller in &mut configuration.callers {
        let standing = &mut caller.standing;
        standing.owner = standing.owner.filter(|a| *a != agent);
        standing.backups.retain(|a| *a != agent);
    }
    forget_agent(configuration, agent);
}

fn take_queue(configuration: &mut Configuration, random: &mut Random) {
    let queues: Vec<QueueId> = configuration.queues.iter().map(|q| q.id).collect();
    let Some(queue) = random.one_of(&queues).copied().filter(|_| queues.len() > 1) else {
        return;
    };
    configuration.queues.retain(|q| q.id != queue);
    for menu in &mut configuration.menus {
        menu.choices
            .retain(|choice| choice.target != Target::Queue(queue));
        menu.otherwise
            .take_if(|other| *other == Target::Queue(queue));
    }
    forget_queue(configuration, queue);
}
