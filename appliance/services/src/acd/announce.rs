use hotline_call::{CallId, Moment};

use crate::decision::Decision;
use crate::stage::{Call, Told, Wait};
use crate::state::State;
use crate::{Announcements, Estimate, Language, PlaybackId, Say, WaitAnnounced, What};

const MINUTE_MS: u64 = 60_000;

impl State {
    /// When the caller is to be told about the wait, if ever: while nothing but music is heard and
    /// no phone rings, nor is being told to stop, for it may be rung again at once.
    pub(crate) fn announces_at(&self, id: CallId, call: &Call, wait: &Wait) -> Option<Moment> {
        let made = self.queue(wait.queue)?.announcements;
        let is_alone = self.legs_of(id).nth(1).is_none();
        let is_told = made.are_made() || self.callback_offer(wait).is_some();
        if !is_told || call.hears.is_some() || !is_alone {
            return None;
        }
        Some(match wait.told.last {
            None => wait.since.plus_ms(u64::from(made.first_s) * 1000),
            Some(last) => last.plus_ms(u64::from(made.every_s) * 1000),
        })
    }

    /// Tells a caller the place in the queue and how long the wait will be.
    pub(crate) fn announce(&self, d: &mut Decision, id: CallId) {
        let (Some((call, wait)), Some(basis)) = (self.waiting_call(id), self.basis(d.at(), id))
        else {
            return;
        };
        let Some(queue) = self.queue(wait.queue) else {
            return;
        };
        let made = &queue.announcements;
        let estimate = basis.estimate();
        let place = sayable_place(made, &wait.told, basis.ahead, call.language);
        // What is known of no call is a guess, and nobody is told a guess (features B10).
        let known = estimate.filter(|_| basis.handled > 0);
        let minutes = known.and_then(|e| sayable_minutes(made, &wait.told, basis.ahead, e));
        let may_ask = call.caller.number.is_some()
            && self.is_open(d.at(), queue)
            && !self.is_promised_elsewhere(call, queue.id);
        let offer = queue.callback.filter(|_| may_ask);
        let offer = offer.map(|offer| Say::OfferCallback(offer.key, call.language));
        let minutes = minutes.map(|minutes| Say::EstimatedWait(minutes, call.language));
        let says: Vec<Say> = place.into_iter().chain(minutes).chain(offer).collect();
        d.fact(What::WaitAnnounced(WaitAnnounced {
            call: id,
            ahead: basis.ahead,
            estimate: estimate.map(|estimate| (basis, estimate)),
            says: says.clone(),
        }));
        if !says.is_empty() {
            d.play(call.leg, says, false);
        }
    }

    /// What the caller knows now.
    pub(crate) fn note_told(&mut self, at: Moment, call: CallId, ahead: u32, says: &[Say]) {
        let heard = (!says.is_empty()).then_some(PlaybackId(self.seq));
        let Some(call) = self.calls.get_mut(&call) else {
            return;
        };
        let Some(wait) = call.wait_mut() else { return };
        wait.told.last = Some(at);
        for say in says {
            match say {
                Say::Ahead(..) | Say::MoreAhead(..) => wait.told.ahead = Some(ahead),
                Say::EstimatedWait(minutes, _) => wait.told.minutes = Some((*minutes, ahead)),
                _ => {}
            }
        }
        if heard.is_some() {
            call.hears = heard;
        }
    }
}

fn sayable_place(made: &Announcements, told: &Told, ahead: u32, language: Language) -> Option<Say> {
    let is_improved = told.ahead.is_none_or(|before| ahead < before);
    if !made.position || (made.only_improved && !is_improved) {
        return None;
    }
    Some(if ahead > made.most_ahead {
        Say::MoreAhead(made.most_ahead, language)
    } else {
        Say::Ahead(ahead, language)
    })
}

/// The minutes that may be promised: none that are too many, and no more than were promised before
/// while nobody was put ahead (features B10).
fn sayable_minutes(
    made: &Announcements,
    told: &Told,
    ahead: u32,
    estimate: Estimate,
) -> Option<u32> {
    let minutes = match estimate.p80_ms {
        0..MINUTE_MS => 0,
        ms => u32::try_from(ms.div_ceil(MINUTE_MS)).unwrap_or(u32::MAX),
    };
    let may_be_told = told
        .minutes
        .is_none_or(|(before, was_ahead)| minutes <= before || ahead > was_ahead);
    let is_told = made.wait && minutes <= made.most_minutes && (may_be_told || made.may_rise);
    is_told.then_some(minutes)
}
