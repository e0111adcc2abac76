//! From the first ring to the choice.

use hotline_call::{Cause, Party};
use hotline_services::route::{Mailbox, Target};
use hotline_services::{CallStage, EndOutcome, Event, Language, Menu, MenuId, Prompt, What};

use crate::scene::{ANN, BEN, GREETING, SALES, Scene, configuration, is_told};

#[test]
fn a_caller_is_answered_at_once_and_hears_the_greeting() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    assert_eq!(scene.answered, [caller]);
    assert_eq!(scene.ear(caller), "greeting");
    assert_eq!(scene.stage(), CallStage::Menu);
    assert!(!GREETING.is_empty());
}

#[test]
fn a_key_during_the_greeting_cuts_it_short_and_chooses() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    let greeting = scene.hears[&caller].playback;
    scene.pass_s(1);
    scene.presses(caller, '1');
    assert_eq!(scene.ear(caller), "Music…");
    assert_eq!(scene.stage(), CallStage::Offering);
    // The end of the greeting, told late, means nothing any more.
    let before = scene.facts.len();
    scene.happens(Event::PlaybackEnded(greeting));
    assert_eq!(scene.facts.len(), before);
}

#[test]
fn a_caller_who_presses_nothing_hears_the_menu_three_times_and_goodbye() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    assert_eq!(scene.ear(caller), "greeting");
    for _ in 0..2 {
        scene.hears_it_out(caller);
        scene.pass_s(6);
        assert_eq!(scene.ear(caller), "NoInput, greeting");
    }
    scene.hears_it_out(caller);
    scene.pass_s(6);
    assert_eq!(scene.ear(caller), "Goodbye");
    scene.hears_it_out(caller);
    assert!(scene.all_is_quiet());
    let record = scene.record();
    assert_eq!(record.outcome, Some(EndOutcome::NoChoice));
    assert_eq!(record.hung_up_by, Some(Party::System));
    assert_eq!((record.ivr_ms, record.closing_ms), (30_000, 4_000));
}

#[test]
fn time_for_a_key_begins_when_the_greeting_ends() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    scene.pass_s(60);
    assert_eq!(scene.ear(caller), "greeting");
    scene.hears_it_out(caller);
    scene.pass_ms(5_999);
    assert_eq!(scene.count(|w| matches!(w, What::MenuNoInput { .. })), 0);
    scene.pass_ms(1);
    assert_eq!(scene.count(|w| matches!(w, What::MenuNoInput { .. })), 1);
}

#[test]
fn a_wrong_key_is_told_and_the_menu_heard_again() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    for wrong in ['7', '*'] {
        scene.presses(caller, wrong);
        assert_eq!(scene.ear(caller), "InvalidChoice, greeting");
    }
    scene.presses(caller, '1');
    assert_eq!(scene.stage(), CallStage::Offering);
}

#[test]
fn after_three_wrong_keys_the_menu_may_lead_to_a_queue() {
    let mut configuration = configuration();
    configuration.menus[0].otherwise = Some(Target::Queue(SALES));
    let mut scene = Scene::with(configuration);
    scene.signs_in(ANN);
    let caller = scene.customer_calls(0);
    for _ in 0..3 {
        scene.presses(caller, '9');
    }
    assert!(scene.rings(ANN));
}

#[test]
fn a_caller_who_hangs_up_in_the_greeting_has_abandoned_in_the_menu() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    scene.pass_s(3);
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    let record = scene.record();
    assert_eq!(record.outcome, Some(EndOutcome::AbandonedInMenu));
    assert_eq!(record.hung_up_by, Some(Party::Customer));
    assert_eq!(record.ivr_ms, 3_000);
}

#[test]
fn a_caller_who_hangs_up_as_we_answer_leaves_nothing_behind() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.outcome(), Some(EndOutcome::AbandonedInMenu));
    scene.customer_wants_sales(0);
    assert!(scene.rings(ANN));
}

#[test]
fn a_line_that_fails_in_the_menu_is_no_choice_of_the_caller() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_calls(0);
    scene.goes_with(caller, Cause::DESTINATION_OUT_OF_ORDER);
    let record = scene.record();
    assert_eq!(record.outcome, Some(EndOutcome::Failed));
    assert_eq!(record.hung_up_by, Some(Party::System));
}

#[test]
fn a_caller_who_hangs_up_during_goodbye_keeps_the_outcome() {
    let mut scene = Scene::new();
    let caller = scene.customer_wants_sales(0);
    assert!(is_told(&scene.ear(caller), Prompt::NobodyHere));
    scene.pass_s(1);
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!(record.outcome, Some(EndOutcome::NobodyHere));
    assert_eq!(record.hung_up_by, Some(Party::Customer));
}

/// The key leads there instead.
fn key_leads_to(target: Target) -> Scene {
    let mut configuration = configuration();
    configuration.menus[0].choices[0].target = target;
    Scene::staffed_with(configuration, &[ANN, BEN])
}

#[test]
fn a_key_leads_to_a_person() {
    let mut scene = key_leads_to(Target::Agent(BEN));
    let caller = scene.customer_wants_sales(0);
    assert_eq!((scene.rings(ANN), scene.rings(BEN)), (false, true));
    scene.answers(BEN);
    assert_eq!(scene.stage(), CallStage::Talking);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
}

#[test]
fn a_key_leads_to_a_mailbox() {
    let mut scene = key_leads_to(Target::Voicemail(Mailbox::Agent(ANN)));
    let caller = scene.customer_wants_sales(0);
    scene.hears_it_out(caller);
    scene.pass_s(10);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
    assert_eq!(scene.centre.view().voicemails.len(), 1);
    assert_eq!((scene.rings(ANN), scene.all_is_quiet()), (false, true));
}

#[test]
fn a_key_leads_to_another_menu_where_other_keys_count() {
    let mut configuration = configuration();
    let first = configuration.menus[0].clone();
    configuration.menus[0].choices[0].target = Target::Menu(MenuId(2));
    configuration.menus.push(Menu {
        id: MenuId(2),
        language: Language::Zh,
        greeting: "second".into(),
        ..first
    });
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ear(caller), r#"Text("second", Zh)"#);
    scene.presses(caller, '1');
    assert!(scene.rings(ANN));
}

#[test]
fn queues_and_menus_that_send_callers_to_each_other_end_in_goodbye() {
    let mut configuration = configuration();
    configuration.menus[0].otherwise = Some(Target::Queue(SALES));
    configuration.menus[0].attempts = 1;
    configuration.queues[0].exits.nobody = hotline_services::Exit::Menu(MenuId(1));
    let mut scene = Scene::with(configuration);
    let caller = scene.customer_calls(0);
    let menus = |scene: &Scene| scene.count(|what| matches!(what, What::MenuEntered { .. }));
    for heard in 1..=10 {
        assert_eq!(
            (scene.ear(caller).as_str(), menus(&scene)),
            ("greeting", heard)
        );
        scene.hears_it_out(caller);
        scene.pass_s(6);
    }
    assert!(is_told(&scene.ear(caller), Prompt::Goodbye));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NoChoice));
}
