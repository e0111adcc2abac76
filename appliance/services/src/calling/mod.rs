//! Calls that people here make: what a number dialled on a phone becomes, the line it is dialled
//! on, and the way to the conversation.
//!
//! A number of our own leads where its inbound route leads, as if it came from outside. A number
//! outside, or one for help, is dialled on a line; once it is answered the agent at the phone and
//! the person outside are in a conversation like any other.

mod fold;
mod next_line;

pub(crate) use self::next_line::is_of_the_line;

use hotline_call::{
    CallId, CallerId, Cause, Command, Device, LegId, LineId, Moment, Number, Party, PhoneId,
};

use crate::acd::Work;
use crate::blacklist::{Direction, EntryId, Listed, Screening, Subject};
use crate::decision::Decision;
use crate::emergency::EmergencyCall;
use crate::route::{Arriving, DialledTo, Dialling, Inbound, Leads, LineUse, Refusal, Step, Target};
use crate::stage::{Call, Stage};
use crate::state::{Service, State};
use crate::{AgentId, EndOutcome, QueueId, StorageState, What};
use crate::{CallDialled, DialRefused};

/// How long a person outside is rung before the call is given up; the network gives up before.
pub(crate) const RINGS_MS: u64 = 120_000;
/// 8: a call of more importance needs the line (Q.850).
const PREEMPTED: Cause = Cause(8);

/// A number that is dialled on one of our phones.
pub(crate) struct Dialer {
    /// The leg that the phone's door made.
    pub leg: LegId,
    /// The phone.
    pub phone: PhoneId,
    /// As the phone is known.
    pub caller: CallerId,
    /// What was dialled.
    pub number: Number,
    /// The same without what is secret in it, for the facts.
    pub shown: Number,
    /// Who is signed in at the phone.
    pub agent: Option<AgentId>,
}

/// A call of ours that is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Outside {
    /// Who calls; [`AgentId::NOBODY`] from a phone nobody is signed in at.
    pub agent: AgentId,
    /// The leg of the phone.
    pub leg: LegId,
    /// The phone has answered: it was rung first.
    pub is_answered: bool,
    /// The queue that the person waited in; 0: none.
    pub queue: QueueId,
    /// As the phone is known.
    pub caller: CallerId,
    /// What is dialled on the line.
    pub number: Number,
    /// The lines it can have if this one fails, in order.
    pub rest: Vec<LineId>,
    /// The called telephone rings; the phone hears the line from then on.
    pub rings: bool,
    pub until: Moment,
}

/// A way to somebody outside.
struct Way {
    /// What is dialled on the line.
    number: Number,
    /// Who is called.
    called: Number,
    /// The lines it can have, in order.
    lines: Vec<LineId>,
    is_emergency: bool,
    steps: Vec<Step>,
}

impl State {
    /// A phone of ours calls.
    pub(crate) fn decide_phone_calls(
        &self,
        d: &mut Decision,
        (leg, phone): (LegId, PhoneId),
        caller: &CallerId,
        called: Option<&Number>,
    ) {
        if self.legs.contains_key(&leg) {
            return;
        }
        let Some(number) = called.cloned() else {
            // Nothing was dialled: there is nothing to decide, and nothing to keep.
            let cause = Cause::UNALLOCATED_NUMBER;
            return d.command(Command::Release { leg, cause });
        };
        let signed_in = |id: &AgentId| self.agents.get(id).is_some_and(|a| a.is_signed_in());
        let codes = &self.configuration.dial_plan.feature_codes;
        let dialer = Dialer {
            leg,
            phone,
            caller: caller.clone(),
            shown: codes.without_pin(&number),
            number,
            agent: self.roster.agent_at(phone).filter(signed_in),
        };
        self.decide_number(d, &dialer);
    }

    fn decide_number(&self, d: &mut Decision, dialer: &Dialer) {
        let plan = &self.configuration.dial_plan;
        let lines = self.line_uses();
        let dialled = plan.dial(Dialling {
            number: &dialer.number,
            agent: dialer.agent,
            extension: &|digits| self.configuration.extension(digits),
            listed: &|canonical| self.listed(d, canonical),
            lines: &lines,
        });
        let steps = dialled.steps;
        if let DialledTo::Emergency(call) = dialled.to {
            return self.call_for_help(d, dialer, call, steps);
        }
        if let DialledTo::Feature(asked) = &dialled.to {
            if self.decide_code_at_phone(d, dialer, asked) {
                return;
            }
            return self.decide_dialled(d, dialer.leg, dialer.phone, Some(&dialer.number));
        }
        if dialer
            .agent
            .is_some_and(|agent| self.is_on_the_phone(agent))
        {
            return Self::refuse_dialled(d, dialer, Cause::USER_BUSY, None, steps);
        }
        if dialled.to == DialledTo::Phone(dialer.phone) {
            return Self::refuse_dialled(d, dialer, Cause::USER_BUSY, None, steps);
        }
        if let DialledTo::Phone(phone) = dialled.to {
            let there = Inbound {
                route: None,
                ruling: None,
                leads: Leads::To(Target::Phone(phone)),
                steps,
            };
            return self.call_ourselves(d, dialer, &there);
        }
        let arriving = Arriving {
            line: LineId(u16::MAX),
            called: Some(&dialer.number),
            caller: dialer.caller.number.as_ref(),
        };
        let ours = plan.within(arriving, &self.by_hand, d.at().wall_ms);
        match (ours, dialled.to) {
            (Some(ours), _) => self.call_ourselves(d, dialer, &ours),
            (None, DialledTo::Outside(way)) => {
                let way = Way {
                    number: way.number,
                    called: Number::parse(&way.canonical).unwrap_or(dialer.number.clone()),
                    lines: way.lines,
                    is_emergency: false,
                    steps,
                };
                self.call_outside(d, dialer, way);
            }
            (None, DialledTo::Refused(why)) => {
                Self::refuse_dialled(d, dialer, why.cause(), Some(why), steps);
            }
            (None, _) => {
                Self::refuse_dialled(d, dialer, Cause::UNALLOCATED_NUMBER, None, steps);
            }
        }
    }

    /// The entry of the blacklist that keeps a number from being called, and what it lists.
    pub(crate) fn listed(&self, d: &Decision, canonical: &str) -> Option<(EntryId, Listed)> {
        let numbers = &self.configuration.dial_plan.numbers;
        let origin = d.directory().origin(numbers, canonical);
        let regions = origin.map_or_else(Vec::new, |origin| origin.region_names());
        let subject = Subject {
            number: Some(canonical),
            regions: &regions,
            is_vip: false,
        };
        match self.lists.screen(subject, Direction::Out, d.at().wall_ms) {
            Screening::Blocked(entry) => Some((entry.id, entry.draft.listed.clone())),
            Screening::Allowed { .. } | Screening::Unlisted => None,
        }
    }

    /// Whether the agent has a call already; notes can be left for a call.
    pub(crate) fn is_on_the_phone(&self, agent: AgentId) -> bool {
        let work = self.agents.get(&agent).map(|at_work| at_work.work);
        !matches!(work, None | Some(Work::Free | Work::Wrapup { .. }))
    }

    /// What every line is used for now.
    pub(crate) fn line_uses(&self) -> Vec<(LineId, LineUse)> {
        let used = |(line, service): (&LineId, &Service)| {
            let call = self.line_calls.get(line).and_then(|id| self.calls.get(id));
            let used = match (service, call) {
                (Service::Out { .. }, _) => LineUse::OutOfService,
                (Service::In, None) => LineUse::Free,
                (Service::In, Some(call)) if call.is_emergency => LineUse::Emergency,
                (Service::In, Some(call)) if call.is_outbound => LineUse::Outbound,
                (Service::In, Some(_)) => LineUse::Inbound,
            };
            (*line, used)
        };
        self.lines.iter().map(used).collect()
    }

    /// No call comes of it; why is kept.
    fn refuse_dialled(
        d: &mut Decision,
        dialer: &Dialer,
        cause: Cause,
        refusal: Option<Refusal>,
        steps: Vec<Step>,
    ) {
        let leg = dialer.leg;
        d.fact(What::DialRefused(DialRefused {
            leg,
            phone: dialer.phone,
            agent: dialer.agent,
            number: dialer.shown.clone(),
            cause,
            refusal,
            steps,
        }));
        d.command(Command::Release { leg, cause });
    }

    /// Notes about the last call end when the next one is made.
    pub(crate) fn leave_notes(&self, d: &mut Decision, agent: Option<AgentId>) {
        let work = agent.and_then(|id| Some((id, self.agents.get(&id)?.work)));
        if let Some((agent, Work::Wrapup { call, .. })) = work {
            d.fact(What::WrapupEnded { agent, call });
        }
    }

    /// One of our own numbers: the caller is served like one from outside.
    fn call_ourselves(&self, d: &mut Decision, dialer: &Dialer, ours: &Inbound) {
        if self.storage == StorageState::ReserveReached {
            return Self::refuse_dialled(d, dialer, Cause::CONGESTION, None, ours.steps.clone());
        }
        let (id, leg) = (CallId(self.last_call + 1), dialer.leg);
        self.leave_notes(d, dialer.agent);
        d.fact(What::CallOffered {
            call: id,
            leg,
            line: None,
            phone: Some(dialer.phone),
            by: dialer.agent,
            caller: dialer.caller.clone(),
            called: Some(dialer.number.clone()),
        });
        let mut call = Call::offered(d.at(), leg, dialer.caller.clone());
        call.called = Some(dialer.number.clone());
        (call.by, call.phone) = (dialer.agent, Some(dialer.phone));
        self.welcome(d, id, call, ours, false);
    }

    /// A call for help takes any line that works, and ends another call if there is none.
    fn call_for_help(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        call: EmergencyCall,
        steps: Vec<Step>,
    ) {
        if call.is_test {
            return Self::refuse_dialled(d, dialer, Cause::NORMAL_UNSPECIFIED, None, steps);
        }
        let mut lines = call.free;
        if lines.is_empty() {
            let victim = call.preempt.first();
            let victim = victim.and_then(|line| Some((*line, *self.line_calls.get(line)?)));
            let Some((line, victim)) = victim else {
                return Self::refuse_dialled(d, dialer, Cause::NO_CIRCUIT, None, steps);
            };
            let outcome = self.outcome_now(d.at(), victim, EndOutcome::Failed);
            self.end_call(d, victim, outcome, Party::System, PREEMPTED, None);
            lines.push(line);
        }
        let way = Way {
            called: call.number.clone(),
            number: call.number,
            lines,
            is_emergency: true,
            steps,
        };
        self.call_outside(d, dialer, way);
    }

    fn call_outside(&self, d: &mut Decision, dialer: &Dialer, way: Way) {
        let Some((&line, rest)) = way.lines.split_first() else {
            return Self::refuse_dialled(d, dialer, Cause::NO_CIRCUIT, None, way.steps);
        };
        let (call, leg) = (CallId(self.last_call + 1), self.next_leg());
        let agent = dialer.agent.filter(|agent| !self.is_on_the_phone(*agent));
        let called = way.called;
        self.leave_notes(d, agent);
        d.fact(What::CallDialled(CallDialled {
            call,
            leg,
            line,
            number: way.number.clone(),
            called: called.clone(),
            agent: agent.unwrap_or(AgentId::NOBODY),
            phone: dialer.phone,
            phone_leg: dialer.leg,
            caller: dialer.caller.clone(),
            is_emergency: way.is_emergency,
            rest: rest.to_vec(),
            steps: way.steps,
        }));
        self.note_origin(d, call, &called);
        d.command(Command::Dial {
            leg,
            device: Device::Line(line),
            number: way.number,
            caller: dialer.caller.clone(),
        });
    }

    /// Who dialled takes the call back, or leaves it, from the screen.
    pub(crate) fn end_dialled(&self, d: &mut Decision, id: CallId) {
        let given_up = match self.calls.get(&id).map(|call| &call.stage) {
            Some(Stage::Waiting(_)) => EndOutcome::AbandonedInQueue,
            Some(Stage::Reaching(_)) => EndOutcome::AbandonedRinging,
            Some(Stage::AtPhone(_)) => EndOutcome::SelfService,
            _ => EndOutcome::AbandonedInMenu,
        };
        let outcome = self.outcome_now(d.at(), id, given_up);
        self.end_call(d, id, outcome, Party::Agent, Cause::NORMAL_CLEARING, None);
    }

    /// How a call ends that is cut off now; `otherwise`: where nobody has been reached yet.
    fn outcome_now(&self, at: Moment, id: CallId, otherwise: EndOutcome) -> EndOutcome {
        match self.calls.get(&id).map(|call| &call.stage) {
            Some(Stage::Outside(_)) => EndOutcome::NotReached,
            Some(Stage::Talking(_) | Stage::Parked(_)) => EndOutcome::Served,
            Some(Stage::Mailbox(leaving)) => leaving.outcome(at),
            Some(Stage::Farewell { outcome, .. }) => *outcome,
            _ => otherwise,
        }
    }

    /// The called telephone rings: the phone hears the line.
    pub(crate) fn decide_alerting(&self, d: &mut Decision, leg: LegId) {
        let Some((id, call)) = self.call_of(leg) else {
            return;
        };
        if let Stage::Outside(outside) = &call.stage
            && leg == call.leg
            && !outside.rings
        {
            d.fact(What::CallAlerting { call: id });
        }
    }

    /// The person outside has answered.
    pub(crate) fn decide_reached(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Stage::Outside(outside) = &call.stage else {
            return;
        };
        let leg = outside.leg;
        d.fact(What::CallAnswered { call: id });
        if !outside.is_answered {
            d.command(Command::Answer { leg });
        }
        d.fact(What::Connected {
            call: id,
            agent: outside.agent,
            leg,
        });
        self.callback_kept(d, call);
        self.record(d, id, call, leg);
        self.called_back(d, id, call, outside.agent);
    }
}
