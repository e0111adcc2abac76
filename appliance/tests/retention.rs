//! How long recordings are kept: by age and queue, when the disk fills, and when they are held.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use hotline::clock::Clock;
use hotline::media::recording_file::third_of;
use hotline::media::retention::tend;
use hotline::store::{
    QueueRetention, RecordingRow, RecordingState, Removal, Retention, Store, StoreOptions, WhenLow,
};
use hotline::system::alarms::{AlarmCode, Alarms};
use hotline::system::disk::Room;
use hotline_call::{CallId, CallerId, LegId, LineId, Moment, Number};
use hotline_services::{Fact, QueueId, RecordingId, What};
use serde_json::json;
use tempfile::TempDir;

const DAY_MS: u64 = 86_400_000;

struct Archive {
    store: Store,
    alarms: Alarms,
    dir: TempDir,
    now: u64,
}

const fn used(percent: u64) -> Option<Room> {
    Some(Room {
        total: 1_000,
        free: 1_000 - 10 * percent,
    })
}

impl Archive {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            reserve_octets: 1_000,
            low_octets: 1,
            ..StoreOptions::new(dir.path())
        };
        let clock = Clock::start();
        let alarms = Alarms::new(clock);
        let store = Store::open(options, clock, alarms.clone()).unwrap().0;
        let now = clock.now().wall_ms;
        Self {
            store,
            alarms,
            dir,
            now,
        }
    }

    /// A recording that ended so many days ago, with its file and that of a third voice.
    async fn recorded(&self, id: u64, days: u64) {
        let row = RecordingRow {
            id: RecordingId(id),
            call: CallId(id),
            path: format!("{id}.wav"),
            state: RecordingState::Complete,
            started_at: self.now - days * DAY_MS - 60_000,
            duration_ms: 60_000,
            bytes: 5,
            held: false,
        };
        let path = self.dir.path().join(&row.path);
        std::fs::write(&path, b"sound").unwrap();
        std::fs::write(third_of(&path), b"sound").unwrap();
        self.store.save_recording(row).await.unwrap();
    }

    /// The facts of a call that waited in a queue.
    fn call_in_queue(&self, first_seq: u64, call: u64, queue: QueueId) {
        let call = CallId(call);
        let offered = What::CallOffered {
            call,
            leg: LegId(2),
            line: Some(LineId(0)),
            phone: None,
            by: None,
            caller: CallerId::known(Number::parse("13800138000").unwrap()),
            called: None,
        };
        let queued = json!({"kind": "queued", "call": call, "queue": queue, "position": 1});
        let kinds = [offered, serde_json::from_value(queued).unwrap()];
        let fact = |(seq, what)| Fact {
            seq,
            boot: 1,
            at: Moment::default(),
            what,
        };
        self.store
            .append((first_seq..).zip(kinds).map(fact).collect());
    }

    async fn policy(&self, policy: Retention) {
        self.store.set_retention(policy).await.unwrap();
    }

    async fn tend(&self, room: Option<Room>) -> usize {
        tend(&self.store, room, &self.alarms).await.unwrap()
    }

    /// Which of the recordings up to `last` can still be heard; where the row says so and where the
    /// files are must agree.
    async fn left(&self, last: u64) -> Vec<u64> {
        let mut left = Vec::new();
        for id in 1..=last {
            let row = self.store.recording(RecordingId(id)).await.unwrap();
            let row = row.expect("the row stays");
            let path = self.dir.path().join(&row.path);
            let is_there = row.state != RecordingState::Removed;
            assert_eq!(
                (path.exists(), third_of(&path).exists()),
                (is_there, is_there)
            );
            assert_eq!(row.bytes > 0, is_there);
            left.extend(is_there.then_some(id));
        }
        left
    }

    /// What the log says, oldest first.
    async fn log(&self) -> Vec<(String, String, u64)> {
        let rows = self.store.recording_log(None, 100).await.unwrap();
        let told = rows.into_iter().rev();
        told.map(|row| (row.act, row.reason, row.recording.0))
            .collect()
    }
}

fn removed(why: &str, id: u64) -> (String, String, u64) {
    ("removed".to_owned(), why.to_owned(), id)
}

#[tokio::test]
async fn without_a_policy_nothing_is_ever_removed() {
    let archive = Archive::open();
    archive.recorded(1, 5_000).await;
    assert_eq!(archive.tend(used(99)).await, 0);
    assert_eq!(archive.left(1).await, [1]);
}

#[tokio::test]
async fn a_recording_goes_when_its_days_are_over_and_the_log_says_so() {
    let archive = Archive::open();
    archive.recorded(1, 31).await;
    archive.recorded(2, 29).await;
    let policy = Retention {
        keep_days: Some(30),
        ..Retention::default()
    };
    archive.policy(policy).await;
    assert_eq!(archive.tend(used(10)).await, 1);
    assert_eq!(archive.left(2).await, [2]);
    assert_eq!(archive.log().await, [removed("age", 1)]);
    assert_eq!(archive.tend(used(10)).await, 0, "once");
}

#[tokio::test]
async fn a_queue_can_have_days_of_its_own() {
    let archive = Archive::open();
    for id in 1..=3 {
        archive.recorded(id, 100).await;
    }
    archive.call_in_queue(1, 1, QueueId(1));
    archive.call_in_queue(3, 2, QueueId(2));
    let own = |queue, keep_days| QueueRetention {
        queue: QueueId(queue),
        keep_days,
    };
    let policy = Retention {
        keep_days: Some(90),
        queues: vec![own(1, Some(180)), own(2, None)],
        ..Retention::default()
    };
    archive.policy(policy).await;
    archive.tend(used(10)).await;
    assert_eq!(
        archive.left(3).await,
        [1, 2],
        "the third call was in no queue"
    );
}

#[tokio::test]
async fn what_is_held_stays_until_it_is_released_and_the_log_names_who_said_so() {
    let archive = Archive::open();
    archive.recorded(1, 100).await;
    let policy = Retention {
        keep_days: Some(1),
        when_low: WhenLow::RemoveOldest,
        ..Retention::default()
    };
    archive.policy(policy).await;
    let hold = async |held, reason: &str| {
        let by = ("admin".to_owned(), reason.to_owned());
        let held = archive.store.hold_recording(RecordingId(1), held, by);
        held.await.unwrap()
    };
    assert!(hold(true, "case 17").await);
    assert_eq!(archive.tend(used(99)).await, 0);
    assert!(hold(false, "case 17 is closed").await);
    assert_eq!(archive.tend(used(99)).await, 1);
    assert!(!hold(true, "too late").await);
    let told = |act: &str, reason: &str| (act.to_owned(), reason.to_owned(), 1);
    let log = [
        told("held", "case 17"),
        told("released", "case 17 is closed"),
        removed("age", 1),
    ];
    assert_eq!(archive.log().await, log);
}

#[tokio::test]
async fn a_disk_that_fills_is_told_and_the_oldest_go_if_they_may() {
    let archive = Archive::open();
    for id in 1..=25 {
        archive.recorded(id, 30 - id).await;
    }
    let is_told = || {
        let alarms = archive.alarms.current();
        alarms
            .iter()
            .any(|alarm| alarm.code == AlarmCode::StorageFilling)
    };
    archive.tend(used(84)).await;
    assert!(!is_told());
    assert_eq!(archive.tend(used(95)).await, 0, "not asked for");
    assert!(is_told());
    let policy = Retention {
        when_low: WhenLow::RemoveOldest,
        ..Retention::default()
    };
    archive.policy(policy).await;
    assert_eq!(archive.tend(used(94)).await, 0);
    assert_eq!(archive.tend(used(95)).await, 20, "so many at once");
    assert_eq!(archive.left(25).await, [21, 22, 23, 24, 25]);
    assert_eq!(archive.log().await[0], removed("room", 1));
    archive.tend(used(80)).await;
    assert!(!is_told());
}

/// The program dies after the removal is noted and before the file is gone.
#[tokio::test]
async fn a_removed_recording_whose_file_is_still_there_goes_at_the_next_turn() {
    let archive = Archive::open();
    archive.recorded(1, 2).await;
    let row = archive
        .store
        .recording(RecordingId(1))
        .await
        .unwrap()
        .unwrap();
    archive
        .store
        .remove_recording(row, Removal::Age)
        .await
        .unwrap();
    archive.tend(used(10)).await;
    assert!(archive.left(1).await.is_empty());
}
