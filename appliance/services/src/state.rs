use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hotline_call::{CallId, Device, LegId, LegIds, LineId, Moment, PhoneId};

use crate::acd::{Agent, Callbacks, Kept, LastAgents, Loads, Lot, Order, Roster};
use crate::blacklist::NumberLists;
use crate::browser::Browser;
use crate::emergency::HelpNotices;
use crate::fact::{
    NextLine, OriginKnown, PersonRung, RecordingPaused, ScheduleSet, SupervisionRung, TakenOver,
};
use crate::hot_desk::Seats;
use crate::index::{Deadlines, Seekers};
use crate::schedule::Overrides;
use crate::stage::{Call, Stage};
use crate::voicemail::Messages;
use crate::work::Touched;
use crate::{
    AgentId, Configuration, Fact, ForwardTo, PlaybackId, Queue, QueueId, RecordingId, StorageState,
    What,
};
use crate::{CallDialled, CallRefused, CallbackStep, DialRefused};

/// How long a door may take to tell that a leg it was asked to release is over; after that the leg
/// is taken for gone, so that neither line nor agent is lost to a door that forgot.
const RELEASE_GUARD_MS: u64 = 10_000;
/// The longest a greeting can last; the engine tells its end long before.
const GREETING_GUARD_MS: u64 = 300_000;
/// The longest a farewell can last; the engine tells its end before.
const FAREWELL_GUARD_MS: u64 = 30_000;

/// All that the centre knows: a fold of the facts. Only [`State::apply`] changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct State {
    /// Number of the last fact.
    pub seq: u64,
    /// This life of the program.
    pub boot: u64,
    /// When it began.
    pub started: Moment,
    pub configuration: Configuration,
    #[serde(skip)]
    pub roster: Roster,
    /// Black and white list; shared with the state kept for after a panic.
    #[serde(with = "lists")]
    pub lists: Arc<NumberLists>,
    /// Day or night by hand.
    pub by_hand: Overrides,
    pub storage: StorageState,
    pub lines: BTreeMap<LineId, Service>,
    pub phones: BTreeMap<PhoneId, Service>,
    /// Phones that are not to ring for calls straight to them.
    pub undisturbed: BTreeSet<PhoneId>,
    /// Agents whose callers go elsewhere at once, set by phone.
    pub forwarded: BTreeMap<AgentId, ForwardTo>,
    pub agents: BTreeMap<AgentId, Agent>,
    /// Agents who sit at another phone than their own.
    pub seats: Seats,
    /// Browsers of agents who work with one.
    pub browsers: BTreeMap<AgentId, Browser>,
    pub calls: BTreeMap<CallId, Call>,
    pub legs: BTreeMap<LegId, Leg>,
    /// The same by their calls.
    pub call_legs: BTreeSet<(CallId, LegId)>,
    /// Lines that have a caller.
    pub line_calls: BTreeMap<LineId, CallId>,
    /// Lines on which somebody outside is rung for a caller, by the leg.
    pub outside_lines: BTreeMap<LegId, LineId>,
    #[serde(skip)]
    pub deadlines: Deadlines,
    /// Callers in queues, in the order of service.
    #[serde(skip)]
    pub order: Order,
    /// Agents who can be rung.
    #[serde(skip)]
    pub ready: BTreeSet<AgentId>,
    /// Callers who wait for an agent who looks after them.
    #[serde(skip)]
    pub seekers: Seekers,
    /// The agent rung last for each queue.
    pub rung_last: BTreeMap<QueueId, AgentId>,
    /// Who talked last to each number.
    pub last_agents: LastAgents,
    /// What waits are estimated from.
    pub loads: Loads,
    /// Places of callers who are gone and may call again.
    pub kept: Kept,
    /// Callers who are to be called back.
    pub callbacks: Callbacks,
    /// What lots are drawn from.
    pub lot: Lot,
    /// Messages that callers have left.
    pub messages: Messages,
    /// Calls for help that nobody has acknowledged.
    pub help: HelpNotices,
    /// Queues none of whose agents is signed in, and since when.
    pub deserted: BTreeMap<QueueId, Moment>,
    pub last_call: u64,
    pub last_leg: u64,
    pub last_recording: u64,
}

/// Lists in their `Arc`.
mod lists {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::blacklist::NumberLists;

    pub fn serialize<S: Serializer>(lists: &Arc<NumberLists>, to: S) -> Result<S::Ok, S::Error> {
        NumberLists::serialize(lists, to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<NumberLists>, D::Error> {
        NumberLists::deserialize(from).map(Arc::new)
    }
}

/// Whether a device can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Service {
    In,
    Out { since: Moment },
}

/// One leg that is not over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Leg {
    pub call: CallId,
    pub party: LegParty,
    /// A door was asked to end it, and until when we wait for that.
    pub releasing: Option<Moment>,
}

/// Whose leg it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum LegParty {
    Customer,
    Agent(AgentId),
    /// Who is with an agent, at the phone of this one.
    Supervisor(AgentId),
}

impl Leg {
    const fn of(call: CallId, party: LegParty) -> Self {
        Self {
            call,
            party,
            releasing: None,
        }
    }
}

impl LegParty {
    /// At whose phone it is.
    pub const fn agent(self) -> Option<AgentId> {
        match self {
            Self::Agent(agent) | Self::Supervisor(agent) => Some(agent),
            Self::Customer => None,
        }
    }
}

impl State {
    /// The queue as configured now.
    pub fn queue(&self, queue: QueueId) -> Option<&Queue> {
        self.configuration.queues.get(self.roster.queue(queue)?)
    }

    /// The agent as configured now.
    pub fn agent(&self, agent: AgentId) -> Option<&crate::Agent> {
        self.configuration.agents.get(self.roster.agent(agent)?)
    }

    /// The number of the next leg that the centre makes.
    pub fn next_leg(&self) -> LegId {
        LegIds::for_centre(self.last_leg).peek()
    }

    /// Whether a phone can be rung, and since when not. One never heard of is out since we started.
    pub fn phone(&self, phone: PhoneId) -> Service {
        self.phones.get(&phone).copied().unwrap_or(Service::Out {
            since: self.started,
        })
    }

    /// Whether the phone at which an agent sits can be rung; who has none is like one whose phone
    /// is out.
    pub fn phone_of(&self, agent: AgentId) -> Service {
        let since = self.started;
        let desk = self.roster.desk(agent);
        desk.map_or(Service::Out { since }, |phone| self.phone(phone))
    }

    /// Whether the line or phone is known to work.
    pub fn is_in_service(&self, device: Device) -> bool {
        match device {
            Device::Line(line) => self.lines.get(&line) == Some(&Service::In),
            Device::Phone(phone) => self.phone(phone) == Service::In,
        }
    }

    /// Folds one fact into the state. Cannot fail: a fact that names what is not there, from a
    /// newer program or a damaged store, changes nothing.
    pub fn apply(&mut self, fact: &Fact) {
        let touched = self.fold(fact);
        self.reindex_calls(&touched.calls);
    }

    /// The same; of what is derived, that of the calls it has touched is left to be derived anew.
    /// Returns what it has touched.
    pub fn fold(&mut self, fact: &Fact) -> Touched {
        let mut touched = self.touched_by(&fact.what);
        self.seq = fact.seq;
        self.boot = fact.boot;
        self.apply_to_house(fact.at, &fact.what);
        self.apply_to_browsers(fact.at, &fact.what);
        self.apply_to_agents(fact);
        self.loads.apply(fact);
        self.help.apply(fact);
        self.apply_to_calls(fact);
        self.apply_to_callbacks(fact.at, &fact.what);
        self.apply_to_legs(fact.at, &fact.what);
        self.also_touched(&mut touched);
        self.reindex_house(fact.at, &touched);
        touched
    }

    fn apply_to_house(&mut self, at: Moment, what: &What) {
        match what {
            What::Started { .. } => {
                self.started = at;
                self.lot = Lot::seeded(self.boot ^ at.wall_ms);
                self.deserted.clear();
                self.kept = Kept::default();
                self.phones.clear();
                self.seats_start_again(at);
                for service in self.lines.values_mut() {
                    *service = Service::Out { since: at };
                }
            }
            What::Configured { configuration } => {
                self.configuration = (**configuration).clone();
                self.seat_all();
                let roster = &self.roster;
                self.forwarded
                    .retain(|agent, _| roster.agent(*agent).is_some());
            }
            What::ListsChanged { change } => Arc::make_mut(&mut self.lists).apply(change),
            What::ScheduleSet(ScheduleSet { schedule, by_hand }) => match by_hand {
                Some(set) => {
                    self.by_hand.insert(*schedule, *set);
                }
                None => {
                    self.by_hand.remove(schedule);
                }
            },
            What::AgentSignedOut { agent } => self.stand_up(*agent),
            What::Desk(step) => self.apply_desk(at, step),
            What::StorageChanged { state } => self.storage = *state,
            What::DeviceInService { device } => self.set_service(*device, Service::In),
            What::DeviceOutOfService { device } => {
                self.set_service(*device, Service::Out { since: at });
            }
            _ => {}
        }
    }

    fn set_service(&mut self, device: Device, service: Service) {
        match device {
            Device::Line(line) => self.lines.insert(line, service),
            Device::Phone(phone) => self.phones.insert(phone, service),
        };
    }

    fn apply_to_legs(&mut self, at: Moment, what: &What) {
        self.take_line(what);
        match *what {
            What::CallOffered { call, leg, .. } => {
                self.add_leg(leg, Leg::of(call, LegParty::Customer));
            }
            What::CallRefused(CallRefused { leg, .. })
            | What::DialRefused(DialRefused { leg, .. }) => {
                self.last_leg = self.last_leg.max(leg.0);
            }
            What::CallDialled(CallDialled {
                call,
                leg,
                agent,
                phone_leg,
                ..
            }) => {
                self.add_leg(leg, Leg::of(call, LegParty::Customer));
                self.add_leg(phone_leg, Leg::of(call, LegParty::Agent(agent)));
            }
            What::NextLine(NextLine { call, leg, .. })
            | What::Callback(CallbackStep::Dialled { call, leg, .. }) => {
                self.add_leg(leg, Leg::of(call, LegParty::Customer));
            }
            What::AgentOffered {
                call, agent, leg, ..
            }
            | What::PartyRung {
                call, agent, leg, ..
            }
            | What::PickedUp { call, agent, leg }
            | What::PersonRung(PersonRung {
                call, agent, leg, ..
            }) => {
                self.add_leg(leg, Leg::of(call, LegParty::Agent(agent)));
            }
            What::SupervisionRung(SupervisionRung {
                call,
                leg,
                supervisor,
                ..
            }) => {
                self.add_leg(leg, Leg::of(call, LegParty::Supervisor(supervisor)));
            }
            What::TakenOver(TakenOver {
                leg, supervisor, ..
            }) => {
                if let Some(leg) = self.legs.get_mut(&leg) {
                    leg.party = LegParty::Agent(supervisor);
                }
            }
            What::SupervisionMoved(ref moved) => self.move_leg(moved),
            What::LegReleasing { leg, .. } => {
                if let Some(leg) = self.legs.get_mut(&leg) {
                    leg.releasing = Some(at.plus_ms(RELEASE_GUARD_MS));
                }
            }
            What::LegReleased { call, leg, .. } => {
                self.legs.remove(&leg);
                self.call_legs.remove(&(call, leg));
                self.free_line(call, leg);
            }
            _ => {}
        }
    }

    /// The leg is not on its line any more.
    fn free_line(&mut self, call: CallId, leg: LegId) {
        if let Some(line) = self.outside_lines.remove(&leg) {
            // A call for help may have it by now.
            if self.line_calls.get(&line) == Some(&call) {
                self.line_calls.remove(&line);
            }
        } else if self.calls.get(&call).is_none_or(|c| c.leg == leg) {
            let others: Vec<LineId> = self.outside_lines.values().copied().collect();
            self.line_calls
                .retain(|line, on_it| *on_it != call || others.contains(line));
        }
    }

    /// Somebody outside is rung for a call that has a line already.
    fn take_line(&mut self, what: &What) {
        if let What::PartyRung {
            call,
            leg,
            line: Some(line),
            ..
        } = *what
        {
            self.line_calls.insert(line, call);
            self.outside_lines.insert(leg, line);
        }
    }

    fn add_leg(&mut self, id: LegId, leg: Leg) {
        self.last_leg = self.last_leg.max(id.0);
        self.call_legs.insert((leg.call, id));
        self.legs.insert(id, leg);
    }

    fn apply_to_calls(&mut self, fact: &Fact) {
        let at = fact.at;
        match &fact.what {
            What::CallOffered {
                call,
                leg,
                line,
                phone,
                by,
                caller,
                called,
            } => {
                self.last_call = self.last_call.max(call.0);
                let mut offered = Call::offered(at, *leg, caller.clone());
                (offered.line, offered.by, offered.phone) = (*line, *by, *phone);
                offered.called.clone_from(called);
                self.calls.insert(*call, offered);
                if let Some(line) = line {
                    self.line_calls.insert(*line, *call);
                }
            }
            What::CallerRecognised { call, .. }
            | What::OriginKnown(OriginKnown { call, .. })
            | What::CallTagged { call, .. } => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.learn(&fact.what);
                }
            }
            What::CallRefused(CallRefused { call, .. }) => {
                self.last_call = self.last_call.max(call.0)
            }
            What::CallEnded { call, .. } => {
                self.calls.remove(call);
            }
            What::RecordingStarted { call, recording } => {
                self.last_recording = self.last_recording.max(recording.0);
                self.set_recording(*call, Some(*recording));
                self.apply_to_messages(at, &fact.what);
                self.apply_to_person(at, &fact.what);
            }
            What::RecordingPaused(RecordingPaused { call, pause_ms, .. }) => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.paused = Some(at.plus_ms(*pause_ms));
                }
            }
            What::RecordingResumed { call, .. } => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.paused = None;
                }
            }
            What::RecordingStopped { call, .. } | What::RecordingFailed { call, .. } => {
                self.set_recording(*call, None);
            }
            _ => {
                self.apply_to_stage(fact);
                self.apply_to_menus(&fact.what);
                self.apply_to_calling(at, &fact.what);
                self.apply_to_parked(at, &fact.what);
                self.apply_to_talk(at, &fact.what);
                self.apply_to_reach(at, &fact.what);
                self.apply_to_messages(at, &fact.what);
                self.apply_to_person(at, &fact.what);
                self.apply_to_wait(at, &fact.what);
            }
        }
    }

    fn set_recording(&mut self, call: CallId, recording: Option<RecordingId>) {
        if let Some(call) = self.calls.get_mut(&call) {
            (call.recording, call.paused) = (recording, None);
        }
    }

    /// Menu, talk and end of a call.
    fn apply_to_stage(&mut self, fact: &Fact) {
        let (at, heard) = (fact.at, Some(PlaybackId(fact.seq)));
        match fact.what {
            What::MenuEntered {
                call,
                menu,
                attempt,
            } => {
                let language = self.configuration.menu(menu).map(|m| m.language);
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                call.language = language.unwrap_or(call.language);
                let until = at.plus_ms(GREETING_GUARD_MS);
                call.enter(
                    at,
                    Stage::Greeting {
                        menu,
                        attempt,
                        until,
                    },
                );
                call.hears = heard;
            }
            What::MenuAwaitsInput { call } => {
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                let Stage::Greeting { menu, attempt, .. } = call.stage else {
                    return;
                };
                let input_s = self.configuration.menu(menu).map_or(0, |m| m.input_s);
                let until = at.plus_ms(u64::from(input_s) * 1000);
                // Greeting and input are one stage to people: `stage_since` stays.
                call.stage = Stage::Input {
                    menu,
                    attempt,
                    until,
                };
                call.hears = None;
            }
            What::FarewellStarted { call, outcome } => {
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                call.enter(
                    at,
                    Stage::Farewell {
                        outcome,
                        until: at.plus_ms(FAREWELL_GUARD_MS),
                    },
                );
                call.hears = heard;
            }
            What::CallEnding {
                call,
                outcome,
                by,
                cause,
            } => {
                let Some(ends) = self.calls.get_mut(&call) else {
                    return;
                };
                // What a restart ended is on the clock of the life before.
                if at != self.started {
                    self.kept.leave(at, call, ends, outcome);
                }
                ends.enter(at, Stage::Ending { outcome, by, cause });
            }
            _ => {}
        }
    }

    /// Who takes part in a conversation.
    fn apply_to_talk(&mut self, at: Moment, what: &What) {
        if let What::PartiesTurned(turned) = what {
            return self.apply_turned(turned);
        }
        let Some(call) = what.call().and_then(|id| self.calls.get_mut(&id)) else {
            return;
        };
        if let What::Transferred { .. } = what {
            call.hops += 1;
        }
        let Stage::Talking(talk) = &mut call.stage else {
            return;
        };
        let before = talk.standing();
        talk.apply(at, what);
        if talk.standing() != before {
            call.stage_since = at;
        }
    }
}
