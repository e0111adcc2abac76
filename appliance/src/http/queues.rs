//! Queues: where callers wait and who serves them.

use hotline_call::Digit;
use hotline_services::route::{Mailbox, Target};
use hotline_services::{Configuration, Exit as CoreExit, OverflowAction as CoreAction, QueueId};
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
use super::words::{Absence, Strategy};

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
    /// Whether callers can be called back instead of waiting; null: they cannot.
    callback: Option<CallbackOffer>,
    /// The schedule in whose hours callers are taken in; null: always.
    hours: Option<u32>,
    /// Where callers go whom the queue does not serve.
    exits: Exits,
    /// Keys by which callers leave who wait; no key twice.
    exit_keys: Vec<ExitKey>,
    /// Callers are taken in if any agent is in none of these states, or none is named.
    join_empty: Vec<Absence>,
    /// Callers stay while any agent is in none of these states, or none is named.
    leave_empty: Vec<Absence>,
    /// How long callers stay when nobody is there any more; 0 to 3600.
    leave_empty_s: u32,
    /// What is done for who waits longer and longer; each step later than the one before, at most 8.
    overflow: Vec<Overflow>,
    /// Who is cut off or hangs up and calls again within so long gets the place back; 0 to 600,
    /// 0: off.
    keep_place_s: u32,
    /// Nobody is taken in; who is in it is served.
    is_disabled: bool,
    /// What is said to a caller on coming in; empty: nothing. Up to 1000 characters.
    greeting: String,
    /// The same to a VIP; empty: as to all.
    vip_greeting: String,
    /// Which of its conversations are recorded.
    recording: RecordingPolicy,
    /// How soon callers are to be answered.
    service_level: ServiceLevel,
    /// What agents say a call came to; at most 100.
    wrapup_codes: Vec<WrapupCode>,
    /// Whether an agent must choose one to end the time for notes early.
    wrapup_required: bool,
}

/// Which conversations are recorded.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordingPolicy {
    /// All of them.
    #[default]
    Always,
    /// None.
    Never,
    /// So many of a hundred, 1 to 99.
    Percent(u8),
}

/// How soon callers are to be answered.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
struct ServiceLevel {
    /// So many of a hundred; 1 to 100.
    percent: u32,
    /// Within so many seconds; 1 to 600.
    within_s: u32,
}

/// The offer to be called back instead of waiting.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
struct CallbackOffer {
    /// The key that asks for it; one of 0 to 9.
    key: String,
    /// For how long the promise holds, at most to the end of the hours; 600 to 86400.
    keep_s: u32,
    /// How often the person is called; 1 to 5.
    attempts: u32,
    /// How long until the next try; 60 to 7200.
    retry_s: u32,
}

/// Where a caller goes whom a queue does not serve.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Exit {
    /// Is told why, and goodbye.
    #[default]
    Goodbye,
    /// Into another queue.
    Queue(u32),
    /// Into a menu.
    Menu(u32),
    /// Into the mailbox of the queue.
    Voicemail,
}

/// A key by which a caller who waits leaves the queue.
#[derive(Serialize, Deserialize, ToSchema)]
struct ExitKey {
    /// `0` to `9`, `*`, `#`, `A` to `D`.
    #[schema(value_type = String)]
    digit: Digit,
    /// Where it leads: not to the queue itself.
    target: super::inbound::Target,
}

/// Where callers go whom a queue does not serve.
#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
struct Exits {
    /// Outside the hours.
    closed: Exit,
    /// No agent is there.
    nobody: Exit,
    /// As many wait as may.
    full: Exit,
    /// Waited as long as the queue allows.
    too_long: Exit,
}

/// What is done for a caller who has waited for a while.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OverflowAction {
    /// The agents of that queue may take the caller too.
    AddAgentsOf(u32),
    /// Into that queue, with what was waited counted.
    MoveTo(u32),
    /// Into a menu.
    Menu(u32),
    /// Into the mailbox of the queue.
    Voicemail,
    /// Straight to that agent, if the phone can be rung.
    Agent(u32),
    /// Straight to that telephone, if it can be rung.
    Phone(u32),
    /// Is offered to be called back, if the queue does that.
    OfferCallback,
    /// Is told goodbye.
    Goodbye,
}

/// A step of the overflow timeline.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
struct Overflow {
    /// Waited so long; 1 to 7200.
    after_s: u32,
    action: OverflowAction,
}

/// A code that agents give the calls of a queue when they are over.
#[derive(Serialize, Deserialize, ToSchema)]
struct WrapupCode {
    /// Its number in the queue; one that was used is never given to another.
    id: u32,
    name: String,
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
            callback: None,
            hours: None,
            exits: Exits::default(),
            exit_keys: Vec::new(),
            join_empty: defaults.join_empty.into_iter().map(Absence::from).collect(),
            leave_empty: defaults
                .leave_empty
                .into_iter()
                .map(Absence::from)
                .collect(),
            leave_empty_s: defaults.leave_empty_s,
            overflow: Vec::new(),
            keep_place_s: defaults.keep_place_s,
            is_disabled: false,
            greeting: String::new(),
            vip_greeting: String::new(),
            recording: RecordingPolicy::default(),
            service_level: ServiceLevel {
                percent: defaults.service_level.percent,
                within_s: defaults.service_level.within_s,
            },
            wrapup_codes: Vec::new(),
            wrapup_required: defaults.wrapup_required,
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

    fn made(api: &Api, before: Self::Core, draft: &QueueDraft) -> Result<Self::Core> {
        for key in &draft.exit_keys {
            super::inbound::phone_is_there(api, "exit_keys", Some(&key.target))?;
        }
        listing::overlaid(&before, draft)
    }

    fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
        let queue = QueueId(id);
        let (exit, actions) = (
            CoreExit::Queue(queue),
            [CoreAction::AddAgentsOf(queue), CoreAction::MoveTo(queue)],
        );
        not_led_on_to(configuration, "queue", exit, &actions)?;
        let voicemail = Mailbox::Queue(queue);
        super::inbound::not_led_to(configuration, "queue", |target| {
            *target == Target::Queue(queue) || *target == Target::Voicemail(voicemail)
        })
    }
}

/// Refuses to take away what a queue sends its callers on to.
pub(super) fn not_led_on_to(
    configuration: &Configuration,
    one: &str,
    exit: CoreExit,
    actions: &[CoreAction],
) -> Result<()> {
    let leads = |queue: &&hotline_services::Queue| {
        let hotline_services::Exits {
            closed,
            nobody,
            full,
            too_long,
        } = queue.exits;
        let mut steps = queue.overflow.iter();
        [closed, nobody, full, too_long].contains(&exit)
            || steps.any(|step| actions.contains(&step.action))
    };
    match configuration.queues.iter().find(leads) {
        Some(queue) => {
            let message = format!(
                "the queue {} sends callers to this {one}; change the queue first",
                queue.name
            );
            Err(ApiError::in_use(message, "queues", &queue.name))
        }
        None => Ok(()),
    }
}

resource!(
    "/api/queues",
    "/api/queues/{id}",
    Queue,
    QueueDraft,
    QueuesWrite
);
