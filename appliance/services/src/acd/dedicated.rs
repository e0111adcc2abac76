use std::collections::{BTreeMap, BTreeSet};

use hotline_call::{CallId, CallerId, Moment, Number};

use crate::acd::Agent;
use crate::decision::Decision;
use crate::stage::{Call, Seek, Wait};
use crate::state::State;
use crate::work::Work;
use crate::{AgentId, AgentState, BusinessTypeId, DedicatedSought, Queue, Standing, What};

/// The most numbers whose last agent is remembered.
const MAX_REMEMBERED: usize = 20_000;
/// The longest for which a queue may ask who talked last to a caller.
const REMEMBERED_MS: u64 = 168 * 3_600_000;

/// Which agent talked last to each number, for as long as it may matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct LastAgents {
    of: BTreeMap<Number, (u64, AgentId)>,
    by_time: BTreeSet<(u64, Number)>,
}

impl LastAgents {
    /// The agent talked to the number.
    pub fn talked(&mut self, at: Moment, number: Number, agent: AgentId) {
        if let Some((before, _)) = self.of.insert(number.clone(), (at.wall_ms, agent)) {
            self.by_time.remove(&(before, number.clone()));
        }
        self.by_time.insert((at.wall_ms, number));
        let too_old = |when: u64| when + REMEMBERED_MS < at.wall_ms;
        while self.by_time.len() > MAX_REMEMBERED
            || self.by_time.first().is_some_and(|(when, _)| too_old(*when))
        {
            if let Some((_, number)) = self.by_time.pop_first() {
                self.of.remove(&number);
            }
        }
    }

    /// Who talked last to the number, no longer ago than this.
    fn within(&self, at: Moment, number: &Number, ms: u64) -> Option<AgentId> {
        let (when, agent) = self.of.get(number)?;
        (at.wall_ms.saturating_sub(*when) < ms).then_some(*agent)
    }
}

impl State {
    /// What is known of a caller that counts in a queue, if anything is.
    pub(crate) fn standing_of(&self, caller: &CallerId) -> Option<Standing> {
        let known = self.roster.caller(caller.number.as_ref()?)?;
        Some(self.configuration.callers.get(known)?.standing.clone())
    }

    /// What a call is about that was dialled to this number of ours.
    pub(crate) fn business_type_of(&self, called: Option<&Number>) -> Option<BusinessTypeId> {
        let called = called?;
        let types = &self.configuration.number_types;
        let found = types.iter().find(|(number, _)| number == called);
        found.map(|(_, kind)| *kind)
    }

    /// Whoever looks after the caller is tried first: the owner and who stands in, or else who
    /// talked to the caller last (features B6).
    pub(crate) fn seek_dedicated(&self, d: &mut Decision, id: CallId, call: &Call, queue: &Queue) {
        let owners = call.standing.owner.iter().chain(&call.standing.backups);
        let mut agents: Vec<AgentId> = owners.copied().collect();
        if agents.is_empty()
            && let Some(number) = &call.caller.number
        {
            let ms = u64::from(queue.last_agent_h) * 3_600_000;
            agents.extend(self.last_agents.within(d.at(), number, ms));
        }
        if agents.is_empty() {
            return;
        }
        let hold_s = match call.standing.vip {
            Some(_) => queue.vip_hold_s.max(queue.owner_hold_s),
            None => queue.owner_hold_s,
        };
        d.fact(What::DedicatedSought(DedicatedSought {
            call: id,
            agents,
            hold_ms: u64::from(hold_s) * 1000,
        }));
    }

    /// The dedicated agents who may be rung for the caller: not in vain before, nor on the
    /// caller's own phone.
    pub(crate) fn untried<'a>(
        &'a self,
        call: &'a Call,
        seek: &'a Seek,
    ) -> impl Iterator<Item = AgentId> + use<'a> {
        let untried =
            |id: &AgentId| !call.tried.contains_key(id) && !self.calls_from_phone_of(call, *id);
        seek.agents.iter().copied().filter(untried)
    }

    /// Whether one of them is worth waiting for: the first, who writes notes; for a VIP any who is
    /// in a call.
    pub(crate) fn is_held(&self, call: &Call, seek: &Seek) -> bool {
        let state = |id| self.agents.get(&id).map(Agent::effective);
        let is_vip = call.standing.vip.is_some();
        let first = seek.agents.first().copied();
        self.untried(call, seek).any(|id| match state(id) {
            Some(AgentState::Wrapup) => is_vip || first == Some(id),
            None
            | Some(
                AgentState::SignedOut
                | AgentState::NotReady
                | AgentState::DeviceDown
                | AgentState::Idle,
            ) => false,
            Some(_) => is_vip,
        })
    }

    /// A caller whose dedicated agents can neither be rung nor waited for is everybody's.
    pub(crate) fn settle_dedicated(&self, d: &mut Decision, work: &Work) {
        for (id, call) in work.calls(self) {
            let Some(Wait {
                seeks: Some(seek),
                offers,
                ..
            }) = call.wait()
            else {
                continue;
            };
            let can_be_rung = || {
                let mut untried = self.untried(call, seek);
                untried.any(|agent| self.ready.contains(&agent))
            };
            let is_held = || self.is_held(call, seek) && !d.at().has_reached(seek.until);
            if offers.is_empty() && !can_be_rung() && !is_held() {
                d.fact(What::DedicatedGivenUp { call: id });
            }
        }
    }
}
