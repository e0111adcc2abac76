//! What people set that is no part of the configuration, folded from the facts: number lists, how
//! often they met a call, day or night by hand.

use std::sync::Arc;

use hotline_services::blacklist::{Hits, NumberLists};
use hotline_services::schedule::Overrides;
use hotline_services::{Fact, ScheduleSet, What};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::Store;

/// The house as people set it from day to day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// The last fact that changed it.
    pub(super) seq: u64,
    /// Black and white list.
    pub lists: NumberLists,
    /// How often each entry met a call.
    pub hits: Hits,
    /// Day or night by hand, whether it still holds or not.
    pub by_hand: Overrides,
}

impl House {
    pub(super) fn apply(&mut self, fact: &Fact) {
        if !concerns(fact) {
            return;
        }
        self.seq = fact.seq;
        match &fact.what {
            What::ListsChanged { change } => self.lists.apply(change),
            What::ScheduleSet(ScheduleSet { schedule, by_hand }) => match by_hand {
                Some(set) => {
                    self.by_hand.insert(*schedule, *set);
                }
                None => {
                    self.by_hand.remove(schedule);
                }
            },
            _ => {}
        }
        self.hits.apply(fact);
    }
}

fn concerns(fact: &Fact) -> bool {
    matches!(
        fact.what,
        What::ListsChanged { .. } | What::ScheduleSet(_) | What::CallScreened(_)
    )
}

impl Store {
    /// The house as people set it, by the facts handed over so far.
    #[must_use]
    pub fn house(&self) -> watch::Receiver<Arc<House>> {
        self.house.subscribe()
    }

    /// Most facts are not about it and cost nothing here.
    pub(super) fn note_house(&self, facts: &[Fact]) {
        if !facts.iter().any(concerns) {
            return;
        }
        self.house.send_modify(|house| {
            let house = Arc::make_mut(house);
            facts.iter().for_each(|fact| house.apply(fact));
        });
    }
}
