//! Facts as they are kept, and the room for them.

use hotline_call::{Cause, Moment};
use hotline_services::{CallCentre, EndOutcome, Event, Fact, StorageState, What};

use crate::scene::{ANN, Scene};

#[test]
fn when_only_the_reserve_is_left_calls_go_on_and_new_ones_are_refused_unanswered() {
    let mut scene = Scene::staffed(&[ANN]);
    let talking = scene.customer_wants_sales(0);
    scene.answers(ANN);
    let waiting = scene.customer_wants_sales(1);
    scene.happens(Event::Storage(StorageState::ReserveReached));
    let answered = scene.answered.len();
    let refused = scene.customer_calls(2);
    assert_eq!(scene.answered.len(), answered);
    assert_eq!(scene.released_with(refused), Some(Cause::CONGESTION));
    assert_eq!(scene.outcome(), Some(EndOutcome::Refused));
    assert!(scene.centre.view().storage_full);
    scene.hangs_up(talking);
    scene.pass_s(30);
    scene.answers(ANN);
    assert_eq!(scene.ear(waiting), "the other party");
    assert!(scene.records[&2].recordings.is_empty(), "no new recording");
    scene.hangs_up(waiting);
    scene.happens(Event::Storage(StorageState::Normal));
    let welcome = scene.customer_calls(2);
    assert_eq!(scene.ear(welcome), "greeting");
}

/// What a store of today holds must be read by every later program.
#[test]
fn facts_are_kept_as_json_of_this_form() {
    let form = r#"{"seq":9,"boot":2,"at":{"mono_ms":1,"wall_ms":2},"kind":"call_ended","call":7,"outcome":"abandoned_in_queue","by":"customer","cause":16}"#;
    let fact: Fact = serde_json::from_str(form).unwrap();
    assert_eq!(serde_json::to_string(&fact).unwrap(), form);
    let form = r#"{"seq":1,"boot":1,"at":{"mono_ms":1,"wall_ms":2},"kind":"started"}"#;
    let fact: Fact = serde_json::from_str(form).unwrap();
    assert_eq!(serde_json::to_string(&fact).unwrap(), form);
    let form = r#"{"seq":1,"boot":1,"at":{"mono_ms":1,"wall_ms":2},"kind":"call_offered","call":1,"leg":2,"line":0,"caller":{"number":"13800138000","name":null,"presentation":"allowed"},"called":null}"#;
    let fact: Fact = serde_json::from_str(form).unwrap();
    assert_eq!(serde_json::to_string(&fact).unwrap(), form);
}

#[test]
fn every_fact_of_a_day_is_read_back_as_it_was_written() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.hangs_up(caller);
    scene.pass_s(30);
    for fact in &scene.facts {
        let json = serde_json::to_string(fact).unwrap();
        assert_eq!(
            &serde_json::from_str::<Fact>(&json).unwrap(),
            fact,
            "{json}"
        );
    }
}

#[test]
fn a_kind_of_a_newer_program_is_skipped() {
    let newer = r#"{"seq":3,"boot":1,"at":{"mono_ms":1,"wall_ms":2},"kind":"call_teleported","call":{"to":["moon"]},"cause":16}"#;
    let fact: Fact = serde_json::from_str(newer).unwrap();
    assert_eq!(fact.what, What::Unknown);
    let mut centre = CallCentre::refold([&fact]);
    let next = centre
        .handle(
            Moment::default(),
            Event::Started {
                boot: 2,
                last_alive: None,
            },
        )
        .unwrap();
    assert_eq!(next.facts[0].seq, 4, "its number is taken all the same");
}
