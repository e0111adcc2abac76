//! Codes that the table offers and that set something: day or night, where callers go; and a call
//! taken from another phone (table B 2 and 11).

use hotline_call::{Cause, LegId, PhoneId};
use hotline_services::permission::Verdict;
use hotline_services::route::{InboundRoute, RouteId, Target};
use hotline_services::schedule::{Mode, Schedule, ScheduleId};
use hotline_services::{
    AgentState, CallStage, Configuration, Extension, Forward, Language, Prompt, Say, ScheduleSet,
    What,
};

use crate::scene::{ANN, BEN, CAI, Scene, configuration, person};

/// Ann supervises, Ben is an agent and no more; every call leads straight to Cai. The house is
/// always open.
fn house() -> Configuration {
    let mut house = configuration();
    house.people = vec![
        person(ANN, "ann", "supervisor"),
        person(BEN, "ben", "agent"),
    ];
    let extension = |phone: u32| Extension {
        number: phone.to_string(),
        phone: PhoneId(phone),
    };
    house.extensions = [101, 102, 103].map(extension).to_vec();
    let mut route = InboundRoute::to(RouteId(1), "Cai", Target::Agent(CAI));
    route.schedule = Some(ScheduleId(1));
    house.dial_plan.inbound = vec![route];
    house.dial_plan.schedules = vec![open()];
    house.agents[2].forward = Forward {
        voicemail: false,
        ..Forward::default()
    };
    house
}

fn open() -> Schedule {
    serde_json::from_value(serde_json::json!({
        "id": 1,
        "name": "open",
        "week": [{
            "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "from": "00:00",
            "to": "24:00",
        }],
    }))
    .expect("a schedule")
}

fn is_done(scene: &mut Scene, phone: LegId) {
    assert!(scene.answered.contains(&phone));
    let done = Say::Prompt(Prompt::Done, Language::En);
    assert_eq!(scene.hears[&phone].say, [done]);
    scene.hears_it_out(phone);
    assert_eq!(scene.released_with(phone), Some(Cause::NORMAL_CLEARING));
}

#[test]
fn night_is_made_at_a_phone_by_who_may_and_the_plan_holds_again() {
    let mut scene = Scene::staffed_with(house(), &[ANN, BEN, CAI]);
    let rings = |scene: &mut Scene| {
        let caller = scene.customer_calls(0);
        let rings = scene.rings(CAI);
        scene.hangs_up(caller);
        rings
    };
    assert!(rings(&mut scene));
    let phone = scene.phone_dials(PhoneId(102), "*28");
    assert_eq!(scene.released_with(phone), Some(Cause::CALL_REJECTED));
    let kept = scene.facts.iter().find_map(|fact| match &fact.what {
        What::CodeRefused(refused) => Some((refused.what.clone(), refused.verdict)),
        _ => None,
    });
    assert_eq!(kept, Some(("night_override".into(), Verdict::NotOfTheRole)));
    assert!(rings(&mut scene));
    let phone = scene.phone_dials(PhoneId(101), "*28");
    is_done(&mut scene, phone);
    assert!(!rings(&mut scene), "night");
    let phone = scene.phone_dials(PhoneId(101), "*280");
    is_done(&mut scene, phone);
    assert!(rings(&mut scene), "as planned");
    let phone = scene.phone_dials(PhoneId(101), "*282");
    is_done(&mut scene, phone);
    let modes = scene.facts.iter().rev().find_map(|fact| match fact.what {
        What::ScheduleSet(ScheduleSet { by_hand, .. }) => Some(by_hand.map(|set| set.mode)),
        _ => None,
    });
    assert_eq!(modes, Some(Some(Mode::Night)));
    scene.pass_s(12 * 3600);
    assert!(rings(&mut scene), "what was set by hand ends by itself");
}

#[test]
fn callers_go_where_the_phone_says_until_it_says_otherwise() {
    let mut scene = Scene::staffed_with(house(), &[BEN, CAI]);
    let phone = scene.phone_dials(PhoneId(103), "*72102");
    is_done(&mut scene, phone);
    assert!(scene.centre.view().agents[2].forwarded.is_some());
    let caller = scene.customer_calls(0);
    assert!(scene.rings(BEN) && !scene.rings(CAI));
    scene.hangs_up(caller);
    scene.forget_legs();
    scene.start();
    scene.lines_and_phones_in_service(&[BEN, CAI]);
    let caller = scene.customer_calls(0);
    assert!(scene.rings(BEN), "also after a restart");
    scene.hangs_up(caller);
    let phone = scene.phone_dials(PhoneId(103), "*73");
    is_done(&mut scene, phone);
    scene.customer_calls(0);
    assert!(scene.rings(CAI));
    for nowhere in ["*72102", "*72110", "*7213800138000"] {
        let phone = scene.phone_dials(PhoneId(102), nowhere);
        assert!(scene.released_with(phone).is_some(), "{nowhere}");
    }
    assert!(scene.centre.view().agents[1].forwarded.is_none());
}

#[test]
fn a_call_that_rings_at_an_extension_is_taken_elsewhere() {
    let mut scene = Scene::staffed_with(house(), &[ANN, BEN, CAI]);
    let phone = scene.phone_dials(PhoneId(102), "*8103");
    let rejected = Some(Cause::CALL_REJECTED);
    assert_eq!(scene.released_with(phone), rejected, "nothing rings");
    let caller = scene.customer_calls(0);
    let cais = scene.phone(CAI);
    let bens = scene.phone_dials(PhoneId(102), "*8103");
    assert_eq!(scene.released_with(cais), Some(Cause::ANSWERED_ELSEWHERE));
    assert!(scene.talk_to_each_other(caller, bens));
    assert_eq!(scene.stage(), CallStage::Talking);
    assert_eq!(scene.state(CAI), AgentState::Idle);
    scene.hangs_up(bens);
    assert!(scene.all_is_quiet());
}

/// Of a queue that the agent does not serve: who asks for that very phone means it.
#[test]
fn a_call_of_a_queue_is_taken_from_the_extension_it_rings_at() {
    let mut house = house();
    house.dial_plan.inbound.clear();
    let mut scene = Scene::staffed_with(house, &[ANN, CAI]);
    scene.not_ready(CAI);
    let caller = scene.customer_wants_sales(0);
    let anns = scene.phone(ANN);
    let cais = scene.phone_dials(PhoneId(103), "*8101");
    assert_eq!(scene.released_with(anns), Some(Cause::ANSWERED_ELSEWHERE));
    assert!(scene.talk_to_each_other(caller, cais));
}
