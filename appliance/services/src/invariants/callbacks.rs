use std::collections::BTreeMap;

use hotline_call::{CallId, Number};

use super::{Broken, ensure};
use crate::{CallbackStep, Fact, View, What};

const PROMISES: &str = "a promise to call back is kept or ends, once";

/// The promises to call back as the facts tell, and the call that is being made of each.
#[derive(Clone, Debug, Default)]
pub(super) struct Callbacks {
    open: BTreeMap<CallId, (Number, Option<CallId>)>,
}

impl Callbacks {
    /// Takes a fact: a number is promised one call, and one call at a time is made of a promise.
    pub(super) fn check(&mut self, fact: &Fact) -> Result<(), Broken> {
        let ok = match &fact.what {
            What::Callback(step) => self.takes(step),
            What::CallEnded { call, .. } => {
                let mut open = self.open.values_mut();
                if let Some((_, attempt)) = open.find(|(_, attempt)| *attempt == Some(*call)) {
                    *attempt = None;
                }
                true
            }
            _ => true,
        };
        ensure(PROMISES, ok, || {
            format!("{:?} when open are {:?}", fact.what, self.open)
        })
    }

    fn takes(&mut self, step: &CallbackStep) -> bool {
        match step {
            CallbackStep::Asked { .. } => true,
            CallbackStep::Agreed { call, number, .. } => {
                let is_first = self.open.values().all(|(promised, _)| promised != number);
                let promise = (number.clone(), None);
                is_first && self.open.insert(*call, promise).is_none()
            }
            CallbackStep::Began { call, of, .. } => {
                let promise = self.open.get_mut(of);
                promise.is_some_and(|(_, attempt)| attempt.replace(*call).is_none())
            }
            CallbackStep::Dialled { call, .. } => {
                let mut open = self.open.values();
                open.any(|(_, attempt)| *attempt == Some(*call))
            }
            CallbackStep::Due { of, .. } => self.open.contains_key(of),
            CallbackStep::Ended { of, .. } => self.open.remove(of).is_some(),
        }
    }

    /// People see the promises there are.
    pub(super) fn check_view(&self, view: &View) -> Result<(), Broken> {
        let seen = view.callbacks.iter().map(|promise| promise.of);
        ensure(PROMISES, seen.eq(self.open.keys().copied()), || {
            format!("open are {:?}, seen are {:?}", self.open, view.callbacks)
        })
    }
}
