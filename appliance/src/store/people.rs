//! Agents, queues and menus: the tables behind [`Configuration`].

use hotline_call::{Digit, LineId, PhoneId};
use hotline_services::{
    Agent, AgentId, Choice, Configuration, Language, Menu, MenuId, Queue, QueueId,
};
use rusqlite::{Connection, Transaction, params};

use super::{Store, StoreError};

/// Puts a first configuration into an empty store: two queues and a menu, nobody and no phone.
pub(super) fn seed(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = "SELECT count(*) FROM sqlite_sequence WHERE name IN ('queue', 'menu', 'agent')";
    let used: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
    if used == 0 {
        save(transaction, &first())
    } else {
        Ok(())
    }
}

fn first() -> Configuration {
    let queue = |id, name: &str| Queue {
        id: QueueId(id),
        name: name.to_owned(),
        agents: Vec::new(),
        ring_s: 20,
        wrapup_s: 30,
        max_wait_s: 300,
        max_waiting: 50,
    };
    let choice = |key, queue| {
        Digit::new(key).map(|digit| Choice {
            digit,
            queue: QueueId(queue),
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

/// Replaces all that is set.
pub(super) fn save(
    transaction: &Transaction<'_>,
    configuration: &Configuration,
) -> Result<(), StoreError> {
    // Children first; AUTOINCREMENT remembers the greatest id that ever was.
    for table in [
        "line_menu",
        "menu_choice",
        "menu",
        "queue_agent",
        "queue",
        "agent",
    ] {
        transaction.execute(&format!("DELETE FROM {table}"), [])?;
    }
    let Configuration {
        agents,
        queues,
        menus,
        line_menus,
    } = configuration;
    for (position, agent) in (0_i64..).zip(agents) {
        let sql = "INSERT INTO agent (id, position, name, phone) VALUES (?1, ?2, ?3, ?4)";
        let values = params![agent.id.0, position, agent.name, agent.phone.0];
        transaction.prepare_cached(sql)?.execute(values)?;
    }
    for (position, queue) in (0_i64..).zip(queues) {
        save_queue(transaction, position, queue)?;
    }
    for (position, menu) in (0_i64..).zip(menus) {
        save_menu(transaction, position, menu)?;
    }
    for (line, menu) in line_menus {
        let sql = "INSERT INTO line_menu (line, menu) VALUES (?1, ?2)";
        transaction
            .prepare_cached(sql)?
            .execute(params![line.0, menu.0])?;
    }
    Ok(())
}

fn save_queue(
    transaction: &Transaction<'_>,
    position: i64,
    queue: &Queue,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO queue (id, position, name, ring_s, wrapup_s, max_wait_s, max_waiting)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Queue {
        id,
        name,
        agents,
        ring_s,
        wrapup_s,
        max_wait_s,
        max_waiting,
    } = queue;
    let values = params![
        id.0,
        position,
        name,
        ring_s,
        wrapup_s,
        max_wait_s,
        max_waiting
    ];
    transaction.prepare_cached(sql)?.execute(values)?;
    for (position, agent) in (0_i64..).zip(agents) {
        let sql = "INSERT INTO queue_agent (queue, agent, position) VALUES (?1, ?2, ?3)";
        transaction
            .prepare_cached(sql)?
            .execute(params![id.0, agent.0, position])?;
    }
    Ok(())
}

fn save_menu(transaction: &Transaction<'_>, position: i64, menu: &Menu) -> Result<(), StoreError> {
    let sql = "INSERT INTO menu
               (id, position, name, language, greeting, input_s, attempts, otherwise)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let Menu {
        id,
        name,
        language,
        greeting,
        choices,
        input_s,
        attempts,
        otherwise,
    } = menu;
    let language = match language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    let otherwise = otherwise.map(|queue| queue.0);
    let values = params![
        id.0, position, name, language, greeting, input_s, attempts, otherwise
    ];
    transaction.prepare_cached(sql)?.execute(values)?;
    for (position, choice) in (0_i64..).zip(choices) {
        let sql = "INSERT INTO menu_choice (menu, digit, queue, position) VALUES (?1, ?2, ?3, ?4)";
        let digit = choice.digit.to_string();
        let values = params![id.0, digit, choice.queue.0, position];
        transaction.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

/// All that is set.
pub(super) fn load(connection: &Connection) -> Result<Configuration, StoreError> {
    let agents = rows(
        connection,
        "SELECT id, name, phone FROM agent ORDER BY position",
        |row| {
            let phone = PhoneId(row.get(2)?);
            Ok(Agent {
                id: AgentId(row.get(0)?),
                name: row.get(1)?,
                phone,
            })
        },
    )?;
    let line_menus = rows(
        connection,
        "SELECT line, menu FROM line_menu ORDER BY line",
        |row| Ok((LineId(row.get(0)?), MenuId(row.get(1)?))),
    )?;
    let (queues, menus) = (load_queues(connection)?, load_menus(connection)?);
    Ok(Configuration {
        agents,
        queues,
        menus,
        line_menus,
    })
}

fn load_queues(connection: &Connection) -> Result<Vec<Queue>, StoreError> {
    let sql = "SELECT id, name, ring_s, wrapup_s, max_wait_s, max_waiting
               FROM queue ORDER BY position";
    let mut queues = rows(connection, sql, |row| {
        Ok(Queue {
            id: QueueId(row.get(0)?),
            name: row.get(1)?,
            agents: Vec::new(),
            ring_s: row.get(2)?,
            wrapup_s: row.get(3)?,
            max_wait_s: row.get(4)?,
            max_waiting: row.get(5)?,
        })
    })?;
    for queue in &mut queues {
        let sql = "SELECT agent FROM queue_agent WHERE queue = ?1 ORDER BY position";
        let mut statement = connection.prepare_cached(sql)?;
        let agents = statement.query_map([queue.id.0], |row| row.get(0).map(AgentId))?;
        queue.agents = agents.collect::<Result<_, _>>()?;
    }
    Ok(queues)
}

fn load_menus(connection: &Connection) -> Result<Vec<Menu>, StoreError> {
    let sql = "SELECT id, name, language, greeting, input_s, attempts, otherwise
               FROM menu ORDER BY position";
    let mut menus = rows(connection, sql, |row| {
        let language: String = row.get(2)?;
        Ok(Menu {
            id: MenuId(row.get(0)?),
            name: row.get(1)?,
            language: if language == "en" {
                Language::En
            } else {
                Language::Zh
            },
            greeting: row.get(3)?,
            choices: Vec::new(),
            input_s: row.get(4)?,
            attempts: row.get(5)?,
            otherwise: row.get::<_, Option<u32>>(6)?.map(QueueId),
        })
    })?;
    for menu in &mut menus {
        let sql = "SELECT digit, queue FROM menu_choice WHERE menu = ?1 ORDER BY position";
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query([menu.id.0])?;
        while let Some(row) = rows.next()? {
            let label: String = row.get(0)?;
            let queue = QueueId(row.get(1)?);
            let digit = label.chars().next().and_then(Digit::new);
            menu.choices
                .extend(digit.map(|digit| Choice { digit, queue }));
        }
    }
    Ok(menus)
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
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

impl Store {
    /// Saves all that is set, whole; it has been checked. Back when it is committed.
    ///
    /// # Errors
    /// When it could not be saved; nothing has changed then.
    pub async fn save_configuration(&self, configuration: Configuration) -> Result<(), StoreError> {
        let new = std::sync::Arc::new(configuration);
        let saved = std::sync::Arc::clone(&new);
        self.write(move |transaction| save(transaction, &saved))
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
            let table = match of {
                Numbered::Agent => "agent",
                Numbered::Queue => "queue",
                Numbered::Menu => "menu",
            };
            let sql = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = ?1";
            Ok(connection.query_row(sql, [table], |row| row.get(0))?)
        })
        .await
    }
}
