//! Facts as a release writes them, to be read by all later ones: the begin of a day, whole, and one
//! fact of each shape that random days tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use hotline_services::{Broken, CallRecord, Fact, Records};
use serde_json::Value;

use crate::check::Depth;
use crate::town::{Setting, Temper, Town};

/// The day that is kept, and how much of it.
const DAY: (u64, u32) = (3, 2);
const DAY_FACTS: usize = 600;
/// Days looked through for shapes, and how large the offices are.
const LOOKED_THROUGH: [(u64, u32); 6] = [(9, 3), (3, 6), (4, 9), (5, 4), (6, 8), (12, 12)];

/// What a release leaves behind; each is lines of JSON.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// The first facts of a day, without gaps.
    pub day: Vec<String>,
    /// The call records derived from them, by call.
    pub records: Vec<String>,
    /// One fact of each shape.
    pub shapes: Vec<String>,
}

/// Lives the days and keeps what is to be kept.
///
/// # Errors
/// The first invariant that does not hold.
pub fn corpus() -> Result<Corpus, Broken> {
    let mut day = facts_of(DAY)?;
    day.truncate(DAY_FACTS);
    let mut shapes = BTreeMap::new();
    for fact in LOOKED_THROUGH
        .into_iter()
        .map(facts_of)
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
    {
        let value = as_value(&fact);
        // The settings are whole in the day.
        if value["kind"] != "configured" {
            shapes.entry(shape(&value)).or_insert(value);
        }
    }
    Ok(Corpus {
        records: records(&day).iter().map(line).collect(),
        day: day.iter().map(line).collect(),
        shapes: shapes.values().map(line).collect(),
    })
}

/// The call records that come of these facts, by call.
#[must_use]
pub fn records(facts: &[Fact]) -> Vec<CallRecord> {
    let mut reader = Records::new();
    let mut all = BTreeMap::new();
    for fact in facts {
        if let Some(record) = reader.apply(fact) {
            all.insert(record.call, record.clone());
        }
    }
    all.into_values().collect()
}

/// Whether all that `old` tells is told by `new` too; that may tell more.
#[must_use]
pub fn tells_all(new: &Value, old: &Value) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => old.iter().all(|(key, old)| {
            // What says nothing may be left out.
            let new = new.get(key).unwrap_or(&Value::Null);
            tells_all(new, old)
        }),
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old).all(|(new, old)| tells_all(new, old))
        }
        (new, old) => new == old,
    }
}

/// The facts that are kept of a day, those lost in a crash left out.
fn facts_of((seed, seats): (u64, u32)) -> Result<Vec<Fact>, Broken> {
    let kept = Arc::new(Mutex::new(Vec::<Fact>::new()));
    let keeps = Arc::clone(&kept);
    let watch = Box::new(move |fact: &Fact| {
        let mut kept = keeps.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.partition_point(|earlier| earlier.seq < fact.seq);
        kept.truncate(before);
        kept.push(fact.clone());
    });
    let setting = Setting {
        seed,
        days: 1,
        seats,
        depth: Depth::Shallow,
        temper: Temper::Rough { is_alone: false },
    };
    Town::new(setting, setting.office(), Some(watch))?.live()?;
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(kept.clone())
}

/// The names of all that is told, and what it is called; numbers and words are left out.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| match (key.as_str(), value) {
                ("kind" | "outcome" | "doing" | "mode" | "purpose", Value::String(word)) => {
                    format!("{key}={word}")
                }
                _ => format!("{key}:{}", shape(value)),
            };
            let fields: Vec<_> = fields.iter().map(field).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(all) => {
            let mut shapes: Vec<_> = all.iter().map(shape).collect();
            shapes.sort();
            shapes.dedup();
            format!("[{}]", shapes.join(","))
        }
        Value::Null => "null".into(),
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "string".into(),
    }
}

fn as_value(fact: &Fact) -> Value {
    serde_json::to_value(fact).unwrap_or_default()
}

fn line(told: &impl serde::Serialize) -> String {
    serde_json::to_string(told).unwrap_or_default()
}
