//! Changes gathered under a name that are not in force yet.

use hotline_services::Configuration;
use rusqlite::{OptionalExtension, params};

use super::configuration::{document, read};
use super::{Store, StoreError, signed};

/// So many change-sets there may be.
const MOST: u32 = 100;

/// A change-set, without what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSetRow {
    /// Identity, never reused.
    pub id: u32,
    /// The name people gave it.
    pub name: String,
    /// Who began it.
    pub author: String,
    /// When it was begun.
    pub created_at: u64,
    /// When it was changed last.
    pub changed_at: u64,
}

impl Store {
    /// Begins a change-set on the configuration in force.
    ///
    /// # Errors
    /// There are too many already, or it could not be saved.
    pub async fn begin_change_set(&self, name: String, author: String) -> Result<u32, StoreError> {
        let now = signed(self.clock.now().wall_ms);
        let base = document(&self.configuration.borrow())?;
        self.write(move |transaction| {
            let count = "SELECT count(*) FROM change_set";
            if transaction.query_row(count, [], |row| row.get::<_, u32>(0))? >= MOST {
                let message = format!("there are {MOST} change-sets; apply or drop one first");
                return Err(StoreError::Taken(message));
            }
            let sql =
                "INSERT INTO change_set (name, author, created_at, changed_at, base, document)
                       VALUES (?1, ?2, ?3, ?3, ?4, ?4) RETURNING id";
            let values = params![name, author, now, base];
            Ok(transaction.query_row(sql, values, |row| row.get(0))?)
        })
        .await
    }

    /// All change-sets, the one changed last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn change_sets(&self) -> Result<Vec<ChangeSetRow>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT id, name, author, created_at, changed_at FROM change_set
                       ORDER BY changed_at DESC, id DESC";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                let time = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
                Ok(ChangeSetRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    author: row.get(2)?,
                    created_at: time(3)?,
                    changed_at: time(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// What a change-set was begun on, and what it would make of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn change_set(
        &self,
        id: u32,
    ) -> Result<Option<(Configuration, Configuration)>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT base, document FROM change_set WHERE id = ?1";
            let found: Option<(String, String)> = connection
                .query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            found
                .map(|(base, document)| Ok((read(&base)?, read(&document)?)))
                .transpose()
        })
        .await
    }

    /// Keeps what a change-set would make. False when there is none of this number.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn keep_change_set(
        &self,
        id: u32,
        configuration: &Configuration,
    ) -> Result<bool, StoreError> {
        let now = signed(self.clock.now().wall_ms);
        let document = document(configuration)?;
        self.write(move |transaction| {
            let sql = "UPDATE change_set SET document = ?2, changed_at = ?3 WHERE id = ?1";
            Ok(transaction.execute(sql, params![id, document, now])? > 0)
        })
        .await
    }

    /// Drops a change-set. False when there is none of this number.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn drop_change_set(&self, id: u32) -> Result<bool, StoreError> {
        self.write(move |transaction| {
            let sql = "DELETE FROM change_set WHERE id = ?1";
            Ok(transaction.execute(sql, [id])? > 0)
        })
        .await
    }
}
