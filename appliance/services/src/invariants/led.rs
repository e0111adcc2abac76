use std::collections::BTreeMap;

use hotline_call::{CallId, LegId, LineId, PhoneId};

use super::{Broken, ensure};
use crate::fact::{AcceptAsked, Goal, Passed, PersonPassed, PersonRung, PersonSought};
use crate::{AgentId, Fact, What};

const OWN: &str = "nobody is rung at the phone that calls";
const LED: &str = "who is led to people is led to each of them once, and bridged to one";

/// A caller who is led to one after the other.
#[derive(Clone, Debug, Default)]
struct Led {
    /// Who was rung, or passed.
    rung: Vec<Goal>,
    /// Lines on which the last of them was rung, if outside.
    lines: Vec<LineId>,
    /// The leg that rings, and whether whoever answers must be asked first.
    rings: Option<(LegId, bool)>,
}

impl Led {
    /// Whether nobody was rung there yet; who is outside is rung once on each line.
    fn is_new(&mut self, to: &Goal, line: Option<LineId>) -> bool {
        let is_next_line = line.is_some_and(|line| !self.lines.contains(&line));
        let is_new = !self.rung.contains(to) || (self.rung.last() == Some(to) && is_next_line);
        if self.rung.last() != Some(to) {
            self.lines.clear();
        }
        self.lines.extend(line);
        self.rung.push(to.clone());
        is_new
    }
}

/// Callers who are led straight to somebody, as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Leading {
    led: BTreeMap<CallId, Led>,
    /// The phones of ours from which calls come.
    phones: BTreeMap<CallId, PhoneId>,
    /// The phone of each agent.
    desks: BTreeMap<AgentId, PhoneId>,
}

impl Leading {
    /// A phone that is in use by who calls can ring for nobody, least of all for that call.
    fn check_phone(&mut self, fact: &Fact) -> Result<(), Broken> {
        let (call, rung) = match fact.what {
            What::Configured { ref configuration } => {
                let agents = configuration.agents.iter();
                self.desks = agents.map(|agent| (agent.id, agent.phone)).collect();
                return Ok(());
            }
            What::CallOffered {
                call,
                phone: Some(phone),
                ..
            } => {
                self.phones.insert(call, phone);
                return Ok(());
            }
            What::CallEnded { call, .. } => {
                self.phones.remove(&call);
                return Ok(());
            }
            What::PersonRung(PersonRung { call, ref to, .. }) => match to {
                Goal::Phone(phone) => (call, Some(*phone)),
                Goal::Agent(agent) => (call, self.desks.get(agent).copied()),
                Goal::Outside(..) | Goal::Mailbox(_) => return Ok(()),
            },
            What::AgentOffered { call, agent, .. } => (call, self.desks.get(&agent).copied()),
            _ => return Ok(()),
        };
        let is_other = rung.is_none() || self.phones.get(&call).copied() != rung;
        ensure(OWN, is_other, || format!("{fact:?}"))
    }

    /// One phone rings at a time, none of them twice, and who answers is the one who rings.
    pub(super) fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        self.check_phone(fact)?;
        match fact.what {
            What::PersonSought(PersonSought { call, .. }) => {
                let is_first = self.led.insert(call, Led::default()).is_none();
                return ensure(LED, is_first, || format!("{fact:?} while led already"));
            }
            What::PersonRung(PersonRung {
                call,
                leg,
                ref to,
                press_one,
                line,
                ..
            }) => {
                let led = self.led.get_mut(&call);
                let is_lawful = led.is_some_and(|led| {
                    let is_new = led.is_new(to, line);
                    led.rings.replace((leg, press_one)).is_none() && is_new
                });
                return ensure(LED, is_lawful, || format!("{fact:?}"));
            }
            // Who was asked once is passed because of that, and for nothing else.
            What::PersonPassed(PersonPassed {
                call,
                ref to,
                because,
            }) => {
                let led = self.led.get_mut(&call);
                let is_lawful = led.is_some_and(|led| {
                    let was_asked = led.rung.contains(to);
                    led.rung.push(to.clone());
                    was_asked == (because == Passed::Loop)
                });
                return ensure(LED, is_lawful, || format!("{fact:?}"));
            }
            What::OfferEnded { call, leg, .. } => {
                if let Some(led) = self.led.get_mut(&call) {
                    led.rings = led.rings.filter(|(rings, _)| *rings != leg);
                }
            }
            // Whoever takes the call that rang elsewhere.
            What::PickedUp { call, leg, .. } => {
                if let Some(led) = self.led.get_mut(&call) {
                    led.rings = Some((leg, false));
                }
            }
            What::AcceptAsked(AcceptAsked { call, leg, .. }) => {
                if let Some(led) = self.led.get_mut(&call) {
                    led.rings = Some((leg, false));
                }
            }
            What::Connected { call, leg, .. } => {
                if let Some(led) = self.led.remove(&call) {
                    return ensure(LED, led.rings == Some((leg, false)), || {
                        format!("{fact:?} while {led:?}")
                    });
                }
            }
            What::MailboxEntered(_) | What::FarewellStarted { .. } | What::CallEnding { .. } => {
                let led = fact.what.call().and_then(|call| self.led.remove(&call));
                return ensure(LED, led.is_none_or(|led| led.rings.is_none()), || {
                    format!("{fact:?} while a phone rings")
                });
            }
            _ => {}
        }
        Ok(())
    }
}
