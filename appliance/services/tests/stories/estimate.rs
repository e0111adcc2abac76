//! How long a caller will wait, and from what that is known (semantics §5.4).

use hotline_call::CallId;
use hotline_services::{Basis, Request};

use crate::scene::{ANN, BEN, CAI, Scene, configuration};

fn basis(scene: &Scene) -> Basis {
    let view = scene.centre.view();
    let last = view.calls.last().expect("a call");
    let estimated = scene.centre.estimated_wait(scene.now, last.call);
    estimated.expect("an estimate").0
}

/// Ann is rung and answers, talks for so long and writes notes for so long.
fn a_call_is_handled(scene: &mut Scene, talk_s: u64, notes_s: u64) {
    let caller = scene.customer_wants_sales(3);
    scene.answers(ANN);
    scene.pass_s(talk_s);
    scene.hangs_up(caller);
    scene.pass_s(notes_s);
    scene.asks(Request::WrapupDone { agent: ANN });
}

#[test]
fn without_a_history_a_call_is_taken_to_need_three_minutes() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.customer_wants_sales(1);
    scene.customer_wants_sales(2);
    let nothing_yet = Basis {
        ahead: 1,
        agents_milli: 1000,
        handle_ms: 180_000,
        handled: 0,
        patience_ms: None,
    };
    assert_eq!(basis(&scene), nothing_yet);
    let (_, wait) = scene.centre.estimated_wait(scene.now, CallId(3)).unwrap();
    assert_eq!(wait.mean_ms, 360_000);
}

#[test]
fn the_time_a_call_takes_is_talk_and_notes_of_the_last_fifty() {
    let mut scene = Scene::staffed(&[ANN]);
    a_call_is_handled(&mut scene, 600, 20);
    for _ in 0..50 {
        a_call_is_handled(&mut scene, 50, 10);
    }
    scene.not_ready(ANN);
    scene.ready(ANN);
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.customer_wants_sales(1);
    assert_eq!(basis(&scene).handle_ms, 60_000);
}

#[test]
fn patience_is_all_waiting_by_those_who_gave_up_in_the_last_four_hours() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.not_ready(ANN);
    for _ in 0..2 {
        let caller = scene.customer_wants_sales(0);
        scene.pass_s(90);
        scene.hangs_up(caller);
    }
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(60);
    scene.ready(ANN);
    scene.answers(ANN);
    scene.customer_wants_sales(1);
    assert_eq!(basis(&scene).patience_ms, Some(120_000));
    scene.hangs_up(caller);
    scene.pass_s(4 * 3600);
    scene.ready(ANN);
    scene.customer_wants_sales(0);
    scene.customer_wants_sales(1);
    // Only who waited too long meanwhile is remembered, and gave up nothing.
    assert_eq!(basis(&scene).patience_ms, None);
}

#[test]
fn an_agent_of_two_queues_counts_for_each_with_a_share() {
    let mut both = configuration();
    both.queues[1].agents.push(ANN);
    let mut scene = Scene::staffed_with(both, &[ANN, BEN, CAI]);
    scene.not_ready(BEN);
    for _ in 0..9 {
        a_call_is_handled(&mut scene, 170, 10);
    }
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.customer_wants_sales(1);
    // Nine calls for sales, none for service, and one more for each.
    assert_eq!(basis(&scene).agents_milli, 10 * 1000 / 11);
}
