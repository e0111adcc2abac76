//! Callers whom a certain agent looks after.

use hotline_services::{AgentId, Configuration, KnownCaller, Standing, Vip, What};

use crate::scene::{ANN, BEN, CAI, Scene, configuration, number_of};

const MINE: &str = "13900139000";

/// Ben looks after one caller, Cai stands in for him; the queue is Ann's and Ben's.
fn looked_after(vip: Option<Vip>) -> Configuration {
    let mut configuration = configuration();
    configuration.callers = vec![KnownCaller {
        number: number_of(MINE),
        standing: Standing {
            vip,
            owner: Some(BEN),
            backups: vec![CAI],
            ..Standing::default()
        },
    }];
    configuration
}

/// Ben has taken a call and hangs up after so long.
fn ben_busy(scene: &mut Scene) -> hotline_call::LegId {
    scene.not_ready(ANN);
    let other = scene.sales_is_wanted_by(3, "110");
    scene.answers(BEN);
    scene.ready(ANN);
    other
}

#[test]
fn the_owner_is_rung_first_then_who_stands_in_then_the_group() {
    let mut scene = Scene::staffed_with(looked_after(None), &[ANN, BEN, CAI]);
    scene.sales_is_wanted_by(0, MINE);
    assert_eq!(scene.ringing(), [BEN], "though Ann has been idle longer");
    let dedicated = scene.facts.iter().any(|fact| match &fact.what {
        What::AgentOffered { because, .. } => because.dedicated,
        _ => false,
    });
    assert!(dedicated);
    scene.pass_s(20);
    assert_eq!(scene.ringing(), [CAI], "of another queue, and his deputy");
    scene.pass_s(20);
    assert_eq!(scene.ringing(), [ANN]);
}

#[test]
fn a_caller_is_held_for_the_owner_who_writes_notes_for_fifteen_seconds_at_most() {
    let mut scene = Scene::staffed_with(looked_after(None), &[ANN, BEN]);
    let other = ben_busy(&mut scene);
    scene.hangs_up(other);
    scene.sales_is_wanted_by(0, MINE);
    scene.pass_ms(14_999);
    assert_eq!(scene.ringing(), []);
    scene.pass_ms(1);
    assert_eq!(scene.ringing(), [ANN]);
}

#[test]
fn an_owner_done_with_the_notes_in_time_gets_the_caller() {
    let mut scene = Scene::staffed_with(looked_after(None), &[ANN, BEN]);
    let other = ben_busy(&mut scene);
    scene.hangs_up(other);
    scene.pass_s(20);
    scene.sales_is_wanted_by(0, MINE);
    scene.pass_s(10);
    assert_eq!(scene.ringing(), [BEN]);
}

#[test]
fn an_owner_who_talks_or_is_away_is_waited_for_only_by_a_vip() {
    let mut scene = Scene::staffed_with(looked_after(None), &[ANN, BEN]);
    ben_busy(&mut scene);
    scene.sales_is_wanted_by(0, MINE);
    assert_eq!(scene.ringing(), [ANN]);

    let mut scene = Scene::staffed_with(looked_after(Some(Vip::Level1)), &[ANN, BEN]);
    ben_busy(&mut scene);
    scene.sales_is_wanted_by(0, MINE);
    scene.pass_ms(19_999);
    assert_eq!(scene.ringing(), []);
    scene.pass_ms(1);
    assert_eq!(scene.ringing(), [ANN]);
}

#[test]
fn an_owner_who_becomes_not_ready_after_the_notes_is_not_waited_for() {
    let mut scene = Scene::staffed_with(looked_after(None), &[ANN, BEN]);
    let other = ben_busy(&mut scene);
    scene.not_ready(BEN);
    scene.hangs_up(other);
    scene.sales_is_wanted_by(0, MINE);
    scene.pass_s(5);
    assert_eq!(scene.ringing(), []);
    scene.asks(hotline_services::Request::WrapupDone { agent: BEN });
    assert_eq!(scene.ringing(), [ANN]);
}

#[test]
fn the_agent_who_talked_last_to_the_caller_is_tried_first_within_a_day_where_that_is_set() {
    let mut configuration = configuration();
    configuration.queues[0].last_agent_h = 24;
    let mut scene = Scene::staffed_with(configuration, &[ANN, BEN]);
    let serve = |scene: &mut Scene, number| -> AgentId {
        let caller = scene.sales_is_wanted_by(0, number);
        let agent = scene.a_call_is_served(caller, 60);
        scene.pass_s(30);
        agent
    };
    assert_eq!(serve(&mut scene, MINE), ANN);
    assert_eq!(serve(&mut scene, "1"), BEN);
    assert_eq!(serve(&mut scene, "2"), ANN);
    assert_eq!(
        serve(&mut scene, MINE),
        ANN,
        "though Ben has been idle longer"
    );
    scene.pass_s(86_400);
    assert_eq!(serve(&mut scene, MINE), BEN);
}
