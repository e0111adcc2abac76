use std::collections::BTreeMap;

use hotline_call::CallId;
use hotline_services::{Broken, CallRecord, EndOutcome, Fact, Tally, What};

use super::RECORDS;

/// The sums over the records of all calls that ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) calls: u64,
    offered: u64,
    answered: u64,
    abandoned: u64,
    flowed_out: u64,
    /// Calls that a queue has sent to a menu, and what has become of each since: whether it was
    /// queued and connected. A record tells of the first queue alone.
    anew: BTreeMap<CallId, (bool, bool)>,
}

impl Sums {
    /// Takes the record that changed by this fact.
    pub(super) fn take(&mut self, fact: &Fact, record: &CallRecord) -> Result<(), Broken> {
        match fact.what {
            What::CallRefused(_) => self.calls += 1,
            What::MenuEntered { call, .. } => self.begins_anew(call, record),
            What::Queued { call, .. } => {
                if let Some((queued, _)) = self.anew.get_mut(&call) {
                    *queued = true;
                }
            }
            What::Connected { call, .. } => {
                if let Some((_, connected)) = self.anew.get_mut(&call) {
                    *connected = true;
                }
            }
            What::CallEnded { call, .. } => {
                self.calls += 1;
                let became = self.became(call, record);
                self.anew.remove(&call);
                self.add(became, record.outcome);
                return check(record);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the call was queued, and whether anybody was reached, since it left a queue for a
    /// menu or else since it began.
    fn became(&self, call: CallId, record: &CallRecord) -> (bool, bool) {
        let whole = (record.queued_at.is_some(), record.connected_at.is_some());
        self.anew.get(&call).copied().unwrap_or(whole)
    }

    /// A menu: what was of the call in a queue is over.
    fn begins_anew(&mut self, call: CallId, record: &CallRecord) {
        let became = self.became(call, record);
        if became.0 {
            self.add(became, None);
            self.anew.insert(call, (false, false));
        }
    }

    fn add(&mut self, (queued, connected): (bool, bool), outcome: Option<EndOutcome>) {
        if !queued {
            return;
        }
        self.offered += 1;
        if connected {
            self.answered += 1;
        } else if outcome == Some(EndOutcome::AbandonedInQueue) {
            self.abandoned += 1;
        } else {
            self.flowed_out += 1;
        }
    }

    pub(super) const fn tally(&self) -> Tally {
        Tally {
            offered: self.offered,
            answered: self.answered,
            abandoned: self.abandoned,
            flowed_out: self.flowed_out,
            in_progress: 0,
        }
    }
}

/// A call that has ended spent all its time in phases and none twice, and all its legs are over.
fn check(record: &CallRecord) -> Result<(), Broken> {
    let phases = record.ring_ms + record.ivr_ms + record.wait_ms + record.talk_ms;
    let phases = phases + record.hold_ms + record.closing_ms;
    let lasted = record.ended_at.map(|at| at.since_ms(record.offered_at));
    let legs_are_over = record.legs.iter().all(|leg| leg.ended_at.is_some());
    // In a mailbox, whose recording may fail.
    let has_spoken = matches!(
        record.outcome,
        Some(EndOutcome::LeftMessage | EndOutcome::NoMessage | EndOutcome::Failed)
    );
    let may_be_recorded = record.connected_at.is_some() || has_spoken;
    let is_recorded = may_be_recorded || record.recordings.is_empty();
    if lasted == Some(phases) && legs_are_over && is_recorded {
        return Ok(());
    }
    Err(Broken::new(RECORDS, format!("{phases} ms in {record:?}")))
}
