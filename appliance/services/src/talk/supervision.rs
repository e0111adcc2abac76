//! A supervisor with an agent in a conversation: listens, speaks to the agent alone, speaks with
//! all, takes the call over, ends it; or sets the state of an agent (semantics §5.8).

use hotline_call::{CallId, Cause, Command, Device, LegId, Moment, Party};

use super::request::{NOT_NEEDED, Part};
use super::{RING_MS, Room, Talk};
use crate::acd::{Pending, Presence, Work, decide_presence};
use crate::decision::Decision;
use crate::fact::{ForceReleased, StateForced, SupervisionMoved, SupervisionRung, TakenOver};
use crate::permission::{Over, Permission, Who};
use crate::state::{Service, State};
use crate::{
    AgentId, EndOutcome, ForcedState, OfferOutcome, Refused, Say, Supervise, SuperviseMode,
    Supervisor, What, WhyNot,
};

/// The longest reason kept, in characters; the rest is cut off.
const MAX_REASON: usize = 200;

/// A supervisor with an agent in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Supervision {
    /// Who, as signed in.
    pub account: String,
    /// Whose phone it is.
    pub supervisor: AgentId,
    pub leg: LegId,
    /// With which agent.
    pub over: AgentId,
    pub mode: SuperviseMode,
    /// What the person may.
    pub may: Vec<SuperviseMode>,
    /// The phone still rings, and until when at most.
    pub rings: Option<Moment>,
}

impl Supervision {
    /// The phone is answered and the supervisor may be heard by somebody.
    pub fn speaks(&self) -> bool {
        self.rings.is_none() && self.mode != SuperviseMode::Listen
    }
}

impl Supervise {
    /// What it takes.
    const fn permission(&self) -> Permission {
        match self {
            Self::Begin {
                mode: SuperviseMode::Listen,
            }
            | Self::End => Permission::SuperviseListen,
            Self::Begin {
                mode: SuperviseMode::Whisper,
            } => Permission::SuperviseWhisper,
            Self::Begin {
                mode: SuperviseMode::Barge,
            } => Permission::SuperviseBarge,
            Self::TakeOver { .. } | Self::Release { .. } => Permission::SuperviseTakeOver,
            Self::SetState { .. } => Permission::SuperviseState,
        }
    }
}

impl State {
    /// A supervisor asks for something about an agent.
    pub(crate) fn decide_supervise(
        &self,
        d: &mut Decision,
        by: &Supervisor,
        over: AgentId,
        what: &Supervise,
    ) -> Result<(), Refused> {
        self.is_permitted(by, over, what)?;
        match what {
            Supervise::Begin { mode } => self.begin_supervision(d, by, over, *mode),
            Supervise::End => {
                let part = self.part_of(over).ok_or(Refused::NotInACall(over))?;
                let supervision = Self::supervision_by(part, by)?;
                self.end_supervision(d, part.id, supervision, None);
                Ok(())
            }
            Supervise::TakeOver { reason } => {
                let reason = said(reason)?;
                let part = self.part_of(over).ok_or(Refused::NotInACall(over))?;
                self.take_over(d, part, by, reason)
            }
            Supervise::Release { only_agent, reason } => {
                let reason = said(reason)?;
                let part = self.part_of(over).ok_or(Refused::NotInACall(over))?;
                self.force_release(d, part, by, *only_agent, reason);
                Ok(())
            }
            Supervise::SetState { state, reason } => {
                self.force_state(d, by, over, *state, said(reason)?)
            }
        }
    }

    /// Whether the person may: by the role, and over an agent or call of the own groups.
    pub(crate) fn is_permitted(
        &self,
        by: &Supervisor,
        over: AgentId,
        what: &Supervise,
    ) -> Result<(), Refused> {
        let mut groups: Vec<_> = self.roster.queues_of(over).collect();
        groups.extend(self.part_of(over).map(|part| part.talk.queue));
        let who = Who {
            role: &by.role,
            groups: &by.groups,
        };
        let roles = &self.configuration.roles;
        let verdict = roles.allows(who, what.permission(), Over::Groups(&groups));
        if !verdict.is_permitted() {
            return Err(Refused::NotPermitted(verdict));
        }
        if by.agent == Some(over) {
            return Err(Refused::Oneself);
        }
        Ok(())
    }

    /// Every way in which the person may be with the agent.
    pub(crate) fn modes_of(&self, by: &Supervisor, over: AgentId) -> Vec<SuperviseMode> {
        use SuperviseMode::{Barge, Listen, Whisper};
        let may = |mode: &SuperviseMode| {
            let mode = *mode;
            self.is_permitted(by, over, &Supervise::Begin { mode })
                .is_ok()
        };
        [Listen, Whisper, Barge].into_iter().filter(may).collect()
    }

    fn supervision_by<'a>(part: Part<'a>, by: &Supervisor) -> Result<&'a Supervision, Refused> {
        let supervision = part.talk.supervision.as_ref();
        let own = supervision.filter(|s| s.account == by.account && s.over == part.seat.agent);
        own.ok_or(Refused::NotSupervising)
    }

    /// Rings the supervisor's own phone, or lets who is there already speak to others.
    fn begin_supervision(
        &self,
        d: &mut Decision,
        by: &Supervisor,
        over: AgentId,
        mode: SuperviseMode,
    ) -> Result<(), Refused> {
        let part = self.part_of(over).ok_or(Refused::NotInACall(over))?;
        let Part { id, call, talk, .. } = part;
        if let Some(there) = &talk.supervision {
            if there.account != by.account {
                return Err(Refused::Supervised(there.account.clone()));
            }
            if there.over == over {
                self.change_mode(d, part, there, mode);
                return Ok(());
            }
        }
        let supervisor = by.agent.ok_or(Refused::NoPhone)?;
        if let Some((from, there)) = self.is_supervising(by, supervisor) {
            self.move_supervision(d, part, (from, there), (by, mode));
            return Ok(());
        }
        if talk.supervision.is_some() {
            return Err(Refused::StillRinging);
        }
        let (phone, at_work) = self
            .roster
            .desk(supervisor)
            .zip(self.agents.get(&supervisor))
            .ok_or(Refused::NoPhone)?;
        if self.phone(phone) != Service::In {
            return Err(Refused::NotFree(supervisor, WhyNot::DeviceAway));
        }
        if at_work.work != Work::Free || at_work.leg.is_some() {
            return Err(Refused::NotFree(supervisor, WhyNot::Clearing));
        }
        let leg = self.next_leg();
        d.fact(What::SupervisionRung(SupervisionRung {
            call: id,
            leg,
            account: by.account.clone(),
            supervisor,
            over,
            mode,
            may: self.modes_of(by, over),
            ring_ms: RING_MS,
        }));
        d.command(Command::Ring {
            leg,
            device: Device::Phone(phone),
            caller: call.caller.clone(),
        });
        Ok(())
    }

    /// The supervisor is heard by others from now on, if that is another way than before.
    pub(super) fn change_mode(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        there: &Supervision,
        mode: SuperviseMode,
    ) {
        if there.mode == mode {
            return;
        }
        let (call, leg) = (part.id, there.leg);
        d.fact(What::SupervisionChanged { call, leg, mode });
        if mode == SuperviseMode::Barge && there.rings.is_none() {
            self.barge_tone(d, part);
        }
    }

    /// The supervisor's phone has been answered.
    pub(crate) fn supervision_begins(&self, d: &mut Decision, call: CallId, leg: LegId) {
        d.fact(What::SupervisionBegan { call, leg });
        let there = self
            .calls
            .get(&call)
            .and_then(|call| call.supervised_by(leg));
        let barges = there.filter(|there| there.mode == SuperviseMode::Barge);
        if let Some(part) = barges.and_then(|there| self.part_of(there.over)) {
            self.barge_tone(d, part);
        }
    }

    /// With whom the supervisor is, and in which call, the phone being answered.
    fn is_supervising(
        &self,
        by: &Supervisor,
        supervisor: AgentId,
    ) -> Option<(CallId, &Supervision)> {
        let leg = self.agents.get(&supervisor)?.leg?;
        let (id, call) = self.call_of(leg)?;
        let is_leaving = self.legs.get(&leg)?.releasing.is_some();
        let there = call.supervised_by(leg).filter(|_| !is_leaving)?;
        (there.rings.is_none() && there.account == by.account).then_some((id, there))
    }

    /// The supervisor goes from one agent to another without hanging up (features E4).
    fn move_supervision(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        (from, there): (CallId, &Supervision),
        (by, mode): (&Supervisor, SuperviseMode),
    ) {
        let (leg, over) = (there.leg, part.seat.agent);
        d.fact(What::SupervisionEnded { call: from, leg });
        d.fact(What::SupervisionMoved(SupervisionMoved {
            call: part.id,
            from,
            leg,
            account: by.account.clone(),
            supervisor: there.supervisor,
            over,
            mode,
            may: self.modes_of(by, over),
        }));
        if mode == SuperviseMode::Barge {
            self.barge_tone(d, part);
        }
    }

    /// Who talks hears that somebody has joined, over what is being said (features B17). Who is on
    /// hold, or asks aside, hears nothing of the supervisor, and so no tone.
    pub(crate) fn barge_tone(&self, d: &mut Decision, part: Part<'_>) {
        let Part { call, talk, .. } = part;
        if !self.configuration.rules.barge_tone {
            return;
        }
        if part.seat.is_held {
            return;
        }
        let room = part.seat.room;
        let here = talk.seats.iter().filter(|s| s.room == room && !s.is_held);
        let customer = (room == Room::Main).then_some(call.leg);
        for leg in here.map(|seat| seat.leg).chain(customer) {
            d.play_over(leg, vec![Say::Beep]);
        }
    }

    /// Folds that a supervisor's leg is in another call now.
    pub(crate) fn move_leg(&mut self, moved: &SupervisionMoved) {
        if let Some(leg) = self.legs.get_mut(&moved.leg) {
            leg.call = moved.call;
            self.call_legs.remove(&(moved.from, moved.leg));
            self.call_legs.insert((moved.call, moved.leg));
        }
    }

    /// The supervisor goes. `gone` is the leg that a door has told to be over already.
    pub(crate) fn end_supervision(
        &self,
        d: &mut Decision,
        id: CallId,
        supervision: &Supervision,
        gone: Option<LegId>,
    ) {
        let leg = supervision.leg;
        d.fact(What::SupervisionEnded { call: id, leg });
        self.release(d, leg, NOT_NEEDED, gone);
    }

    /// An agent leaves: whoever is with that agent does too. So nobody whispers to the next one.
    pub(super) fn supervisor_leaves(
        &self,
        d: &mut Decision,
        id: CallId,
        talk: &Talk,
        agent: AgentId,
        gone: Option<LegId>,
    ) {
        if let Some(there) = talk.supervision.as_ref().filter(|s| s.over == agent) {
            self.end_supervision(d, id, there, gone);
        }
    }

    /// The supervisor talks to the customer instead of the agent.
    fn take_over(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        by: &Supervisor,
        reason: String,
    ) -> Result<(), Refused> {
        let Part {
            id,
            call,
            talk,
            seat,
        } = part;
        let there = Self::supervision_by(part, by)?;
        if there.rings.is_some() {
            return Err(Refused::StillRinging);
        }
        if seat.is_guest {
            return Err(Refused::OnlyConsulted(seat.agent));
        }
        let supervisor = there.supervisor;
        let at_work = self.agents.get(&supervisor).ok_or(Refused::NoPhone)?;
        if !at_work.is_signed_in() {
            return Err(Refused::SignedOut(supervisor));
        }
        if at_work.work != Work::Free || at_work.device_down {
            return Err(Refused::NotFree(supervisor, WhyNot::DeviceDown));
        }
        if talk.leader == Some(seat.agent) {
            if let Some(guest) = talk.guest() {
                self.send_away(d, id, talk, *guest, None);
            } else if let Some(asked) = talk.asked() {
                self.end_ringing(d, id, asked, OfferOutcome::CallerGone, None);
            }
        }
        d.fact(What::TakenOver(TakenOver {
            call: id,
            leg: there.leg,
            account: by.account.clone(),
            supervisor,
            over: seat.agent,
            reason,
        }));
        d.fact(What::Connected {
            call: id,
            agent: supervisor,
            leg: there.leg,
        });
        self.record(d, id, call, there.leg);
        self.part(d, id, talk, seat);
        self.release(d, seat.leg, NOT_NEEDED, None);
        Ok(())
    }

    /// The supervisor ends the call, or takes the agent out of it if others stay.
    fn force_release(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        by: &Supervisor,
        only_agent: bool,
        reason: String,
    ) {
        let Part { id, talk, seat, .. } = part;
        d.fact(What::ForceReleased(ForceReleased {
            call: id,
            account: by.account.clone(),
            over: seat.agent,
            only_agent,
            reason,
        }));
        let others = talk.hosts().any(|other| other.leg != seat.leg);
        if only_agent && (others || seat.is_guest) {
            self.decide_leaves(d, part, Cause::NORMAL_CLEARING, None);
        } else {
            let cause = Cause::NORMAL_CLEARING;
            self.end_call(d, id, EndOutcome::Served, Party::System, cause, None);
        }
    }

    /// The supervisor sets the state of an agent; in a call it applies after the notes.
    fn force_state(
        &self,
        d: &mut Decision,
        by: &Supervisor,
        over: AgentId,
        state: ForcedState,
        reason: String,
    ) -> Result<(), Refused> {
        let agent = self
            .agents
            .get(&over)
            .filter(|_| self.agent(over).is_some());
        let agent = agent.ok_or(Refused::NoSuchAgent(over))?;
        if !agent.is_signed_in() {
            return Err(Refused::SignedOut(over));
        }
        d.fact(What::StateForced(StateForced {
            over,
            account: by.account.clone(),
            state,
            reason: reason.clone(),
        }));
        match state {
            ForcedState::SignedOut => decide_presence(d, over, agent, Pending::SignOut),
            ForcedState::NotReady => {
                let reason = reason.chars().take(crate::acd::MAX_REASON).collect();
                decide_presence(d, over, agent, Pending::NotReady { reason });
            }
            ForcedState::Ready => {
                if agent.presence != Presence::Ready || agent.pending.is_some() {
                    d.fact(What::AgentReady { agent: over });
                }
                self.may_be_disturbed(d, over);
            }
        }
        Ok(())
    }
}

/// A reason, which must be given.
fn said(reason: &str) -> Result<String, Refused> {
    let reason: String = reason.trim().chars().take(MAX_REASON).collect();
    if reason.is_empty() {
        return Err(Refused::NoReason);
    }
    Ok(reason)
}

impl Talk {
    /// Folds what is told of a supervisor.
    pub(super) fn supervise(&mut self, at: Moment, what: &What) {
        match what {
            What::SupervisionRung(SupervisionRung {
                leg,
                account,
                supervisor,
                over,
                mode,
                may,
                ring_ms,
                ..
            }) => {
                self.supervision = Some(Supervision {
                    account: account.clone(),
                    supervisor: *supervisor,
                    leg: *leg,
                    over: *over,
                    mode: *mode,
                    may: may.clone(),
                    rings: Some(at.plus_ms(*ring_ms)),
                });
            }
            What::SupervisionMoved(moved) => {
                self.supervision = Some(Supervision {
                    account: moved.account.clone(),
                    supervisor: moved.supervisor,
                    leg: moved.leg,
                    over: moved.over,
                    mode: moved.mode,
                    may: moved.may.clone(),
                    rings: None,
                });
            }
            What::SupervisionBegan { leg, .. } => {
                if let Some(there) = self.supervision.as_mut().filter(|s| s.leg == *leg) {
                    there.rings = None;
                }
            }
            What::SupervisionChanged { leg, mode, .. } => {
                if let Some(there) = self.supervision.as_mut().filter(|s| s.leg == *leg) {
                    there.mode = *mode;
                }
            }
            What::SupervisionEnded { leg, .. } | What::TakenOver(TakenOver { leg, .. }) => {
                self.supervision.take_if(|there| there.leg == *leg);
            }
            _ => {}
        }
    }
}
