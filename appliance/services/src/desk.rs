//! What an agent dials at the own phone instead of pressing a button: `*42` ready, `*78` do not
//! disturb.

use hotline_call::{Cause, Command, LegId, Number, PhoneId};

use crate::decision::Decision;
use crate::feature_code::{Feature, FeatureRequest};
use crate::state::State;
use crate::{AgentId, Request};

/// The reason shown of an agent who is not to be disturbed.
const DO_NOT_DISTURB: &str = "do_not_disturb";

impl State {
    /// A phone calls us. A code is done and the phone let go; nothing else can be dialled yet. That
    /// it was done is heard: the call is answered before it ends.
    pub(crate) fn decide_dialled(
        &self,
        d: &mut Decision,
        leg: LegId,
        phone: PhoneId,
        called: Option<&Number>,
    ) {
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
                Feature::SignOut => Request::SignOut { agent },
                Feature::Ready | Feature::DoNotDisturbOff => Request::Ready { agent },
                Feature::DoNotDisturbOn => not_ready(DO_NOT_DISTURB.to_owned()),
                _ => return None,
            },
            _ => return None,
        })
    }
}
