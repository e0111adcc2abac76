use std::collections::BTreeSet;

use hotline_call::{CallId, CallerId, Cause, Digit, LegId, LineId, Moment, Number, Party};
use serde::{Deserialize, Serialize};

use crate::region::Origin;
use crate::{AgentId, BusinessTypeId, EndOutcome, QueueId, RecordingId, WrapupCodeId};

/// The call record (CDR) of one call. Derived from facts alone, never written by hand.
///
/// From the first ring to the end of the customer's leg the call is in one phase at any moment, so
/// `ring_ms + ivr_ms + wait_ms + talk_ms + hold_ms + closing_ms` is `ended_at − offered_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Which call.
    pub call: CallId,
    /// The line it came in on or went out on; `None`: from phone to phone.
    pub line: Option<LineId>,
    /// We called, on this line.
    #[serde(default)]
    pub is_outbound: bool,
    /// Somebody on the blacklist called.
    #[serde(default)]
    pub is_screened: bool,
    /// Who called.
    pub caller: CallerId,
    /// Which of our numbers was dialled, where the line tells.
    pub called: Option<Number>,
    /// What is known of the number of who is outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The first ring that we were told of.
    pub offered_at: Moment,
    /// We answered.
    pub answered_at: Option<Moment>,
    /// What it was about.
    #[serde(default)]
    pub business_type: Option<BusinessTypeId>,
    /// The last queue it waited in.
    pub queue: Option<QueueId>,
    /// The key by which the caller left that queue; `None`: did not.
    #[serde(default)]
    pub left_by: Option<Digit>,
    /// All queues it was in, in order, each once.
    #[serde(default)]
    pub queues: Vec<QueueId>,
    /// When it entered a queue first.
    pub queued_at: Option<Moment>,
    /// Who made it at a phone of ours.
    #[serde(default)]
    pub by: Option<AgentId>,
    /// The last agent talked to.
    pub agent: Option<AgentId>,
    /// When an agent answered first.
    pub connected_at: Option<Moment>,
    /// The customer's leg was over.
    pub ended_at: Option<Moment>,
    /// Unanswered.
    pub ring_ms: u64,
    /// In menus, and leaving a message.
    pub ivr_ms: u64,
    /// In queues, and while phones ring, also of those it is given on to.
    pub wait_ms: u64,
    /// Talking to agents, without holds.
    pub talk_ms: u64,
    /// On hold, or parked.
    pub hold_ms: u64,
    /// Told goodbye, and being cleared.
    pub closing_ms: u64,
    /// The agents' notes; after the call.
    pub wrapup_ms: u64,
    /// What it came to, as the agent said last.
    #[serde(default)]
    pub wrapup_code: Option<WrapupCodeId>,
    /// The same in words.
    #[serde(default)]
    pub note: Option<String>,
    /// How it ended, seen by the customer.
    pub outcome: Option<EndOutcome>,
    /// Who ended it.
    pub hung_up_by: Option<Party>,
    /// Why (Q.850).
    pub cause: Option<Cause>,
    /// How often agents gave it on.
    #[serde(default)]
    pub transfers: u32,
    /// How often nobody took what was given on.
    #[serde(default)]
    pub transfers_failed: u32,
    /// It was given on, and nobody talked to the customer since: given up in the queue it was given
    /// to, or not answered.
    #[serde(default)]
    pub is_transferred_unanswered: bool,
    /// Its recordings, in order.
    pub recordings: Vec<RecordingId>,
    /// When nothing was recorded because somebody asked for that, in order.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// Its legs, the customer's first.
    pub legs: Vec<LegRecord>,
}

impl CallRecord {
    /// The agents who had the call, each once: who made it, and who answered a phone for it. Who
    /// only listened as a supervisor did not have it.
    #[must_use]
    pub fn agents(&self) -> BTreeSet<AgentId> {
        let legs = self.legs.iter();
        let had = legs.filter(|leg| leg.answered_at.is_some() && !leg.supervises);
        let had = had.filter_map(|leg| leg.agent);
        let had = had.chain(self.by).chain(self.agent);
        had.filter(|agent| *agent != AgentId::NOBODY).collect()
    }
}

/// A gap in a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Of which recording.
    pub recording: RecordingId,
    /// Who asked for it.
    pub by: AgentId,
    /// Nothing was kept from here …
    pub from: Moment,
    /// … to here.
    pub until: Option<Moment>,
}

/// One leg of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegRecord {
    /// Which leg.
    pub leg: LegId,
    /// Whose phone; `None`: the customer's line.
    pub agent: Option<AgentId>,
    /// It began to ring.
    pub started_at: Moment,
    /// It was answered.
    pub answered_at: Option<Moment>,
    /// It was over.
    pub ended_at: Option<Moment>,
    /// Why it ended.
    pub cause: Option<Cause>,
    /// Was with an agent as a supervisor, and did not take the call over.
    #[serde(default)]
    pub supervises: bool,
    /// How long this agent talked with the customer, alone or with others. Of the customer's own
    /// leg, as of all times below, 0.
    #[serde(default)]
    pub talk_ms: u64,
    /// How long this agent had the others on hold.
    #[serde(default)]
    pub hold_ms: u64,
    /// How long this agent asked another, or was asked.
    #[serde(default)]
    pub consult_ms: u64,
}

/// The record of a call that begins now.
pub(super) fn begin(
    call: CallId,
    leg: LegId,
    line: Option<LineId>,
    caller: &CallerId,
    called: Option<Number>,
    at: Moment,
) -> CallRecord {
    CallRecord {
        call,
        line,
        is_outbound: false,
        is_screened: false,
        caller: caller.clone(),
        called,
        origin: None,
        offered_at: at,
        answered_at: None,
        business_type: None,
        queue: None,
        left_by: None,
        queues: Vec::new(),
        queued_at: None,
        by: None,
        agent: None,
        connected_at: None,
        ended_at: None,
        ring_ms: 0,
        ivr_ms: 0,
        wait_ms: 0,
        talk_ms: 0,
        hold_ms: 0,
        closing_ms: 0,
        wrapup_ms: 0,
        wrapup_code: None,
        note: None,
        outcome: None,
        hung_up_by: None,
        cause: None,
        transfers: 0,
        transfers_failed: 0,
        is_transferred_unanswered: false,
        recordings: Vec::new(),
        pauses: Vec::new(),
        legs: vec![begin_leg(leg, None, at)],
    }
}

/// The record of a leg that begins now; without an agent it is the customer's.
pub(super) const fn begin_leg(leg: LegId, agent: Option<AgentId>, at: Moment) -> LegRecord {
    LegRecord {
        leg,
        agent,
        started_at: at,
        answered_at: None,
        ended_at: None,
        cause: None,
        supervises: false,
        talk_ms: 0,
        hold_ms: 0,
        consult_ms: 0,
    }
}
