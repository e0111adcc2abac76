//! The `CallCentre` and what protects the calls from its faults: a panic in it discards it, and it
//! is folded anew from its facts (decisions 2 and 3).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hotline_call::Moment;
use hotline_services::region::Directory;
use hotline_services::{CallCentre, Event, Fact, Outcome, Refused};

/// After so many facts the state is kept as the new beginning, which bounds the fold after a panic.
const CHECKPOINT: usize = 5000;

/// The centre, and the facts since it was last kept whole.
pub struct Core {
    centre: CallCentre,
    kept: CallCentre,
    since: Vec<Fact>,
}

/// What came of an event.
pub enum Handled {
    /// As it should be.
    Done(Outcome),
    /// The centre says no to a person.
    Refused(Refused),
    /// A fault of ours. The centre is as it was before the event.
    Fault,
}

impl Core {
    /// The centre that these facts lead to.
    #[must_use]
    pub fn refold(facts: &[Fact]) -> Self {
        let centre = CallCentre::refold(facts);
        Self {
            kept: centre.clone(),
            centre,
            since: Vec::new(),
        }
    }

    /// Where numbers are registered, from the next event on.
    pub fn know(&mut self, directory: &Arc<Directory>) {
        self.centre.know(Arc::clone(directory));
        self.kept.know(Arc::clone(directory));
    }

    /// The centre.
    #[must_use]
    pub const fn centre(&self) -> &CallCentre {
        &self.centre
    }

    /// Takes one event.
    pub fn handle(&mut self, now: Moment, event: Event) -> Handled {
        let said = format!("{event:?}");
        let centre = &mut self.centre;
        // The centre shares nothing: what a panic leaves of it is thrown away below.
        match catch_unwind(AssertUnwindSafe(|| centre.handle(now, event))) {
            Ok(Ok(outcome)) => {
                self.since.extend(outcome.facts.iter().cloned());
                if self.since.len() >= CHECKPOINT {
                    self.kept = self.centre.clone();
                    self.since.clear();
                }
                Handled::Done(outcome)
            }
            Ok(Err(refused)) => Handled::Refused(refused),
            Err(_) => {
                tracing::error!(
                    event = said,
                    facts = self.since.len(),
                    "call control fell over"
                );
                self.centre = self.kept.clone();
                self.centre.replay(&self.since);
                Handled::Fault
            }
        }
    }
}
