//! An agent calls a colleague, and asks for what a call with a customer has too (features B12–B16).

use hotline_call::{Event as Door, LegId, PhoneId};
use hotline_services::{
    AgentState, Configuration, Destination, Extension, InCall, Person, Refused, Request,
};

use crate::scene::{ANN, BEN, CAI, Scene, configuration, person};

fn house() -> Configuration {
    let extension = |phone: u32| Extension {
        number: phone.to_string(),
        phone: PhoneId(phone),
    };
    let people: Vec<Person> = vec![person(ANN, "ann", "agent")];
    Configuration {
        extensions: [101, 102, 103].map(extension).to_vec(),
        people,
        ..configuration()
    }
}

/// Ann has called Ben, and they talk.
fn talking() -> (Scene, LegId, LegId) {
    let mut scene = Scene::staffed_with(house(), &[ANN, BEN, CAI]);
    let ann = scene.phone_dials(PhoneId(101), "102");
    let ben = scene.answers(BEN);
    scene.pass_s(5);
    (scene, ann, ben)
}

#[test]
fn who_called_puts_the_colleague_on_hold_from_the_screen_and_with_the_phone() {
    let (mut scene, ann, ben) = talking();
    scene.in_call(ANN, InCall::Hold);
    assert_eq!(scene.ear(ben), "Music…");
    assert_eq!(scene.state(ANN), AgentState::Holding);
    scene.pass_s(10);
    scene.in_call(ANN, InCall::Retrieve);
    assert!(scene.talk_to_each_other(ann, ben));
    scene.door(Door::Held { leg: ann });
    assert_eq!(scene.ear(ben), "Music…");
    scene.door(Door::Retrieved { leg: ann });
    assert!(scene.talk_to_each_other(ann, ben));
    scene.pass_s(20);
    scene.hangs_up(ben);
    assert!(scene.all_is_quiet());
    for agent in [ANN, BEN] {
        assert_eq!(scene.state(agent), AgentState::Idle);
    }
    let record = scene.record();
    assert_eq!((record.talk_ms, record.hold_ms), (25_000, 10_000));
    assert_eq!(record.recordings.len(), 2, "one for each to be served");
}

#[test]
fn the_phone_of_who_called_holds_at_once_and_so_does_the_one_who_answered() {
    let (mut scene, ann, ben) = talking();
    scene.door(Door::Held { leg: ben });
    assert_eq!(scene.ear(ann), "Music…");
    assert_eq!(scene.refused(ANN, InCall::Hold), Refused::NotInACall(ANN));
    scene.door(Door::Retrieved { leg: ben });
    scene.door(Door::Held { leg: ann });
    assert_eq!(scene.ear(ben), "Music…");
    scene.door(Door::Retrieved { leg: ann });
    scene.in_call(BEN, InCall::Hold);
    assert_eq!(scene.ear(ann), "Music…");
    scene.hangs_up(ann);
    assert!(scene.all_is_quiet());
}

#[test]
fn who_called_asks_a_third_one_and_gives_the_colleague_over() {
    let (mut scene, ann, ben) = talking();
    let to = Destination::Agent(CAI);
    scene.in_call(ANN, InCall::Consult { to });
    assert_eq!(scene.ear(ben), "Music…");
    let cai = scene.answers(CAI);
    assert!(scene.talk_to_each_other(ann, cai));
    scene.in_call(ANN, InCall::Complete);
    assert!(scene.talk_to_each_other(ben, cai));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    scene.asks(Request::HangUp { agent: BEN });
    assert!(scene.all_is_quiet());
    assert_eq!(scene.record().transfers, 1);
}

#[test]
fn keys_of_who_called_transfer_the_colleague_and_both_come_together_with_a_third() {
    let (mut scene, ann, ben) = talking();
    scene.keys(ann, "#23#");
    let cai = scene.answers(CAI);
    scene.keys(ann, "#3");
    assert_eq!(scene.hears_legs(ben), [ann, cai]);
    scene.hangs_up(cai);
    scene.keys(ann, "#13#");
    let cai = scene.answers(CAI);
    assert!(scene.talk_to_each_other(ben, cai));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    scene.in_call(CAI, InCall::Park);
    let ann = scene.phone_dials(PhoneId(101), "701");
    assert!(scene.talk_to_each_other(ben, ann));
    scene.hangs_up(ben);
    assert!(scene.all_is_quiet());
}
