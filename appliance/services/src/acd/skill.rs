use hotline_call::Moment;

use crate::acd::Agent;
use crate::decision::Decision;
use crate::stage::{Call, Wait};
use crate::state::State;
use crate::work::Work;
use crate::{AgentId, Demand, Queue, SkillId, What};

/// What is asked of an agent for one caller.
struct Asked<'a> {
    demands: [Option<&'a Demand>; 2],
    preferred: [&'a [SkillId]; 2],
}

impl Asked<'_> {
    fn is_anything(&self) -> bool {
        let mut demands = self.demands.iter().flatten();
        demands.any(|demand| demand.is_anything())
    }
}

impl State {
    /// What the queue asks, and the business of the call.
    fn asked<'a>(&'a self, call: &Call, queue: &'a Queue) -> Asked<'a> {
        let kind = call.business_type;
        let kind = kind.and_then(|id| self.configuration.business_type(id));
        Asked {
            demands: [Some(&queue.demand), kind.map(|kind| &kind.demand)],
            preferred: [
                &queue.preferred,
                kind.map_or(&[], |kind| kind.preferred.as_slice()),
            ],
        }
    }

    /// How well the agent's skills suit the caller: the sum of the levels that count. `None`: a
    /// skill is missing.
    pub(crate) fn points(
        &self,
        agent: AgentId,
        call: &Call,
        queue: &Queue,
        relaxed: u8,
    ) -> Option<u32> {
        let asked = self.asked(call, queue);
        let skills = self.agent(agent)?.skills.as_slice();
        let mut points = 0;
        for demand in asked.demands.into_iter().flatten() {
            points += demand.met_by(skills, relaxed)?;
        }
        for preferred in asked.preferred.into_iter().flatten() {
            let has = skills.iter().find(|has| has.skill == *preferred);
            points += has.map_or(0, |has| u32::from(has.level));
        }
        Some(points)
    }

    /// By how much demands are to be lowered for a caller now: as far as the time waited allows,
    /// and at once to the next step at which anybody signed in would do.
    pub(crate) fn relaxation(&self, at: Moment, call: &Call, wait: &Wait) -> u8 {
        let Some(queue) = self.queue(wait.queue) else {
            return 0;
        };
        if !self.asked(call, queue).is_anything() {
            return 0;
        }
        let waited_s = at.since_ms(wait.since) / 1000;
        let is_due = |after_s: u32| u64::from(after_s) <= waited_s;
        let steps = &queue.relaxation;
        let by_time = steps.iter().rfind(|step| is_due(step.after_s));
        let by_time = by_time.map_or(0, |step| step.by);
        let later = steps.iter().filter(|step| !is_due(step.after_s));
        let mut candidates = std::iter::once(by_time).chain(later.map(|step| step.by));
        let would_do = |by: &u8| {
            let signed_in = |id: &&AgentId| self.agents.get(id).is_some_and(Agent::is_signed_in);
            let able = self.may_be_served_by(queue, wait);
            let mut signed_in = able.iter().filter(signed_in);
            signed_in.any(|id| self.points(*id, call, queue, *by).is_some())
        };
        candidates.find(would_do).unwrap_or(by_time)
    }

    /// When demands will be lowered further for a caller, if ever.
    pub(crate) fn relaxes_at(&self, call: &Call, wait: &Wait) -> Option<Moment> {
        let queue = self.queue(wait.queue)?;
        if !self.asked(call, queue).is_anything() {
            return None;
        }
        let next = queue
            .relaxation
            .iter()
            .find(|step| step.by > wait.relaxed)?;
        Some(wait.since.plus_ms(u64::from(next.after_s) * 1000))
    }

    /// Lowers what is demanded for a caller, or raises it again, if it is to be otherwise now.
    pub(crate) fn relax(&self, d: &mut Decision, id: hotline_call::CallId) {
        let Some((call, wait)) = self.waiting_call(id) else {
            return;
        };
        let by = self.relaxation(d.at(), call, wait);
        if by != wait.relaxed {
            d.fact(What::DemandRelaxed { call: id, by });
        }
    }

    /// Who has signed in or out, or a change of what is set, may change what is demanded at once.
    pub(crate) fn settle_demands(&self, d: &mut Decision, work: &Work) {
        for (id, _) in work.calls(self) {
            self.relax(d, id);
        }
        for of in work.promises(self) {
            let waits = self
                .promised(of)
                .and_then(|call| Some((call, call.wait()?)));
            let lowered = waits.map(|(call, wait)| (self.relaxation(d.at(), call, wait), wait));
            if lowered.is_some_and(|(by, wait)| by != wait.relaxed) {
                self.decide_callback_due(d, of);
            }
        }
    }
}
