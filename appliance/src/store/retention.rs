//! How long recordings are kept, which are held, and the log of what was removed.

use hotline_call::CallId;
use hotline_services::{QueueId, RecordingId};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::recordings::RecordingRow;
use super::{Store, StoreError, settings, signed};

const SETTING: &str = "retention";
const DAY_MS: u64 = 86_400_000;

/// How long recordings are kept. The default keeps all for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// Days after its end that a recording is kept; none: for ever.
    pub keep_days: Option<u16>,
    /// Days for the calls of some queues instead. No queue twice.
    pub queues: Vec<QueueRetention>,
    /// What to do when the disk fills.
    pub when_low: WhenLow,
}

/// How long the recordings of one queue's calls are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRetention {
    /// Which.
    pub queue: QueueId,
    /// Days; none: for ever.
    pub keep_days: Option<u16>,
}

/// What to do when the disk fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenLow {
    /// Say so; in the end new calls are refused.
    #[default]
    Keep,
    /// Remove the oldest recordings that are not held.
    RemoveOldest,
}

/// Why the box removes a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Its time is over.
    Age,
    /// There is too little room.
    Room,
}

impl Removal {
    const fn word(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Room => "room",
        }
    }
}

/// What was done to a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingLogRow {
    /// Place in the log.
    pub id: u64,
    /// When.
    pub at: u64,
    /// To which.
    pub recording: RecordingId,
    /// Of which call.
    pub call: CallId,
    /// `removed`, `held` or `released`.
    pub act: String,
    /// Why: `age`, `room`, or what a person said.
    pub reason: String,
    /// Who asked for it; none: the box by its policy.
    pub account: Option<String>,
    /// How big the file was.
    pub bytes: u64,
}

fn read_log(row: &Row<'_>) -> rusqlite::Result<RecordingLogRow> {
    let unsigned = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(RecordingLogRow {
        id: unsigned(0)?,
        at: unsigned(1)?,
        recording: RecordingId(unsigned(2)?),
        call: CallId(unsigned(3)?),
        act: row.get(4)?,
        reason: row.get(5)?,
        account: row.get(6)?,
        bytes: unsigned(7)?,
    })
}

/// The end before which the recordings of each queue are too old, as SQL: our own numbers only.
/// Before 0 nothing ended.
fn cutoffs(policy: &Retention, now: u64) -> String {
    let cutoff = |days: Option<u16>| match days {
        Some(days) => signed(now.saturating_sub(u64::from(days) * DAY_MS)),
        None => -1,
    };
    let others = cutoff(policy.keep_days);
    if policy.queues.is_empty() {
        return others.to_string();
    }
    let own = policy.queues.iter();
    let own: String = own
        .map(|own| format!(" WHEN {} THEN {}", own.queue.0, cutoff(own.keep_days)))
        .collect();
    format!("CASE (SELECT queue FROM call WHERE id = recording.call){own} ELSE {others} END")
}

fn log(
    transaction: &Transaction<'_>,
    at: u64,
    recording: &RecordingRow,
    (act, reason, account): (&str, &str, Option<&str>),
) -> Result<(), StoreError> {
    let sql = "INSERT INTO recording_log (at, recording, call, act, reason, account, bytes)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    transaction.prepare_cached(sql)?.execute(params![
        signed(at),
        signed(recording.id.0),
        signed(recording.call.0),
        act,
        reason,
        account,
        signed(recording.bytes)
    ])?;
    Ok(())
}

impl Store {
    /// How long recordings are kept.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn retention(&self) -> Result<Retention, StoreError> {
        self.read(|connection| Ok(settings::get(connection, SETTING)?.unwrap_or_default()))
            .await
    }

    /// Sets how long recordings are kept.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn set_retention(&self, policy: Retention) -> Result<(), StoreError> {
        self.write(move |transaction| settings::set(transaction, SETTING, &policy))
            .await
    }

    /// The recordings that are to be removed now by age, or, for want of room, all that may be: the
    /// oldest `limit`. None that is held, or still being written.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn removable_recordings(
        &self,
        policy: &Retention,
        why: Removal,
        limit: usize,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        let now = self.clock.now().wall_ms;
        let before = match why {
            Removal::Age => cutoffs(policy, now),
            Removal::Room => signed(now).to_string(),
        };
        let condition = format!(
            "state IN ('complete', 'repaired', 'failed') AND held = 0
             AND started_at + duration_ms <= {before}"
        );
        self.oldest_recordings(condition, limit).await
    }

    /// Notes that a recording is removed and why; the file is to go after it. `false`: it has been
    /// held meanwhile, or is removed already.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn remove_recording(
        &self,
        recording: RecordingRow,
        why: Removal,
    ) -> Result<bool, StoreError> {
        let at = self.clock.now().wall_ms;
        self.write(move |transaction| {
            let sql = "UPDATE recording SET state = 'removed'
                       WHERE id = ?1 AND held = 0 AND state <> 'removed'";
            let changed = transaction
                .prepare_cached(sql)?
                .execute([signed(recording.id.0)])?;
            if changed == 1 {
                log(transaction, at, &recording, ("removed", why.word(), None))?;
            }
            Ok(changed == 1)
        })
        .await
    }

    /// The recordings that are removed and whose files may still be there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recordings_to_unlink(
        &self,
        limit: usize,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        let condition = "state = 'removed' AND bytes > 0".to_owned();
        self.oldest_recordings(condition, limit).await
    }

    /// Notes that the file of a removed recording is gone.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn recording_unlinked(&self, id: RecordingId) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let sql = "UPDATE recording SET bytes = 0 WHERE id = ?1 AND state = 'removed'";
            transaction.prepare_cached(sql)?.execute([signed(id.0)])?;
            Ok(())
        })
        .await
    }

    /// Holds a recording for the law, or lets it go, and notes who wanted it and why. `false`: there
    /// is none, or it is removed.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn hold_recording(
        &self,
        id: RecordingId,
        held: bool,
        (account, reason): (String, String),
    ) -> Result<bool, StoreError> {
        let at = self.clock.now().wall_ms;
        self.write(move |transaction| {
            let sql = "UPDATE recording SET held = ?2 WHERE id = ?1 AND state <> 'removed'
                       RETURNING id, call, path, state, started_at, duration_ms, bytes, held";
            let row = transaction
                .prepare_cached(sql)?
                .query_row(params![signed(id.0), held], super::recordings::read)
                .optional()?;
            let act = if held { "held" } else { "released" };
            if let Some(row) = &row {
                log(transaction, at, row, (act, &reason, Some(&account)))?;
            }
            Ok(row.is_some())
        })
        .await
    }

    /// What was done to recordings, newest first, before this place in the log.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recording_log(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<RecordingLogRow>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT id, at, recording, call, act, reason, account, bytes
                       FROM recording_log WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let before = before.map_or(i64::MAX, signed);
            let rows = statement.query_map(params![before, signed(limit as u64)], read_log)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
