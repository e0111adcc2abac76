//! Who is next, read from the facts alone and held against whom the core took: callers by class,
//! score and guard, agents by skill and strategy (features B1 to B8, semantics §5.2).

mod agents;
mod promises;
mod waits;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hotline_call::{CallId, Moment};
use hotline_services::schedule::{Mode, Overrides};
use hotline_services::{
    AgentId, Broken, CallbackStep, Configuration, Fact, Queue, QueueId, ScheduleSet, Strategy, What,
};

use self::agents::Agents;
use self::promises::{IN_TIME, KEPT, Promise, Promises};
use self::waits::{Wait, Waits};

const TURN: &str = "callers are served in turn";
const AGENT: &str = "the agent who is due is rung";
const ABLE: &str = "only who can and may take the caller is rung";
const PLACE: &str = "the place in the queue is the one told";
const LONG: &str = "nobody waits longer than the queue allows";
const CLOSED: &str = "nobody comes into a queue that is closed";
const FREE: &str = "nobody waits while an agent is free";

/// How much later than asked for a timer may run out here.
const LATE_MS: u64 = 1_000;
/// How many phones ring at once for one caller at most.
const MAX_WIDTH: usize = 5;

/// Which claim an agent has on a caller; the smallest is due.
type Claim = (u32, Reverse<u32>, u64, u64, AgentId);

#[derive(Clone, Debug, Default)]
pub(super) struct Turn {
    set: Set,
    waits: Waits,
    agents: Agents,
    /// Whom each queue rang last.
    rung_last: BTreeMap<QueueId, AgentId>,
    promises: Promises,
    /// Who has just been connected out of a queue.
    served: Vec<(CallId, QueueId)>,
    changed: bool,
}

/// What is set, to be asked quickly.
#[derive(Clone, Debug, Default)]
struct Set {
    configuration: Box<Configuration>,
    /// Day or night by hand.
    by_hand: Overrides,
    queues: BTreeMap<QueueId, usize>,
    agents: BTreeMap<AgentId, usize>,
}

impl Set {
    fn new(configuration: &Configuration, by_hand: Overrides) -> Self {
        let queues = configuration.queues.iter().enumerate();
        let agents = configuration.agents.iter().enumerate();
        Self {
            queues: queues.map(|(n, queue)| (queue.id, n)).collect(),
            agents: agents.map(|(n, agent)| (agent.id, n)).collect(),
            configuration: Box::new(configuration.clone()),
            by_hand,
        }
    }

    fn queue(&self, id: QueueId) -> Option<&Queue> {
        self.configuration.queues.get(*self.queues.get(&id)?)
    }

    fn agent(&self, id: AgentId) -> Option<&hotline_services::Agent> {
        self.configuration.agents.get(*self.agents.get(&id)?)
    }

    /// Whether the queue takes callers in at this moment, as far as its hours say.
    fn is_open(&self, id: QueueId, at: Moment) -> bool {
        let hours = self.queue(id).and_then(|queue| queue.hours);
        let plan = &self.configuration.dial_plan;
        let hours = hours.and_then(|id| plan.hours(id, &self.by_hand));
        hours.is_none_or(|hours| hours.at(at.wall_ms).mode == Mode::Day)
    }

    /// The day of a moment, as people here count days.
    fn day(&self, at: Moment) -> i64 {
        let zone = &self.configuration.dial_plan.zone;
        zone.civil(at.wall_ms).date.days()
    }
}

impl Turn {
    /// Takes the next fact.
    pub(super) fn take(&mut self, fact: &Fact) -> Result<(), Broken> {
        self.changed = true;
        match fact.what {
            What::Configured { ref configuration } => {
                self.set = Set::new(configuration, std::mem::take(&mut self.set.by_hand));
            }
            What::ScheduleSet(ScheduleSet { schedule, by_hand }) => {
                self.set.by_hand.remove(&schedule);
                let set = by_hand.map(|by_hand| (schedule, by_hand));
                self.set.by_hand.extend(set);
            }
            What::Queued { .. } => return self.take_queued(fact),
            What::AgentOffered {
                call, queue, agent, ..
            } => {
                self.check_offer(fact.at, call, agent)?;
                self.rung_last.insert(queue, agent);
            }
            What::Connected { call, .. } => {
                let queue = self.waits.get(call).map(|wait| wait.queue);
                self.served.extend(queue.map(|queue| (call, queue)));
            }
            What::Callback(ref step) => self.take_callback(fact.at, step)?,
            _ => {}
        }
        self.promises.take(fact.at, &fact.what, &self.set)?;
        self.waits.take(fact);
        self.agents.take(fact, self.set.day(fact.at));
        Ok(())
    }

    fn take_queued(&mut self, fact: &Fact) -> Result<(), Broken> {
        let What::Queued {
            call,
            queue,
            position,
            again,
            without,
            ..
        } = fact.what
        else {
            return Ok(());
        };
        self.waits.take(fact);
        let number = self.waits.known(call).and_then(|k| k.number.as_ref());
        if let Some(wait) = self.waits.get(call) {
            self.promises.comes(number, wait)?;
        }
        self.check_place(fact.at, call, position)?;
        // An agent may give a call to a queue at any time.
        let may_be_closed = again || without.is_some();
        if !may_be_closed && !self.set.is_open(queue, fact.at) {
            let words = format!("call {call} comes into queue {}", queue.0);
            return Err(Broken::new(CLOSED, words));
        }
        Ok(())
    }

    fn take_callback(&mut self, at: Moment, step: &CallbackStep) -> Result<(), Broken> {
        match *step {
            CallbackStep::Asked { .. } => Ok(()),
            CallbackStep::Agreed {
                call,
                ref number,
                keep_ms,
                ..
            } => match self.waits.get(call).zip(self.waits.known(call)) {
                Some((wait, known)) => {
                    let place = (wait.clone(), known.clone());
                    let promise = (call, number, keep_ms);
                    self.promises.agreed(at, &self.set, promise, place)
                }
                None => Err(Broken::new(KEPT, format!("call {call} has no place"))),
            },
            CallbackStep::Began { call, of, .. } => {
                self.check_begins(at, of)?;
                if let Some(promise) = self.promises.get(of) {
                    self.waits.begin((call, of), &promise.wait, &promise.known);
                }
                self.promises.begun(call, of);
                Ok(())
            }
            CallbackStep::Dialled {
                call, agent, line, ..
            } => {
                let ringing = self.waits.get(call).map(|wait| wait.ringing.as_slice());
                let dialled = (call, agent, line);
                self.promises
                    .dialled(at, &self.set, dialled, ringing.unwrap_or_default())
            }
            CallbackStep::Due { of, relaxed } => self.promises.may_be_tried(at, of, relaxed),
            CallbackStep::Ended { of, how, .. } => {
                self.promises.ended(at, &self.set, (of, how), &self.waits)
            }
        }
    }

    /// Whether one more phone may ring for the caller.
    fn wants_more(&self, wait: &Wait) -> bool {
        let Some(queue) = self.set.queue(wait.queue) else {
            return false;
        };
        let most = match queue.strategy {
            _ if wait.sought.is_some() => 1,
            Strategy::RingAll => MAX_WIDTH,
            Strategy::RingProgressive => wait.width,
            _ => 1,
        };
        wait.ringing.len() < most && !wait.is_answered
    }

    /// The sum of the levels that count for the caller; `None`: a skill is missing.
    fn points(&self, agent: AgentId, wait: &Wait, queue: &Queue) -> Option<u32> {
        let set = &self.set.configuration;
        let kind = wait.business_type.and_then(|id| set.business_type(id));
        let skills = &self.set.agent(agent)?.skills;
        let mut points = queue.demand.met_by(skills, wait.relaxed)?;
        if let Some(kind) = kind {
            points += kind.demand.met_by(skills, wait.relaxed)?;
        }
        let welcome = kind.map_or(&[][..], |kind| &kind.preferred);
        for preferred in queue.preferred.iter().chain(welcome) {
            let has = skills.iter().find(|has| has.skill == *preferred);
            points += has.map_or(0, |has| u32::from(has.level));
        }
        Some(points)
    }

    /// The claim of an agent who is free on a caller; `None`: is not to be rung for that caller.
    fn claim(&self, at: Moment, id: AgentId, wait: &Wait) -> Option<Claim> {
        let phone = self.set.agent(id).map(|agent| agent.phone);
        if wait.without == Some(id) || (wait.phone.is_some() && wait.phone == phone) {
            return None;
        }
        let tried = wait.tried.get(&id).copied().unwrap_or(0);
        if let Some(sought) = &wait.sought {
            let place = sought.iter().position(|agent| *agent == id)?;
            return (tried == 0).then_some((0, Reverse(0), place as u64, 0, id));
        }
        let queue = self.set.queue(wait.queue)?;
        let seat = |id: AgentId| queue.agents.iter().position(|a| *a == id).map(|n| n as u64);
        let may = |queue: &QueueId| {
            let queue = self.set.queue(*queue);
            queue.is_some_and(|queue| queue.agents.contains(&id))
        };
        // Whose queue was added comes after all whose queue it is.
        let own = match seat(id) {
            Some(own) => own,
            None if wait.also.iter().any(may) => u64::MAX / 2,
            None => return None,
        };
        // Nobody is rung again while others ring who were rung less often.
        let ringing = wait.ringing.iter().map(|(agent, _)| agent);
        let ringing = ringing.map(|agent| wait.tried.get(agent).copied().unwrap_or(0));
        if ringing.min().is_some_and(|least| tried > least) {
            return None;
        }
        let points = self.points(id, wait, queue)?;
        let points = if queue.best_skill_first { points } else { 0 };
        let agent = self.agents.get(id)?;
        let day = self.set.day(at);
        let by_strategy = match queue.strategy {
            Strategy::LongestIdle | Strategy::RingAll | Strategy::RingProgressive => {
                agent.idle_since
            }
            Strategy::MostRecentIdle => u64::MAX - agent.hung_up,
            Strategy::RoundRobin => {
                let last = self.rung_last.get(&queue.id).and_then(|last| seat(*last));
                let is_behind = last.is_some_and(|last| own <= last);
                own + if is_behind {
                    queue.agents.len() as u64
                } else {
                    0
                }
            }
            Strategy::LeastCalls => agent.today.on(day).calls,
            Strategy::LeastTalk => agent.today.on(day).talk_ms,
            Strategy::LeastOccupied => agent.today.on(day).occupied(at.since_ms(agent.since)),
            Strategy::TopDown => own,
            // Drawn by lot: any of those who suit as well is right.
            Strategy::Random => 0,
        };
        Some((tried, Reverse(points), by_strategy, agent.idle_since, id))
    }

    /// An agent is rung for a caller: nobody before that caller could have had this agent, and no
    /// agent has a better claim on the caller.
    fn check_offer(&self, at: Moment, call: CallId, agent: AgentId) -> Result<(), Broken> {
        let wait = self.waits.get(call).filter(|wait| self.wants_more(wait));
        let Some(wait) = wait else {
            let words = format!(
                "agent {} is rung for call {call}, which wants none",
                agent.0
            );
            return Err(Broken::new(ABLE, words));
        };
        let claim = self.claim(at, agent, wait);
        let Some(claim) = claim.filter(|_| self.agents.is_free(&self.set, agent)) else {
            let words = format!("agent {} is rung for call {call} {wait:?}", agent.0);
            return Err(Broken::new(ABLE, words));
        };
        let place = wait.place(at, call, &self.set);
        let is_before = |id, other: &Wait| {
            other.place(at, id, &self.set) < place && self.claim(at, agent, other).is_some()
        };
        let before = self.wanting(at, is_before).next();
        if let Some((id, other)) = before {
            let words = format!("call {id} {other:?} is before call {call} {wait:?}");
            return Err(Broken::new(TURN, words));
        }
        let free = self.agents.free(&self.set);
        let claims = free.filter_map(|id| self.claim(at, id, wait));
        let best = claims.min().unwrap_or(claim);
        let by_lot = self.set.queue(wait.queue).map(|q| q.strategy) == Some(Strategy::Random);
        let is_due = if by_lot && wait.sought.is_none() {
            (best.0, best.1) == (claim.0, claim.1)
        } else {
            best == claim
        };
        if is_due {
            return Ok(());
        }
        let words = format!("agent {} {claim:?} is rung, {best:?} was due", agent.0);
        Err(Broken::new(AGENT, words))
    }

    /// Who wants one more phone to ring now, of those whom `is_meant` means: callers, and whoever is
    /// to be called back if that can be; in no order that means anything.
    fn wanting<'a>(
        &'a self,
        at: Moment,
        is_meant: impl Fn(CallId, &Wait) -> bool + 'a,
    ) -> impl Iterator<Item = (CallId, &'a Wait)> {
        let calls = self.waits.all().map(|(id, wait)| (*id, wait, None));
        let promises = self.promises.waiting();
        let promises = promises.map(|(id, promise)| (*id, &promise.wait, Some(promise)));
        // What costs most is asked last: most callers wait because nobody is free for them.
        let meant = calls
            .chain(promises)
            .filter(move |(id, wait, _)| self.wants_more(wait) && is_meant(*id, wait));
        let due = meant.filter(move |(id, wait, promise)| match promise {
            Some(promise) => self.is_due(at, promise),
            None => wait.of.is_none() || self.has_line(*id),
        });
        due.map(|(id, wait, _)| (id, wait))
    }

    /// Whether somebody can be called back now: nobody is called who is on the line with us, be it
    /// to be told goodbye, nor while the queue is closed or no line is free.
    fn is_due(&self, at: Moment, promise: &Promise) -> bool {
        self.set.is_open(promise.wait.queue, at)
            && !self.waits.is_here(&promise.number, None)
            && self.promises.has_line(&self.set, &promise.number)
    }

    /// Whether the person of a call that is made of a promise can be dialled.
    fn has_line(&self, attempt: CallId) -> bool {
        let number = self.promises.number(attempt);
        number.is_some_and(|number| {
            let is_here = self.waits.is_here(number, Some(attempt));
            !is_here && self.promises.has_line(&self.set, number)
        })
    }

    /// A call is made of a promise: an agent is free for it, and for nobody before it.
    fn check_begins(&self, at: Moment, of: CallId) -> Result<(), Broken> {
        let mut waiting = self.promises.waiting();
        let promise = waiting
            .find(|(id, _)| **id == of)
            .map(|(_, promise)| promise);
        let Some(promise) = promise.filter(|promise| self.is_due(at, promise)) else {
            let words = format!("{of} is not due: {:?}", self.promises.get(of));
            return Err(Broken::new(IN_TIME, words));
        };
        let free: Vec<AgentId> = self.agents.free(&self.set).collect();
        let is_served = |wait: &Wait| free.iter().any(|id| self.claim(at, *id, wait).is_some());
        if promise.is_late(at, &self.set) || !is_served(&promise.wait) {
            let words = format!("nobody is there for {of}: {promise:?}");
            return Err(Broken::new(IN_TIME, words));
        }
        let place = promise.wait.place(at, of, &self.set);
        let is_before =
            |id, other: &Wait| other.place(at, id, &self.set) < place && is_served(other);
        let before = self.wanting(at, is_before).next();
        before.map_or(Ok(()), |(id, other)| {
            let words = format!("call {id} {other:?} is before {of} {promise:?}");
            Err(Broken::new(TURN, words))
        })
    }

    /// A caller enters a queue: the place told is the place there is, and there is room.
    fn check_place(&self, at: Moment, call: CallId, position: u32) -> Result<(), Broken> {
        let Some(wait) = self.waits.get(call) else {
            return Ok(());
        };
        let place = wait.place(at, call, &self.set);
        let here = || {
            let all = self.waits.all();
            all.filter(|(id, other)| **id != call && other.queue == wait.queue)
        };
        let all = here().chain(self.promises.in_queue(wait.queue));
        let ahead = all.filter(|(id, other)| other.place(at, **id, &self.set) < place);
        let ahead = ahead.count();
        let most = self
            .set
            .queue(wait.queue)
            .map_or(0, |q| q.max_waiting as usize);
        let on_the_line = here().filter(|(_, other)| other.of.is_none());
        let has_room = wait.first || on_the_line.count() < most;
        if position as usize == ahead + 1 && has_room {
            return Ok(());
        }
        let words = format!("place {position} of queue {} after {ahead}", wait.queue.0);
        Err(Broken::new(PLACE, words))
    }

    /// After an event nobody waits for whom an agent is free, nor longer than the queue allows.
    pub(super) fn check(&mut self, now: Moment) -> Result<(), Broken> {
        self.promises.check(now)?;
        self.check_served()?;
        let alone = self.waits.all();
        for (call, wait) in alone.filter(|(_, w)| w.ringing.is_empty() && w.of.is_none()) {
            let most = self.waits.most_ms(*call);
            let waited_ms = now.mono_ms.saturating_sub(wait.since.mono_ms);
            if waited_ms > most + LATE_MS {
                let words = format!("call {call} waits since {waited_ms} ms");
                return Err(Broken::new(LONG, words));
            }
        }
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let free: Vec<AgentId> = self.agents.free(&self.set).collect();
        if free.is_empty() {
            return Ok(());
        }
        let is_served = |_, wait: &Wait| free.iter().any(|id| self.claim(now, *id, wait).is_some());
        if let Some((call, wait)) = self.wanting(now, is_served).next() {
            let words = format!("of agents {free:?} one is free, call {call} {wait:?} waits");
            return Err(Broken::new(FREE, words));
        }
        Ok(())
    }

    /// Whoever was served in a queue is not called back for it.
    fn check_served(&mut self) -> Result<(), Broken> {
        for (call, queue) in std::mem::take(&mut self.served) {
            let number = self.waits.known(call).and_then(|k| k.number.as_ref());
            if number.is_some_and(|number| self.promises.has(number, queue)) {
                let words = format!("call {call} was served in queue {}", queue.0);
                return Err(Broken::new(KEPT, words));
            }
        }
        Ok(())
    }
}
