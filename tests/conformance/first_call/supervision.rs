//! A supervisor whispers to an agent, then all three talk; each is recorded on a track.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hotline_services::{AgentState, AgentView, Request, Supervise, SuperviseMode, Supervisor};
use hotline_tests::measure::leak_db;
use hotline_tests::office::{Office, wait_until};
use hotline_tests::voice;
use hotline_world::customer::Step;
use hotline_world::phone::PhoneCall;

use crate::away::sets;
use crate::talk::{call_in, finished, once, phone, records, says, seat, settings, well_heard};

/// Semantics §5.6: a whisper must never leak.
const MAX_LEAK_DB: f64 = -60.0;
/// A leak put in by us, to see that it would have been found.
const PLANTED_DB: f64 = -55.0;
/// After a phone has answered: by then the other phone has too.
const FIRST_WORD_MS: usize = 3_000;
/// Between two voices.
const PAUSE_MS: usize = 2_500;
/// From the key until the agent's phone has answered, at most; before, the agent's voice waits.
const ANSWER_MS: usize = 4_000;
const STAY_MS: u64 = 1_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// One speaks after the other: agent, supervisor in whisper, supervisor heard by all, customer. So
/// each voice can be looked for in every ear and on every track.
#[test]
fn a_whisper_is_heard_by_the_agent_alone_then_three_talk_and_all_are_recorded() -> Result<(), String>
{
    let agent = voice::human("queue-youarenext")?;
    let whisper = voice::human("vm-invalid-password")?;
    let aloud = voice::human("demo-thanks")?;
    let customer = voice::human("vm-newuser")?;
    let after_agent = FIRST_WORD_MS + ms(&agent) + PAUSE_MS;
    let supervisor = [&whisper, &vec![0; PAUSE_MS * 8][..], &aloud].concat();
    let until_customer = ANSWER_MS + after_agent + ms(&supervisor) + 2 * PAUSE_MS;

    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let seats = vec![
        seat(0, Some(says(once(FIRST_WORD_MS, &agent)))),
        seat(1, Some(says(once(after_agent, &supervisor)))),
    ];
    let office = Office::open(settings(folder.path(), seats))?;
    assert!(office.wait_for_idle(2), "both become idle");
    // The tone would be taken for some of the whisper.
    sets(&office, |configuration| {
        configuration.rules.barge_tone = false
    });
    let steps = vec![
        Step::Wait {
            ms: until_customer as u64,
        },
        Step::Say(Arc::clone(&customer)),
        Step::Wait { ms: STAY_MS },
    ];
    call_in(&office, "13800138001", steps);
    // Who has been idle longest takes the call: the first.
    answered(&office, 0);
    assert!(wait_until(10, || is_talking(&office)), "the centre knows");
    supervise(&office, SuperviseMode::Whisper);
    let whispers_until = Duration::from_millis((after_agent + ms(&whisper)) as u64);
    let since = answered(&office, 1);
    assert!(wait_until(60, || since.elapsed() > whispers_until));
    supervise(&office, SuperviseMode::Barge);
    let (finished, records) = (finished(&office, 1), records(&office, 1));

    let heard_at = |seat| phone(&office, seat).calls().pop().unwrap().heard;
    let (at_customer, at_agent, at_supervisor) = (&finished[0].heard, heard_at(0), heard_at(1));
    well_heard("the agent, of the whisper", &whisper, &at_agent);
    well_heard("the agent, of the supervisor", &aloud, &at_agent);
    well_heard("the agent, of the customer", &customer, &at_agent);
    well_heard("the supervisor, of the agent", &agent, &at_supervisor);
    well_heard("the supervisor, of the customer", &customer, &at_supervisor);
    well_heard("the customer, of the agent", &agent, at_customer);
    let aloud_at = well_heard("the customer, of the supervisor", &aloud, at_customer)
        .found
        .at;
    hears_nothing_of(&whisper, at_customer, aloud_at);

    let tracks = office.tracks(records[0].call)?;
    assert_eq!(tracks.len(), 3);
    well_heard("the first track", &customer, &tracks[0]);
    well_heard("the second track", &agent, &tracks[1]);
    well_heard("the third track", &whisper, &tracks[2]);
    well_heard("the third track", &aloud, &tracks[2]);
    office.close();
    Ok(())
}

fn ms(speech: &[i16]) -> usize {
    speech.len() / 8
}

/// Waits until the phone of a seat is answered; when that was.
fn answered(office: &Office, seat: usize) -> Instant {
    let is_up = |calls: &[PhoneCall]| calls.iter().any(PhoneCall::is_up);
    assert!(phone(office, seat).wait(PATIENCE, is_up), "seat {seat}");
    let answered = phone(office, seat).look(|calls| calls.last().and_then(|call| call.answered_at));
    answered.expect("the phone is answered")
}

/// Whether the centre has the first agent in a call: the phone is up a moment earlier.
fn is_talking(office: &Office) -> bool {
    let live = office.running.control.live();
    let agents = &live.borrow().view.agents;
    let talks =
        |agent: &AgentView| agent.agent == office.agents[0] && agent.state == AgentState::Talking;
    agents.iter().any(talks)
}

/// The second agent supervises the first.
fn supervise(office: &Office, mode: SuperviseMode) {
    let by = Supervisor {
        account: "chief".to_owned(),
        role: "administrator".to_owned(),
        groups: Vec::new(),
        agent: Some(office.agents[1]),
    };
    let asked = office.running.control.request(Request::Supervise {
        by,
        agent: office.agents[0],
        what: Supervise::Begin { mode },
    });
    office.wait_for(asked).unwrap();
}

/// While the supervisor whispered, that long before he spoke aloud, nobody else spoke: voices that
/// speak together are alike by chance.
fn hears_nothing_of(whisper: &[i16], heard: &[i16], aloud_at: usize) {
    let begins = aloud_at - PAUSE_MS * 8 - whisper.len();
    let margin = PAUSE_MS * 8 / 2;
    let meanwhile = &heard[begins - margin..begins + whisper.len() + margin];
    let leak = leak_db(whisper, meanwhile);
    assert!(
        leak < MAX_LEAK_DB,
        "the whisper reaches the customer at {leak:.1} dB"
    );
    let planted: Vec<i16> = meanwhile
        .iter()
        .enumerate()
        .map(|(at, sample)| {
            let said = at.checked_sub(margin).and_then(|at| whisper.get(at));
            let leaks = f64::from(said.copied().unwrap_or(0)) * 10f64.powf(PLANTED_DB / 20.0);
            sample.saturating_add(leaks.round() as i16)
        })
        .collect();
    let found = leak_db(whisper, &planted);
    assert!(
        found > MAX_LEAK_DB,
        "a leak of {PLANTED_DB} dB is seen as {found:.1} dB"
    );
}
