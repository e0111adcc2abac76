//! What the administrator has set: [`Configuration`] whole, a row for each change, so that each can
//! be shown and taken back.

use std::sync::Arc;

use hotline_call::{Digit, PhoneId};
use hotline_services::route::Target;
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
        save(transaction, &first(), wall_ms, &Author::default())
    }
}

fn first() -> Configuration {
    let queue = |id, name: &str| Queue::new(QueueId(id), name);
    let choice = |key, queue| {
        Digit::new(key).map(|digit| Choice {
            digit,
            target: Target::Queue(QueueId(queue)),
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

/// Who changes the configuration, and what for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The name of the account; empty: the program itself.
    pub name: String,
    /// The name of the change-set, or what was undone; empty: a single change.
    pub note: String,
}

/// A version of the configuration, without the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// 1, 2, 3 …
    pub version: u32,
    /// When it came into force.
    pub at: u64,
    /// By whom, and what for.
    pub author: Author,
}

/// Adds a version, the one in force from now on.
fn save(
    transaction: &Transaction<'_>,
    configuration: &Configuration,
    wall_ms: u64,
    author: &Author,
) -> Result<(), StoreError> {
    let document = document(configuration)?;
    let sql = "INSERT INTO configuration (at, document, author, note) VALUES (?1, ?2, ?3, ?4)";
    let values = params![signed(wall_ms), document, author.name, author.note];
    transaction.execute(sql, values)?;
    let sql = "DELETE FROM configuration
               WHERE version <= (SELECT max(version) FROM configuration) - ?1";
    transaction.execute(sql, [KEPT_VERSIONS])?;
    for of in Numbered::ALL {
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
    document.map_or_else(|| Ok(Configuration::default()), |document| read(&document))
}

pub(super) fn document(configuration: &Configuration) -> Result<String, StoreError> {
    serde_json::to_string(configuration).map_err(damaged)
}

pub(super) fn read(document: &str) -> Result<Configuration, StoreError> {
    serde_json::from_str(document).map_err(damaged)
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
    /// Skills.
    Skill,
    /// Business types.
    BusinessType,
    /// Schedules.
    Schedule,
    /// Trunk groups.
    TrunkGroup,
    /// Inbound routes.
    InboundRoute,
    /// Outbound rules.
    OutboundRule,
}

impl Numbered {
    const ALL: [Self; 9] = [
        Self::Agent,
        Self::Queue,
        Self::Menu,
        Self::Skill,
        Self::BusinessType,
        Self::Schedule,
        Self::TrunkGroup,
        Self::InboundRoute,
        Self::OutboundRule,
    ];

    const fn kind(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Queue => "queue",
            Self::Menu => "menu",
            Self::Skill => "skill",
            Self::BusinessType => "business_type",
            Self::Schedule => "schedule",
            Self::TrunkGroup => "trunk_group",
            Self::InboundRoute => "inbound_route",
            Self::OutboundRule => "outbound_rule",
        }
    }

    fn greatest(self, configuration: &Configuration) -> u32 {
        let plan = &configuration.dial_plan;
        let greatest = match self {
            Self::Agent => configuration.agents.iter().map(|agent| agent.id.0).max(),
            Self::Queue => configuration.queues.iter().map(|queue| queue.id.0).max(),
            Self::Menu => configuration.menus.iter().map(|menu| menu.id.0).max(),
            Self::Skill => configuration.skills.iter().map(|skill| skill.id.0).max(),
            Self::BusinessType => {
                let kinds = configuration.business_types.iter();
                kinds.map(|kind| kind.id.0).max()
            }
            Self::Schedule => plan.schedules.iter().map(|schedule| schedule.id.0).max(),
            Self::TrunkGroup => plan.trunk_groups.iter().map(|group| group.id.0).max(),
            Self::InboundRoute => plan.inbound.iter().map(|route| route.id.0).max(),
            Self::OutboundRule => plan.outbound.iter().map(|rule| rule.id.0).max(),
        };
        greatest.unwrap_or(0)
    }
}

impl Store {
    /// Saves all that is set, whole; it has been checked. Back when it is committed.
    ///
    /// # Errors
    /// When it could not be saved; nothing has changed then.
    pub async fn save_configuration(
        &self,
        configuration: Configuration,
        author: Author,
    ) -> Result<(), StoreError> {
        let new = Arc::new(configuration);
        let saved = Arc::clone(&new);
        let now = self.clock.now().wall_ms;
        self.write(move |transaction| save(transaction, &saved, now, &author))
            .await?;
        self.configuration.send_replace(new);
        Ok(())
    }

    /// A number that no such thing ever had, and that none is given again.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn next_number(&self, of: Numbered) -> Result<u32, StoreError> {
        self.write(move |transaction| {
            let sql = "INSERT INTO numbered (kind, last) VALUES (?1, 1)
                       ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last";
            Ok(transaction.query_row(sql, [of.kind()], |row| row.get(0))?)
        })
        .await
    }

    /// The versions before this one, the latest first, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn versions(&self, before: u32, limit: u32) -> Result<Vec<VersionRow>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT version, at, author, note FROM configuration
                       WHERE version < ?1 ORDER BY version DESC LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([before, limit], |row| {
                let (name, note) = (row.get(2)?, row.get(3)?);
                Ok(VersionRow {
                    version: row.get(0)?,
                    at: row.get::<_, i64>(1)?.unsigned_abs(),
                    author: Author { name, note },
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The configuration of a version, and of the one before it that is kept, if any.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn version(
        &self,
        version: u32,
    ) -> Result<Option<(Configuration, Option<Configuration>)>, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT version, document FROM configuration
                       WHERE version <= ?1 ORDER BY version DESC LIMIT 2";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let rows: Vec<(u32, String)> = rows.collect::<Result<_, _>>()?;
            let Some((_, wanted)) = rows.first().filter(|(found, _)| *found == version) else {
                return Ok(None);
            };
            let before = rows
                .get(1)
                .map(|(_, document)| read(document))
                .transpose()?;
            Ok(Some((read(wanted)?, before)))
        })
        .await
    }
}
