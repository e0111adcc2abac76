//! Where callers go whom a queue does not serve, or not soon (features B7, semantics §5.2).

use hotline_call::{Device, Event as Door, LineId, PhoneId};
use hotline_services::route::{CallClass, OutboundRule, RuleId, ShownNumber, Through};
use hotline_services::{
    Absence, CallStage, CallbackOffer, Exit, MenuId, Overflow, OverflowAction, Overflowed, Pattern,
    Prompt, Queue, Request, What,
};

use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene, configuration, is_told};

/// Sales changed so, with these agents signed in.
fn sales(change: impl FnOnce(&mut Queue), agents: &[hotline_services::AgentId]) -> Scene {
    let mut configuration = configuration();
    change(&mut configuration.queues[0]);
    Scene::staffed_with(configuration, agents)
}

fn after(after_s: u32, action: OverflowAction) -> Vec<Overflow> {
    vec![Overflow { after_s, action }]
}

/// The queues that the last call was put in.
fn queues(scene: &Scene) -> Vec<u32> {
    let queued = scene.facts.iter().filter_map(|fact| match fact.what {
        What::Queued { queue, .. } => Some(queue.0),
        _ => None,
    });
    queued.collect()
}

#[test]
fn agents_of_another_queue_help_after_a_while_and_the_phone_says_which_queue() {
    let mut scene = sales(
        |q| q.overflow = after(20, OverflowAction::AddAgentsOf(SERVICE)),
        &[ANN, CAI],
    );
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    scene.pass_ms(19_999);
    assert!(!scene.rings(CAI));
    scene.pass_ms(1);
    assert!(scene.rings(CAI));
    scene.answers(CAI);
    assert_eq!(scene.record().queue, Some(SALES));
}

#[test]
fn who_is_moved_to_another_queue_is_as_far_there_as_the_wait_so_far() {
    let mut scene = sales(
        |q| q.overflow = after(20, OverflowAction::MoveTo(SERVICE)),
        &[ANN, CAI],
    );
    scene.not_ready(ANN);
    scene.not_ready(CAI);
    let moved = scene.customer_wants_sales(0);
    scene.pass_s(10);
    let service = scene.customer_calls_from(1, "13900139000");
    scene.presses(service, '2');
    scene.pass_s(15);
    assert_eq!(queues(&scene), [1, 2, 2]);
    scene.ready(CAI);
    let cai = scene.answers(CAI);
    assert!(scene.talk_to_each_other(moved, cai));
}

#[test]
fn a_queue_that_takes_nobody_leaves_the_caller_where_it_is() {
    let mut scene = sales(
        |q| q.overflow = after(20, OverflowAction::MoveTo(SERVICE)),
        &[ANN],
    );
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    scene.pass_s(25);
    assert_eq!(queues(&scene), [1]);
    let tried = |what: &What| matches!(what, What::Overflowed(Overflowed { is_done: false, .. }));
    assert_eq!(scene.count(tried), 1);
}

#[test]
fn a_caller_goes_back_to_a_menu_or_is_told_goodbye() {
    let mut scene = sales(
        |q| q.overflow = after(20, OverflowAction::Menu(MenuId(1))),
        &[ANN],
    );
    scene.not_ready(ANN);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(20);
    assert_eq!(scene.ear(caller), "greeting");
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    let mut scene = sales(|q| q.overflow = after(20, OverflowAction::Goodbye), &[ANN]);
    scene.not_ready(ANN);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(20);
    assert!(is_told(
        &scene.ear(caller),
        hotline_services::Prompt::Goodbye
    ));
}

#[test]
fn nobody_is_taken_away_from_a_phone_that_rings() {
    let mut scene = sales(|q| q.overflow = after(10, OverflowAction::Goodbye), &[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(15);
    scene.answers(ANN);
    assert_eq!(scene.ear(caller), "the other party");
}

#[test]
fn a_timeline_changed_counts_for_those_who_wait() {
    let mut scene = sales(|_| {}, &[ANN, CAI]);
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    scene.pass_s(30);
    scene.changes(|c| c.queues[0].overflow = after(20, OverflowAction::AddAgentsOf(SERVICE)));
    assert!(scene.rings(CAI));
}

#[test]
fn a_queue_without_room_or_agents_sends_on_and_never_in_a_circle() {
    let change = |q: &mut Queue| {
        q.exits.full = Exit::Queue(SERVICE);
        q.max_waiting = 1;
    };
    let mut scene = sales(change, &[ANN, CAI]);
    scene.changes(|c| c.queues[1].exits.nobody = Exit::Queue(SALES));
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    scene.sales_is_wanted_by(1, "13900139001");
    assert!(scene.rings(CAI));
    scene.answers(CAI);
    // Goes home in mid-call: from now on the other queue has nobody, and sends back.
    scene.asks(Request::SignOut { agent: CAI });
    scene.asks(Request::HangUp { agent: CAI });
    scene.asks(Request::WrapupDone { agent: CAI });
    let third = scene.sales_is_wanted_by(2, "13900139002");
    assert_eq!(scene.ear(third), "NobodyHere, Goodbye");
}

#[test]
fn callers_are_let_in_and_kept_by_who_counts_as_there() {
    let strict = |q: &mut Queue| {
        q.join_empty = vec![Absence::SignedOut, Absence::NotReady];
        q.leave_empty = q.join_empty.clone();
        q.leave_empty_s = 5;
    };
    let mut scene = sales(strict, &[ANN, BEN]);
    scene.not_ready(ANN);
    let caller = scene.customer_wants_sales(0);
    assert!(scene.rings(BEN));
    scene.hangs_up(caller);
    scene.customer_wants_sales(0);
    scene.answers(BEN);
    let waits = scene.sales_is_wanted_by(1, "13900139001");
    scene.asks(Request::HangUp { agent: BEN });
    scene.not_ready(BEN);
    scene.asks(Request::WrapupDone { agent: BEN });
    scene.pass_ms(4_999);
    assert!(!scene.ear(waits).contains("Goodbye"));
    scene.pass_ms(1);
    assert_eq!(scene.ear(waits), "NobodyHere, Goodbye");
    let next = scene.sales_is_wanted_by(2, "13900139002");
    assert_eq!(scene.ear(next), "NobodyHere, Goodbye");
    // With no state named everybody is let in, and stays.
    let mut scene = sales(|q| q.join_empty.clear(), &[]);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ear(caller), "AllAgentsBusy");
}

#[test]
fn who_hangs_up_in_the_queue_and_calls_again_within_a_minute_has_the_place_back() {
    let mut scene = sales(|_| {}, &[ANN]);
    scene.not_ready(ANN);
    let first = scene.sales_is_wanted_by(0, "13900139000");
    scene.pass_s(5);
    let other = scene.sales_is_wanted_by(1, "13900139001");
    scene.pass_s(5);
    scene.hangs_up(first);
    scene.pass_s(50);
    let again = scene.sales_is_wanted_by(0, "13900139000");
    let kept = |what: &What| matches!(what, What::Queued { kept: Some(call), .. } if call.0 == 1);
    assert_eq!(scene.count(kept), 1);
    scene.ready(ANN);
    let ann = scene.answers(ANN);
    assert!(scene.talk_to_each_other(again, ann));
    scene.hangs_up(other);
    // More than a minute later it is a call like any other.
    scene.pass_s(61);
    scene.sales_is_wanted_by(1, "13900139001");
    assert_eq!(
        scene.count(|what| matches!(what, What::Queued { kept: Some(_), .. })),
        1
    );
}

#[test]
fn who_waits_long_is_led_to_an_agent_or_a_phone_that_can_be_rung_and_else_waits_on() {
    let lobby = PhoneId(900);
    for (action, bell) in [
        (OverflowAction::Agent(CAI), PhoneId(103)),
        (OverflowAction::Phone(lobby), lobby),
    ] {
        let mut scene = sales(|q| q.overflow = after(20, action), &[ANN]);
        let rings = |scene: &Scene| scene.phones.contains_key(&bell);
        scene.not_ready(ANN);
        let caller = scene.customer_wants_sales(0);
        scene.pass_s(21);
        assert!(!rings(&scene), "{action:?}: signed out, or away");
        assert_eq!(scene.stage(), CallStage::Waiting);
        scene.hangs_up(caller);
        scene.signs_in(CAI);
        scene.door(Door::InService {
            device: Device::Phone(lobby),
        });
        let caller = scene.customer_calls_from(1, "13900139000");
        scene.presses(caller, '1');
        scene.pass_s(20);
        assert!(rings(&scene), "{action:?}");
        let leg = scene.phones[&bell];
        scene.door(Door::Answered { leg });
        assert!(scene.talk_to_each_other(caller, leg));
        scene.hangs_up(caller);
        assert!(scene.all_is_quiet());
        assert_eq!(scene.invariants.tally().flowed_out, 1);
    }
}

#[test]
fn who_waits_long_is_offered_a_call_back_without_a_key() {
    let offer = CallbackOffer {
        key: hotline_call::Digit::new('9').expect("a key"),
        ..CallbackOffer::default()
    };
    let change = |queue: &mut Queue| {
        queue.overflow = after(20, OverflowAction::OfferCallback);
        queue.callback = Some(offer);
    };
    let mut scene = sales(change, &[ANN]);
    scene.changes(|house| {
        house.dial_plan.outbound = vec![OutboundRule {
            id: RuleId(1),
            name: "outside".into(),
            is_enabled: true,
            numbers: vec![Pattern::parse("1*").expect("a pattern")],
            strip: 0,
            add: String::new(),
            through: vec![Through::Line(LineId(3))],
            shown: ShownNumber::OfTheLine,
            class: CallClass::Mobile,
        }];
    });
    scene.not_ready(ANN);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(20);
    assert!(is_told(&scene.ear(caller), Prompt::CallbackNumber));
    scene.presses(caller, '9');
    assert_eq!(scene.centre.view().callbacks.len(), 1);
}
