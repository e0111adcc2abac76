//! An agent at a phone that others wrote: baresip, as Debian has it.

use std::net::SocketAddr;
use std::sync::Arc;

use hotline_services::EndOutcome;
use hotline_tests::office::{Office, OfficeSettings, wait_until};
use hotline_tests::voice;
use hotline_world::customer::Step;
use hotline_world::peer::{Account, Baresip, interface};

use crate::talk::{call_in, finished, once, records, seat, settings, well_heard};

/// From the key to the customer's first word: the phone rings, the agent speaks.
const LISTEN_MS: u64 = 7000;
/// Without blanks, which baresip's accounts do not allow.
const PASSWORD: &str = "correct-horse-battery";

#[test]
fn an_agent_at_baresip_and_a_caller_hear_each_other_at_15_db() -> Result<(), String> {
    let agent = voice::human("demo-thanks")?;
    let customer = voice::human("vm-newuser")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let office = Office::open(OfficeSettings {
        // baresip does not speak to the loopback.
        sip: SocketAddr::from((interface().1, 0)),
        password: PASSWORD.to_owned(),
        ..settings(folder.path(), vec![seat(0, None)])
    })?;
    let phone = Baresip::start(Account {
        server: office.sip(),
        transport: "udp",
        user: "8001",
        password: PASSWORD,
        answers: true,
        says: &once(0, &agent),
    });
    assert!(office.wait_for_idle(1), "baresip registers");
    let steps = vec![
        Step::Wait { ms: LISTEN_MS },
        Step::Say(Arc::clone(&customer)),
        Step::Wait { ms: 500 },
    ];
    call_in(&office, "13800138001", steps);
    let (finished, records) = (finished(&office, 1), records(&office, 1));
    assert_eq!(records[0].outcome, Some(EndOutcome::Served));
    well_heard("customer", &agent, &finished[0].heard);
    let mut heard = Vec::new();
    // baresip closes its file after the call.
    let is_there = wait_until(10, || {
        let read = phone.heard().and_then(|path| voice::wav(&path).ok());
        let whole = read.filter(|(channels, samples)| *channels == 1 && !samples.is_empty());
        heard = whole.map(|(_, samples)| samples).unwrap_or_default();
        !heard.is_empty()
    });
    assert!(is_there, "baresip keeps what it hears");
    well_heard("baresip", &customer, &heard);
    office.close();
    Ok(())
}
