//! The accounts of people who may sign in: who they are, their role, their authenticator.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};
use totp_rs::{Builder, Secret, Totp};

use hotline_services::permission::{Account, AccountChange, LastAdministrator, Roles};

use super::configuration;
use super::sessions::end_all;
use super::users::{hash, off_thread, random, verify};
use super::{Store, StoreError, signed};

/// What an authenticator app shows above the digits.
const ISSUER: &str = "Hotline";

/// An account as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Identity, never reused.
    pub id: u32,
    /// The name to sign in with.
    pub name: String,
    /// What the person may do.
    pub role: String,
    /// The agent this person is, if any.
    pub agent: Option<u32>,
    /// The queues this person looks after.
    pub groups: Vec<u32>,
    /// May not sign in, but is remembered.
    pub is_disabled: bool,
    /// Whether six digits are asked for besides the password.
    pub has_totp: bool,
    /// When it was made.
    pub created_at: u64,
}

/// What an administrator sets of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDraft {
    /// The name to sign in with.
    pub name: String,
    /// What the person may do.
    pub role: String,
    /// The agent this person is, if any.
    pub agent: Option<u32>,
    /// The queues this person looks after.
    pub groups: Vec<u32>,
    /// May not sign in.
    pub is_disabled: bool,
}

/// What signing in is checked against.
pub(super) struct Proof {
    pub user: u32,
    pub password: String,
    pub is_disabled: bool,
    pub totp: Option<Authenticator>,
}

/// The authenticator of an account (RFC 6238: SHA-1, 6 digits, 30 s, one step either way).
pub(super) struct Authenticator {
    totp: Totp,
    /// The step of the last code that was taken; none up to it is taken again.
    pub last_step: u64,
}

impl Authenticator {
    /// Of a kept secret. Twenty octets, which the library takes always.
    fn new(secret: [u8; 20], name: &str, last_step: u64) -> Option<Self> {
        let builder = Builder::new()
            .with_secret(Secret::new(secret.into()))
            .with_account_name(name.replace(':', " "))
            .with_issuer(Some(ISSUER));
        let totp = builder.build().ok()?;
        Some(Self { totp, last_step })
    }

    /// The step whose code this is, near the time.
    pub fn step_of(&self, code: &str, wall_ms: u64) -> Option<u64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        self.totp.check(&code, wall_ms / 1_000)
    }
}

/// A new authenticator, to be shown once and confirmed with a first code.
#[derive(Clone, Debug)]
pub struct NewAuthenticator {
    /// The secret as people type it: base 32.
    pub secret: String,
    /// The same as a link that an app takes, for a QR code.
    pub url: String,
}

/// What the account's authenticator is checked against.
pub(super) fn proof(connection: &Connection, name: &str) -> Result<Option<Proof>, StoreError> {
    let sql = "SELECT id, password, disabled, totp, totp_step, name FROM user WHERE name = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([name], |row| {
        let secret: Option<[u8; 20]> = row.get(3)?;
        let step: i64 = row.get(4)?;
        let name: String = row.get(5)?;
        Ok(Proof {
            user: row.get(0)?,
            password: row.get(1)?,
            is_disabled: row.get(2)?,
            totp: secret.and_then(|s| Authenticator::new(s, &name, step.unsigned_abs())),
        })
    });
    Ok(found.optional()?)
}

/// Notes that a code was used; false when it or a later one was used before.
pub(super) fn use_step(
    transaction: &Transaction<'_>,
    user: u32,
    step: u64,
) -> Result<bool, StoreError> {
    let sql = "UPDATE user SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2";
    Ok(transaction.execute(sql, params![user, signed(step)])? > 0)
}

/// Refuses what would leave nobody who can change accounts.
fn keep_an_administrator(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let roles = configuration::load(transaction)?.roles;
    let administers = |account: &Account| {
        !account.is_disabled
            && roles
                .role(&account.role)
                .is_some_and(|role| role.administers())
    };
    if all_of(transaction)?.iter().any(administers) {
        return Ok(());
    }
    Err(LastAdministrator.into())
}

/// All accounts, as far as it matters who administers the box.
fn all_of(connection: &Connection) -> Result<Vec<Account>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT id, role, disabled FROM user")?;
    let rows = statement.query_map([], |row| {
        Ok(Account {
            id: row.get(0)?,
            role: row.get(1)?,
            is_disabled: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Queues as they are kept; what cannot be read is none.
pub(super) fn groups(text: &str) -> Vec<u32> {
    serde_json::from_str(text).unwrap_or_default()
}

fn kept_groups(groups: &[u32]) -> String {
    serde_json::Value::from(groups.to_vec()).to_string()
}

fn taken(error: rusqlite::Error, name: &str) -> StoreError {
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) {
        return StoreError::Taken(format!("another account has the name {name} already"));
    }
    error.into()
}

/// Refuses an agent who is another account: at a phone nobody could say who of the two acts.
fn keep_agents_apart(
    transaction: &Transaction<'_>,
    id: u32,
    agent: Option<u32>,
) -> Result<(), StoreError> {
    let sql = "SELECT name FROM user WHERE agent = ?2 AND id <> ?1 ORDER BY name LIMIT 1";
    let other = transaction.query_row(sql, params![id, agent], |row| row.get(0));
    match other.optional()? {
        Some(account) => Err(StoreError::AgentTaken { account }),
        None => Ok(()),
    }
}

impl AccountDraft {
    /// What is kept: name, role, agent, whether it is disabled, groups.
    fn values(&self) -> [Value; 5] {
        [
            self.name.clone().into(),
            self.role.clone().into(),
            self.agent.into(),
            self.is_disabled.into(),
            kept_groups(&self.groups).into(),
        ]
    }
}

impl Store {
    /// Whether somebody who can administer the box is left when the roles made here become these.
    ///
    /// # Errors
    /// Nobody would be left, or the store cannot be read.
    pub async fn allow_roles(&self, roles: Roles) -> Result<(), StoreError> {
        self.read(move |connection| {
            let (now, accounts) = (configuration::load(connection)?.roles, all_of(connection)?);
            Ok(now.allow_change(&accounts, AccountChange::SetRoles(&roles))?)
        })
        .await
    }

    /// How many accounts have this role.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn accounts_of_role(&self, role: String) -> Result<u32, StoreError> {
        self.read(move |connection| {
            let sql = "SELECT count(*) FROM user WHERE role = ?1";
            Ok(connection.query_row(sql, [role], |row| row.get(0))?)
        })
        .await
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT id, name, role, agent, disabled, totp IS NOT NULL, created_at, groups
                       FROM user ORDER BY name";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                Ok(AccountRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    role: row.get(2)?,
                    agent: row.get(3)?,
                    is_disabled: row.get(4)?,
                    has_totp: row.get(5)?,
                    created_at: row.get::<_, i64>(6)?.unsigned_abs(),
                    groups: groups(row.get_ref(7)?.as_str()?),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When the name is taken, or the agent is somebody else; or it could not be saved.
    pub async fn add_account(
        &self,
        draft: AccountDraft,
        password: &str,
    ) -> Result<u32, StoreError> {
        let password = password.to_owned();
        let hash = off_thread(move || hash(&password)).await??;
        let now = signed(self.clock.now().wall_ms);
        self.write_people(move |transaction| {
            let sql = "INSERT INTO user (password, created_at, name, role, agent, disabled, groups)
                       VALUES (?6, ?7, ?1, ?2, ?3, ?4, ?5) RETURNING id";
            let mut values = draft.values().to_vec();
            values.extend([hash.clone().into(), now.into()]);
            let id = transaction
                .query_row(sql, params_from_iter(values), |row| row.get(0))
                .map_err(|error| taken(error, &draft.name))?;
            keep_agents_apart(transaction, id, draft.agent)?;
            Ok(id)
        })
        .await
    }

    /// Changes an account and ends its sessions where its rights changed. False when there is none
    /// of this number.
    ///
    /// # Errors
    /// When the name is taken, the agent is somebody else, nobody would be left to change accounts,
    /// or it could not be saved.
    pub async fn change_account(&self, id: u32, draft: AccountDraft) -> Result<bool, StoreError> {
        self.write_people(move |transaction| {
            let sql = "SELECT role, disabled FROM user WHERE id = ?1";
            let before: Option<(String, bool)> = transaction
                .query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some(before) = before else {
                return Ok(false);
            };
            let sql = "UPDATE user SET name = ?1, role = ?2, agent = ?3, disabled = ?4, groups = ?5
                       WHERE id = ?6";
            let mut values = draft.values().to_vec();
            values.push(id.into());
            transaction
                .execute(sql, params_from_iter(values))
                .map_err(|error| taken(error, &draft.name))?;
            keep_agents_apart(transaction, id, draft.agent)?;
            keep_an_administrator(transaction)?;
            if before != (draft.role.clone(), draft.is_disabled) {
                end_all(transaction, id)?;
            }
            Ok(true)
        })
        .await
    }

    /// Gives an account another password and ends its sessions. False when there is none.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn set_password(&self, id: u32, password: &str) -> Result<bool, StoreError> {
        let password = password.to_owned();
        let hash = off_thread(move || hash(&password)).await??;
        self.write(move |transaction| {
            let sql = "UPDATE user SET password = ?2 WHERE id = ?1";
            let changed = transaction.execute(sql, params![id, hash])? > 0;
            end_all(transaction, id)?;
            Ok(changed)
        })
        .await
    }

    /// Whether this is the account's password.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn knows_password(&self, id: u32, password: &str) -> Result<bool, StoreError> {
        let kept: Option<String> = self
            .read(move |connection| {
                let sql = "SELECT password FROM user WHERE id = ?1";
                Ok(connection
                    .query_row(sql, [id], |row| row.get(0))
                    .optional()?)
            })
            .await?;
        let password = password.to_owned();
        off_thread(move || kept.is_some_and(|kept| verify(&password, &kept))).await
    }

    /// Takes an account away with its sessions. False when there is none.
    ///
    /// # Errors
    /// When nobody would be left to change accounts, or it could not be saved.
    pub async fn remove_account(&self, id: u32) -> Result<bool, StoreError> {
        self.write_people(move |transaction| {
            let removed = transaction.execute("DELETE FROM user WHERE id = ?1", [id])? > 0;
            keep_an_administrator(transaction)?;
            Ok(removed)
        })
        .await
    }

    /// The language a person chose.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn set_language(&self, id: u32, language: &'static str) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let sql = "UPDATE user SET language = ?2 WHERE id = ?1";
            transaction.execute(sql, params![id, language])?;
            Ok(())
        })
        .await
    }

    /// A new authenticator for this account, in force once [`confirm_totp`](Self::confirm_totp) has
    /// seen a code of it. `None` when there is no such account.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn new_totp(&self, id: u32) -> Result<Option<NewAuthenticator>, StoreError> {
        let secret: [u8; 20] = random()?;
        let name: Option<String> = self
            .write(move |transaction| {
                let sql = "UPDATE user SET totp_new = ?2 WHERE id = ?1 RETURNING name";
                let name = transaction.query_row(sql, params![id, secret], |row| row.get(0));
                Ok(name.optional()?)
            })
            .await?;
        let made = name.and_then(|name| Authenticator::new(secret, &name, 0));
        Ok(made.and_then(|made| {
            Some(NewAuthenticator {
                secret: made.totp.secret().to_base32(),
                url: made.totp.to_url().ok()?,
            })
        }))
    }

    /// Puts the new authenticator in force when the code is one of it; false when it is not.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn confirm_totp(&self, id: u32, code: &str) -> Result<bool, StoreError> {
        let (code, now) = (code.to_owned(), self.clock.now().wall_ms);
        self.write(move |transaction| {
            let sql = "SELECT totp_new, name FROM user WHERE id = ?1 AND totp_new IS NOT NULL";
            let kept: Option<([u8; 20], String)> = transaction
                .query_row(sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let step = kept
                .and_then(|(secret, name)| Authenticator::new(secret, &name, 0))
                .and_then(|new| new.step_of(&code, now));
            let Some(step) = step else { return Ok(false) };
            let sql = "UPDATE user SET totp = totp_new, totp_new = NULL, totp_step = ?2
                       WHERE id = ?1";
            transaction.execute(sql, params![id, signed(step)])?;
            Ok(true)
        })
        .await
    }

    /// Asks for no digits any more.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn remove_totp(&self, id: u32) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let sql = "UPDATE user SET totp = NULL, totp_new = NULL WHERE id = ?1";
            transaction.execute(sql, [id])?;
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the last six of the eight digits.
    #[test]
    fn codes_are_those_of_the_standard_and_one_step_either_way_is_taken() {
        let secret = *b"12345678901234567890";
        let totp = Authenticator::new(secret, "admin", 0).unwrap();
        assert_eq!(totp.step_of("287082", 59_000), Some(1));
        assert_eq!(totp.step_of("287 082", 89_000), Some(1));
        assert_eq!(totp.step_of("287082", 119_000), None);
        assert_eq!(totp.step_of("005924", 1_234_567_890_000), Some(41_152_263));
        for wrong in ["", "28708", "2870821", "abcdef", "二八七零八二"] {
            assert_eq!(totp.step_of(wrong, 59_000), None, "{wrong:?}");
        }
    }
}
