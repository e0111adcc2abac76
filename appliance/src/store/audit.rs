//! Who did what and when: made of the facts that tell who.

use hotline_services::{Fact, What};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Transaction, params, params_from_iter};

use super::calls::word;
use super::{Store, StoreError, signed};

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The number of the fact.
    pub seq: u64,
    /// When, ms since 1970 UTC.
    pub at: u64,
    /// Who, as signed in.
    pub account: String,
    /// In which part of the house: `accounts`, `recordings`, `supervision`.
    pub kind: String,
    /// What: `put accounts/{id}/password`; of a supervisor `listen`, `take_over`, `set_state` ….
    pub act: String,
    /// To what.
    pub about: String,
}

/// Which acts to list. Newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only those before this one.
    pub before: Option<u64>,
    /// Of this person.
    pub account: Option<String>,
    /// In this part of the house.
    pub kind: Option<String>,
    /// At or after, ms since 1970 UTC.
    pub from_at: Option<u64>,
    /// Before, ms since 1970 UTC.
    pub to_at: Option<u64>,
}

/// The kind of what supervisors do.
const SUPERVISION: &str = "supervision";

/// The account, the kind, the act, to what.
type Told<'a> = (&'a str, String, String, String);

fn supervision<'a>(account: &'a str, act: &str, about: String) -> Option<Told<'a>> {
    Some((account, SUPERVISION.to_owned(), act.to_owned(), about))
}

/// What a fact tells of who did what.
fn told(what: &What) -> Option<Told<'_>> {
    match what {
        What::Acted(acted) => {
            let (_, path) = acted.act.split_once(' ')?;
            let kind = path.split('/').next().unwrap_or(path);
            let about = acted.about.clone();
            Some((&acted.account, kind.to_owned(), acted.act.clone(), about))
        }
        What::SupervisionRung(rung) => {
            let about = format!("agent {}, call {}", rung.over.0, rung.call);
            supervision(&rung.account, &word(&rung.mode)?, about)
        }
        What::TakenOver(taken) => {
            let about = format!(
                "agent {}, call {}: {}",
                taken.over.0, taken.call, taken.reason
            );
            supervision(&taken.account, "take_over", about)
        }
        What::ForceReleased(forced) => {
            let about = format!(
                "agent {}, call {}: {}",
                forced.over.0, forced.call, forced.reason
            );
            supervision(&forced.account, "release", about)
        }
        What::StateForced(forced) => {
            let state = word(&forced.state)?;
            let about = format!("agent {}, {state}: {}", forced.over.0, forced.reason);
            supervision(&forced.account, "set_state", about)
        }
        _ => None,
    }
}

/// Notes what a fact tells of who did what.
pub(super) fn project(transaction: &Transaction<'_>, fact: &Fact) -> Result<(), StoreError> {
    let Some((account, kind, act, about)) = told(&fact.what) else {
        return Ok(());
    };
    let sql = "INSERT OR REPLACE INTO audit (seq, at, account, kind, act, about)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    transaction.prepare_cached(sql)?.execute(params![
        signed(fact.seq),
        signed(fact.at.wall_ms),
        account,
        kind,
        act,
        about
    ])?;
    Ok(())
}

impl Store {
    /// At most `limit` acts, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn audit(
        &self,
        filter: AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.read(move |connection| {
            let mut terms = vec!["seq < ?1".to_owned()];
            let mut values = vec![SqlValue::Integer(filter.before.map_or(i64::MAX, signed))];
            let mut add = |term: &str, value: Option<SqlValue>| {
                if let Some(value) = value {
                    values.push(value);
                    terms.push(format!("{term} ?{}", values.len()));
                }
            };
            let time = |at: u64| SqlValue::Integer(signed(at));
            add("account =", filter.account.map(SqlValue::Text));
            add("kind =", filter.kind.map(SqlValue::Text));
            add("at >=", filter.from_at.map(time));
            add("at <", filter.to_at.map(time));
            let sql = format!(
                "SELECT seq, at, account, kind, act, about FROM audit WHERE {} \
                 ORDER BY seq DESC LIMIT {limit}",
                terms.join(" AND ")
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(values), |row| {
                Ok(AuditRow {
                    seq: row.get::<_, i64>(0)?.unsigned_abs(),
                    at: row.get::<_, i64>(1)?.unsigned_abs(),
                    account: row.get(2)?,
                    kind: row.get(3)?,
                    act: row.get(4)?,
                    about: row.get(5)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
