//! Numbers dialled on phones of ours: one of our own, one outside, one for help.

use hotline_call::{Cause, Device, LegId, LineId, PhoneId};
use hotline_services::blacklist::{
    Draft, Entry, EntryId, List, ListAction, ListChange, Listed, Scope, Standing,
};
use hotline_services::emergency::EmergencyPlan;
use hotline_services::route::{
    CallClass, DialPlan, InboundRoute, OutboundRule, Refusal, RouteId, RuleId, ShownNumber, Target,
    Through, TrunkGroup, TrunkGroupId,
};
use hotline_services::{
    AgentState, CallStage, Configuration, DialRefused, EndOutcome, Event, InCall, Pattern, Refused,
    Request, What,
};

use crate::scene::{ANN, BEN, SALES, Scene, configuration, number_of};

/// A phone that stands at no agent's desk.
const LOBBY: PhoneId = PhoneId(900);

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).expect("a pattern")
}

/// 9 before a number outside; 600 is sales. Two lines, one of them kept for callers.
fn plan() -> Configuration {
    let group = TrunkGroup {
        id: TrunkGroupId(1),
        name: "copper".into(),
        lines: vec![LineId(1), LineId(0)],
        reserve: None,
    };
    let rule = |id, numbers: &str, class| OutboundRule {
        id: RuleId(id),
        name: format!("rule {id}"),
        is_enabled: true,
        numbers: vec![pattern(numbers)],
        strip: 1,
        add: String::new(),
        through: vec![Through::Group(TrunkGroupId(1))],
        shown: ShownNumber::OfTheLine,
        class,
    };
    let sales = InboundRoute {
        dialled: vec![pattern("600")],
        lines: vec![LineId(3)],
        ..InboundRoute::to(RouteId(1), "sales", Target::Queue(SALES))
    };
    Configuration {
        dial_plan: DialPlan {
            trunk_groups: vec![group],
            inbound: vec![sales],
            outbound: vec![
                rule(1, "900*", CallClass::International),
                rule(2, "9*", CallClass::Local),
            ],
            emergency: EmergencyPlan::default(),
            ..DialPlan::default()
        },
        ..configuration()
    }
}

/// The leg that was last dialled on a line, and the digits.
fn dialled(scene: &Scene) -> (LegId, Device, String) {
    let (leg, device, number) = scene.dialled.last().expect("a number was dialled");
    (*leg, *device, number.to_string())
}

#[test]
fn an_agent_calls_outside_talks_and_the_record_says_so() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let phone = scene.phone_dials(PhoneId(101), "965550199");
    let (line, device, digits) = dialled(&scene);
    assert_eq!(
        (device, digits.as_str()),
        (Device::Line(LineId(1)), "65550199")
    );
    assert_eq!(scene.state(ANN), AgentState::Dialing);
    assert_eq!(scene.hears_legs(phone), []);
    scene.pass_s(2);
    scene.alerts(line);
    assert_eq!(scene.hears_legs(phone), [line], "ringing tone");
    assert_eq!(
        scene.hears_legs(line),
        [],
        "nobody outside hears the agent yet"
    );
    scene.pass_s(5);
    scene.answers_outside(line);
    assert!(scene.answered.contains(&phone), "the phone is answered");
    assert!(scene.talk_to_each_other(phone, line));
    assert_eq!(scene.state(ANN), AgentState::Talking);
    assert_eq!(scene.stage(), CallStage::Talking);
    scene.pass_s(60);
    scene.hangs_up(phone);
    assert!(scene.all_is_quiet());
    let record = scene.record();
    assert!(record.is_outbound);
    assert_eq!((record.ring_ms, record.talk_ms), (7000, 60_000));
    assert_eq!(
        record.called.as_ref().map(ToString::to_string).as_deref(),
        Some("965550199"),
        "as it was dialled here"
    );
    assert_eq!((record.agent, record.recordings.len()), (Some(ANN), 1));
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn a_busy_person_is_told_to_the_phone_and_the_agent_is_free_again() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let phone = scene.phone_dials(PhoneId(101), "965550199");
    let (line, ..) = dialled(&scene);
    scene.goes_with(line, Cause::USER_BUSY);
    assert_eq!(scene.released_with(phone), Some(Cause::USER_BUSY));
    assert_eq!(scene.outcome(), Some(EndOutcome::NotReached));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(scene.all_is_quiet());
}

#[test]
fn an_agent_who_hangs_up_before_the_answer_takes_the_call_back() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let phone = scene.phone_dials(PhoneId(101), "965550199");
    let (line, ..) = dialled(&scene);
    scene.alerts(line);
    scene.hangs_up(phone);
    assert_eq!(scene.released_with(line), Some(Cause::NORMAL_CLEARING));
    assert_eq!(scene.outcome(), Some(EndOutcome::NotReached));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_call_that_nobody_answers_ends_by_itself() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let phone = scene.phone_dials(PhoneId(101), "965550199");
    let (line, ..) = dialled(&scene);
    scene.alerts(line);
    scene.pass_s(121);
    assert_eq!(scene.released_with(phone), Some(Cause::NO_ANSWER));
    assert!(scene.all_is_quiet());
}

/// A4 of the features: one line stays for callers, and who may call what is asked first.
#[test]
fn a_number_that_may_not_be_called_or_has_no_line_is_refused_with_the_reason_kept() {
    let mut scene = Scene::staffed_with(plan(), &[ANN, BEN]);
    let abroad = scene.phone_dials(PhoneId(101), "90012025550143");
    assert_eq!(scene.released_with(abroad), Some(Cause::CALL_REJECTED));
    let nowhere = scene.phone_dials(PhoneId(101), "12345");
    assert_eq!(
        scene.released_with(nowhere),
        Some(Cause::UNALLOCATED_NUMBER)
    );
    scene.phone_dials(PhoneId(101), "965550199");
    let second = scene.phone_dials(PhoneId(102), "965550100");
    assert_eq!(
        scene.released_with(second),
        Some(Cause::NO_CIRCUIT),
        "kept for callers"
    );
    let traced = |what: &What| matches!(what, What::DialRefused(DialRefused { steps, .. }) if !steps.is_empty());
    assert_eq!(scene.count(traced), 3);
    assert_eq!(scene.state(BEN), AgentState::Idle);
}

#[test]
fn an_agent_in_a_call_cannot_make_another() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    scene.phone_dials(PhoneId(101), "965550199");
    let second = scene.phone_dials(PhoneId(101), "965550100");
    assert_eq!(scene.released_with(second), Some(Cause::USER_BUSY));
    assert_eq!(scene.state(ANN), AgentState::Dialing);
}

#[test]
fn a_phone_that_dials_the_number_of_a_queue_is_served_like_a_caller_from_outside() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let caller = scene.phone_dials(LOBBY, "600");
    assert!(scene.answered.contains(&caller));
    assert!(scene.rings(ANN));
    scene.pass_s(3);
    let agent = scene.answers(ANN);
    assert!(scene.talk_to_each_other(caller, agent));
    scene.pass_s(30);
    scene.hangs_up(caller);
    let record = scene.record();
    assert_eq!((record.line, record.is_outbound), (None, false));
    assert_eq!((record.queue, record.talk_ms), (Some(SALES), 30_000));
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
}

#[test]
fn an_agent_who_calls_the_own_queue_is_not_rung_for_it() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let caller = scene.phone_dials(PhoneId(101), "600");
    assert_eq!(scene.state(ANN), AgentState::Dialing);
    assert!(!scene.rings(ANN));
    scene.signs_in(BEN);
    scene.lines_and_phones_in_service(&[BEN]);
    assert!(scene.rings(BEN));
    scene.hangs_up(caller);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert!(scene.all_is_quiet());
}

/// Table B 1 of the features: any phone, nobody signed in, any line, and another call gives way.
#[test]
fn a_call_for_help_goes_out_from_any_phone_and_ends_another_call_if_it_must() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let phone = scene.phone_dials(LOBBY, "119");
    let (line, _, digits) = dialled(&scene);
    assert_eq!(digits, "119");
    scene.answers_outside(line);
    assert!(scene.talk_to_each_other(phone, line));
    scene.hangs_up(phone);
    assert!(scene.all_is_quiet());
    for taken in [0, 2, 3] {
        scene.customer_calls(taken);
    }
    scene.not_ready(ANN);
    let rule_breaker = scene.phone_dials(PhoneId(101), "965550199");
    assert_eq!(scene.released_with(rule_breaker), Some(Cause::NO_CIRCUIT));
    scene.phone_dials(LOBBY, "110");
    let (_, device, digits) = dialled(&scene);
    assert_eq!((device, digits.as_str()), (Device::Line(LineId(1)), "110"));
}

#[test]
fn a_call_for_help_takes_the_line_of_a_call_of_ours() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let caller = scene.phone_dials(PhoneId(101), "965550199");
    for taken in [0, 2, 3] {
        scene.customer_calls(taken);
    }
    scene.phone_dials(LOBBY, "120");
    assert_eq!(scene.released_with(caller), Some(Cause(8)));
    let (line, device, digits) = dialled(&scene);
    assert_eq!((device, digits.as_str()), (Device::Line(LineId(1)), "120"));
    scene.answers_outside(line);
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn a_number_on_the_blacklist_is_not_dialled_and_why_is_kept() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    let numbers = plan().dial_plan.numbers;
    let draft = Draft {
        list: List::Black,
        listed: Listed::Number(numbers.canonical(&number_of("65550199"))),
        scope: Scope::Out,
        action: ListAction::default(),
        expires_ms: None,
        reason: String::new(),
        standing: Standing::InForce,
    };
    let id = EntryId(1);
    scene.happens(Event::ChangeLists(Box::new(ListChange {
        put: vec![Entry { id, draft }],
        removed: Vec::new(),
    })));
    let phone = scene.phone_dials(PhoneId(101), "965550199");
    assert_eq!(scene.dialled.len(), 0);
    assert_eq!(scene.released_with(phone), Some(Cause::CALL_REJECTED));
    let refusal = scene.facts.iter().find_map(|fact| match &fact.what {
        What::DialRefused(DialRefused { refusal, .. }) => *refusal,
        _ => None,
    });
    assert!(
        matches!(refusal, Some(Refusal::Listed { .. })),
        "{refusal:?}"
    );
    scene.phone_dials(PhoneId(101), "965550198");
    assert_eq!(scene.dialled.len(), 1, "others are");
}

#[test]
fn a_call_for_help_is_recorded_whole() {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    scene.phone_dials(PhoneId(101), "110");
    let (line, ..) = dialled(&scene);
    scene.answers_outside(line);
    let paused = scene.tries(Event::Request(Request::InCall {
        agent: ANN,
        what: InCall::PauseRecording,
    }));
    assert_eq!(paused, Err(Refused::CallForHelp));
}

#[test]
fn who_waits_in_a_queue_and_signs_in_is_not_rung_for_the_own_call() {
    let mut scene = Scene::staffed_with(plan(), &[BEN]);
    scene.not_ready(BEN);
    let ann = scene.phone_dials(PhoneId(101), "600");
    scene.signs_in(ANN);
    scene.pass_s(5);
    assert!(
        scene.ringing().is_empty(),
        "the only phone is the caller's own"
    );
    scene.ready(BEN);
    assert!(scene.rings(BEN));
    let ben = scene.answers(BEN);
    assert!(scene.talk_to_each_other(ann, ben));
    scene.hangs_up(ann);
}
