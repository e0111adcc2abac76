use std::collections::BTreeMap;

use hotline_call::{CallId, LegId, Moment};
use hotline_services::{
    AgentId, BusinessTypeId, DedicatedSought, Fact, MailboxEntered, OverflowAction, Overflowed,
    QueueId, Vip, What,
};

use super::Set;

/// Nobody who came later goes before a caller who has waited so long (features B5).
const GUARD_MS: i64 = 300_000;

/// A caller in a queue.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    pub(super) queue: QueueId,
    pub(super) since: Moment,
    /// Back from an agent whose phone failed.
    pub(super) first: bool,
    vip: Option<Vip>,
    pub(super) business_type: Option<BusinessTypeId>,
    bonus_s: u32,
    pub(super) without: Option<AgentId>,
    /// Who is tried before all others.
    pub(super) sought: Option<Vec<AgentId>>,
    pub(super) relaxed: u8,
    /// Queues whose agents may take the caller too.
    pub(super) also: Vec<QueueId>,
    pub(super) width: usize,
    /// Phones that ring.
    pub(super) ringing: Vec<(AgentId, LegId)>,
    /// One of them has answered and is given a moment.
    pub(super) is_answered: bool,
    /// How often each agent was rung in vain.
    pub(super) tried: BTreeMap<AgentId, u32>,
}

impl Wait {
    /// The place among all callers; who has the smallest is first.
    pub(super) fn place(&self, at: Moment, call: CallId, set: &Set) -> (u8, i64, CallId) {
        let ms = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        let weight = set.queue(self.queue).map_or(50, |q| i64::from(q.weight));
        let vip_s = match self.vip {
            None | Some(Vip::Absolute) => 0,
            Some(Vip::Level1) => 600,
            Some(Vip::Level2) => 1200,
            Some(Vip::Level3) => 1800,
        };
        let since = ms(self.since.mono_ms);
        let counts_from = since - ((weight - 50) * 6 + vip_s + i64::from(self.bonus_s)) * 1000;
        if self.first {
            (0, counts_from, call)
        } else if ms(at.mono_ms) - since >= GUARD_MS {
            (1, since, call)
        } else if self.vip == Some(Vip::Absolute) {
            (2, counts_from, call)
        } else {
            (3, counts_from, call)
        }
    }
}

/// What is known of a call that may wait again.
#[derive(Clone, Debug, Default)]
struct Known {
    vip: Option<Vip>,
    business_type: Option<BusinessTypeId>,
    tried: BTreeMap<AgentId, u32>,
    /// How long the queue it is in lets people wait.
    most_ms: u64,
}

/// The callers in queues as the facts tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    waits: BTreeMap<CallId, Wait>,
    calls: BTreeMap<CallId, Known>,
    max_wait_s: BTreeMap<QueueId, u32>,
}

impl Waits {
    pub(super) fn get(&self, call: CallId) -> Option<&Wait> {
        self.waits.get(&call)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&CallId, &Wait)> {
        self.waits.iter()
    }

    /// How long this caller may wait.
    pub(super) fn most_ms(&self, call: CallId) -> u64 {
        self.calls.get(&call).map_or(0, |known| known.most_ms)
    }

    pub(super) fn take(&mut self, fact: &Fact) {
        match fact.what {
            What::Configured { ref configuration } => {
                let queues = configuration.queues.iter();
                self.max_wait_s = queues.map(|q| (q.id, q.max_wait_s)).collect();
            }
            What::CallOffered { call, .. } => {
                self.calls.insert(call, Known::default());
            }
            What::CallerRecognised { call, ref standing } => {
                if let Some(known) = self.calls.get_mut(&call) {
                    known.vip = standing.vip;
                }
            }
            What::CallTagged {
                call,
                business_type,
            } => {
                if let Some(known) = self.calls.get_mut(&call) {
                    known.business_type = Some(business_type);
                }
            }
            What::Queued { call, .. } => self.enter(fact, call),
            What::Connected { call, .. }
            | What::MenuEntered { call, .. }
            | What::MailboxEntered(MailboxEntered { call, .. }) => self.leave(call),
            What::FarewellStarted { call, .. } | What::CallEnding { call, .. } => {
                self.waits.remove(&call);
            }
            What::CallEnded { call, .. } => {
                self.calls.remove(&call);
            }
            _ => {
                let call = fact.what.call();
                if let Some(wait) = call.and_then(|call| self.waits.get_mut(&call)) {
                    wait.take(&fact.what);
                }
            }
        }
    }

    /// The caller waits no more, and may wait again.
    fn leave(&mut self, call: CallId) {
        let tried = self.waits.remove(&call).map(|wait| wait.tried);
        if let Some((known, tried)) = self.calls.get_mut(&call).zip(tried) {
            known.tried = tried;
        }
    }

    fn enter(&mut self, fact: &Fact, call: CallId) {
        self.leave(call);
        let What::Queued {
            queue,
            again,
            bonus_s,
            without,
            ..
        } = fact.what
        else {
            return;
        };
        let known = self.calls.entry(call).or_default();
        let max_wait_s = self.max_wait_s.get(&queue).copied().unwrap_or(0);
        known.most_ms = u64::from(max_wait_s) * 1000;
        let wait = Wait {
            queue,
            since: fact.at,
            first: again,
            vip: known.vip,
            business_type: known.business_type,
            bonus_s,
            without,
            sought: None,
            relaxed: 0,
            also: Vec::new(),
            width: 1,
            ringing: Vec::new(),
            is_answered: false,
            tried: std::mem::take(&mut known.tried),
        };
        self.waits.insert(call, wait);
    }
}

impl Wait {
    fn take(&mut self, what: &What) {
        match *what {
            What::DedicatedSought(DedicatedSought { ref agents, .. }) => {
                self.sought = Some(agents.clone())
            }
            What::DedicatedGivenUp { .. } => self.sought = None,
            What::DemandRelaxed { by, .. } => self.relaxed = by,
            What::Overflowed(Overflowed {
                action: OverflowAction::AddAgentsOf(queue),
                ..
            }) => self.also.push(queue),
            What::RingWidened { .. } => self.width += 1,
            What::AgentOffered { agent, leg, .. } => {
                self.ringing.push((agent, leg));
                if self.ringing.len() == 1 {
                    self.width = 1;
                }
            }
            What::OfferAnswered { .. } => self.is_answered = true,
            What::OfferEnded { agent, leg, .. } => {
                self.ringing.retain(|(_, other)| *other != leg);
                *self.tried.entry(agent).or_insert(0) += 1;
            }
            _ => {}
        }
    }
}
