//! An agent signs in at any phone with a number and a PIN (table B 14).

use hotline_call::{Cause, Device, Event as Door, LegId, PhoneId};
use hotline_services::{AgentId, AgentState, Event, Refused, Request};

use crate::scene::{ANN, BEN, CAI, Scene, configuration};

const BENS_PHONE: PhoneId = PhoneId(102);
const LOBBY: PhoneId = PhoneId(900);

fn staffed(agents: &[AgentId]) -> Scene {
    let mut scene = Scene::staffed(agents);
    scene.door(Door::InService {
        device: Device::Phone(LOBBY),
    });
    scene
}

/// Dials the code; the program finds the PIN right or wrong. With which cause that call ends.
fn says_to_be(scene: &mut Scene, phone: PhoneId, agent: AgentId, is_right: bool) -> Option<Cause> {
    let leg = scene.phone_dials(phone, &format!("*40{}*4711", agent.0));
    scene.happens(Event::PinChecked { leg, is_right });
    scene.released_with(leg)
}

fn rings_at(scene: &Scene, phone: PhoneId) -> Option<LegId> {
    scene.phones.get(&phone).copied()
}

#[test]
fn an_agent_signs_in_at_another_phone_is_rung_there_and_goes_home_signing_out() {
    let mut scene = staffed(&[]);
    let done = Some(Cause::NORMAL_CLEARING);
    assert_eq!(says_to_be(&mut scene, LOBBY, ANN, true), done);
    assert_eq!(scene.pins, [(ANN, "4711".to_owned())]);
    let caller = scene.customer_wants_sales(0);
    let lobby = rings_at(&scene, LOBBY).expect("rings");
    scene.door(Door::Answered { leg: lobby });
    assert!(scene.talk_to_each_other(caller, lobby));
    scene.hangs_up(caller);
    scene.forget_legs();
    scene.start();
    scene.lines_and_phones_in_service(&[ANN]);
    scene.door(Door::InService {
        device: Device::Phone(LOBBY),
    });
    let caller = scene.customer_wants_sales(0);
    assert!(rings_at(&scene, LOBBY).is_some(), "also after a restart");
    scene.hangs_up(caller);
    scene.phone_dials(LOBBY, "*41");
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
    scene.signs_in(ANN);
    scene.customer_wants_sales(0);
    assert!(scene.rings(ANN) && rings_at(&scene, LOBBY).is_none());
}

/// Not even of a PIN that was dialled wrongly.
#[test]
fn no_fact_tells_a_pin() {
    let mut scene = staffed(&[]);
    says_to_be(&mut scene, LOBBY, ANN, false);
    says_to_be(&mut scene, LOBBY, ANN, true);
    scene.phone_dials(LOBBY, "*401*4711*12");
    scene.phone_dials(LOBBY, "*401*47#11");
    scene.phone_dials(LOBBY, "*409*4711");
    assert!(!scene.stored.contains("4711") && !scene.stored.contains("*47"));
}

#[test]
fn after_five_wrong_pins_none_is_taken_for_a_while() {
    let mut scene = staffed(&[]);
    let rejected = Some(Cause::CALL_REJECTED);
    for _ in 0..5 {
        assert_eq!(says_to_be(&mut scene, LOBBY, ANN, false), rejected);
    }
    assert_eq!(says_to_be(&mut scene, LOBBY, ANN, true), rejected);
    assert_eq!(scene.pins.len(), 5, "not even looked at");
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
    let done = Some(Cause::NORMAL_CLEARING);
    assert_eq!(
        says_to_be(&mut scene, LOBBY, CAI, true),
        done,
        "of Ann alone"
    );
    scene.phone_dials(LOBBY, "*41");
    scene.pass_s(900);
    assert_eq!(says_to_be(&mut scene, LOBBY, ANN, true), done);
}

#[test]
fn a_phone_whose_agent_is_at_work_is_not_given_away_and_one_that_was_is_missed() {
    let mut scene = staffed(&[BEN]);
    let rejected = Some(Cause::CALL_REJECTED);
    assert_eq!(says_to_be(&mut scene, BENS_PHONE, ANN, true), rejected);
    scene.asks(Request::SignOut { agent: BEN });
    let done = Some(Cause::NORMAL_CLEARING);
    assert_eq!(says_to_be(&mut scene, BENS_PHONE, ANN, true), done);
    let sign_in = Event::Request(Request::SignIn { agent: BEN });
    assert_eq!(scene.tries(sign_in.clone()), Err(Refused::PhoneTaken));
    scene.asks(Request::SignOut { agent: ANN });
    assert_eq!(scene.tries(sign_in), Ok(()));
    scene.customer_wants_sales(0);
    assert!(rings_at(&scene, BENS_PHONE).is_some());
}

#[test]
fn who_leaves_a_foreign_desk_without_a_word_is_signed_out_where_that_is_set() {
    let mut house = configuration();
    house.rules.hot_desk_idle_min = 30;
    let mut scene = Scene::staffed_with(house, &[BEN]);
    says_to_be(&mut scene, LOBBY, ANN, true);
    scene.not_ready(ANN);
    scene.pass_s(1799);
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    scene.pass_s(1);
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
    assert_eq!(scene.state(BEN), AgentState::Idle, "at the own desk");
}
