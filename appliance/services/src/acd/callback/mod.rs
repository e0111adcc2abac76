//! Callers who would rather be called back than wait (features, table B row 8). They press a key,
//! hear their number, agree and hang up; their place in the queue stays and ages as if they waited.
//! When it is their turn, an agent is rung first, so that nobody who is called back waits again;
//! once the agent has answered, the person is dialled.

mod fold;

use std::collections::BTreeMap;

use hotline_call::{CallId, CallerId, Cause, Command, Device, Digit, Moment, Number, Party};

use crate::decision::Decision;
use crate::fact::{CallbackOutcome, CallbackStep};
use crate::permission::{Over, Permission, Who};
use crate::route::Outbound;
use crate::schedule::Mode;
use crate::stage::{Call, Offer, Wait};
use crate::state::State;
use crate::timer::Due;
use crate::work::Work;
use crate::{
    AgentId, CallbackOffer, CallbackView, EndOutcome, Language, Prompt, Queue, QueueId, Refused,
    Say, Supervisor, What,
};

/// How long a caller has to agree, from the moment the number begins to be read out.
const ASK_MS: u64 = 30_000;
/// The most digits that are read out: with a sentence before and after them, as many sounds as can
/// be heard one after the other.
const MAX_READ_OUT: usize = 14;
/// The most promises at once.
const MAX_PROMISED: usize = 500;
/// How long until it is tried again when nobody was dialled: no line was free, or the box started.
const AGAIN_MS: u64 = 60_000;

/// Promises to call back, by the calls they were given in.
pub(crate) type Callbacks = BTreeMap<CallId, Callback>;

/// One promise to call back.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Callback {
    /// The caller as if still waiting.
    pub call: Call,
    pub number: Number,
    /// It holds until then.
    pub until: Moment,
    /// How often the person was dialled.
    pub dialled: u32,
    /// The call that is being made of it, and whether the person was dialled in it.
    pub attempt: Option<(CallId, bool)>,
    /// Not to be tried before.
    pub not_before: Option<Moment>,
}

impl Callback {
    /// Whether its turn may come.
    const fn waits(&self) -> bool {
        self.attempt.is_none() && self.not_before.is_none()
    }

    /// Whether the telephone of the person may be ringing: what comes of that is awaited.
    const fn is_being_dialled(&self) -> bool {
        matches!(self.attempt, Some((_, true)))
    }

    /// The place in the queue.
    pub fn wait(&self) -> Option<&Wait> {
        self.call.wait()
    }

    pub fn queue(&self) -> Option<QueueId> {
        self.wait().map(|wait| wait.queue)
    }
}

impl State {
    /// The caller of a promise as if waiting, if the turn may come.
    pub(crate) fn promised(&self, id: CallId) -> Option<&Call> {
        let promise = self.callbacks.get(&id).filter(|promise| promise.waits());
        promise.map(|promise| &promise.call)
    }

    /// A caller who waits, and for whom no phone rings, pressed the key: the number is read out,
    /// and whoever presses it again in time agrees.
    pub(crate) fn asks_for_callback(
        &self,
        d: &mut Decision,
        (id, call, wait): (CallId, &Call, &Wait),
        offer: (&Queue, CallbackOffer),
    ) {
        let is_asked = wait.asked.is_some_and(|until| !d.at().has_reached(until));
        // Who waits after closing is served still; calling back would be for another day.
        let is_open = self.is_open(d.at(), offer.0);
        match self.callback_number(d, call).filter(|_| is_open) {
            Some(number) if is_asked => self.promise(d, id, call, offer, number),
            number => {
                let says = readout(number.as_ref(), call.language);
                let asked = CallbackStep::Asked { call: id, number };
                d.fact(What::Callback(asked));
                d.play(call.leg, says, false);
            }
        }
    }

    /// The queue of a caller, if callers of it can be called back.
    pub(crate) fn callback_offer(&self, wait: &Wait) -> Option<(&Queue, CallbackOffer)> {
        let queue = self.queue(wait.queue)?;
        Some((queue, queue.callback?))
    }

    /// Whether another queue is to call this caller back, so that this one cannot promise it too.
    pub(crate) fn is_promised_elsewhere(&self, call: &Call, queue: QueueId) -> bool {
        let number = call.caller.number.as_ref();
        let promise = number.and_then(|number| self.promise_for(number));
        promise.is_some_and(|(_, promise)| promise.queue() != Some(queue))
    }

    /// The number at which a caller can be called back: one that is known and may be called, and
    /// waits for no call of another queue.
    fn callback_number(&self, d: &Decision, call: &Call) -> Option<Number> {
        let number = call.caller.number.clone()?;
        let queue = call.wait()?.queue;
        if self.is_promised_elsewhere(call, queue) {
            return None;
        }
        let is_full = self.callbacks.len() >= MAX_PROMISED && self.promise_for(&number).is_none();
        let way = self.way_outside(d, AgentId::NOBODY, &number);
        let is_sayable = number.as_str().len() <= MAX_READ_OUT;
        (call.line.is_some() && is_sayable && !is_full && (way.is_ok() || only_no_line(&way)))
            .then_some(number)
    }

    /// The promise to call a number.
    fn promise_for(&self, number: &Number) -> Option<(CallId, &Callback)> {
        let mut all = self.callbacks.iter();
        let found = all.find(|(_, promise)| promise.number == *number);
        found.map(|(id, promise)| (*id, promise))
    }

    /// Promises the caller to call back, and says goodbye. A number that waits for a call already
    /// is promised no second one (its place is the better one).
    fn promise(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (queue, offer): (&Queue, CallbackOffer),
        number: Number,
    ) {
        if self.promise_for(&number).is_none() {
            d.fact(What::Callback(CallbackStep::Agreed {
                call: id,
                queue: queue.id,
                number,
                keep_ms: self.keep_ms(d.at(), queue, offer),
            }));
        }
        d.fact(What::FarewellStarted {
            call: id,
            outcome: EndOutcome::CallbackAgreed,
        });
        let says = [Prompt::CallbackPromised, Prompt::Goodbye];
        let says = says.map(|prompt| Say::Prompt(prompt, call.language));
        d.play(call.leg, says.to_vec(), false);
    }

    /// How long a promise holds: as the queue says, and no longer than its hours.
    fn keep_ms(&self, at: Moment, queue: &Queue, offer: CallbackOffer) -> u64 {
        let plan = &self.configuration.dial_plan;
        let hours = queue.hours.and_then(|id| plan.hours(id, &self.by_hand));
        let change = hours.and_then(|hours| hours.next_change(at.wall_ms));
        let closes = change.filter(|change| change.to.mode != Mode::Day);
        let open_ms = closes.map_or(u64::MAX, |change| change.at_ms.saturating_sub(at.wall_ms));
        open_ms.min(u64::from(offer.keep_s) * 1000)
    }

    /// Who called again and goes into the queue has the place back: which place of the order that
    /// was, if any, and how long it has aged.
    pub(crate) fn reclaimed(
        &self,
        d: &mut Decision,
        call: &Call,
        queue: QueueId,
    ) -> (Option<CallId>, u32) {
        let number = call.caller.number.as_ref();
        let Some((of, promise)) = number.and_then(|number| self.promise_for(number)) else {
            return (None, 0);
        };
        let Some(wait) = promise.wait().filter(|wait| wait.queue == queue) else {
            return (None, 0);
        };
        if let Some((attempt, _)) = promise.attempt {
            self.stop_attempt(d, attempt);
        }
        let aged_s = u32::try_from(d.at().since_ms(wait.since) / 1000).unwrap_or(u32::MAX);
        end(d, of, CallbackOutcome::CalledAgain);
        let place = promise.attempt.map_or(of, |(attempt, _)| attempt);
        (Some(place), aged_s.saturating_add(wait.bonus_s))
    }

    /// Whether somebody who is to be called back could be dialled now: the queue is open, the
    /// person is not on the line with us already, and another line is free. Of any other caller:
    /// yes.
    pub(crate) fn can_be_dialled(&self, d: &Decision, id: CallId, call: &Call) -> bool {
        let is_callback = call.callback.is_some() || self.callbacks.contains_key(&id);
        let Some(number) = call.caller.number.as_ref().filter(|_| is_callback) else {
            return true;
        };
        let queue = call.wait().and_then(|wait| self.queue(wait.queue));
        let is_here =
            |other: &Call| other.callback.is_none() && other.caller.number.as_ref() == Some(number);
        queue.is_some_and(|queue| self.is_open(d.at(), queue))
            && !self.calls.values().any(is_here)
            && self.way_back(d, number).is_some()
    }

    /// The way to a number, with a line that is free.
    fn way_back(&self, d: &Decision, number: &Number) -> Option<Outbound> {
        let way = self.way_outside(d, AgentId::NOBODY, number).ok();
        way.filter(|way| !way.lines.is_empty())
    }

    /// The turn of a promise has come: a call is made of it, which is offered to agents next.
    pub(crate) fn begin_callback(&self, d: &mut Decision, of: CallId) {
        let Some((queue, promise)) = self.callbacks.get(&of).and_then(|p| Some((p.queue()?, p)))
        else {
            return;
        };
        let call = CallId(self.last_call + 1);
        d.fact(What::Callback(CallbackStep::Began {
            call,
            of,
            number: promise.number.clone(),
            queue,
        }));
        self.note_origin(d, call, &promise.number);
    }

    /// Ends a call that is made of a promise when another one has taken the last line while phones
    /// rang for it; whether it has. To be asked before anybody is connected.
    pub(crate) fn lacks_line(&self, d: &mut Decision, id: CallId, call: &Call) -> bool {
        let lacks = call.callback.is_some() && !self.can_be_dialled(d, id, call);
        if lacks {
            let (outcome, cause) = (EndOutcome::NotReached, Cause::NO_CIRCUIT);
            self.end_call(d, id, outcome, Party::System, cause, None);
        }
        lacks
    }

    /// The agent has answered who is to be with the person: now that one is dialled.
    pub(crate) fn dial_back(&self, d: &mut Decision, id: CallId, call: &Call, offer: Offer) {
        let number = call.caller.number.as_ref();
        // The house keeps its promise, whatever this agent may call.
        let way = number.and_then(|number| self.way_back(d, number));
        let Some((way, (&line, rest))) = way
            .as_ref()
            .and_then(|way| Some((way, way.lines.split_first()?)))
        else {
            return;
        };
        let leg = self.next_leg();
        d.fact(What::Callback(CallbackStep::Dialled {
            call: id,
            agent: offer.agent,
            phone_leg: offer.leg,
            leg,
            line,
            number: way.number.clone(),
            rest: rest.to_vec(),
        }));
        d.command(Command::Dial {
            leg,
            device: Device::Line(line),
            number: way.number.clone(),
            caller: ours(call),
        });
    }

    /// A caller of this queue is served: there is nothing more to call back about.
    pub(crate) fn is_served_here(&self, d: &mut Decision, call: &Call) {
        if let Some(wait) = call.wait() {
            self.reclaimed(d, call, wait.queue);
        }
    }

    /// The person was reached.
    pub(crate) fn callback_kept(&self, d: &mut Decision, call: &Call) {
        let of = call.callback.filter(|of| self.callbacks.contains_key(of));
        if let Some(of) = of {
            end(d, of, CallbackOutcome::Reached);
        }
    }

    /// Somebody here takes a promise back. Who talks already, or is being dialled, is left alone.
    pub(crate) fn cancel_callback(
        &self,
        d: &mut Decision,
        by: &Supervisor,
        of: CallId,
    ) -> Result<(), Refused> {
        let promise = self.callbacks.get(&of);
        let promise = promise.ok_or(Refused::NoSuchCallback(of))?;
        let groups: Vec<QueueId> = promise.queue().into_iter().collect();
        let who = Who {
            role: &by.role,
            groups: &by.groups,
        };
        let (permission, over) = (Permission::SuperviseTakeOver, Over::Groups(&groups));
        let verdict = self.configuration.roles.allows(who, permission, over);
        if !verdict.is_permitted() {
            return Err(Refused::NotPermitted(verdict));
        }
        if let Some((attempt, false)) = promise.attempt {
            self.stop_attempt(d, attempt);
        }
        d.fact(What::Callback(CallbackStep::Ended {
            of,
            how: CallbackOutcome::Cancelled,
            by: Some(by.account.clone()),
        }));
        Ok(())
    }

    fn give_up(&self, d: &mut Decision, of: CallId, promise: &Callback, how: CallbackOutcome) {
        if let Some((attempt, false)) = promise.attempt {
            self.stop_attempt(d, attempt);
        }
        end(d, of, how);
    }

    fn stop_attempt(&self, d: &mut Decision, attempt: CallId) {
        let cause = Cause::NORMAL_CLEARING;
        let (outcome, by) = (EndOutcome::NotReached, Party::System);
        self.end_call(d, attempt, outcome, by, cause, None);
    }

    /// Promises that cannot be kept any more end.
    pub(crate) fn settle_callbacks(&self, d: &mut Decision, work: &Work) {
        for of in work.promises(self) {
            let Some(promise) = self.callbacks.get(&of) else {
                continue;
            };
            let offer = promise.wait().and_then(|wait| self.callback_offer(wait));
            let most = offer.map_or(1, |(_, offer)| offer.attempts);
            let queue = promise.queue();
            if queue.is_none_or(|queue| !self.roster.has_queue(queue)) {
                self.give_up(d, of, promise, CallbackOutcome::QueueGone);
            } else if promise.attempt.is_none() && promise.dialled >= most {
                end(d, of, CallbackOutcome::NotReached);
            } else if !promise.is_being_dialled()
                && queue
                    .and_then(|queue| self.queue(queue))
                    .is_some_and(|q| !self.is_open(d.at(), q))
            {
                // Closed by hand, or the clock on the wall was set.
                self.give_up(d, of, promise, CallbackOutcome::Expired);
            }
        }
    }

    /// Who is to be called back, as people see it.
    pub(crate) fn view_callbacks(&self) -> Vec<CallbackView> {
        let seen = |(of, promise): (&CallId, &Callback)| {
            let wait = promise.wait()?;
            // What the wait was before this life counts too.
            let waited_ms = u64::from(wait.bonus_s) * 1000;
            let since = Moment {
                mono_ms: wait.since.mono_ms.saturating_sub(waited_ms),
                wall_ms: wait.since.wall_ms.saturating_sub(waited_ms),
            };
            Some(CallbackView {
                of: *of,
                queue: wait.queue,
                number: promise.number.clone(),
                name: promise.call.caller.name.clone(),
                since,
                until: promise.until,
                dialled: promise.dialled,
                not_before: promise.not_before,
                call: promise.attempt.map(|(call, _)| call),
            })
        };
        self.callbacks.iter().filter_map(seen).collect()
    }

    /// What is due about a promise.
    pub(crate) fn dues_of_promise(&self, of: CallId) -> Vec<(Moment, Due)> {
        let Some(promise) = self.callbacks.get(&of) else {
            return Vec::new();
        };
        let relaxes = || {
            let wait = promise.wait().filter(|_| promise.attempt.is_none())?;
            self.relaxes_at(&promise.call, wait)
        };
        let tried = promise.not_before.or_else(relaxes);
        let tried = tried.map(|at| (at, Due::CallBack(of)));
        let over = (!promise.is_being_dialled()).then_some((promise.until, Due::PromiseOver(of)));
        tried.into_iter().chain(over).collect()
    }

    pub(crate) fn decide_callback_due(&self, d: &mut Decision, of: CallId) {
        let waits = self.callbacks.get(&of).and_then(|p| Some((p, p.wait()?)));
        if let Some((promise, wait)) = waits {
            let relaxed = self.relaxation(d.at(), &promise.call, wait);
            d.fact(What::Callback(CallbackStep::Due { of, relaxed }));
        }
    }

    pub(crate) fn decide_callback_over(&self, d: &mut Decision, of: CallId) {
        if let Some(promise) = self.callbacks.get(&of) {
            self.give_up(d, of, promise, CallbackOutcome::Expired);
        }
    }
}

fn end(d: &mut Decision, of: CallId, how: CallbackOutcome) {
    d.fact(What::Callback(CallbackStep::Ended { of, how, by: None }));
}

/// Whether nothing but a free line is missing: there will be one.
fn only_no_line(way: &Result<Outbound, crate::Passed>) -> bool {
    let no_line = crate::route::Refusal::NoLine;
    matches!(way, Err(crate::Passed::Refused(why)) if *why == no_line)
}

/// Who calls, as seen by the person: the number that was called.
pub(super) fn ours(call: &Call) -> CallerId {
    call.called
        .clone()
        .map_or_else(CallerId::default, CallerId::known)
}

/// The number as it is read out, and what is to be pressed; or that it cannot be.
fn readout(number: Option<&Number>, language: Language) -> Vec<Say> {
    let say = |prompt| Say::Prompt(prompt, language);
    let Some(number) = number else {
        return vec![say(Prompt::NoCallback)];
    };
    let digits = number.as_str().chars().filter_map(Digit::new);
    let digits = digits.map(|digit| Say::Digit(digit, language));
    std::iter::once(say(Prompt::CallbackNumber))
        .chain(digits)
        .chain([say(Prompt::CallbackAgree)])
        .collect()
}
