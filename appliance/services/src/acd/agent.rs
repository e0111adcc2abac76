use hotline_call::{CallId, Device, LegId, Moment};

use crate::acd::today::Today;
use crate::acd::{Written, decide_presence};
use crate::decision::Decision;
use crate::fact::{PersonRung, SupervisionRung, WrapupExtended};
use crate::state::{LegParty, Service, State};
use crate::{AgentId, AgentState, Doing, Fact, OfferOutcome, QueueId, Refused, Request, What};
use crate::{CallDialled, CallbackStep, WrapupCodeId};

/// How long an agent whose phone was busy or unreachable is left alone (semantics §5.1, rule 3).
const REST_MS: u64 = 5_000;
/// How long the phone of a ready agent may be away before people see it (semantics §5.1, rule 5).
const DEVICE_DOWN_MS: u64 = 10_000;
/// The longest reason kept, in characters; the rest is cut off.
pub(crate) const MAX_REASON: usize = 64;

/// One agent at work, or known from an earlier day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Agent {
    pub presence: Presence,
    /// What was asked for in a call and applies when the agent is free again.
    pub pending: Option<Pending>,
    pub work: Work,
    /// Any leg to this agent's phone that is not over, also one that is being released.
    pub leg: Option<LegId>,
    /// Offers missed in a row.
    pub misses: u32,
    /// Not to be rung before.
    pub rests: Option<Moment>,
    /// People were told that the phone is away.
    pub device_down: bool,
    /// The idle clock: one an agent, over all queues; missed offers do not reset it.
    pub idle_since: Moment,
    /// The number of the fact that set it: an order that no restart disturbs.
    pub idle_order: u64,
    /// The number of the fact with which the last talk ended, 0 before the first.
    pub hung_up: u64,
    pub today: Today,
    /// For which queue the notes are.
    pub writes_for: Option<QueueId>,
    /// How often the time for them was made longer.
    pub extended: u32,
    /// The last call this agent said what it came to, and what.
    pub coded: Option<(CallId, WrapupCodeId)>,
    /// The calls last talked in, whose notes can still be put right; the oldest first.
    pub written: Vec<Written>,
    /// Since when the effective state is what it is.
    pub since: Moment,
    /// The number of the fact that changed it.
    pub changed: u64,
}

/// What the agent decides.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Presence {
    SignedOut,
    Ready,
    NotReady { reason: String },
}

/// A presence to come.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Pending {
    SignOut,
    NotReady { reason: String },
}

/// What the system decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Work {
    Free,
    Offering {
        call: CallId,
    },
    /// Has dialled a number.
    Dialing {
        call: CallId,
    },
    InCall {
        call: CallId,
        doing: Doing,
    },
    Wrapup {
        call: CallId,
        until: Moment,
    },
}

impl Agent {
    fn new(at: Moment, seq: u64) -> Self {
        Self {
            presence: Presence::SignedOut,
            pending: None,
            work: Work::Free,
            leg: None,
            misses: 0,
            rests: None,
            device_down: false,
            idle_since: at,
            idle_order: seq,
            hung_up: 0,
            today: Today::default(),
            writes_for: None,
            extended: 0,
            coded: None,
            written: Vec::new(),
            since: at,
            changed: seq,
        }
    }

    /// The one state people see.
    pub fn effective(&self) -> AgentState {
        match (&self.presence, self.work) {
            (Presence::SignedOut, _) => AgentState::SignedOut,
            (_, Work::Offering { .. }) => AgentState::Offering,
            (_, Work::Dialing { .. }) => AgentState::Dialing,
            (_, Work::InCall { doing, .. }) => doing.into(),
            (_, Work::Wrapup { .. }) => AgentState::Wrapup,
            (Presence::NotReady { .. }, Work::Free) => AgentState::NotReady,
            (Presence::Ready, Work::Free) if self.device_down => AgentState::DeviceDown,
            (Presence::Ready, Work::Free) => AgentState::Idle,
        }
    }

    /// The call rung for, talked in or written about.
    pub const fn call(&self) -> Option<CallId> {
        match self.work {
            Work::Free => None,
            Work::Offering { call }
            | Work::Dialing { call }
            | Work::InCall { call, .. }
            | Work::Wrapup { call, .. } => Some(call),
        }
    }

    /// What the agent does in a conversation.
    pub const fn doing(&self) -> Option<Doing> {
        match self.work {
            Work::InCall { doing, .. } => Some(doing),
            _ => None,
        }
    }

    /// Whether the agent dialled the number that led to the call, or talks in it as the caller.
    fn calls_in(&self, id: CallId) -> bool {
        let is_it = |call: CallId| call == id;
        matches!(self.work, Work::Dialing { call } | Work::InCall { call, .. } if is_it(call))
    }

    pub fn is_signed_in(&self) -> bool {
        self.presence != Presence::SignedOut
    }

    /// Whether this agent, now or after what is being done, takes the next call.
    pub const fn takes_calls(&self) -> bool {
        matches!(self.presence, Presence::Ready) && self.pending.is_none() && !self.device_down
    }

    /// When to tell people that the phone, away since then, is away.
    pub fn device_down_due(&self, phone: Service) -> Option<Moment> {
        match phone {
            Service::Out { since } if self.effective() == AgentState::Idle => {
                Some(since.plus_ms(DEVICE_DOWN_MS))
            }
            _ => None,
        }
    }

    const fn idle_from(&mut self, fact: &Fact) {
        (self.idle_since, self.idle_order) = (fact.at, fact.seq);
    }

    /// The same agent with the work of the day behind, and nothing else.
    fn anew(&self, fact: &Fact) -> Self {
        Self {
            leg: self.leg,
            hung_up: self.hung_up,
            today: self.today,
            written: self.written.clone(),
            since: self.since,
            ..Self::new(fact.at, fact.seq)
        }
    }

    /// The effective state has changed from `before`, since `began`.
    fn note_change(&mut self, day: i64, at: Moment, seq: u64, before: AgentState) {
        self.today.spend(day, before, at.since_ms(self.since));
        (self.since, self.changed) = (at, seq);
    }

    fn apply(&mut self, day: i64, fact: &Fact) {
        let (at, before) = (fact.at, self.effective());
        match &fact.what {
            What::AgentSignedIn { .. } => {
                *self = Self {
                    presence: Presence::Ready,
                    ..self.anew(fact)
                };
            }
            What::AgentSignedOut { .. } => *self = self.anew(fact),
            What::AgentReady { .. } => {
                if self.presence != Presence::Ready {
                    self.idle_from(fact);
                }
                (self.presence, self.pending, self.misses) = (Presence::Ready, None, 0);
            }
            What::AgentNotReady { reason, .. } => {
                self.presence = Presence::NotReady {
                    reason: reason.clone(),
                };
                (self.pending, self.misses, self.device_down) = (None, 0, false);
            }
            What::AgentStatePending { not_ready, .. } => {
                self.pending = Some(match not_ready {
                    None => Pending::SignOut,
                    Some(reason) => Pending::NotReady {
                        reason: reason.clone(),
                    },
                });
            }
            What::AgentDeviceDown { .. } => self.device_down = true,
            What::AgentDeviceUp { .. } => {
                self.device_down = false;
                self.idle_from(fact);
            }
            What::AgentRested { .. } => self.rests = None,
            _ => self.apply_work(day, fact),
        }
        if self.effective() != before {
            self.note_change(day, at, fact.seq, before);
        }
    }

    fn apply_work(&mut self, day: i64, fact: &Fact) {
        let at = fact.at;
        match fact.what {
            What::AgentOffered { call, leg, .. }
            | What::PartyRung { call, leg, .. }
            | What::PersonRung(PersonRung { call, leg, .. })
            | What::PickedUp { call, leg, .. } => {
                self.device_down = false;
                (self.work, self.leg) = (Work::Offering { call }, Some(leg));
            }
            What::CallOffered { call, .. } => {
                (self.work, self.device_down) = (Work::Dialing { call }, false);
            }
            What::CallDialled(CallDialled {
                call, phone_leg, ..
            }) => {
                (self.work, self.leg) = (Work::Dialing { call }, Some(phone_leg));
                self.device_down = false;
            }
            What::Callback(CallbackStep::Dialled { call, .. }) => {
                (self.work, self.misses) = (Work::Dialing { call }, 0);
            }
            // What was dialled has led to no conversation, or to one as a caller.
            What::CallEnded { .. } => {
                self.work = Work::Free;
                self.idle_from(fact);
            }
            What::OfferEnded { outcome, .. } => {
                self.work = Work::Free;
                match outcome {
                    OfferOutcome::NoAnswer | OfferOutcome::Rejected => {
                        // Who is not ready may be rung by a colleague, and misses nothing.
                        self.misses += u32::from(self.presence == Presence::Ready);
                    }
                    OfferOutcome::Busy | OfferOutcome::Unreachable => {
                        self.rests = Some(at.plus_ms(REST_MS));
                    }
                    OfferOutcome::CallerGone | OfferOutcome::AnsweredElsewhere => {}
                }
            }
            What::Connected { call, .. } => {
                let doing = Doing::Talking;
                (self.work, self.misses) = (Work::InCall { call, doing }, 0);
                self.today.count_call(day);
            }
            What::ConsultBegan { call, .. } => {
                let doing = Doing::Consulting;
                (self.work, self.misses) = (Work::InCall { call, doing }, 0);
            }
            What::AgentDoing { call, doing, .. } => self.work = Work::InCall { call, doing },
            What::ConsultEnded { .. } => {
                self.idle_from(fact);
                self.work = Work::Free;
            }
            What::Disconnected { call, .. } => {
                self.put_behind(call, at);
                (self.work, self.hung_up) = (Work::Free, fact.seq);
                self.idle_from(fact);
            }
            _ => self.apply_notes(fact),
        }
    }

    fn apply_notes(&mut self, fact: &Fact) {
        match fact.what {
            What::WrapupExtended(WrapupExtended { by_ms, .. }) => {
                self.extended += 1;
                if let Work::Wrapup { until, .. } = &mut self.work {
                    *until = until.plus_ms(by_ms);
                }
            }
            What::CallNoted(ref noted) if self.call() == Some(noted.call) => {
                self.coded = noted.code.map(|code| (noted.call, code));
            }
            What::WrapupEnded { call, .. } => {
                self.put_behind(call, fact.at);
                self.work = Work::Free;
                self.idle_from(fact);
            }
            What::WrapupStarted {
                call,
                wrapup_ms,
                queue,
                ..
            } => {
                (self.writes_for, self.extended) = (queue, 0);
                self.work = Work::Wrapup {
                    call,
                    until: fact.at.plus_ms(wrapup_ms),
                };
            }
            _ => {}
        }
    }
}

impl State {
    pub(crate) fn apply_to_agents(&mut self, fact: &Fact) {
        let (at, seq) = (fact.at, fact.seq);
        match fact.what {
            What::Configured { .. } => {
                for agent in &self.configuration.agents {
                    self.agents
                        .entry(agent.id)
                        .or_insert_with(|| Agent::new(at, seq));
                }
                let configured = &self.roster;
                self.agents
                    .retain(|id, a| configured.agent(*id).is_some() || a.is_signed_in());
            }
            // Moments of an earlier life cannot be compared with those of this one.
            What::Started { .. } => {
                for agent in self.agents.values_mut() {
                    (agent.since, agent.idle_since) = (at, at);
                    (agent.rests, agent.device_down) = (None, false);
                    for written in &mut agent.written {
                        written.at = at;
                    }
                }
            }
            What::CallEnded { call, .. } => {
                let day = self.day(at);
                let by = self.calls.get(&call).and_then(|call| call.by);
                let clock = by.and_then(|by| self.goes_on_idle(by, &fact.what));
                let dialer = by.and_then(|by| self.agents.get_mut(&by));
                if let Some(agent) = dialer.filter(|a| a.calls_in(call)) {
                    agent.apply(day, fact);
                    by.into_iter().for_each(|by| self.set_idle(by, clock));
                }
            }
            What::Held { call, leg } => self.set_doing(at, call, leg, Doing::Holding),
            What::Retrieved { call, leg } => self.set_doing(at, call, leg, Doing::Talking),
            What::SupervisionRung(SupervisionRung {
                supervisor, leg, ..
            }) => {
                if let Some(agent) = self.agents.get_mut(&supervisor) {
                    agent.leg = Some(leg);
                }
            }
            What::LegReleased { leg, .. } => {
                let party = self.legs.get(&leg).map(|leg| leg.party);
                let Some(id) = party.and_then(LegParty::agent) else {
                    return;
                };
                let agent = self.agents.get_mut(&id).filter(|a| a.leg == Some(leg));
                if let Some(agent) = agent {
                    agent.leg = None;
                }
            }
            _ => {
                let day = self.day(at);
                let known = fact.what.agent();
                let clock = known.and_then(|id| self.goes_on_idle(id, &fact.what));
                if let Some(agent) = known.and_then(|id| self.agents.get_mut(&id)) {
                    agent.apply(day, fact);
                }
                known.into_iter().for_each(|id| self.set_idle(id, clock));
                if let What::Connected { call, .. } = fact.what {
                    self.caller_talks(day, fact, call);
                }
            }
        }
    }

    /// An agent who called a number of ours, and is the caller there, talks with whoever answers.
    fn caller_talks(&mut self, day: i64, fact: &Fact, call: CallId) {
        let call_of_ours = self.calls.get(&call).filter(|call| !call.is_outbound);
        let by = call_of_ours.and_then(|call| call.by);
        let caller = by.and_then(|by| self.agents.get_mut(&by));
        if let Some(agent) = caller.filter(|a| a.work == Work::Dialing { call }) {
            agent.apply(day, fact);
        }
    }

    fn set_doing(&mut self, at: Moment, call: CallId, leg: LegId, doing: Doing) {
        let day = self.day(at);
        let Some(LegParty::Agent(id)) = self.legs.get(&leg).map(|leg| leg.party) else {
            return;
        };
        let in_it = self.agents.get_mut(&id).filter(|a| a.doing().is_some());
        if let Some(agent) = in_it {
            let before = agent.effective();
            agent.work = Work::InCall { call, doing };
            agent.note_change(day, at, self.seq, before);
        }
    }

    /// A person asks for something from a screen.
    pub(crate) fn decide_request(
        &self,
        d: &mut Decision,
        request: &Request,
    ) -> Result<(), Refused> {
        if let Request::Supervise { by, agent, what } = request {
            return self.decide_supervise(d, by, *agent, what);
        }
        if let Request::Message {
            by,
            recording,
            mark,
        } = request
        {
            return self.decide_message(d, by, *recording, *mark);
        }
        if let Request::CancelCallback { by, of } = request {
            return self.cancel_callback(d, by, *of);
        }
        if let Request::AcknowledgeHelp { by, notice } = request {
            return self.decide_acknowledge(d, by, *notice);
        }
        let id = request.agent();
        let Some(agent) = self.agents.get(&id) else {
            return Err(Refused::NoSuchAgent(id));
        };
        if self.agent(id).is_none() {
            return Err(Refused::NoSuchAgent(id));
        }
        if let Request::SignIn { .. } = request {
            if !agent.is_signed_in() {
                if self.roster.desk(id).is_none() {
                    return Err(Refused::PhoneTaken);
                }
                d.fact(What::AgentSignedIn { agent: id });
                self.may_be_disturbed(d, id);
            }
            return Ok(());
        }
        // What was typed is not lost because the shift is over.
        if let Request::NoteCall {
            call, code, note, ..
        } = request
        {
            return self.decide_note(d, (id, agent), *call, *code, note);
        }
        if !agent.is_signed_in() {
            return Err(Refused::SignedOut(id));
        }
        match request {
            Request::SignOut { .. } => decide_presence(d, id, agent, Pending::SignOut),
            Request::NotReady { reason, .. } => {
                let reason = reason.chars().take(MAX_REASON).collect();
                decide_presence(d, id, agent, Pending::NotReady { reason });
            }
            Request::Ready { .. } => {
                if agent.presence != Presence::Ready || agent.pending.is_some() {
                    d.fact(What::AgentReady { agent: id });
                }
                self.may_be_disturbed(d, id);
            }
            Request::WrapupDone { .. } => return self.decide_wrapup_done(d, id, agent),
            Request::ExtendWrapup { .. } => return self.decide_extend(d, id, agent),
            Request::HangUp { .. } => return self.decide_hang_up(d, id, agent),
            Request::InCall { what, .. } => return self.decide_in_call(d, id, what),
            // Decided above.
            Request::SignIn { .. }
            | Request::Supervise { .. }
            | Request::CancelCallback { .. }
            | Request::AcknowledgeHelp { .. }
            | Request::NoteCall { .. }
            | Request::Message { .. } => {}
        }
        Ok(())
    }

    /// The agent ends or leaves the talk from the screen, or turns the ringing call down.
    fn decide_hang_up(&self, d: &mut Decision, id: AgentId, agent: &Agent) -> Result<(), Refused> {
        match agent.work {
            Work::InCall { .. } => {
                if let Some(part) = self.part_of(id) {
                    self.decide_leaves(d, part, hotline_call::Cause::NORMAL_CLEARING, None);
                } else if let Some(call) = agent.call() {
                    // As the caller.
                    self.end_dialled(d, call);
                }
                Ok(())
            }
            Work::Offering { call } => {
                if let Some(leg) = agent.leg {
                    self.end_offer(d, call, leg, OfferOutcome::Rejected, None);
                }
                Ok(())
            }
            Work::Dialing { call } => {
                self.end_dialled(d, call);
                Ok(())
            }
            Work::Free | Work::Wrapup { .. } => Err(Refused::NotInACall(id)),
        }
    }

    /// A phone came or went.
    pub(crate) fn decide_service(&self, d: &mut Decision, device: Device, is_in: bool) {
        let known = match device {
            Device::Line(line) => self.lines.contains_key(&line),
            Device::Phone(phone) => self.phones.contains_key(&phone),
        };
        if known && self.is_in_service(device) == is_in {
            return;
        }
        if !is_in {
            d.fact(What::DeviceOutOfService { device });
            return;
        }
        d.fact(What::DeviceInService { device });
        let Device::Phone(phone) = device else { return };
        let agent = self.roster.agent_at(phone);
        if let Some(id) = agent.filter(|id| self.agents.get(id).is_some_and(|a| a.device_down)) {
            d.fact(What::AgentDeviceUp { agent: id });
        }
    }
}
