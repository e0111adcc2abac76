//! Calls straight to a person: extensions, routes to an agent or a phone, and where those callers
//! go whom the person does not take (features B21, B22, semantics §5.7).

use hotline_call::{Cause, Device, Event as Door, LegId, LineId, Number, PhoneId};
use hotline_services::route::{
    CallClass, DialPlan, InboundRoute, OutboundRule, RouteId, RuleId, ShownNumber, Target, Through,
};
use hotline_services::{
    AgentId, AgentState, CallStage, Configuration, EndOutcome, Extension, Forward, ForwardTo, Goal,
    Passed, Pattern, PersonPassed, Prompt, Say, What, WhyNot,
};

use crate::scene::{ANN, BEN, CAI, Scene, configuration, number_of};

/// A phone that stands at no agent's desk.
const LOBBY: PhoneId = PhoneId(900);

/// Extensions 101 to 103 are the agents', 900 is the lobby's. Calls of the lines lead to Ann; 9
/// before a number leads outside, by the last line.
fn house(forward: Forward) -> Configuration {
    let mut house = configuration();
    house.agents[0].forward = forward;
    let phones = [101, 102, 103, 900];
    house.extensions = phones
        .map(|phone| Extension {
            number: phone.to_string(),
            phone: PhoneId(phone),
        })
        .to_vec();
    let outside = OutboundRule {
        id: RuleId(1),
        name: "outside".into(),
        is_enabled: true,
        numbers: vec![Pattern::parse("9*").expect("a pattern")],
        strip: 1,
        add: String::new(),
        through: vec![Through::Line(LineId(3))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Mobile,
    };
    house.dial_plan = DialPlan {
        inbound: vec![InboundRoute::to(RouteId(1), "Ann", Target::Agent(ANN))],
        outbound: vec![outside],
        ..DialPlan::default()
    };
    house
}

fn to(to: &[ForwardTo]) -> Forward {
    Forward {
        to: to.to_vec(),
        voicemail: false,
        ..Forward::default()
    }
}

fn staffed(forward: Forward, agents: &[AgentId]) -> Scene {
    let mut scene = Scene::staffed_with(house(forward), agents);
    scene.door(Door::InService {
        device: Device::Phone(LOBBY),
    });
    scene
}

fn mobile() -> ForwardTo {
    ForwardTo::Outside(number_of("913900001111"))
}

/// Why somebody was passed over, in order.
fn passed(scene: &Scene) -> Vec<(Goal, Passed)> {
    let passed = |what: &What| match what {
        What::PersonPassed(PersonPassed { to, because, .. }) => Some((to.clone(), *because)),
        _ => None,
    };
    scene.facts.iter().filter_map(|f| passed(&f.what)).collect()
}

/// The last number dialled outside.
fn outside(scene: &Scene) -> (LegId, String) {
    let (leg, device, number): &(LegId, Device, Number) = scene.dialled.last().expect("dialled");
    assert_eq!(*device, Device::Line(LineId(3)));
    (*leg, number.to_string())
}

#[test]
fn a_route_leads_straight_to_an_agent_who_rings_talks_and_is_recorded() {
    let mut scene = staffed(Forward::default(), &[ANN]);
    let caller = scene.customer_calls(0);
    assert_eq!(scene.state(ANN), AgentState::Offering);
    assert_eq!(scene.stage(), CallStage::Offering);
    assert_eq!(scene.hears[&caller].say, [Say::RingingTone]);
    scene.pass_s(5);
    let agent = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, agent));
    assert_eq!(scene.state(ANN), AgentState::Talking);
    scene.pass_s(60);
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!((record.agent, record.queue), (Some(ANN), None));
    assert_eq!((record.wait_ms, record.talk_ms), (5_000, 60_000));
    assert_eq!(record.recordings.len(), 1);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(scene.all_is_quiet());
}

#[test]
fn an_agent_dials_the_extension_of_another_and_both_talk() {
    let mut scene = staffed(Forward::default(), &[ANN, BEN]);
    let ann = scene.phone_dials(PhoneId(101), "102");
    assert_eq!(scene.state(ANN), AgentState::Dialing);
    assert_eq!(scene.state(BEN), AgentState::Offering);
    scene.pass_s(2);
    let ben = scene.answers(BEN);
    assert!(scene.talk_to_each_other(ann, ben));
    assert_eq!(scene.state(ANN), AgentState::Talking);
    assert_eq!(scene.state(BEN), AgentState::Talking);
    scene.pass_s(30);
    scene.hangs_up(ben);
    assert_eq!(scene.released_with(ann), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert_eq!(scene.state(BEN), AgentState::Idle);
    let record = scene.record();
    assert_eq!((record.line, record.is_outbound), (None, false));
    assert_eq!((record.talk_ms, record.recordings.len()), (30_000, 1));
    assert!(scene.all_is_quiet());
}

/// Table B 11: not the forwarding that is set, and not being ready, but the phone itself.
#[test]
fn a_phone_that_is_not_to_be_disturbed_does_not_ring_and_its_callers_go_on() {
    let mut scene = staffed(to(&[ForwardTo::Agent(BEN)]), &[ANN, BEN]);
    assert_eq!(scene.dials(ANN, "*78"), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    let is_quiet = |scene: &Scene| scene.centre.view().agents[0].do_not_disturb;
    assert!(is_quiet(&scene));
    let lobby = scene.phone_dials(LOBBY, "101");
    let quiet = (Goal::Phone(PhoneId(101)), Passed::DoNotDisturb);
    assert_eq!(passed(&scene), [quiet]);
    assert!(scene.rings(BEN));
    scene.hangs_up(lobby);
    scene.forget_legs();
    scene.start();
    scene.lines_and_phones_in_service(&[ANN, BEN]);
    assert!(is_quiet(&scene), "also after a restart");
    let ann = scene.phone_dials(PhoneId(101), "102");
    assert!(scene.rings(BEN), "who is not to be disturbed calls");
    scene.hangs_up(ann);
    assert_eq!(scene.dials(ANN, "*79"), Some(Cause::NORMAL_CLEARING));
    assert!(!is_quiet(&scene));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    scene.phone_dials(PhoneId(102), "101");
    assert!(scene.rings(ANN));
}

#[test]
fn a_phone_without_an_agent_can_be_silenced_too_and_who_is_ready_is_rung_again() {
    let mut scene = staffed(Forward::default(), &[ANN]);
    let lobby = scene.phone_dials(LOBBY, "*78");
    assert!(scene.answered.contains(&lobby));
    let ann = scene.phone_dials(PhoneId(101), "900");
    assert_eq!(passed(&scene), [(Goal::Phone(LOBBY), Passed::DoNotDisturb)]);
    scene.hangs_up(ann);
    scene.dials(ANN, "*78");
    scene.ready(ANN);
    assert!(!scene.centre.view().agents[0].do_not_disturb);
    scene.phone_dials(LOBBY, "101");
    assert!(scene.rings(ANN));
}

#[test]
fn who_called_a_colleague_hangs_up_from_the_screen() {
    let mut scene = staffed(Forward::default(), &[ANN, BEN]);
    scene.phone_dials(PhoneId(101), "102");
    scene.answers(BEN);
    scene.asks(hotline_services::Request::HangUp { agent: ANN });
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_phone_in_the_lobby_rings_and_calls_with_nobody_signed_in() {
    let mut scene = staffed(Forward::default(), &[ANN]);
    let ann = scene.phone_dials(PhoneId(101), "900");
    let lobby = scene.phones[&LOBBY];
    scene.door(Door::Answered { leg: lobby });
    assert!(scene.talk_to_each_other(ann, lobby));
    assert_eq!(scene.state(ANN), AgentState::Talking);
    scene.hangs_up(ann);
    assert!(scene.all_is_quiet());

    scene.phone_dials(LOBBY, "101");
    assert!(scene.rings(ANN));
}

#[test]
fn a_colleague_who_takes_no_callers_of_queues_is_rung_and_misses_nothing() {
    let mut scene = staffed(to(&[]), &[ANN, BEN]);
    scene.not_ready(ANN);
    for _ in 0..3 {
        let ben = scene.phone_dials(PhoneId(102), "101");
        assert_eq!(scene.state(ANN), AgentState::Offering);
        scene.pass_s(21);
        scene.hears_it_out(ben);
    }
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    assert_eq!(scene.reason(ANN).as_deref(), Some("lunch"));
    assert_eq!(scene.outcome(), Some(EndOutcome::NotAnswered));
    assert_eq!(scene.state(BEN), AgentState::Idle);
}

#[test]
fn who_hangs_up_while_it_rings_has_not_been_in_a_menu_or_queue() {
    let mut scene = staffed(Forward::default(), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.pass_s(5);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::AbandonedRinging));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(scene.all_is_quiet());
}

#[test]
fn who_is_not_answered_goes_from_one_to_the_next() {
    let mut scene = staffed(
        to(&[ForwardTo::Agent(BEN), ForwardTo::Phone(LOBBY)]),
        &[ANN, BEN],
    );
    let caller = scene.customer_calls(0);
    scene.pass_s(20);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(scene.rings(BEN), "after 20 s");
    scene.pass_s(14);
    assert!(scene.rings(BEN));
    scene.pass_s(1);
    assert!(!scene.rings(BEN), "after 15 s more");
    let lobby = scene.phones[&LOBBY];
    scene.pass_s(15);
    assert!(!scene.phones.contains_key(&LOBBY), "{lobby} rings no more");
    assert!(format!("{:?}", scene.hears[&caller].say).contains("NobodyHere"));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NotAnswered));
}

#[test]
fn who_is_signed_out_busy_or_not_to_be_disturbed_forwards_at_once() {
    let mut scene = staffed(to(&[ForwardTo::Agent(BEN)]), &[BEN]);
    let caller = scene.customer_calls(0);
    assert!(scene.rings(BEN));
    let away = Passed::Away(WhyNot::SignedOut);
    assert_eq!(passed(&scene), [(Goal::Agent(ANN), away)]);
    scene.hangs_up(caller);

    let always = Forward {
        always: true,
        ..to(&[ForwardTo::Agent(BEN)])
    };
    let mut scene = staffed(always, &[ANN, BEN]);
    scene.customer_calls(0);
    assert!(scene.rings(BEN));
    assert_eq!(passed(&scene)[0].1, Passed::DoNotDisturb);

    let mut scene = staffed(to(&[ForwardTo::Agent(BEN)]), &[ANN, BEN]);
    scene.customer_calls(0);
    scene.answers(ANN);
    scene.customer_calls(1);
    assert!(scene.rings(BEN));
    assert_eq!(passed(&scene)[0].1, Passed::Busy(WhyNot::Talking));
}

#[test]
fn two_who_forward_to_each_other_do_not_send_a_caller_round() {
    let mut house = house(to(&[ForwardTo::Agent(BEN)]));
    house.agents[1].forward = to(&[ForwardTo::Agent(ANN)]);
    let mut scene = Scene::staffed_with(house, &[CAI]);
    let caller = scene.customer_calls(0);
    let last = passed(&scene).pop();
    assert_eq!(last, Some((Goal::Agent(ANN), Passed::Loop)));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NotAnswered));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_mobile_phone_gets_the_caller_by_pressing_1_and_not_by_answering() {
    let mut scene = staffed(to(&[mobile()]), &[BEN]);
    let caller = scene.customer_calls(0);
    let (mobile, digits) = outside(&scene);
    assert_eq!(digits, "13900001111");
    scene.pass_s(6);
    scene.alerts(mobile);
    scene.pass_s(4);
    scene.answers_outside(mobile);
    let asked = Say::Prompt(Prompt::PressOneToAccept, Default::default());
    assert_eq!(scene.hears[&mobile].say[0], asked);
    assert_eq!(scene.hears_legs(caller), []);
    scene.presses(mobile, '5');
    assert_eq!(scene.stage(), CallStage::Offering);
    scene.pass_s(3);
    scene.presses(mobile, '1');
    assert!(scene.talk_to_each_other(caller, mobile));
    scene.pass_s(40);
    scene.hangs_up(mobile);
    let record = scene.record();
    assert_eq!((record.talk_ms, record.recordings.len()), (40_000, 1));
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn the_voicemail_of_a_mobile_network_never_gets_the_caller() {
    let mut scene = staffed(to(&[mobile(), ForwardTo::Agent(BEN)]), &[BEN]);
    scene.customer_calls(0);
    let (mobile, _) = outside(&scene);
    scene.answers_outside(mobile);
    scene.pass_s(15);
    assert_eq!(scene.released_with(mobile), Some(Cause::NO_ANSWER));
    assert!(scene.rings(BEN), "the next one is tried");
}

#[test]
fn a_line_that_is_forwarded_on_is_in_use_until_it_is_free_again() {
    let mut scene = staffed(to(&[mobile()]), &[BEN]);
    let caller = scene.customer_calls(0);
    let (mobile, _) = outside(&scene);
    let ben = scene.phone_dials(PhoneId(102), "965550199");
    assert_eq!(scene.released_with(ben), Some(Cause::NO_CIRCUIT));
    scene.goes_with(mobile, Cause::USER_BUSY);
    scene.hears_it_out(caller);
    scene.phone_dials(PhoneId(102), "965550199");
    assert_eq!(outside(&scene).1, "65550199");
}

#[test]
fn what_the_agent_may_not_dial_is_not_forwarded_to() {
    let mut house = house(to(&[mobile()]));
    house.dial_plan.may_call.each = vec![(ANN, vec![CallClass::Local])];
    let mut scene = Scene::staffed_with(house, &[BEN]);
    scene.customer_calls(0);
    assert!(scene.dialled.is_empty());
    assert!(matches!(passed(&scene)[1].1, Passed::Refused(_)));
}

#[test]
fn a_number_for_emergencies_cannot_be_forwarded_to() {
    let told = |number: &str| {
        let number = ForwardTo::Outside(number_of(number));
        house(to(&[number])).check().map_err(|e| e.to_string())
    };
    let what = "allowed: no number for emergencies";
    assert_eq!(
        told("110"),
        Err(format!("agents[Ann].forward.to: found 110; {what}"))
    );
    assert!(told("9110").is_err(), "a rule takes the 9 off");
    assert_eq!(told("913900001111"), Ok(()));
}

#[test]
fn a_start_of_the_program_ends_what_rings() {
    let mut scene = staffed(Forward::default(), &[ANN]);
    scene.customer_calls(0);
    scene.forget_legs();
    scene.start();
    assert_eq!(scene.outcome(), Some(EndOutcome::Failed));
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn a_caller_forwarded_outside_goes_on_the_next_line_when_the_first_one_fails() {
    let mut house = house(to(&[mobile(), ForwardTo::Agent(BEN)]));
    house.dial_plan.outbound[0]
        .through
        .push(Through::Line(LineId(2)));
    let mut scene = Scene::staffed_with(house, &[BEN]);
    let caller = scene.customer_calls(0);
    let (first, digits) = outside(&scene);
    assert_eq!(digits, "13900001111");
    scene.goes_with(first, Cause::TEMPORARY_FAILURE);
    let (second, device, _) = scene.dialled.last().cloned().expect("dialled");
    assert_eq!(device, Device::Line(LineId(2)));
    assert!(!scene.rings(BEN));
    scene.pass_s(3);
    scene.answers_outside(second);
    scene.presses(second, '1');
    assert!(scene.talk_to_each_other(caller, second));
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    scene.customer_calls(0);
    for _ in 0..2 {
        let (line, ..) = *scene.dialled.last().expect("dialled");
        scene.goes_with(line, Cause::TEMPORARY_FAILURE);
    }
    assert_eq!(scene.dialled.len(), 4, "each line once");
    assert!(scene.rings(BEN), "then the next one is tried");
}

#[test]
fn a_phone_that_dials_its_own_number_is_busy() {
    let mut scene = staffed(Forward::default(), &[ANN]);
    let ann = scene.phone_dials(PhoneId(101), "101");
    assert_eq!(scene.released_with(ann), Some(Cause::USER_BUSY));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(scene.all_is_quiet());
}

#[test]
fn who_calls_a_colleague_is_not_rung_for_the_own_call() {
    let mut scene = staffed(to(&[ForwardTo::Agent(BEN)]), &[BEN]);
    let ben = scene.phone_dials(PhoneId(102), "101");
    // Nobody is signed in at the phone, which rings all the same.
    scene.pass_s(20);
    let passed = passed(&scene);
    let itself = (Goal::Agent(BEN), Passed::Busy(WhyNot::Talking));
    assert_eq!(passed.last(), Some(&itself));
    assert_eq!(scene.state(BEN), AgentState::Dialing);
    scene.hears_it_out(ben);
    assert_eq!(scene.outcome(), Some(EndOutcome::NotAnswered));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_phone_is_not_rung_for_its_own_call_whoever_forwards_there() {
    let mut scene = staffed(to(&[ForwardTo::Phone(LOBBY)]), &[ANN]);
    scene.not_ready(ANN);
    // Nobody is signed in at the lobby, nor at the phone of Ben.
    let lobby = scene.phone_dials(LOBBY, "101");
    scene.pass_s(20);
    let itself = Goal::Phone(LOBBY);
    let expected = (itself, Passed::Busy(WhyNot::Talking));
    assert_eq!(passed(&scene).last(), Some(&expected));
    scene.hears_it_out(lobby);
    assert!(scene.all_is_quiet());
}
