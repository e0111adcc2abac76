//! What an agent dials at the own phone instead of pressing a button: `*42` ready, `*78` do not
//! disturb.

use hotline_call::{CallId, Cause, Command, LegId, Number, PhoneId};

use crate::decision::Decision;
use crate::feature_code::{Feature, FeatureRequest};
use crate::state::State;
use crate::{AgentId, InCall, Request};

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
        if !asks || !self.ready.contains(&agent) {
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
                Feature::Ready | Feature::DoNotDisturbOff => Request::Ready { agent },
                Feature::DoNotDisturbOn => not_ready(DO_NOT_DISTURB.to_owned()),
                _ => return None,
            },
            _ => return None,
        })
    }
}
