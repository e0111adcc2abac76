//! What is kept of passwords, and the one-time code of the first start.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Store, StoreError, settings, signed};

/// So many wrong codes, and a new start is needed for a new one.
const CODE_TRIES: u32 = 10;
/// Letters and digits that cannot be taken for each other when read from a screen.
const CODE_ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const SETUP_CODE: &str = "setup_code";

#[derive(Serialize, Deserialize)]
struct SetupCode {
    sha256: [u8; 32],
    tries_left: u32,
}

/// Why the first administrator was not made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is one already.
    #[error("this box is set up already; sign in instead")]
    Done,
    /// Not the code that was printed.
    #[error("this is not the set-up code; {tries_left} more tries")]
    WrongCode {
        /// How many are left.
        tries_left: u32,
    },
    /// Too many wrong codes.
    #[error("too many wrong codes; start the program again for a new one")]
    NoTriesLeft,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Random octets of the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|_| StoreError::Random)?;
    Ok(octets)
}

pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

pub(super) fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// As it is compared: dashes, spaces and small letters are how people type.
fn normal_code(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// What is kept of a password. Takes some tens of milliseconds by design.
pub(super) fn hash(password: &str) -> Result<String, StoreError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| StoreError::Random)?.to_string())
}

pub(super) fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

fn any_user(connection: &Connection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM user)";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::Closed)
}

impl Store {
    /// Whether nobody has been set up yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn needs_setup(&self) -> Result<bool, StoreError> {
        self.read(|connection| Ok(!any_user(connection)?)).await
    }

    /// A new one-time code to be printed, when nobody has been set up yet; any older code is void.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn new_setup_code(&self) -> Result<Option<String>, StoreError> {
        let octets: [u8; 12] = random()?;
        let code: String = octets
            .iter()
            .map(|octet| char::from(CODE_ALPHABET[usize::from(octet % 32)]))
            .collect();
        let kept = SetupCode {
            sha256: sha256(&code),
            tries_left: CODE_TRIES,
        };
        let needed = self
            .write(move |transaction| {
                let needed = !any_user(transaction)?;
                if needed {
                    settings::set(transaction, SETUP_CODE, &kept)?;
                }
                Ok(needed)
            })
            .await?;
        Ok(needed.then(|| format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..])))
    }

    /// Makes the first administrator, who must know the code.
    ///
    /// # Errors
    /// When there is one already, or the code is wrong.
    pub async fn set_up(&self, code: &str, name: &str, password: &str) -> Result<(), SetupError> {
        let given = sha256(&normal_code(code));
        let (name, password) = (name.to_owned(), password.to_owned());
        let hash = off_thread(move || hash(&password)).await??;
        let now = signed(self.clock.now().wall_ms);
        self.write(move |transaction| {
            if any_user(transaction)? {
                return Ok(Err(SetupError::Done));
            }
            let kept: Option<SetupCode> = settings::get(transaction, SETUP_CODE)?;
            let Some(mut kept) = kept.filter(|kept| kept.tries_left > 0) else {
                return Ok(Err(SetupError::NoTriesLeft));
            };
            if !bool::from(kept.sha256.ct_eq(&given)) {
                kept.tries_left -= 1;
                settings::set(transaction, SETUP_CODE, &kept)?;
                return Ok(Err(SetupError::WrongCode {
                    tries_left: kept.tries_left,
                }));
            }
            settings::remove(transaction, SETUP_CODE)?;
            let sql = "INSERT INTO user (name, password, role, created_at)
                           VALUES (?1, ?2, 'administrator', ?3)";
            transaction.execute(sql, params![name, hash, now])?;
            Ok(Ok(()))
        })
        .await?
    }
}
