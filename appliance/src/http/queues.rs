//! Queues: where callers wait and who serves them.

use hotline_services::route::{Mailbox, Target};
use hotline_services::{Configuration, QueueId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::listing::{self, Row, resource};
use super::permit::{May, Permit, QueuesRead, QueuesWrite};
use super::skills::Demand;
use super::words::Strategy;

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes()
}

/// One queue.
#[derive(Serialize, Deserialize, ToSchema)]
struct Queue {
    id: u32,
    #[serde(flatten)]
    draft: QueueDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(default)]
struct QueueDraft {
    name: String,
    /// Who serves it.
    agents: Vec<u32>,
    /// How long an agent's phone rings; 5 to 120.
    ring_s: u32,
    /// Time for notes after a call; 0 to 600.
    wrapup_s: u32,
    /// The longest wait; 10 to 7200.
    max_wait_s: u32,
    /// The most callers that may wait; 1 to 200.
    max_waiting: u32,
    /// How an agent is chosen among those who are able.
    strategy: Strategy,
    /// Under `ring_progressive`, how long until one more phone rings; 2 to 60.
    ring_step_s: u32,
    /// Counts for its callers as (weight - 50) * 6 seconds of waiting; 0 to 100.
    weight: u32,
    /// Which skills an agent must have for any caller of this queue.
    demand: Demand,
    /// Skills that are welcome and not needed.
    preferred: Vec<u32>,
    /// Whether the agent of the highest level goes first; else skills only admit.
    best_skill_first: bool,
    /// When less skill will do; each step later than the one before and by more, at most 8.
    relaxation: Vec<Relaxation>,
    /// How long a caller waits for a dedicated agent who writes notes; 0 to 120.
    owner_hold_s: u32,
    /// How long a VIP waits for a dedicated agent who is busy; 0 to 300.
    vip_hold_s: u32,
    /// Who talked to the caller within so many hours is tried first; 0 to 168, 0: off.
    last_agent_h: u32,
    /// What callers are told about their wait, and when.
    announcements: Announcements,
}

/// What callers are told about their wait, and when.
#[derive(Serialize, Deserialize, ToSchema)]
struct Announcements {
    /// Whether the place in the queue is told.
    position: bool,
    /// Whether the time still to wait is told.
    wait: bool,
    /// The first announcement, after so long in the queue; 0 to 600.
    first_s: u32,
    /// From the beginning of one to that of the next; 15 to 600.
    every_s: u32,
    /// With more callers ahead than this only that is told; 1 to 50.
    most_ahead: u32,
    /// A longer wait is not told; 1 to 60 minutes.
    most_minutes: u32,
    /// Whether a place is told again only if it is better than the one told last.
    only_improved: bool,
    /// Whether a caller may be told a longer wait than before though nobody was put ahead.
    may_rise: bool,
}

impl Default for Announcements {
    fn default() -> Self {
        let hotline_services::Announcements {
            position,
            wait,
            first_s,
            every_s,
            most_ahead,
            most_minutes,
            only_improved,
            may_rise,
        } = hotline_services::Announcements::default();
        Self {
            position,
            wait,
            first_s,
            every_s,
            most_ahead,
            most_minutes,
            only_improved,
            may_rise,
        }
    }
}

/// A moment from which less skill will do.
#[derive(Serialize, Deserialize, ToSchema)]
struct Relaxation {
    /// Waited so long; 1 to 7200.
    after_s: u32,
    /// Each level demanded is lower by so much, and 1 at least; 1 to 4.
    by: u8,
}

impl Default for QueueDraft {
    fn default() -> Self {
        let defaults = hotline_services::Queue::new(QueueId(0), "");
        let relaxation = defaults.relaxation.iter();
        let step = |step: &hotline_services::Relaxation| Relaxation {
            after_s: step.after_s,
            by: step.by,
        };
        Self {
            name: String::new(),
            agents: Vec::new(),
            ring_s: defaults.ring_s,
            wrapup_s: defaults.wrapup_s,
            max_wait_s: defaults.max_wait_s,
            max_waiting: defaults.max_waiting,
            strategy: defaults.strategy.into(),
            ring_step_s: defaults.ring_step_s,
            weight: defaults.weight,
            demand: Demand::default(),
            preferred: Vec::new(),
            best_skill_first: defaults.best_skill_first,
            relaxation: relaxation.map(step).collect(),
            owner_hold_s: defaults.owner_hold_s,
            vip_hold_s: defaults.vip_hold_s,
            last_agent_h: defaults.last_agent_h,
            announcements: Announcements::default(),
        }
    }
}

impl Row for Queue {
    type Core = hotline_services::Queue;
    type Draft = QueueDraft;
    const ONE: &'static str = "queue";
    const NUMBERED: Numbered = Numbered::Queue;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.queues
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.queues
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, _draft: &QueueDraft) -> Result<Self::Core> {
        Ok(hotline_services::Queue::new(QueueId(id), ""))
    }

    fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
        let leads = |menu: &&hotline_services::Menu| {
            menu.otherwise.is_some_and(|queue| queue.0 == id)
                || menu.choices.iter().any(|choice| choice.queue.0 == id)
        };
        if let Some(menu) = configuration.menus.iter().find(leads) {
            let message = format!(
                "the menu {} leads to this queue; change the menu first",
                menu.name
            );
            return Err(ApiError::conflict(message));
        }
        let (queue, voicemail) = (QueueId(id), Mailbox::Queue(QueueId(id)));
        super::inbound::not_led_to(configuration, "queue", |target| {
            *target == Target::Queue(queue) || *target == Target::Voicemail(voicemail)
        })
    }
}

resource!(
    "/api/queues",
    "/api/queues/{id}",
    Queue,
    QueueDraft,
    QueuesWrite
);
