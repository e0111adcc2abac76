//! Callers whom nobody has talked to since they called: each is a task until somebody has, whichever
//! side calls (table B 10). Made of the call records, so it is never out of step with them.

use std::collections::BTreeMap;

use hotline_call::{CallId, Number};
use hotline_services::{NumberPlan, QueueId};

use super::{Store, StoreError, signed};

/// The most that are told at once, the last ones.
const MOST: usize = 500;
/// Calls looked through at most; those of the last days.
const MOST_CALLS: u32 = 100_000;

/// A caller whom nobody has talked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// From where, as the last call had it.
    pub number: String,
    /// Where the last call waited.
    pub queue: Option<QueueId>,
    /// The last call.
    pub call: CallId,
    /// How it ended, as the record has it.
    pub outcome: String,
    /// The first call that was missed, ms since 1970 UTC.
    pub first_at: u64,
    /// The last one.
    pub last_at: u64,
    /// How often the caller has tried.
    pub tries: u32,
}

/// One call, as far as it counts here.
struct Row {
    call: CallId,
    /// The person outside.
    number: String,
    queue: Option<QueueId>,
    outcome: Option<String>,
    offered_at: u64,
    is_reached: bool,
    is_outbound: bool,
}

impl Row {
    /// Whether it came in and was given up, or turned away, before anybody answered.
    fn is_missed(&self) -> bool {
        const MISSED: [&str; 9] = [
            "abandoned_in_menu",
            "abandoned_in_queue",
            "abandoned_ringing",
            "failed",
            "no_message",
            "nobody_here",
            "not_answered",
            "queue_full",
            "waited_too_long",
        ];
        let outcome = self.outcome.as_deref().unwrap_or_default();
        !self.is_outbound && !self.is_reached && MISSED.contains(&outcome)
    }
}

/// Who is missed after these calls, the first one first; one number is one caller however it is
/// written.
fn fold(rows: impl Iterator<Item = Row>, numbers: &NumberPlan) -> Vec<Missed> {
    let mut missed: BTreeMap<String, Missed> = BTreeMap::new();
    for row in rows {
        let canonical = Number::parse(&row.number).map(|number| numbers.canonical(&number));
        let who = canonical.unwrap_or_else(|_| row.number.clone());
        if row.is_reached {
            missed.remove(&who);
        } else if row.is_missed() {
            let before = missed.remove(&who);
            let now = Missed {
                number: row.number,
                queue: row.queue,
                call: row.call,
                outcome: row.outcome.unwrap_or_default(),
                first_at: before.as_ref().map_or(row.offered_at, |m| m.first_at),
                last_at: row.offered_at,
                tries: before.map_or(0, |m| m.tries) + 1,
            };
            missed.insert(who, now);
        }
    }
    let mut missed: Vec<Missed> = missed.into_values().collect();
    missed.sort_by_key(|caller| std::cmp::Reverse((caller.last_at, caller.call)));
    missed.truncate(MOST);
    missed
}

impl Store {
    /// The callers of this time whom nobody has talked to since, the last one first; at most 500.
    /// Calls of other times do not count.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn missed(
        &self,
        from_at: u64,
        numbers: NumberPlan,
    ) -> Result<Vec<Missed>, StoreError> {
        self.read(move |connection| {
            // Whom we call is not the caller of the record.
            let sql = "SELECT id, number, queue, outcome, offered_at, connected_at IS NOT NULL,
                              coalesce(json_extract(record, '$.is_outbound'), 0) AS made,
                              json_extract(record, '$.called')
                       FROM (SELECT * FROM call WHERE offered_at >= ?1 AND line >= 0
                             ORDER BY id DESC LIMIT ?2) ORDER BY id";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([signed(from_at), i64::from(MOST_CALLS)])?;
            let mut calls = Vec::new();
            while let Some(row) = rows.next()? {
                let is_outbound: bool = row.get(6)?;
                let number: Option<String> = row.get(if is_outbound { 7 } else { 1 })?;
                let Some(number) = number else { continue };
                calls.push(Row {
                    call: CallId(row.get::<_, i64>(0)?.unsigned_abs()),
                    number,
                    queue: row.get::<_, Option<u32>>(2)?.map(QueueId),
                    outcome: row.get(3)?,
                    offered_at: row.get::<_, i64>(4)?.unsigned_abs(),
                    is_reached: row.get(5)?,
                    is_outbound,
                });
            }
            Ok(fold(calls.into_iter(), &numbers))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(id: u64, number: &str, outcome: &str, is_outbound: bool) -> Row {
        Row {
            call: CallId(id),
            number: number.to_owned(),
            queue: Some(QueueId(1)),
            outcome: Some(outcome.to_owned()),
            offered_at: id * 1000,
            is_reached: outcome == "served",
            is_outbound,
        }
    }

    fn open(calls: Vec<Row>) -> Vec<(String, u64, u32)> {
        let missed = fold(calls.into_iter(), &NumberPlan::default());
        let shown = |m: Missed| (m.number, m.first_at, m.tries);
        missed.into_iter().map(shown).collect()
    }

    #[test]
    fn a_caller_is_missed_until_somebody_has_talked_to_that_number_either_way() {
        let (a, b, c) = ("13800138000", "13900139000", "13700137000");
        let mut calls = vec![
            call(1, a, "abandoned_in_queue", false),
            call(2, b, "nobody_here", false),
            call(3, c, "served", false),
            call(4, a, "queue_full", false),
            call(5, b, "not_reached", true),
            call(6, c, "left_message", false),
        ];
        let both = [(a.to_owned(), 1000, 2), (b.to_owned(), 2000, 1)];
        assert_eq!(open(calls), both, "called back in vain is not reached");
        calls = vec![
            call(1, a, "abandoned_in_queue", false),
            call(2, b, "nobody_here", false),
            call(3, b, "served", true),
            call(4, a, "served", false),
            call(5, b, "abandoned_in_menu", false),
        ];
        assert_eq!(open(calls), [(b.to_owned(), 5000, 1)], "missed again");
    }

    #[test]
    fn a_number_dialled_in_full_is_that_of_the_caller() {
        let plan = NumberPlan::default();
        let number = Number::parse("13800138000").expect("a number");
        let calls = vec![
            call(1, "13800138000", "abandoned_in_queue", false),
            call(2, &plan.canonical(&number), "served", true),
        ];
        assert_eq!(open(calls), []);
    }
}
