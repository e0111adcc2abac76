//! What a person does at a phone with the box alone: hears the own mailbox, speaks a greeting or a
//! sentence (features B20); and what the role does not permit is kept.

use hotline_call::{Cause, LegId, PhoneId};
use hotline_services::permission::Verdict;
use hotline_services::route::{InboundRoute, Mailbox, RouteId, Target};
use hotline_services::{
    AgentId, AgentState, CodeRefused, Configuration, EndOutcome, Event, Extension, Language,
    Prompt, Say, SoundKept, Spoken, What, number_of_prompt, number_of_text,
};

use crate::scene::{ANN, BEN, Scene, configuration, person};

const ANNS_PHONE: PhoneId = PhoneId(101);
const BENS_PHONE: PhoneId = PhoneId(102);

/// Every call leads to Ann's mailbox; Ann administers the box, Ben is an agent and no more.
fn house() -> Configuration {
    let mut house = configuration();
    let to_ann = Target::Voicemail(Mailbox::Agent(ANN));
    house.dial_plan.inbound = vec![InboundRoute::to(RouteId(1), "all", to_ann)];
    house.people = vec![
        person(ANN, "ann", "administrator"),
        person(BEN, "ben", "agent"),
    ];
    house.extensions = [101, 102]
        .map(|phone| Extension {
            number: phone.to_string(),
            phone: PhoneId(phone),
        })
        .to_vec();
    house
}

fn staffed() -> Scene {
    Scene::staffed_with(house(), &[ANN, BEN])
}

fn leaves_a_message(scene: &mut Scene) {
    let caller = scene.customer_calls(0);
    scene.hears_it_out(caller);
    scene.pass_s(5);
    scene.hangs_up(caller);
}

fn hears(scene: &Scene, leg: LegId) -> Vec<Say> {
    scene
        .hears
        .get(&leg)
        .map_or_else(Vec::new, |heard| heard.say.clone())
}

fn says(prompt: Prompt) -> Say {
    Say::Prompt(prompt, Language::En)
}

fn refused(scene: &Scene) -> Vec<CodeRefused> {
    let refused = |what: &What| match what {
        What::CodeRefused(refused) => Some(refused.clone()),
        _ => None,
    };
    scene
        .facts
        .iter()
        .filter_map(|f| refused(&f.what))
        .collect()
}

#[test]
fn the_owner_hears_the_new_messages_one_by_one_deletes_one_and_keeps_one() {
    let mut scene = staffed();
    leaves_a_message(&mut scene);
    leaves_a_message(&mut scene);
    let all = scene.centre.view().voicemails;
    let [first, second] = [all[0].recording, all[1].recording];
    let phone = scene.phone_dials(ANNS_PHONE, "*97");
    assert!(scene.answered.contains(&phone));
    assert_eq!(scene.state(ANN), AgentState::Dialing, "is rung for nobody");
    let keys = says(Prompt::MailboxKeys);
    let count = Say::Messages(2, Language::En);
    assert_eq!(
        hears(&scene, phone),
        [count, Say::Recording(first), keys.clone()]
    );
    scene.presses(phone, '7');
    assert_eq!(hears(&scene, phone), [Say::Recording(second), keys.clone()]);
    scene.hears_it_out(phone);
    scene.presses(phone, '9');
    assert_eq!(hears(&scene, phone), [says(Prompt::NoMoreMessages), keys]);
    scene.hears_it_out(phone);
    scene.pass_s(10);
    scene.hears_it_out(phone);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.outcome(), Some(EndOutcome::SelfService));
    let left = scene.centre.view().voicemails;
    assert_eq!(
        (left.len(), left[0].recording, left[0].is_heard),
        (1, second, true)
    );
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn who_hangs_up_in_the_middle_of_a_message_has_not_heard_it() {
    let mut scene = staffed();
    leaves_a_message(&mut scene);
    let phone = scene.phone_dials(ANNS_PHONE, "*97");
    scene.pass_s(1);
    scene.hangs_up(phone);
    assert!(!scene.centre.view().voicemails[0].is_heard);
    let phone = scene.phone_dials(BENS_PHONE, "*97");
    assert_eq!(
        hears(&scene, phone)[0],
        Say::Messages(0, Language::En),
        "only the own"
    );
}

#[test]
fn a_greeting_is_spoken_heard_back_spoken_again_kept_and_heard_by_callers() {
    let mut scene = staffed();
    let phone = scene.phone_dials(ANNS_PHONE, "*97");
    scene.presses(phone, '5');
    let asks = [says(Prompt::SpeakAfterTone), Say::Beep];
    assert_eq!(hears(&scene, phone), asks);
    scene.hears_it_out(phone);
    scene.pass_s(6);
    scene.presses(phone, '#');
    let first = *scene.record().recordings.last().expect("recorded");
    let judges = |recording| [Say::Recording(recording), says(Prompt::KeepOrAgain)];
    assert_eq!(hears(&scene, phone), judges(first));
    scene.presses(phone, '2');
    scene.hears_it_out(phone);
    scene.pass_s(4);
    let second = *scene.record().recordings.last().expect("recorded");
    scene.happens(Event::RecordingSilent {
        recording: second,
        silent_s: 10,
    });
    assert_eq!(hears(&scene, phone), judges(second), "silence ends it too");
    scene.presses(phone, '1');
    scene.hears_it_out(phone);
    assert!(scene.all_is_quiet());
    let caller = scene.customer_calls(0);
    let words = Box::new(Say::Prompt(Prompt::LeaveMessage, Language::Zh));
    let greeting = Say::Greeting(Mailbox::Agent(ANN), words);
    assert_eq!(hears(&scene, caller), [greeting, Say::Beep]);
}

#[test]
fn who_may_change_announcements_speaks_one_from_a_phone() {
    let mut scene = staffed();
    let number = number_of_prompt(Prompt::NobodyHere, Language::En);
    let phone = scene.phone_dials(ANNS_PHONE, &format!("*77{number}"));
    scene.hears_it_out(phone);
    scene.pass_s(3);
    scene.presses(phone, '#');
    scene.hears_it_out(phone);
    scene.presses(phone, '1');
    let kept = scene.facts.iter().find_map(|fact| match fact.what {
        What::SoundKept(SoundKept { spoken, by, .. }) => Some((spoken, by)),
        _ => None,
    });
    let spoken = Spoken::Prompt(Prompt::NobodyHere, Language::En);
    assert_eq!(kept, Some((spoken, ANN)));
    scene.hangs_up(phone);
    let phone = scene.phone_dials(ANNS_PHONE, "*77999");
    assert_eq!(scene.released_with(phone), Some(Cause::UNALLOCATED_NUMBER));
    let phone = scene.phone_dials(BENS_PHONE, &format!("*77{number}"));
    assert_eq!(scene.released_with(phone), Some(Cause::CALL_REJECTED));
    let refused = refused(&scene);
    let [one] = &refused[..] else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (one.account.as_str(), one.what.as_str()),
        ("ben", "record_prompt")
    );
    assert_eq!(
        (one.over, one.verdict),
        (AgentId::NOBODY, Verdict::NotOfTheRole)
    );
}

#[test]
fn what_an_administrator_wrote_is_spoken_from_a_phone_by_its_number() {
    let house = house();
    let menu = &house.menus[0];
    let number = number_of_text(&menu.greeting, menu.language);
    let mut scene = Scene::staffed_with(house, &[ANN]);
    let phone = scene.phone_dials(ANNS_PHONE, &format!("*77{number}"));
    scene.hears_it_out(phone);
    scene.pass_s(3);
    scene.presses(phone, '#');
    scene.hears_it_out(phone);
    scene.presses(phone, '1');
    let kept = scene.facts.iter().find_map(|fact| match fact.what {
        What::SoundKept(SoundKept { spoken, .. }) => Some(spoken),
        _ => None,
    });
    assert_eq!(kept, Some(Spoken::Text(number)));
}

#[test]
fn a_supervisor_listens_by_a_code_and_who_may_not_is_kept_with_the_reason() {
    let mut house = house();
    house.dial_plan.inbound.clear();
    let mut scene = Scene::staffed_with(house, &[BEN]);
    let caller = scene.customer_wants_sales(0);
    let ben = scene.answers(BEN);
    scene.signs_in(ANN);
    let phone = scene.phone_dials(ANNS_PHONE, "*90102");
    assert!(scene.answered.contains(&phone));
    assert_eq!(scene.hears_legs(phone), [ben, caller]);
    scene.hangs_up(phone);
    assert_eq!(scene.hears_legs(ben), [caller]);
    scene.hangs_up(caller);
    scene.pass_s(60);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    let phone = scene.phone_dials(BENS_PHONE, "*90101");
    assert_eq!(scene.released_with(phone), Some(Cause::CALL_REJECTED));
    let refused = refused(&scene);
    assert_eq!((refused[0].what.as_str(), refused[0].over), ("listen", ANN));
    scene.hangs_up(caller);
}

/// What was recorded so far is kept; nothing waits for a key any more.
#[test]
fn a_restart_ends_what_somebody_does_at_a_phone() {
    let mut scene = staffed();
    let phone = scene.phone_dials(ANNS_PHONE, "*97");
    scene.presses(phone, '5');
    scene.hears_it_out(phone);
    scene.forget_legs();
    scene.start();
    assert!(scene.centre.view().calls.is_empty());
    assert_eq!(scene.outcome(), Some(EndOutcome::SelfService));
}
