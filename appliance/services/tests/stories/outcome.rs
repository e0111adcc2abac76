//! What came of it in a scene.

use hotline_call::{Cause, LegId};
use hotline_services::{CallRecord, CallStage, EndOutcome, What};

use crate::scene::Scene;

impl Scene {
    /// Where the only call stands.
    pub fn stage(&self) -> CallStage {
        match self.centre.view().calls.as_slice() {
            [call] => call.stage,
            calls => panic!("not one call: {calls:?}"),
        }
    }

    pub fn record(&self) -> &CallRecord {
        self.records.values().next_back().expect("a call has been")
    }

    pub fn outcome(&self) -> Option<EndOutcome> {
        self.record().outcome
    }

    /// Whether every line and agent is free and every leg is over.
    pub fn all_is_quiet(&self) -> bool {
        self.centre.view().calls.is_empty() && self.phones.is_empty() && self.nobody_talks()
    }

    /// The cause we asked a leg to be released with.
    pub fn released_with(&self, leg: LegId) -> Option<Cause> {
        self.releases
            .iter()
            .find(|(l, _)| *l == leg)
            .map(|(_, cause)| *cause)
    }

    pub fn count(&self, is: impl Fn(&What) -> bool) -> usize {
        self.facts.iter().filter(|fact| is(&fact.what)).count()
    }
}
