use std::collections::BTreeMap;

use hotline_call::{CallId, LegId, Moment, Number, PhoneId};
use hotline_services::{
    AgentId, BusinessTypeId, CallbackStep, DedicatedSought, Fact, MailboxEntered, OverflowAction,
    Overflowed, QueueId, Vip, What,
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
    pub(super) bonus_s: u32,
    pub(super) without: Option<AgentId>,
    /// The phone of ours that the caller is on.
    pub(super) phone: Option<PhoneId>,
    /// Who is tried before all others.
    pub(super) sought: Option<Vec<AgentId>>,
    pub(super) relaxed: u8,
    /// The promise it is made of: an agent is sought, and nobody is on the line.
    pub(super) of: Option<CallId>,
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
        let call = self.of.unwrap_or(call);
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
pub(super) struct Known {
    pub(super) number: Option<Number>,
    phone: Option<PhoneId>,
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
            What::CallDialled(ref dialled) => {
                let known = Known {
                    number: Some(dialled.called.clone()),
                    ..Known::default()
                };
                self.calls.insert(dialled.call, known);
            }
            What::CallOffered {
                call,
                phone,
                ref caller,
                ..
            } => {
                let known = Known {
                    phone,
                    number: caller.number.clone(),
                    ..Known::default()
                };
                self.calls.insert(call, known);
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
            | What::Callback(CallbackStep::Dialled { call, .. })
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

    /// What is known of a call that has not ended.
    pub(super) fn known(&self, call: CallId) -> Option<&Known> {
        self.calls.get(&call)
    }

    /// Whether somebody with this number is on the line in another call than this.
    pub(super) fn is_here(&self, number: &Number, but: Option<CallId>) -> bool {
        let mut others = self.calls.iter().filter(|(id, _)| Some(**id) != but);
        others.any(|(_, known)| known.number.as_ref() == Some(number))
    }

    /// An agent is sought for a call that is made of a promise.
    pub(super) fn begin(&mut self, (call, of): (CallId, CallId), wait: &Wait, known: &Known) {
        let wait = Wait {
            of: Some(of),
            ..wait.clone()
        };
        self.waits.insert(call, wait);
        self.calls.insert(call, known.clone());
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
            phone: known.phone,
            sought: None,
            relaxed: 0,
            of: None,
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
    /// How long this counts as having been waited.
    pub(super) fn aged_ms(&self, at: Moment) -> u64 {
        at.since_ms(self.since) + u64::from(self.bonus_s) * 1000
    }

    /// The clock begins anew; the one on the wall tells how long it has been.
    pub(super) fn live_again(&mut self, at: Moment) {
        let waited_s = at.wall_ms.saturating_sub(self.since.wall_ms) / 1000;
        self.bonus_s = u32::try_from(u64::from(self.bonus_s) + waited_s).unwrap_or(u32::MAX);
        self.since = at;
    }

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
            // By a call of the own phone; it answers at once.
            What::PickedUp { agent, leg, .. } => self.ringing.push((agent, leg)),
            What::OfferAnswered { .. } => self.is_answered = true,
            What::OfferEnded { agent, leg, .. } => {
                self.ringing.retain(|(_, other)| *other != leg);
                *self.tried.entry(agent).or_insert(0) += 1;
            }
            _ => {}
        }
    }
}
