//! Parked calls: put on a place by one phone, fetched by another (Table B 11 of the features).

use hotline_call::{Cause, LegId, PhoneId};
use hotline_services::{
    AgentState, CallStage, EndOutcome, Event, InCall, Refused, Request, Say, What,
};

use crate::scene::{ANN, BEN, CAI, Scene};

/// A phone that stands at no agent's desk.
const LOBBY: PhoneId = PhoneId(900);

fn parks(scene: &mut Scene) {
    scene.asks(Request::InCall {
        agent: ANN,
        what: InCall::Park,
    });
}

/// Ann talks to a customer.
fn talking() -> (Scene, LegId) {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.pass_s(10);
    (scene, caller)
}

fn place(scene: &Scene) -> Option<u32> {
    scene.centre.view().calls[0].parked
}

#[test]
fn a_parked_customer_hears_music_and_any_phone_takes_the_call() {
    let (mut scene, caller) = talking();
    parks(&mut scene);
    assert_eq!(place(&scene), Some(701));
    assert_eq!(scene.stage(), CallStage::Parked);
    assert_eq!(scene.hears[&caller].say, [Say::Music]);
    assert!(!scene.is_kept);
    assert!(!matches!(scene.state(ANN), AgentState::Talking));
    scene.pass_s(20);
    let lobby = scene.phone_dials(LOBBY, "701");
    assert!(scene.answered.contains(&lobby));
    assert!(scene.talk_to_each_other(caller, lobby));
    assert!(scene.is_kept, "it is recorded again");
    scene.pass_s(30);
    scene.hangs_up(lobby);
    let record = scene.record();
    assert_eq!((record.talk_ms, record.hold_ms), (40_000, 20_000));
    assert_eq!(record.recordings.len(), 2);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn the_code_at_the_phone_parks_and_the_next_agent_takes_the_call_with_the_number() {
    let (mut scene, caller) = talking();
    let second = scene.phone_dials(PhoneId(101), "700");
    assert_eq!(scene.released_with(second), Some(Cause::NORMAL_CLEARING));
    assert_eq!(place(&scene), Some(701));
    scene.signs_in(CAI);
    let cai = scene.phone_dials(PhoneId(103), "701");
    assert_eq!(scene.state(CAI), AgentState::Talking);
    assert!(scene.talk_to_each_other(caller, cai));
    scene.hangs_up(caller);
    assert_eq!(scene.record().agent, Some(CAI));
}

#[test]
fn two_customers_are_parked_on_two_places() {
    let (mut scene, _) = talking();
    parks(&mut scene);
    scene.asks(Request::WrapupDone { agent: ANN });
    scene.customer_wants_sales(1);
    scene.answers(ANN);
    parks(&mut scene);
    let view = scene.centre.view();
    let places: Vec<_> = view.calls.iter().map(|call| call.parked).collect();
    assert_eq!(places, [Some(701), Some(702)]);
    let nobody = scene.phone_dials(LOBBY, "703");
    assert_eq!(scene.released_with(nobody), Some(Cause::CALL_REJECTED));
}

#[test]
fn who_is_not_fetched_in_a_minute_comes_back_to_who_parked_the_call() {
    let (mut scene, caller) = talking();
    parks(&mut scene);
    scene.pass_s(59);
    assert!(!scene.rings(ANN));
    scene.pass_s(1);
    assert!(scene.rings(ANN));
    let ann = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, ann));
    scene.hangs_up(ann);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn who_is_not_taken_back_either_goes_to_the_front_of_the_queue() {
    let (mut scene, caller) = talking();
    parks(&mut scene);
    scene.pass_s(60);
    scene.pass_s(20);
    let again = |what: &What| matches!(what, What::Queued { again: true, .. });
    assert_eq!(scene.count(again), 1);
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());

    let (mut scene, _) = talking();
    parks(&mut scene);
    scene.not_ready(ANN);
    scene.signs_in(BEN);
    scene.pass_s(60);
    assert!(scene.rings(BEN), "Ann has gone to lunch");
}

#[test]
fn who_hangs_up_while_parked_was_served() {
    let (mut scene, caller) = talking();
    parks(&mut scene);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn an_agent_in_a_call_takes_no_parked_one_and_no_place_is_left_without_end() {
    let (mut scene, _) = talking();
    scene.changes(|c| c.dial_plan.feature_codes.parking = (701, 701));
    parks(&mut scene);
    scene.asks(Request::WrapupDone { agent: ANN });
    scene.customer_wants_sales(1);
    scene.answers(ANN);
    let park = Request::InCall {
        agent: ANN,
        what: InCall::Park,
    };
    let refused = scene.tries(Event::Request(park));
    assert_eq!(refused, Err(Refused::NoParkingPlace));
    let second = scene.phone_dials(PhoneId(101), "701");
    assert_eq!(scene.released_with(second), Some(Cause::CALL_REJECTED));
}

#[test]
fn an_agent_who_is_not_ready_takes_a_parked_call() {
    let (mut scene, caller) = talking();
    parks(&mut scene);
    scene.signs_in(BEN);
    scene.not_ready(BEN);
    let ben = scene.phone_dials(PhoneId(102), "701");
    assert!(scene.talk_to_each_other(caller, ben));
    scene.hangs_up(caller);
    scene.asks(Request::WrapupDone { agent: BEN });
    assert_eq!(scene.state(BEN), AgentState::NotReady);
}

#[test]
fn a_start_of_the_program_ends_parked_calls() {
    let (mut scene, _) = talking();
    parks(&mut scene);
    scene.forget_legs();
    scene.start();
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
}
