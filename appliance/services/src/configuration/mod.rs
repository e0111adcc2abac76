mod announce;
mod breaks;
mod callback;
mod caller;
mod check;
mod check_queue;
mod dial_plan;
mod exit_key;
mod forward;
mod menu;
mod overflow;
mod person;
mod queue;
mod recording;
mod rules;
mod skill;
mod texts;
mod voice;
mod wrapup;

use std::fmt;

use hotline_call::{Digit, Number, PhoneId};
use serde::{Deserialize, Serialize};

pub use self::announce::Announcements;
pub use self::breaks::{BreakReason, Breaks};
pub use self::callback::CallbackOffer;
pub use self::caller::{KnownCaller, Standing, Vip};
pub use self::exit_key::ExitKey;
pub use self::forward::{Extension, Forward, ForwardTo};
pub use self::overflow::{Absence, Exit, Exits, Overflow, OverflowAction};
pub use self::person::Person;
pub use self::queue::{Queue, Relaxation, ServiceLevel, Strategy};
pub use self::recording::{RecordingPolicies, RecordingPolicy};
pub use self::rules::Rules;
pub use self::skill::{BusinessType, Demand, Skill, SkillLevel};
pub use self::texts::number_of_text;
pub use self::voice::{NoiseReduction, Voice, VoicePath};
pub use self::wrapup::{WrapupCode, WrapupCodeId};
use crate::Language;
use crate::permission::Roles;
use crate::route::{DialPlan, Target};

/// An agent: a person who takes calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(pub u32);

impl AgentId {
    /// Nobody: who calls from a phone that nobody is signed in at. No agent has this identity.
    pub const NOBODY: Self = Self(0);
}

/// A queue: callers who wait for the same group of agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QueueId(pub u32);

/// A voice menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MenuId(pub u32);

/// Something an agent may be good at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SkillId(pub u32);

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessTypeId(pub u32);

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
    /// What agents may be good at.
    #[serde(default)]
    pub skills: Vec<Skill>,
    /// What calls may be about.
    #[serde(default)]
    pub business_types: Vec<BusinessType>,
    /// What a call is about that was dialled to this number of ours. No number twice.
    #[serde(default)]
    pub number_types: Vec<(Number, BusinessTypeId)>,
    /// Callers we know something about.
    #[serde(default)]
    pub callers: Vec<KnownCaller>,
    /// What is said in mailboxes before the tone, where it is not the sentence of every box.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub greetings: Vec<crate::MailboxGreeting>,
    /// How messages are taken.
    #[serde(default)]
    pub mailboxes: crate::Mailboxes,
    /// How voices are bettered on their way.
    #[serde(default)]
    pub voice: VoicePath,
    /// For what agents take no calls.
    #[serde(default)]
    pub breaks: Breaks,
    /// Rules of the house for calls and agents.
    #[serde(default)]
    pub rules: Rules,
    /// Numbers within the house; set by the program whenever its phones change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// Accounts of agents, for what is asked for by phone; set by the program likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
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

    /// The business type of this identity.
    #[must_use]
    pub fn business_type(&self, id: BusinessTypeId) -> Option<&BusinessType> {
        self.business_types.iter().find(|kind| kind.id == id)
    }

    /// What gives calls this business type, each as a path; while there is any, the type cannot be
    /// taken away (features B2).
    #[must_use]
    pub fn users_of(&self, id: BusinessTypeId) -> Vec<String> {
        let choices = self.menus.iter().flat_map(|menu| {
            let gives = menu.choices.iter().filter(|c| c.business_type == Some(id));
            gives.map(|c| format!("menus[{}].choices[{}]", menu.name, c.digit))
        });
        let numbers = self.number_types.iter().filter(|(_, kind)| *kind == id);
        choices
            .chain(numbers.map(|(number, _)| format!("number_types[{number}]")))
            .collect()
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
    /// What the agent is good at. No skill twice.
    #[serde(default)]
    pub skills: Vec<SkillLevel>,
    /// Lots under [`Strategy::Random`]; 1..=100, default 1.
    #[serde(default = "one")]
    pub weight: u32,
    /// Where those go who call this agent, and not a queue, and are not taken.
    #[serde(default)]
    pub forward: Forward,
}

const fn one() -> u32 {
    1
}

impl Agent {
    /// An agent with every default.
    #[must_use]
    pub fn new(id: AgentId, name: &str, phone: PhoneId) -> Self {
        Self {
            id,
            name: name.to_owned(),
            phone,
            skills: Vec::new(),
            weight: one(),
            forward: Forward::default(),
        }
    }
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
    /// Where a caller goes who pressed nothing or nothing valid; `None`: goodbye. Menus must not
    /// lead to each other in a circle this way.
    #[serde(default, deserialize_with = "menu::or_queue_or_none")]
    pub otherwise: Option<Target>,
}

/// One key of a menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The key.
    pub digit: Digit,
    /// Where it leads. Once this was a queue, and the field's name.
    #[serde(alias = "queue", deserialize_with = "menu::or_queue")]
    pub target: Target,
    /// What the call is about then.
    #[serde(default)]
    pub business_type: Option<BusinessTypeId>,
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
