//! Callers who are called back instead of waiting (features, table B row 8).

use hotline_call::{Cause, Device, LegId, LineId};
use hotline_services::route::{
    CallClass, DialPlan, OutboundRule, RuleId, ShownNumber, Through, TrunkGroup, TrunkGroupId,
};
use hotline_services::schedule::{Mode, Override, Schedule, ScheduleId};
use hotline_services::{
    AgentState, CallbackOffer, CallbackOutcome, CallbackStep, Configuration, Destination,
    EndOutcome, Event, InCall, Pattern, Prompt, QueueId, Refused, Request, Supervisor, What,
};

use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene, configuration, is_told};

pub const NUMBER: &str = "13900139000";

/// Callers of sales can be called back; any number can be dialled on line 2 or 3.
pub fn plan() -> Configuration {
    let group = TrunkGroup {
        id: TrunkGroupId(1),
        name: "copper".into(),
        lines: vec![LineId(2), LineId(3)],
        reserve: Some(0),
    };
    let rule = OutboundRule {
        id: RuleId(1),
        name: "all".into(),
        is_enabled: true,
        numbers: vec![Pattern::parse("1*").expect("a pattern")],
        strip: 0,
        add: String::new(),
        through: vec![Through::Group(TrunkGroupId(1))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Local,
    };
    let mut plan = Configuration {
        dial_plan: DialPlan {
            trunk_groups: vec![group],
            outbound: vec![rule],
            ..DialPlan::default()
        },
        ..configuration()
    };
    plan.queues[0].callback = Some(CallbackOffer::default());
    plan
}

/// Ann, alone in sales, talks to a customer on line 0, whose leg this is.
pub fn busy() -> (Scene, LegId) {
    busy_with(plan())
}

pub fn busy_with(plan: Configuration) -> (Scene, LegId) {
    let mut scene = Scene::staffed_with(plan, &[ANN, CAI]);
    let talks = scene.customer_wants_sales(0);
    scene.answers(ANN);
    (scene, talks)
}

/// Somebody calls sales on line 1, agrees to be called back, hears goodbye and goes.
pub fn agrees(scene: &mut Scene, number: &str) {
    let caller = scene.sales_is_wanted_by(1, number);
    scene.pass_s(5);
    scene.presses(caller, '1');
    scene.pass_s(3);
    scene.presses(caller, '1');
    scene.hears_it_out(caller);
}

pub fn promised(scene: &Scene) -> Vec<String> {
    let view = scene.centre.view();
    view.callbacks
        .iter()
        .map(|c| c.number.to_string())
        .collect()
}

pub fn endings(scene: &Scene) -> Vec<CallbackOutcome> {
    let ended = |what: &What| match what {
        What::Callback(CallbackStep::Ended { how, .. }) => Some(*how),
        _ => None,
    };
    scene
        .facts
        .iter()
        .filter_map(|fact| ended(&fact.what))
        .collect()
}

/// Ann is free again: who talked hangs up, and the notes are done.
pub fn ann_is_free(scene: &mut Scene, talks: LegId) {
    scene.hangs_up(talks);
    scene.asks(Request::WrapupDone { agent: ANN });
}

#[test]
fn a_caller_hears_the_number_agrees_and_is_called_back_in_turn() {
    let (mut scene, talks) = busy();
    let caller = scene.sales_is_wanted_by(1, NUMBER);
    scene.hears_it_out(caller);
    scene.pass_s(6);
    assert!(
        scene.ear(caller).contains("OfferCallback"),
        "{}",
        scene.ear(caller)
    );
    scene.presses(caller, '1');
    assert!(is_told(&scene.ear(caller), Prompt::CallbackNumber));
    assert!(is_told(&scene.ear(caller), Prompt::CallbackAgree));
    scene.presses(caller, '1');
    assert!(is_told(&scene.ear(caller), Prompt::CallbackPromised));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::CallbackAgreed));
    assert_eq!(promised(&scene), [NUMBER]);
    // Who comes after has one ahead.
    let later = scene.sales_is_wanted_by(1, "13700137000");
    scene.pass_s(30);
    ann_is_free(&mut scene, talks);
    // The agent is rung first; nobody is dialled before that one answers.
    assert!(scene.rings(ANN));
    assert!(scene.dialled.is_empty());
    scene.pass_s(2);
    let phone = scene.answers(ANN);
    let (line, device, number) = scene.dialled[0].clone();
    assert_eq!(
        (device, number.to_string().as_str()),
        (Device::Line(LineId(2)), NUMBER)
    );
    assert_eq!(scene.state(ANN), AgentState::Dialing);
    scene.pass_s(4);
    scene.alerts(line);
    assert_eq!(scene.hears_legs(phone), [line]);
    scene.pass_s(5);
    scene.answers_outside(line);
    assert!(scene.talk_to_each_other(phone, line));
    assert_eq!(promised(&scene), Vec::<String>::new());
    assert_eq!(endings(&scene), [CallbackOutcome::Reached]);
    scene.pass_s(60);
    scene.hangs_up(line);
    let record = scene.record();
    assert!(record.is_outbound);
    assert_eq!((record.queue, record.agent), (Some(SALES), Some(ANN)));
    assert_eq!(
        (record.wait_ms, record.ring_ms, record.talk_ms),
        (2000, 9000, 60_000)
    );
    assert_eq!(
        (record.outcome, record.recordings.len()),
        (Some(EndOutcome::Served), 1)
    );
    // It was a call for the queue: notes follow, then the next caller is served.
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_s(30);
    assert!(scene.rings(ANN));
    scene.hangs_up(later);
    let tally = scene.invariants.tally();
    assert_eq!((tally.offered, tally.answered, tally.flowed_out), (3, 1, 1));
}

#[test]
fn the_place_ages_like_that_of_a_caller_who_waits() {
    let (mut scene, talks) = busy();
    let first = scene.sales_is_wanted_by(2, "13600136000");
    scene.pass_s(10);
    agrees(&mut scene, NUMBER);
    scene.pass_s(10);
    let third = scene.sales_is_wanted_by(1, "13700137000");
    scene.pass_s(10);
    ann_is_free(&mut scene, talks);
    assert_eq!(scene.a_call_is_served(first, 10), ANN);
    scene.pass_s(30);
    scene.answers(ANN);
    assert_eq!(
        scene.dialled.len(),
        1,
        "the second place is that of who hung up"
    );
    scene.hangs_up(third);
}

#[test]
fn who_does_not_answer_is_tried_again_and_then_no_more() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    for attempt in 1..=2 {
        scene.answers(ANN);
        let line = scene.dialled.last().expect("dialled").0;
        scene.goes_with(line, Cause::NO_ANSWER);
        assert_eq!(
            scene.state(ANN),
            AgentState::Idle,
            "nobody to write notes about"
        );
        assert_eq!(scene.outcome(), Some(EndOutcome::NotReached));
        assert_eq!(scene.dialled.len(), attempt);
        scene.pass_s(599);
        assert!(scene.ringing().is_empty());
        scene.pass_s(1);
    }
    assert_eq!(endings(&scene), [CallbackOutcome::NotReached]);
    assert!(scene.all_is_quiet());
}

#[test]
fn an_agent_who_does_not_answer_costs_no_attempt() {
    let (mut scene, talks) = busy();
    scene.signs_in(BEN);
    scene.not_ready(BEN);
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    scene.ready(BEN);
    scene.pass_s(20);
    assert_eq!(scene.ringing(), [BEN]);
    scene.answers(BEN);
    assert_eq!(scene.dialled.len(), 1);
    let calls = scene.count(|w| matches!(w, What::Callback(CallbackStep::Began { .. })));
    assert_eq!(calls, 1, "one call, whoever is rung for it");
    let line = scene.dialled[0].0;
    scene.answers_outside(line);
    scene.hangs_up(line);
    assert_eq!(endings(&scene), [CallbackOutcome::Reached]);
}

#[test]
fn nobody_is_rung_while_no_line_is_free() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    let service = |scene: &mut Scene, line| {
        let caller = scene.customer_calls_from(line, "13500135000");
        scene.presses(caller, '2');
        caller
    };
    let (second, third) = (service(&mut scene, 2), service(&mut scene, 3));
    ann_is_free(&mut scene, talks);
    assert_eq!(scene.ringing(), [CAI]);
    scene.hangs_up(third);
    assert_eq!(scene.ringing(), [ANN, CAI]);
    scene.answers(ANN);
    assert_eq!(scene.dialled[0].1, Device::Line(LineId(3)));
    let line = scene.dialled[0].0;
    scene.goes_with(line, Cause::USER_BUSY);
    scene.hangs_up(second);
}

#[test]
fn one_number_is_promised_one_call() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    // Calls again, waits with the place of before, and agrees once more.
    let again = scene.sales_is_wanted_by(1, NUMBER);
    assert_eq!(promised(&scene), Vec::<String>::new());
    assert_eq!(endings(&scene), [CallbackOutcome::CalledAgain]);
    let other = scene.sales_is_wanted_by(2, "13600136000");
    scene.presses(again, '1');
    scene.presses(again, '1');
    scene.hears_it_out(again);
    assert_eq!(promised(&scene), [NUMBER]);
    ann_is_free(&mut scene, talks);
    scene.answers(ANN);
    assert_eq!(scene.dialled.len(), 1, "before who came between");
    scene.hangs_up(other);
    // The person calls in the moment of being called: is in the queue, and is not dialled.
    let line = scene.dialled[0].0;
    let crossing = scene.sales_is_wanted_by(1, NUMBER);
    assert_eq!(scene.released_with(line), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.ringing(), [ANN]);
    scene.hangs_up(crossing);
    assert!(promised(&scene).is_empty());
}

#[test]
fn a_promise_outlives_a_restart_with_its_place() {
    let (mut scene, _) = busy();
    agrees(&mut scene, NUMBER);
    scene.pass_s(100);
    scene.forget_legs();
    // The machine was away for a minute, and its clock begins anew.
    scene.now.mono_ms = 2_000;
    scene.now.wall_ms += 60_000;
    scene.start();
    assert_eq!(promised(&scene), [NUMBER]);
    let since = scene.centre.view().callbacks[0].since;
    assert_eq!(scene.now.wall_ms - since.wall_ms, 172_000);
    scene.lines_and_phones_in_service(&[ANN, CAI]);
    assert_eq!(scene.ringing(), [ANN]);
    scene.answers(ANN);
    assert_eq!(scene.dialled.len(), 1);
}

#[test]
fn a_start_in_the_middle_of_a_callback_tries_it_again() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    assert!(scene.rings(ANN));
    scene.forget_legs();
    scene.start();
    scene.lines_and_phones_in_service(&[ANN, CAI]);
    assert!(scene.ringing().is_empty());
    scene.pass_s(60);
    scene.answers(ANN);
    assert_eq!(scene.dialled.len(), 1);
}

#[test]
fn a_promise_ends_after_its_time_and_at_the_close_of_business() {
    let (mut scene, _) = busy();
    agrees(&mut scene, NUMBER);
    scene.pass_s(4 * 3600);
    assert_eq!(endings(&scene), [CallbackOutcome::Expired]);

    let mut hours = plan();
    hours.queues[0].hours = Some(ScheduleId(1));
    hours.dial_plan.schedules = vec![Schedule {
        id: ScheduleId(1),
        name: "office".into(),
        week: Vec::new(),
        days: Vec::new(),
        keeps_calendar: true,
    }];
    let mut scene = Scene::staffed_with(hours, &[ANN]);
    let until_ms = scene.now.wall_ms + 1_800_000;
    scene.happens(Event::SetSchedule {
        schedule: ScheduleId(1),
        by_hand: Some(Override {
            mode: Mode::Day,
            until_ms,
        }),
    });
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    agrees(&mut scene, NUMBER);
    scene.pass_s(1800);
    assert_eq!(endings(&scene), [CallbackOutcome::Expired]);
}

#[test]
fn who_cannot_be_called_is_told_so_and_waits_on() {
    let (mut scene, _) = busy();
    let abroad = scene.sales_is_wanted_by(1, "0044207946000");
    scene.presses(abroad, '1');
    assert!(is_told(&scene.ear(abroad), Prompt::NoCallback));
    scene.hears_it_out(abroad);
    assert_eq!(scene.ear(abroad), "Music…");
    scene.presses(abroad, '1');
    assert!(
        is_told(&scene.ear(abroad), Prompt::NoCallback),
        "no promise by pressing twice"
    );
    // A key that means nothing, or comes too late, changes nothing.
    let slow = scene.sales_is_wanted_by(2, NUMBER);
    scene.presses(slow, '7');
    scene.presses(slow, '1');
    scene.pass_s(30);
    scene.presses(slow, '1');
    assert!(
        is_told(&scene.ear(slow), Prompt::CallbackNumber),
        "asked anew"
    );
    assert!(promised(&scene).is_empty());
}

#[test]
fn a_promise_is_taken_back_by_who_may() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    let of = scene.centre.view().callbacks[0].of;
    let by = |role: &str, groups: &[QueueId]| Supervisor {
        account: "lin".into(),
        role: role.into(),
        groups: groups.to_vec(),
        agent: None,
    };
    let cancel = |by| Event::Request(Request::CancelCallback { by, of });
    let refused = scene.tries(cancel(by("supervisor", &[SERVICE])));
    assert!(
        matches!(refused, Err(Refused::NotPermitted(_))),
        "{refused:?}"
    );
    // Taken back while an agent is rung for it.
    ann_is_free(&mut scene, talks);
    assert!(scene.rings(ANN));
    scene.happens(cancel(by("supervisor", &[SALES])));
    assert_eq!(endings(&scene), [CallbackOutcome::Cancelled]);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.state(ANN), AgentState::Idle);
    let refused = scene.tries(cancel(by("supervisor", &[SALES])));
    assert_eq!(refused, Err(Refused::NoSuchCallback(of)));
}

#[test]
fn a_queue_that_is_no_more_calls_nobody_back() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    scene.hangs_up(talks);
    scene.changes(|all| {
        all.queues.remove(0);
        all.menus[0].choices.remove(0);
    });
    assert_eq!(endings(&scene), [CallbackOutcome::QueueGone]);
    assert!(scene.ringing().is_empty());
}

#[test]
fn an_agent_who_hangs_up_before_the_person_answers_has_used_an_attempt() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    let phone = scene.answers(ANN);
    scene.hangs_up(phone);
    assert_eq!(scene.centre.view().callbacks[0].dialled, 1);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(matches!(scene.outcome(), Some(EndOutcome::NotReached)));
}

#[test]
fn who_was_called_back_and_is_given_to_a_queue_waits_there_like_anybody() {
    let (mut scene, talks) = busy();
    scene.signs_in(BEN);
    scene.not_ready(BEN);
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    scene.answers(ANN);
    let line = scene.dialled[0].0;
    scene.answers_outside(line);
    scene.asks(Request::InCall {
        agent: ANN,
        what: InCall::Transfer {
            to: Destination::Queue(SALES),
        },
    });
    assert_eq!(scene.centre.view().queues[0].waiting, 1);
    scene.ready(BEN);
    let ben = scene.answers(BEN);
    assert_eq!(
        scene.dialled.len(),
        1,
        "nobody is dialled who is on the line"
    );
    assert!(scene.talk_to_each_other(ben, line));
    scene.hangs_up(line);
    assert!(scene.all_is_quiet());
}

#[test]
fn an_answer_that_comes_when_no_line_is_left_costs_nobody_anything() {
    let (mut scene, talks) = busy();
    agrees(&mut scene, NUMBER);
    ann_is_free(&mut scene, talks);
    let service = |scene: &mut Scene, line| scene.customer_calls_from(line, "13500135000");
    let (second, third) = (service(&mut scene, 2), service(&mut scene, 3));
    let ann = scene.answers(ANN);
    assert_eq!(scene.released_with(ann), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert_eq!(promised(&scene), [NUMBER]);
    scene.hangs_up(second);
    scene.pass_s(60);
    scene.answers(ANN);
    assert_eq!(scene.dialled.len(), 1);
    scene.hangs_up(third);
}
