//! Signing in and out, and who is behind a session.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::accounts::{self, Proof};
use super::users::{hash, hex, off_thread, random, sha256, verify};
use super::{Store, StoreError, signed};

/// A session ends by itself after this.
const SESSION_MS: u64 = 12 * 3_600_000;
/// A session says that it was used no more often than this, so that reading costs no write.
const SEEN_MS: u64 = 60_000;

/// What somebody shows to sign in.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account's name, in any case.
    pub name: String,
    /// The password.
    pub password: String,
    /// Six digits of the authenticator, where the account has one.
    pub code: Option<String>,
    /// Where the request comes from.
    pub address: String,
    /// What the browser says it is.
    pub user_agent: String,
}

/// What came of signing in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// Welcome.
    Done(NewSession),
    /// Name or password are wrong, or the account is disabled: which of these is not told.
    Wrong,
    /// The password is right; the six digits are missing.
    CodeNeeded,
    /// The password is right; the digits are wrong or were used before.
    WrongCode,
}

/// A session just begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What the browser holds; nobody else does.
    pub token: String,
    /// When it ends by itself.
    pub expires_at: u64,
}

/// A session and the person behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Which session.
    pub id: u32,
    /// Who.
    pub user: u32,
    /// Name.
    pub name: String,
    /// What the person may do.
    pub role: String,
    /// The agent this person is, if any.
    pub agent: Option<u32>,
    /// The queues this person looks after.
    pub groups: Vec<u32>,
    /// The language chosen, if any.
    pub language: Option<String>,
    /// When it began.
    pub created_at: u64,
    /// When it was last used, to a minute.
    pub seen_at: u64,
    /// When the session ends by itself.
    pub expires_at: u64,
    /// Where it was begun from.
    pub address: String,
    /// What the browser says it is.
    pub user_agent: String,
}

const COLUMNS: &str = "session.id, user.id, name, role, agent, language, session.created_at,
    seen_at, expires_at, address, user_agent, groups";

fn row(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    let time = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(SessionRow {
        id: row.get(0)?,
        user: row.get(1)?,
        name: row.get(2)?,
        role: row.get(3)?,
        agent: row.get(4)?,
        language: row.get(5)?,
        created_at: time(6)?,
        seen_at: time(7)?,
        expires_at: time(8)?,
        address: row.get(9)?,
        user_agent: row.get(10)?,
        groups: accounts::groups(row.get_ref(11)?.as_str()?),
    })
}

/// Ends what an account has open: its password or its rights have changed.
pub(super) fn end_all(connection: &Connection, user: u32) -> Result<(), StoreError> {
    connection.execute("DELETE FROM session WHERE user = ?1", [user])?;
    Ok(())
}

impl Store {
    /// Begins a session, if all that is shown is right. A wrong name takes as long as a wrong
    /// password.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn sign_in(&self, shown: Credentials) -> Result<SignIn, StoreError> {
        let name = shown.name.clone();
        let proof = self
            .read(move |connection| accounts::proof(connection, &name))
            .await?;
        let password = shown.password.clone();
        let proof = off_thread(move || match proof {
            Some(proof) => verify(&password, &proof.password).then_some(proof),
            None => hash(&password).ok().and(None),
        })
        .await?;
        let Some(proof) = proof.filter(|proof| !proof.is_disabled) else {
            return Ok(SignIn::Wrong);
        };
        match self.check_code(&proof, shown.code.as_deref()) {
            Ok(step) => self.begin_session(proof.user, step, shown).await,
            Err(answer) => Ok(answer),
        }
    }

    /// The step of the code shown, where the account wants one.
    fn check_code(&self, proof: &Proof, code: Option<&str>) -> Result<Option<u64>, SignIn> {
        let Some(totp) = &proof.totp else {
            return Ok(None);
        };
        let code = code
            .filter(|code| !code.is_empty())
            .ok_or(SignIn::CodeNeeded)?;
        let step = totp.step_of(code, self.clock.now().wall_ms);
        match step.filter(|step| *step > totp.last_step) {
            Some(step) => Ok(Some(step)),
            None => Err(SignIn::WrongCode),
        }
    }

    async fn begin_session(
        &self,
        user: u32,
        step: Option<u64>,
        shown: Credentials,
    ) -> Result<SignIn, StoreError> {
        let token = hex(&random::<32>()?);
        let digest = sha256(&token);
        let now = self.clock.now().wall_ms;
        let expires_at = now + SESSION_MS;
        let is_begun = self
            .write(move |transaction| {
                // RFC 6238 §5.2: a code is good once, also for two who come at the same moment.
                if let Some(step) = step
                    && !accounts::use_step(transaction, user, step)?
                {
                    return Ok(false);
                }
                transaction.execute("DELETE FROM session WHERE expires_at <= ?1", [signed(now)])?;
                let sql = "INSERT INTO session
                           (token, user, created_at, seen_at, expires_at, address, user_agent)
                           VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)";
                let (from, agent) = (&shown.address, &shown.user_agent);
                let values = params![digest, user, signed(now), signed(expires_at), from, agent];
                transaction.execute(sql, values)?;
                Ok(true)
            })
            .await?;
        if is_begun {
            Ok(SignIn::Done(NewSession { token, expires_at }))
        } else {
            Ok(SignIn::WrongCode)
        }
    }

    /// The session of a token, while it lasts and its account is not disabled.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn session(&self, token: &str) -> Result<Option<SessionRow>, StoreError> {
        let digest = sha256(token);
        let now = self.clock.now().wall_ms;
        let found = self
            .read(move |connection| {
                let sql = format!(
                    "SELECT {COLUMNS} FROM session JOIN user ON user.id = session.user
                     WHERE token = ?1 AND expires_at > ?2 AND NOT disabled"
                );
                let mut statement = connection.prepare_cached(&sql)?;
                Ok(statement
                    .query_row(params![digest, signed(now)], row)
                    .optional()?)
            })
            .await?;
        if let Some(session) = &found
            && now.saturating_sub(session.seen_at) >= SEEN_MS
        {
            let id = session.id;
            self.write_later(move |transaction| {
                let sql = "UPDATE session SET seen_at = ?2 WHERE id = ?1";
                transaction.execute(sql, params![id, signed(now)])?;
                Ok(())
            });
        }
        Ok(found)
    }

    /// All sessions that last, the latest used first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        let now = signed(self.clock.now().wall_ms);
        self.read(move |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM session JOIN user ON user.id = session.user
                 WHERE expires_at > ?1 ORDER BY seen_at DESC, session.id DESC"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([now], row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Ends a session. False when there is none of this number.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn end_session(&self, session: u32) -> Result<bool, StoreError> {
        self.write(move |transaction| {
            let sql = "DELETE FROM session WHERE id = ?1";
            Ok(transaction.execute(sql, [session])? > 0)
        })
        .await
    }
}
