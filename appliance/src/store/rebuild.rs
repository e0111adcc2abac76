//! Makes again from the facts what was made from them, on a copy, beside a program that may run.

use std::path::{Path, PathBuf};

use hotline_services::{Fact, Records};
use rusqlite::{Connection, OpenFlags};

use super::{StoreError, calls, facts};

/// The copy, beside the store.
const COPY: &str = "hotline.rebuilt.db";
/// Facts between two words of progress.
const STEP: u64 = 50_000;
/// Differences that are named; there may be as many as there are calls.
const NAMED: usize = 20;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Where the copy is.
    pub copy: PathBuf,
    /// Facts that were folded.
    pub facts: u64,
    /// Calls made from them.
    pub calls: u64,
    /// Calls whose record differs from the one kept, or that only one side has; the first few.
    pub differences: Vec<u64>,
}

/// Copies the store as it is at this moment, drops every projection of the copy, folds the facts
/// anew and compares. The store itself is only read. `progress` is told of facts done and in all.
///
/// # Errors
/// The store cannot be read, or the copy cannot be written.
pub fn rebuild(dir: &Path, mut progress: impl FnMut(u64, u64)) -> Result<Rebuilt, StoreError> {
    let copy = dir.join(COPY);
    match std::fs::remove_file(&copy) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::Directory(copy, error));
        }
        _ => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let kept = Connection::open_with_flags(dir.join("hotline.db"), flags)?;
    kept.busy_timeout(std::time::Duration::from_secs(10))?;
    kept.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    let mut made = Connection::open(&copy)?;
    made.execute_batch("ALTER TABLE call RENAME TO call_before")?;
    let schema = "SELECT sql FROM sqlite_schema WHERE name = 'call_before'";
    let table: String = made.query_row(schema, [], |row| row.get(0))?;
    made.execute_batch(&table.replacen("call_before", "call", 1))?;
    let facts = fold(&mut made, &mut progress)?;
    let (calls, differences) = compare(&made)?;
    Ok(Rebuilt {
        copy,
        facts,
        calls,
        differences,
    })
}

fn fold(made: &mut Connection, progress: &mut impl FnMut(u64, u64)) -> Result<u64, StoreError> {
    let all: i64 = made.query_row("SELECT count(*) FROM fact", [], |row| row.get(0))?;
    let all = all.unsigned_abs();
    let (mut done, mut last) = (0, 0);
    let mut records = Records::new();
    loop {
        let some: Vec<Fact> = facts::after(made, last, STEP as u32)?;
        let Some(end) = some.last() else {
            return Ok(done);
        };
        last = end.seq;
        let transaction = made.transaction()?;
        for fact in &some {
            calls::project(&transaction, &mut records, fact)?;
        }
        transaction.commit()?;
        done += some.len() as u64;
        progress(done, all);
    }
}

/// How many calls were made, and which are not the same on both sides.
fn compare(made: &Connection) -> Result<(u64, Vec<u64>), StoreError> {
    let calls: i64 = made.query_row("SELECT count(*) FROM call", [], |row| row.get(0))?;
    let sql = format!(
        "SELECT id FROM (SELECT * FROM call EXCEPT SELECT * FROM call_before)
         UNION SELECT id FROM (SELECT * FROM call_before EXCEPT SELECT * FROM call)
         ORDER BY id LIMIT {NAMED}"
    );
    let mut statement = made.prepare(&sql)?;
    let rows = statement.query_map([], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))?;
    Ok((calls.unsigned_abs(), rows.collect::<Result<_, _>>()?))
}
