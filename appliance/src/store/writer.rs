//! The store thread: owns the one connection that writes.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hotline_services::{Fact, StorageState};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::drill::{Place, come_by};
use crate::system::alarms::{AlarmCode, Alarms};

use super::checkpoints::CHECKPOINT_FACTS;
use super::pending::{Job, Pending, Step, Work};
use super::projections::Projections;
use super::room::Room;
use super::{StoreError, StoreOptions, facts, refusals};

/// How long to wait after a failure that is neither a lock nor a full disk.
const PAUSE: Duration = Duration::from_millis(200);
/// While there are calls, how often at most a sign of life is noted. With the time the thread sleeps
/// this makes the end of a call that was cut off right to 2 s.
const SIGN_OF_LIFE: Duration = Duration::from_millis(500);

/// Whose thread it is.
pub(super) struct Life {
    /// Its number.
    pub boot: u64,
    /// Its clocks.
    pub clock: Clock,
    /// What was made of all that happened before.
    pub projections: Projections,
    /// Where the last fact on the disk is told.
    pub committed: watch::Sender<u64>,
}

pub(super) struct Writer {
    connection: Connection,
    pending: Arc<Pending>,
    projections: Projections,
    /// The last fact in the checkpoint of them.
    kept: u64,
    /// A fault of ours kept facts from them: the next start folds those again.
    is_incomplete: bool,
    room: Room,
    alarms: Alarms,
    group: Duration,
    look: Duration,
    patience: Duration,
    max_pages: Option<u32>,
    boot: u64,
    clock: Clock,
    committed: watch::Sender<u64>,
    /// The last sign of life.
    noted: Instant,
    /// Since when the store could not be written.
    stuck: Option<Instant>,
    /// And that another program's lock is the reason.
    locked: bool,
}

impl Writer {
    pub fn new(
        connection: Connection,
        pending: Arc<Pending>,
        options: &StoreOptions,
        state: watch::Sender<StorageState>,
        alarms: Alarms,
        life: Life,
    ) -> Result<Self, StoreError> {
        connection.busy_timeout(options.busy)?;
        if let Some(pages) = options.max_pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        let mut room = Room::new(options, state, alarms.clone());
        room.look();
        Ok(Self {
            connection,
            pending,
            kept: life.projections.seq(),
            is_incomplete: false,
            projections: life.projections,
            room,
            alarms,
            group: options.group,
            look: options.look,
            patience: options.patience,
            max_pages: options.max_pages,
            boot: life.boot,
            clock: life.clock,
            committed: life.committed,
            noted: Instant::now(),
            stuck: None,
            locked: false,
        })
    }

    /// Until the store is closed and everything is written, or cannot be.
    pub fn run(mut self) {
        loop {
            self.room.look();
            let jobs = self.pending.take(self.group, self.look);
            let left = self.carry_out(jobs);
            let closing = self.pending.is_closed();
            let waits = !left.is_empty();
            self.pending.put_back(left);
            if !waits {
                self.note_sign_of_life();
            }
            self.raise_alarms();
            match (waits, closing) {
                (false, true) => return self.keep_checkpoint(),
                (true, true) if self.is_out_of_patience() => return self.give_up(),
                _ => {}
            }
        }
    }

    /// Does what it can, in order; returns what must be tried again.
    fn carry_out(&mut self, mut jobs: VecDeque<Job>) -> VecDeque<Job> {
        while let Some(job) = jobs.pop_front() {
            let again = match job {
                Job::Facts(facts) => self.write_facts(facts).map(Job::Facts),
                // Who asked for work that panics is told that it failed: its end is dropped.
                Job::Work(work, since) => guarded("a piece of work", || self.do_work(work, since))
                    .flatten()
                    .map(|work| Job::Work(work, since)),
            };
            let Some(job) = again else { continue };
            jobs.push_front(job);
            break;
        }
        jobs
    }

    /// Only with calls in progress: somebody will ask how long they lasted if this life is cut off.
    fn note_sign_of_life(&mut self) {
        if self.noted.elapsed() < SIGN_OF_LIFE || self.projections.are_settled() {
            return;
        }
        self.noted = Instant::now();
        // A disk that is full or locked is told of by what matters more.
        if let Err(error) = facts::note_alive(&self.connection, self.boot, self.clock.now()) {
            tracing::debug!(%error, "no sign of life was noted");
        }
    }

    /// Returns the facts when they could not be written. Facts come first: when a fault of ours
    /// keeps the records of calls from being made of them, they are written alone.
    fn write_facts(&mut self, facts: Vec<Fact>) -> Option<Vec<Fact>> {
        let before = self.projections.clone();
        let mut after = Projections::default();
        let whole = guarded("the making of call records", || {
            self.in_transaction(|transaction| {
                after = before.clone();
                for fact in &facts {
                    facts::insert(transaction, fact)?;
                    refusals::note_fact(transaction, fact)?;
                    after.project(transaction, fact)?;
                }
                Ok(())
            })
        });
        let result = whole.unwrap_or_else(|| {
            after = before;
            self.write_facts_alone(&facts)
        });
        match result {
            Ok(()) => {
                self.projections = after;
                self.stuck = None;
                self.pending.committed(facts.len());
                if let Some(last) = facts.last() {
                    self.committed.send_replace(last.seq);
                }
                if self.projections.seq() >= self.kept + CHECKPOINT_FACTS {
                    self.keep_checkpoint();
                }
                None
            }
            Err(error) => {
                self.is_stuck(&error);
                Some(facts)
            }
        }
    }

    /// Keeps what the next start needs of the projections: calls that have not ended, so not much.
    fn keep_checkpoint(&mut self) {
        if self.is_incomplete {
            return;
        }
        self.kept = self.projections.seq();
        let kept = self
            .projections
            .checkpoint()
            .and_then(|checkpoint| self.in_transaction(|transaction| checkpoint.save(transaction)));
        if let Err(error) = kept {
            tracing::warn!(%error, "no checkpoint is kept; the next start takes longer");
        }
    }

    fn write_facts_alone(&mut self, facts: &[Fact]) -> Result<(), StoreError> {
        self.is_incomplete = true;
        let message = "a fault of ours: some calls of now may be missing from the list of calls, or \
                       shown wrong; what happened is kept, `hotline rebuild` makes the list again";
        self.alarms
            .raise(AlarmCode::CallRecordsIncomplete, None, message);
        self.in_transaction(|transaction| {
            facts
                .iter()
                .try_for_each(|fact| facts::insert(transaction, fact))
        })
    }

    /// Returns the work when it is worth another attempt.
    fn do_work(&mut self, mut work: Work, since: Instant) -> Option<Work> {
        let result = self.in_transaction(|transaction| {
            come_by(Place::StoreWork);
            work(Step::Do(transaction))
        });
        if matches!(result, Err(StoreError::Locked)) {
            self.is_stuck(&StoreError::Locked);
            if since.elapsed() < self.patience {
                return Some(work);
            }
        } else {
            self.stuck = None;
        }
        // `Ended` never fails.
        let _ = work(Step::Ended(result));
        None
    }

    /// Begins by taking the write lock, so that nothing inside can find the database locked. Tries
    /// a second time when the disk was full and the reserve could be given up.
    fn in_transaction(
        &mut self,
        mut inside: impl FnMut(&rusqlite::Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut attempt = |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            inside(&transaction)?;
            Ok(transaction.commit()?)
        };
        match attempt(&mut self.connection) {
            Err(StoreError::Full) if self.room.is_full() => {
                if self.max_pages.is_some() {
                    self.connection
                        .pragma_update(None, "max_page_count", u32::MAX - 1)?;
                }
                attempt(&mut self.connection)
            }
            other => other,
        }
    }

    fn is_stuck(&mut self, error: &StoreError) {
        self.stuck.get_or_insert_with(Instant::now);
        self.locked = matches!(error, StoreError::Locked);
        if !self.locked {
            let why = std::error::Error::source(error).map(|why| format!(" ({why})"));
            let message = format!("{error}{}; facts wait in memory", why.unwrap_or_default());
            self.alarms.raise(AlarmCode::StorageFailed, None, &message);
            // A lock has made us wait already.
            std::thread::sleep(PAUSE);
        }
    }

    fn is_out_of_patience(&self) -> bool {
        self.stuck
            .is_some_and(|since| since.elapsed() >= self.patience * 5)
    }

    fn raise_alarms(&self) {
        let long = self
            .stuck
            .is_some_and(|since| since.elapsed() >= self.patience);
        let locked = (long && self.locked).then_some(
            "another program holds the store locked: what happens waits in memory; end that program",
        );
        self.alarms.set(AlarmCode::StorageLocked, None, locked);
        if self.stuck.is_none() {
            self.alarms.clear(AlarmCode::StorageFailed, None);
        }
        let behind = self
            .pending
            .is_behind()
            .then_some("the store does not keep up: what happens waits in memory, calls go on");
        self.alarms.set(AlarmCode::StoreBehind, None, behind);
        if self.pending.facts_lost() > 0 {
            let message = format!(
                "{} facts were dropped because the store was out of reach for too long",
                self.pending.facts_lost()
            );
            self.alarms.raise(AlarmCode::FactsLost, None, &message);
        }
    }

    fn give_up(&self) {
        let facts = self.pending.facts_queued();
        tracing::error!(
            facts,
            "the store cannot be written; the program ends without these facts"
        );
    }
}

/// Lets nothing that panics end the thread, without which nothing more would be kept. A transaction
/// that was open is rolled back while the panic passes it.
fn guarded<T>(what: &str, work: impl FnOnce() -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(work));
    if done.is_err() {
        tracing::error!("{what} failed in the store by a fault of ours; the store goes on");
    }
    done.ok()
}
