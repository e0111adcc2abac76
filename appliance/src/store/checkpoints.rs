//! What was folded of the facts, kept so that a start folds only those that came after (house
//! decision 2, ADR 8).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hotline_services::{CallCentre, Checkpoint};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::house::House;
use super::{Store, StoreError, facts, signed};

/// Facts after which the next checkpoint is due: some seconds of folding at a start.
pub const CHECKPOINT_FACTS: u64 = 20_000;
/// The sources of everything that is folded, as one number: what another program wrote may mean
/// something else to this one.
const FORMAT: &str = env!("HOTLINE_FOLD");
/// Facts read at once.
const BATCH: u32 = 5_000;

/// What there are checkpoints of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Centre,
    Projections,
    House,
}

impl Name {
    const fn word(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Projections => "projections",
            Self::House => "house",
        }
    }
}

/// One checkpoint, ready to be written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    name: Name,
    seq: u64,
    hash: [u8; 32],
    body: Vec<u8>,
}

impl Written {
    /// What was folded up to this fact, as JSON.
    pub fn new(name: Name, seq: u64, folded: &impl Serialize) -> Result<Self, StoreError> {
        let body = serde_json::to_vec(folded).map_err(|source| StoreError::Damaged {
            what: format!("the checkpoint of the {}", name.word()),
            source,
        })?;
        let hash = Sha256::digest(&body).into();
        Ok(Self {
            name,
            seq,
            hash,
            body,
        })
    }

    /// In the place of the one before.
    pub fn save(&self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO checkpoint (name, format, seq, hash, body)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        transaction.prepare_cached(sql)?.execute(params![
            self.name.word(),
            FORMAT,
            signed(self.seq),
            self.hash.as_slice(),
            self.body
        ])?;
        Ok(())
    }
}

/// What was kept, and the last fact in it. `None`, with a word in the log, where it cannot be used:
/// all facts are folded then.
pub(super) fn load<T: DeserializeOwned>(
    connection: &Connection,
    name: Name,
) -> Result<Option<(u64, T)>, StoreError> {
    let sql = "SELECT format, seq, hash, body,
                      coalesce((SELECT max(seq) FROM fact), 0) FROM checkpoint WHERE name = ?1";
    let row = connection.query_row(sql, [name.word()], |row| {
        let (format, seq): (String, i64) = (row.get(0)?, row.get(1)?);
        let (hash, body): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
        Ok((format, seq, hash, body, row.get::<_, i64>(4)?))
    });
    let Some((format, seq, hash, body, last)) = row.optional()? else {
        return Ok(None);
    };
    let why = if format != FORMAT {
        "another version of the program wrote it"
    } else if seq > last {
        "it knows more than the facts tell"
    } else if Sha256::digest(&body).as_slice() != hash {
        "it is damaged"
    } else {
        match serde_json::from_slice(&body) {
            Ok(kept) => return Ok(Some((seq.unsigned_abs(), kept))),
            Err(error) => {
                tracing::warn!(checkpoint = name.word(), %error, "not read");
                "it cannot be read"
            }
        }
    };
    let checkpoint = name.word();
    tracing::warn!(
        checkpoint,
        "{why}: all facts are folded instead, which takes a moment"
    );
    // Facts of this life may come to have the numbers it speaks of.
    connection.execute("DELETE FROM checkpoint WHERE name = ?1", [checkpoint])?;
    Ok(None)
}

/// The centre that all facts lead to.
pub(super) fn centre(connection: &Connection) -> Result<CallCentre, StoreError> {
    let kept = load::<Checkpoint>(connection, Name::Centre)?;
    let (from, mut centre) = match kept {
        Some((_, checkpoint)) => (checkpoint.seq(), CallCentre::from(checkpoint)),
        None => (0, CallCentre::new()),
    };
    facts::each_after(connection, from, BATCH, |facts| centre.replay(facts))?;
    Ok(centre)
}

/// The house that all facts lead to.
pub(super) fn house(connection: &Connection) -> Result<House, StoreError> {
    let kept = load::<House>(connection, Name::House)?;
    let (from, mut house) = kept.unwrap_or_default();
    facts::each_after(connection, from, BATCH, |facts| {
        facts.iter().for_each(|fact| house.apply(fact));
    })?;
    Ok(house)
}

impl Store {
    /// Keeps what the centre knows, some time soon: on a thread of its own, for it may be much.
    /// Everything it knows must have been handed over. While one is being kept another is not.
    pub fn keep_checkpoint(&self, centre: Arc<CallCentre>) {
        if self.keeping.swap(true, Ordering::AcqRel) {
            return;
        }
        let (store, keeping) = (self.clone(), Arc::clone(&self.keeping));
        let thread = std::thread::Builder::new().name("checkpoint".to_owned());
        let started = thread.spawn(move || {
            store.keep_checkpoint_now(&centre);
            keeping.store(false, Ordering::Release);
        });
        if let Err(error) = started {
            tracing::warn!(%error, "no checkpoint is kept; the next start takes longer");
            self.keeping.store(false, Ordering::Release);
        }
    }

    /// The same, and takes as long as it takes to write it as JSON; the store's thread saves it.
    pub fn keep_checkpoint_now(&self, centre: &CallCentre) {
        let house = Arc::clone(&self.house.borrow());
        let checkpoint = Checkpoint::from(centre);
        let centre = Written::new(Name::Centre, checkpoint.seq(), &checkpoint);
        let house = Written::new(Name::House, house.seq, house.as_ref());
        match (centre, house) {
            (Ok(centre), Ok(house)) => self.write_later(move |transaction| {
                centre.save(transaction)?;
                house.save(transaction)
            }),
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(%error, "no checkpoint is kept; the next start takes longer");
            }
        }
    }
}

/// Whether one is being kept.
pub(super) type Keeping = Arc<AtomicBool>;
