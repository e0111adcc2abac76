//! What outlives a life of the program: one SQLite file, written by one thread, read by a few
//! connections of the web.
//!
//! WAL, so that readers never wait for the writer nor it for them. `synchronous = FULL`: what a
//! person was told is saved must survive a power cut, and WAL with `NORMAL` may lose the last
//! commits then. Facts are grouped, so this costs at most some twenty syncs a second.

mod accounts;
mod audit;
mod calls;
mod change_sets;
mod checkpoints;
mod configuration;
mod facts;
mod house;
mod missed;
mod pending;
mod people;
mod phones;
mod pins;
mod projections;
mod readers;
mod rebuild;
mod recordings;
mod refusals;
mod retention;
mod room;
mod sessions;
mod settings;
mod spans;
mod users;
mod visits;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use hotline_call::Moment;
use hotline_services::permission::LastAdministrator;
use hotline_services::{CallCentre, Configuration, Fact, Person, StorageState};
use rusqlite::{Connection, Transaction};
use rusqlite_migration::{M, Migrations};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::system::alarms::Alarms;

pub use accounts::{AccountDraft, AccountRow, NewAuthenticator};
pub use audit::{AuditFilter, AuditRow};
pub use calls::{CallFilter, Within};
pub use change_sets::ChangeSetRow;
pub use checkpoints::CHECKPOINT_FACTS;
pub use configuration::{Author, Numbered, VersionRow};
pub use house::House;
pub use missed::Missed;
pub use phones::{NewPhone, Phone, PhoneSecret};
pub use rebuild::{Rebuilt, rebuild};
pub use recordings::{RecordingRow, RecordingState};
pub use refusals::{Refusal, RefusalRow};
pub use retention::{QueueRetention, RecordingLogRow, Removal, Retention, WhenLow};
pub use sessions::{Credentials, NewSession, SessionRow, SignIn};
pub use spans::SpanRow;
pub use users::SetupError;
pub use visits::{DayCounts, Today};

use pending::Pending;
use readers::Readers;

/// The folder of recordings, below the data directory.
pub const RECORDINGS_FOLDER: &str = "recordings";

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("migrations/001_first.sql")),
    M::up(include_str!("migrations/002_retention.sql")),
    M::up(include_str!("migrations/003_versions.sql")),
    M::up(include_str!("migrations/004_refusals.sql")),
    M::up(include_str!("migrations/005_visits.sql")),
    M::up(include_str!("migrations/006_checkpoints.sql")),
    M::up(include_str!("migrations/007_audit.sql")),
];

/// Where the store is and how it behaves. [`StoreOptions::new`] is right for the appliance.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The data directory; made when missing.
    pub dir: PathBuf,
    /// The realm of digest authentication that phone passwords are bound to.
    pub realm: String,
    /// Set aside for facts.
    pub reserve_octets: u64,
    /// With less free than this, [`StorageState::ReserveReached`].
    pub low_octets: u64,
    /// How long facts are gathered before they are committed; decision 4 allows 100 ms in all.
    pub group: Duration,
    /// How long one attempt waits for another program's lock.
    pub busy: Duration,
    /// How long it may be locked before an alarm is raised and people's changes are refused.
    pub patience: Duration,
    /// How often the room on the disk is looked at.
    pub look: Duration,
    /// So many waiting facts raise an alarm.
    pub behind: usize,
    /// More waiting facts than this are dropped, counted and told: about 100 MB.
    pub limit: usize,
    /// The most pages the file may have until the reserve is given up: a full disk, for tests.
    pub max_pages: Option<u32>,
}

impl StoreOptions {
    /// What the appliance uses, for this data directory.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
            realm: "hotline".to_owned(),
            reserve_octets: 64_000_000,
            low_octets: 256_000_000,
            group: Duration::from_millis(50),
            busy: Duration::from_millis(250),
            patience: Duration::from_secs(2),
            look: Duration::from_secs(1),
            behind: 20_000,
            limit: 200_000,
            max_pages: None,
        }
    }
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory cannot be used.
    #[error("the data directory {0} cannot be used")]
    Directory(PathBuf, #[source] std::io::Error),
    /// The file cannot be brought to this program's version.
    #[error("the store cannot be brought to this version of the program")]
    Migration(#[from] rusqlite_migration::Error),
    /// Another program holds the lock.
    #[error("the store is locked by another program; try again in a moment")]
    Locked,
    /// There is no room.
    #[error("the disk is full; remove something from it")]
    Full,
    /// The store thread is gone.
    #[error("the store is closed")]
    Closed,
    /// A fault of ours ended what was asked for; the store goes on.
    #[error("a fault of ours ended this; it is in the log")]
    Fault,
    /// A line of the store is not what this program writes.
    #[error("{what} in the store is damaged")]
    Damaged {
        /// Which.
        what: String,
        /// How.
        #[source]
        source: serde_json::Error,
    },
    /// Two things may not have the same name.
    #[error("{0}")]
    Taken(String),
    /// An agent is one account at most.
    #[error("the account {account} is this agent already; take the agent away there first")]
    AgentTaken {
        /// Whose the agent is.
        account: String,
    },
    /// Nobody would be left who can administer the box.
    #[error("{0}")]
    LastAdministrator(#[from] LastAdministrator),
    /// Anything else SQLite has to say.
    #[error("the store failed")]
    Sqlite(#[source] rusqlite::Error),
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Random,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::Locked
            }
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

/// What a life of the program begins with.
#[derive(Debug)]
pub struct Loaded {
    /// The centre that all facts lead to.
    pub centre: CallCentre,
    /// The number of this life, greater than any before.
    pub boot: u64,
    /// When the life of the last fact was seen alive last, on its own clocks, if it had calls.
    pub last_alive: Option<Moment>,
    /// What the administrator has set.
    pub configuration: Configuration,
}

/// The way to the store for everybody. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pending: Arc<Pending>,
    readers: Arc<Readers>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    storage: watch::Receiver<StorageState>,
    committed: watch::Receiver<u64>,
    configuration: Arc<watch::Sender<Arc<Configuration>>>,
    phones: Arc<watch::Sender<Arc<Vec<Phone>>>>,
    people: Arc<watch::Sender<Arc<Vec<Person>>>>,
    house: Arc<watch::Sender<Arc<House>>>,
    keeping: checkpoints::Keeping,
    dir: Arc<Path>,
    realm: Arc<str>,
    clock: Clock,
}

impl Store {
    /// Opens or makes the store and starts its thread.
    ///
    /// # Errors
    /// When the directory or the file cannot be used; nothing has been started then.
    pub fn open(
        options: StoreOptions,
        clock: Clock,
        alarms: Alarms,
    ) -> Result<(Self, Loaded), StoreError> {
        let dir = options.dir.clone();
        std::fs::create_dir_all(dir.join(RECORDINGS_FOLDER))
            .map_err(|error| StoreError::Directory(dir.clone(), error))?;
        let file = dir.join("hotline.db");
        let mut connection = connect(&file)?;
        Migrations::from_slice(MIGRATIONS).to_latest(&mut connection)?;
        let transaction = connection.transaction()?;
        let boot = facts::begin_life(&transaction, clock.now().wall_ms)?;
        configuration::seed(&transaction, clock.now().wall_ms)?;
        transaction.commit()?;
        let projections = projections::load(&mut connection)?;
        let centre = checkpoints::centre(&connection)?;
        let last_alive = facts::last_alive(&connection)?;
        let configuration = configuration::load(&connection)?;
        let phones = phones::all(&connection)?;
        let people = people::all(&connection)?;

        let house = checkpoints::house(&connection)?;
        let (state, storage) = watch::channel(StorageState::Normal);
        let (commits, committed) = watch::channel(0);
        let pending = Arc::new(Pending::new(options.behind, options.limit));
        let writer = writer::Writer::new(
            connection,
            Arc::clone(&pending),
            &options,
            state,
            alarms,
            writer::Life {
                boot,
                clock,
                projections,
                committed: commits,
            },
        )?;
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| StoreError::Directory(dir.clone(), error))?;
        let store = Self {
            pending,
            readers: Arc::new(Readers::new(file)),
            thread: Arc::new(Mutex::new(Some(thread))),
            storage,
            committed,
            configuration: Arc::new(watch::Sender::new(Arc::new(configuration.clone()))),
            phones: Arc::new(watch::Sender::new(Arc::new(phones))),
            people: Arc::new(watch::Sender::new(Arc::new(people))),
            house: Arc::new(watch::Sender::new(Arc::new(house))),
            keeping: checkpoints::Keeping::default(),
            dir: dir.into(),
            realm: options.realm.into(),
            clock,
        };
        Ok((
            store,
            Loaded {
                centre,
                boot,
                last_alive,
                configuration,
            },
        ))
    }

    /// Hands over facts, in order. Never waits: they are on the disk within 100 ms, or as soon as
    /// the disk allows.
    pub fn append(&self, facts: Vec<Fact>) {
        self.note_house(&facts);
        self.pending.push_facts(facts, false);
    }

    /// The same, for whoever waits for them to be on the disk: they wait for no others.
    pub fn append_at_once(&self, facts: Vec<Fact>) {
        self.note_house(&facts);
        self.pending.push_facts(facts, true);
    }

    /// The number of the last fact that is on the disk.
    #[must_use]
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.clone()
    }

    /// Returns once everything handed over before is on the disk.
    ///
    /// # Errors
    /// When the store is locked for too long, or closed.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.write(|_| Ok(())).await
    }

    /// How many facts wait to be written.
    #[must_use]
    pub fn facts_queued(&self) -> u64 {
        self.pending.facts_queued()
    }

    /// How many facts were dropped because too many waited. Never, unless the disk is broken.
    #[must_use]
    pub fn facts_lost(&self) -> u64 {
        self.pending.facts_lost()
    }

    /// Whether there is room for new calls.
    #[must_use]
    pub fn storage(&self) -> watch::Receiver<StorageState> {
        self.storage.clone()
    }

    /// What the administrator has set, as committed.
    #[must_use]
    pub fn configuration(&self) -> watch::Receiver<Arc<Configuration>> {
        self.configuration.subscribe()
    }

    /// All phones with their secrets, as committed, for the registrar.
    #[must_use]
    pub fn phones(&self) -> watch::Receiver<Arc<Vec<Phone>>> {
        self.phones.subscribe()
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The realm that phone passwords are bound to.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// Writes all that waits and ends the thread. Later writes are answered `Closed`.
    pub fn close(&self) {
        self.pending.close();
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the store thread ended by a fault of ours");
        }
    }

    /// Does `work` in a transaction of its own, after all facts handed over before, and waits for
    /// the commit. `work` may run twice: it starts again when room had to be made.
    async fn write<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = tokio::sync::oneshot::channel();
        let mut answer = Some(answer);
        let mut done = None;
        self.pending.push_work(Box::new(move |step| match step {
            pending::Step::Do(transaction) => work(transaction).map(|value| done = Some(value)),
            pending::Step::Ended(result) => {
                if let Some(answer) = answer.take() {
                    let result = result.and_then(|()| done.take().ok_or(StoreError::Closed));
                    // Nobody may be waiting any more; the change stands.
                    let _ = answer.send(result);
                }
                Ok(())
            }
        }));
        wait.await.map_err(|_| StoreError::Fault)?
    }

    /// Does `work` like [`write`](Self::write) and waits for nothing; what fails is logged.
    fn write_later(
        &self,
        mut work: impl FnMut(&Transaction<'_>) -> Result<(), StoreError> + Send + 'static,
    ) {
        self.pending.push_work(Box::new(move |step| match step {
            pending::Step::Do(transaction) => work(transaction),
            pending::Step::Ended(result) => {
                if let Err(error) = result {
                    tracing::warn!(%error, "a note of little weight was not written");
                }
                Ok(())
            }
        }));
    }

    /// Reads on a connection of its own, off the async threads.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        let read = tokio::task::spawn_blocking(move || readers.with(work)).await;
        read.map_err(|_| StoreError::Fault)?
    }
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(file)?;
    // While the program starts there is nothing to keep waiting.
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// SQLite knows only signed integers; ours never come near the limit.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
