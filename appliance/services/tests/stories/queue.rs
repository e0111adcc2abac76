//! From the choice to the agent.

use hotline_call::{Cause, Event as Door, LineId};
use hotline_services::{
    AgentState, CallStage, EndOutcome, Event, OfferOutcome, Request, What, Why,
};

use crate::scene::{ANN, BEN, CAI, SALES, Scene, configuration, key};

fn offers(scene: &Scene) -> Vec<u32> {
    let offered = |what: &What| match what {
        What::AgentOffered { agent, .. } => Some(agent.0),
        _ => None,
    };
    scene
        .facts
        .iter()
        .filter_map(|fact| offered(&fact.what))
        .collect()
}

fn outcomes(scene: &Scene) -> Vec<OfferOutcome> {
    let ended = |what: &What| match what {
        What::OfferEnded { outcome, .. } => Some(*outcome),
        _ => None,
    };
    scene
        .facts
        .iter()
        .filter_map(|fact| ended(&fact.what))
        .collect()
}

#[test]
fn the_agent_idle_longest_is_rung_and_the_reason_is_kept() {
    let mut scene = Scene::staffed(&[BEN, ANN, CAI]);
    scene.customer_wants_sales(0);
    assert!(scene.rings(BEN) && !scene.rings(ANN));
    let why = scene.facts.iter().find_map(|fact| match &fact.what {
        What::AgentOffered { why, .. } => Some(why.clone()),
        _ => None,
    });
    let idle = |agent, ms| Why {
        agent,
        idle_ms: Some(ms),
        points: 0,
        not: None,
    };
    assert_eq!(why, Some(vec![idle(BEN, 5_000), idle(ANN, 4_000)]));
}

#[test]
fn a_caller_nobody_can_take_hears_so_once_and_then_music() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "lunch".into(),
    });
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ear(caller), "AllAgentsBusy");
    scene.hears_it_out(caller);
    assert_eq!(scene.ear(caller), "Music…");
    assert_eq!(scene.stage(), CallStage::Waiting);
    scene.asks(Request::Ready { agent: ANN });
    assert!(scene.rings(ANN));
    assert_eq!(scene.ear(caller), "Music…");
}

#[test]
fn callers_are_served_in_the_order_they_came() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "lunch".into(),
    });
    let callers = [0, 1, 2].map(|line| scene.customer_wants_sales(line));
    let view = scene.centre.view();
    assert_eq!((view.queues[0].waiting, view.queues[0].agents_idle), (3, 0));
    scene.asks(Request::Ready { agent: ANN });
    for caller in callers {
        let agent = scene.answers(ANN);
        assert!(scene.talk_to_each_other(caller, agent));
        scene.hangs_up(caller);
        scene.asks(Request::WrapupDone { agent: ANN });
    }
    assert!(scene.all_is_quiet());
}

#[test]
fn a_caller_nobody_serves_does_not_hold_up_those_behind() {
    let mut scene = Scene::staffed(&[ANN, CAI]);
    scene.asks(Request::NotReady {
        agent: CAI,
        reason: "training".into(),
    });
    let service = scene.customer_calls(0);
    scene.presses(service, '2');
    scene.customer_wants_sales(1);
    assert!(scene.rings(ANN));
}

#[test]
fn an_agent_who_does_not_answer_is_followed_by_the_next_and_the_caller_keeps_the_place() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    let since = scene.centre.view().queues[0].oldest;
    let anns_phone = scene.phone(ANN);
    scene.pass_s(20);
    assert_eq!(scene.released_with(anns_phone), Some(Cause::NO_ANSWER));
    assert!(scene.rings(BEN) && scene.state(ANN) == AgentState::Idle);
    assert_eq!(scene.centre.view().queues[0].oldest, since);
    scene.answers(BEN);
    assert_eq!(scene.ear(caller), "the other party");
    assert_eq!(scene.record().wait_ms, 20_000);
}

#[test]
fn two_misses_in_a_row_make_an_agent_not_ready() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(40);
    assert_eq!(
        outcomes(&scene),
        [OfferOutcome::NoAnswer, OfferOutcome::NoAnswer]
    );
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    assert_eq!(scene.reason(ANN).as_deref(), Some("no_answer"));
    assert_eq!(
        (scene.stage(), scene.ear(caller).as_str()),
        (CallStage::Waiting, "Ahead(0, En)")
    );
    // Back at the desk, with a clean slate.
    scene.asks(Request::Ready { agent: ANN });
    scene.pass_s(20);
    assert!(scene.rings(ANN));
}

#[test]
fn an_answered_call_forgives_the_miss_before_it() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(20);
    scene.answers(ANN);
    scene.hangs_up(caller);
    scene.pass_s(30);
    scene.customer_wants_sales(0);
    scene.pass_s(20);
    assert!(scene.rings(ANN), "one miss since the talk, not two");
}

#[test]
fn a_missed_offer_does_not_reset_the_idle_clock() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    let first = scene.customer_wants_sales(0);
    scene.pass_s(20);
    scene.hangs_up(first);
    // Ann has been idle longest, all the same: the next caller has not been offered to her yet.
    scene.customer_wants_sales(1);
    assert_eq!(offers(&scene), [1, 2, 1]);
}

#[test]
fn a_rejected_offer_counts_as_a_miss_and_goes_to_the_next() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    scene.customer_wants_sales(0);
    let phone = scene.phone(ANN);
    scene.goes_with(phone, Cause::CALL_REJECTED);
    assert!(scene.rings(BEN));
    scene.asks(Request::HangUp { agent: BEN });
    assert_eq!(outcomes(&scene), [OfferOutcome::Rejected; 2]);
    assert!(scene.rings(ANN));
    let phone = scene.phone(ANN);
    scene.goes_with(phone, Cause::CALL_REJECTED);
    assert_eq!(scene.reason(ANN).as_deref(), Some("no_answer"));
}

#[test]
fn a_busy_or_unreachable_phone_is_left_alone_for_five_seconds_and_is_no_miss() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.customer_wants_sales(0);
    for cause in [
        Cause::USER_BUSY,
        Cause::SUBSCRIBER_ABSENT,
        Cause::NO_USER_RESPONDING,
    ] {
        assert!(scene.rings(ANN));
        let phone = scene.phone(ANN);
        scene.goes_with(phone, cause);
        scene.pass_ms(4_999);
        assert_eq!(scene.state(ANN), AgentState::Idle);
        scene.pass_ms(1);
    }
    assert!(scene.rings(ANN));
    let unreachable = OfferOutcome::Unreachable;
    assert_eq!(
        outcomes(&scene),
        [OfferOutcome::Busy, unreachable, unreachable]
    );
}

#[test]
fn a_caller_who_hangs_up_in_the_queue_or_while_a_phone_rings_has_abandoned() {
    let mut scene = Scene::staffed(&[ANN]);
    let first = scene.customer_wants_sales(0);
    let second = scene.customer_wants_sales(1);
    let phone = scene.phone(ANN);
    scene.pass_s(3);
    scene.hangs_up(second);
    assert_eq!(scene.outcome(), Some(EndOutcome::AbandonedInQueue));
    scene.hangs_up(first);
    assert_eq!(
        scene.records[&1].outcome,
        Some(EndOutcome::AbandonedInQueue)
    );
    assert_eq!(scene.released_with(phone), Some(Cause::NORMAL_CLEARING));
    assert_eq!(outcomes(&scene), [OfferOutcome::CallerGone]);
    assert!(scene.all_is_quiet() && scene.state(ANN) == AgentState::Idle);
}

#[test]
fn an_answer_that_crosses_the_callers_hang_up_connects_nobody() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let phone = scene.phone(ANN);
    scene.doors_obey = false;
    scene.hangs_up(caller);
    scene.door(Door::Answered { leg: phone });
    assert!(scene.nobody_talks() && scene.state(ANN) == AgentState::Idle);
    // Not rung again before the old leg is over.
    scene.customer_wants_sales(1);
    assert!(!scene.rings(ANN));
    scene.goes_with(phone, Cause::NORMAL_CLEARING);
    assert!(scene.rings(ANN));
}

#[test]
fn with_nobody_signed_in_the_caller_is_told_so_and_let_go() {
    let mut scene = Scene::staffed(&[CAI]);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ear(caller), "NobodyHere, Goodbye");
    scene.hears_it_out(caller);
    assert_eq!(scene.released_with(caller), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.outcome(), Some(EndOutcome::NobodyHere));
    assert!(scene.all_is_quiet());
}

#[test]
fn when_the_last_agent_goes_home_callers_wait_one_more_minute() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "late".into(),
    });
    let caller = scene.customer_wants_sales(0);
    scene.hears_it_out(caller);
    scene.asks(Request::SignOut { agent: ANN });
    scene.pass_ms(59_999);
    assert_eq!(scene.ear(caller), "Ahead(0, En)");
    scene.pass_ms(1);
    assert_eq!(scene.ear(caller), "NobodyHere, Goodbye");
}

#[test]
fn the_caller_after_the_last_place_hears_all_busy_and_goodbye() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "lunch".into(),
    });
    for line in 0..3 {
        scene.customer_wants_sales(line);
    }
    let fourth = scene.customer_wants_sales(3);
    assert_eq!(scene.ear(fourth), "AllAgentsBusy, Goodbye");
    scene.hears_it_out(fourth);
    assert_eq!(scene.outcome(), Some(EndOutcome::QueueFull));
    assert_eq!(scene.centre.view().queues[0].waiting, 3);
}

#[test]
fn a_caller_waits_no_longer_than_the_queue_allows() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "lunch".into(),
    });
    let caller = scene.customer_wants_sales(0);
    scene.hears_it_out(caller);
    scene.pass_s(296);
    assert_eq!(scene.ear(caller), "AllAgentsBusy, Goodbye");
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::WaitedTooLong));
    assert_eq!(scene.record().wait_ms, 300_000);
}

#[test]
fn a_phone_that_rings_when_the_longest_wait_is_over_may_still_be_answered() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "lunch".into(),
    });
    let caller = scene.customer_wants_sales(0);
    scene.hears_it_out(caller);
    scene.pass_s(290);
    scene.asks(Request::Ready { agent: ANN });
    scene.pass_s(15);
    scene.answers(ANN);
    assert_eq!(scene.ear(caller), "the other party");
}

#[test]
fn a_goodbye_whose_end_is_never_told_ends_by_itself() {
    let mut scene = Scene::new();
    scene.customer_wants_sales(0);
    scene.pass_s(30);
    assert!(scene.all_is_quiet());
}

#[test]
fn keys_in_the_queue_and_events_of_unknown_legs_change_nothing() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    let before = scene.facts.len();
    let unknown = hotline_call::LegId(9_999);
    scene.presses(caller, '2');
    scene.presses(unknown, '1');
    scene.door(Door::Alerting { leg: unknown });
    scene.door(Door::Answered { leg: unknown });
    scene.door(Door::Answered { leg: caller });
    scene.door(Door::Held { leg: caller });
    scene.door(Door::Released {
        leg: unknown,
        cause: Cause::NORMAL_CLEARING,
    });
    scene.happens(Event::Timeout);
    assert_eq!(scene.facts.len(), before);
}

#[test]
fn a_queue_or_menu_taken_away_lets_its_callers_go_with_an_apology() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.asks(Request::NotReady {
        agent: ANN,
        reason: "lunch".into(),
    });
    let waiting = scene.customer_wants_sales(0);
    let mut less = configuration();
    less.queues.retain(|queue| queue.id != SALES);
    less.menus[0]
        .choices
        .retain(|choice| choice.digit == key('2'));
    scene.happens(Event::Configure(Box::new(less)));
    assert_eq!(scene.ear(waiting), "TechnicalFault, Goodbye");
    let in_menu = scene.customer_calls(1);
    scene.happens(Event::Configure(Box::default()));
    assert_eq!(scene.ear(in_menu), "TechnicalFault, Goodbye");
    scene.pass_s(30);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.outcome(), Some(EndOutcome::Failed));
}

#[test]
fn a_second_call_on_a_line_that_has_one_is_not_let_in() {
    let mut scene = Scene::staffed(&[ANN]);
    let first = scene.customer_calls(0);
    let again = hotline_call::Device::Line(LineId(0));
    let caller = hotline_call::CallerId::default();
    let offered = Door::Offered {
        leg: first,
        device: again,
        caller,
        called: None,
    };
    scene.door(offered);
    assert_eq!(
        scene.centre.view().calls.len(),
        1,
        "the same leg told twice is one call"
    );
    let second = scene.customer_calls(0);
    assert_eq!(scene.released_with(second), Some(Cause::NO_CIRCUIT));
    assert_eq!(scene.outcome(), Some(EndOutcome::Refused));
    assert_eq!(scene.ear(first), "greeting");
}

#[test]
fn timers_are_asked_for_only_while_something_is_due() {
    let mut scene = Scene::staffed(&[ANN]);
    assert_eq!(scene.centre.poll_timeout(), None);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.centre.poll_timeout(), Some(scene.now.plus_ms(20_000)));
    scene.answers(ANN);
    assert_eq!(scene.centre.poll_timeout(), None);
    scene.hangs_up(caller);
    assert_eq!(scene.centre.poll_timeout(), Some(scene.now.plus_ms(30_000)));
}
