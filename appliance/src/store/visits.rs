//! Stays of callers in queues, and the counts of a day that are their sum (semantics §5.5).

use hotline_services::{Fact, QueueVisit, QueueVisits};
use rusqlite::{Connection, Transaction, params};

use super::calls::word;
use super::{Store, StoreError, signed};

/// Counts of one day, by when callers were offered (semantics §5.5):
/// `offered = answered + abandoned + flowed_out + in_progress`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayCounts {
    /// Of a queue: callers who entered it, each time. Of the house: callers, each once, who came in
    /// from outside and were let in, or waited in a queue.
    pub offered: u32,
    /// That an agent answered.
    pub answered: u32,
    /// That hung up before.
    pub abandoned: u32,
    /// That went elsewhere before: to another queue, a mailbox, a promise to call back, goodbye.
    pub flowed_out: u32,
    /// That wait.
    pub in_progress: u32,
}

/// Counts since midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// All calls.
    pub all: DayCounts,
    /// Each queue that had a caller.
    pub queues: Vec<(u32, DayCounts)>,
}

/// Takes one fact and saves the visits it changed.
pub(super) fn project(
    transaction: &Transaction<'_>,
    visits: &mut QueueVisits,
    fact: &Fact,
) -> Result<(), StoreError> {
    for visit in visits.apply(fact) {
        save(transaction, &visit)?;
    }
    Ok(())
}

fn save(transaction: &Transaction<'_>, visit: &QueueVisit) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO queue_visit
               (call, number, queue, entered_at, left_at, how, agent, waited_ms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    transaction.prepare_cached(sql)?.execute(params![
        signed(visit.call.0),
        visit.number,
        visit.queue.0,
        signed(visit.entered.wall_ms),
        visit.left.map(|at| signed(at.wall_ms)),
        visit.how.and_then(|how| word(&how)),
        visit.agent.map(|agent| agent.0),
        signed(visit.waited_ms),
    ])?;
    Ok(())
}

impl Store {
    /// The counts of callers since the midnight of the zone that is set, which is the day that
    /// agents are compared by too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn today(&self) -> Result<Today, StoreError> {
        self.day_of(self.clock.now().wall_ms).await
    }

    /// The counts of callers of the day of this moment, ms since 1970 UTC, in the zone that is set.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn day_of(&self, wall_ms: u64) -> Result<Today, StoreError> {
        let configuration = std::sync::Arc::clone(&self.configuration.borrow());
        let zone = &configuration.dial_plan.zone;
        let day = zone.day(zone.civil(wall_ms).date);
        self.read(move |connection| counts_of(connection, day))
            .await
    }
}

fn counts_of(connection: &Connection, (from, to): (u64, u64)) -> Result<Today, StoreError> {
    let span = [signed(from), signed(to)];
    let sql = "SELECT queue, count(*), sum(coalesce(how = 'answered', 0)),
                      sum(coalesce(how = 'abandoned', 0)),
                      sum(how IS NOT NULL AND how NOT IN ('answered', 'abandoned')),
                      sum(how IS NULL)
               FROM queue_visit WHERE entered_at >= ?1 AND entered_at < ?2
               GROUP BY queue ORDER BY queue";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(span, |row| Ok((row.get(0)?, counts(row)?)))?;
    let queues = rows.collect::<Result<_, _>>()?;
    // Whoever an agent has talked to counts as answered, whatever came after.
    let sql = "SELECT 0, count(*), count(connected_at),
                      coalesce(sum(connected_at IS NULL AND coalesce(outcome IN
                          ('abandoned_in_menu', 'abandoned_in_queue', 'abandoned_ringing'), 0)), 0),
                      coalesce(sum(connected_at IS NULL AND coalesce(outcome NOT IN
                          ('abandoned_in_menu', 'abandoned_in_queue', 'abandoned_ringing'), 0)), 0),
                      coalesce(sum(connected_at IS NULL AND outcome IS NULL), 0)
               FROM call WHERE offered_at >= ?1 AND offered_at < ?2
                 AND (EXISTS (SELECT 1 FROM queue_visit WHERE queue_visit.call = call.id)
                      OR (line >= 0 AND coalesce(outcome, '') NOT IN ('self_service', 'refused')
                          AND NOT coalesce(json_extract(record, '$.is_outbound'), 0)
                          AND NOT coalesce(json_extract(record, '$.is_screened'), 0)))";
    let all = connection.prepare_cached(sql)?.query_row(span, counts)?;
    Ok(Today { all, queues })
}

fn counts(row: &rusqlite::Row<'_>) -> rusqlite::Result<DayCounts> {
    Ok(DayCounts {
        offered: row.get(1)?,
        answered: row.get(2)?,
        abandoned: row.get(3)?,
        flowed_out: row.get(4)?,
        in_progress: row.get(5)?,
    })
}
