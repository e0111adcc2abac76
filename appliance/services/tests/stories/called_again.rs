//! Who is to be called back calls again: in the same queue the place is the one of before, in
//! another the call is a new one; and the place of a promise among those who wait (features,
//! table B rows 8 to 10).

use hotline_call::{Cause, LegId};
use hotline_services::schedule::{Mode, Override, Schedule, ScheduleId};
use hotline_services::{
    CallbackOffer, CallbackOutcome, Configuration, Destination, Event, InCall, Prompt, Request,
    What,
};

use crate::callback::{NUMBER, agrees, ann_is_free, busy, busy_with, endings, plan, promised};
use crate::scene::{ANN, CAI, SALES, Scene, is_told};

/// The places told to callers who came into a queue, in order.
fn places(scene: &Scene) -> Vec<u32> {
    let place = |what: &What| match what {
        What::Queued { position, .. } => Some(*position),
        _ => None,
    };
    let facts = scene.facts.iter();
    facts.filter_map(|fact| place(&fact.what)).collect()
}

/// The person calls from the same number and chooses service.
fn service_is_wanted(scene: &mut Scene) -> LegId {
    let caller = scene.customer_calls_from(2, NUMBER);
    scene.presses(caller, '2');
    caller
}

/// The same plan, with callers of service called back too.
fn both_call_back() -> Configuration {
    let mut both = plan();
    both.queues[1].callback = Some(CallbackOffer::default());
    both
}

#[test]
fn who_agrees_has_the_place_while_goodbye_is_heard() {
    let (mut scene, talks) = busy();
    let caller = scene.sales_is_wanted_by(1, NUMBER);
    scene.presses(caller, '1');
    scene.presses(caller, '1');
    let later = scene.sales_is_wanted_by(2, "13700137000");
    assert_eq!(places(&scene).last(), Some(&2));
    // Is not called while on the line still, and does not hold up who can be served.
    ann_is_free(&mut scene, talks);
    assert!(scene.rings(ANN));
    assert!(scene.centre.view().callbacks[0].call.is_none());
    scene.answers(ANN);
    scene.hears_it_out(caller);
    assert_eq!(promised(&scene), [NUMBER]);
    scene.hangs_up(later);
}

#[test]
fn who_calls_the_same_queue_again_is_not_behind_the_own_promise() {
    let (mut scene, _) = busy();
    agrees(&mut scene, NUMBER);
    scene.pass_ms(1_700);
    scene.sales_is_wanted_by(1, NUMBER);
    assert_eq!(places(&scene), [1, 1, 1]);
    assert_eq!(endings(&scene), [CallbackOutcome::CalledAgain]);
}

#[test]
fn who_calls_again_between_two_attempts_has_the_place_back() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    let other = scene.sales_is_wanted_by(2, "13600136000");
    ann_is_free(&mut scene, talks);
    scene.answers(ANN);
    let line = scene.dialled[0].0;
    scene.goes_with(line, hotline_call::Cause::USER_BUSY);
    scene.answers(ANN);
    scene.pass_s(30);
    let third = scene.sales_is_wanted_by(0, "13500135000");
    scene.sales_is_wanted_by(1, NUMBER);
    assert_eq!(places(&scene).last(), Some(&1), "before who came meanwhile");
    assert_eq!(endings(&scene), [CallbackOutcome::CalledAgain]);
    scene.hangs_up(other);
    scene.hangs_up(third);
}

#[test]
fn a_call_to_another_queue_leaves_the_promise_alone() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    let caller = service_is_wanted(&mut scene);
    assert!(scene.rings(CAI));
    scene.answers(CAI);
    assert_eq!(promised(&scene), [NUMBER]);
    // The turn comes while the person talks to service: nobody is dialled who is on the line.
    ann_is_free(&mut scene, talks);
    assert!(scene.ringing().is_empty());
    scene.hangs_up(caller);
    assert!(scene.rings(ANN));
    scene.answers(ANN);
    assert_eq!(scene.dialled.len(), 1);
}

#[test]
fn a_call_that_is_being_made_goes_on_when_the_person_is_off_the_line_again() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    assert!(scene.rings(ANN));
    // Before the phone is answered the person calls service, and the phone turns out to be busy.
    let caller = service_is_wanted(&mut scene);
    scene.answers(CAI);
    let phone = scene.phone(ANN);
    scene.goes_with(phone, Cause::USER_BUSY);
    scene.pass_s(30);
    assert!(scene.ringing().is_empty());
    scene.hangs_up(caller);
    assert!(scene.rings(ANN));
}

#[test]
fn another_queue_neither_offers_nor_promises_a_second_call() {
    let (mut scene, _) = busy_with(both_call_back());
    let first = scene.customer_calls_from(3, "13500135000");
    scene.presses(first, '2');
    scene.answers(CAI);
    agrees(&mut scene, NUMBER);
    let caller = service_is_wanted(&mut scene);
    scene.hears_it_out(caller);
    scene.pass_s(8);
    assert!(!scene.ear(caller).contains("OfferCallback"));
    for _ in 0..2 {
        scene.presses(caller, '1');
        assert!(is_told(&scene.ear(caller), Prompt::NoCallback));
    }
    scene.pass_s(60);
    assert_eq!(scene.centre.view().queues[1].waiting, 1, "waits on");
    assert_eq!(promised(&scene), [NUMBER]);
}

#[test]
fn whoever_is_served_in_the_queue_is_not_called_back_for_it() {
    let (mut scene, talks) = busy();
    // Two calls of one number wait, and one of them agrees.
    let other = scene.sales_is_wanted_by(2, NUMBER);
    let caller = scene.sales_is_wanted_by(1, NUMBER);
    scene.presses(caller, '1');
    scene.presses(caller, '1');
    scene.hears_it_out(caller);
    assert_eq!(promised(&scene), [NUMBER]);
    ann_is_free(&mut scene, talks);
    scene.answers(ANN);
    assert_eq!(endings(&scene), [CallbackOutcome::CalledAgain]);
    scene.hangs_up(other);
    assert!(scene.all_is_quiet());
}

#[test]
fn who_is_given_to_the_queue_of_the_promise_waits_at_that_place() {
    let (mut scene, _) = busy();
    agrees(&mut scene, NUMBER);
    scene.pass_s(200);
    let caller = service_is_wanted(&mut scene);
    scene.answers(CAI);
    scene.asks(Request::InCall {
        agent: CAI,
        what: InCall::Transfer {
            to: Destination::Queue(SALES),
        },
    });
    assert_eq!(endings(&scene), [CallbackOutcome::CalledAgain]);
    let brought = scene.facts.iter().rev().find_map(|fact| match fact.what {
        What::Queued { bonus_s, .. } => Some(bonus_s),
        _ => None,
    });
    assert!(brought >= Some(200), "{brought:?}");
    scene.hangs_up(caller);
}

/// Sales has hours that are set by hand: now it is open, for two hours. Ann talks, and somebody is to
/// be called back.
fn open_by_hand() -> (Scene, LegId) {
    let mut hours = plan();
    hours.queues[0].hours = Some(ScheduleId(1));
    hours.dial_plan.schedules = vec![Schedule {
        id: ScheduleId(1),
        name: "office".into(),
        week: Vec::new(),
        days: Vec::new(),
        keeps_calendar: true,
    }];
    let mut scene = Scene::staffed_with(hours, &[ANN]);
    set_by_hand(&mut scene, Mode::Day);
    let talks = scene.customer_wants_sales(0);
    scene.answers(ANN);
    agrees(&mut scene, NUMBER);
    (scene, talks)
}

fn set_by_hand(scene: &mut Scene, mode: Mode) {
    let until_ms = scene.now.wall_ms + 7_200_000;
    scene.happens(Event::SetSchedule {
        schedule: ScheduleId(1),
        by_hand: Some(Override { mode, until_ms }),
    });
}

#[test]
fn nobody_is_called_back_after_the_queue_was_closed_by_hand() {
    let (mut scene, talks) = open_by_hand();
    set_by_hand(&mut scene, Mode::Night);
    assert_eq!(endings(&scene), [CallbackOutcome::Expired]);
    ann_is_free(&mut scene, talks);
    assert!(scene.all_is_quiet());
}

#[test]
fn nobody_is_dialled_by_an_agent_who_answers_when_the_clock_was_set_beyond_closing() {
    let (mut scene, talks) = open_by_hand();
    ann_is_free(&mut scene, talks);
    assert!(scene.rings(ANN));
    scene.now.wall_ms += 10_800_000;
    scene.answers(ANN);
    assert!(scene.dialled.is_empty());
    assert_eq!(endings(&scene), [CallbackOutcome::Expired]);
}

#[test]
fn a_person_whose_telephone_rings_when_the_time_is_over_can_answer() {
    let mut short = plan();
    short.queues[0].callback = Some(CallbackOffer {
        keep_s: 600,
        ..CallbackOffer::default()
    });
    let (mut scene, talks) = busy_with(short);
    agrees(&mut scene, NUMBER);
    scene.pass_s(570);
    ann_is_free(&mut scene, talks);
    let ann = scene.answers(ANN);
    let line = scene.dialled[0].0;
    scene.alerts(line);
    scene.pass_s(40);
    scene.answers_outside(line);
    assert!(scene.talk_to_each_other(ann, line));
    assert_eq!(endings(&scene), [CallbackOutcome::Reached]);
}
