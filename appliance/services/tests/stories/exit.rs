//! Callers who leave a queue by a key (features B11).

use hotline_services::route::{Mailbox, Target};
use hotline_services::{CallStage, EndOutcome, ExitKey, MenuId, QueueLeft, What};

use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene, configuration, key};

/// Sales has these keys; these agents are there, Ann and Ben in sales.
fn office(keys: &[(char, Target)], agents: &[hotline_services::AgentId]) -> Scene {
    let mut configuration = configuration();
    let key = |(label, target): &(char, Target)| ExitKey {
        digit: key(*label),
        target: target.clone(),
    };
    configuration.queues[0].exit_keys = keys.iter().map(key).collect();
    Scene::staffed_with(configuration, agents)
}

fn left(scene: &Scene) -> usize {
    scene.count(|what| matches!(what, What::QueueLeft(QueueLeft { queue: SALES, .. })))
}

#[test]
fn a_key_leads_a_caller_who_waits_to_another_queue() {
    let mut scene = office(&[('2', Target::Queue(SERVICE))], &[ANN, CAI]);
    scene.not_ready(ANN);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.stage(), CallStage::Waiting);
    scene.presses(caller, '7');
    assert_eq!((scene.stage(), left(&scene)), (CallStage::Waiting, 0));
    scene.presses(caller, '2');
    assert_eq!((scene.rings(CAI), left(&scene)), (true, 1));
    scene.a_call_is_served(caller, 10);
    let record = scene.record();
    assert_eq!((record.queue, record.left_by), (Some(SERVICE), None));
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
}

#[test]
fn who_leaves_by_a_key_and_leaves_a_message_has_not_given_up() {
    let message = Target::Voicemail(Mailbox::Queue(SALES));
    let mut scene = office(&[('1', message)], &[ANN]);
    scene.not_ready(ANN);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(20);
    scene.presses(caller, '1');
    scene.hears_it_out(caller);
    scene.pass_s(10);
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!(record.outcome, Some(EndOutcome::LeftMessage));
    assert_eq!(
        (record.queue, record.left_by),
        (Some(SALES), Some(key('1')))
    );
    assert_eq!(record.wait_ms, 20_000);
    assert!(scene.all_is_quiet());
    // The place is free, and nobody is kept for who may call again.
    scene.customer_wants_sales(0);
    assert_eq!(scene.stage(), CallStage::Waiting);
}

#[test]
fn a_key_stops_the_phones_that_ring_and_the_agents_have_missed_nothing() {
    let mut scene = office(&[('0', Target::Menu(MenuId(1)))], &[ANN]);
    let caller = scene.customer_wants_sales(0);
    for _ in 0..3 {
        assert!(scene.rings(ANN));
        scene.presses(caller, '0');
        assert_eq!((scene.rings(ANN), scene.stage()), (false, CallStage::Menu));
        scene.presses(caller, '1');
    }
    scene.a_call_is_served(caller, 10);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
}

#[test]
fn who_is_rung_already_is_not_sought_again_by_a_key() {
    let keys = [('1', Target::Agent(ANN)), ('2', Target::Agent(BEN))];
    let mut scene = office(&keys, &[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    scene.presses(caller, '1');
    assert_eq!((scene.rings(ANN), left(&scene)), (true, 0));
    scene.presses(caller, '2');
    assert_eq!((scene.rings(ANN), scene.rings(BEN)), (false, true));
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::AbandonedRinging));
}
