//! What agents ask for, and what becomes of their phones.

use hotline_call::{Cause, Event as Door};
use hotline_services::{AgentId, AgentState, Event, Refused, Request, What};

use crate::scene::{ANN, BEN, Scene, configuration, phone_of};

fn not_ready(reason: &str) -> Request {
    Request::NotReady {
        agent: ANN,
        reason: reason.into(),
    }
}

#[test]
fn an_agent_signs_in_ready_changes_and_signs_out() {
    let mut scene = Scene::new();
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
    let early = scene.tries(Event::Request(Request::Ready { agent: ANN }));
    assert_eq!(early, Err(Refused::SignedOut(ANN)));
    scene.signs_in(ANN);
    scene.signs_in(ANN);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    scene.asks(not_ready("lunch"));
    assert_eq!(
        (scene.state(ANN), scene.reason(ANN).unwrap().as_str()),
        (AgentState::NotReady, "lunch")
    );
    scene.asks(not_ready("training"));
    assert_eq!(scene.reason(ANN).as_deref(), Some("training"));
    scene.asks(Request::Ready { agent: ANN });
    assert_eq!(
        (scene.state(ANN), scene.reason(ANN)),
        (AgentState::Idle, None)
    );
    scene.asks(Request::SignOut { agent: ANN });
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
    assert_eq!(scene.count(|w| matches!(w, What::AgentSignedIn { .. })), 1);
    let nobody = AgentId(77);
    let asked = scene.tries(Event::Request(Request::SignIn { agent: nobody }));
    assert_eq!(asked, Err(Refused::NoSuchAgent(nobody)));
}

/// Semantics §5.1, rule 1.
#[test]
fn not_ready_while_the_phone_rings_neither_cancels_the_offer_nor_is_forgotten() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.asks(not_ready("lunch"));
    assert!(scene.rings(ANN));
    scene.answers(ANN);
    scene.hangs_up(caller);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_s(30);
    assert_eq!(
        (scene.state(ANN), scene.reason(ANN).unwrap().as_str()),
        (AgentState::NotReady, "lunch")
    );
}

#[test]
fn not_ready_while_the_phone_rings_in_vain_applies_when_it_stops() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.customer_wants_sales(0);
    scene.asks(not_ready("lunch"));
    scene.pass_s(20);
    assert_eq!(
        (scene.state(ANN), scene.reason(ANN).unwrap().as_str()),
        (AgentState::NotReady, "lunch")
    );
}

#[test]
fn signing_out_in_a_call_waits_for_the_end_of_wrap_up() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.asks(Request::SignOut { agent: ANN });
    assert_eq!(scene.state(ANN), AgentState::Talking);
    scene.hangs_up(caller);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_s(30);
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
}

#[test]
fn ready_takes_back_what_is_pending() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.asks(Request::SignOut { agent: ANN });
    scene.asks(Request::Ready { agent: ANN });
    scene.hangs_up(caller);
    scene.pass_s(30);
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

/// Semantics §5.1, rule 5.
#[test]
fn a_phone_away_for_ten_seconds_is_seen_and_seen_again_when_it_is_back() {
    let mut scene = Scene::staffed(&[ANN]);
    let device = phone_of(ANN);
    scene.door(Door::OutOfService { device });
    scene.pass_ms(9_999);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    // Not offered anything meanwhile, seen or not.
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ear(caller), "AllAgentsBusy");
    assert_eq!(scene.state(ANN), AgentState::DeviceDown);
    scene.door(Door::InService { device });
    assert!(scene.rings(ANN));
}

#[test]
fn a_phone_that_is_back_within_ten_seconds_was_never_away() {
    let mut scene = Scene::staffed(&[ANN]);
    let device = phone_of(ANN);
    scene.door(Door::OutOfService { device });
    scene.pass_s(9);
    scene.door(Door::InService { device });
    scene.pass_s(60);
    assert_eq!(
        scene.count(|w| matches!(w, What::AgentDeviceDown { .. })),
        0
    );
}

#[test]
fn an_agent_without_a_phone_can_sign_in_and_is_shown_as_such() {
    let mut scene = Scene::new();
    scene.door(Door::OutOfService {
        device: phone_of(ANN),
    });
    scene.pass_s(60);
    scene.signs_in(ANN);
    assert_eq!(scene.state(ANN), AgentState::DeviceDown);
    scene.asks(not_ready("looking for the cable"));
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    scene.asks(Request::Ready { agent: ANN });
    assert_eq!(scene.state(ANN), AgentState::DeviceDown);
    scene.asks(Request::SignOut { agent: ANN });
    assert_eq!(scene.state(ANN), AgentState::SignedOut);
}

#[test]
fn an_agent_taken_out_of_the_configuration_ends_the_call_and_is_signed_out() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    let mut less = configuration();
    less.agents.retain(|agent| agent.id != ANN);
    less.queues[0].agents.retain(|agent| *agent != ANN);
    scene.happens(Event::Configure(Box::new(less)));
    assert_eq!(scene.ear(caller), "the other party");
    scene.hangs_up(caller);
    scene.pass_s(30);
    assert_eq!(scene.count(|w| matches!(w, What::AgentSignedOut { .. })), 1);
    let gone = scene.tries(Event::Request(Request::SignIn { agent: ANN }));
    assert_eq!(gone, Err(Refused::NoSuchAgent(ANN)));
}

/// Features B18 ff.: a desk phone without a screen.
#[test]
fn an_agent_dials_what_a_screen_has_buttons_for() {
    let mut scene = Scene::staffed(&[]);
    let mut dials = |code: &str| {
        let cause = scene.dials(ANN, code);
        (scene.state(ANN), scene.reason(ANN), cause)
    };
    let (done, no) = (Some(Cause::NORMAL_CLEARING), Some(Cause::CALL_REJECTED));
    assert_eq!(dials("*42"), (AgentState::SignedOut, None, no));
    assert_eq!(dials("*40"), (AgentState::Idle, None, done));
    let quiet = Some("do_not_disturb".to_owned());
    assert_eq!(dials("*78"), (AgentState::NotReady, quiet, done));
    assert_eq!(dials("*79"), (AgentState::Idle, None, done));
    let third = Some("3".to_owned());
    assert_eq!(dials("*433"), (AgentState::NotReady, third, done));
    assert_eq!(dials("*42"), (AgentState::Idle, None, done));
    assert_eq!(dials("*41"), (AgentState::SignedOut, None, done));
    let nowhere = Some(Cause::UNALLOCATED_NUMBER);
    assert_eq!(dials("13800138000").2, nowhere);
}

#[test]
fn an_agent_takes_a_call_that_rings_at_another_desk() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    assert_eq!(
        scene.dials(BEN, "*8"),
        Some(Cause::CALL_REJECTED),
        "nothing rings"
    );
    let caller = scene.customer_wants_sales(0);
    let anns = scene.phone(ANN);
    assert_eq!(scene.dials(BEN, "*8"), None);
    assert_eq!(scene.released_with(anns), Some(Cause::ANSWERED_ELSEWHERE));
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert_eq!(scene.state(BEN), AgentState::Talking);
    let bens = scene.hears_legs(caller);
    assert!(scene.answered.contains(&bens[0]));
    scene.hangs_up(bens[0]);
    assert!(scene.released_with(caller).is_some());
    assert_eq!(scene.state(BEN), AgentState::Wrapup);
}

#[test]
fn who_is_not_to_be_disturbed_takes_a_call_all_the_same_by_asking_for_it() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    scene.dials(BEN, "*78");
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.dials(BEN, "*8"), None);
    assert_eq!(scene.state(BEN), AgentState::Talking);
    scene.hangs_up(caller);
    scene.pass_s(30);
    assert_eq!(scene.state(BEN), AgentState::NotReady);
}

fn browser(scene: &mut Scene, agent: AgentId, is_open: bool) {
    scene.happens(Event::Browser {
        agent,
        is_open,
        is_the_phone: false,
    });
}

/// Semantics §5.1, rule 6.
#[test]
fn who_closes_the_browser_stays_at_work_for_two_minutes() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    browser(&mut scene, ANN, true);
    scene.pass_s(600);
    browser(&mut scene, ANN, false);
    scene.pass_s(60);
    browser(&mut scene, ANN, true);
    scene.pass_s(600);
    assert_eq!(scene.state(ANN), AgentState::Idle, "a page loaded again");
    browser(&mut scene, ANN, false);
    scene.pass_s(119);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    scene.pass_s(1);
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    assert_eq!(scene.reason(ANN).as_deref(), Some("browser_closed"));
    assert_eq!(
        scene.state(BEN),
        AgentState::Idle,
        "works with the phone alone"
    );
    scene.ready(ANN);
    scene.pass_s(600);
    assert_eq!(scene.state(ANN), AgentState::Idle, "ready again, by phone");
}

#[test]
fn a_browser_closed_in_a_call_counts_after_the_notes() {
    let mut scene = Scene::staffed(&[ANN]);
    browser(&mut scene, ANN, true);
    let caller = scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.happens(Event::Browser {
        agent: ANN,
        is_open: false,
        is_the_phone: true,
    });
    scene.pass_s(31);
    assert_eq!(scene.state(ANN), AgentState::Talking);
    scene.hangs_up(caller);
    scene.pass_s(30);
    assert_eq!(scene.reason(ANN).as_deref(), Some("browser_closed"));
}

/// Pages open again by themselves; one that does not is closed.
#[test]
fn after_a_restart_a_browser_has_two_minutes_to_come_back() {
    let mut scene = Scene::staffed(&[ANN, BEN]);
    browser(&mut scene, ANN, true);
    browser(&mut scene, BEN, true);
    scene.start();
    scene.lines_and_phones_in_service(&[ANN, BEN]);
    browser(&mut scene, BEN, true);
    scene.pass_s(121);
    assert_eq!(scene.state(ANN), AgentState::NotReady);
    assert_eq!(scene.state(BEN), AgentState::Idle);
}
