//! A caller is led straight to a person or a phone: it rings, and if that person does not take the
//! call, the caller goes where the person's forwarding says, one after the other (features B21 and
//! B22, semantics §5.7).
//!
//! Nobody is asked twice for one caller, so nobody is sent round in a circle. Whoever answers
//! outside must press 1, else the voicemail of a mobile network would get the caller.

mod fold;
mod next_line;

use hotline_call::{CallId, Cause, Command, Device, Digit, LegId, LineId, Moment, Number, PhoneId};

use crate::acd::{Presence, Work, farewell};
use crate::decision::Decision;
use crate::fact::{AcceptAsked, Goal, Passed, PersonPassed, PersonRung, PersonSought};
use crate::route::{DialledTo, Dialling, Mailbox, Outbound, Refusal};
use crate::stage::{Call, Stage};
use crate::state::{Service, State};
use crate::{
    Action, AgentId, EndOutcome, Forward, ForwardTo, OfferOutcome, Prompt, Say, What, WhyNot,
};

/// How long the phone of the one who was wanted rings (semantics §5.7).
const RING_MS: u64 = 20_000;
/// How long each rings that the caller is sent to after that (features B21).
const FORWARD_MS: u64 = 15_000;
/// How long a number outside is rung: the network needs some of it to find a mobile phone.
const OUTSIDE_MS: u64 = 30_000;
/// How long whoever answers outside may think about pressing 1 (features B22).
const ASK_MS: u64 = 15_000;
/// The most that one caller is led to.
const MAX_GOALS: usize = 12;

/// A caller who is led to one after the other.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Reach {
    /// Who was tried, or is being tried, the first one first.
    pub seen: Vec<Goal>,
    /// Who is tried next.
    pub then: Vec<Goal>,
    /// Lines on which the last of them was rung, if outside.
    pub lines: Vec<LineId>,
    /// Whose phone rings.
    pub rung: Option<Rung>,
}

/// A phone that rings for a caller.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Rung {
    /// [`AgentId::NOBODY`] where nobody is signed in, and outside.
    pub agent: AgentId,
    pub leg: LegId,
    /// It is outside.
    pub is_outside: bool,
    /// Whoever answers must press 1.
    pub press_one: bool,
    /// Has answered, and is asked.
    pub is_asked: bool,
    pub until: Moment,
}

/// What is to be rung.
pub(crate) enum Bell {
    Phone(AgentId, PhoneId),
    Outside(AgentId, LineId, Number),
}

/// Why a caller goes on to where the forwarding of somebody says.
#[derive(Clone, Copy)]
enum Untaken {
    Away,
    Busy,
    NoAnswer,
}

impl Call {
    /// Whom the caller is led to.
    pub(crate) const fn reach(&self) -> Option<&Reach> {
        match &self.stage {
            Stage::Reaching(reach) => Some(reach),
            _ => None,
        }
    }

    /// The phone that rings for a caller who is led to somebody.
    pub(crate) fn rung(&self) -> Option<&Rung> {
        self.reach()?.rung.as_ref()
    }
}

impl State {
    /// Leads a caller straight to somebody.
    pub(crate) fn seek(&self, d: &mut Decision, id: CallId, call: &Call, to: Goal) {
        d.fact(What::PersonSought(PersonSought {
            call: id,
            to: to.clone(),
        }));
        d.play(call.leg, vec![Say::RingingTone], true);
        self.try_next(d, id, call, vec![to], Vec::new());
    }

    /// Rings the next one who can be rung; if there is none, the caller can leave a message with
    /// the one who was wanted first.
    fn try_next(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        mut then: Vec<Goal>,
        mut seen: Vec<Goal>,
    ) {
        while !then.is_empty() && seen.len() < MAX_GOALS {
            let to = then.remove(0);
            let found = if seen.contains(&to) {
                Err(Passed::Loop)
            } else if self.is_own_phone(call, &to) {
                Err(Passed::Busy(WhyNot::Talking))
            } else {
                self.bell(d, &to)
            };
            if let Goal::Mailbox(mailbox) = to {
                return self.leave_message(d, id, call, mailbox);
            }
            match found {
                Ok(bell) => {
                    let is_first = seen.is_empty();
                    return self.ring_bell(d, id, call, (to, bell), then, is_first);
                }
                Err(because) => {
                    d.fact(What::PersonPassed(PersonPassed {
                        call: id,
                        to: to.clone(),
                        because,
                    }));
                    if let Some(why) = untaken(because) {
                        then.splice(0..0, self.onward(&to, why, &seen));
                    }
                    seen.push(to);
                }
            }
        }
        let wanted = seen.first().and_then(|first| self.person(first));
        match wanted.filter(|agent| self.forward_of(*agent).voicemail) {
            Some(agent) => self.leave_message(d, id, call, Mailbox::Agent(agent)),
            None => farewell(d, id, call, EndOutcome::NotAnswered),
        }
    }

    /// Whether whoever is led there is on that very phone as the caller.
    fn is_own_phone(&self, call: &Call, to: &Goal) -> bool {
        match to {
            Goal::Agent(agent) => self.calls_from_phone_of(call, *agent),
            Goal::Phone(phone) => call.phone == Some(*phone),
            Goal::Outside(..) | Goal::Mailbox(_) => false,
        }
    }

    /// The agent whose callers they are who are led there.
    fn person(&self, goal: &Goal) -> Option<AgentId> {
        match goal {
            Goal::Agent(agent) => Some(*agent).filter(|id| self.agent(*id).is_some()),
            Goal::Phone(phone) => self.roster.agent_at(*phone),
            Goal::Outside(..) | Goal::Mailbox(_) => None,
        }
    }

    /// Where those go who call an agent: where the own phone says, or else as it is set.
    fn forward_of(&self, agent: AgentId) -> Forward {
        let set = self.agent(agent).map(|agent| agent.forward.clone());
        let set = set.unwrap_or_default();
        match self.forwarded.get(&agent) {
            Some(to) => Forward {
                always: true,
                to: vec![to.clone()],
                ..set
            },
            None => set,
        }
    }

    /// Where those go for whom somebody has no time. Everybody forwards a caller once.
    fn onward(&self, to: &Goal, why: Untaken, seen: &[Goal]) -> Vec<Goal> {
        let Some(agent) = self.person(to) else {
            return Vec::new();
        };
        let has_forwarded = seen.iter().any(|seen| self.person(seen) == Some(agent));
        let forward = self.forward_of(agent);
        let applies = match why {
            Untaken::Away => true,
            Untaken::Busy => forward.busy,
            Untaken::NoAnswer => forward.no_answer,
        };
        if has_forwarded || !applies {
            return Vec::new();
        }
        let goal = |to: ForwardTo| match to {
            ForwardTo::Agent(agent) => Goal::Agent(agent),
            ForwardTo::Phone(phone) => Goal::Phone(phone),
            ForwardTo::Outside(number) => Goal::Outside(agent, number),
            ForwardTo::Voicemail => Goal::Mailbox(Mailbox::Agent(agent)),
        };
        forward.to.into_iter().map(goal).collect()
    }

    /// What is to be rung to reach somebody, or why nothing is.
    pub(crate) fn bell(&self, d: &Decision, to: &Goal) -> Result<Bell, Passed> {
        match to {
            Goal::Agent(id) => {
                let known = self.agents.get(id).zip(self.agent(*id));
                let (at_work, _) = known.ok_or(Passed::Gone)?;
                let phone = self.roster.desk(*id);
                if self.forward_of(*id).always || self.is_silenced(*id) {
                    return Err(Passed::DoNotDisturb);
                }
                match self.why_not(*id, at_work) {
                    None => phone.map_or(Err(Passed::Away(WhyNot::DeviceAway)), |phone| {
                        Ok(Bell::Phone(*id, phone))
                    }),
                    Some(why) => Err(passed(why)),
                }
            }
            Goal::Phone(phone) => self.bell_of(*phone),
            Goal::Outside(by, number) => {
                let way = self.way_outside(d, *by, number)?;
                let line = way.lines.first().copied();
                let line = line.ok_or(Passed::Refused(Refusal::NoLine))?;
                Ok(Bell::Outside(*by, line, way.number))
            }
            Goal::Mailbox(_) => Err(Passed::NotAPerson),
        }
    }

    /// A telephone here. That an agent takes no callers of queues does not silence it.
    pub(crate) fn bell_of(&self, phone: PhoneId) -> Result<Bell, Passed> {
        let at_it = self.roster.agent_at(phone);
        let at_it = at_it.and_then(|id| Some((id, self.agents.get(&id)?)));
        let is_quiet = self.undisturbed.contains(&phone);
        if is_quiet || at_it.is_some_and(|(id, _)| self.forward_of(id).always) {
            return Err(Passed::DoNotDisturb);
        }
        if self.phone(phone) != Service::In {
            return Err(Passed::Away(WhyNot::DeviceAway));
        }
        let Some((id, at_work)) = at_it.filter(|(_, at_work)| at_work.is_signed_in()) else {
            return Ok(Bell::Phone(AgentId::NOBODY, phone));
        };
        match (&at_work.presence, self.why_not(id, at_work)) {
            _ if at_work.leg.is_some() => Err(Passed::Busy(WhyNot::Clearing)),
            (_, None) => Ok(Bell::Phone(id, phone)),
            (Presence::NotReady { .. }, _) if at_work.work == Work::Free => {
                Ok(Bell::Phone(id, phone))
            }
            (_, Some(why)) => Err(passed(why)),
        }
    }

    /// The way to a number outside, as if the agent had dialled it.
    pub(crate) fn way_outside(
        &self,
        d: &Decision,
        by: AgentId,
        number: &Number,
    ) -> Result<Outbound, Passed> {
        let plan = &self.configuration.dial_plan;
        let lines = self.line_uses();
        let dialled = plan.dial(Dialling {
            number,
            agent: Some(by),
            extension: &|digits| self.configuration.extension(digits),
            listed: &|canonical| self.listed(d, canonical),
            lines: &lines,
        });
        match dialled.to {
            DialledTo::Outside(way) => Ok(way),
            DialledTo::Refused(why) => Err(Passed::Refused(why)),
            DialledTo::Emergency(_) | DialledTo::Feature(_) | DialledTo::Phone(_) => {
                Err(Passed::NotAPerson)
            }
        }
    }

    fn ring_bell(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (to, bell): (Goal, Bell),
        then: Vec<Goal>,
        is_first: bool,
    ) {
        let leg = self.next_leg();
        let caller = call.caller.clone();
        let (agent, line, press_one, ring_ms, command) = match bell {
            Bell::Phone(agent, phone) => {
                let ring_ms = if is_first { RING_MS } else { FORWARD_MS };
                let device = Device::Phone(phone);
                let ring = Command::Ring {
                    leg,
                    device,
                    caller,
                };
                (agent, None, false, ring_ms, ring)
            }
            Bell::Outside(by, line, number) => {
                let device = Device::Line(line);
                let dial = Command::Dial {
                    leg,
                    device,
                    number,
                    caller,
                };
                let press_one = self.forward_of(by).press_one;
                (AgentId::NOBODY, Some(line), press_one, OUTSIDE_MS, dial)
            }
        };
        d.fact(What::PersonRung(PersonRung {
            call: id,
            leg,
            to,
            agent,
            line,
            press_one,
            then,
            ring_ms,
        }));
        d.command(command);
    }

    /// A phone has been answered that rang for a caller who is led to somebody.
    pub(crate) fn decide_person_answered(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Some(rung) = call.rung() else { return };
        if !rung.press_one {
            return self.reached(d, id, call, rung);
        }
        if !rung.is_asked {
            let leg = rung.leg;
            d.fact(What::AcceptAsked(AcceptAsked {
                call: id,
                leg,
                ask_ms: ASK_MS,
            }));
            let asks = Say::Prompt(Prompt::PressOneToAccept, call.language);
            d.play(leg, vec![asks, Say::Silence(1500)], true);
        }
    }

    /// Who was asked outside pressed a key: 1 takes the caller, any other does not count.
    pub(crate) fn decide_accepts(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        leg: LegId,
        digit: Digit,
    ) {
        let rung = call.rung().filter(|rung| rung.leg == leg && rung.is_asked);
        if let Some(rung) = rung.filter(|_| digit.label() == '1') {
            d.act(Action::StopPlayback { leg });
            self.reached(d, id, call, rung);
        }
    }

    fn reached(&self, d: &mut Decision, id: CallId, call: &Call, rung: &Rung) {
        let leg = rung.leg;
        d.fact(What::Connected {
            call: id,
            agent: rung.agent,
            leg,
        });
        d.act(Action::StopPlayback { leg: call.leg });
        self.record(d, id, call, leg);
    }

    /// Nobody took the caller at the phone that rang: the next one is tried. `gone` is the leg that
    /// a door has told to be over already.
    pub(crate) fn person_not_reached(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let Some(reach) = call.reach() else { return };
        self.stop_bell(d, id, call, outcome, gone);
        let why = match outcome {
            OfferOutcome::Busy => Untaken::Busy,
            OfferOutcome::Unreachable => Untaken::Away,
            _ => Untaken::NoAnswer,
        };
        let mut then = reach.then.clone();
        if let Some((last, before)) = reach.seen.split_last() {
            then.splice(0..0, self.onward(last, why, before));
        }
        self.try_next(d, id, call, then, reach.seen.clone());
    }

    /// The phone does not ring any more.
    pub(crate) fn stop_bell(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let Some(rung) = call.rung() else { return };
        let leg = rung.leg;
        d.fact(What::OfferEnded {
            call: id,
            agent: rung.agent,
            leg,
            outcome,
        });
        let cause = match outcome {
            OfferOutcome::NoAnswer => Cause::NO_ANSWER,
            _ => Cause::NORMAL_CLEARING,
        };
        self.release(d, leg, cause, gone);
    }
}

/// Whether who cannot be rung is away or busy.
const fn passed(why: WhyNot) -> Passed {
    match why {
        WhyNot::SignedOut | WhyNot::NotReady | WhyNot::DeviceDown | WhyNot::DeviceAway => {
            Passed::Away(why)
        }
        _ => Passed::Busy(why),
    }
}

/// Whether those go on by the forwarding for whom somebody was not rung.
const fn untaken(because: Passed) -> Option<Untaken> {
    match because {
        Passed::DoNotDisturb | Passed::Away(_) => Some(Untaken::Away),
        Passed::Busy(_) => Some(Untaken::Busy),
        Passed::Refused(_) | Passed::NotAPerson | Passed::Loop | Passed::Gone => None,
    }
}
