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
            What::PersonRung(PersonRung {
                call,
                leg,
                to,
                agent,
                line,
                press_one,
                then,
                ring_ms,
            }) => {
                if let Some(line) = line {
                    self.line_calls.insert(*line, *call);
                    self.outside_lines.insert(*leg, *line);
                }
                if let Some(reach) = self.reach_mut(*call) {
                    if reach.seen.last() != Some(to) {
                        reach.seen.push(to.clone());
                        reach.lines.clear();
                    }
                    reach.lines.extend(*line);
                    reach.then.clone_from(then);
                    reach.rung = Some(Rung {
                        agent: *agent,
                        leg: *leg,
                        is_outside: line.is_some(),
                        press_one: *press_one,
                        is_asked: false,
                        until: at.plus_ms(*ring_ms),
                    });
                }
            }
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
