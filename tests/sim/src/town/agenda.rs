use std::collections::BTreeMap;

/// What is to come, by time; what was planned first comes first at the same time.
#[derive(Debug)]
pub(super) struct Agenda<T> {
    plans: BTreeMap<(u64, u64), T>,
    planned: u64,
}

impl<T> Agenda<T> {
    pub(super) const fn new() -> Self {
        Self {
            plans: BTreeMap::new(),
            planned: 0,
        }
    }

    pub(super) fn plan(&mut self, at_ms: u64, plan: T) {
        self.planned += 1;
        self.plans.insert((at_ms, self.planned), plan);
    }

    /// When the next is to come.
    pub(super) fn next_ms(&self) -> Option<u64> {
        self.plans.first_key_value().map(|((at_ms, _), _)| *at_ms)
    }

    /// The next one.
    pub(super) fn take(&mut self) -> Option<T> {
        self.plans.pop_first().map(|(_, plan)| plan)
    }
}
