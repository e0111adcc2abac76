//! The program starts again.

use hotline_call::{Cause, Moment, Party};
use hotline_services::{AgentState, CallCentre, EndOutcome, Request, What};

use crate::scene::{ANN, BEN, CAI, Scene};

#[test]
fn after_a_restart_open_calls_are_closed_with_the_times_last_known_and_agents_are_still_at_work() {
    let mut scene = Scene::staffed(&[ANN, BEN, CAI]);
    scene.asks(Request::NotReady {
        agent: CAI,
        reason: "lunch".into(),
    });
    let talking = scene.customer_wants_sales(0);
    let phone = scene.answers(ANN);
    scene.customer_wants_sales(1);
    scene.customer_calls(2);
    scene.pass_s(7);
    scene.door(hotline_call::Event::Held { leg: phone });
    let last = scene.now;
    // The machine was off for an hour; its monotonic clock begins anew.
    scene.now = Moment {
        mono_ms: 40,
        wall_ms: last.wall_ms + 3_600_000,
    };
    scene.centre = CallCentre::refold(&scene.facts);
    scene.start();

    assert!(scene.centre.view().calls.is_empty());
    assert!(scene.centre.last_leg().0 >= talking.0);
    let state = |agent| scene.state(agent);
    assert_eq!(
        [state(ANN), state(BEN), state(CAI)],
        [AgentState::Idle, AgentState::Idle, AgentState::NotReady]
    );
    for record in scene.records.values() {
        assert_eq!(record.ended_at, Some(last));
        assert_eq!(record.cause, Some(Cause::TEMPORARY_FAILURE));
        assert_eq!(record.hung_up_by, Some(Party::System));
    }
    let outcomes: Vec<_> = scene.records.values().map(|r| r.outcome.unwrap()).collect();
    assert_eq!(
        outcomes,
        [EndOutcome::Served, EndOutcome::Failed, EndOutcome::Failed]
    );
    assert_eq!(
        (scene.records[&1].talk_ms, scene.records[&1].hold_ms),
        (9_000, 0)
    );

    // Phones register anew; until then nobody is rung.
    scene.pass_s(10);
    assert_eq!(scene.state(ANN), AgentState::DeviceDown);
    scene.lines_and_phones_in_service(&[ANN, BEN, CAI]);
    scene.customer_wants_sales(0);
    assert_eq!(scene.count(|w| matches!(w, What::AgentOffered { .. })), 3);
}

/// A conversation may last an hour without a fact; the time of its end must not be an hour wrong.
#[test]
fn a_call_that_was_cut_off_lasted_until_the_program_was_seen_alive_last() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    let last_fact = scene.now;
    let alive = last_fact.plus_ms(3_600_000);
    scene.now = Moment {
        mono_ms: 40,
        wall_ms: alive.wall_ms + 60_000,
    };
    scene.start_after(Some(alive));
    let record = scene.record();
    assert_eq!((record.ended_at, record.talk_ms), (Some(alive), 3_600_000));
    assert!(record.legs.iter().all(|leg| leg.ended_at == Some(alive)));

    // What was noted before the last fact says nothing new.
    scene.forget_legs();
    scene.lines_and_phones_in_service(&[ANN]);
    scene.customer_wants_sales(0);
    let noted = scene.now;
    scene.pass_s(4);
    scene.answers(ANN);
    let last_fact = scene.now;
    scene.now = Moment {
        mono_ms: 40,
        wall_ms: last_fact.wall_ms + 60_000,
    };
    scene.start_after(Some(noted));
    assert_eq!(scene.record().ended_at, Some(last_fact));
}

#[test]
fn wrap_up_and_a_wish_that_was_pending_end_with_the_life_they_began_in() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.asks(Request::SignOut { agent: ANN });
    scene.hangs_up(caller);
    scene.pass_s(5);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.centre = CallCentre::refold(&scene.facts);
    scene.start();
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
}

/// Clocks of two lives say nothing about each other.
#[test]
fn who_was_idle_before_the_restart_has_been_idle_longer_than_who_signs_in_after_it() {
    let mut scene = Scene::staffed(&[BEN]);
    scene.pass_s(600);
    let wall_ms = scene.now.wall_ms + 1_000;
    scene.now = Moment {
        mono_ms: 40,
        wall_ms,
    };
    scene.start();
    scene.lines_and_phones_in_service(&[ANN, BEN]);
    scene.pass_s(1);
    scene.signs_in(ANN);
    scene.customer_wants_sales(0);
    assert!(scene.rings(BEN));
}
