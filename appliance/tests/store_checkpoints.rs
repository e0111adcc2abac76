//! A start folds a checkpoint and the facts after it, and comes to what all facts lead to (house
//! decision 2).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use hotline::clock::Clock;
use hotline::store::{Loaded, Store, StoreOptions};
use hotline::system::alarms::Alarms;
use hotline_call::{Device, LineId, Moment};
use hotline_services::{CallCentre, Event, Fact};
use rusqlite::Connection;
use tempfile::TempDir;

/// A store whose centre has heard that lines came into service, one a second.
struct Kept {
    dir: TempDir,
    facts: Vec<Fact>,
}

impl Kept {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            facts: Vec::new(),
        }
    }

    fn open(&self) -> (Store, Loaded) {
        let options = StoreOptions {
            reserve_octets: 1_000,
            low_octets: 1,
            ..StoreOptions::new(self.dir.path())
        };
        let clock = Clock::start();
        Store::open(options, clock, Alarms::new(clock)).unwrap()
    }

    /// A life in which these lines come into service; it ends as it should, or is cut off.
    fn lives(&mut self, lines: std::ops::Range<u16>, is_cut_off: bool) {
        let (store, loaded) = self.open();
        let (mut centre, boot) = (loaded.centre, loaded.boot);
        let started = Event::Started {
            boot,
            last_alive: loaded.last_alive,
        };
        let in_service = lines.map(|line| {
            let device = Device::Line(LineId(line));
            Event::Door(hotline_call::Event::InService { device })
        });
        for (second, event) in (1..).zip(std::iter::once(started).chain(in_service)) {
            let now = Moment {
                mono_ms: second * 1_000,
                wall_ms: boot * 1_000_000 + second * 1_000,
            };
            let told = centre.handle(now, event).unwrap().facts;
            self.facts.extend(told.iter().cloned());
            store.append(told);
        }
        if !is_cut_off {
            store.keep_checkpoint_now(&centre);
        }
        store.close();
    }

    fn sql(&self, statement: &str) -> usize {
        let file = self.dir.path().join("hotline.db");
        let connection = Connection::open(file).unwrap();
        connection.execute(statement, []).unwrap()
    }

    fn is_whole(&self) {
        let (store, loaded) = self.open();
        assert!(loaded.centre == CallCentre::refold(&self.facts));
        store.close();
    }
}

#[test]
fn a_checkpoint_and_the_facts_after_it_lead_to_what_all_facts_lead_to() {
    let mut kept = Kept::new();
    kept.lives(0..20, false);
    kept.lives(20..40, true);
    // What is in the checkpoint is not folded again: without it these facts are missed.
    assert!(kept.sql("DELETE FROM fact WHERE seq <= 10") == 10);
    kept.is_whole();
}

#[test]
fn a_checkpoint_that_is_damaged_or_of_another_program_gives_way_to_the_facts() {
    let spoils = [
        "UPDATE checkpoint SET body = X'7B7D'",
        "UPDATE checkpoint SET format = 'another'",
        "UPDATE checkpoint SET seq = seq + 1000",
        "UPDATE checkpoint SET hash = X'00'",
    ];
    for spoil in spoils {
        let mut kept = Kept::new();
        kept.lives(0..20, false);
        kept.lives(20..40, true);
        assert_eq!(kept.sql(spoil), 3, "centre, house and projections");
        kept.is_whole();
        assert!(kept.sql("DELETE FROM checkpoint WHERE name <> 'projections'") == 0);
    }
}
