//! Who hears whom: a function of where a call stands, told to the engine whenever it changes.

use std::collections::BTreeMap;

use hotline_call::{CallId, Command, Heard, LegId};

use crate::stage::{Call, Hold, Stage};
use crate::state::State;
use crate::{Fact, Outcome};

/// Whom each leg of a call hears.
pub(crate) type Hearing = BTreeMap<LegId, Vec<Heard>>;

impl State {
    /// Whom each leg of a call hears that is not over.
    fn hearing(&self, id: CallId) -> Hearing {
        let hears = |leg| {
            let call = self.calls.get(&id);
            (leg, call.map_or_else(Vec::new, |call| call.heard_by(leg)))
        };
        self.legs_of(id).map(hears).collect()
    }

    /// The same of all calls these facts are about.
    pub(crate) fn hearing_of(&self, facts: &[Fact]) -> BTreeMap<CallId, Hearing> {
        let calls = facts.iter().filter_map(|fact| fact.what.call());
        calls.map(|id| (id, self.hearing(id))).collect()
    }

    /// Tells the engine what has changed since it was like that.
    pub(crate) fn tell_hearing(&self, before: &BTreeMap<CallId, Hearing>, outcome: &mut Outcome) {
        for (id, before) in before {
            for (leg, from) in self.hearing(*id) {
                if from != before.get(&leg).map_or(&[][..], Vec::as_slice) {
                    let told = crate::Action::Door(Command::Hear { leg, from });
                    outcome.actions.push(told);
                }
            }
        }
    }
}

impl Call {
    /// Whom a leg of the call hears.
    fn heard_by(&self, leg: LegId) -> Vec<Heard> {
        let Stage::Talking {
            leg: agent,
            hold: Hold::Talking,
            ..
        } = self.stage
        else {
            return Vec::new();
        };
        let others = [self.leg, agent].into_iter().filter(|other| *other != leg);
        if leg == self.leg || leg == agent {
            others.map(Heard::unchanged).collect()
        } else {
            Vec::new()
        }
    }
}
