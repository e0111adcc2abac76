use hotline_call::{CallId, Digit};

use crate::decision::Decision;
use crate::fact::QueueLeft;
use crate::route::Target;
use crate::stage::{Call, Wait};
use crate::state::State;
use crate::{OfferOutcome, What};

impl State {
    /// A caller who waits has pressed a key. If the queue has a place for it, phones stop to ring
    /// and the caller goes there; any other key means nothing. Who has been answered stays.
    pub(crate) fn decide_exit(
        &self,
        d: &mut Decision,
        id: CallId,
        (call, wait): (&Call, &Wait),
        (digit, duration_ms): (Digit, u32),
    ) {
        let keys = self
            .queue(wait.queue)
            .map(|queue| queue.exit_keys.as_slice());
        let Some(key) = keys.unwrap_or_default().iter().find(|k| k.digit == digit) else {
            return;
        };
        let is_rung = |target: &Target| {
            let mut offers = wait.offers.iter();
            offers.any(|offer| match target {
                Target::Agent(agent) => *agent == offer.agent,
                Target::Phone(phone) => self.roster.agent_at(*phone) == Some(offer.agent),
                _ => false,
            })
        };
        let is_answered = wait.offers.iter().any(|offer| offer.answered.is_some());
        if is_answered || is_rung(&key.target) {
            return;
        }
        d.fact(What::DigitPressed {
            call: id,
            digit,
            duration_ms,
        });
        self.end_offers(d, id, OfferOutcome::CallerGone, None);
        d.fact(What::QueueLeft(QueueLeft {
            call: id,
            queue: wait.queue,
            digit,
            target: key.target.clone(),
        }));
        self.send_to(d, id, call, &key.target);
    }
}
