//! The time line of each agent.

use hotline_services::{AgentId, AgentSpan, AgentTimes, Fact};
use rusqlite::{Row, Transaction, params};

use super::calls::word;
use super::{Store, StoreError, signed};

/// An agent was in one state for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanRow {
    /// The state, as one word: `not_ready`.
    pub state: String,
    /// Why not ready.
    pub reason: Option<String>,
    /// In which call.
    pub call: Option<u64>,
    /// From here, ms since 1970 UTC …
    pub since_at: u64,
    /// … to here; `None`: still.
    pub until_at: Option<u64>,
    /// How long, on the clock that does not jump; 0 while it lasts.
    pub lasted_ms: u64,
}

/// Takes one fact and saves the spans it changed.
pub(super) fn project(
    transaction: &Transaction<'_>,
    times: &mut AgentTimes,
    fact: &Fact,
) -> Result<(), StoreError> {
    for span in times.apply(fact) {
        save(transaction, &span)?;
    }
    Ok(())
}

fn save(transaction: &Transaction<'_>, span: &AgentSpan) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO agent_span
               (agent, seq, state, reason, call, since_at, until_at, lasted_ms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    transaction.prepare_cached(sql)?.execute(params![
        span.agent.0,
        signed(span.seq),
        word(&span.state),
        span.reason,
        span.call.map(|call| signed(call.0)),
        signed(span.since.wall_ms),
        span.until.map(|at| signed(at.wall_ms)),
        signed(span.lasted_ms),
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<SpanRow> {
    let unsigned = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    let perhaps = |index| {
        let value: rusqlite::Result<Option<i64>> = row.get(index);
        value.map(|value| value.map(i64::unsigned_abs))
    };
    Ok(SpanRow {
        state: row.get(0)?,
        reason: row.get(1)?,
        call: perhaps(2)?,
        since_at: unsigned(3)?,
        until_at: perhaps(4)?,
        lasted_ms: unsigned(5)?,
    })
}

impl Store {
    /// What an agent did between two moments, ms since 1970 UTC, in order: all spans that touch
    /// that time, whole.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn spans_of(
        &self,
        agent: AgentId,
        from: u64,
        to: u64,
    ) -> Result<Vec<SpanRow>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT state, reason, call, since_at, until_at, lasted_ms FROM agent_span
                       WHERE agent = ?1 AND since_at < ?3 AND coalesce(until_at, ?3) > ?2
                       ORDER BY seq";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![agent.0, signed(from), signed(to)], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
