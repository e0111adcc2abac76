//! Makes again from the facts what was made from them, on a copy, beside a program that may run.

use std::path::{Path, PathBuf};

use hotline_services::RecordingId;
use rusqlite::{Connection, OpenFlags, params};

use super::projections::{self, Projections};
use super::{RECORDINGS_FOLDER, RecordingState, StoreError};
use crate::media::recording_file::file_of;

/// The copy, beside the store.
const COPY: &str = "hotline.rebuilt.db";
/// Differences of one kind that are named; there may be as many as there are calls.
const NAMED: usize = 20;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where the copy is.
    pub copy: PathBuf,
    /// Facts that were folded.
    pub facts: u64,
    /// Calls made from them.
    pub calls: u64,
    /// What differs from what was kept, or that only one side has: `call 7`, `recording 12`; the
    /// first few.
    pub differences: Vec<String>,
}

/// Copies the store as it is at this moment, drops every projection of the copy, folds the facts
/// anew and compares. The store itself is only read. `progress` is told of facts done and in all.
///
/// # Errors
/// The store cannot be read, or the copy cannot be written.
pub fn rebuild(dir: &Path, mut progress: impl FnMut(u64, u64)) -> Result<Rebuilt, StoreError> {
    let copy = dir.join(COPY);
    match std::fs::remove_file(&copy) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::Directory(copy, error));
        }
        _ => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let kept = Connection::open_with_flags(dir.join("hotline.db"), flags)?;
    kept.busy_timeout(std::time::Duration::from_secs(10))?;
    kept.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    let mut made = Connection::open(&copy)?;
    for table in projections::TABLES {
        set_aside(&made, table)?;
    }
    let all: i64 = made.query_row("SELECT count(*) FROM fact", [], |row| row.get(0))?;
    let all = all.unsigned_abs();
    let mut again = Projections::default();
    let facts = projections::make_again(&mut made, &mut again, &mut |done| progress(done, all))?;
    let mut differences = compare(&made)?;
    differences.extend(recordings(&made, dir)?);
    let calls: i64 = made.query_row("SELECT count(*) FROM call", [], |row| row.get(0))?;
    let calls = calls.unsigned_abs();
    Ok(Rebuilt {
        copy,
        facts,
        calls,
        differences,
    })
}

/// Renames a table and makes an empty one of the same shape in its place.
fn set_aside(made: &Connection, table: &str) -> Result<(), StoreError> {
    made.execute_batch(&format!("ALTER TABLE {table} RENAME TO {table}_before"))?;
    let schema = "SELECT sql FROM sqlite_schema WHERE name = ?1";
    let before = format!("{table}_before");
    let sql: String = made.query_row(schema, [&before], |row| row.get(0))?;
    made.execute_batch(&sql.replacen(&before, table, 1))?;
    Ok(())
}

/// Which rows are not the same on both sides.
fn compare(made: &Connection) -> Result<Vec<String>, StoreError> {
    let mut differences = Vec::new();
    for table in projections::TABLES {
        let name = match *table {
            "call" => "id",
            "audit" => "seq",
            "agent_span" => "agent",
            _ => "call",
        };
        let sql = format!(
            "SELECT {name} AS name FROM (SELECT * FROM {table} EXCEPT SELECT * FROM {table}_before)
             UNION SELECT {name} FROM (SELECT * FROM {table}_before EXCEPT SELECT * FROM {table})
             ORDER BY name LIMIT {NAMED}"
        );
        differences.extend(named(made, &sql, table)?);
    }
    Ok(differences)
}

/// The first columns of what a query finds, each with the name of the table.
fn named(made: &Connection, sql: &str, table: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = made.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok(format!("{table} {}", row.get::<_, i64>(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Of the index of recordings the facts tell which there are, of which call and since when; the
/// rest is read from the files, or was decided by people and is in the index alone (ADR 8). What the
/// index lacks is added to the copy.
fn recordings(made: &Connection, dir: &Path) -> Result<Vec<String>, StoreError> {
    made.execute_batch(
        "CREATE TEMP TABLE told AS
         SELECT json_extract(body, '$.recording') AS id, call, at AS started_at,
                coalesce((SELECT ended.mono_ms - fact.mono_ms FROM fact AS ended
                          WHERE ended.call = fact.call AND ended.boot = fact.boot
                            AND ended.kind IN ('recording_stopped', 'recording_failed')
                            AND json_extract(ended.body, '$.recording')
                                = json_extract(fact.body, '$.recording')), 0) AS duration_ms
         FROM fact WHERE kind = 'recording_started'",
    )?;
    let sql = format!(
        "SELECT id FROM (SELECT id, call, started_at FROM told
                         EXCEPT SELECT id, call, started_at FROM recording)
         UNION SELECT id FROM (SELECT id, call, started_at FROM recording
                               EXCEPT SELECT id, call, started_at FROM told)
         ORDER BY id LIMIT {NAMED}"
    );
    let differences = named(made, &sql, "recording")?;
    let sql = "SELECT id, call, started_at, duration_ms FROM told
               WHERE id NOT IN (SELECT id FROM recording)";
    let mut statement = made.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (path, octets) = file_on_disk(dir, RecordingId(id.unsigned_abs()));
        let state = octets.map_or(RecordingState::Removed, |_| RecordingState::Repaired);
        made.execute(
            "INSERT INTO recording (id, call, path, state, started_at, duration_ms, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                id,
                row.get::<_, i64>(1)?,
                path,
                state.word(),
                row.get::<_, i64>(2)?,
                row.get::<_, i64>(3)?,
                octets.unwrap_or(0)
            ],
        )?;
    }
    Ok(differences)
}

/// Where the sound of a recording is, seen from the data directory, and how much of it, if it is
/// there.
fn file_on_disk(dir: &Path, recording: RecordingId) -> (String, Option<i64>) {
    let wav = Path::new(RECORDINGS_FOLDER).join(file_of(recording));
    let coded = wav.with_extension("opus");
    let found = [&coded, &wav].into_iter().find_map(|path| {
        let octets = dir.join(path).metadata().ok()?.len();
        Some((path, i64::try_from(octets).ok()?))
    });
    let path = found.map_or(&wav, |(path, _)| path);
    (
        path.to_string_lossy().into_owned(),
        found.map(|(_, octets)| octets),
    )
}
