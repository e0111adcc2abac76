//! Who is to be called back, read from the facts alone (features, table B row 8): the place stays
//! and ages as that of a caller who waits, nobody is put before others for it, and one agent is
//! rung when the turn has come, a line is free and the queue is open.

use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, Device, LegId, LineId, Moment, Number};
use hotline_services::route::Through;
use hotline_services::{
    AgentId, Broken, CallDialled, CallbackOutcome, CallbackStep, NextLine, PersonRung, QueueId,
    What,
};

use super::waits::{Known, Wait, Waits};
use super::{LATE_MS, Set};

pub(super) const IN_TIME: &str = "who is called back is called in the time that was promised";
pub(super) const KEPT: &str = "who is to be called back has one place, and keeps it";
const ONE_AGENT: &str = "one agent is there when somebody is called back";
const ENDS: &str = "a promise to call back ends for a reason";

/// How long until it is tried again when nobody was dialled.
const AGAIN_MS: u64 = 60_000;

/// Somebody who is to be called back.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    /// As if still waiting.
    pub(super) wait: Wait,
    pub(super) known: Known,
    pub(super) number: Number,
    until: Moment,
    not_before: Option<Moment>,
    dialled: u32,
    attempt: Option<Attempt>,
}

/// The call that is made of a promise.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    call: CallId,
    is_dialled: bool,
    is_answered: bool,
}

/// A place that whoever has called again has back.
#[derive(Clone, Debug)]
struct Reclaimed {
    number: Number,
    queue: QueueId,
    aged_ms: u64,
}

/// All promises, and the lines on which they can be kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Promises {
    all: BTreeMap<CallId, Promise>,
    reclaimed: Option<Reclaimed>,
    /// Lines in service.
    lines: BTreeSet<LineId>,
    /// The leg on each line, and the other way round.
    used: BTreeMap<LineId, LegId>,
    legs: BTreeMap<LegId, LineId>,
}

impl Promises {
    /// Those who have a place among those who wait, in no order that means anything.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&CallId, &Promise)> {
        self.all.iter().filter(|(_, promise)| promise.waits())
    }

    /// Those who have a place in the queue, as whoever comes is told.
    pub(super) fn in_queue(&self, queue: QueueId) -> impl Iterator<Item = (&CallId, &Wait)> {
        let waiting = self.waiting().map(|(id, promise)| (id, &promise.wait));
        waiting.filter(move |(_, wait)| wait.queue == queue)
    }

    pub(super) fn get(&self, of: CallId) -> Option<&Promise> {
        self.all.get(&of)
    }

    /// The number to be dialled in a call that is made of a promise.
    pub(super) fn number(&self, attempt: CallId) -> Option<&Number> {
        let made = |p: &&Promise| p.attempt.is_some_and(|a| a.call == attempt);
        self.all.values().find(made).map(|promise| &promise.number)
    }

    /// Whether a line is free on which the number can be dialled, callers' reserve kept.
    pub(super) fn has_line(&self, set: &Set, number: &Number) -> bool {
        let plan = &set.configuration.dial_plan;
        let dialled = plan.numbers.dialled(number);
        let mut rules = plan.outbound.iter().filter(|rule| rule.is_enabled);
        let rule = rules.find(|rule| rule.numbers.iter().any(|p| p.matches(&dialled)));
        let Some(rule) = rule.filter(|r| plan.may_call.permits(Some(AgentId::NOBODY), r.class))
        else {
            return false;
        };
        let is_free = |line: &&LineId| self.lines.contains(line) && !self.used.contains_key(line);
        let spare = |line: &LineId| {
            plan.group_of(*line).is_none_or(|group| {
                let free = group.lines.iter().filter(is_free);
                free.count() > group.reserved()
            })
        };
        rule.through.iter().any(|way| match way {
            Through::Line(line) => is_free(&line) && spare(line),
            Through::Group(group) => plan
                .trunk_group(*group)
                .and_then(|group| group.lines.iter().find(is_free))
                .is_some_and(spare),
        })
    }

    /// The number has a place here that is not this call's.
    pub(super) fn has(&self, number: &Number, queue: QueueId) -> bool {
        let mut all = self.all.values();
        all.any(|p| p.number == *number && p.wait.queue == queue)
    }

    /// Lines, and the ends of calls that are made of promises.
    pub(super) fn take(&mut self, at: Moment, what: &What, set: &Set) -> Result<(), Broken> {
        match *what {
            What::Started { .. } => {
                self.lines.clear();
                for promise in self.all.values_mut() {
                    promise.live_again(at);
                }
            }
            What::DeviceInService {
                device: Device::Line(line),
            } => {
                self.lines.insert(line);
            }
            What::DeviceOutOfService {
                device: Device::Line(line),
            } => {
                self.lines.remove(&line);
            }
            What::CallOffered {
                leg,
                line: Some(line),
                ..
            }
            | What::CallDialled(CallDialled { leg, line, .. })
            | What::NextLine(NextLine { leg, line, .. })
            | What::Callback(CallbackStep::Dialled { leg, line, .. })
            | What::PartyRung {
                leg,
                line: Some(line),
                ..
            }
            | What::PersonRung(PersonRung {
                leg,
                line: Some(line),
                ..
            }) => {
                self.used.insert(line, leg);
                self.legs.insert(leg, line);
            }
            What::LegReleased { leg, .. } => {
                // A call for help may have the line by now.
                let line = self.legs.remove(&leg);
                if let Some(line) = line.filter(|line| self.used.get(line) == Some(&leg)) {
                    self.used.remove(&line);
                }
            }
            What::Connected { call, .. } => {
                if let Some(attempt) = self.attempt_mut(call) {
                    attempt.is_answered = true;
                }
            }
            What::CallEnded { call, .. } => return self.attempt_over(at, call, set),
            _ => {}
        }
        Ok(())
    }

    fn attempt_mut(&mut self, call: CallId) -> Option<&mut Attempt> {
        let attempts = self.all.values_mut().filter_map(|p| p.attempt.as_mut());
        attempts.into_iter().find(|attempt| attempt.call == call)
    }

    /// The person was not reached: it is tried again later.
    fn attempt_over(&mut self, at: Moment, call: CallId, set: &Set) -> Result<(), Broken> {
        let made = |p: &&mut Promise| p.attempt.is_some_and(|a| a.call == call);
        let Some(promise) = self.all.values_mut().find(made) else {
            return Ok(());
        };
        let attempt = promise.attempt.take();
        if attempt.is_some_and(|attempt| attempt.is_answered) {
            return Err(Broken::new(ENDS, format!("{promise:?} was kept")));
        }
        let offer = set.queue(promise.wait.queue).and_then(|q| q.callback);
        let is_dialled = attempt.is_some_and(|attempt| attempt.is_dialled);
        let again_ms = match offer {
            Some(offer) if is_dialled => u64::from(offer.retry_s) * 1000,
            _ => AGAIN_MS,
        };
        promise.not_before = Some(at.plus_ms(again_ms));
        Ok(())
    }

    /// A caller has agreed: nobody is promised for longer than the queue says, nor for less unless
    /// it closes before.
    pub(super) fn agreed(
        &mut self,
        at: Moment,
        set: &Set,
        (call, number, keep_ms): (CallId, &Number, u64),
        (mut wait, known): (Wait, Known),
    ) -> Result<(), Broken> {
        let queue = wait.queue;
        let keep_s = set.queue(queue).and_then(|q| q.callback).map(|o| o.keep_s);
        let most_ms = keep_s.map_or(0, |s| u64::from(s) * 1000);
        let closes = || !set.is_open(queue, at.plus_ms(keep_ms));
        // A promise that outlives the hours cannot be kept.
        let is_open = set.is_open(queue, at.plus_ms(keep_ms.saturating_sub(1)));
        let is_lawful = is_open && (keep_ms == most_ms || (keep_ms < most_ms && closes()));
        if !is_lawful || !set.is_open(queue, at) || !wait.ringing.is_empty() {
            let words = format!("call {call} is promised {keep_ms} of {most_ms} ms {wait:?}");
            return Err(Broken::new(IN_TIME, words));
        }
        wait.sought = None;
        let promise = Promise {
            wait,
            known,
            number: number.clone(),
            until: at.plus_ms(keep_ms),
            not_before: None,
            dialled: 0,
            attempt: None,
        };
        if self.all.values().any(|other| other.number == *number) {
            return Err(Broken::new(KEPT, format!("a second {promise:?}")));
        }
        self.all.insert(call, promise);
        Ok(())
    }

    /// A call is made of the promise.
    pub(super) fn begun(&mut self, call: CallId, of: CallId) {
        if let Some(promise) = self.all.get_mut(&of) {
            promise.attempt = Some(Attempt {
                call,
                is_dialled: false,
                is_answered: false,
            });
        }
    }

    /// The person is dialled, now that an agent, and one alone, has answered.
    pub(super) fn dialled(
        &mut self,
        at: Moment,
        set: &Set,
        (call, agent, line): (CallId, AgentId, LineId),
        ringing: &[(AgentId, LegId)],
    ) -> Result<(), Broken> {
        let rings: Vec<AgentId> = ringing.iter().map(|(agent, _)| *agent).collect();
        if rings != [agent] {
            let words = format!("{rings:?} for call {call}, agent {} is there", agent.0);
            return Err(Broken::new(ONE_AGENT, words));
        }
        let is_free = self.lines.contains(&line) && !self.used.contains_key(&line);
        let made = |p: &&mut Promise| p.attempt.is_some_and(|a| a.call == call);
        let Some(promise) = self.all.values_mut().find(made) else {
            return Err(Broken::new(
                KEPT,
                format!("no promise leads to call {call}"),
            ));
        };
        let offer = set.queue(promise.wait.queue).and_then(|q| q.callback);
        let may_be = promise.dialled < offer.map_or(1, |offer| offer.attempts);
        if !may_be || !is_free || promise.is_late(at, set) {
            let words = format!("line {}: {promise:?} is dialled", line.0);
            return Err(Broken::new(IN_TIME, words));
        }
        promise.dialled += 1;
        if let Some(attempt) = &mut promise.attempt {
            attempt.is_dialled = true;
        }
        Ok(())
    }

    /// It may be tried again, and by an agent of less skill: not before the time has come.
    pub(super) fn may_be_tried(
        &mut self,
        at: Moment,
        of: CallId,
        relaxed: u8,
    ) -> Result<(), Broken> {
        let Some(promise) = self.all.get_mut(&of) else {
            return Err(Broken::new(KEPT, format!("there is no promise {of}")));
        };
        let is_due = match promise.not_before {
            Some(not_before) => at.has_reached(not_before),
            None => relaxed != promise.wait.relaxed,
        };
        if !is_due || promise.attempt.is_some() {
            return Err(Broken::new(IN_TIME, format!("{promise:?} is not due")));
        }
        (promise.not_before, promise.wait.relaxed) = (None, relaxed);
        Ok(())
    }

    /// The promise ends.
    pub(super) fn ended(
        &mut self,
        at: Moment,
        set: &Set,
        (of, how): (CallId, CallbackOutcome),
        waits: &Waits,
    ) -> Result<(), Broken> {
        let Some(promise) = self.all.remove(&of) else {
            return Err(Broken::new(KEPT, format!("there is no promise {of}")));
        };
        let queue = set.queue(promise.wait.queue);
        let most = queue.and_then(|q| q.callback).map_or(1, |o| o.attempts);
        let is_lawful = match how {
            CallbackOutcome::Reached => promise.attempt.is_some_and(|a| a.is_answered),
            CallbackOutcome::NotReached => promise.attempt.is_none() && promise.dialled >= most,
            CallbackOutcome::CalledAgain => {
                waits.is_here(&promise.number, promise.attempt.map(|a| a.call))
            }
            CallbackOutcome::Expired => {
                at.has_reached(promise.until) || !set.is_open(promise.wait.queue, at)
            }
            CallbackOutcome::QueueGone => queue.is_none(),
            CallbackOutcome::Cancelled => true,
        };
        if !is_lawful {
            return Err(Broken::new(ENDS, format!("{how:?}: {promise:?}")));
        }
        if how == CallbackOutcome::CalledAgain {
            self.reclaimed = Some(Reclaimed {
                aged_ms: promise.wait.aged_ms(at),
                number: promise.number,
                queue: promise.wait.queue,
            });
        }
        Ok(())
    }

    /// A caller comes into a queue: where the number had a place, that is it.
    pub(super) fn comes(&mut self, number: Option<&Number>, wait: &Wait) -> Result<(), Broken> {
        let reclaimed = self.reclaimed.take();
        let Some(number) = number else { return Ok(()) };
        let is_mine = |r: &Reclaimed| r.number == *number && r.queue == wait.queue;
        let aged_ms = reclaimed.filter(is_mine).map_or(0, |r| r.aged_ms);
        let counts_ms = u64::from(wait.bonus_s) * 1000 + 999;
        if (aged_ms > counts_ms && !wait.first) || self.has(number, wait.queue) {
            let words = format!("{number} had waited {aged_ms} ms, and comes with {wait:?}");
            return Err(Broken::new(KEPT, words));
        }
        Ok(())
    }

    /// After an event nothing is overdue.
    pub(super) fn check(&self, now: Moment) -> Result<(), Broken> {
        let is_over = |until: Moment| now.mono_ms > until.mono_ms + LATE_MS;
        let is_overdue = |promise: &Promise| {
            let is_dialled = promise.attempt.is_some_and(|attempt| attempt.is_dialled);
            (is_over(promise.until) && !is_dialled) || promise.not_before.is_some_and(is_over)
        };
        let late = self.all.iter().find(|(_, promise)| is_overdue(promise));
        late.map_or(Ok(()), |(of, promise)| {
            let words = format!("overdue is {of}: {promise:?}");
            Err(Broken::new(IN_TIME, words))
        })
    }
}

impl Promise {
    /// Whether it has a place among those who wait.
    const fn waits(&self) -> bool {
        self.attempt.is_none() && self.not_before.is_none()
    }

    /// Whether it is too late to call, as far as a timer that runs out late allows.
    pub(super) fn is_late(&self, at: Moment, set: &Set) -> bool {
        let queue = self.wait.queue;
        let before = Moment {
            mono_ms: at.mono_ms.saturating_sub(LATE_MS),
            wall_ms: at.wall_ms.saturating_sub(LATE_MS),
        };
        let is_open = set.is_open(queue, at) || set.is_open(queue, before);
        before.has_reached(self.until) || !is_open
    }

    /// The clock begins anew: what was waited, by the clock on the wall, counts on.
    fn live_again(&mut self, at: Moment) {
        let move_to = |moment: &mut Moment| {
            *moment = at.plus_ms(moment.wall_ms.saturating_sub(at.wall_ms));
        };
        move_to(&mut self.until);
        self.not_before.iter_mut().for_each(move_to);
        self.wait.live_again(at);
    }
}
