//! All that is made of facts, one fact at a time, and can be dropped and made again.

use hotline_services::{AgentTimes, Fact, QueueVisits, Records};
use rusqlite::{Connection, OptionalExtension, Transaction};

use serde::{Deserialize, Serialize};

use super::checkpoints::{self, Name, Written};
use super::{StoreError, audit, calls, facts, spans, visits};

/// What the rows look like: another number and they are all made again at the next start.
const FORMAT: &str = "2";
/// The setting that tells by which format the rows were made.
const KEY: &str = "projections";
/// Tables that hold nothing but what is made of facts.
pub(super) const TABLES: &[&str] = &["call", "call_agent", "queue_visit", "agent_span", "audit"];
/// Facts read at once.
const BATCH: u32 = 5_000;

/// What can still change of what was made of the facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Projections {
    /// The last fact.
    seq: u64,
    records: Records,
    visits: QueueVisits,
    times: AgentTimes,
}

impl Projections {
    /// Takes the next fact and saves what it changes.
    pub fn project(
        &mut self,
        transaction: &Transaction<'_>,
        fact: &Fact,
    ) -> Result<(), StoreError> {
        self.seq = fact.seq;
        calls::project(transaction, &mut self.records, fact)?;
        visits::project(transaction, &mut self.visits, fact)?;
        spans::project(transaction, &mut self.times, fact)?;
        audit::project(transaction, fact)
    }

    /// Takes a fact whose rows are there already.
    fn take(&mut self, fact: &Fact) {
        self.seq = fact.seq;
        let _ = self.records.apply(fact);
        let _ = self.visits.apply(fact);
        let _ = self.times.apply(fact);
    }

    /// The last fact in it, and all of it.
    pub fn checkpoint(&self) -> Result<Written, StoreError> {
        Written::new(Name::Projections, self.seq, self)
    }

    /// The last fact.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// Whether every call has ended and its notes are written.
    pub fn are_settled(&self) -> bool {
        self.records.are_settled()
    }
}

/// The projections as the facts of the store have them; rows of another format are made again.
pub(super) fn load(connection: &mut Connection) -> Result<Projections, StoreError> {
    let sql = "SELECT value FROM setting WHERE key = ?1";
    let format: Option<String> = connection
        .query_row(sql, [KEY], |row| row.get(0))
        .optional()?;
    let mut projections = Projections::default();
    if format.as_deref() == Some(FORMAT) {
        if let Some((_, kept)) = checkpoints::load(connection, Name::Projections)? {
            projections = kept;
        }
        facts::each_after(connection, projections.seq, BATCH, |facts| {
            facts.iter().for_each(|fact| projections.take(fact));
        })?;
        return Ok(projections);
    }
    make_again(connection, &mut projections, &mut |_| {})?;
    let sql = "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)";
    connection.execute(sql, [KEY, FORMAT])?;
    Ok(projections)
}

/// Empties the tables and makes their rows again; `done` is told of the facts folded so far.
pub(super) fn make_again(
    connection: &mut Connection,
    projections: &mut Projections,
    done: &mut dyn FnMut(u64),
) -> Result<u64, StoreError> {
    for table in TABLES {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let (mut count, mut last) = (0, 0);
    loop {
        let some: Vec<Fact> = facts::after(connection, last, BATCH)?;
        let Some(end) = some.last() else {
            return Ok(count);
        };
        last = end.seq;
        let transaction = connection.transaction()?;
        for fact in &some {
            projections.project(&transaction, fact)?;
        }
        transaction.commit()?;
        count += some.len() as u64;
        done(count);
    }
}
