//! What an agent dials at the own phone instead of pressing a button: `*42` ready, `*78` do not
//! disturb.

use hotline_call::{CallId, Cause, Command, LegId, Moment, Number, PhoneId};

use crate::acd::{Pending, Presence, Work, decide_presence};
use crate::decision::Decision;
use crate::fact::DeskStep;
use crate::feature_code::{Feature, FeatureRequest};
use crate::state::State;
use crate::{AgentId, InCall, Request, What};

/// The reason shown of an agent who is not to be disturbed.
const DO_NOT_DISTURB: &str = "do_not_disturb";

impl State {
    /// A code is dialled at a phone: it is done and the phone let go. That it was done is heard: the call is answered before it ends.
    pub(crate) fn decide_dialled(
        &self,
        d: &mut Decision,
        leg: LegId,
        phone: PhoneId,
        called: Option<&Number>,
    ) {
        if let Some((agent, call)) = called.and_then(|called| self.picked_up(phone, called)) {
            return self.pick_up(d, call, agent, leg);
        }
        let codes = &self.configuration.dial_plan.feature_codes;
        let request = called.and_then(|called| codes.dialled(called.as_str()));
        if let Some(parked) = request.as_ref().and_then(|asked| self.parked_at(asked))
            && self.take_parked(d, parked, leg, phone)
        {
            return;
        }
        let quiet = match request {
            Some(FeatureRequest::Plain(Feature::DoNotDisturbOn)) => Some(true),
            Some(FeatureRequest::Plain(Feature::DoNotDisturbOff)) => Some(false),
            _ => None,
        };
        if let Some(is_on) = quiet {
            self.do_not_disturb(d, phone, is_on);
            d.command(Command::Answer { leg });
            let cause = Cause::NORMAL_CLEARING;
            return d.command(Command::Release { leg, cause });
        }
        let asked = called.and_then(|called| self.asked_by_code(phone, called));
        let is_done = asked.is_some_and(|request| self.decide_request(d, &request).is_ok());
        let cause = if is_done {
            d.command(Command::Answer { leg });
            Cause::NORMAL_CLEARING
        } else {
            Cause::CALL_REJECTED
        };
        d.command(Command::Release { leg, cause });
    }

    /// The caller whom the agent at the phone takes with the code for it: of those of the own queues
    /// for whom a phone rings the first one. The agent must be one who could be rung.
    fn picked_up(&self, phone: PhoneId, called: &Number) -> Option<(AgentId, CallId)> {
        let agent = self.roster.agent_at(phone)?;
        let codes = &self.configuration.dial_plan.feature_codes;
        let asks = codes.dialled(called.as_str())? == FeatureRequest::Pickup(None);
        // Whoever is not to be disturbed may still ask for a call.
        let is_free = self.agents.get(&agent).is_some_and(|at_work| {
            at_work.is_signed_in() && at_work.work == Work::Free && at_work.leg.is_none()
        });
        let may = self.ready.contains(&agent) || (is_free && self.is_silenced(agent));
        if !asks || !may {
            return None;
        }
        let rings = |id: CallId| {
            let (_, wait) = self.waiting_call(id)?;
            let answered = wait.offers.iter().any(|offer| offer.answered.is_some());
            let is_meant = self.roster.serves(agent, wait.queue) && wait.without != Some(agent);
            (is_meant && !wait.offers.is_empty() && !answered).then_some(wait.since)
        };
        let ringing = self.calls.keys().filter_map(|id| Some((rings(*id)?, *id)));
        let (_, call) = ringing.min_by_key(|(since, id)| (since.mono_ms, *id))?;
        Some((agent, call))
    }

    /// What the agent at the phone asks for with a code.
    fn asked_by_code(&self, phone: PhoneId, called: &Number) -> Option<Request> {
        let agent: AgentId = self.roster.agent_at(phone)?;
        let codes = &self.configuration.dial_plan.feature_codes;
        let not_ready = |reason: String| Request::NotReady { agent, reason };
        Some(match codes.dialled(called.as_str())? {
            FeatureRequest::SignIn(None) => Request::SignIn { agent },
            FeatureRequest::NotReady(reason) => {
                not_ready(reason.map_or_else(String::new, |number| number.to_string()))
            }
            FeatureRequest::Plain(feature) => match feature {
                Feature::Park => Request::InCall {
                    agent,
                    what: InCall::Park,
                },
                Feature::SignOut => Request::SignOut { agent },
                Feature::Ready => Request::Ready { agent },
                _ => return None,
            },
            _ => return None,
        })
    }
}

impl State {
    /// Whether the phone of the agent is not to ring.
    pub(crate) fn is_silenced(&self, agent: AgentId) -> bool {
        let phone = self.roster.desk(agent);
        phone.is_some_and(|phone| self.undisturbed.contains(&phone))
    }

    /// A phone is not to ring for anybody, or may ring again. Its agent takes no callers of queues
    /// meanwhile.
    fn do_not_disturb(&self, d: &mut Decision, phone: PhoneId, is_on: bool) {
        let at_it = self.roster.agent_at(phone);
        let agent = at_it.unwrap_or(AgentId::NOBODY);
        if self.undisturbed.contains(&phone) != is_on {
            d.fact(What::Desk(DeskStep::DoNotDisturb {
                phone,
                agent,
                is_on,
            }));
        }
        let Some(at_work) = self.agents.get(&agent).filter(|a| a.is_signed_in()) else {
            return;
        };
        match (&at_work.presence, &at_work.pending) {
            (Presence::Ready, None) if is_on => {
                let reason = DO_NOT_DISTURB.to_owned();
                decide_presence(d, agent, at_work, Pending::NotReady { reason });
            }
            (Presence::NotReady { reason }, None) | (_, Some(Pending::NotReady { reason }))
                if !is_on && reason == DO_NOT_DISTURB =>
            {
                d.fact(What::AgentReady { agent });
            }
            _ => {}
        }
    }

    /// Folds what somebody set at a phone.
    pub(crate) fn apply_desk(&mut self, at: Moment, step: &DeskStep) {
        match step {
            DeskStep::DoNotDisturb { phone, is_on, .. } => {
                if *is_on {
                    self.undisturbed.insert(*phone);
                } else {
                    self.undisturbed.remove(phone);
                }
            }
            DeskStep::Forwarded { agent, to } => match to {
                Some(to) => drop(self.forwarded.insert(*agent, to.clone())),
                None => drop(self.forwarded.remove(agent)),
            },
            DeskStep::BrowserOpened { .. } | DeskStep::BrowserClosed { .. } => {}
            DeskStep::PinAsked { .. } | DeskStep::PinWrong { .. } | DeskStep::SatDown { .. } => {
                self.apply_seat(at, step);
            }
        }
    }

    /// Who is ready may be rung.
    pub(crate) fn may_be_disturbed(&self, d: &mut Decision, agent: AgentId) {
        if self.is_silenced(agent)
            && let Some(phone) = self.roster.desk(agent)
        {
            let is_on = false;
            d.fact(What::Desk(DeskStep::DoNotDisturb {
                phone,
                agent,
                is_on,
            }));
        }
    }
}
