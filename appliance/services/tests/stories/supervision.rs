//! A supervisor with an agent in a call (semantics §5.8).

use hotline_call::{Cause, LegId};
use hotline_services::ForceReleased;
use hotline_services::permission::Verdict;
use hotline_services::{
    AgentId, AgentState, Destination, EndOutcome, Event, ForcedState, InCall, Refused, Request,
    Say, Supervise, SuperviseMode, Supervisor, What,
};

use crate::ears::supervisor;
use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene};

/// Ann talks with a customer, Cai supervises. The legs of the customer and of Ann's phone.
fn ann_talks() -> (Scene, LegId, LegId) {
    let mut scene = Scene::staffed(&[ANN, CAI]);
    let caller = scene.customer_wants_sales(0);
    let anns = scene.answers(ANN);
    (scene, caller, anns)
}

fn asks(scene: &mut Scene, what: Supervise) -> Result<(), Refused> {
    asks_as(scene, supervisor(CAI), what)
}

fn asks_as(scene: &mut Scene, by: Supervisor, what: Supervise) -> Result<(), Refused> {
    let agent = ANN;
    scene.tries(Event::Request(Request::Supervise { by, agent, what }))
}

const fn be_with(mode: SuperviseMode) -> Supervise {
    Supervise::Begin { mode }
}

/// Cai's phone rings and is answered.
fn begins(scene: &mut Scene, mode: SuperviseMode) -> LegId {
    asks(scene, be_with(mode)).expect("permitted");
    scene.answers(CAI)
}

fn because() -> String {
    "the customer asked for it".into()
}

#[test]
fn a_supervisor_who_listens_hears_both_and_nobody_notices() {
    let (mut scene, caller, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Listen);
    assert_eq!(scene.hears_legs(cais), [anns, caller]);
    assert!(scene.talk_to_each_other(caller, anns));
    assert_eq!(scene.tracks, (Some(anns), None));
    assert_eq!(scene.state(ANN), AgentState::Talking);
}

#[test]
fn on_hold_who_listens_hears_the_agent_only() {
    let (mut scene, _, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Listen);
    scene.in_call(ANN, InCall::Hold);
    assert_eq!(scene.hears_legs(cais), [anns]);
}

#[test]
fn who_whispers_is_heard_by_the_agent_and_never_by_the_customer() {
    let (mut scene, caller, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Whisper);
    assert_eq!(scene.hears_legs(anns), [caller, cais]);
    assert_eq!(scene.hears_legs(caller), [anns]);
    assert_eq!(
        scene.tracks,
        (Some(anns), Some(cais)),
        "on a track of its own"
    );
    scene.in_call(ANN, InCall::Hold);
    assert_eq!(scene.hears_legs(anns), [cais]);
    assert!(scene.hears_legs(caller).is_empty());
}

/// Also when the agent asks another: neither the customer nor the other hears it.
#[test]
fn whispering_reaches_nobody_but_the_agent_while_it_asks_another() {
    let mut scene = Scene::staffed(&[ANN, BEN, CAI]);
    let caller = scene.customer_wants_sales(0);
    let anns = scene.answers(ANN);
    let cais = begins(&mut scene, SuperviseMode::Whisper);
    scene.in_call(
        ANN,
        InCall::Consult {
            to: Destination::Agent(BEN),
        },
    );
    let bens = scene.answers(BEN);
    assert_eq!(scene.hears_legs(anns), [bens, cais]);
    assert_eq!(scene.hears_legs(bens), [anns]);
    assert!(scene.hears_legs(caller).is_empty());
    scene.in_call(ANN, InCall::Merge);
    assert_eq!(scene.hears_legs(caller), [anns, bens]);
    assert_eq!(scene.hears_legs(bens), [caller, anns]);
}

#[test]
fn a_whisper_ends_with_a_transfer() {
    let mut scene = Scene::staffed(&[ANN, BEN, CAI]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    let cais = begins(&mut scene, SuperviseMode::Whisper);
    let to = Destination::Agent(BEN);
    scene.in_call(ANN, InCall::Transfer { to });
    assert_eq!(scene.released_with(cais), Some(Cause::NORMAL_CLEARING));
    let bens = scene.answers(BEN);
    assert!(scene.talk_to_each_other(caller, bens));
}

#[test]
fn listening_whispering_and_barging_follow_each_other_in_one_call() {
    let (mut scene, caller, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Listen);
    asks(&mut scene, be_with(SuperviseMode::Whisper)).expect("permitted");
    asks(&mut scene, be_with(SuperviseMode::Barge)).expect("permitted");
    assert_eq!(scene.hears_legs(caller), [anns, cais]);
    assert_eq!(scene.hears_legs(anns), [caller, cais]);
    assert_eq!(scene.hears_legs(cais), [anns, caller]);
    asks(&mut scene, Supervise::End).expect("permitted");
    assert!(scene.talk_to_each_other(caller, anns));
    assert_eq!(scene.released_with(cais), Some(Cause::NORMAL_CLEARING));
}

#[test]
fn who_takes_over_talks_to_the_customer_and_the_agent_writes_notes() {
    let (mut scene, caller, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Listen);
    let reason = because();
    asks(&mut scene, Supervise::TakeOver { reason }).expect("permitted");
    assert!(scene.talk_to_each_other(caller, cais));
    assert_eq!(scene.released_with(anns), Some(Cause::NORMAL_CLEARING));
    assert_eq!(
        (scene.state(ANN), scene.state(CAI)),
        (AgentState::Wrapup, AgentState::Talking)
    );
    assert_eq!(scene.tracks, (Some(cais), None));
    scene.hangs_up(caller);
    assert_eq!(scene.record().recordings.len(), 1);
    assert_eq!(scene.state(CAI), AgentState::Wrapup);
    assert!(scene.all_is_quiet());
}

/// Features B17: who talks is told that somebody has joined, and misses no word by it.
#[test]
fn a_tone_tells_those_who_talk_of_a_supervisor_who_joins_them_unless_set_otherwise() {
    let tone = |scene: &mut Scene| {
        let told = std::mem::take(&mut scene.told).into_iter();
        let legs = told.map(|(leg, say)| (say == [Say::Beep]).then_some(leg));
        legs.collect::<Option<Vec<_>>>().expect("a tone")
    };
    let (mut scene, caller, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Listen);
    asks(&mut scene, be_with(SuperviseMode::Whisper)).expect("permitted");
    assert!(tone(&mut scene).is_empty());
    scene.presses(cais, '6');
    assert_eq!(tone(&mut scene), [anns, caller]);
    scene.presses(cais, '6');
    assert!(tone(&mut scene).is_empty(), "once");
    scene.hangs_up(cais);
    begins(&mut scene, SuperviseMode::Barge);
    assert_eq!(tone(&mut scene), [anns, caller]);
    asks(&mut scene, be_with(SuperviseMode::Listen)).expect("permitted");
    scene.changes(|house| house.rules.barge_tone = false);
    asks(&mut scene, be_with(SuperviseMode::Barge)).expect("permitted");
    assert!(tone(&mut scene).is_empty());
}

/// Features E4: the phone is not put down in between.
#[test]
fn a_supervisor_goes_from_one_agent_to_another_without_hanging_up() {
    let mut scene = Scene::staffed(&[ANN, BEN, CAI]);
    let first = scene.sales_is_wanted_by(0, "13800138000");
    let anns = scene.answers(ANN);
    let second = scene.sales_is_wanted_by(1, "13800138001");
    let bens = scene.answers(BEN);
    let cais = begins(&mut scene, SuperviseMode::Whisper);
    assert_eq!(scene.hears_legs(anns), [first, cais]);
    let goes_to = |scene: &mut Scene, agent, mode| {
        let (by, what) = (supervisor(CAI), be_with(mode));
        scene.asks(Request::Supervise { by, agent, what });
    };
    goes_to(&mut scene, BEN, SuperviseMode::Listen);
    goes_to(&mut scene, ANN, SuperviseMode::Whisper);
    assert_eq!(scene.hears_legs(anns), [first, cais]);
    goes_to(&mut scene, BEN, SuperviseMode::Listen);
    assert!(scene.talk_to_each_other(first, anns));
    assert_eq!(scene.hears_legs(cais), [bens, second]);
    assert_eq!(scene.released_with(cais), None);
    scene.hangs_up(first);
    assert_eq!(scene.hears_legs(cais), [bens, second]);
    scene.presses(cais, '5');
    assert_eq!(scene.hears_legs(bens), [second, cais]);
    scene.hangs_up(second);
    assert!(scene.released_with(cais).is_some());
    assert!(scene.all_is_quiet());
    let mut legs = scene.records.values().flat_map(|record| &record.legs);
    assert!(legs.all(|leg| leg.ended_at.is_some()));
    let supervised = |call: u64| {
        let legs = scene.records[&call].legs.iter();
        legs.filter(|leg| leg.supervises && leg.leg == cais).count()
    };
    assert_eq!((supervised(1), supervised(2)), (1, 1));
}

#[test]
fn while_listening_a_supervisor_is_rung_for_nobody() {
    let (mut scene, ..) = ann_talks();
    begins(&mut scene, SuperviseMode::Listen);
    let waits = scene.customer_calls(1);
    scene.presses(waits, '2');
    assert!(scene.ringing().is_empty());
    asks(&mut scene, Supervise::End).expect("permitted");
    assert_eq!(scene.ringing(), [CAI]);
}

#[test]
fn a_supervisor_who_does_not_answer_or_hangs_up_disturbs_nothing() {
    let (mut scene, caller, anns) = ann_talks();
    asks(&mut scene, be_with(SuperviseMode::Barge)).expect("permitted");
    assert!(scene.talk_to_each_other(caller, anns));
    scene.pass_s(20);
    let ended = |w: &What| matches!(w, What::SupervisionEnded { .. });
    assert_eq!(scene.count(ended), 1);
    let cais = begins(&mut scene, SuperviseMode::Barge);
    scene.hangs_up(cais);
    assert!(scene.talk_to_each_other(caller, anns));
}

#[test]
fn the_call_that_ends_lets_the_supervisor_go() {
    let (mut scene, caller, _) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Barge);
    scene.hangs_up(caller);
    assert!(scene.released_with(cais).is_some() && scene.all_is_quiet());
}

#[test]
fn a_supervisor_ends_a_call_and_says_why() {
    let (mut scene, caller, anns) = ann_talks();
    let end = |reason| Supervise::Release {
        only_agent: false,
        reason,
    };
    assert_eq!(asks(&mut scene, end("  ".into())), Err(Refused::NoReason));
    asks(&mut scene, end(because())).expect("permitted");
    assert!(scene.released_with(caller).is_some() && scene.released_with(anns).is_some());
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    let told = |w: &What| {
        matches!(w, What::ForceReleased(ForceReleased { account, reason, over: ANN, .. })
            if account == "lead" && *reason == because())
    };
    assert_eq!(scene.count(told), 1);
}

#[test]
fn a_forced_state_waits_for_the_end_of_the_notes() {
    let (mut scene, caller, _) = ann_talks();
    let force = |state| Supervise::SetState {
        state,
        reason: because(),
    };
    asks(&mut scene, force(ForcedState::NotReady)).expect("permitted");
    assert_eq!(scene.state(ANN), AgentState::Talking);
    scene.hangs_up(caller);
    scene.pass_s(30);
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    assert_eq!(scene.reason(ANN), Some(because()));
    asks(&mut scene, force(ForcedState::Ready)).expect("permitted");
    assert_eq!(scene.state(ANN), AgentState::Idle);
    asks(&mut scene, force(ForcedState::SignedOut)).expect("permitted");
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
}

#[test]
fn only_who_may_supervises_and_only_the_own_groups() {
    let (mut scene, ..) = ann_talks();
    let listen = be_with(SuperviseMode::Listen);
    let agent = Supervisor {
        role: "agent".into(),
        ..supervisor(CAI)
    };
    assert_eq!(
        asks_as(&mut scene, agent, listen.clone()),
        Err(Refused::NotPermitted(Verdict::NotOfTheRole))
    );
    let of_service = Supervisor {
        groups: vec![SERVICE],
        ..supervisor(CAI)
    };
    assert_eq!(
        asks_as(&mut scene, of_service, listen.clone()),
        Err(Refused::NotPermitted(Verdict::NotOfTheGroups))
    );
    let nobody = Supervisor {
        agent: None,
        groups: vec![SALES],
        ..supervisor(CAI)
    };
    assert_eq!(
        asks_as(&mut scene, nobody, listen.clone()),
        Err(Refused::NoPhone)
    );
    assert_eq!(
        asks_as(&mut scene, supervisor(ANN), listen.clone()),
        Err(Refused::Oneself)
    );
    begins(&mut scene, SuperviseMode::Listen);
    let another = Supervisor {
        account: "other".into(),
        agent: Some(AgentId(2)),
        ..supervisor(CAI)
    };
    assert_eq!(
        asks_as(&mut scene, another, listen),
        Err(Refused::Supervised("lead".into()))
    );
}

/// Features B17: one key from listening to whispering to barging in, for whoever may.
#[test]
fn a_supervisor_is_heard_at_the_press_of_a_key() {
    let (mut scene, caller, anns) = ann_talks();
    let cais = begins(&mut scene, SuperviseMode::Listen);
    scene.presses(cais, '5');
    assert_eq!(scene.hears_legs(anns), [caller, cais]);
    assert_eq!(scene.hears_legs(caller), [anns]);
    scene.presses(cais, '6');
    assert_eq!(scene.hears_legs(caller), [anns, cais]);
    scene.presses(cais, '4');
    assert!(scene.talk_to_each_other(caller, anns));
}
