//! Facts that a release has written are read by all later ones: they lead to the same records, and
//! nothing that was told is lost. A release adds a folder: `cargo xtask sim --corpus DIR`.

use std::fs;
use std::path::{Path, PathBuf};

use hotline_call::Moment;
use hotline_services::{CallCentre, Event, Fact};
use hotline_sim::corpus::{records, tells_all};
use serde_json::{Value, json};

fn releases() -> Vec<PathBuf> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders = fs::read_dir(&all).expect("the corpus is in the room of the simulator");
    let folders: Vec<_> = folders
        .map(|entry| entry.expect("it is read").path())
        .collect();
    assert!(!folders.is_empty(), "no release has left facts");
    folders
}

fn values(release: &Path, name: &str) -> Vec<Value> {
    let lines = fs::read_to_string(release.join(name)).expect("each release has it");
    let value = |line: &str| serde_json::from_str(line).expect("a line is JSON");
    lines.lines().map(value).collect()
}

fn read(value: &Value) -> Fact {
    let read = serde_json::from_value(value.clone());
    read.unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// The same with the names of today: keys of menus led to queues alone once (0.1).
fn as_named_now(old: Value) -> Value {
    let queue = |id: Value| json!({ "queue": id });
    match old {
        Value::Array(all) => all.into_iter().map(as_named_now).collect(),
        Value::Object(mut all) => {
            if all.contains_key("digit")
                && let Some(id) = all.remove("queue")
            {
                all.insert("target".to_owned(), queue(id));
            }
            if let Some(id) = all
                .get_mut("otherwise")
                .filter(|otherwise| otherwise.is_u64())
            {
                *id = queue(id.take());
            }
            let named = all
                .into_iter()
                .map(|(name, value)| (name, as_named_now(value)));
            Value::Object(named.collect())
        }
        told => told,
    }
}

#[test]
fn each_fact_of_every_release_is_read_whole() {
    for release in releases() {
        for name in ["day.jsonl", "shapes.jsonl"] {
            for old in values(&release, name) {
                let new = serde_json::to_value(read(&old)).unwrap();
                let old = as_named_now(old);
                assert!(tells_all(&new, &old), "was {old}\nis {new}");
            }
        }
    }
}

#[test]
fn the_day_of_every_release_leads_to_the_records_it_had() {
    for release in releases() {
        let facts: Vec<_> = values(&release, "day.jsonl").iter().map(read).collect();
        let new = records(&facts);
        let old = values(&release, "records.jsonl");
        assert_eq!(new.len(), old.len());
        for (new, old) in new.iter().zip(old) {
            let new = serde_json::to_value(new).unwrap();
            assert!(tells_all(&new, &old), "was {old}\nis {new}");
        }
    }
}

#[test]
fn a_centre_goes_on_from_the_day_of_every_release() {
    for release in releases() {
        let facts: Vec<_> = values(&release, "day.jsonl").iter().map(read).collect();
        let last = facts.last().expect("a day has facts");
        let mut centre = CallCentre::refold(&facts);
        let open = centre.view().calls.len();
        assert!(open > 0, "the day is cut where calls are open");
        let now = Moment {
            mono_ms: 1,
            wall_ms: last.at.wall_ms + 1000,
        };
        let started = Event::Started {
            boot: last.boot + 1,
            last_alive: Some(last.at),
        };
        centre
            .handle(now, started)
            .expect("only requests are refused");
        assert_eq!(centre.view().calls.len(), 0, "all {open} calls are closed");
    }
}
