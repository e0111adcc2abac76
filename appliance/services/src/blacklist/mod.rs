//! Numbers that are let through or kept out: black and white list.
//!
//! Ten thousand entries are usual, so they are no part of the configuration, which is stored whole
//! with each change of it: a change of the lists is a fact of its own and the lists are a fold of
//! these. A look-up walks the digits of the number once.

mod hits;
mod import;
mod index;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hotline_call::Number;
use serde::{Deserialize, Serialize};

use crate::NumberPlan;
use crate::region::region_named;
use crate::route::{Announcement, Mailbox};

use index::Index;

pub use hits::{Hit, Hits};
pub use import::{Committed, Import, ImportError, Rows, import};

/// The most entries of both lists.
pub const MAX_ENTRIES: usize = 100_000;
const MAX_REASON: usize = 200;
const MAX_PREFIX: usize = 20;
/// What may be listed as a region.
const A_REGION: &str = "a province of mainland China, or province/city: 广东, 广东/深圳";

/// An entry of the black or the white list. Never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u32);

/// What is listed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// One number, in canonical form (`NumberPlan::canonical`).
    Number(String),
    /// Every number that begins with these digits, in canonical form.
    Prefix(String),
    /// Callers who withhold their number, or whose number the network does not tell.
    NoCallerId,
    /// Numbers registered in a province or city, by the name [`region_named`] has for it.
    Region(String),
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Kept out.
    Black,
    /// Let through, whatever the blacklist says.
    White,
}

/// For calls in which direction an entry holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Calls that come in.
    In,
    /// Calls that go out.
    Out,
    /// Both.
    #[default]
    Both,
}

/// Which way a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It comes in.
    In,
    /// It goes out.
    Out,
}

impl Scope {
    const fn holds(self, direction: Direction) -> bool {
        matches!(
            (self, direction),
            (Self::Both, _) | (Self::In, Direction::In) | (Self::Out, Direction::Out)
        )
    }
}

/// What becomes of a listed caller. A call out to a listed number is refused whatever it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListAction {
    /// Hears the busy tone and is dropped.
    #[default]
    Busy,
    /// Hears a sentence and goodbye.
    Announcement(Announcement),
    /// May leave a message.
    Voicemail(Mailbox),
    /// Is served after all others in the queue.
    QueueLow,
}

/// Whether an entry holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It does.
    #[default]
    InForce,
    /// An agent asked for it; a supervisor has yet to agree.
    Proposed,
}

/// What an entry says, before it has an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Which list.
    pub list: List,
    /// What is listed.
    pub listed: Listed,
    /// For calls in which direction.
    #[serde(default)]
    pub scope: Scope,
    /// What becomes of the caller; of no meaning on the white list.
    #[serde(default)]
    pub action: ListAction,
    /// Until when it holds, ms since 1970 UTC; `None`: for good.
    #[serde(default)]
    pub expires_ms: Option<u64>,
    /// Why; up to 200 characters.
    #[serde(default)]
    pub reason: String,
    /// Whether it holds already.
    #[serde(default)]
    pub standing: Standing,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Identity, never reused.
    pub id: EntryId,
    /// What it says.
    #[serde(flatten)]
    pub draft: Draft,
}

impl Draft {
    /// The same with its number, prefix or region in canonical form, in which it is looked up.
    #[must_use]
    pub fn canonical(mut self, numbers: &NumberPlan) -> Self {
        let written = |text: &str| Number::parse(text).ok();
        self.listed = match self.listed {
            Listed::Number(text) => {
                Listed::Number(written(&text).map_or(text, |n| numbers.canonical(&n)))
            }
            Listed::Prefix(text) => {
                Listed::Prefix(written(&text).map_or(text, |n| numbers.canonical_prefix(&n)))
            }
            Listed::Region(text) => Listed::Region(region_named(&text).unwrap_or(text)),
            Listed::NoCallerId => Listed::NoCallerId,
        };
        self
    }

    /// What is wrong with it: the key, what was found, what is allowed.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), (&'static str, String, String)> {
        let is_canonical = |digits: &str| {
            let rest = digits.strip_prefix('+').unwrap_or(digits);
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'*' || b == b'#')
        };
        let length = |text: &str, most: usize| text.chars().count() <= most;
        match &self.listed {
            Listed::Number(digits) if !is_canonical(digits) || !length(digits, 33) => {
                let allowed = "1 to 32 digits, a leading +".to_owned();
                return Err(("listed", digits.clone(), allowed));
            }
            Listed::Prefix(digits) if !is_canonical(digits) || !length(digits, MAX_PREFIX) => {
                let allowed = format!("1 to {MAX_PREFIX} digits, a leading +");
                return Err(("listed", digits.clone(), allowed));
            }
            Listed::Region(name) if region_named(name).as_ref() != Some(name) => {
                return Err(("listed", name.clone(), A_REGION.to_owned()));
            }
            _ => {}
        }
        if !length(&self.reason, MAX_REASON) {
            let found = format!("{} characters", self.reason.chars().count());
            return Err(("reason", found, format!("at most {MAX_REASON} characters")));
        }
        Ok(())
    }
}

/// A change of the lists, in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChange {
    /// Entries put in. One that lists the same on the same list is replaced and its identity kept.
    pub put: Vec<Entry>,
    /// Entries taken out.
    pub removed: Vec<EntryId>,
}

/// Why lists cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListError {
    /// There is no such entry.
    NoSuchEntry(EntryId),
    /// There would be more entries than there may be.
    TooMany {
        /// How many there would be.
        found: usize,
    },
    /// An entry says what it cannot.
    Entry {
        /// Which key.
        key: &'static str,
        /// What was found there.
        found: String,
        /// What is allowed there.
        allowed: String,
    },
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchEntry(id) => write!(f, "the lists have no entry {}", id.0),
            Self::TooMany { found } => {
                write!(f, "found {found} entries; allowed: at most {MAX_ENTRIES}")
            }
            Self::Entry {
                key,
                found,
                allowed,
            } => {
                write!(f, "{key}: found {found}; allowed: {allowed}")
            }
        }
    }
}

impl std::error::Error for ListError {}

/// Both lists, ready to be looked up. A fold of [`ListChange`]s.
#[derive(Clone, Debug, Default)]
pub struct NumberLists {
    entries: BTreeMap<EntryId, Entry>,
    /// Every entry by what it lists, to find the one that is replaced.
    by_listed: BTreeMap<(List, Listed), EntryId>,
    numbers: Index,
    last: u32,
}

/// Who calls or is called, as far as lists ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The canonical number; `None`: withheld or not known.
    pub number: Option<&'a str>,
    /// The names of the regions the number is registered in, the closest first
    /// ([`Origin::region_names`](crate::region::Origin::region_names)).
    pub regions: &'a [String],
    /// An important customer: no list keeps these out.
    pub is_vip: bool,
}

/// What the lists say about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screening<'a> {
    /// Nothing.
    Unlisted,
    /// It is let through though the blacklist has it, or would be.
    Allowed {
        /// The entry of the white list; `None`: a VIP.
        by: Option<EntryId>,
    },
    /// It is kept out.
    Blocked(&'a Entry),
}

impl NumberLists {
    /// All entries, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The entry of this identity.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the lists say about a call. A VIP and the white list win over the black one; on one
    /// list the number itself counts before the longest prefix, that before the city, that before
    /// the province. Entries that have expired by `wall_ms`, or wait for a supervisor, say nothing.
    #[must_use]
    pub fn screen(&self, who: Subject<'_>, direction: Direction, wall_ms: u64) -> Screening<'_> {
        let found = |list| self.find(list, who, direction, wall_ms);
        let Some(black) = found(List::Black) else {
            return Screening::Unlisted;
        };
        if who.is_vip {
            return Screening::Allowed { by: None };
        }
        match found(List::White) {
            Some(white) => Screening::Allowed { by: Some(white.id) },
            None => Screening::Blocked(black),
        }
    }

    fn find(
        &self,
        list: List,
        who: Subject<'_>,
        direction: Direction,
        wall_ms: u64,
    ) -> Option<&Entry> {
        let holding = |id: EntryId| {
            let entry = self.entries.get(&id)?;
            let Draft {
                scope,
                expires_ms,
                standing,
                ..
            } = entry.draft;
            let is_over = expires_ms.is_some_and(|expires| expires <= wall_ms);
            let holds = scope.holds(direction) && !is_over && standing == Standing::InForce;
            holds.then_some(entry)
        };
        let listed = |listed: Listed| {
            let id = self.by_listed.get(&(list, listed));
            id.copied().and_then(holding)
        };
        match who.number {
            Some(number) => {
                let found = self.numbers.find(list, number).find_map(holding);
                let mut regions = who.regions.iter();
                found.or_else(|| regions.find_map(|name| listed(Listed::Region(name.clone()))))
            }
            None => listed(Listed::NoCallerId),
        }
    }

    /// What a change would be: identities given, what is replaced found. Changes nothing.
    ///
    /// # Errors
    /// When an entry says what it cannot, one to be taken out is not there, or there would be too
    /// many.
    pub fn plan(&self, put: &[Draft], removed: &[EntryId]) -> Result<ListChange, ListError> {
        let mut last = self.last;
        let mut given = BTreeMap::new();
        let mut change = ListChange::default();
        for draft in put {
            let wrong = |(key, found, allowed)| ListError::Entry {
                key,
                found,
                allowed,
            };
            draft.check().map_err(wrong)?;
            let key = (draft.list, draft.listed.clone());
            let known = self
                .by_listed
                .get(&key)
                .or_else(|| given.get(&key))
                .copied();
            let id = known.unwrap_or_else(|| {
                last += 1;
                EntryId(last)
            });
            given.insert(key, id);
            let draft = draft.clone();
            change.put.push(Entry { id, draft });
        }
        let removed: BTreeSet<EntryId> = removed.iter().copied().collect();
        if let Some(id) = removed.iter().find(|id| !self.entries.contains_key(id)) {
            return Err(ListError::NoSuchEntry(*id));
        }
        let new = given
            .values()
            .filter(|id| !self.entries.contains_key(id))
            .count();
        let found = self.entries.len() + new - removed.len();
        if found > MAX_ENTRIES {
            return Err(ListError::TooMany { found });
        }
        change.removed = removed.into_iter().collect();
        Ok(change)
    }

    /// Makes a change: what is taken out first, then what is put in. Cannot fail: an entry that is
    /// not there is not taken out.
    pub fn apply(&mut self, change: &ListChange) {
        for id in &change.removed {
            self.remove(*id);
        }
        for entry in &change.put {
            self.remove(entry.id);
            self.insert(entry.clone());
        }
    }

    fn insert(&mut self, entry: Entry) {
        let Draft { list, listed, .. } = &entry.draft;
        let key = (*list, listed.clone());
        if let Some(same) = self.by_listed.get(&key).copied() {
            self.remove(same);
        }
        self.numbers.put(*list, listed, Some(entry.id));
        self.last = self.last.max(entry.id.0);
        self.by_listed.insert(key, entry.id);
        self.entries.insert(entry.id, entry);
    }

    fn remove(&mut self, id: EntryId) {
        if let Some(Entry { draft, .. }) = self.entries.remove(&id) {
            self.numbers.put(draft.list, &draft.listed, None);
            self.by_listed.remove(&(draft.list, draft.listed));
        }
    }
}

#[cfg(test)]
mod tests;
