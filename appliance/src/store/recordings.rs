//! The index of the recordings; the sound is in files below the data directory.

use hotline_call::CallId;
use hotline_services::RecordingId;
use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError, signed};

/// So many recordings are looked at in one turn of the archive.
const AT_ONCE: usize = 20;

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// Being written.
    InProgress,
    /// Closed as it should be.
    Complete,
    /// Cut off by a crash and made playable again at the next start.
    Repaired,
    /// Could not be written to its end.
    Failed,
    /// Removed by the policy of retention, or for want of room.
    Removed,
}

impl RecordingState {
    /// As stored and as shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Complete => "complete",
            Self::Repaired => "repaired",
            Self::Failed => "failed",
            Self::Removed => "removed",
        }
    }

    fn from_word(word: &str) -> Self {
        [
            Self::InProgress,
            Self::Complete,
            Self::Repaired,
            Self::Removed,
        ]
        .into_iter()
        .find(|state| state.word() == word)
        .unwrap_or(Self::Failed)
    }
}

/// One recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingRow {
    /// Which.
    pub id: RecordingId,
    /// Of which call.
    pub call: CallId,
    /// The file, seen from the data directory.
    pub path: String,
    /// How far it is.
    pub state: RecordingState,
    /// When it began.
    pub started_at: u64,
    /// How long it is.
    pub duration_ms: u64,
    /// How big the file is.
    pub bytes: u64,
    /// Held for the law.
    pub held: bool,
}

const COLUMNS: &str = "id, call, path, state, started_at, duration_ms, bytes, held";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<RecordingRow> {
    let unsigned = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(RecordingRow {
        id: RecordingId(unsigned(0)?),
        call: CallId(unsigned(1)?),
        path: row.get(2)?,
        state: RecordingState::from_word(&row.get::<_, String>(3)?),
        started_at: unsigned(4)?,
        duration_ms: unsigned(5)?,
        bytes: unsigned(6)?,
        held: row.get(7)?,
    })
}

impl Store {
    /// Notes a recording that begins, or (after a crash) one that was found.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn save_recording(&self, recording: RecordingRow) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let sql = format!(
                "INSERT OR REPLACE INTO recording ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            );
            let RecordingRow {
                id,
                call,
                path,
                state,
                started_at,
                duration_ms,
                bytes,
                held,
            } = &recording;
            transaction.prepare_cached(&sql)?.execute(params![
                signed(id.0),
                signed(call.0),
                path,
                state.word(),
                signed(*started_at),
                signed(*duration_ms),
                signed(*bytes),
                held
            ])?;
            Ok(())
        })
        .await
    }

    /// Notes how a recording ended: complete, repaired or failed, its length and size.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn end_recording(
        &self,
        id: RecordingId,
        state: RecordingState,
        duration_ms: u64,
        bytes: u64,
    ) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let sql = "UPDATE recording SET state = ?2, duration_ms = ?3, bytes = ?4 WHERE id = ?1";
            let values = params![
                signed(id.0),
                state.word(),
                signed(duration_ms),
                signed(bytes)
            ];
            transaction.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
        .await
    }

    /// One recording.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recording(&self, id: RecordingId) -> Result<Option<RecordingRow>, StoreError> {
        self.read(move |connection| {
            let sql = format!("SELECT {COLUMNS} FROM recording WHERE id = ?1");
            Ok(connection
                .query_row(&sql, [signed(id.0)], read)
                .optional()?)
        })
        .await
    }

    /// The recordings of one call, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recordings_of(&self, call: CallId) -> Result<Vec<RecordingRow>, StoreError> {
        self.recordings_where("call = ?1", signed(call.0)).await
    }

    /// The recordings of the calls with numbers from `first` to `last`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recordings_between(
        &self,
        first: CallId,
        last: CallId,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        let last = signed(last.0);
        let condition = format!("call >= ?1 AND call <= {last}");
        self.recordings_where(&condition, signed(first.0)).await
    }

    /// The recordings that a life before left unfinished: to be repaired at start.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn unfinished_recordings(&self) -> Result<Vec<RecordingRow>, StoreError> {
        self.recordings_where("state = 'in_progress' AND id > ?1", -1)
            .await
    }

    /// Recordings that are whole, ended at least `rest_ms` ago, and are still WAV: the oldest
    /// few, and so many more, for those that cannot be coded.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn uncoded_recordings(
        &self,
        rest_ms: u64,
        but_so_many: usize,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        let before = self.clock.now().wall_ms.saturating_sub(rest_ms);
        let sql = format!(
            "SELECT {COLUMNS} FROM recording
             WHERE state IN ('complete', 'repaired') AND path LIKE '%.wav'
                   AND started_at + duration_ms <= ?1
             ORDER BY id LIMIT {}",
            AT_ONCE.saturating_add(but_so_many)
        );
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([signed(before)], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Notes that the sound of a recording is in another file now.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn move_recording(
        &self,
        id: RecordingId,
        path: String,
        bytes: u64,
    ) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let sql = "UPDATE recording SET path = ?2, bytes = ?3 WHERE id = ?1";
            transaction
                .prepare_cached(sql)?
                .execute(params![signed(id.0), path, signed(bytes)])?;
            Ok(())
        })
        .await
    }

    /// The oldest recordings of which this condition, our own words and numbers only, is true.
    pub(super) async fn oldest_recordings(
        &self,
        condition: String,
        limit: usize,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM recording WHERE {condition} ORDER BY started_at LIMIT {limit}"
        );
        self.read(move |connection| {
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn recordings_where(
        &self,
        condition: &str,
        value: i64,
    ) -> Result<Vec<RecordingRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM recording WHERE {condition} ORDER BY id");
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([value], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
