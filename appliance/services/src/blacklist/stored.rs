//! Both lists as they are stored in a checkpoint: their entries. How they are looked up is derived.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Entry, NumberLists};

/// Two lists are equal that say the same, however the entries came in.
impl PartialEq for NumberLists {
    fn eq(&self, other: &Self) -> bool {
        (self.last, &self.entries) == (other.last, &other.entries)
    }
}

impl Eq for NumberLists {}

impl Serialize for NumberLists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries: Vec<&Entry> = self.entries.values().collect();
        (self.last, entries).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for NumberLists {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (last, entries) = <(u32, Vec<Entry>)>::deserialize(deserializer)?;
        let mut lists = Self::default();
        for entry in entries {
            lists.insert(entry);
        }
        lists.last = last;
        Ok(lists)
    }
}
