//! What is wrong right now, for everybody to see. A counter tells how often; an alarm tells that.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

use crate::clock::Clock;

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlarmCode {
    /// A line has no battery: cable out, or the exchange is down.
    LineDown,
    /// A card does not respond.
    CardDown,
    /// The disk is full but for the reserve: new calls are refused.
    StorageFull,
    /// The disk fills: 85 % of it is used.
    StorageFilling,
    /// Another program holds the store locked; facts wait in memory.
    StorageLocked,
    /// The store does not keep up; facts wait in memory.
    StoreBehind,
    /// The store cannot be written at all.
    StorageFailed,
    /// A fault of ours kept call records from being made of facts.
    CallRecordsIncomplete,
    /// So many facts waited that some were dropped.
    FactsLost,
    /// A tick took longer than its time.
    TickOverrun,
    /// A recording could not be written to its end.
    RecordingFailed,
    /// Call control was started again after a fault of ours.
    CallControlRestarted,
    /// An announcement could not be spoken.
    VoiceMissing,
    /// The real-time priority was not granted.
    NotRealTime,
    /// An agent was made not ready for not answering, or for having closed the browser.
    AgentAbsent,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Calls go on; somebody should look.
    Warning,
    /// Calls are lost or will be.
    Critical,
}

impl AlarmCode {
    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::LineDown | Self::StorageLocked | Self::StoreBehind | Self::TickOverrun => {
                Severity::Warning
            }
            Self::RecordingFailed
            | Self::StorageFilling
            | Self::CallRecordsIncomplete
            | Self::CallControlRestarted
            | Self::VoiceMissing
            | Self::AgentAbsent
            | Self::NotRealTime => Severity::Warning,
            Self::CardDown | Self::StorageFull | Self::StorageFailed | Self::FactsLost => {
                Severity::Critical
            }
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Alarm {
    /// What.
    pub code: AlarmCode,
    /// Of what, when there are several: "line 1".
    pub subject: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Since when, ms since 1970 UTC.
    pub since_at: u64,
    /// For people: what is wrong and what it means.
    pub message: String,
}

/// The board on which alarms hang. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Alarms {
    clock: Clock,
    board: Arc<watch::Sender<Vec<Alarm>>>,
}

impl Alarms {
    /// An empty board.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            board: Arc::new(watch::Sender::new(Vec::new())),
        }
    }

    /// Hangs an alarm, or changes the words of one that hangs already; its time stays.
    pub fn raise(&self, code: AlarmCode, subject: Option<&str>, message: &str) {
        let since_at = self.clock.now().wall_ms;
        let raised = self.board.send_if_modified(|alarms| {
            if let Some(alarm) = alarms.iter_mut().find(|alarm| is(alarm, code, subject)) {
                let changed = alarm.message != message;
                message.clone_into(&mut alarm.message);
                return changed;
            }
            alarms.push(Alarm {
                code,
                subject: subject.map(str::to_owned),
                severity: code.severity(),
                since_at,
                message: message.to_owned(),
            });
            true
        });
        if raised {
            tracing::warn!(?code, subject, "alarm: {message}");
        }
    }

    /// Takes an alarm down, if it hangs.
    pub fn clear(&self, code: AlarmCode, subject: Option<&str>) {
        let cleared = self.board.send_if_modified(|alarms| {
            let before = alarms.len();
            alarms.retain(|alarm| !is(alarm, code, subject));
            alarms.len() != before
        });
        if cleared {
            tracing::info!(?code, subject, "alarm cleared");
        }
    }

    /// Hangs the alarm or takes it down.
    pub fn set(&self, code: AlarmCode, subject: Option<&str>, message: Option<&str>) {
        match message {
            Some(message) => self.raise(code, subject, message),
            None => self.clear(code, subject),
        }
    }

    /// What hangs now, oldest first.
    #[must_use]
    pub fn current(&self) -> Vec<Alarm> {
        self.board.borrow().clone()
    }

    /// The board, to wait for its changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<Alarm>> {
        self.board.subscribe()
    }
}

fn is(alarm: &Alarm, code: AlarmCode, subject: Option<&str>) -> bool {
    alarm.code == code && alarm.subject.as_deref() == subject
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_hangs_once_for_each_subject_until_it_is_cleared() {
        let alarms = Alarms::new(Clock::start());
        alarms.raise(AlarmCode::LineDown, Some("line 1"), "no battery");
        alarms.raise(AlarmCode::LineDown, Some("line 1"), "still no battery");
        alarms.raise(AlarmCode::LineDown, Some("line 2"), "no battery");
        let subjects: Vec<_> = alarms.current().into_iter().map(|a| a.subject).collect();
        assert_eq!(
            subjects,
            [Some("line 1".to_owned()), Some("line 2".to_owned())]
        );
        alarms.clear(AlarmCode::LineDown, Some("line 1"));
        assert_eq!(alarms.current().len(), 1);
    }
}
