//! Rules of the house and of its queues: what is recorded, who counts as idle, how a queue greets
//! and whether it takes anybody (features B4, B5, B7, C6).

use hotline_call::{LineId, PhoneId};
use hotline_services::route::{CallClass, OutboundRule, RuleId, ShownNumber, Through};
use hotline_services::{
    CallStage, Configuration, Destination, EndOutcome, InCall, KnownCaller, Language, Pattern,
    Prompt, RecordingPolicy, Refused, Say, Standing, Vip, What,
};

use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene, configuration, number_of};

const MOBILE: &str = "913900001111";

/// 9 before a number leads outside, by line 4.
fn house() -> Configuration {
    let mut house = configuration();
    house.dial_plan.outbound = vec![OutboundRule {
        id: RuleId(1),
        name: "outside".into(),
        is_enabled: true,
        numbers: vec![Pattern::parse("9*").expect("a pattern")],
        strip: 1,
        add: String::new(),
        through: vec![Through::Line(LineId(3))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Mobile,
    }];
    house
}

fn calls_outside(scene: &mut Scene) {
    let phone = scene.phone_dials(PhoneId(101), MOBILE);
    let (mobile, ..) = *scene.dialled.last().expect("dialled");
    scene.answers_outside(mobile);
    scene.pass_s(10);
    scene.hangs_up(phone);
}

fn recordings(scene: &Scene) -> usize {
    scene.count(|what| matches!(what, What::RecordingStarted { .. }))
}

#[test]
fn a_queue_and_a_direction_say_which_conversations_are_recorded() {
    let mut house = house();
    house.queues[0].recording = RecordingPolicy::Never;
    house.rules.recording.outbound = RecordingPolicy::Never;
    let mut scene = Scene::staffed_with(house, &[ANN, CAI]);
    calls_outside(&mut scene);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    assert_eq!(recordings(&scene), 0);
    let to = Destination::Queue(SERVICE);
    scene.in_call(ANN, InCall::Transfer { to });
    scene.answers(CAI);
    assert_eq!(recordings(&scene), 1, "service is recorded");
    scene.hangs_up(caller);
    scene.changes(|house| house.rules.recording.outbound = RecordingPolicy::Always);
    scene.pass_s(60);
    calls_outside(&mut scene);
    assert_eq!(recordings(&scene), 2);
}

#[test]
fn of_a_share_of_calls_about_so_many_are_recorded_each_of_them_whole() {
    let mut house = configuration();
    house.queues[0].recording = RecordingPolicy::Percent(25);
    house.queues[0].wrapup_s = 0;
    let mut scene = Scene::staffed_with(house, &[ANN]);
    for _ in 0..200 {
        let caller = scene.sales_is_wanted_by(0, "13800138000");
        scene.a_call_is_served(caller, 1);
    }
    let recorded = recordings(&scene);
    assert!((40..=60).contains(&recorded), "{recorded} of 200");
}

/// Ann was idle for longer than Ben, and calls somebody.
#[test]
fn a_call_of_ones_own_begins_the_idle_time_anew_unless_set_otherwise() {
    for resets in [true, false] {
        let mut house = house();
        house.rules.outbound_resets_idle = resets;
        let mut scene = Scene::staffed_with(house, &[ANN, BEN]);
        scene.pass_s(60);
        calls_outside(&mut scene);
        scene.customer_wants_sales(0);
        let rung = if resets { BEN } else { ANN };
        assert_eq!(scene.ringing(), [rung], "resets: {resets}");
    }
}

#[test]
fn a_queue_greets_and_greets_a_vip_otherwise_and_keeps_nobody_from_an_agent() {
    let mut house = configuration();
    house.queues[0].greeting = "This is sales.".into();
    house.queues[0].vip_greeting = "Good to hear you again.".into();
    house.callers = vec![KnownCaller {
        number: number_of("13900000001"),
        standing: Standing {
            vip: Some(Vip::Level1),
            ..Standing::default()
        },
    }];
    let mut scene = Scene::staffed_with(house, &[ANN]);
    let says = |words: &str| Say::Text(words.into(), Language::En);
    let vip = scene.sales_is_wanted_by(0, "13900000001");
    assert_eq!(scene.hears[&vip].say, [says("Good to hear you again.")]);
    let anns = scene.answers(ANN);
    assert!(scene.talk_to_each_other(vip, anns));
    assert!(!scene.hears.contains_key(&vip), "cut off");
    let caller = scene.sales_is_wanted_by(1, "13800138000");
    let busy = Say::Prompt(Prompt::AllAgentsBusy, Language::En);
    assert_eq!(scene.hears[&caller].say, [says("This is sales."), busy]);
    scene.hears_it_out(caller);
    assert_eq!(scene.ear(caller), "Music…");
}

#[test]
fn a_disabled_queue_takes_nobody_and_says_so_and_serves_who_is_in_it() {
    let mut scene = Scene::staffed(&[ANN, CAI]);
    let first = scene.customer_wants_sales(0);
    scene.answers(ANN);
    let waits = scene.sales_is_wanted_by(1, "13800138001");
    scene.changes(|house| house.queues[0].is_disabled = true);
    let late = scene.sales_is_wanted_by(2, "13800138002");
    assert!(scene.ear(late).contains("NobodyHere"));
    scene.hears_it_out(late);
    assert_eq!(scene.outcome(), Some(EndOutcome::NobodyHere));
    let view = scene.centre.view();
    assert!(view.queues[0].is_disabled);
    assert_eq!(view.queues[0].service_level.within_s, 20);
    scene.hangs_up(first);
    scene.pass_s(30);
    let anns = scene.answers(ANN);
    assert!(scene.talk_to_each_other(waits, anns));
    scene.hangs_up(waits);
    let service = scene.customer_calls(0);
    scene.presses(service, '2');
    scene.answers(CAI);
    let to = Destination::Queue(SALES);
    let refused = scene.refused(CAI, InCall::Transfer { to });
    assert_eq!(refused, Refused::QueueDisabled(SALES));
    assert_eq!(scene.stage(), CallStage::Talking);
}
