//! What happened: the append-only table, as JSON.

use hotline_call::{CallId, Moment};
use hotline_services::{Fact, What};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::Value;

use super::{Store, StoreError, signed};

/// Begins a life: a number greater than that of any before.
pub(super) fn begin_life(transaction: &Transaction<'_>, now: u64) -> Result<u64, StoreError> {
    let sql = "INSERT INTO life (started_at) VALUES (?1) RETURNING boot";
    let boot: i64 = transaction.query_row(sql, [signed(now)], |row| row.get(0))?;
    Ok(boot.unsigned_abs())
}

/// Notes that this life goes on.
pub(super) fn note_alive(connection: &Connection, boot: u64, at: Moment) -> rusqlite::Result<()> {
    let sql = "UPDATE life SET alive_at = ?2, alive_mono_ms = ?3 WHERE boot = ?1";
    connection.prepare_cached(sql)?.execute([
        signed(boot),
        signed(at.wall_ms),
        signed(at.mono_ms),
    ])?;
    Ok(())
}

/// When the life of the last fact was seen alive last, if that was noted.
pub(super) fn last_alive(connection: &Connection) -> rusqlite::Result<Option<Moment>> {
    let sql = "SELECT alive_at, alive_mono_ms FROM life
               WHERE boot = (SELECT boot FROM fact ORDER BY seq DESC LIMIT 1)
                 AND alive_at IS NOT NULL AND alive_mono_ms IS NOT NULL";
    let unsigned = |row: &rusqlite::Row<'_>, index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    connection
        .query_row(sql, [], |row| {
            Ok(Moment {
                wall_ms: unsigned(row, 0)?,
                mono_ms: unsigned(row, 1)?,
            })
        })
        .optional()
}

pub(super) fn insert(transaction: &Transaction<'_>, fact: &Fact) -> Result<(), StoreError> {
    let body = serde_json::to_value(fact).map_err(|source| damaged(fact.seq, source))?;
    let sql = "INSERT INTO fact (seq, boot, at, mono_ms, kind, call, body)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    transaction.prepare_cached(sql)?.execute(params![
        signed(fact.seq),
        signed(fact.boot),
        signed(fact.at.wall_ms),
        signed(fact.at.mono_ms),
        body.get("kind").and_then(Value::as_str).unwrap_or_default(),
        timeline(&fact.what).map(|call| signed(call.0)),
        body.to_string(),
    ])?;
    Ok(())
}

/// The call whose timeline tells of it: what became of a promise stands where it was given.
const fn timeline(what: &What) -> Option<CallId> {
    match (what.call(), what) {
        (None, What::Callback(step)) => step.promise(),
        (call, _) => call,
    }
}

/// The facts after `seq`, in order, at most `limit`.
pub(super) fn after(
    connection: &Connection,
    seq: u64,
    limit: u32,
) -> Result<Vec<Fact>, StoreError> {
    let sql = "SELECT body FROM fact WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![signed(seq), limit])?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        facts.push(serde_json::from_str(body).map_err(|source| damaged(seq, source))?);
    }
    Ok(facts)
}

/// Hands over the facts after `seq`, in order, `batch` of them in memory at a time.
pub(super) fn each_after(
    connection: &Connection,
    mut seq: u64,
    batch: u32,
    mut take: impl FnMut(&[Fact]),
) -> Result<(), StoreError> {
    loop {
        let some = after(connection, seq, batch)?;
        let Some(last) = some.last() else {
            return Ok(());
        };
        seq = last.seq;
        take(&some);
    }
}

fn damaged(seq: u64, source: serde_json::Error) -> StoreError {
    StoreError::Damaged {
        what: format!("fact {seq}"),
        source,
    }
}

impl Store {
    /// The facts of one call, in order, for its timeline: as stored, so kinds of a newer program
    /// are shown too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn facts_of_call(&self, call: CallId) -> Result<Vec<Value>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT seq, body FROM fact WHERE call = ?1 ORDER BY seq";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([signed(call.0)])?;
            let mut facts = Vec::new();
            while let Some(row) = rows.next()? {
                let seq: i64 = row.get(0)?;
                let body = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
                let fact = serde_json::from_str(body);
                facts.push(fact.map_err(|source| damaged(seq.unsigned_abs(), source))?);
            }
            Ok(facts)
        })
        .await
    }

    /// The facts after `seq`, at most `limit`, as stored.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn facts_after(&self, seq: u64, limit: u32) -> Result<Vec<Fact>, StoreError> {
        self.read(move |connection| after(connection, seq, limit))
            .await
    }
}
