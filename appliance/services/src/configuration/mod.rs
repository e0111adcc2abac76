mod check;
mod dial_plan;

use std::fmt;

use hotline_call::{Digit, PhoneId};
use serde::{Deserialize, Serialize};

use crate::Language;
use crate::permission::Roles;
use crate::route::DialPlan;

/// An agent: a person who takes calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub u32);

/// A queue: callers who wait for the same group of agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueId(pub u32);

/// A voice menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MenuId(pub u32);

/// All that an administrator sets, whole. It enters by `Event::Configure` and is itself a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Who takes calls.
    pub agents: Vec<Agent>,
    /// Where callers wait.
    pub queues: Vec<Queue>,
    /// What callers hear first.
    pub menus: Vec<Menu>,
    /// Where calls go. A call that no inbound route matches meets the first menu.
    #[serde(
        default,
        alias = "line_menus",
        deserialize_with = "dial_plan::or_line_menus"
    )]
    pub dial_plan: DialPlan,
    /// Roles made here, besides those of every box.
    #[serde(default)]
    pub roles: Roles,
}

impl Configuration {
    /// The agent of this identity.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    /// The menu of this identity.
    #[must_use]
    pub fn menu(&self, id: MenuId) -> Option<&Menu> {
        self.menus.iter().find(|menu| menu.id == id)
    }
}

/// One agent as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Identity, never reused.
    pub id: AgentId,
    /// The name shown to people.
    pub name: String,
    /// The phone on this agent's desk.
    pub phone: PhoneId,
}

/// One queue as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Identity, never reused.
    pub id: QueueId,
    /// The name shown to people.
    pub name: String,
    /// Who serves it.
    pub agents: Vec<AgentId>,
    /// How long an agent's phone rings before the next agent is tried; 5..=120, default 20.
    pub ring_s: u32,
    /// Time for notes after a call before the next one; 0..=600, default 30.
    pub wrapup_s: u32,
    /// The longest wait before the caller is told to call again; 10..=7200, default 300.
    pub max_wait_s: u32,
    /// The most callers that may wait; the next one hears "all busy". 1..=200, default 50.
    pub max_waiting: u32,
}

/// One voice menu as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// Identity, never reused.
    pub id: MenuId,
    /// The name shown to people.
    pub name: String,
    /// The language of this menu and of all that its callers hear later.
    pub language: Language,
    /// What is said on entering: the greeting and the choices, "press 1 for sales".
    pub greeting: String,
    /// Which key leads where. No key twice.
    pub choices: Vec<Choice>,
    /// How long to wait for a key after the greeting; 1..=30, default 6.
    pub input_s: u32,
    /// How often the greeting is played before the call ends or takes `otherwise`; 1..=5, default 3.
    pub attempts: u32,
    /// The queue of a caller who pressed nothing or nothing valid; `None`: goodbye.
    pub otherwise: Option<QueueId>,
}

/// One key of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The key.
    pub digit: Digit,
    /// Where it leads.
    pub queue: QueueId,
}

/// What is wrong with a configuration: where, what was found, what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationError {
    /// The field, as a path: `queues[sales].ring_s`.
    pub field: String,
    /// What was found there.
    pub found: String,
    /// What is allowed there.
    pub allowed: String,
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: found {}; allowed: {}",
            self.field, self.found, self.allowed
        )
    }
}

impl std::error::Error for ConfigurationError {}
