//! How the simulated call centre is configured, and how its administrators change that.

use hotline_call::{Digit, LineId, PhoneId};
use hotline_services::route::DialPlan;
use hotline_services::{
    Agent, AgentId, Choice, Configuration, Language, Menu, MenuId, Queue, QueueId,
};

use crate::random::Random;

/// The most queues one menu can offer with the keys 1 to 8.
const MAX_QUEUES: u32 = 8;

/// An office with so many agents.
pub(crate) fn office(seats: u32) -> Configuration {
    let queues = (seats / 6).clamp(1, MAX_QUEUES);
    let configuration = Configuration {
        agents: (1..=seats).map(agent).collect(),
        queues: (1..=queues).map(|id| queue(id, queues, seats)).collect(),
        menus: vec![menu(1, Language::Zh, queues), menu(2, Language::En, queues)],
        dial_plan: DialPlan::of_line_menus(&[(LineId(0), MenuId(2)), (LineId(3), MenuId(2))]),
        ..Configuration::default()
    };
    debug_assert_eq!(configuration.check(), Ok(()));
    configuration
}

/// How many lines such an office has.
pub(crate) fn lines(seats: u32) -> u16 {
    u16::try_from(seats * 3 + 4).unwrap_or(u16::MAX)
}

pub(crate) const fn phone_of(agent: AgentId) -> PhoneId {
    PhoneId(100 + agent.0)
}

fn agent(id: u32) -> Agent {
    Agent::new(AgentId(id), &format!("agent {id}"), phone_of(AgentId(id)))
}

/// Every agent serves one queue; every third a second one.
fn queue(id: u32, queues: u32, seats: u32) -> Queue {
    let serves = |agent: &u32| {
        let first = agent % queues + 1;
        let second = agent.is_multiple_of(3).then_some(first % queues + 1);
        first == id || second == Some(id)
    };
    Queue {
        agents: (1..=seats).filter(serves).map(AgentId).collect(),
        ring_s: 12 + 4 * (id % 3),
        wrapup_s: [30, 10, 0][(id as usize - 1) % 3],
        max_wait_s: if id.is_multiple_of(4) { 120 } else { 600 },
        max_waiting: (seats / queues).clamp(3, 50),
        ..Queue::new(QueueId(id), &format!("queue {id}"))
    }
}

fn menu(id: u32, language: Language, queues: u32) -> Menu {
    let choices = (1..=queues).filter_map(|queue| {
        Some(Choice {
            digit: key(queue)?,
            queue: QueueId(queue),
            business_type: None,
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
        otherwise: (id == 2).then_some(QueueId(1)),
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
    match random.below(8) {
        0..=2 => move_agent(&mut changed, random),
        3 => change_times(&mut changed, random),
        4 => take_agent(&mut changed, random),
        5 => take_queue(&mut changed, random),
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

fn take_agent(configuration: &mut Configuration, random: &mut Random) {
    let agents: Vec<AgentId> = configuration.agents.iter().map(|a| a.id).collect();
    let Some(agent) = random.one_of(&agents).copied().filter(|_| agents.len() > 1) else {
        return;
    };
    configuration.agents.retain(|a| a.id != agent);
    for queue in &mut configuration.queues {
        queue.agents.retain(|a| *a != agent);
    }
}

fn take_queue(configuration: &mut Configuration, random: &mut Random) {
    let queues: Vec<QueueId> = configuration.queues.iter().map(|q| q.id).collect();
    let Some(queue) = random.one_of(&queues).copied().filter(|_| queues.len() > 1) else {
        return;
    };
    configuration.queues.retain(|q| q.id != queue);
    for menu in &mut configuration.menus {
        menu.choices.retain(|choice| choice.queue != queue);
        menu.otherwise = menu.otherwise.filter(|other| *other != queue);
    }
}
