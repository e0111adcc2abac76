//! What happens now, over one WebSocket a tab: a snapshot whenever something changed, at most four
//! times a second, and a heartbeat every second.

mod sight;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use hotline_services::route::Mailbox;
use hotline_services::{AgentId, AgentView, CallView, ForwardTo, LineView, PartyView, View};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{MissedTickBehavior, interval, timeout};
use utoipa::openapi::OpenApi;
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::{DayCounts, Today};
use crate::system::alarms::Alarm;

use self::sight::Sight;
use super::Api;
use super::callbacks::Callback;
use super::error::ApiError;
use super::help::CallForHelp;
use super::permit::{LiveRead, May, Permit as _};
use super::presence::{absent, page};
use super::regions::Origin;
use super::words::{AgentState, CallStage, Caller, Doing, LineState, Recorded, SuperviseMode, Vip};

/// The most tabs that may watch at once.
pub(super) const MAX_SOCKETS: usize = 256;
/// Four snapshots a second at most.
const COALESCE: Duration = Duration::from_millis(250);
const HEARTBEAT: Duration = Duration::from_secs(1);
/// A tab that does not take a message for so long is dropped; it connects again when it can.
const SLOW: Duration = Duration::from_secs(5);
/// Counts of the day are read again after so many looks.
const LOOKS_PER_COUNT: u32 = 4;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(live))
}

/// Everything people watch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Snapshot {
    seq: u64,
    at: u64,
    lines: Vec<Line>,
    queues: Vec<LiveQueue>,
    agents: Vec<LiveAgent>,
    calls: Vec<LiveCall>,
    /// Who is to be called back, the oldest promise first.
    callbacks: Vec<Callback>,
    /// Messages in the mailbox of the house that nobody has heard; 0 for who may not open it.
    unheard: u32,
    alarms: Vec<Alarm>,
    /// Calls for help that nobody has acknowledged; everybody is told of all of them.
    help: Vec<CallForHelp>,
    today: TodayTotals,
}

/// One message to the browser.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum LiveMessage<'a> {
    /// First, and whenever something changed.
    Snapshot(&'a Snapshot),
    /// Every second.
    Heartbeat { at: u64 },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct Line {
    id: u16,
    name: String,
    state: LineState,
    call: Option<u64>,
    since_at: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct LiveQueue {
    id: u32,
    name: String,
    waiting: u32,
    oldest_at: Option<u64>,
    agents_idle: u32,
    agents_signed_in: u32,
    /// Messages in its mailbox that nobody has heard.
    unheard: u32,
    /// Nobody is taken in.
    is_disabled: bool,
    /// How soon callers are to be answered.
    target: ServiceTarget,
    today: TodayCounts,
}

/// How many of a hundred callers are to be answered within how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct ServiceTarget {
    percent: u32,
    within_s: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct LiveAgent {
    id: u32,
    name: String,
    phone: AgentPhone,
    state: AgentState,
    since_at: u64,
    reason: Option<String>,
    /// The phone is not to ring.
    do_not_disturb: bool,
    /// Where callers go at once, as set by phone: a number outside or within.
    forwarded_to: Option<String>,
    call: Option<u64>,
    /// Messages in the own mailbox that nobody has heard.
    unheard: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct AgentPhone {
    id: u32,
    extension: String,
    registered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct LiveCall {
    id: u64,
    since_at: u64,
    caller: Caller,
    /// What is known of the number of who is outside.
    origin: Option<Origin>,
    line: Option<u16>,
    stage: CallStage,
    stage_since_at: u64,
    queue: Option<u32>,
    agent: Option<u32>,
    /// All agents who take part in it, in the order they came.
    parties: Vec<LiveParty>,
    /// The agent whose phone rings because another one asked for it.
    rung: Option<u32>,
    /// The place where it is parked: what a phone dials to fetch it.
    parked: Option<u32>,
    /// Whether it is recorded.
    recorded: Recorded,
    /// The supervisor in it; told to who may supervise only.
    supervision: Option<LiveSupervision>,
    /// What the call is about.
    business_type: Option<u32>,
    /// How far the caller is before others.
    vip: Option<Vip>,
}

/// A supervisor in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct LiveSupervision {
    /// Who.
    account: String,
    /// With which agent.
    over: u32,
    mode: SuperviseMode,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct LiveParty {
    agent: u32,
    doing: Doing,
    /// Is only asked by another agent.
    consulted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
struct TodayCounts {
    offered: u32,
    answered: u32,
    abandoned: u32,
    /// Went elsewhere before: to another queue, a mailbox, a promise to call back, goodbye.
    flowed_out: u32,
    /// offered − answered − abandoned − flowed_out.
    waiting: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
struct TodayTotals {
    #[serde(flatten)]
    counts: TodayCounts,
    /// Calls that go on.
    in_progress: usize,
}

impl From<&CallView> for LiveCall {
    fn from(call: &CallView) -> Self {
        Self {
            id: call.call.0,
            since_at: call.since.wall_ms,
            caller: Caller::from(&call.caller),
            origin: call.origin.as_ref().map(Origin::from),
            line: call.line.map(|line| line.0),
            stage: call.stage.into(),
            stage_since_at: call.stage_since.wall_ms,
            queue: call.queue.map(|queue| queue.0),
            agent: call.agent.map(|agent| agent.0),
            parties: call.parties.iter().map(LiveParty::from).collect(),
            rung: call.rung.map(|(agent, _)| agent.0),
            parked: call.parked,
            recorded: call.recorded.into(),
            supervision: call.supervision.as_ref().map(|there| LiveSupervision {
                account: there.account.clone(),
                over: there.over.0,
                mode: there.mode.into(),
            }),
            business_type: call.business_type.map(|kind| kind.0),
            vip: call.vip.map(Vip::from),
        }
    }
}

impl From<&PartyView> for LiveParty {
    fn from(party: &PartyView) -> Self {
        Self {
            agent: party.agent.0,
            doing: party.doing.into(),
            consulted: party.is_consulted,
        }
    }
}

impl TodayCounts {
    const fn and(self, other: Self) -> Self {
        Self {
            offered: self.offered + other.offered,
            answered: self.answered + other.answered,
            abandoned: self.abandoned + other.abandoned,
            flowed_out: self.flowed_out + other.flowed_out,
            waiting: self.waiting + other.waiting,
        }
    }
}

impl From<DayCounts> for TodayCounts {
    fn from(counts: DayCounts) -> Self {
        let DayCounts {
            offered,
            answered,
            abandoned,
            flowed_out,
            in_progress: waiting,
        } = counts;
        Self {
            offered,
            answered,
            abandoned,
            flowed_out,
            waiting,
        }
    }
}

/// Puts together what the sockets send, until the program ends. One for all of them.
pub(super) async fn feed(api: Api) {
    let mut look = interval(COALESCE);
    look.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut composer = Composer::default();
    let mut looks = 0_u32;
    loop {
        tokio::select! {
            () = api.ending.cancelled() => return,
            _ = look.tick() => {}
        }
        if looks.is_multiple_of(LOOKS_PER_COUNT) {
            match api.store.today().await {
                Ok(today) => composer.today = today,
                Err(error) => tracing::debug!(%error, "the counts of the day cannot be read"),
            }
        }
        looks = looks.wrapping_add(1);
        let next = composer.compose(&api);
        api.feed.send_if_modified(|last| {
            let same = Snapshot {
                seq: last.seq,
                at: last.at,
                ..next.clone()
            } == **last;
            if !same || last.seq == 0 {
                *last = Arc::new(Snapshot {
                    seq: last.seq + 1,
                    ..next
                });
                return true;
            }
            false
        });
    }
}

/// What is not in one view alone.
#[derive(Default)]
struct Composer {
    /// Since when each line is in its state.
    lines: BTreeMap<u16, (LineState, u64)>,
    today: Today,
}

impl Composer {
    fn compose(&mut self, api: &Api) -> Snapshot {
        let live = Arc::clone(&api.call_control.live().borrow());
        let View {
            lines,
            queues,
            calls,
            help,
            ..
        } = &live.view;
        let lines = lines
            .iter()
            .map(|line| self.line(line, live.at.wall_ms))
            .collect();
        let queues = queues
            .iter()
            .map(|queue| LiveQueue {
                id: queue.queue.0,
                name: queue.name.clone(),
                waiting: queue.waiting,
                oldest_at: queue.oldest.map(|moment| moment.wall_ms),
                agents_idle: queue.agents_idle,
                agents_signed_in: queue.agents_signed_in,
                unheard: queue.unheard,
                is_disabled: queue.is_disabled,
                target: ServiceTarget {
                    percent: queue.service_level.percent,
                    within_s: queue.service_level.within_s,
                },
                today: self.today_of(queue.queue.0),
            })
            .collect();
        let calls = calls.iter().map(LiveCall::from).collect::<Vec<_>>();
        Snapshot {
            seq: 0,
            at: api.clock.now().wall_ms,
            lines,
            queues,
            agents: agents(api, &live.view),
            callbacks: live.view.callbacks.iter().map(Callback::from).collect(),
            unheard: unheard_of_house(&live.view),
            alarms: {
                let mut alarms = api.alarms.current();
                alarms.extend(live.view.agents.iter().filter_map(absent));
                alarms
            },
            help: help
                .iter()
                .map(|notice| CallForHelp::of(api, notice))
                .collect(),
            today: TodayTotals {
                counts: TodayCounts::from(self.today.all),
                in_progress: calls.len(),
            },
            calls,
        }
    }

    fn line(&mut self, line: &LineView, now: u64) -> Line {
        let (id, state) = (line.line.0, LineState::from(line.state));
        let since = self.lines.entry(id).or_insert((state, now));
        if since.0 != state {
            *since = (state, now);
        }
        let call = line.call.map(|call| call.0);
        // Language-neutral, and what stands on the card's bracket.
        Line {
            id,
            name: format!("L{}", id + 1),
            state,
            call,
            since_at: since.1,
        }
    }

    fn today_of(&self, queue: u32) -> TodayCounts {
        let counts = self.today.queues.iter().find(|(id, _)| *id == queue);
        counts
            .map(|(_, counts)| TodayCounts::from(*counts))
            .unwrap_or_default()
    }
}

fn unheard_of_house(view: &View) -> u32 {
    let messages = view.voicemails.iter();
    let unheard = messages.filter(|message| message.mailbox == Mailbox::House && !message.is_heard);
    u32::try_from(unheard.count()).unwrap_or(u32::MAX)
}

fn agents(api: &Api, view: &View) -> Vec<LiveAgent> {
    let registrations = api.phones.registrations();
    let phones = Arc::clone(&api.store.phones().borrow());
    let phone_of = |agent: &AgentView| {
        let phone = phones.iter().find(|phone| agent.phone == Some(phone.id));
        AgentPhone {
            id: phone.map_or(0, |phone| phone.id.0),
            extension: phone
                .map(|phone| phone.extension.clone())
                .unwrap_or_default(),
            registered: registrations
                .iter()
                .any(|r| phone.is_some_and(|p| p.id == r.phone)),
        }
    };
    let forwarded_to = |to: &ForwardTo| match to {
        ForwardTo::Outside(number) => Some(number.to_string()),
        ForwardTo::Phone(id) => {
            let phone = phones.iter().find(|phone| phone.id == *id);
            phone.map(|phone| phone.extension.clone())
        }
        ForwardTo::Agent(_) | ForwardTo::Voicemail => None,
    };
    view.agents
        .iter()
        .map(|agent| LiveAgent {
            id: agent.agent.0,
            name: agent.name.clone(),
            phone: phone_of(agent),
            state: agent.state.into(),
            since_at: agent.since.wall_ms,
            reason: agent.reason.clone(),
            do_not_disturb: agent.do_not_disturb,
            forwarded_to: agent.forwarded.as_ref().and_then(forwarded_to),
            call: agent.call.map(|call| call.0),
            unheard: agent.unheard,
        })
        .collect()
}

/// Opens the WebSocket; every message is a `LiveMessage`.
#[utoipa::path(get, path = "/api/live", security(("session" = [LiveRead::WORD])),
    responses((status = SWITCHING_PROTOCOLS)))]
async fn live(State(api): State<Api>, who: May<LiveRead>, upgrade: WebSocketUpgrade) -> Response {
    let Ok(permit) = Arc::clone(&api.sockets).try_acquire_owned() else {
        let message = format!("{MAX_SOCKETS} pages are watching already; close one");
        return ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_pages", message)
            .into_response();
    };
    let until = who.session.expires_at;
    let sight = Sight::of(&who);
    upgrade
        // The browser has nothing to say but that it is still there.
        .max_message_size(1_024)
        .on_upgrade(async move |socket| {
            let agent = sight.agent.map(AgentId);
            page(&api, agent, true).await;
            watch(&api, socket, until, sight, permit).await;
            page(&api, agent, false).await;
        })
}

/// Sends what happens until the browser leaves, is too slow, or its session ends.
async fn watch(
    api: &Api,
    mut socket: WebSocket,
    until: u64,
    sight: Sight,
    _permit: OwnedSemaphorePermit,
) {
    let mut feed = api.feed.subscribe();
    // What is there already is the first message.
    feed.mark_changed();
    let mut heartbeat = interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let message = tokio::select! {
            () = api.ending.cancelled() => return,
            changed = feed.changed() => {
                if changed.is_err() {
                    return;
                }
                let snapshot = Arc::clone(&feed.borrow_and_update());
                if snapshot.seq == 0 {
                    continue;
                }
                match sight.of_groups(api, &snapshot) {
                    Some(part) => text(&LiveMessage::Snapshot(&part)),
                    None => text(&LiveMessage::Snapshot(&snapshot)),
                }
            }
            _ = heartbeat.tick() => {
                let at = api.clock.now().wall_ms;
                if at >= until {
                    return;
                }
                text(&LiveMessage::Heartbeat { at })
            }
            received = socket.next() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => continue,
            },
        };
        match timeout(SLOW, socket.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                tracing::info!("a page that watches was too slow and is dropped");
                return;
            }
        }
    }
}

fn text(message: &LiveMessage<'_>) -> Message {
    let json = serde_json::to_string(message).expect("our own types are JSON");
    Message::Text(json.into())
}

/// Adds the messages of the WebSocket to the document, which knows no WebSockets.
pub(super) fn describe(document: &mut OpenApi) {
    let mut schemas = Vec::new();
    LiveMessage::schemas(&mut schemas);
    let components = document.components.get_or_insert_default();
    components.schemas.extend(schemas);
    components
        .schemas
        .insert("LiveMessage".to_owned(), LiveMessage::schema());
}
