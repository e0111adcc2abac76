use std::collections::BTreeMap;

use hotline_call::{CallId, Moment};

use super::{Broken, ensure};
use crate::feature_code::FeatureCodes;
use crate::{Fact, What};

const PLACES: &str = "a place has one parked customer, and is free when that one is gone";

/// How much later than asked for a timer may run out.
const LATE_MS: u64 = 1_000;

/// Who is parked where, as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    codes: FeatureCodes,
    /// The customer on each place, and until when.
    parked: BTreeMap<u32, (CallId, Moment)>,
}

impl Places {
    /// A customer is parked on the first place that is free, and leaves it by being fetched, rung
    /// for, queued, or gone.
    pub(super) fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        match fact.what {
            What::Configured { ref configuration } => {
                self.codes
                    .clone_from(&configuration.dial_plan.feature_codes);
            }
            What::CallParked(parked) => {
                let mut places = self.codes.parking_places();
                let first = places.find(|place| !self.parked.contains_key(place));
                ensure(PLACES, first == Some(parked.place), || {
                    format!("{parked:?} while {first:?} is free of {:?}", self.parked)
                })?;
                let until = fact.at.plus_ms(parked.park_ms + LATE_MS);
                self.parked.insert(parked.place, (parked.call, until));
            }
            What::Connected { call, .. }
            | What::PartyRung { call, .. }
            | What::Queued { call, .. }
            | What::FarewellStarted { call, .. }
            | What::CallEnding { call, .. } => self.parked.retain(|_, (parked, _)| *parked != call),
            _ => {}
        }
        Ok(())
    }

    /// Nobody stays parked for ever.
    pub(super) fn check_leases(&self, now: Moment) -> Result<(), Broken> {
        let late = |(_, until): &&(CallId, Moment)| now.mono_ms > until.mono_ms;
        let late = self.parked.values().find(late);
        ensure(PLACES, late.is_none(), || format!("{late:?} stays parked"))
    }
}
