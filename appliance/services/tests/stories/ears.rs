//! Who hears whom in a scene, and what is asked for in a call.

use hotline_call::{CallerId, Cause, Event as Door, LegId};
use hotline_services::{AgentId, Event, InCall, Refused, Request, Say, Supervisor};

use crate::scene::{GREETING, SALES, SERVICE, Scene, number_of, phone_of};

/// The account of a supervisor of sales and service, who sits at the phone of this agent.
pub fn supervisor(agent: AgentId) -> Supervisor {
    Supervisor {
        account: "lead".into(),
        role: "supervisor".into(),
        groups: vec![SALES, SERVICE],
        agent: Some(agent),
    }
}

impl Scene {
    /// Dials at the agent's phone; with which cause that call ends.
    pub fn dials(&mut self, agent: AgentId, code: &str) -> Option<Cause> {
        let leg = LegId(self.centre.last_leg().0 + 1_000_000);
        self.releases.clear();
        self.door(Door::Offered {
            leg,
            device: phone_of(agent),
            caller: CallerId::default(),
            called: Some(number_of(code)),
        });
        self.released_with(leg)
    }

    /// An agent asks for something about the call it is in.
    pub fn in_call(&mut self, agent: AgentId, what: InCall) {
        self.asks(Request::InCall { agent, what });
    }

    /// The same, which is refused; and why.
    pub fn refused(&mut self, agent: AgentId, what: InCall) -> Refused {
        let asked = Event::Request(Request::InCall { agent, what });
        self.tries(asked).expect_err("refused")
    }

    /// The legs that a leg hears.
    pub fn hears_legs(&self, leg: LegId) -> Vec<LegId> {
        let from = self.ears.get(&leg).into_iter().flatten();
        from.map(|heard| heard.leg).collect()
    }

    /// Whether the two legs hear each other and nobody else.
    pub fn talk_to_each_other(&self, a: LegId, b: LegId) -> bool {
        self.hears_legs(a) == [b] && self.hears_legs(b) == [a]
    }

    /// Whether nobody hears anybody.
    pub fn nobody_talks(&self) -> bool {
        self.ears.values().all(Vec::is_empty)
    }

    /// What the leg hears, in words.
    pub fn ear(&self, leg: LegId) -> String {
        let Some(heard) = self.hears.get(&leg) else {
            let others = self.hears_legs(leg).len();
            return ["nothing", "the other party", "the others"][others.min(2)].into();
        };
        let plain = |say: &Say| match say {
            Say::Greeting(_, sentence) => (**sentence).clone(),
            other => other.clone(),
        };
        let words = |say: &Say| match &plain(say) {
            Say::Prompt(prompt, _) => format!("{prompt:?}"),
            Say::Text(text, _) if text == GREETING => "greeting".into(),
            other => format!("{other:?}"),
        };
        let said: Vec<String> = heard.say.iter().map(words).collect();
        said.join(", ") + if heard.repeat { "…" } else { "" }
    }
}
