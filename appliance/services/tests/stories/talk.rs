//! From the agent's answer to the end of wrap-up.

use hotline_call::{Cause, Event as Door, Party};
use hotline_services::{
    AgentState, CallStage, EndOutcome, Event, InCall, Recorded, RecordingId, Refused, Request, What,
};

use crate::scene::{ANN, BEN, Scene, configuration};

#[test]
fn caller_and_agent_hear_each_other_and_are_recorded_from_the_first_word() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(3);
    let agent = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, agent));
    assert_eq!(scene.ear(caller), "the other party");
    assert_eq!(
        (scene.stage(), scene.state(ANN)),
        (CallStage::Talking, AgentState::Talking)
    );
    assert_eq!(scene.record().recordings, [RecordingId(1)]);
    scene.pass_s(60);
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!(
        (record.ivr_ms, record.wait_ms, record.talk_ms),
        (2_000, 3_000, 60_000)
    );
    assert_eq!(
        (record.outcome, record.agent),
        (Some(EndOutcome::Served), Some(ANN))
    );
    assert_eq!(
        scene.count(|w| matches!(w, What::RecordingStopped { .. })),
        1
    );
}

#[test]
fn when_the_customer_hangs_up_the_agent_has_time_for_notes_and_is_then_free() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.pass_s(10);
    scene.hangs_up(caller);
    assert_eq!(scene.released_with(agent), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.record().hung_up_by, Some(Party::Customer));
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_ms(29_999);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_ms(1);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert_eq!(scene.record().wrapup_ms, 30_000);
    assert!(scene.all_is_quiet());
}

#[test]
fn when_the_agent_hangs_up_the_customer_is_released_at_once() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.pass_s(10);
    scene.hangs_up(agent);
    assert_eq!(scene.released_with(caller), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.record().hung_up_by, Some(Party::Agent));
    assert_eq!(scene.record().outcome, Some(EndOutcome::Served));
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
}

#[test]
fn the_agent_can_hang_up_and_end_wrap_up_from_the_screen() {
    let mut scene = Scene::staffed(&[ANN]);
    let nothing_to_end = scene.tries(Event::Request(Request::HangUp { agent: ANN }));
    assert_eq!(nothing_to_end, Err(Refused::NotInACall(ANN)));
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.asks(Request::HangUp { agent: ANN });
    assert!(scene.released_with(caller).is_some() && scene.released_with(agent).is_some());
    assert_eq!(scene.record().hung_up_by, Some(Party::Agent));
    scene.pass_s(7);
    scene.asks(Request::WrapupDone { agent: ANN });
    assert_eq!(
        (scene.state(ANN), scene.record().wrapup_ms),
        (AgentState::Idle, 7_000)
    );
    let again = scene.tries(Event::Request(Request::WrapupDone { agent: ANN }));
    assert_eq!(again, Err(Refused::NotInWrapup(ANN)));
}

#[test]
fn both_hanging_up_at_once_is_one_end() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.doors_obey = false;
    scene.hangs_up(agent);
    scene.hangs_up(caller);
    scene.door(Door::Released {
        leg: caller,
        cause: Cause::NORMAL_CLEARING,
    });
    scene.door(Door::Released {
        leg: agent,
        cause: Cause::NORMAL_CLEARING,
    });
    assert_eq!(scene.record().hung_up_by, Some(Party::Agent));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_caller_on_hold_hears_music_and_the_time_is_no_talk() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.pass_s(10);
    scene.door(Door::Held { leg: agent });
    assert_eq!(scene.ear(caller), "Music…");
    assert_eq!(
        (scene.stage(), scene.state(ANN)),
        (CallStage::Holding, AgentState::Holding)
    );
    assert!(scene.nobody_talks());
    scene.pass_s(25);
    scene.door(Door::Held { leg: agent });
    scene.door(Door::Retrieved { leg: agent });
    assert_eq!(scene.ear(caller), "the other party");
    scene.pass_s(5);
    scene.hangs_up(caller);
    assert_eq!(
        (scene.record().talk_ms, scene.record().hold_ms),
        (15_000, 25_000)
    );
    assert_eq!(
        scene.record().recordings.len(),
        1,
        "one recording goes through the hold"
    );
}

#[test]
fn a_caller_who_hangs_up_on_hold_ends_the_call() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.door(Door::Held { leg: agent });
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet() && scene.state(ANN) == AgentState::Wrapup);
}

/// The phone that is lost is not the caller's fault.
#[test]
fn a_caller_whose_agents_phone_fails_is_next_in_the_queue() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    let anns_phone = scene.answers(ANN);
    scene.asks(Request::NotReady {
        agent: BEN,
        reason: "lunch".into(),
    });
    scene.customer_wants_sales(1);
    scene.pass_s(10);
    scene.goes_with(anns_phone, Cause::DESTINATION_OUT_OF_ORDER);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    assert_eq!(scene.ear(caller), "PleaseHold");
    scene.hears_it_out(caller);
    assert_eq!(scene.ear(caller), "Music…");
    scene.asks(Request::Ready { agent: BEN });
    let bens_phone = scene.answers(BEN);
    assert!(
        scene.talk_to_each_other(caller, bens_phone),
        "before the other, who waits longer"
    );
    scene.pass_s(20);
    scene.hangs_up(caller);
    let record = &scene.records[&1];
    assert_eq!((record.talk_ms, record.agent), (32_000, Some(BEN)));
    assert_eq!((record.legs.len(), record.recordings.len()), (3, 2));
}

#[test]
fn a_line_that_is_unplugged_in_mid_call_frees_the_agent() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.goes_with(caller, Cause::DESTINATION_OUT_OF_ORDER);
    assert!(scene.released_with(agent).is_some());
    let record = scene.record();
    assert_eq!(record.outcome, Some(EndOutcome::Served));
    assert_eq!(record.hung_up_by, Some(Party::System));
    assert_eq!(record.cause, Some(Cause::DESTINATION_OUT_OF_ORDER));
}

#[test]
fn a_recording_that_fails_does_not_disturb_the_talk() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.happens(Event::RecordingFailed(RecordingId(1)));
    scene.happens(Event::RecordingFailed(RecordingId(1)));
    assert_eq!(
        scene.count(|w| matches!(w, What::RecordingFailed { .. })),
        1
    );
    assert_eq!(scene.ear(caller), "the other party");
    scene.hangs_up(caller);
    assert_eq!(
        scene.count(|w| matches!(w, What::RecordingStopped { .. })),
        0
    );
}

/// Features C6: a card number is not kept; the gap is marked.
#[test]
fn a_recording_is_paused_goes_on_by_itself_and_the_gap_is_told() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let pause = || InCall::PauseRecording;
    assert_eq!(scene.refused(ANN, pause()), Refused::NotInACall(ANN));
    scene.answers(ANN);
    assert!(scene.is_kept);
    scene.in_call(ANN, pause());
    assert!(!scene.is_kept);
    assert_eq!(scene.refused(ANN, pause()), Refused::RecordingPaused);
    assert_eq!(scene.centre.view().calls[0].recorded, Recorded::Paused);
    scene.pass_s(59);
    assert!(!scene.is_kept);
    scene.pass_s(1);
    assert!(scene.is_kept);
    scene.in_call(ANN, pause());
    scene.pass_s(5);
    scene.in_call(ANN, InCall::ResumeRecording);
    let not_paused = scene.refused(ANN, InCall::ResumeRecording);
    assert_eq!(not_paused, Refused::RecordingNotPaused);
    scene.in_call(ANN, pause());
    scene.pass_s(7);
    scene.hangs_up(caller);
    let gaps = scene.record().pauses.iter();
    let gaps = gaps.map(|p| p.until.map(|until| until.since_ms(p.from)));
    let gaps: Vec<_> = gaps.collect();
    assert_eq!(gaps, [Some(60_000), Some(5_000), Some(7_000)]);
}

/// A door that never tells the end of a leg costs ten seconds, not the line and the agent.
#[test]
fn a_door_that_forgets_to_tell_a_release_holds_nothing_for_ever() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let agent = scene.answers(ANN);
    scene.doors_obey = false;
    scene.asks(Request::HangUp { agent: ANN });
    scene.pass_s(9);
    assert_eq!(scene.stage(), CallStage::Ending);
    scene.pass_s(1);
    assert!(scene.centre.view().calls.is_empty());
    let released = |w: &What| matches!(w, What::LegReleased { .. });
    assert_eq!(scene.count(released), 2);
    scene.goes_with(caller, Cause::NORMAL_CLEARING);
    scene.goes_with(agent, Cause::NORMAL_CLEARING);
    assert_eq!(scene.count(released), 2, "told at last, it is no news");
}

#[test]
fn without_wrap_up_time_the_agent_is_free_as_soon_as_the_phone_is() {
    let mut configuration = configuration();
    configuration.queues[0].wrapup_s = 0;
    let mut scene = Scene::with(configuration);
    scene.signs_in(ANN);
    let first = scene.customer_wants_sales(0);
    let second = scene.customer_wants_sales(1);
    scene.answers(ANN);
    scene.hangs_up(first);
    assert!(scene.rings(ANN));
    scene.answers(ANN);
    assert_eq!(scene.ear(second), "the other party");
}

#[test]
fn one_hundred_calls_in_sequence_leave_every_line_and_agent_free() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    for n in 0..100_u16 {
        let caller = scene.customer_wants_sales(n % 4);
        let agent = if scene.rings(ANN) { ANN } else { BEN };
        scene.pass_s(2);
        let phone = scene.answers(agent);
        scene.pass_s(30);
        scene.hangs_up(if n % 2 == 0 { caller } else { phone });
        assert!(scene.all_is_quiet());
        scene.pass_s(1);
    }
    scene.pass_s(30);
    let view = scene.centre.view();
    assert!(
        view.lines
            .iter()
            .all(|l| l.state == hotline_services::LineState::Idle)
    );
    assert!(
        [ANN, BEN]
            .iter()
            .all(|agent| scene.state(*agent) == AgentState::Idle)
    );
    assert_eq!(scene.records.len(), 100);
    let served = |agent| {
        scene
            .records
            .values()
            .filter(|r| r.agent == Some(agent))
            .count()
    };
    assert_eq!((served(ANN), served(BEN)), (50, 50));
}
