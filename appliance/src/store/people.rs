//! The accounts of agents, as call control needs them for what is asked for by phone.

use std::sync::Arc;

use hotline_services::{AgentId, Person, QueueId};
use rusqlite::{Connection, Transaction};
use tokio::sync::watch;

use super::{Store, StoreError, accounts};

/// Who may sign in and is an agent, by name.
pub(super) fn all(connection: &Connection) -> Result<Vec<Person>, StoreError> {
    let sql = "SELECT agent, name, role, groups FROM user
               WHERE agent IS NOT NULL AND NOT disabled ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let groups: String = row.get(3)?;
        let groups = accounts::groups(&groups);
        Ok(Person {
            agent: AgentId(row.get(0)?),
            account: row.get(1)?,
            role: row.get(2)?,
            groups: groups.into_iter().map(QueueId).collect(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Store {
    /// Agents who have an account, as committed.
    #[must_use]
    pub fn people(&self) -> watch::Receiver<Arc<Vec<Person>>> {
        self.people.subscribe()
    }

    /// Changes accounts, then looks again who is an agent.
    pub(super) async fn write_people<T: Send + 'static>(
        &self,
        work: impl FnMut(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let done = self.write(work).await?;
        let people = self.read(all).await?;
        self.people.send_replace(Arc::new(people));
        Ok(done)
    }
}
