use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ConfigurationError;
use crate::acd::MAX_REASON;

/// The most reasons there may be.
const MOST_REASONS: usize = 20;
/// The longest limit, in minutes: a shift.
const LONGEST_MIN: u32 = 720;

/// For what agents take no calls, and how long. No decision depends on it: who is away longer is
/// shown so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Breaks {
    /// The reasons agents choose from, in their order; 1 to 20.
    pub reasons: Vec<BreakReason>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakReason {
    /// As people call it, 1 to 64 characters, none twice; `lunch`, `break` and `training` are said
    /// in the language of the reader.
    pub name: String,
    /// After how many minutes somebody is away too long, 1 to 720; `None`: never.
    #[serde(default)]
    pub limit_min: Option<u32>,
}

impl Default for Breaks {
    fn default() -> Self {
        let reason = |name: &str, limit_min| BreakReason {
            name: name.to_owned(),
            limit_min,
        };
        Self {
            reasons: vec![
                reason("break", Some(15)),
                reason("lunch", Some(60)),
                reason("training", None),
            ],
        }
    }
}

impl Breaks {
    pub(super) fn check(&self) -> Result<(), ConfigurationError> {
        let wrong = |field: String, found: String, allowed: &str| ConfigurationError {
            field,
            found,
            allowed: allowed.into(),
        };
        let count = self.reasons.len();
        if !(1..=MOST_REASONS).contains(&count) {
            return Err(wrong("breaks.reasons".into(), count.to_string(), "1 to 20"));
        }
        let mut names = BTreeSet::new();
        for (at, reason) in self.reasons.iter().enumerate() {
            let name = || format!("breaks.reasons[{at}].name");
            let length = reason.name.trim().chars().count();
            if !(1..=MAX_REASON).contains(&length) {
                return Err(wrong(name(), length.to_string(), "1 to 64 characters"));
            }
            if !names.insert(&reason.name) {
                return Err(wrong(name(), reason.name.clone(), "no name twice"));
            }
            if let Some(found) = reason.limit_min.filter(|m| !(1..=LONGEST_MIN).contains(m)) {
                let field = format!("breaks.reasons[{at}].limit_min");
                return Err(wrong(field, found.to_string(), "1 to 720"));
            }
        }
        Ok(())
    }
}
