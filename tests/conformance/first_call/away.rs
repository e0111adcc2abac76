//! A customer is given away from the phone, and one who reaches nobody leaves a message: as people
//! hear it.

use std::sync::Arc;
use std::time::Duration;

use hotline::store::{AccountDraft, Author};
use hotline_call::{Digit, LineId, Number};
use hotline_services::route::{
    CallClass, InboundRoute, Mailbox, OutboundRule, RouteId, RuleId, ShownNumber, Target, Through,
};
use hotline_services::{AgentId, Configuration, EndOutcome, InCall, Pattern, Request};
use hotline_tests::office::{Office, wait_until};
use hotline_tests::voice;
use hotline_world::customer::{Customer, Noticed, Step};
use hotline_world::phone::PhoneCall;
use hotline_world::{FinishedCall, Subscriber};

use crate::talk::{call_in, finished, once, phone, records, says, seat, settings, well_heard};

const MOBILE: &str = "13900001111";
const PATIENCE: Duration = Duration::from_secs(20);
/// From the answer of the phone to the end of its keys, a quarter of a second each.
const KEYS_MS: u64 = 8_000;
/// Dialling, three seconds of ringing, and what the mobile says twice.
const MOBILE_MS: u64 = 26_000;

/// The administrator sets something.
pub fn sets(office: &Office, change: impl FnOnce(&mut Configuration)) {
    let store = &office.running.store;
    let mut configuration = store.configuration().borrow().as_ref().clone();
    change(&mut configuration);
    configuration.check().unwrap();
    let saved = store.save_configuration(configuration.clone(), Author::default());
    office.wait_for(saved).unwrap();
    let set = office.running.control.configure(configuration);
    office.wait_for(set).unwrap();
}

fn talks(office: &Office) {
    let is_up = |calls: &[PhoneCall]| calls.iter().any(PhoneCall::is_up);
    assert!(phone(office, 0).wait(PATIENCE, is_up), "the agent answers");
}

/// `#1`, a number outside, `#`, pressed at a SIP phone (RFC 4733).
#[test]
fn keys_at_the_phone_give_a_customer_to_a_number_outside_and_both_are_heard_and_recorded()
-> Result<(), String> {
    let customer = voice::human("vm-newuser")?;
    let mobile = voice::human("demo-thanks")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let office = Office::open(settings(
        folder.path(),
        vec![seat(0, Some(says(once(0, &[]))))],
    ))?;
    assert!(office.wait_for_idle(1), "the agent becomes idle");
    // Who gives calls outside needs a role that permits it.
    let account = AccountDraft {
        name: "ann".into(),
        role: "supervisor".into(),
        agent: Some(office.agents[0].0),
        groups: Vec::new(),
        is_disabled: false,
    };
    let made = office.running.store.add_account(account, "a long password");
    office.wait_for(made).unwrap();
    sets(&office, |configuration| {
        configuration.dial_plan.outbound = vec![OutboundRule {
            id: RuleId(1),
            name: "mobile".into(),
            is_enabled: true,
            numbers: vec![Pattern::parse("1*").expect("a pattern")],
            strip: 0,
            add: String::new(),
            through: vec![Through::Line(LineId(1))],
            shown: ShownNumber::OfTheLine,
            class: CallClass::Mobile,
        }];
    });
    let number = Number::parse(MOBILE).unwrap();
    let steps = vec![
        // Of the first words some are lost: by them the line is known to be answered.
        Step::Wait { ms: 1_000 },
        Step::Say(Arc::clone(&mobile)),
        Step::Wait { ms: 1_500 },
        Step::Say(Arc::clone(&mobile)),
        Step::ListenUntilCleared,
    ];
    let answers = Subscriber::Answers {
        after_ms: 3_000,
        customer: Box::new(Customer::new(hotline_tests::office::caller(MOBILE), steps)),
    };
    office.town.subscribe(&number, answers);
    let says_ms = KEYS_MS + MOBILE_MS;
    let steps = vec![
        Step::Wait { ms: says_ms },
        Step::Say(Arc::clone(&customer)),
        Step::Wait { ms: 1_000 },
    ];
    call_in(&office, "13800138001", steps);
    talks(&office);
    for key in format!("#1{MOBILE}#").chars() {
        phone(&office, 0).press(Digit::new(key).unwrap());
    }
    let (finished, records) = (finished(&office, 2), records(&office, 1));
    let of = |number: &str| -> &FinishedCall {
        let shown =
            |call: &&FinishedCall| call.caller.number.as_ref().map(Number::as_str) == Some(number);
        finished.iter().find(shown).unwrap()
    };
    let (at_customer, at_mobile) = (of("13800138001"), of(MOBILE));
    well_heard("the customer, of the mobile", &mobile, &at_customer.heard);
    well_heard("the mobile, of the customer", &customer, &at_mobile.heard);
    let [customers, _] = office.recording(records[0].call)?;
    well_heard("the recording, of the customer", &customer, &customers);
    assert_eq!(records[0].transfers, 1);
    office.close();
    Ok(())
}

/// Features B20: greeting, tone, the message; ten seconds of silence end it, and the owner hears it.
#[test]
fn who_reaches_a_mailbox_speaks_falls_silent_and_is_told_goodbye() -> Result<(), String> {
    let message = voice::human("vm-newuser")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let office = Office::open(settings(folder.path(), vec![seat(0, None)]))?;
    let agent: AgentId = office.agents[0];
    sets(&office, |configuration| {
        let target = Target::Voicemail(Mailbox::Agent(agent));
        configuration.dial_plan.inbound = vec![InboundRoute::to(RouteId(1), "all", target)];
    });
    let steps = vec![
        Step::WaitUntilAnswered,
        // Greeting and tone.
        Step::Wait { ms: 9_000 },
        Step::Say(Arc::clone(&message)),
        Step::ListenUntilCleared,
    ];
    let caller = hotline_tests::office::caller("13800138001");
    office.town.place(Customer::new(caller, steps)).unwrap();
    let (finished, records) = (finished(&office, 1), records(&office, 1));
    assert!(finished[0].when(Noticed::BusyTone).is_some(), "we hang up");
    assert_eq!(records[0].outcome, Some(EndOutcome::LeftMessage));
    let live = office.running.control.live();
    let left = live.borrow().view.voicemails.clone();
    assert_eq!(left.len(), 1);
    let [said, _] = office.recording(records[0].call)?;
    well_heard("the message", &message, &said);
    office.close();
    Ok(())
}

/// Table B 11: the customer hears music, the agent is free, and what was said is recorded.
#[test]
fn a_customer_who_is_parked_hears_music_and_the_agent_is_free() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let office = Office::open(settings(
        folder.path(),
        vec![seat(0, Some(says(once(0, &[]))))],
    ))?;
    assert!(office.wait_for_idle(1), "the agent becomes idle");
    call_in(&office, "13800138001", vec![Step::Wait { ms: 12_000 }]);
    talks(&office);
    let agent = office.agents[0];
    let what = InCall::Park;
    let park = || {
        let what = what.clone();
        office.ask(Request::InCall { agent, what }).is_ok()
    };
    assert!(wait_until(10, park), "the centre knows of the talk");
    assert!(office.wait_for_idle(1), "the agent is free again");
    let parked = || {
        let live = office.running.control.live();
        let calls = &live.borrow().view.calls;
        calls.first().and_then(|call| call.parked)
    };
    assert_eq!(parked(), Some(701));
    let (finished, records) = (finished(&office, 1), records(&office, 1));
    let last: Vec<i16> = finished[0]
        .heard
        .iter()
        .rev()
        .skip(4_000)
        .take(16_000)
        .copied()
        .collect();
    let loud = last
        .iter()
        .filter(|sample| sample.unsigned_abs() > 200)
        .count();
    assert!(loud > 1_000, "music: {loud} of {} samples", last.len());
    assert_eq!(records[0].outcome, Some(EndOutcome::Served));
    assert!(records[0].hold_ms > 0, "parked is on hold");
    office.close();
    Ok(())
}
