//! A phone goes away, a cable is pulled: in mid-call.

use std::time::Duration;

use hotline::system::alarms::AlarmCode;
use hotline_call::{Cause, Party};
use hotline_services::EndOutcome;
use hotline_tests::office::{Office, wait_until};
use hotline_tests::voice;
use hotline_world::customer::{Noticed, Step};
use hotline_world::exchange::Fault;
use hotline_world::phone::{Ending, PhoneSettings};

use crate::talk::{call_in, finished, once, phone, records, says, seat, settings, well_heard};

/// Packets of a call that has been going on for 2 s.
const GOING_ON: u64 = 100;
/// A phone that sends nothing is taken for gone after 10 s.
const GONE_S: u64 = 20;

/// Whether the seat's phone has been hearing the caller for a while.
fn is_talking(office: &Office, seat: usize) -> bool {
    phone(office, seat).look(|calls| {
        let now = calls.last();
        now.is_some_and(|call| call.is_up() && call.rtp.received >= GOING_ON)
    })
}

fn talking(office: &Office, seats: usize) -> Option<usize> {
    (0..seats).find(|seat| is_talking(office, *seat))
}

/// The port of the only call, once it is free again.
fn line_is_freed(office: &Office, port: usize) -> bool {
    wait_until(5, || office.town.line(port, |line| line.is_free()))
}

/// Nobody hangs up on the caller for it: the caller goes on with another agent.
#[test]
fn a_phone_that_vanishes_in_a_call_is_given_up_with_cause_27_and_its_caller_served_by_another()
-> Result<(), String> {
    let speeches = [
        voice::human("demo-thanks")?,
        voice::human("queue-youarenext")?,
    ];
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let seats = speeches.iter().enumerate().map(|(n, speech)| {
        let lasts = Duration::from_millis(speech.len() as u64 / 8 + 500);
        let behaviour = PhoneSettings {
            hangs_up_after: Some(lasts),
            ..says(once(0, speech))
        };
        seat(n, Some(behaviour))
    });
    let office = Office::open(settings(folder.path(), seats.collect()))?;
    assert!(office.wait_for_idle(2), "both agents become idle");
    call_in(&office, "13800138001", vec![Step::ListenUntilCleared]);
    let mut first = None;
    let is_up = wait_until(20, || {
        first = talking(&office, 2);
        first.is_some()
    });
    assert!(is_up, "an agent talks to the caller");
    let first = first.unwrap();
    phone(&office, first).vanish();
    let second = 1 - first;
    let is_served = wait_until(GONE_S, || is_talking(&office, second));
    assert!(is_served, "the other agent talks to the caller");

    let (finished, records) = (finished(&office, 1), records(&office, 1));
    let (done, record) = (&finished[0], &records[0]);
    let ended: Vec<_> = record.legs[1..]
        .iter()
        .map(|leg| (leg.agent, leg.cause))
        .collect();
    let expected = [
        (
            Some(office.agents[first]),
            Some(Cause::DESTINATION_OUT_OF_ORDER),
        ),
        (Some(office.agents[second]), Some(Cause::NORMAL_CLEARING)),
    ];
    assert_eq!(ended, expected);
    assert_eq!(record.agent, Some(office.agents[second]));
    assert_eq!(record.outcome, Some(EndOutcome::Served));
    assert_eq!(record.hung_up_by, Some(Party::Agent));
    let recordings = office.recordings(record.call)?;
    let [broken_off, [_, right]] = recordings.as_slice() else {
        panic!("{} recordings of two conversations", recordings.len());
    };
    assert!(broken_off[0].len() > 2 * 8000);
    well_heard("recording", &speeches[second], right);
    well_heard("customer", &speeches[second], &done.heard);
    assert!(done.when(Noticed::BusyTone).is_some(), "{:?}", done.log);
    assert!(line_is_freed(&office, done.port), "the line is freed");
    office.close();
    Ok(())
}

#[test]
fn a_cable_pulled_in_a_call_ends_it_with_cause_27_for_everybody_and_the_line_comes_back()
-> Result<(), String> {
    let speech = voice::human("demo-thanks")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let seats = vec![seat(0, Some(says(once(0, &speech))))];
    let office = Office::open(settings(folder.path(), seats))?;
    assert!(office.wait_for_idle(1), "the agent becomes idle");
    call_in(&office, "13800138001", vec![Step::ListenUntilCleared]);
    assert!(wait_until(20, || is_talking(&office, 0)), "they talk");
    let port = 0;
    let pull = |fault| office.town.line(port, |line| line.set_fault(fault));
    pull(Fault::Unplugged);

    let (finished, records) = (finished(&office, 1), records(&office, 1));
    let (done, record) = (&finished[0], &records[0]);
    assert_eq!(done.port, port);
    assert!(done.when(Noticed::BusyTone).is_some(), "{:?}", done.log);
    assert_eq!(
        (record.outcome, record.hung_up_by, record.cause),
        (
            Some(EndOutcome::Served),
            Some(Party::System),
            Some(Cause::DESTINATION_OUT_OF_ORDER)
        )
    );
    assert_eq!(record.legs[0].cause, Some(Cause::DESTINATION_OUT_OF_ORDER));
    let hung_up = phone(&office, 0).wait(Duration::from_secs(5), |calls| {
        matches!(calls[0].ended, Some((Ending::TheirBye, _)))
    });
    assert!(hung_up, "the agent's phone is told");
    assert!(office.wait_for_idle(1), "the agent is idle again");
    // What was said up to then is kept.
    let [_, right] = office.recording(record.call)?;
    well_heard("recording", &speech[..12_000], &right);

    let alarms = &office.running.alarms;
    let is_down = || {
        let current = alarms.current();
        current
            .iter()
            .any(|alarm| alarm.code == AlarmCode::LineDown)
    };
    assert!(wait_until(5, is_down), "the line is told to be down");
    pull(Fault::None);
    assert!(wait_until(5, || !is_down()), "the line is in service");
    assert!(line_is_freed(&office, port));
    call_in(&office, "13800138002", vec![Step::HangUp]);
    let next = crate::talk::finished(&office, 1);
    assert_eq!(next[0].port, port);
    assert!(next[0].when(Noticed::Answered).is_some());
    office.close();
    Ok(())
}
