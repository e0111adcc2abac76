//! Single values that have no table of their own, as JSON.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

pub(super) fn get<T: DeserializeOwned>(
    connection: &Connection,
    key: &str,
) -> Result<Option<T>, StoreError> {
    let sql = "SELECT value FROM setting WHERE key = ?1";
    let value: Option<String> = connection
        .query_row(sql, [key], |row| row.get(0))
        .optional()?;
    value
        .map(|value| serde_json::from_str(&value).map_err(|e| damaged(key, e)))
        .transpose()
}

pub(super) fn set<T: Serialize>(
    transaction: &Transaction<'_>,
    key: &str,
    value: &T,
) -> Result<(), StoreError> {
    let value = serde_json::to_string(value).map_err(|error| damaged(key, error))?;
    let sql = "INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)";
    transaction.execute(sql, params![key, value])?;
    Ok(())
}

pub(super) fn remove(transaction: &Transaction<'_>, key: &str) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM setting WHERE key = ?1", [key])?;
    Ok(())
}

fn damaged(key: &str, source: serde_json::Error) -> StoreError {
    StoreError::Damaged {
        what: format!("setting {key}"),
        source,
    }
}
