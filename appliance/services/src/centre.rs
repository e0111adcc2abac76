use std::sync::Arc;

use hotline_call::{CallId, LegId, Moment};

use crate::blacklist::ListChange;
use crate::decision::Decision;
use crate::region::Directory;
use crate::state::State;
use crate::work::Work;
use crate::{Event, Fact, Outcome, Refused, ScheduleSet, View, What};

/// More consequences than one event can have; see [`CallCentre::handle`].
const MAX_CONSEQUENCES: usize = 100_000;

/// The call centre.
#[derive(Clone, Debug, Default)]
pub struct CallCentre {
    state: State,
    work: Work,
    /// No part of the state: what was found in it when something was decided is in the facts.
    directory: Arc<Directory>,
}

/// Two centres are equal that know the same.
impl PartialEq for CallCentre {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl Eq for CallCentre {}

impl CallCentre {
    /// A centre with no configuration and no history.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The centre that knows this.
    pub(crate) fn of(state: State) -> Self {
        Self {
            state,
            work: Work::everything(),
            directory: Arc::default(),
        }
    }

    /// The centre that these facts lead to. Kinds it does not know are skipped.
    #[must_use]
    pub fn refold<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut centre = Self::new();
        centre.replay(facts);
        centre
    }

    /// Where numbers are registered, from the next event on. Before, the area codes alone are known.
    pub fn know(&mut self, directory: Arc<Directory>) {
        self.directory = directory;
    }

    /// Folds more facts into the state, as [`Self::refold`] does from the beginning.
    pub fn replay<'a>(&mut self, facts: impl IntoIterator<Item = &'a Fact>) {
        for fact in facts {
            self.state.apply(fact);
        }
        self.work = Work::everything();
    }

    /// Takes one event; returns what happened and what is to be done, in order.
    ///
    /// First what the event itself means is decided and applied; then, one at a time, whatever has
    /// become possible or due by that: an agent is rung, a call is over, a timer has run out.
    ///
    /// # Errors
    /// Only an `Event::Request` can be refused; nothing has changed then.
    pub fn handle(&mut self, now: Moment, event: Event) -> Result<Outcome, Refused> {
        let mut outcome = Outcome::default();
        let decision = self.decide(now, &event)?;
        self.apply(decision, &mut outcome);
        for _ in 0..MAX_CONSEQUENCES {
            let consequence = self.settle(now);
            if consequence.is_empty() {
                self.work = Work::default();
                return Ok(outcome);
            }
            self.apply(consequence, &mut outcome);
        }
        debug_assert!(false, "consequences without end after {event:?}");
        Ok(outcome)
    }

    /// What an event means. Reads the state, changes nothing.
    fn decide(&self, now: Moment, event: &Event) -> Result<Decision, Refused> {
        let state = &self.state;
        let boot = match event {
            Event::Started { boot, .. } => *boot,
            _ => state.boot,
        };
        let mut d = Decision::new(state.seq, boot, now, Arc::clone(&self.directory));
        match event {
            Event::Door(event) => state.decide_door(&mut d, event),
            Event::PlaybackEnded(playback) => {
                let hears = state.calls.iter().find(|(_, c)| c.hears == Some(*playback));
                if let Some((id, _)) = hears {
                    state.decide_heard(&mut d, *id);
                }
            }
            Event::RecordingFailed(recording) => state.decide_recording_failed(&mut d, *recording),
            Event::RecordingSilent {
                recording,
                silent_s,
            } => state.decide_silent(&mut d, *recording, *silent_s),
            Event::Configure(configuration) => {
                if **configuration != state.configuration {
                    d.fact(What::Configured {
                        configuration: configuration.clone(),
                    });
                }
            }
            Event::ChangeLists(change) => d.fact(What::ListsChanged {
                change: ListChange::clone(change),
            }),
            &Event::SetSchedule { schedule, by_hand } => {
                d.fact(What::ScheduleSet(ScheduleSet { schedule, by_hand }));
            }
            Event::Acted(acted) => d.fact(What::Acted((**acted).clone())),
            Event::Request(request) => state.decide_request(&mut d, request)?,
            Event::PinChecked { leg, is_right } => {
                state.decide_pin(&mut d, *leg, *is_right);
            }
            Event::Browser {
                agent,
                is_open,
                is_the_phone,
            } => state.decide_browser(&mut d, *agent, (*is_open, *is_the_phone)),
            Event::Storage(storage) => {
                if *storage != state.storage {
                    d.fact(What::StorageChanged { state: *storage });
                }
            }
            // Whatever is due is found by `settle`, after any event.
            Event::Timeout => {}
            Event::Started { last_alive, .. } => state.decide_started(&mut d, *last_alive),
        }
        Ok(d)
    }

    /// The next consequence of the state as it is, if there is one.
    fn settle(&self, now: Moment) -> Decision {
        let directory = Arc::clone(&self.directory);
        let mut d = Decision::new(self.state.seq, self.state.boot, now, directory);
        for consequence in [
            State::settle_due,
            State::settle_doing,
            State::settle_agents,
            State::settle_homeless,
            State::settle_callbacks,
            State::settle_ended,
            State::settle_answers,
            State::settle_demands,
            State::settle_dedicated,
            State::settle_queues,
            State::settle_announcements,
        ] {
            consequence(&self.state, &mut d, &self.work);
            if !d.is_empty() {
                break;
            }
        }
        d
    }

    fn apply(&mut self, decision: Decision, outcome: &mut Outcome) {
        let heard = self.state.hearing_of(decision.facts());
        // Most facts of a decision are about one call, and nobody asks what is due in between.
        let mut calls: Vec<CallId> = Vec::new();
        for fact in decision.facts() {
            let touched = self.state.fold(fact);
            for call in &touched.calls {
                if !calls.contains(call) {
                    calls.push(*call);
                }
            }
            self.work.add(touched);
        }
        self.state.reindex_calls(&calls);
        decision.append_to(outcome);
        self.state.tell_hearing(&heard, outcome);
    }

    /// When to call [`handle`](Self::handle) with [`Event::Timeout`], if at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.state.next_deadline()
    }

    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// What people see now.
    #[must_use]
    pub fn view(&self) -> View {
        self.state.view()
    }

    /// The greatest leg number ever seen, for `LegIds::for_doors` after a restart.
    #[must_use]
    pub const fn last_leg(&self) -> LegId {
        LegId(self.state.last_leg)
    }
}
