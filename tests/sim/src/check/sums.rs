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
}

impl Sums {
    /// Takes the record that changed by this fact.
    pub(super) fn take(&mut self, fact: &Fact, record: &CallRecord) -> Result<(), Broken> {
        match fact.what {
            What::CallRefused { .. } => self.calls += 1,
            What::CallEnded { .. } => {
                self.calls += 1;
                self.add(record);
                return check(record);
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, record: &CallRecord) {
        if record.queued_at.is_none() {
            return;
        }
        self.offered += 1;
        if record.connected_at.is_some() {
            self.answered += 1;
        } else if record.outcome == Some(EndOutcome::AbandonedInQueue) {
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
    let is_recorded = record.connected_at.is_some() || record.recordings.is_empty();
    if lasted == Some(phases) && legs_are_over && is_recorded {
        return Ok(());
    }
    Err(Broken::new(RECORDS, format!("{phases} ms in {record:?}")))
}
