//! An agent gives a call to somebody who is no agent: a number outside, a telephone, a mailbox
//! (semantics §5.7). And a call that we make takes the next line when the first one fails.

use hotline_call::{Cause, Device, Event as Door, LegId, LineId, PhoneId};
use hotline_services::permission::{Grant, Permission, Reach, Role, Roles};
use hotline_services::route::{
    CallClass, DialPlan, Mailbox, OutboundRule, RuleId, ShownNumber, Through,
};
use hotline_services::{
    AgentState, CallStage, Configuration, Destination, EndOutcome, Extension, InCall, Language,
    Passed, Pattern, Prompt, Refused, Request, Say, TransferMode, What,
};

use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene, configuration, number_of, person};

const MOBILE: &str = "913900001111";

/// 9 before a number leads outside, by line 4, then by line 3. Extension 102 is Ben's phone.
fn house() -> Configuration {
    let mut house = configuration();
    let outside = OutboundRule {
        id: RuleId(1),
        name: "outside".into(),
        is_enabled: true,
        numbers: vec![Pattern::parse("9*").expect("a pattern")],
        strip: 1,
        add: String::new(),
        through: vec![Through::Line(LineId(3)), Through::Line(LineId(2))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Mobile,
    };
    house.extensions = vec![Extension {
        number: "102".into(),
        phone: PhoneId(102),
    }];
    house.dial_plan = DialPlan {
        outbound: vec![outside],
        ..DialPlan::default()
    };
    house
}

fn to(to: Destination) -> InCall {
    InCall::Transfer { to }
}

fn outside() -> InCall {
    to(Destination::Outside(number_of(MOBILE)))
}

/// Ann talks to a customer.
fn talking() -> (Scene, LegId) {
    let mut scene = Scene::staffed_with(house(), &[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.pass_s(10);
    (scene, caller)
}

fn dialled(scene: &Scene) -> (LegId, Device) {
    let (leg, device, number) = scene.dialled.last().expect("dialled");
    assert_eq!(number.to_string(), "13900001111");
    (*leg, *device)
}

#[test]
fn a_customer_is_given_to_a_number_outside_and_both_are_recorded_on() {
    let (mut scene, caller) = talking();
    scene.in_call(ANN, outside());
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    assert_eq!(scene.stage(), CallStage::Transferring);
    let (mobile, device) = dialled(&scene);
    assert_eq!(device, Device::Line(LineId(3)));
    scene.pass_s(8);
    scene.answers_outside(mobile);
    assert!(scene.talk_to_each_other(caller, mobile));
    assert!(scene.is_kept);
    assert_eq!(scene.tracks.0, Some(mobile));
    scene.pass_s(30);
    scene.hangs_up(mobile);
    let record = scene.record();
    assert_eq!((record.talk_ms, record.wait_ms), (40_000, 8_000));
    assert_eq!((record.transfers, record.recordings.len()), (1, 1));
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
    let ben = scene.phone_dials(PhoneId(101), MOBILE);
    assert_eq!(scene.released_with(ben), None, "the line is free again");
}

#[test]
fn who_is_not_reached_outside_comes_back_to_the_agent() {
    let (mut scene, caller) = talking();
    scene.in_call(ANN, outside());
    let (mobile, _) = dialled(&scene);
    scene.goes_with(mobile, Cause::USER_BUSY);
    assert!(scene.rings(ANN));
    let ann = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, ann));
    assert_eq!(scene.record().transfers_failed, 1);
    scene.in_call(ANN, outside());
    scene.pass_s(45);
    assert!(scene.rings(ANN), "nor is who does not answer");
}

#[test]
fn what_the_agent_may_not_dial_is_no_way_out_of_a_call() {
    let mut house = house();
    house.dial_plan.may_call.agents = vec![CallClass::Local];
    let mut scene = Scene::staffed_with(house, &[ANN]);
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    let refused = scene.refused(ANN, outside());
    assert!(matches!(refused, Refused::NoWay(Passed::Refused(_))));
    let help = to(Destination::Outside(number_of("110")));
    assert_eq!(scene.refused(ANN, help), Refused::NoWay(Passed::NotAPerson));
    assert_eq!(scene.state(ANN), AgentState::Talking);
}

#[test]
fn a_call_is_given_on_three_times_at_most() {
    let (mut scene, _) = talking();
    for _ in 0..3 {
        scene.in_call(ANN, outside());
        let (mobile, _) = dialled(&scene);
        scene.goes_with(mobile, Cause::USER_BUSY);
        scene.answers(ANN);
    }
    assert_eq!(scene.refused(ANN, outside()), Refused::TooManyTransfers);
}

/// Ann asks somebody outside, whose leg it is.
fn asks_outside(scene: &mut Scene) -> LegId {
    scene.in_call(
        ANN,
        InCall::Consult {
            to: Destination::Outside(number_of(MOBILE)),
        },
    );
    dialled(scene).0
}

#[test]
fn somebody_outside_is_asked_aside_and_then_gets_the_customer() {
    let (mut scene, caller) = talking();
    let ann = scene.phone(ANN);
    let mobile = asks_outside(&mut scene);
    assert_eq!(scene.ear(caller), "Music…");
    scene.pass_s(8);
    scene.answers_outside(mobile);
    assert!(scene.talk_to_each_other(ann, mobile));
    assert_eq!(scene.ear(caller), "Music…");
    scene.pass_s(5);
    scene.in_call(ANN, InCall::Swap);
    assert!(scene.talk_to_each_other(caller, ann));
    scene.in_call(ANN, InCall::Complete);
    assert!(scene.talk_to_each_other(caller, mobile));
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    let outside = Destination::Outside(number_of(MOBILE));
    let is_given = |what: &What| match what {
        What::Transferred { to, mode, .. } => *to == outside && *mode == TransferMode::Attended,
        _ => false,
    };
    assert_eq!(scene.count(is_given), 1);
    scene.hangs_up(mobile);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn customer_agent_and_somebody_outside_talk_together() {
    let (mut scene, caller) = talking();
    let ann = scene.phone(ANN);
    let mobile = asks_outside(&mut scene);
    scene.answers_outside(mobile);
    scene.in_call(ANN, InCall::Merge);
    assert_eq!(scene.state(ANN), AgentState::Conferencing);
    assert_eq!(scene.hears_legs(caller), [ann, mobile]);
    assert_eq!(scene.hears_legs(mobile), [caller, ann]);
    scene.hangs_up(ann);
    assert!(scene.talk_to_each_other(caller, mobile));
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn who_is_asked_outside_and_hangs_up_leaves_agent_and_customer_together() {
    let (mut scene, caller) = talking();
    let ann = scene.phone(ANN);
    let mobile = asks_outside(&mut scene);
    scene.answers_outside(mobile);
    scene.hangs_up(mobile);
    assert!(scene.talk_to_each_other(caller, ann));
    let mobile = asks_outside(&mut scene);
    scene.in_call(ANN, InCall::Cancel);
    assert_eq!(
        scene.released_with(mobile),
        Some(Cause::NORMAL_CLEARING),
        "it rings no more"
    );
    assert!(scene.talk_to_each_other(caller, ann));
}

#[test]
fn who_is_asked_outside_is_dialled_on_the_next_line_when_the_first_one_fails() {
    let (mut scene, _) = talking();
    let ann = scene.phone(ANN);
    let first = asks_outside(&mut scene);
    scene.goes_with(first, Cause::NO_CIRCUIT);
    let (second, device) = dialled(&scene);
    assert_eq!(device, Device::Line(LineId(2)));
    scene.answers_outside(second);
    assert!(scene.talk_to_each_other(ann, second));
}

/// Semantics §5.7: completion while it rings, with the way back.
#[test]
fn a_call_given_to_somebody_outside_while_it_rings_comes_back_if_nobody_answers() {
    let (mut scene, caller) = talking();
    let mobile = asks_outside(&mut scene);
    scene.in_call(ANN, InCall::Complete);
    scene.pass_s(30);
    assert!(!scene.rings(ANN), "a mobile phone may take so long");
    scene.pass_s(15);
    assert!(scene.released_with(mobile).is_some());
    let ann = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, ann));
}

#[test]
fn a_queue_or_a_mailbox_cannot_be_asked() {
    let (mut scene, _) = talking();
    for to in [
        Destination::Queue(SALES),
        Destination::Voicemail(Mailbox::House),
    ] {
        let refused = scene.refused(ANN, InCall::Consult { to });
        assert_eq!(refused, Refused::NoWay(Passed::NotAPerson));
    }
}

/// Ann is an agent and no more; Ben supervises, and so may give calls outside.
fn house_with_people() -> Configuration {
    Configuration {
        people: vec![
            person(ANN, "ann", "agent"),
            person(BEN, "ben", "supervisor"),
        ],
        ..house()
    }
}

#[test]
fn keys_at_the_phone_give_a_call_to_an_extension_or_outside() {
    let mut scene = Scene::staffed_with(house_with_people(), &[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    let ann = scene.answers(ANN);
    scene.keys(ann, "#1102#");
    assert!(scene.rings(BEN));
    let ben = scene.answers(BEN);
    assert!(scene.talk_to_each_other(caller, ben));
    scene.keys(ben, "#1913900001111#");
    let (mobile, _) = dialled(&scene);
    scene.answers_outside(mobile);
    assert!(scene.talk_to_each_other(caller, mobile));
}

/// Semantics §5.7: phones ask by REFER, which leads to the same as a button on the screen.
#[test]
fn the_transfer_key_of_a_phone_gives_the_call_or_the_phone_is_told_that_it_does_not() {
    let mut scene = Scene::staffed_with(house_with_people(), &[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    let ann = scene.answers(ANN);
    let asks = |scene: &mut Scene, leg, number: &str| {
        scene.door(Door::TransferAsked {
            leg,
            to: number_of(number),
        });
    };
    asks(&mut scene, ann, "*9");
    assert_eq!(scene.not_transferred, [ann], "there is no such queue");
    assert!(scene.talk_to_each_other(caller, ann));
    // Phones hold the call before they ask.
    scene.door(Door::Held { leg: ann });
    asks(&mut scene, ann, "102");
    assert!(scene.rings(BEN));
    let ben = scene.answers(BEN);
    assert!(scene.talk_to_each_other(caller, ben));
    asks(&mut scene, ann, "102");
    assert_eq!(scene.not_transferred, [ann, ann], "that leg is over");
}

/// Features B12: keys have no buttons for queues and mailboxes, so stars stand before the number.
#[test]
fn keys_at_the_phone_give_a_call_to_a_queue_or_a_mailbox() {
    let mut scene = Scene::staffed_with(house_with_people(), &[ANN, CAI]);
    let mut gives = |keys: &str| {
        let caller = scene.customer_wants_sales(0);
        let ann = scene.answers(ANN);
        scene.keys(ann, keys);
        let (stage, rung) = (scene.stage(), scene.rings(CAI));
        scene.hangs_up(caller);
        scene.asks(Request::WrapupDone { agent: ANN });
        let to = scene.facts.iter().rev().find_map(|fact| match &fact.what {
            What::Transferred { to, .. } => Some(to.clone()),
            _ => None,
        });
        (stage, rung, to)
    };
    let mailbox = |mailbox| Some(Destination::Voicemail(mailbox));
    let queue = Some(Destination::Queue(SERVICE));
    assert_eq!(gives("#1*2#"), (CallStage::Offering, true, queue));
    let bens = mailbox(Mailbox::Agent(BEN));
    assert_eq!(gives("#1**2#"), (CallStage::Voicemail, false, bens.clone()));
    assert_eq!(gives("#1**102#"), (CallStage::Voicemail, false, bens));
    let sales = mailbox(Mailbox::Queue(SALES));
    assert_eq!(
        gives("#1***1#"),
        (CallStage::Voicemail, false, sales.clone())
    );
    assert_eq!(
        gives("#1*9#"),
        (CallStage::Talking, false, sales),
        "no such queue"
    );
}

/// As on the screen: the role says who gives calls outside, and who leaves gaps in recordings.
#[test]
fn keys_ask_for_no_more_than_the_role_permits() {
    let mut house = house_with_people();
    let clerk = Role {
        key: "clerk".into(),
        name: "clerk".into(),
        grants: vec![Grant {
            permission: Permission::AgentWork,
            reach: Reach::Oneself,
        }],
    };
    house.roles = Roles::with(vec![clerk]);
    house.people[0].role = "clerk".into();
    let mut scene = Scene::staffed_with(house, &[ANN]);
    let caller = scene.customer_wants_sales(0);
    let ann = scene.answers(ANN);
    for keys in ["#1913900001111#", "#2913900001111#", "*3"] {
        scene.keys(ann, keys);
        assert!(scene.talk_to_each_other(caller, ann), "{keys}");
        let told = scene.told.pop();
        let sentence = Say::Prompt(Prompt::NotPermitted, Language::En);
        assert_eq!(told, Some((ann, vec![sentence])), "{keys}");
    }
    assert!(scene.dialled.is_empty() && scene.is_kept);
    let refused = scene.facts.iter().filter_map(|fact| match &fact.what {
        What::CodeRefused(refused) => Some((refused.account.as_str(), refused.what.as_str())),
        _ => None,
    });
    let refused: Vec<_> = refused.collect();
    let outside = ("ann", "transfer_outside");
    assert_eq!(refused, [outside, outside, ("ann", "pause_recording")]);
}

/// Whose account is closed, or who never had one, has no role that permits it.
#[test]
fn an_agent_without_an_account_gives_no_call_outside_with_keys() {
    let mut scene = Scene::staffed_with(house(), &[ANN]);
    scene.customer_wants_sales(0);
    let ann = scene.answers(ANN);
    scene.keys(ann, "#1913900001111#");
    assert!(scene.dialled.is_empty());
    assert_eq!(scene.state(ANN), AgentState::Talking);
}

#[test]
fn a_customer_is_let_leave_a_message() {
    let (mut scene, caller) = talking();
    let mailbox = Mailbox::Queue(SALES);
    scene.in_call(ANN, to(Destination::Voicemail(mailbox)));
    assert_eq!(scene.stage(), CallStage::Voicemail);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.hears_it_out(caller);
    scene.pass_s(12);
    scene.hangs_up(caller);
    let messages = scene.centre.view().voicemails;
    assert_eq!(
        (messages[0].mailbox, messages[0].length_ms),
        (mailbox, 12_000)
    );
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_call_whose_line_is_taken_by_a_caller_goes_on_the_next_one() {
    let mut scene = Scene::staffed_with(house(), &[ANN]);
    let phone = scene.phone_dials(PhoneId(101), MOBILE);
    let (first, device) = dialled(&scene);
    assert_eq!(device, Device::Line(LineId(3)));
    scene.pass_s(1);
    scene.goes_with(first, Cause::NO_CIRCUIT);
    scene.customer_calls(3);
    let (second, device) = dialled(&scene);
    assert_eq!(device, Device::Line(LineId(2)));
    assert_eq!(scene.released_with(phone), None);
    scene.pass_s(4);
    scene.answers_outside(second);
    assert!(scene.talk_to_each_other(phone, second));
    scene.pass_s(20);
    scene.hangs_up(phone);
    let record = &scene.records[&1];
    assert_eq!(record.line, Some(LineId(2)));
    assert_eq!((record.ring_ms, record.talk_ms), (5_000, 20_000));
    assert_eq!(record.outcome, Some(EndOutcome::Served));
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn who_is_busy_is_not_called_again_on_another_line_and_lines_come_to_an_end() {
    let mut scene = Scene::staffed_with(house(), &[ANN]);
    let phone = scene.phone_dials(PhoneId(101), MOBILE);
    let (line, _) = dialled(&scene);
    scene.goes_with(line, Cause::USER_BUSY);
    assert_eq!(scene.released_with(phone), Some(Cause::USER_BUSY));
    let phone = scene.phone_dials(PhoneId(101), MOBILE);
    for _ in 0..2 {
        let (line, _) = dialled(&scene);
        scene.goes_with(line, Cause::DESTINATION_OUT_OF_ORDER);
    }
    let cause = Some(Cause::DESTINATION_OUT_OF_ORDER);
    assert_eq!(scene.released_with(phone), cause);
    let tried = |what: &What| matches!(what, What::NextLine(_));
    assert_eq!(scene.count(tried), 1);
    assert!(scene.all_is_quiet());
}

#[test]
fn a_call_given_outside_goes_on_the_next_line_when_the_first_one_fails() {
    let (mut scene, caller) = talking();
    scene.in_call(ANN, outside());
    let (first, _) = dialled(&scene);
    scene.pass_s(1);
    scene.goes_with(first, Cause::NO_CIRCUIT);
    let (second, device) = dialled(&scene);
    assert_eq!(device, Device::Line(LineId(2)));
    assert!(!scene.rings(ANN), "the agent hears nothing of it");
    scene.pass_s(4);
    scene.answers_outside(second);
    assert!(scene.talk_to_each_other(caller, second));
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!((record.transfers, record.transfers_failed), (1, 0));
    assert_eq!((record.talk_ms, record.wait_ms), (10_000, 5_000));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_call_given_outside_comes_back_once_no_line_is_left_to_try() {
    let (mut scene, caller) = talking();
    scene.in_call(ANN, outside());
    for _ in 0..2 {
        assert!(!scene.rings(ANN));
        let (line, _) = dialled(&scene);
        scene.goes_with(line, Cause::NO_CIRCUIT);
    }
    assert_eq!(scene.dialled.len(), 2);
    assert!(scene.rings(ANN));
    let ann = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, ann));
}
