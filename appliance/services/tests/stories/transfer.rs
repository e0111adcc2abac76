//! An agent gives a call on: without asking, after asking, to a queue (semantics §5.7).

use hotline_call::{Cause, LegId};
use hotline_services::{
    AgentId, AgentState, CallStage, Destination, EndOutcome, InCall, Refused, Request, What, WhyNot,
};

use crate::scene::{ANN, BEN, CAI, SERVICE, Scene, person};

const TO_BEN: InCall = InCall::Transfer {
    to: Destination::Agent(BEN),
};
const TO_SERVICE: InCall = InCall::Transfer {
    to: Destination::Queue(SERVICE),
};
const ASK_BEN: InCall = InCall::Consult {
    to: Destination::Agent(BEN),
};

/// Ann talks with a customer; Ben and Cai are free. The legs of the customer and of Ann's phone.
fn ann_talks(scene: &mut Scene) -> (LegId, LegId) {
    let caller = scene.customer_wants_sales(0);
    let phone = scene.answers(ANN);
    (caller, phone)
}

fn three() -> Scene {
    Scene::staffed(&[ANN, BEN, CAI])
}

fn talk_ms(scene: &Scene, agent: AgentId) -> u64 {
    let legs = scene.record().legs.iter();
    legs.filter(|leg| leg.agent == Some(agent))
        .map(|leg| leg.talk_ms)
        .sum()
}

#[test]
fn a_call_given_on_blindly_is_answered_by_the_other_agent() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    scene.pass_s(60);
    scene.in_call(ANN, TO_BEN);
    assert_eq!(scene.released_with(anns), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    assert_eq!(scene.stage(), CallStage::Transferring);
    assert_eq!(scene.ear(caller), "Music…");
    scene.pass_s(5);
    let bens = scene.answers(BEN);
    assert!(scene.talk_to_each_other(caller, bens));
    assert_eq!(scene.ear(caller), "the other party");
    assert_eq!(scene.state(BEN), AgentState::Talking);
}

/// asterisk/asterisk#759: who gave a call away was billed for the hour the others talked.
#[test]
fn each_agent_is_credited_only_the_own_time() {
    let mut scene = three();
    let (caller, _) = ann_talks(&mut scene);
    scene.pass_s(60);
    scene.in_call(ANN, TO_BEN);
    scene.pass_s(5);
    scene.answers(BEN);
    scene.pass_s(300);
    scene.hangs_up(caller);
    assert_eq!(
        (talk_ms(&scene, ANN), talk_ms(&scene, BEN)),
        (60_000, 300_000)
    );
    let record = scene.record();
    assert_eq!((record.talk_ms, record.wait_ms), (360_000, 5_000));
    assert_eq!(
        (record.transfers, record.outcome),
        (1, Some(EndOutcome::Served))
    );
}

/// asterisk/asterisk#507, mikopbx/Core#1105: one recording, and every voice of the talk in it.
#[test]
fn one_recording_goes_through_a_transfer_and_follows_whoever_talks() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    assert_eq!(scene.tracks, (Some(anns), None));
    scene.in_call(ANN, TO_BEN);
    assert_eq!(scene.tracks, (None, None));
    let bens = scene.answers(BEN);
    assert_eq!(scene.tracks, (Some(bens), None));
    scene.hangs_up(caller);
    assert_eq!(scene.record().recordings.len(), 1);
}

#[test]
fn a_call_nobody_takes_comes_back_to_who_gave_it_away() {
    let mut scene = three();
    let (caller, _) = ann_talks(&mut scene);
    scene.in_call(ANN, TO_BEN);
    scene.pass_s(20);
    assert!(scene.rings(ANN) && !scene.rings(BEN));
    assert_eq!(scene.ear(caller), "Music…");
    let anns = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, anns));
    assert_eq!(scene.record().transfers_failed, 1);
    scene.hangs_up(caller);
    assert_eq!(scene.record().recordings.len(), 1, "mikopbx/Core#1125");
}

#[test]
fn busy_reject_and_a_lost_phone_bring_the_call_back_at_once() {
    for cause in [
        Cause::USER_BUSY,
        Cause::CALL_REJECTED,
        Cause::DESTINATION_OUT_OF_ORDER,
    ] {
        let mut scene = three();
        ann_talks(&mut scene);
        scene.in_call(ANN, TO_BEN);
        scene.goes_with(scene.phone(BEN), cause);
        assert!(scene.rings(ANN), "{cause}");
    }
}

#[test]
fn if_who_gave_it_away_is_gone_the_customer_goes_to_the_front_of_the_queue() {
    let mut scene = three();
    let (caller, _) = ann_talks(&mut scene);
    scene.not_ready(CAI);
    scene.in_call(ANN, TO_BEN);
    scene.asks(Request::SignOut { agent: ANN });
    scene.pass_s(20);
    assert_eq!(scene.ear(caller), "PleaseHold");
    assert_eq!(
        scene.count(|w| matches!(w, What::Queued { again: true, .. })),
        1
    );
    assert!(scene.rings(BEN), "missed one, and the only one there");
}

#[test]
fn if_who_gave_it_away_does_not_answer_either_the_customer_is_queued() {
    let mut scene = three();
    ann_talks(&mut scene);
    scene.in_call(ANN, TO_BEN);
    scene.pass_s(40);
    assert_eq!(
        scene.count(|w| matches!(w, What::Queued { again: true, .. })),
        1
    );
}

#[test]
fn a_customer_who_hangs_up_while_the_next_phone_rings_ends_it() {
    let mut scene = three();
    let (caller, _) = ann_talks(&mut scene);
    scene.in_call(ANN, TO_BEN);
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.state(BEN), AgentState::Idle);
}

#[test]
fn given_to_a_queue_a_caller_counts_a_minute_more_and_is_not_rung_back() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    scene.changes(|c| c.queues[1].agents = vec![ANN, CAI]);
    scene.asks(Request::InCall {
        agent: ANN,
        what: TO_SERVICE,
    });
    assert_eq!(scene.released_with(anns), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.ringing(), [CAI]);
    let queued = |w: &What| {
        matches!(w, What::Queued { queue, bonus_s: 60, without: Some(ANN), again: false, .. }
            if *queue == SERVICE)
    };
    assert_eq!(scene.count(queued), 1);
    let cais = scene.answers(CAI);
    assert!(scene.talk_to_each_other(caller, cais));
    assert_eq!(scene.record().recordings.len(), 2);
}

/// asterisk/asterisk#607: the time for notes began anew after a transfer.
#[test]
fn a_transfer_neither_shortens_nor_resets_the_notes_of_who_gave_it_away() {
    let mut scene = three();
    let (caller, _) = ann_talks(&mut scene);
    scene.in_call(ANN, ASK_BEN);
    scene.answers(BEN);
    scene.in_call(ANN, InCall::Complete);
    scene.pass_s(10);
    scene.hangs_up(caller);
    scene.pass_ms(19_999);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_ms(1);
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn asking_first_two_agents_talk_aside_and_the_customer_hears_music() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    scene.pass_s(10);
    scene.in_call(ANN, ASK_BEN);
    assert_eq!(scene.ear(caller), "Music…");
    assert_eq!(scene.ear(anns), "nothing");
    scene.pass_s(3);
    let bens = scene.answers(BEN);
    assert!(scene.talk_to_each_other(anns, bens));
    assert_eq!(
        scene.tracks,
        (None, None),
        "what they say is not for the customer's recording"
    );
    assert_eq!(
        (scene.state(ANN), scene.state(BEN), scene.stage()),
        (
            AgentState::Consulting,
            AgentState::Consulting,
            CallStage::Holding
        )
    );
    scene.pass_s(7);
    scene.in_call(ANN, InCall::Complete);
    assert!(scene.talk_to_each_other(caller, bens));
    assert_eq!(scene.ear(caller), "the other party");
    scene.pass_s(30);
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!((record.talk_ms, record.hold_ms), (40_000, 10_000));
    let of = |agent| record.legs.iter().find(|leg| leg.agent == Some(agent));
    let (ann, ben) = (of(ANN).expect("a leg"), of(BEN).expect("a leg"));
    assert_eq!((ann.talk_ms, ann.consult_ms), (10_000, 10_000));
    assert_eq!((ben.talk_ms, ben.consult_ms), (30_000, 7_000));
}

#[test]
fn who_asks_can_go_to_and_fro_between_customer_and_colleague() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    scene.in_call(ANN, ASK_BEN);
    let bens = scene.answers(BEN);
    scene.in_call(ANN, InCall::Swap);
    assert!(scene.talk_to_each_other(caller, anns));
    assert_eq!(scene.ear(bens), "Music…");
    scene.in_call(ANN, InCall::Swap);
    assert!(scene.talk_to_each_other(anns, bens));
    assert_eq!(scene.ear(caller), "Music…");
}

#[test]
fn asking_no_more_the_agent_is_back_with_the_customer() {
    for answered in [false, true] {
        let mut scene = three();
        let (caller, anns) = ann_talks(&mut scene);
        scene.in_call(ANN, ASK_BEN);
        if answered {
            scene.answers(BEN);
        }
        scene.in_call(ANN, InCall::Cancel);
        assert!(scene.talk_to_each_other(caller, anns));
        assert_eq!(scene.state(ANN), AgentState::Talking);
        assert_eq!(
            scene.state(BEN),
            AgentState::Idle,
            "no notes: never with the customer"
        );
    }
}

#[test]
fn a_colleague_who_rejects_or_hangs_up_brings_the_agent_back_by_itself() {
    for answered in [false, true] {
        let mut scene = three();
        let (caller, anns) = ann_talks(&mut scene);
        scene.in_call(ANN, ASK_BEN);
        let bens = scene.phone(BEN);
        if answered {
            scene.answers(BEN);
        }
        scene.goes_with(bens, Cause::CALL_REJECTED);
        assert!(scene.talk_to_each_other(caller, anns));
        assert_eq!(scene.stage(), CallStage::Talking);
    }
}

#[test]
fn a_customer_who_hangs_up_meanwhile_ends_it_for_both() {
    let mut scene = three();
    let (caller, _) = ann_talks(&mut scene);
    scene.in_call(ANN, ASK_BEN);
    scene.answers(BEN);
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    assert_eq!(
        (scene.state(ANN), scene.state(BEN)),
        (AgentState::Wrapup, AgentState::Idle)
    );
}

#[test]
fn who_hangs_up_while_asking_gives_the_call_to_the_colleague() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    scene.in_call(ANN, ASK_BEN);
    let bens = scene.answers(BEN);
    scene.hangs_up(anns);
    assert!(scene.talk_to_each_other(caller, bens));
}

#[test]
fn completed_while_it_rings_a_call_not_taken_comes_back_after_twenty_seconds() {
    let mut scene = three();
    ann_talks(&mut scene);
    scene.in_call(ANN, ASK_BEN);
    scene.pass_s(10);
    scene.in_call(ANN, InCall::Complete);
    assert_eq!(scene.stage(), CallStage::Transferring);
    scene.pass_ms(19_999);
    assert!(scene.rings(BEN));
    scene.pass_ms(1);
    assert!(scene.rings(ANN) && !scene.rings(BEN));
}

#[test]
fn a_call_is_given_on_three_times_at_most() {
    let mut scene = three();
    ann_talks(&mut scene);
    for (from, to) in [(ANN, BEN), (BEN, CAI), (CAI, ANN)] {
        let to = Destination::Agent(to);
        scene.in_call(from, InCall::Transfer { to: to.clone() });
        let Destination::Agent(to) = to else { continue };
        scene.answers(to);
        scene.asks(Request::WrapupDone { agent: from });
    }
    assert_eq!(scene.refused(ANN, TO_BEN), Refused::TooManyTransfers);
    assert_eq!(scene.refused(ANN, TO_SERVICE), Refused::TooManyTransfers);
    assert_eq!(scene.state(ANN), AgentState::Talking);
}

#[test]
fn what_cannot_be_is_refused_and_says_why() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    assert_eq!(scene.refused(ANN, InCall::Hold), Refused::NotInACall(ANN));
    ann_talks(&mut scene);
    scene.not_ready(BEN);
    let not_ready = Refused::NotFree(BEN, WhyNot::NotReady);
    assert_eq!(scene.refused(ANN, TO_BEN), not_ready);
    assert_eq!(scene.refused(ANN, ASK_BEN), not_ready);
    let oneself = Destination::Agent(ANN);
    assert_eq!(
        scene.refused(ANN, InCall::Transfer { to: oneself }),
        Refused::Oneself
    );
    assert_eq!(
        scene.refused(ANN, TO_SERVICE),
        Refused::QueueUnstaffed(SERVICE)
    );
    assert_eq!(
        scene.refused(ANN, InCall::Complete),
        Refused::NotConsulting(ANN)
    );
    assert_eq!(scene.refused(ANN, InCall::Retrieve), Refused::NotOnHold);
    scene.ready(BEN);
    scene.in_call(ANN, ASK_BEN);
    assert_eq!(scene.refused(ANN, InCall::Merge), Refused::StillRinging);
    assert_eq!(scene.refused(ANN, TO_BEN), Refused::Consulting);
    scene.answers(BEN);
    assert_eq!(scene.refused(BEN, TO_SERVICE), Refused::OnlyConsulted(BEN));
}

#[test]
fn from_the_screen_a_call_is_put_on_hold_and_taken_back() {
    let mut scene = three();
    let (caller, anns) = ann_talks(&mut scene);
    scene.in_call(ANN, InCall::Hold);
    assert_eq!(scene.ear(caller), "Music…");
    assert_eq!(scene.ear(anns), "nothing");
    assert_eq!(scene.refused(ANN, InCall::Hold), Refused::OnHold);
    scene.in_call(ANN, InCall::Retrieve);
    assert!(scene.talk_to_each_other(caller, anns));
    assert_eq!(scene.state(ANN), AgentState::Talking);
}

/// Features B12, B13: without a screen.
#[test]
fn keys_at_the_phone_do_what_the_buttons_do() {
    let mut scene = three();
    scene.changes(|house| house.people = vec![person(ANN, "ann", "agent")]);
    let (caller, anns) = ann_talks(&mut scene);
    let press = |scene: &mut Scene, keys: &str| scene.keys(anns, keys);
    press(&mut scene, "#4");
    assert!(scene.talk_to_each_other(caller, anns), "nobody to go to");
    press(&mut scene, "#22#");
    let bens = scene.answers(BEN);
    assert!(scene.talk_to_each_other(anns, bens));
    press(&mut scene, "#4");
    assert!(scene.talk_to_each_other(caller, anns));
    press(&mut scene, "#0");
    assert_eq!(scene.state(BEN), AgentState::Idle);
    press(&mut scene, "*3");
    assert!(!scene.is_kept);
    press(&mut scene, "*3");
    assert!(scene.is_kept);
    press(&mut scene, "#");
    scene.pass_s(5);
    press(&mut scene, "1");
    assert_eq!(scene.stage(), CallStage::Talking, "too late to be one code");
    press(&mut scene, "#12#");
    assert_eq!(scene.stage(), CallStage::Transferring);
    assert!(scene.rings(BEN));
}
