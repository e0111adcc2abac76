//! Call records: what the facts of each call come to, one row a call.

use hotline_call::CallId;
use hotline_services::{AgentId, CallRecord, EndOutcome, Fact, Records, What};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Row, Transaction, params, params_from_iter};
use serde::Serialize;

use super::{Store, StoreError, signed};
use crate::drill::{Place, come_by};

/// Which calls to list. Newest first.
#[derive(Clone, Debug, Default)]
pub struct CallFilter {
    /// Only calls older than this one.
    pub before: Option<u64>,
    /// With this outcome.
    pub outcome: Option<EndOutcome>,
    /// Only those we made, or only those that came in.
    pub outbound: Option<bool>,
    /// From a number that contains this.
    pub number: Option<String>,
    /// That this agent had.
    pub agent: Option<u32>,
    /// Through this queue.
    pub queue: Option<u32>,
    /// Offered at or after.
    pub from_at: Option<u64>,
    /// Offered before.
    pub to_at: Option<u64>,
    /// Whose calls somebody may see; `None`: everybody's.
    pub within: Option<Within>,
}

/// Calls that somebody may see who may not see all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// Those this agent had.
    pub agent: Option<u32>,
    /// And those that came through one of these queues.
    pub queues: Vec<u32>,
}

/// The condition that an agent had a call: a number, or the place of a value.
fn had_by(agent: &str) -> String {
    format!("id IN (SELECT call FROM call_agent WHERE agent = {agent})")
}

/// The condition that a call was in one of these queues.
fn was_in(queues: &str) -> String {
    format!("id IN (SELECT call FROM queue_visit WHERE queue IN ({queues}))")
}

impl Within {
    /// Whether this is one of them.
    #[must_use]
    pub fn has(&self, record: &CallRecord) -> bool {
        let had = record.agents();
        self.agent
            .is_some_and(|agent| had.contains(&AgentId(agent)))
            || record
                .queues
                .iter()
                .chain(&record.queue)
                .any(|queue| self.queues.contains(&queue.0))
    }

    /// The same as a condition; only numbers of ours stand in it.
    fn condition(&self) -> String {
        let queues: Vec<String> = self.queues.iter().map(u32::to_string).collect();
        let queues = queues.join(", ");
        let by_agent = self
            .agent
            .map(|agent| format!("{} OR ", had_by(&agent.to_string())));
        let by_agent = by_agent.unwrap_or_default();
        format!("({by_agent}{} OR queue IN ({queues}))", was_in(&queues))
    }
}

/// The JSON word of an enum without data: `served`.
pub(super) fn word<T: Serialize>(value: &T) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    }
}

/// Takes one fact and saves the record it changed, if it changed one.
pub(super) fn project(
    transaction: &Transaction<'_>,
    records: &mut Records,
    fact: &Fact,
) -> Result<(), StoreError> {
    come_by(Place::CallRecords);
    let Some(record) = records.apply(fact) else {
        return put_right(transaction, fact);
    };
    let json = serde_json::to_string(record).map_err(|source| damaged(record.call, source))?;
    let sql = "INSERT OR REPLACE INTO call
               (id, line, number, queue, agent, outcome, offered_at, connected_at, record)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    transaction.prepare_cached(sql)?.execute(params![
        signed(record.call.0),
        record.line.map_or(-1, |line| i64::from(line.0)),
        record.caller.number.as_ref().map(ToString::to_string),
        record.queue.map(|queue| queue.0),
        record.agent.map(|agent| agent.0),
        record.outcome.and_then(|outcome| word(&outcome)),
        signed(record.offered_at.wall_ms),
        record.connected_at.map(|at| signed(at.wall_ms)),
        json,
    ])?;
    let sql = "INSERT OR IGNORE INTO call_agent (agent, call) VALUES (?1, ?2)";
    for agent in record.agents() {
        let had = params![agent.0, signed(record.call.0)];
        transaction.prepare_cached(sql)?.execute(had)?;
    }
    Ok(())
}

/// A note that comes after its record was closed.
fn put_right(transaction: &Transaction<'_>, fact: &Fact) -> Result<(), StoreError> {
    if let What::CallNoted(noted) = &fact.what {
        let sql = "UPDATE call SET record = json_set(record, '$.note', ?2) WHERE id = ?1";
        let values = params![signed(noted.call.0), noted.note];
        transaction.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<CallRecord, StoreError> {
    let id: i64 = row.get(0)?;
    let json = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    serde_json::from_str(json).map_err(|source| damaged(CallId(id.unsigned_abs()), source))
}

fn damaged(call: CallId, source: serde_json::Error) -> StoreError {
    StoreError::Damaged {
        what: format!("the record of call {call}"),
        source,
    }
}

impl CallFilter {
    /// The condition without `before`, and its values.
    fn condition(&self) -> (String, Vec<SqlValue>) {
        let mut terms = vec!["1".to_owned()];
        let mut values = Vec::new();
        let mut add = |term: &str, value: Option<SqlValue>| {
            if let Some(value) = value {
                values.push(value);
                terms.push(format!("{term} ?{}", values.len()));
            }
        };
        let integer = |value: u64| SqlValue::Integer(signed(value));
        add(
            "outcome =",
            self.outcome.and_then(|o| word(&o)).map(SqlValue::Text),
        );
        let outbound = self.outbound.map(|made| SqlValue::Integer(made.into()));
        // Records of before there were calls out do not say.
        add(
            "coalesce(json_extract(record, '$.is_outbound'), 0) =",
            outbound,
        );
        // instr, not LIKE: a number may contain what LIKE takes for a pattern.
        add("0 < instr(number,", self.number.clone().map(SqlValue::Text));
        add("offered_at >=", self.from_at.map(integer));
        add("offered_at <", self.to_at.map(integer));
        for term in terms.iter_mut().filter(|term| term.contains("instr(")) {
            term.push(')');
        }
        terms.extend(self.agent.map(|agent| had_by(&agent.to_string())));
        // A call back is made for a queue, and waits in none.
        terms.extend(
            self.queue
                .map(|queue| format!("(queue = {queue} OR {})", was_in(&queue.to_string()))),
        );
        terms.extend(self.within.as_ref().map(Within::condition));
        (terms.join(" AND "), values)
    }
}

impl Store {
    /// At most `limit` calls, newest first, and how many there are in all, `before` or not.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn calls(
        &self,
        filter: CallFilter,
        limit: u32,
    ) -> Result<(Vec<CallRecord>, u64), StoreError> {
        self.read(move |connection| {
            let (condition, mut values) = filter.condition();
            let sql = format!("SELECT count(*) FROM call WHERE {condition}");
            let total: i64 =
                connection.query_row(&sql, params_from_iter(values.iter()), |row| row.get(0))?;
            values.push(SqlValue::Integer(filter.before.map_or(i64::MAX, signed)));
            let sql = format!(
                "SELECT id, record FROM call WHERE {condition} AND id < ?{} \
                 ORDER BY id DESC LIMIT {limit}",
                values.len()
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_and_then(params_from_iter(values.iter()), read)?;
            Ok((rows.collect::<Result<_, _>>()?, total.unsigned_abs()))
        })
        .await
    }

    /// One call.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn call(&self, call: CallId) -> Result<Option<CallRecord>, StoreError> {
        self.read(move |connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, record FROM call WHERE id = ?1")?;
            let mut rows = statement.query([signed(call.0)])?;
            rows.next()?.map(read).transpose()
        })
        .await
    }
}
