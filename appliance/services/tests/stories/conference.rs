//! More than two talk (features B16).

use hotline_call::{Cause, LegId};
use hotline_services::{AgentId, AgentState, Destination, InCall, Refused, Request};

use crate::scene::{ANN, BEN, Scene, crowd};

/// The agent asks the other and takes it to the customer. The other's leg.
fn brings(scene: &mut Scene, by: AgentId, other: AgentId) -> LegId {
    scene.in_call(
        by,
        InCall::Consult {
            to: Destination::Agent(other),
        },
    );
    let leg = scene.answers(other);
    scene.in_call(by, InCall::Merge);
    leg
}

fn three() -> (Scene, LegId, LegId, LegId) {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    let anns = scene.answers(ANN);
    let bens = brings(&mut scene, ANN, BEN);
    (scene, caller, anns, bens)
}

#[test]
fn three_hear_each_other_and_all_are_recorded() {
    let (scene, caller, anns, bens) = three();
    assert_eq!(scene.hears_legs(caller), [anns, bens]);
    assert_eq!(scene.hears_legs(anns), [caller, bens]);
    assert_eq!(scene.hears_legs(bens), [caller, anns]);
    assert_eq!(scene.tracks, (Some(anns), Some(bens)));
    for agent in [ANN, BEN] {
        assert_eq!(scene.state(agent), AgentState::Conferencing);
    }
}

#[test]
fn whoever_leaves_the_last_two_stay_together() {
    for from_screen in [false, true] {
        let (mut scene, caller, anns, bens) = three();
        scene.pass_s(20);
        if from_screen {
            scene.asks(Request::HangUp { agent: ANN });
        } else {
            scene.hangs_up(anns);
        }
        assert!(scene.talk_to_each_other(caller, bens));
        assert_eq!(
            (scene.state(ANN), scene.state(BEN)),
            (AgentState::Wrapup, AgentState::Talking)
        );
        assert_eq!(scene.tracks, (Some(bens), None));
        scene.hangs_up(bens);
        assert_eq!(scene.released_with(caller), Some(Cause::NORMAL_CLEARING));
        assert!(scene.all_is_quiet());
    }
}

#[test]
fn a_phone_that_is_lost_takes_only_its_agent_out() {
    let (mut scene, caller, anns, bens) = three();
    scene.goes_with(bens, Cause::DESTINATION_OUT_OF_ORDER);
    assert!(scene.talk_to_each_other(caller, anns));
}

#[test]
fn one_who_holds_neither_hears_nor_is_heard_and_the_others_go_on() {
    let (mut scene, caller, anns, bens) = three();
    scene.in_call(BEN, InCall::Hold);
    assert!(scene.talk_to_each_other(caller, anns));
    assert!(scene.hears_legs(bens).is_empty());
    assert_eq!(scene.state(BEN), AgentState::Holding);
    scene.in_call(BEN, InCall::Retrieve);
    assert_eq!(scene.hears_legs(caller), [anns, bens]);
    assert_eq!(scene.state(BEN), AgentState::Conferencing);
}

#[test]
fn the_customer_who_hangs_up_ends_it_for_all() {
    let (mut scene, caller, ..) = three();
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    for agent in [ANN, BEN] {
        assert_eq!(scene.state(agent), AgentState::Wrapup);
    }
}

/// Features B16, D2: tracks are for three; whoever comes after shares the last one.
#[test]
fn of_five_who_talk_every_voice_is_recorded() {
    let agents: Vec<AgentId> = (1..=5).map(AgentId).collect();
    let mut scene = Scene::staffed_with(crowd(5), &agents);
    scene.customer_wants_sales(0);
    let ann = scene.answers(ANN);
    let [second, third, fourth] = [2, 3, 4].map(|other| brings(&mut scene, ANN, AgentId(other)));
    assert_eq!(scene.tracks, (Some(ann), Some(second)));
    assert_eq!(scene.also, [third, fourth]);
    scene.hangs_up(second);
    assert_eq!(scene.tracks, (Some(ann), Some(third)));
    assert_eq!(scene.also, [fourth]);
}

#[test]
fn five_can_talk_and_no_more() {
    let agents: Vec<AgentId> = (1..=5).map(AgentId).collect();
    let mut scene = Scene::staffed_with(crowd(5), &agents);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    for other in &agents[1..4] {
        brings(&mut scene, ANN, *other);
    }
    assert_eq!(scene.hears_legs(caller).len(), 4);
    scene.in_call(
        ANN,
        InCall::Consult {
            to: Destination::Agent(agents[4]),
        },
    );
    scene.answers(agents[4]);
    assert_eq!(scene.refused(ANN, InCall::Merge), Refused::ConferenceFull);
    assert_eq!(scene.hears_legs(caller).len(), 3, "one of them asks aside");
}

/// Who was asked comes before who asked goes, and yet there are never six.
#[test]
fn one_of_five_can_give_the_place_to_who_was_asked() {
    let agents: Vec<AgentId> = (1..=5).map(AgentId).collect();
    let mut scene = Scene::staffed_with(crowd(5), &agents);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    for other in &agents[1..4] {
        brings(&mut scene, ANN, *other);
    }
    scene.in_call(
        ANN,
        InCall::Consult {
            to: Destination::Agent(agents[4]),
        },
    );
    let last = scene.answers(agents[4]);
    scene.in_call(ANN, InCall::Complete);
    assert_eq!(scene.hears_legs(caller).len(), 4);
    assert!(scene.hears_legs(caller).contains(&last));
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
}
