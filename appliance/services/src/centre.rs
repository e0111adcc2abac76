use hotline_call::{LegId, Moment};

use crate::{Event, Fact, Outcome, Refused, View};

/// The call centre.
#[derive(Clone, Debug, Default)]
pub struct CallCentre {}

impl CallCentre {
    /// A centre with no configuration and no history.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The centre that these facts lead to. Kinds it does not know are skipped.
    #[must_use]
    pub fn refold<'a>(_facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        Self::default()
    }

    /// Takes one event; returns what happened and what is to be done, in order.
    ///
    /// # Errors
    /// Only an `Event::Request` can be refused; nothing has changed then.
    pub fn handle(&mut self, _now: Moment, _event: Event) -> Result<Outcome, Refused> {
        Ok(Outcome::default())
    }

    /// When to call [`handle`](Self::handle) with [`Event::Timeout`], if at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        None
    }

    /// What people see now.
    #[must_use]
    pub fn view(&self) -> View {
        View::default()
    }

    /// The greatest leg number ever seen, for `LegIds::for_doors` after a restart.
    #[must_use]
    pub fn last_leg(&self) -> LegId {
        LegId(0)
    }
}
