use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EntryId;
use crate::{CallScreened, Fact, What};

/// How often an entry met a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// How often.
    pub count: u64,
    /// When last, ms since 1970 UTC.
    pub last_ms: u64,
}

/// How often each entry met a call, as a projection of the facts. Bounded by the entries there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    hits: BTreeMap<EntryId, Hit>,
}

impl Hits {
    /// No hits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next fact; the entry whose count changed by it, if one did.
    pub fn apply(&mut self, fact: &Fact) -> Option<(EntryId, Hit)> {
        match &fact.what {
            What::CallScreened(CallScreened { entry, .. }) => {
                let hit = self.hits.entry(*entry).or_default();
                hit.count += 1;
                hit.last_ms = fact.at.wall_ms;
                Some((*entry, *hit))
            }
            What::ListsChanged { change } => {
                self.hits.retain(|entry, _| !change.removed.contains(entry));
                None
            }
            _ => None,
        }
    }

    /// How often this entry met a call.
    #[must_use]
    pub fn of(&self, entry: EntryId) -> Hit {
        self.hits.get(&entry).copied().unwrap_or_default()
    }
}
