//! Everything that is checked after every event.

mod queues;
mod rules;
mod sums;
mod times;
mod turn;

use std::collections::VecDeque;

use hotline_call::Moment;
use hotline_services::{
    Broken, CallCentre, Checkpoint, Fact, Invariants, Outcome, Records, Tally, What,
};

use self::queues::Queues;
use self::rules::Rules;
use self::sums::Sums;
use self::times::Times;
use self::turn::Turn;

const REPLAY: &str = "the facts lead to the state";
const STORED: &str = "every fact is read back as it was written";
const RECORDS: &str = "the records add up to what happened";

/// Facts after which the fold so far is taken for the new beginning. A crash goes back to there,
/// and memory is bounded by it.
const CHECKPOINT: usize = 150_000;
/// Each so many events, if all is compared then, so is the state out of a checkpoint of it.
const KEPT_EACH: u64 = 1_000;
/// The facts of at most so many events are lost in a crash.
const AT_ONCE: usize = 64;

/// Everything that has read the facts so far.
#[derive(Clone)]
struct Readers {
    invariants: Invariants,
    turn: Turn,
    rules: Rules,
    records: Records,
    sums: Sums,
    queues: Queues,
    times: Times,
    /// A centre that only reads the facts, as they are stored.
    shadow: CallCentre,
    /// Facts that it has yet to fold.
    unread: Vec<Fact>,
    /// FNV-1a over the facts as they are stored.
    hash: u64,
    facts: u64,
}

/// The checks of one run.
pub(crate) struct Checks {
    readers: Readers,
    checkpoint: Box<Readers>,
    /// The facts since the checkpoint.
    tail: Vec<Fact>,
    /// Where in the tail the facts of the last events begin: those of one event are stored together
    /// or not at all.
    begins: VecDeque<usize>,
    depth: Depth,
    events: u64,
    /// Facts told by the core, those lost in a crash included.
    told: u64,
}

/// How much is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Everything; what people see, and the state against that of whoever reads the facts, after
    /// every so many events.
    Every(u64),
    /// Nothing that is read back from the facts: to tell a day again quickly.
    Shallow,
}

impl Depth {
    /// What it takes to see that this does not hold.
    pub(crate) fn for_invariant(invariant: &str) -> Self {
        if matches!(invariant, REPLAY | STORED | RECORDS) {
            Self::Every(1)
        } else {
            Self::Shallow
        }
    }
}

impl Checks {
    pub(crate) fn new(depth: Depth) -> Self {
        let readers = Readers {
            invariants: Invariants::new(),
            turn: Turn::default(),
            rules: Rules::default(),
            records: Records::new(),
            sums: Sums::default(),
            queues: Queues::default(),
            times: Times::default(),
            shadow: CallCentre::new(),
            unread: Vec::new(),
            hash: 0xCBF2_9CE4_8422_2325,
            facts: 0,
        };
        Self {
            checkpoint: Box::new(readers.clone()),
            readers,
            tail: Vec::new(),
            begins: VecDeque::new(),
            depth,
            events: 0,
            told: 0,
        }
    }

    pub(crate) const fn invariants(&self) -> &Invariants {
        &self.readers.invariants
    }

    pub(crate) const fn hash(&self) -> u64 {
        self.readers.hash
    }

    pub(crate) const fn facts(&self) -> u64 {
        self.readers.facts
    }

    pub(crate) const fn told(&self) -> u64 {
        self.told
    }

    pub(crate) const fn calls(&self) -> u64 {
        self.readers.sums.calls
    }

    pub(crate) const fn events(&self) -> u64 {
        self.events
    }

    pub(crate) const fn tally(&self) -> Tally {
        self.readers.invariants.tally()
    }

    /// Takes what came of one event.
    pub(crate) fn check(
        &mut self,
        now: Moment,
        outcome: Outcome,
        centre: &CallCentre,
    ) -> Result<(), Broken> {
        self.events += 1;
        self.told += outcome.facts.len() as u64;
        self.readers.invariants.check_outcome(now, &outcome)?;
        for fact in &outcome.facts {
            self.readers.turn.take(fact)?;
            self.readers.rules.take(fact)?;
        }
        if matches!(outcome.facts.first(), Some(f) if matches!(f.what, What::Started { .. })) {
            self.readers.rules.has_started();
        }
        self.readers.turn.check(now)?;
        self.readers.rules.check(now, &self.readers.invariants)?;
        match self.depth {
            Depth::Shallow => self.readers.invariants.check_view(now, &centre.view())?,
            Depth::Every(_) => {
                for fact in &outcome.facts {
                    self.readers.read(fact)?;
                }
                if self.is_time_to_compare() {
                    self.compare(now, centre)?;
                }
            }
        }
        self.keep(outcome);
        if self.tail.len() >= CHECKPOINT && self.depth != Depth::Shallow {
            self.refold(centre)?;
            self.readers.catch_up();
            *self.checkpoint = self.readers.clone();
            self.tail.clear();
            self.begins.clear();
        }
        Ok(())
    }

    fn keep(&mut self, outcome: Outcome) {
        if !outcome.facts.is_empty() {
            self.begins.push_back(self.tail.len());
            self.tail.extend(outcome.facts);
        }
        if self.begins.len() > AT_ONCE {
            self.begins.pop_front();
        }
    }

    fn is_time_to_compare(&self) -> bool {
        match self.depth {
            Depth::Every(events) => self.events.is_multiple_of(events.max(1)),
            Depth::Shallow => false,
        }
    }

    /// An event was refused: nothing has changed.
    pub(crate) fn check_refused(&mut self, centre: &CallCentre) -> Result<(), Broken> {
        self.events += 1;
        if self.is_time_to_compare() {
            self.readers.catch_up();
            same(&self.readers.shadow, centre)?;
        }
        Ok(())
    }

    /// What people see is what the facts tell, and whoever reads them comes to the same state.
    fn compare(&mut self, now: Moment, centre: &CallCentre) -> Result<(), Broken> {
        self.readers.invariants.check_view(now, &centre.view())?;
        self.readers.catch_up();
        let view = centre.view();
        self.readers.queues.check(&view)?;
        self.readers.times.check(&view)?;
        if self.events.is_multiple_of(KEPT_EACH) {
            same(&stored(centre)?, centre)?;
        }
        same(&self.readers.shadow, centre)
    }

    /// Folds the facts since the checkpoint anew, all in one go, from the checkpoint as it is
    /// stored.
    pub(crate) fn refold(&self, centre: &CallCentre) -> Result<(), Broken> {
        let mut again = stored(&self.checkpoint.shadow)?;
        again.replay(&self.tail);
        same(&again, centre)
    }

    /// All is compared, and the sums of the records with what happened.
    pub(crate) fn check_all(&mut self, now: Moment, centre: &CallCentre) -> Result<(), Broken> {
        if self.depth == Depth::Shallow {
            return Ok(());
        }
        self.compare(now, centre)?;
        self.refold(centre)?;
        same(&stored(centre)?, centre)?;
        let (sums, tally) = (self.readers.sums.tally(), self.tally());
        let ended = Tally {
            in_progress: 0,
            ..tally
        };
        if sums != ended {
            let words = format!("the records tell {sums:?}, what happened is {tally:?}");
            return Err(Broken::new(RECORDS, words));
        }
        Ok(())
    }

    /// Whether no call goes on and every record is complete.
    pub(crate) fn are_settled(&self) -> bool {
        self.readers.records.are_settled()
    }

    /// The process dies: facts of the last `lost_ms` were not stored yet. The centre that the
    /// others lead to.
    pub(crate) fn crash(&mut self, now: Moment, lost_ms: u64) -> Result<CallCentre, Broken> {
        // What an administrator sets is stored before it is done (house decision 4).
        let is_certain =
            |fact: &Fact| matches!(fact.what, What::Configured { .. } | What::Started { .. });
        let mut kept = self.tail.len();
        while let Some(begin) = self.begins.pop_back() {
            let facts = &self.tail[begin..kept];
            let is_young = facts.iter().all(|f| f.at.mono_ms + lost_ms > now.mono_ms);
            if !is_young || facts.iter().any(is_certain) {
                break;
            }
            kept = begin;
        }
        self.begins.clear();
        if kept < self.tail.len() {
            self.tail.truncate(kept);
            self.readers = (*self.checkpoint).clone();
            for fact in &self.tail {
                self.readers.invariants.check_fact(fact)?;
                self.readers.turn.take(fact)?;
                self.readers.rules.take(fact)?;
                if self.depth != Depth::Shallow {
                    self.readers.read(fact)?;
                }
            }
        }
        let mut centre = stored(&self.checkpoint.shadow)?;
        centre.replay(&self.tail);
        Ok(centre)
    }
}

impl Readers {
    /// The shadow folds what it has not folded yet.
    fn catch_up(&mut self) {
        self.shadow.replay(&self.unread);
        self.unread.clear();
    }

    /// Reads a fact as it is stored.
    fn read(&mut self, fact: &Fact) -> Result<(), Broken> {
        let stored = serde_json::to_string(fact).map_err(|e| unreadable(fact, &e))?;
        for octet in stored.bytes().chain([b'\n']) {
            self.hash = (self.hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01B3);
        }
        self.facts += 1;
        let read: Fact = serde_json::from_str(&stored).map_err(|e| unreadable(fact, &e))?;
        if read != *fact {
            return Err(Broken::new(STORED, format!("{fact:?} is read as {read:?}")));
        }
        self.unread.push(read);
        self.queues.take(fact);
        self.times.take(fact)?;
        if let Some(record) = self.records.apply(fact) {
            self.sums.take(fact, record)?;
        }
        Ok(())
    }
}

fn unreadable(fact: &Fact, error: &serde_json::Error) -> Broken {
    Broken::new(STORED, format!("{fact:?}: {error}"))
}

/// The centre as it comes out of a checkpoint that was written and read.
fn stored(centre: &CallCentre) -> Result<CallCentre, Broken> {
    let broken = |error: serde_json::Error| Broken::new(STORED, format!("a checkpoint: {error}"));
    let written = serde_json::to_vec(&Checkpoint::from(centre)).map_err(broken)?;
    let read: Checkpoint = serde_json::from_slice(&written).map_err(broken)?;
    Ok(CallCentre::from(read))
}

fn same(read: &CallCentre, centre: &CallCentre) -> Result<(), Broken> {
    if read == centre {
        return Ok(());
    }
    let (read, centre) = (format!("{read:#?}"), format!("{centre:#?}"));
    let pairs = read.lines().zip(centre.lines());
    let differ = pairs.filter(|(a, b)| a != b).take(6);
    let told: Vec<String> = differ.map(|(a, b)| format!("read {a}, is {b}")).collect();
    Err(Broken::new(REPLAY, told.join("; ")))
}
