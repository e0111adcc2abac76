//! What the administrator has set: [`Configuration`] whole, a row for each change, so that each can
//! be shown and taken back.

use std::sync::Arc;

use hotline_call::{Digit, PhoneId};
use hotline_services::{Choice, Configuration, Language, Menu, MenuId, Queue, QueueId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Store, StoreError, signed};

/// So many changes can be looked at and taken back; older ones are still in the facts.
const KEPT_VERSIONS: u32 = 1000;

/// Puts a first configuration into an empty store: two queues and a menu, nobody and no phone.
pub(super) fn seed(transaction: &Transaction<'_>, wall_ms: u64) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM configuration)";
    let is_there = transaction.query_row(sql, [], |row| row.get::<_, bool>(0))?;
    if is_there {
        Ok(())
    } else {
        save(transaction, &first(), wall_ms)
    }
}

fn first() -> Configuration {
    let queue = |id, name: &str| Queue::new(QueueId(id), name);
    let choice = |key, queue| {
        Digit::new(key).map(|digit| Choice {
            digit,
            queue: QueueId(queue),
            business_type: None,
        })
    };
    let menu = Menu {
        id: MenuId(1),
        name: "总机".to_owned(),
        language: Language::Zh,
        greeting: "您好，欢迎致电。销售请按一，服务请按二。".to_owned(),
        choices: [choice('1', 1), choice('2', 2)]
            .into_iter()
            .flatten()
            .collect(),
        input_s: 6,
        attempts: 3,
        otherwise: None,
    };
    Configuration {
        queues: vec![queue(1, "销售"), queue(2, "服务")],
        menus: vec![menu],
        ..Configuration::default()
    }
}

/// Adds a version, the one in force from now on.
fn save(
    transaction: &Transaction<'_>,
    configuration: &Configuration,
    wall_ms: u64,
) -> Result<(), StoreError> {
    let document = serde_json::to_string(configuration).map_err(damaged)?;
    let sql = "INSERT INTO configuration (at, document) VALUES (?1, ?2)";
    transaction.execute(sql, params![signed(wall_ms), document])?;
    let sql = "DELETE FROM configuration
               WHERE version <= (SELECT max(version) FROM configuration) - ?1";
    transaction.execute(sql, [KEPT_VERSIONS])?;
    for of in [Numbered::Agent, Numbered::Queue, Numbered::Menu] {
        let sql = "INSERT INTO numbered (kind, last) VALUES (?1, ?2)
                   ON CONFLICT (kind) DO UPDATE SET last = max(last, excluded.last)";
        let greatest = of.greatest(configuration);
        transaction
            .prepare_cached(sql)?
            .execute(params![of.kind(), greatest])?;
    }
    Ok(())
}

/// All that is set.
pub(super) fn load(connection: &Connection) -> Result<Configuration, StoreError> {
    let sql = "SELECT document FROM configuration ORDER BY version DESC LIMIT 1";
    let document: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    document.map_or_else(
        || Ok(Configuration::default()),
        |document| serde_json::from_str(&document).map_err(damaged),
    )
}

/// Whether an agent has this phone.
pub(super) fn uses_phone(connection: &Connection, phone: PhoneId) -> Result<bool, StoreError> {
    let configuration = load(connection)?;
    Ok(configuration
        .agents
        .iter()
        .any(|agent| agent.phone == phone))
}

fn damaged(source: serde_json::Error) -> StoreError {
    StoreError::Damaged {
        what: "the configuration".to_owned(),
        source,
    }
}

/// The things of a configuration that have a number of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    /// Agents.
    Agent,
    /// Queues.
    Queue,
    /// Menus.
    Menu,
}

impl Numbered {
    const fn kind(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Queue => "queue",
            Self::Menu => "menu",
        }
    }

    fn greatest(self, configuration: &Configuration) -> u32 {
        let greatest = match self {
            Self::Agent => configuration.agents.iter().map(|agent| agent.id.0).max(),
            Self::Queue => configuration.queues.iter().map(|queue| queue.id.0).max(),
            Self::Menu => configuration.menus.iter().map(|menu| menu.id.0).max(),
        };
        greatest.unwrap_or(0)
    }
}

impl Store {
    /// Saves all that is set, whole; it has been checked. Back when it is committed.
    ///
    /// # Errors
    /// When it could not be saved; nothing has changed then.
    pub async fn save_configuration(&self, configuration: Configuration) -> Result<(), StoreError> {
        let new = Arc::new(configuration);
        let saved = Arc::clone(&new);
        let now = self.clock.now().wall_ms;
        self.write(move |transaction| save(transaction, &saved, now))
            .await?;
        self.configuration.send_replace(new);
        Ok(())
    }

    /// A number that no such thing ever had.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn next_number(&self, of: Numbered) -> Result<u32, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT coalesce(max(last), 0) + 1 FROM numbered WHERE kind = ?1";
            Ok(connection.query_row(sql, [of.kind()], |row| row.get(0))?)
        })
        .await
    }
}
