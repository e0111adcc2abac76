use serde::{Deserialize, Serialize};

use super::{
    Absence, AgentId, Announcements, CallbackOffer, Demand, ExitKey, Exits, Overflow, QueueId,
    RecordingPolicy, SkillId, WrapupCode,
};
use crate::schedule::ScheduleId;

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
    /// How an agent is chosen among those who are able.
    #[serde(default)]
    pub strategy: Strategy,
    /// Under [`Strategy::RingProgressive`], how long until one more phone rings; 2..=60, default 8.
    #[serde(default = "defaults::ring_step_s")]
    pub ring_step_s: u32,
    /// Counts for its callers as `(weight - 50) * 6` seconds of waiting; 0..=100, default 50.
    #[serde(default = "defaults::weight")]
    pub weight: u32,
    /// Which skills an agent must have for any caller of this queue.
    #[serde(default)]
    pub demand: Demand,
    /// Skills that are welcome and not needed.
    #[serde(default)]
    pub preferred: Vec<SkillId>,
    /// Whether the agent of the highest level goes first; else skills only admit. Default true.
    #[serde(default = "defaults::yes")]
    pub best_skill_first: bool,
    /// When less skill will do; ascending, default 30 s −1 and 60 s −2.
    #[serde(default = "defaults::relaxation")]
    pub relaxation: Vec<Relaxation>,
    /// How long a caller waits for a dedicated agent who writes notes; 0..=120, default 15.
    #[serde(default = "defaults::owner_hold_s")]
    pub owner_hold_s: u32,
    /// How long a VIP waits for a dedicated agent who is busy; 0..=300, default 20.
    #[serde(default = "defaults::vip_hold_s")]
    pub vip_hold_s: u32,
    /// Who talked to the caller within so many hours is tried first; 0..=168, 0 (the default) off.
    #[serde(default)]
    pub last_agent_h: u32,
    /// What callers are told about their wait, and when.
    #[serde(default)]
    pub announcements: Announcements,
    /// Whether callers can be called back instead of waiting; `None` (the default): they cannot.
    #[serde(default)]
    pub callback: Option<CallbackOffer>,
    /// When callers are taken in; `None` (the default): always. Who waits at the end of the hours
    /// goes on waiting.
    #[serde(default)]
    pub hours: Option<ScheduleId>,
    /// Where callers go who are not served here.
    #[serde(default)]
    pub exits: Exits,
    /// Keys by which callers leave who wait. No key twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit_keys: Vec<ExitKey>,
    /// Callers are taken in if any agent is in none of these states, or none is named; default:
    /// signed out.
    #[serde(default = "defaults::absence")]
    pub join_empty: Vec<Absence>,
    /// Callers stay while any agent is in none of these states, or none is named; default: signed
    /// out.
    #[serde(default = "defaults::absence")]
    pub leave_empty: Vec<Absence>,
    /// How long callers stay when nobody is there any more; 0..=3600, default 60.
    #[serde(default = "defaults::leave_empty_s")]
    pub leave_empty_s: u32,
    /// What is done for who waits longer and longer; ascending.
    #[serde(default)]
    pub overflow: Vec<Overflow>,
    /// Who is cut off or hangs up and calls again within so long gets the place back; 0..=600,
    /// default 60, 0 off.
    #[serde(default = "defaults::keep_place_s")]
    pub keep_place_s: u32,
    /// Nobody is taken in, as if it were closed; who is in it is served. Default false (features
    /// B7).
    #[serde(default)]
    pub is_disabled: bool,
    /// What is said to a caller on coming in, while agents are looked for; empty (the default):
    /// nothing. Up to 1000 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub greeting: String,
    /// The same to a VIP (features B5); empty: as to all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vip_greeting: String,
    /// Which of its conversations are recorded.
    #[serde(default)]
    pub recording: RecordingPolicy,
    /// How soon callers are to be answered (features B7).
    #[serde(default)]
    pub service_level: ServiceLevel,
    /// What agents say a call came to.
    #[serde(default)]
    pub wrapup_codes: Vec<WrapupCode>,
    /// Whether an agent must choose one to end the time for notes early. Default false.
    #[serde(default)]
    pub wrapup_required: bool,
}

mod defaults {
    use super::{Absence, Relaxation};

    pub(super) fn absence() -> Vec<Absence> {
        vec![Absence::SignedOut]
    }
    pub(super) const fn leave_empty_s() -> u32 {
        60
    }
    pub(super) const fn keep_place_s() -> u32 {
        60
    }

    pub(super) const fn ring_step_s() -> u32 {
        8
    }
    pub(super) const fn weight() -> u32 {
        50
    }
    pub(super) const fn yes() -> bool {
        true
    }
    pub(super) fn relaxation() -> Vec<Relaxation> {
        [(30, 1), (60, 2)]
            .map(|(after_s, by)| Relaxation { after_s, by })
            .to_vec()
    }
    pub(super) const fn owner_hold_s() -> u32 {
        15
    }
    pub(super) const fn vip_hold_s() -> u32 {
        20
    }
}

impl Queue {
    /// A queue that nobody serves yet, with every default.
    #[must_use]
    pub fn new(id: QueueId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            agents: Vec::new(),
            ring_s: 20,
            wrapup_s: 30,
            max_wait_s: 300,
            max_waiting: 50,
            strategy: Strategy::default(),
            ring_step_s: defaults::ring_step_s(),
            weight: defaults::weight(),
            demand: Demand::default(),
            preferred: Vec::new(),
            best_skill_first: true,
            relaxation: defaults::relaxation(),
            owner_hold_s: defaults::owner_hold_s(),
            vip_hold_s: defaults::vip_hold_s(),
            last_agent_h: 0,
            announcements: Announcements::default(),
            callback: None,
            hours: None,
            exits: Exits::default(),
            exit_keys: Vec::new(),
            join_empty: defaults::absence(),
            leave_empty: defaults::absence(),
            leave_empty_s: defaults::leave_empty_s(),
            overflow: Vec::new(),
            keep_place_s: defaults::keep_place_s(),
            is_disabled: false,
            greeting: String::new(),
            vip_greeting: String::new(),
            recording: RecordingPolicy::default(),
            service_level: ServiceLevel::default(),
            wrapup_codes: Vec::new(),
            wrapup_required: false,
        }
    }
}

/// How an agent is chosen among those who are able (features B3, B4). Whoever was rung for this very
/// caller in vain comes after who was not; equals go by the longest idle, then the smallest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Idle longest.
    #[default]
    LongestIdle,
    /// Hung up last, and past wrap-up.
    MostRecentIdle,
    /// The one after the agent rung last, in the order of the queue's list.
    RoundRobin,
    /// The fewest calls today.
    LeastCalls,
    /// The least time talked today.
    LeastTalk,
    /// The smallest share of today's time at work in calls.
    LeastOccupied,
    /// By lot; `Agent::weight` is the number of lots.
    Random,
    /// The first of the queue's list, for each caller from the top.
    TopDown,
    /// Up to five at once.
    RingAll,
    /// One, then one more every `ring_step_s`, up to five at once.
    RingProgressive,
}

/// How many callers are to be answered within how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceLevel {
    /// So many of a hundred; 1..=100, default 80.
    pub percent: u32,
    /// Within so many seconds; 1..=600, default 20.
    pub within_s: u32,
}

impl Default for ServiceLevel {
    fn default() -> Self {
        Self {
            percent: 80,
            within_s: 20,
        }
    }
}

/// A moment from which less skill will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relaxation {
    /// Waited so long; 1..=7200.
    pub after_s: u32,
    /// Each level demanded is lower by so much, and 1 at least; 1..=4.
    pub by: u8,
}
