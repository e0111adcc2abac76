use hotline_call::{CallId, LegId, Moment};

use super::{AGAIN_MS, ASK_MS, Callback, ours};
use crate::calling::{Outside, RINGS_MS};
use crate::fact::CallbackStep;
use crate::stage::{Stage, Told};
use crate::state::State;
use crate::{PlaybackId, What};

impl State {
    /// Folds what is told of callers who are called back.
    pub(crate) fn apply_to_callbacks(&mut self, at: Moment, what: &What) {
        match what {
            What::Callback(step) => self.apply_callback_step(at, step),
            What::CallEnded { call, .. } => self.attempt_over(at, *call),
            // Moments of an earlier life cannot be compared with those of this one.
            What::Started { .. } => {
                for promise in self.callbacks.values_mut() {
                    promise.carry_over(at);
                }
            }
            _ => {}
        }
    }

    fn apply_callback_step(&mut self, at: Moment, step: &CallbackStep) {
        match step {
            CallbackStep::Asked { call, number } => {
                let heard = Some(PlaybackId(self.seq));
                let Some(call) = self.calls.get_mut(call) else {
                    return;
                };
                call.hears = heard;
                if let Some(wait) = call.wait_mut() {
                    wait.asked = number.as_ref().map(|_| at.plus_ms(ASK_MS));
                }
            }
            CallbackStep::Agreed {
                call,
                number,
                keep_ms,
                ..
            } => self.promise_given(at, *call, number, *keep_ms),
            CallbackStep::Began { call, of, .. } => self.attempt_begun(at, *call, *of),
            CallbackStep::Dialled { .. } => self.apply_dialled_back(at, step),
            CallbackStep::Due { of, relaxed } => {
                let Some(promise) = self.callbacks.get_mut(of) else {
                    return;
                };
                promise.not_before = None;
                if let Some(wait) = promise.call.wait_mut() {
                    wait.relaxed = *relaxed;
                }
            }
            CallbackStep::Ended { of, .. } => {
                self.callbacks.remove(of);
            }
        }
    }

    fn promise_given(
        &mut self,
        at: Moment,
        id: CallId,
        number: &hotline_call::Number,
        keep_ms: u64,
    ) {
        let Some(mut call) = self.calls.get(&id).cloned() else {
            return;
        };
        (call.hears, call.leg) = (None, LegId(0));
        if let Some(wait) = call.wait_mut() {
            (wait.told, wait.seeks, wait.asked) = (Told::NOTHING, None, None);
            let promise = Callback {
                call,
                number: number.clone(),
                until: at.plus_ms(keep_ms),
                dialled: 0,
                attempt: None,
                not_before: None,
            };
            self.callbacks.insert(id, promise);
        }
    }

    fn attempt_begun(&mut self, at: Moment, id: CallId, of: CallId) {
        self.last_call = self.last_call.max(id.0);
        let Some(promise) = self.callbacks.get_mut(&of) else {
            return;
        };
        promise.attempt = Some((id, false));
        let mut call = promise.call.clone();
        (call.line, call.is_outbound, call.callback) = (None, true, Some(of));
        (call.offered, call.stage_since) = (at, at);
        self.calls.insert(id, call);
    }

    fn apply_dialled_back(&mut self, at: Moment, step: &CallbackStep) {
        let CallbackStep::Dialled {
            call: id,
            agent,
            phone_leg,
            leg,
            line,
            number,
            rest,
        } = step
        else {
            return;
        };
        let Some(call) = self.calls.get_mut(id) else {
            return;
        };
        let Some(queue) = call.wait().map(|wait| wait.queue) else {
            return;
        };
        let outside = Outside {
            agent: *agent,
            leg: *phone_leg,
            is_answered: true,
            queue,
            caller: ours(call),
            number: number.clone(),
            rest: rest.clone(),
            rings: false,
            until: at.plus_ms(RINGS_MS),
        };
        (call.leg, call.line, call.by) = (*leg, Some(*line), Some(*agent));
        let promise = call.callback.and_then(|of| self.callbacks.get_mut(&of));
        if let Some(promise) = promise {
            promise.dialled += 1;
            promise.attempt = Some((*id, true));
        }
        call.enter(at, Stage::Outside(outside));
        self.line_calls.insert(*line, *id);
    }

    /// The call that was made of a promise is over; if the promise is still there, the person was
    /// not reached.
    fn attempt_over(&mut self, at: Moment, id: CallId) {
        let mut all = self.callbacks.values_mut();
        let Some((promise, was_dialled)) = all.find_map(|promise| match promise.attempt {
            Some((attempt, dialled)) if attempt == id => Some((promise, dialled)),
            _ => None,
        }) else {
            return;
        };
        let queue = promise.queue();
        let offer = queue.and_then(|id| self.configuration.queues.iter().find(|q| q.id == id));
        let retry_s = offer.and_then(|queue| queue.callback).map(|o| o.retry_s);
        let again_ms = match retry_s {
            Some(retry_s) if was_dialled => u64::from(retry_s) * 1000,
            _ => AGAIN_MS,
        };
        (promise.attempt, promise.not_before) = (None, Some(at.plus_ms(again_ms)));
    }
}

impl Callback {
    /// The same promise on the clock of another life; the wall clock tells how long that took.
    fn carry_over(&mut self, at: Moment) {
        let carry_over = |moment: &mut Moment| {
            *moment = at.plus_ms(moment.wall_ms.saturating_sub(at.wall_ms));
        };
        carry_over(&mut self.until);
        self.not_before.iter_mut().for_each(carry_over);
        self.call.stage_since = at;
        if let Some(wait) = self.call.wait_mut() {
            let waited_s = at.wall_ms.saturating_sub(wait.since.wall_ms) / 1000;
            let waited_s = u32::try_from(waited_s).unwrap_or(u32::MAX);
            wait.bonus_s = wait.bonus_s.saturating_add(waited_s);
            (wait.since, wait.widened, wait.until) = (at, at, at);
        }
    }
}
