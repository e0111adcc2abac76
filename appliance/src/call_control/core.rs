//! The `CallCentre` and what protects the calls from its faults: a panic in it discards it, and it
//! is folded anew from its facts (decisions 2 and 3).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hotline_call::Moment;
use hotline_services::region::Directory;
use hotline_services::{CallCentre, Event, Fact, Outcome, Refused};

use crate::store::CHECKPOINT_FACTS;

/// After so many facts the state is kept as the new beginning, which bounds the fold after a panic.
const CHECKPOINT: usize = 5000;

/// The centre, and the facts since it was last kept whole.
pub struct Core {
    centre: CallCentre,
    kept: Arc<CallCentre>,
    since: Vec<Fact>,
    /// Facts since a checkpoint was handed out.
    unkept: u64,
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
    /// This centre, folded from the facts so far.
    #[must_use]
    pub fn new(centre: CallCentre) -> Self {
        Self {
            kept: Arc::new(centre.clone()),
            centre,
            since: Vec::new(),
            unkept: 0,
        }
    }

    /// Where numbers are registered, from the next event on.
    pub fn know(&mut self, directory: &Arc<Directory>) {
        self.centre.know(Arc::clone(directory));
        Arc::make_mut(&mut self.kept).know(Arc::clone(directory));
    }

    /// The centre as it was a moment ago, when it is time that the store keeps it. It knows only
    /// facts that an event before has told.
    pub fn take_checkpoint(&mut self) -> Option<Arc<CallCentre>> {
        (self.unkept >= CHECKPOINT_FACTS).then(|| {
            self.unkept = 0;
            Arc::clone(&self.kept)
        })
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
                    self.kept = Arc::new(self.centre.clone());
                    self.unkept += self.since.len() as u64;
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
                self.centre = CallCentre::clone(&self.kept);
                self.centre.replay(&self.since);
                Handled::Fault
            }
        }
    }
}
