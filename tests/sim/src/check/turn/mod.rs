//! Who is next, read from the facts alone and held against whom the core took: callers by class,
//! score and guard, agents by skill and strategy (features B1 to B8, semantics §5.2).

mod agents;
mod waits;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hotline_call::{CallId, Moment};
use hotline_services::schedule::{Mode, Overrides};
use hotline_services::{AgentId, Broken, Configuration, Fact, Queue, QueueId, Strategy, What};

use self::agents::Agents;
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
    changed: bool,
    /// Callers can be called back. Their places are not known here, so from then on nobody is held
    /// against them; days without callbacks are.
    is_off: bool,
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
                self.is_off |= configuration.queues.iter().any(|q| q.callback.is_some());
                self.set = Set::new(configuration, std::mem::take(&mut self.set.by_hand));
            }
            What::ScheduleSet { schedule, by_hand } => {
                self.set.by_hand.remove(&schedule);
                let set = by_hand.map(|by_hand| (schedule, by_hand));
                self.set.by_hand.extend(set);
            }
            What::Queued {
                call,
                queue,
                position,
                again,
                without,
                ..
            } => {
                if !self.is_off {
                    self.waits.take(fact);
                    self.check_place(fact.at, call, position)?;
                }
                // An agent may give a call to a queue at any time.
                let may_be_closed = again || without.is_some();
                if !may_be_closed && !self.set.is_open(queue, fact.at) {
                    let words = format!("call {call} comes into queue {}", queue.0);
                    return Err(Broken::new(CLOSED, words));
                }
                return Ok(());
            }
            _ if self.is_off => return Ok(()),
            What::AgentOffered {
                call, queue, agent, ..
            } => {
                self.check_offer(fact.at, call, agent)?;
                self.rung_last.insert(queue, agent);
            }
            _ => {}
        }
        self.waits.take(fact);
        self.agents.take(fact, self.set.day(fact.at));
        Ok(())
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
        if wait.without == Some(id) {
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
        let before = self.waits.all().find(|(id, other)| {
            other.place(at, **id, &self.set) < place
                && self.wants_more(other)
                && self.claim(at, agent, other).is_some()
        });
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
        let ahead = here().filter(|(id, other)| other.place(at, **id, &self.set) < place);
        let ahead = ahead.count();
        let most = self
            .set
            .queue(wait.queue)
            .map_or(0, |q| q.max_waiting as usize);
        let has_room = wait.first || here().count() < most;
        if position as usize == ahead + 1 && has_room {
            return Ok(());
        }
        let words = format!("place {position} of queue {} after {ahead}", wait.queue.0);
        Err(Broken::new(PLACE, words))
    }

    /// After an event nobody waits for whom an agent is free, nor longer than the queue allows.
    pub(super) fn check(&mut self, now: Moment) -> Result<(), Broken> {
        if self.is_off {
            return Ok(());
        }
        for (call, wait) in self.waits.all().filter(|(_, w)| w.ringing.is_empty()) {
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
        for agent in self.agents.free(&self.set) {
            let mut wanting = self.waits.all().filter(|(_, wait)| self.wants_more(wait));
            let waits = wanting.find(|(_, wait)| self.claim(now, agent, wait).is_some());
            if let Some((call, wait)) = waits {
                let words = format!("agent {} is free, call {call} {wait:?} waits", agent.0);
                return Err(Broken::new(FREE, words));
            }
        }
        Ok(())
    }
}
