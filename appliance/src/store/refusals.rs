//! Who asked for something about an agent and may not.

use hotline_services::{AgentId, Fact, What};
use rusqlite::{Transaction, params};

use super::{Store, StoreError, signed};

/// So many are kept; a person who asks again and again fills no disk.
const KEPT: i64 = 10_000;

/// Something that was asked about an agent and refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    /// Place in the log.
    pub id: u64,
    /// When.
    pub at: u64,
    /// Who asked.
    pub account: String,
    /// In which role.
    pub role: String,
    /// For what: `listen`.
    pub what: String,
    /// Over whom.
    pub agent: AgentId,
    /// Why not.
    pub verdict: String,
}

/// What is noted: place and time are the store's.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Who asked.
    pub account: String,
    /// In which role.
    pub role: String,
    /// For what: `listen`.
    pub what: String,
    /// Over whom.
    pub agent: AgentId,
    /// Why not.
    pub verdict: String,
}

fn insert(transaction: &Transaction<'_>, at: u64, refusal: &Refusal) -> Result<(), StoreError> {
    let sql = "INSERT INTO refusal (at, account, role, what, agent, verdict)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    transaction.prepare_cached(sql)?.execute(params![
        signed(at),
        refusal.account,
        refusal.role,
        refusal.what,
        refusal.agent.0,
        refusal.verdict
    ])?;
    let sql = "DELETE FROM refusal WHERE id <= last_insert_rowid() - ?1";
    transaction.prepare_cached(sql)?.execute([KEPT])?;
    Ok(())
}

/// Notes what was asked for by phone and may not be, beside what was asked for on a screen.
pub(super) fn note_fact(transaction: &Transaction<'_>, fact: &Fact) -> Result<(), StoreError> {
    let What::CodeRefused(refused) = &fact.what else {
        return Ok(());
    };
    let refusal = Refusal {
        account: refused.account.clone(),
        role: refused.role.clone(),
        what: refused.what.clone(),
        agent: refused.over,
        verdict: refused.verdict.to_string(),
    };
    insert(transaction, fact.at.wall_ms, &refusal)
}

impl Store {
    /// Notes what somebody asked about an agent and may not.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn note_refusal(&self, refusal: Refusal) -> Result<(), StoreError> {
        let at = self.clock.now().wall_ms;
        self.write(move |transaction| insert(transaction, at, &refusal))
            .await
    }

    /// What was refused, newest first, before this place in the log.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn refusals(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<RefusalRow>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT id, at, account, role, what, agent, verdict
                       FROM refusal WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let before = before.map_or(i64::MAX, signed);
            let rows = statement.query_map(params![before, limit], |row| {
                Ok(RefusalRow {
                    id: row.get::<_, i64>(0)?.unsigned_abs(),
                    at: row.get::<_, i64>(1)?.unsigned_abs(),
                    account: row.get(2)?,
                    role: row.get(3)?,
                    what: row.get(4)?,
                    agent: AgentId(row.get(5)?),
                    verdict: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }
}
