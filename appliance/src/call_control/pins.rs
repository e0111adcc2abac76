//! PINs dialled at phones are compared away from call control: that takes long by design.

use hotline_call::LegId;
use hotline_services::feature_code::Pin;
use hotline_services::{AgentId, Event};
use tokio::sync::mpsc;

use super::task::Task;

/// PINs being compared at once; a phone that asks while so many are waits for the others.
pub(super) const CHECKING: usize = 16;

/// What was found out: of which phone's leg, and whether it is right.
pub(super) type Checking = (mpsc::Sender<(LegId, bool)>, mpsc::Receiver<(LegId, bool)>);

impl Task {
    /// Finds out whether the agent has this PIN, and tells the centre.
    pub(super) fn check_pin(&self, leg: LegId, agent: AgentId, pin: &Pin) {
        let (store, tell) = (self.w.store.clone(), self.checked.0.clone());
        let digits = pin.digits().to_owned();
        tokio::spawn(async move {
            let is_right = store.is_agent_pin(agent, digits).await;
            let is_right = is_right.unwrap_or_else(|error| {
                tracing::error!(agent = agent.0, %error, "a PIN cannot be compared");
                false
            });
            // Call control may be gone.
            let _ = tell.send((leg, is_right)).await;
        });
    }

    /// A PIN has been compared.
    pub(super) fn pin_checked(&mut self, (leg, is_right): (LegId, bool)) {
        let now = self.w.clock.now();
        self.tell(now, Event::PinChecked { leg, is_right });
    }
}
