//! Telephones and their secrets.

use std::fmt::Write as _;
use std::sync::Arc;

use hotline_call::PhoneId;
use md5::{Digest, Md5};
use rusqlite::{Connection, params};

use super::users::random;
use super::{Store, StoreError, configuration};

/// The letters and digits of generated secrets: none that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";

/// One telephone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// Identity, never reused.
    pub id: PhoneId,
    /// The number it registers as.
    pub extension: String,
    /// The name shown to people.
    pub name: String,
    /// What proves its password.
    pub secret: PhoneSecret,
}

/// What is kept of a phone's password.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneSecret {
    /// The realm the password is bound to.
    pub realm: String,
    /// MD5(extension:realm:password) in hexadecimal (RFC 7616 §3.4.2).
    pub ha1: String,
}

impl std::fmt::Debug for PhoneSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PhoneSecret")
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

impl PhoneSecret {
    /// What is kept of this password.
    #[must_use]
    pub fn of(extension: &str, realm: &str, password: &str) -> Self {
        let digest = Md5::digest(format!("{extension}:{realm}:{password}"));
        let mut ha1 = String::with_capacity(32);
        for octet in digest {
            // Writing to a String does not fail.
            let _ = write!(ha1, "{octet:02x}");
        }
        Self {
            realm: realm.to_owned(),
            ha1,
        }
    }
}

/// A phone just made, with the password that is shown this once.
#[derive(Clone, Debug)]
pub struct NewPhone {
    /// The phone.
    pub id: PhoneId,
    /// Its password.
    pub password: String,
}

/// A password of 20 characters, about 99 bits.
fn new_password() -> Result<String, StoreError> {
    let octets: [u8; 20] = random()?;
    Ok(octets
        .iter()
        .map(|octet| char::from(ALPHABET[usize::from(octet % 32)]))
        .collect())
}

pub(super) fn all(connection: &Connection) -> Result<Vec<Phone>, StoreError> {
    let sql = "SELECT id, extension, name, realm, ha1 FROM phone ORDER BY extension";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let secret = PhoneSecret {
            realm: row.get(3)?,
            ha1: row.get(4)?,
        };
        Ok(Phone {
            id: PhoneId(row.get(0)?),
            extension: row.get(1)?,
            name: row.get(2)?,
            secret,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Store {
    /// Makes a phone with a password of our choice.
    ///
    /// # Errors
    /// When the extension is taken, or it could not be saved.
    pub async fn add_phone(&self, extension: &str, name: &str) -> Result<NewPhone, StoreError> {
        self.add_phone_with(extension, name, &new_password()?).await
    }

    /// Makes a phone with a given password: for a phone that others have set up already.
    ///
    /// # Errors
    /// As [`add_phone`](Self::add_phone).
    pub async fn add_phone_with(
        &self,
        extension: &str,
        name: &str,
        password: &str,
    ) -> Result<NewPhone, StoreError> {
        let secret = PhoneSecret::of(extension, self.realm(), password);
        let (extension, name) = (extension.to_owned(), name.to_owned());
        let (id, phones) = self
            .write(move |transaction| {
                let sql = "INSERT INTO phone (extension, name, realm, ha1)
                           VALUES (?1, ?2, ?3, ?4) RETURNING id";
                let values = params![extension, name, secret.realm, secret.ha1];
                let id = transaction
                    .query_row(sql, values, |row| row.get(0))
                    .map_err(|error| taken(error, &extension))?;
                Ok((PhoneId(id), all(transaction)?))
            })
            .await?;
        self.phones.send_replace(Arc::new(phones));
        Ok(NewPhone {
            id,
            password: password.to_owned(),
        })
    }

    /// Gives a phone another name. False when there is no such phone. Its extension stays, for its
    /// password is bound to it.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn rename_phone(&self, phone: PhoneId, name: &str) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.change_phones(
            "UPDATE phone SET name = ?2 WHERE id = ?1",
            phone,
            vec![name],
        )
        .await
    }

    /// Gives a phone a new password, which is shown this once. `None` when there is no such phone.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn new_phone_password(&self, phone: PhoneId) -> Result<Option<String>, StoreError> {
        let phones = Arc::clone(&self.phones.borrow());
        let Some(known) = phones.iter().find(|known| known.id == phone) else {
            return Ok(None);
        };
        let password = new_password()?;
        let secret = PhoneSecret::of(&known.extension, self.realm(), &password);
        let sql = "UPDATE phone SET realm = ?2, ha1 = ?3 WHERE id = ?1";
        let changed = self
            .change_phones(sql, phone, vec![secret.realm, secret.ha1])
            .await?;
        Ok(changed.then_some(password))
    }

    /// Takes a phone away. False when there is no such phone.
    ///
    /// # Errors
    /// When an agent uses it, or it could not be saved.
    pub async fn remove_phone(&self, phone: PhoneId) -> Result<bool, StoreError> {
        let (removed, phones) = self
            .write(move |transaction| {
                if configuration::uses_phone(transaction, phone)? {
                    let message = "an agent uses this phone; give the agent another first";
                    return Err(StoreError::Taken(message.to_owned()));
                }
                let removed = transaction.execute("DELETE FROM phone WHERE id = ?1", [phone.0])?;
                Ok((removed > 0, all(transaction)?))
            })
            .await?;
        self.phones.send_replace(Arc::new(phones));
        Ok(removed)
    }

    async fn change_phones(
        &self,
        sql: &'static str,
        phone: PhoneId,
        values: Vec<String>,
    ) -> Result<bool, StoreError> {
        let (changed, phones) = self
            .write(move |transaction| {
                let mut statement = transaction.prepare_cached(sql)?;
                statement.raw_bind_parameter(1, phone.0)?;
                for (index, value) in values.iter().enumerate() {
                    statement.raw_bind_parameter(index + 2, value)?;
                }
                let changed = statement.raw_execute()?;
                Ok((changed > 0, all(transaction)?))
            })
            .await?;
        self.phones.send_replace(Arc::new(phones));
        Ok(changed)
    }
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

fn taken(error: rusqlite::Error, extension: &str) -> StoreError {
    if is_constraint(&error) {
        return StoreError::Taken(format!(
            "another phone has the extension {extension} already"
        ));
    }
    error.into()
}
