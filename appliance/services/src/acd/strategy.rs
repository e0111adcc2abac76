use std::cmp::Reverse;

use hotline_call::Moment;

use crate::acd::{Agent, Presence, Work};
use crate::stage::{Call, Wait};
use crate::state::{Service, State};
use crate::{Absence, AgentId, AgentState, Queue, Strategy, Why, WhyNot};

/// The most agents a trace names.
const MAX_TRACE: usize = 64;

/// Who goes first: the agent rung least often in vain for this very caller, then the best skilled,
/// then as the strategy says, then the one idle longest, then the one of the smallest number.
type Rank = (u32, Reverse<u32>, u64, u64, AgentId);

impl State {
    /// Why the agent cannot be rung now; `None`: can be.
    pub(crate) fn why_not(&self, id: AgentId, agent: &Agent) -> Option<WhyNot> {
        if self.agent(id).is_none() {
            return Some(WhyNot::SignedOut);
        }
        Some(match agent.effective() {
            AgentState::SignedOut => WhyNot::SignedOut,
            AgentState::NotReady => WhyNot::NotReady,
            AgentState::DeviceDown => WhyNot::DeviceDown,
            AgentState::Offering => WhyNot::Offering,
            AgentState::Dialing
            | AgentState::Talking
            | AgentState::Consulting
            | AgentState::Conferencing => WhyNot::Talking,
            AgentState::Holding => WhyNot::Holding,
            AgentState::Wrapup => WhyNot::Wrapup,
            AgentState::Idle if self.phone_of(id) != Service::In => WhyNot::DeviceAway,
            AgentState::Idle if agent.leg.is_some() => WhyNot::Clearing,
            AgentState::Idle if agent.rests.is_some() => WhyNot::Resting,
            AgentState::Idle => return None,
        })
    }

    /// Why the agent, who could be rung, is not able to take this caller; `None`: is able.
    fn why_not_for(&self, id: AgentId, call: &Call, wait: &Wait, queue: &Queue) -> Option<WhyNot> {
        if self.calls_from_phone_of(call, id) {
            Some(WhyNot::Talking)
        } else if wait.without == Some(id) {
            Some(WhyNot::Transferred)
        } else if let Some(seek) = &wait.seeks {
            (!self.untried(call, seek).any(|sought| sought == id)).then_some(WhyNot::NotDedicated)
        } else if self.points(id, call, queue, wait.relaxed).is_none() {
            Some(WhyNot::Skill)
        } else {
            None
        }
    }

    /// Whether the caller is on the phone of the agent, at which it can ring for nobody, least of
    /// all for this caller.
    pub(crate) fn calls_from_phone_of(&self, call: &Call, id: AgentId) -> bool {
        let phone = call.phone;
        phone.is_some() && self.agent(id).map(|agent| agent.phone) == phone
    }

    /// Agents of the queue who could take a call now.
    pub(crate) fn free_agents(&self, queue: &Queue) -> usize {
        let free = |id: &&AgentId| self.ready.contains(id);
        queue.agents.iter().filter(free).count()
    }

    /// Whether any agent of the queue is signed in.
    pub(crate) fn is_staffed(&self, queue: &Queue) -> bool {
        self.is_there(queue, &[Absence::SignedOut])
    }

    /// Whether any agent of the queue is in none of these states; all count if none is named.
    pub(crate) fn is_there(&self, queue: &Queue, absences: &[Absence]) -> bool {
        let is_absent = |id: &AgentId| {
            let state = self.agents.get(id).map(Agent::effective);
            state.is_none_or(|state| absence(state).is_some_and(|a| absences.contains(&a)))
        };
        absences.is_empty() || queue.agents.iter().any(|id| !is_absent(id))
    }

    /// The agent to ring for a caller, of these who can be rung.
    pub(crate) fn choose_agent<'a>(
        &self,
        at: Moment,
        call: &Call,
        wait: &Wait,
        among: impl Iterator<Item = &'a AgentId> + Clone,
    ) -> Option<AgentId> {
        if let Some(seek) = &wait.seeks {
            let mut sought = self.untried(call, seek);
            return sought.find(|id| wait.without != Some(*id) && among.clone().any(|a| a == id));
        }
        let queue = self.queue(wait.queue)?;
        let may = |id: AgentId| wait.without != Some(id) && !self.calls_from_phone_of(call, id);
        let serves = |id: &&AgentId| self.may_serve(**id, wait) && may(**id);
        // Nobody is rung again while others ring who were rung less often.
        let tried = |id| call.tried.get(&id).copied().unwrap_or(0);
        let ringing = wait.offers.iter().map(|offer| tried(offer.agent));
        let most = ringing.min().unwrap_or(u32::MAX);
        let rank = |id: &AgentId| self.rank(at, call, wait, queue, *id);
        let best = among.filter(serves).filter_map(rank);
        let best = best.filter(|(tried, ..)| *tried <= most);
        match queue.strategy {
            Strategy::Random => self.draw(best.collect()),
            _ => best.min().map(|(_, _, _, _, id)| id),
        }
    }

    /// Draws one of the best by lot.
    fn draw(&self, mut ranks: Vec<Rank>) -> Option<AgentId> {
        let best = ranks
            .iter()
            .map(|(tried, skill, ..)| (*tried, *skill))
            .min()?;
        ranks.retain(|(tried, skill, ..)| (*tried, *skill) == best);
        let lots = |id: AgentId| self.agent(id).map_or(0, |agent| u64::from(agent.weight));
        let all = ranks.iter().map(|(.., id)| lots(*id)).sum();
        let mut drawn = self.lot.below(all);
        for (.., id) in &ranks {
            match drawn.checked_sub(lots(*id)) {
                Some(rest) => drawn = rest,
                None => return Some(*id),
            }
        }
        None
    }

    /// Where the agent stands among those able to take the caller; `None`: lacks a skill.
    fn rank(
        &self,
        at: Moment,
        call: &Call,
        wait: &Wait,
        queue: &Queue,
        id: AgentId,
    ) -> Option<Rank> {
        let points = self.points(id, call, queue, wait.relaxed)?;
        let points = if queue.best_skill_first { points } else { 0 };
        let tried = call.tried.get(&id).copied().unwrap_or(0);
        let agent = self.agents.get(&id)?;
        let by_strategy = self.by_strategy(at, queue, id, agent);
        Some((tried, Reverse(points), by_strategy, agent.idle_order, id))
    }

    /// The smaller the sooner.
    fn by_strategy(&self, at: Moment, queue: &Queue, id: AgentId, agent: &Agent) -> u64 {
        let day = || self.day(at);
        let seat = |id| self.roster.seat(id, queue.id).unwrap_or(u64::MAX / 2);
        match queue.strategy {
            Strategy::LongestIdle
            | Strategy::Random
            | Strategy::RingAll
            | Strategy::RingProgressive => agent.idle_order,
            Strategy::MostRecentIdle => u64::MAX - agent.hung_up,
            Strategy::RoundRobin => {
                let seats = queue.agents.len() as u64;
                let last = self.rung_last.get(&queue.id).copied();
                match last.and_then(|last| self.roster.seat(last, queue.id)) {
                    // One after the last is the first, the last one itself comes last.
                    Some(last) if seat(id) <= last => seat(id) + seats,
                    _ => seat(id),
                }
            }
            Strategy::LeastCalls => agent.today.calls(day()),
            Strategy::LeastTalk => agent.today.talk_ms(day()),
            Strategy::LeastOccupied => agent.today.occupied(day(), at.since_ms(agent.since)),
            Strategy::TopDown => seat(id),
        }
    }

    /// The trace of a decision: the chosen agent, then the others of the queue who could have been
    /// rung, as they would have been, then those who could not.
    pub(crate) fn trace(
        &self,
        at: Moment,
        call: &Call,
        wait: &Wait,
        queue: &Queue,
        chosen: AgentId,
    ) -> Vec<Why> {
        let able = self.may_be_served_by(queue, wait);
        let others = able.iter().filter(|id| **id != chosen);
        let mut ranked = Vec::with_capacity(queue.agents.len() + 1);
        for id in std::iter::once(&chosen).chain(others) {
            let Some(agent) = self.agents.get(id) else {
                continue;
            };
            let not = self.why_not(*id, agent);
            let not = not.or_else(|| self.why_not_for(*id, call, wait, queue));
            let points = self.points(*id, call, queue, wait.relaxed);
            let rank = self.rank(at, call, wait, queue, *id);
            let is_idle = agent.presence == Presence::Ready && agent.work == Work::Free;
            let why = Why {
                agent: *id,
                idle_ms: is_idle.then(|| at.since_ms(agent.idle_since)),
                points: points.unwrap_or(0),
                not,
            };
            ranked.push((*id != chosen, not.is_some(), rank, why));
        }
        ranked.sort_by_key(|(is_other, is_not, rank, why)| (*is_other, *is_not, *rank, why.agent));
        ranked.truncate(MAX_TRACE);
        ranked.into_iter().map(|(.., why)| why).collect()
    }
}

/// As what the state counts where it is asked who is there.
const fn absence(state: AgentState) -> Option<Absence> {
    match state {
        AgentState::SignedOut => Some(Absence::SignedOut),
        AgentState::NotReady => Some(Absence::NotReady),
        AgentState::DeviceDown => Some(Absence::DeviceDown),
        AgentState::Wrapup => Some(Absence::Wrapup),
        AgentState::Idle => None,
        _ => Some(Absence::InCall),
    }
}
