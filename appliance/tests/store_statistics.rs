//! What the store counts, and whose calls it finds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use hotline::clock::Clock;
use hotline::store::{Author, CallFilter, DayCounts, Store, StoreOptions, Within, rebuild};
use hotline::system::alarms::Alarms;
use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Moment, Number, Party};
use hotline_services::schedule::Zone;
use hotline_services::{AgentId, CallRefused, Configuration, EndOutcome, Fact, QueueId, What};
use tempfile::TempDir;

/// 2026-07-01 00:00 in Shanghai, where it is 16:00 of the day before in UTC.
const MIDNIGHT: u64 = 1_782_835_200_000;
const MINUTE: u64 = 60_000;
const SALES: QueueId = QueueId(1);
const SERVICE: QueueId = QueueId(2);

/// A store, and facts as they come.
struct Day {
    dir: TempDir,
    store: Store,
    seq: u64,
    at: u64,
}

impl Day {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions {
            reserve_octets: 1_000,
            low_octets: 1,
            ..StoreOptions::new(dir.path())
        };
        let clock = Clock::start();
        let (store, _) = Store::open(options, clock, Alarms::new(clock)).unwrap();
        Self {
            dir,
            store,
            seq: 0,
            at: MIDNIGHT,
        }
    }

    /// One after the other, a second between them.
    fn happens(&mut self, facts: impl IntoIterator<Item = What>) {
        let facts = facts.into_iter().map(|what| {
            self.seq += 1;
            self.at += 1_000;
            Fact {
                seq: self.seq,
                boot: 1,
                at: Moment {
                    mono_ms: self.at + 24 * 60 * MINUTE - MIDNIGHT,
                    wall_ms: self.at,
                },
                what,
            }
        });
        let facts = facts.collect();
        self.store.append(facts);
    }

    async fn queues(&self) -> Vec<(u32, [u32; 5])> {
        self.store.flush().await.unwrap();
        let counts = self.store.day_of(self.at).await.unwrap().queues;
        counts.into_iter().map(|(id, c)| (id, five(c))).collect()
    }

    async fn all(&self) -> [u32; 5] {
        self.store.flush().await.unwrap();
        five(self.store.day_of(self.at).await.unwrap().all)
    }
}

/// Offered, answered, abandoned, flowed out, in progress.
fn five(counts: DayCounts) -> [u32; 5] {
    let sum = counts.answered + counts.abandoned + counts.flowed_out + counts.in_progress;
    assert_eq!(counts.offered, sum, "{counts:?}");
    [
        counts.offered,
        counts.answered,
        counts.abandoned,
        counts.flowed_out,
        counts.in_progress,
    ]
}

fn offered(call: u64, line: Option<u16>) -> What {
    What::CallOffered {
        call: CallId(call),
        leg: LegId(call * 10),
        line: line.map(LineId),
        phone: None,
        by: None,
        caller: CallerId::known(Number::parse("13800138000").unwrap()),
        called: None,
    }
}

fn queued(call: u64, queue: QueueId) -> What {
    What::Queued {
        call: CallId(call),
        queue,
        position: 1,
        again: false,
        bonus_s: 0,
        without: None,
        kept: None,
    }
}

fn answered(call: u64, agent: u32, queue: QueueId) -> [What; 2] {
    let (call, agent, leg) = (CallId(call), AgentId(agent), LegId(call * 10 + 1));
    let rung = What::AgentOffered {
        call,
        queue,
        agent,
        leg,
        why: Vec::new(),
        because: hotline_services::Because::default(),
    };
    [rung, What::Connected { call, agent, leg }]
}

fn ended(call: u64, outcome: EndOutcome) -> [What; 2] {
    let (call, by, cause) = (CallId(call), Party::Customer, Cause::NORMAL_CLEARING);
    let ending = What::CallEnding {
        call,
        outcome,
        by,
        cause,
    };
    let ended = What::CallEnded {
        call,
        outcome,
        by,
        cause,
    };
    [ending, ended]
}

/// Answered in sales by agent 7, given to service, given up there.
fn given_on(call: u64) -> Vec<What> {
    let mut facts = vec![offered(call, Some(0)), queued(call, SALES)];
    facts.extend(answered(call, 7, SALES));
    facts.push(What::Disconnected {
        call: CallId(call),
        agent: AgentId(7),
        leg: LegId(call * 10 + 1),
    });
    facts.push(queued(call, SERVICE));
    facts.extend(ended(call, EndOutcome::AbandonedInQueue));
    facts
}

#[tokio::test]
async fn each_queue_counts_the_callers_it_had_whatever_became_of_them_elsewhere() {
    let mut day = Day::new();
    day.happens(given_on(1));
    // Moved from sales to service by the timeline, and waits.
    day.happens([offered(2, Some(1)), queued(2, SALES), queued(2, SERVICE)]);
    assert_eq!(
        day.queues().await,
        [(1, [2, 1, 0, 1, 0]), (2, [2, 0, 1, 0, 1])]
    );
    // Of the house each caller is one.
    assert_eq!(day.all().await, [2, 1, 0, 0, 1]);
    let rebuilt = rebuild(day.dir.path(), |_, _| {}).unwrap();
    assert_eq!(
        (rebuilt.calls, rebuilt.differences),
        (2, Vec::<String>::new())
    );
}

#[tokio::test]
async fn calls_refused_screened_or_from_phone_to_phone_are_not_offered_to_anybody() {
    let mut day = Day::new();
    day.happens([What::CallRefused(CallRefused {
        call: CallId(1),
        leg: LegId(10),
        line: LineId(0),
        caller: CallerId::default(),
        cause: Cause::NO_CIRCUIT,
    })]);
    day.happens([offered(2, Some(0))]);
    day.happens(ended(2, EndOutcome::Refused));
    day.happens([offered(3, None)]);
    day.happens(ended(3, EndOutcome::NotAnswered));
    assert_eq!(day.all().await, [0; 5]);
    // A phone of ours that waits in a queue is a caller of it.
    day.happens([offered(4, None), queued(4, SALES)]);
    assert_eq!(day.all().await, [1, 0, 0, 0, 1]);
}

/// The box runs in UTC; the day is that of the zone which is set.
#[tokio::test]
async fn the_day_of_the_statistics_is_that_of_the_zone_set_and_not_of_the_machine() {
    let mut day = Day::new();
    day.at = MIDNIGHT - 30 * MINUTE;
    day.happens([offered(1, Some(0)), queued(1, SALES)]);
    day.at = MIDNIGHT + 30 * MINUTE;
    day.happens([offered(2, Some(1)), queued(2, SALES)]);
    assert_eq!(day.queues().await, [(1, [1, 0, 0, 0, 1])], "Shanghai");
    let mut utc = Configuration::default();
    utc.dial_plan.zone = Zone::fixed(0);
    let author = Author::default();
    day.store.save_configuration(utc, author).await.unwrap();
    assert_eq!(day.queues().await, [(1, [2, 0, 0, 0, 2])], "UTC");
}

#[tokio::test]
async fn who_gave_a_call_away_still_finds_it_and_who_did_not_answer_does_not() {
    let mut day = Day::new();
    day.happens(given_on(1));
    day.store.flush().await.unwrap();
    let found = async |filter| day.store.calls(filter, 10).await.unwrap().1;
    let by_agent = |agent| CallFilter {
        agent: Some(agent),
        ..CallFilter::default()
    };
    let within = |agent, queues: &[u32]| Within {
        agent: Some(agent),
        queues: queues.to_vec(),
    };
    let own = |within| CallFilter {
        within: Some(within),
        ..CallFilter::default()
    };
    assert_eq!(found(by_agent(7)).await, 1);
    assert_eq!(found(by_agent(8)).await, 0);
    assert_eq!(found(own(within(7, &[]))).await, 1);
    assert_eq!(found(own(within(8, &[]))).await, 0);
    assert_eq!(
        found(own(within(8, &[SALES.0]))).await,
        1,
        "came through sales"
    );
    let record = day.store.call(CallId(1)).await.unwrap().unwrap();
    assert!(within(7, &[]).has(&record) && !within(8, &[]).has(&record));
    assert!(within(8, &[SALES.0]).has(&record));
}
