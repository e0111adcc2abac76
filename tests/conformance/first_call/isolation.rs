//! Whatever fails beside the calls, they go on (product/features.md, F1).

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hotline::drill::{Place, arm, is_armed};
use hotline::store::Author;
use hotline::system::alarms::AlarmCode;
use hotline_call::Digit;
use hotline_services::{EndOutcome, Request};
use hotline_tests::browser::Browser;
use hotline_tests::office::{Office, caller, wait_until};
use hotline_tests::voice;
use hotline_world::customer::{Customer, Step};
use rusqlite::Connection;

use crate::talk::{finished, phone, records, says, seat, settings, well_heard};

/// Another program holds the store for so long.
const LOCKED: Duration = Duration::from_secs(60);
/// Browsers that ask for something and never finish asking.
const SLOW_BROWSERS: usize = 1000;
/// A browser that says nothing is dropped after 10 s, and then there is room again.
const ROOM_AGAIN_S: u64 = 30;
/// Both speak by then.
const BEGINS_MS: usize = 12_000;
/// Between two repetitions of a speech.
const PAUSE_MS: usize = 500;
const PASSWORD: &str = "correct horse battery";

#[test]
fn a_call_is_heard_whole_while_handlers_reports_and_store_fail_and_1000_browsers_dawdle()
-> Result<(), String> {
    let speeches = [
        voice::human("demo-thanks")?,
        voice::human("queue-youarenext")?,
    ];
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    // The agent speaks again and again, to the end of the call.
    let agent_says = again_and_again(&speeches[0], LOCKED + Duration::from_secs(60));
    // The other is signed in and has no phone: only there to be changed.
    let seats = vec![seat(0, Some(says(agent_says))), seat(1, None)];
    let office = Office::open(settings(folder.path(), seats))?;
    assert!(office.wait_for_idle(1), "the agent becomes idle");
    let customer_says = again_and_again(&speeches[1], LOCKED + Duration::from_secs(20));
    let script = vec![
        Step::WaitUntilAnswered,
        Step::Wait { ms: 1500 },
        Step::Press(Digit::new('1').ok_or("1 is a key")?),
        Step::Wait { ms: 8000 },
        Step::Say(customer_says),
    ];
    let customer = Customer::new(caller("13800138001"), script).keeping_ms(120_000);
    office.town.place(customer).map_err(|_| "no free line")?;
    let talks =
        || phone(&office, 0).look(|calls| calls.last().is_some_and(|c| c.rtp.received > 100));
    assert!(wait_until(20, talks), "they talk");

    fail_beside_the_call(&office)?;
    let held = hold_the_store(folder.path())?;
    let dawdlers = dawdle(&office)?;
    make_a_fact(&office, "while it is locked")?;
    let is_locked = || is_raised(&office, AlarmCode::StorageLocked);
    assert!(wait_until(20, is_locked), "somebody is told");
    assert!(held.join().is_ok());
    assert!(is_kept(&office, "while it is locked")?, "no fact is lost");
    let serves = || Browser::sign_in(office.web(), PASSWORD).is_ok();
    assert!(wait_until(ROOM_AGAIN_S, serves), "there is room for others");
    drop(dawdlers);

    let (finished, records) = (finished(&office, 1), records(&office, 1));
    let (done, record) = (&finished[0], &records[0]);
    assert_eq!(record.outcome, Some(EndOutcome::Served));
    let rtp = phone(&office, 0).look(|calls| calls[0].rtp);
    assert_eq!((rtp.lost, rtp.disordered), (0, 0), "{rtp:?}");
    let [left, right] = office.recording(record.call)?;
    println!("{rtp:?}, {:?}", done.log);
    heard_again_and_again("customer", &speeches[1], &left);
    heard_again_and_again("agent", &speeches[0], &right);
    office.close();
    Ok(())
}

/// A speech as often as it fits, with pauses.
fn again_and_again(speech: &[i16], lasts: Duration) -> Arc<[i16]> {
    let samples = lasts.as_millis() as usize * 8;
    let once = voice::with_pause(speech, speech.len() / 8 + PAUSE_MS);
    once.iter().copied().cycle().take(samples).collect()
}

/// Asserts that each repetition was heard well, but for the last, which may be cut off.
fn heard_again_and_again(who: &str, speech: &[i16], heard: &[i16]) {
    let step = speech.len() + PAUSE_MS * 8;
    let beginning = heard.len().min(BEGINS_MS * 8 + 2 * step);
    let first = well_heard(who, speech, &heard[..beginning]).found.at;
    let times = ((heard.len() - first) / step).saturating_sub(1);
    assert!(times >= 3, "{who} is heard {times} times");
    for at in (0..times).map(|n| first + n * step) {
        // A buffer may have stretched the pauses.
        let (from, to) = (at.saturating_sub(PAUSE_MS * 4), at + step);
        well_heard(&format!("{who} at {} ms", at / 8), speech, &heard[from..to]);
    }
}

fn is_raised(office: &Office, code: AlarmCode) -> bool {
    let current = office.running.alarms.current();
    current.iter().any(|alarm| alarm.code == code)
}

/// A handler, a report and the store's thread panic, one after the other; the next one who asks is
/// served.
fn fail_beside_the_call(office: &Office) -> Result<(), String> {
    let web = Browser::sign_in(office.web(), PASSWORD)?;
    for (place, path) in [
        (Place::WebHandler, "/api/health"),
        (Place::Report, "/api/calls"),
    ] {
        arm(place);
        let failed = web.get(path).expect_err("the drill fails it");
        assert!(failed.contains("500"), "{failed}");
        assert!(!is_armed(place));
        web.get(path)?;
    }
    let store = &office.running.store;
    let configuration = store.configuration().borrow().as_ref().clone();
    arm(Place::StoreWork);
    let failed =
        office.wait_for(store.save_configuration(configuration.clone(), Author::default()));
    assert!(failed.is_err());
    office
        .wait_for(store.save_configuration(configuration, Author::default()))
        .map_err(|error| error.to_string())?;

    arm(Place::CallRecords);
    let agent = office.agents[1];
    let reason = "a drill".to_owned();
    let ask = office
        .running
        .control
        .request(Request::NotReady { agent, reason });
    office.wait_for(ask).map_err(|error| error.to_string())?;
    let is_told = || is_raised(office, AlarmCode::CallRecordsIncomplete);
    assert!(wait_until(10, is_told), "somebody is told");
    assert!(!is_armed(Place::CallRecords));
    assert!(is_kept(office, "a drill")?, "no fact is lost");
    Ok(())
}

/// The agent without a phone is not ready, for this reason.
fn make_a_fact(office: &Office, reason: &str) -> Result<(), String> {
    let agent = office.agents[1];
    let reason = reason.to_owned();
    let ask = office
        .running
        .control
        .request(Request::NotReady { agent, reason });
    office.wait_for(ask).map_err(|error| error.to_string())
}

/// Whether that fact is in the store.
fn is_kept(office: &Office, reason: &str) -> Result<bool, String> {
    let store = &office.running.store;
    let read = office.wait_for(async {
        store.flush().await?;
        store.facts_after(0, u32::MAX).await
    });
    let facts = read.map_err(|error| error.to_string())?;
    Ok(facts
        .iter()
        .any(|fact| format!("{:?}", fact.what).contains(reason)))
}

/// As a program would that works on the file by itself.
fn hold_the_store(data: &Path) -> Result<JoinHandle<()>, String> {
    let file = data.join("hotline.db");
    let connection = Connection::open(&file).map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let got = wait_until(10, || connection.execute_batch("BEGIN IMMEDIATE").is_ok());
    assert!(got, "the store is between two writes at times");
    Ok(std::thread::spawn(move || {
        let held = wait_until(LOCKED.as_secs() * 2, || begun.elapsed() >= LOCKED);
        assert!(held);
        connection.execute_batch("ROLLBACK").unwrap();
    }))
}

/// Connections that send half a request and nothing more.
fn dawdle(office: &Office) -> Result<Vec<TcpStream>, String> {
    let connect = |_| {
        let mut stream = TcpStream::connect(office.web())?;
        stream.write_all(b"GET /api/calls HTTP/1.1\r\nHost: here\r\nX-Slow: ")?;
        Ok(stream)
    };
    let streams: std::io::Result<_> = (0..SLOW_BROWSERS).map(connect).collect();
    streams.map_err(|error| error.to_string())
}
