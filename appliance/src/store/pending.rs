//! What waits for the store thread: facts and other work, in one order, bounded.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hotline_services::Fact;
use rusqlite::Transaction;

use super::StoreError;

/// What a piece of work is asked, in this order.
pub(super) enum Step<'a, 'c> {
    /// Make the changes. May be asked again.
    Do(&'a Transaction<'c>),
    /// It is committed, or it failed. Asked once.
    Ended(Result<(), StoreError>),
}

pub(super) type Work = Box<dyn FnMut(Step<'_, '_>) -> Result<(), StoreError> + Send>;

pub(super) enum Job {
    Facts(Vec<Fact>),
    /// With the time it was handed over.
    Work(Work, Instant),
}

/// The queue.
pub(super) struct Pending {
    inside: Mutex<Inside>,
    changed: Condvar,
    behind: usize,
    limit: usize,
}

#[derive(Default)]
struct Inside {
    jobs: VecDeque<Job>,
    /// Facts handed over and not committed, those the thread has taken included.
    facts: usize,
    lost: u64,
    /// Somebody waits for the facts.
    at_once: bool,
    closed: bool,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending")
            .field("facts", &self.facts_queued())
            .finish_non_exhaustive()
    }
}

impl Pending {
    pub fn new(behind: usize, limit: usize) -> Self {
        Self {
            inside: Mutex::default(),
            changed: Condvar::new(),
            behind,
            limit,
        }
    }

    // Nothing here panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `at_once`: they are not to wait for more.
    pub fn push_facts(&self, facts: Vec<Fact>, at_once: bool) {
        if facts.is_empty() {
            return;
        }
        let mut inside = self.lock();
        inside.at_once |= at_once;
        if inside.closed || inside.facts + facts.len() > self.limit {
            inside.lost += facts.len() as u64;
            return;
        }
        inside.facts += facts.len();
        match inside.jobs.back_mut() {
            Some(Job::Facts(waiting)) => waiting.extend(facts),
            _ => inside.jobs.push_back(Job::Facts(facts)),
        }
        self.changed.notify_one();
    }

    pub fn push_work(&self, mut work: Work) {
        let mut inside = self.lock();
        if inside.closed {
            drop(inside);
            // `Ended` never fails.
            let _ = work(Step::Ended(Err(StoreError::Closed)));
            return;
        }
        inside.jobs.push_back(Job::Work(work, Instant::now()));
        self.changed.notify_one();
    }

    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Takes all that waits. Facts alone are given `group` to be joined by more; nothing at all
    /// after `patience` gives an empty list.
    pub fn take(&self, group: Duration, patience: Duration) -> VecDeque<Job> {
        let inside = self.lock();
        let empty = |inside: &mut Inside| inside.jobs.is_empty() && !inside.closed;
        let (inside, _) = self
            .changed
            .wait_timeout_while(inside, patience, empty)
            .unwrap_or_else(PoisonError::into_inner);
        let facts_alone = |inside: &mut Inside| {
            !inside.closed
                && !inside.at_once
                && inside.jobs.iter().all(|job| matches!(job, Job::Facts(_)))
        };
        if inside.jobs.is_empty() {
            return VecDeque::new();
        }
        let (mut inside, _) = self
            .changed
            .wait_timeout_while(inside, group, facts_alone)
            .unwrap_or_else(PoisonError::into_inner);
        inside.at_once = false;
        std::mem::take(&mut inside.jobs)
    }

    /// Puts back what could not be done, before everything that came since.
    pub fn put_back(&self, jobs: VecDeque<Job>) {
        let mut inside = self.lock();
        for job in jobs.into_iter().rev() {
            inside.jobs.push_front(job);
        }
    }

    /// So many more facts are on the disk now.
    pub fn committed(&self, facts: usize) {
        let mut inside = self.lock();
        inside.facts = inside.facts.saturating_sub(facts);
    }

    pub fn is_behind(&self) -> bool {
        self.lock().facts > self.behind
    }

    pub fn facts_queued(&self) -> u64 {
        self.lock().facts as u64
    }

    pub fn facts_lost(&self) -> u64 {
        self.lock().lost
    }
}
