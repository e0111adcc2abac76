use hotline_call::{CallId, Moment};

use super::{Reach, Rung};
use crate::fact::{AcceptAsked, PersonPassed, PersonRung, PersonSought};
use crate::stage::{Call, Stage};
use crate::state::State;
use crate::talk::Talk;
use crate::{QueueId, What};

impl State {
    /// Folds what is told of a caller who is led to somebody.
    pub(crate) fn apply_to_reach(&mut self, at: Moment, what: &What) {
        match what {
            What::PersonSought(PersonSought { call, .. }) => {
                if let Some(call) = self.calls.get_mut(call) {
                    call.enter(
                        at,
                        Stage::Reaching(Reach {
                            seen: Vec::new(),
                            then: Vec::new(),
                            lines: Vec::new(),
                            rung: None,
                        }),
                    );
                }
            }
            What::PersonPassed(PersonPassed { call, to, .. }) => {
                if let Some(reach) = self.reach_mut(*call) {
                    reach.seen.push(to.clone());
                }
            }
            What::PersonRung(rung) => self.apply_person_rung(at, rung),
            What::AcceptAsked(AcceptAsked { call, leg, ask_ms }) => {
                let rung = self.reach_mut(*call).and_then(|reach| reach.rung.as_mut());
                if let Some(rung) = rung.filter(|rung| rung.leg == *leg) {
                    (rung.is_asked, rung.until) = (true, at.plus_ms(*ask_ms));
                }
            }
            What::OfferEnded { call, leg, .. } => {
                if let Some(reach) = self.reach_mut(*call) {
                    reach.rung.take_if(|rung| rung.leg == *leg);
                }
            }
            What::Connected { call, agent, leg } => {
                if let Some(call) = self.calls.get_mut(call)
                    && call.reach().is_some()
                {
                    // It came out of no queue.
                    let talk = Talk::new(QueueId(0), *agent, *leg);
                    call.enter(at, Stage::Talking(talk));
                }
            }
            _ => {}
        }
    }

    fn apply_person_rung(&mut self, at: Moment, rung: &PersonRung) {
        if let Some(line) = rung.line {
            self.line_calls.insert(line, rung.call);
            self.outside_lines.insert(rung.leg, line);
        }
        let Some(reach) = self.reach_mut(rung.call) else {
            return;
        };
        // On the next line, it is the same one who is rung.
        if reach.seen.last() != Some(&rung.to) {
            reach.seen.push(rung.to.clone());
            reach.lines.clear();
        }
        reach.lines.extend(rung.line);
        reach.then.clone_from(&rung.then);
        reach.rung = Some(Rung {
            agent: rung.agent,
            leg: rung.leg,
            is_outside: rung.line.is_some(),
            press_one: rung.press_one,
            is_asked: false,
            until: at.plus_ms(rung.ring_ms),
        });
    }

    fn reach_mut(&mut self, call: CallId) -> Option<&mut Reach> {
        match self
            .calls
            .get_mut(&call)
            .map(|call: &mut Call| &mut call.stage)
        {
            Some(Stage::Reaching(reach)) => Some(reach),
            _ => None,
        }
    }
}
