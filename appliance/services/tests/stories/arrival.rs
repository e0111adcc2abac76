//! Where a call leads that comes in, and who is not let in (features A4, A17).

use hotline_call::{CallId, LegId};
use hotline_services::blacklist::{
    Draft, Entry, EntryId, List, ListAction, ListChange, Listed, Scope, Standing,
};
use hotline_services::route::{Announcement, DialPlan, InboundRoute, RouteId, Target};
use hotline_services::schedule::{Mode, Override, Schedule, ScheduleId};
use hotline_services::{
    Configuration, EndOutcome, Event, KnownCaller, Language, Prompt, Vip, What,
};

use crate::scene::{ANN, BEN, SALES, Scene, configuration, is_told, number_of};

const PEST: &str = "02160000000";

/// Every call comes to this.
fn leads_to(target: Target) -> Configuration {
    let mut configuration = configuration();
    configuration.dial_plan = DialPlan {
        inbound: vec![InboundRoute::to(RouteId(7), "all", target)],
        ..DialPlan::default()
    };
    configuration
}

/// The pest is on the blacklist.
fn listed(scene: &mut Scene, action: ListAction) {
    let draft = Draft {
        list: List::Black,
        listed: Listed::NoCallerId,
        scope: Scope::In,
        action,
        expires_ms: None,
        reason: "a pest".into(),
        standing: Standing::InForce,
    };
    let numbers = &configuration().dial_plan.numbers;
    let draft = Draft {
        listed: Listed::Number(numbers.canonical(&number_of(PEST))),
        ..draft
    };
    let id = EntryId(1);
    scene.happens(Event::ChangeLists(Box::new(ListChange {
        put: vec![Entry { id, draft }],
        removed: Vec::new(),
    })));
}

/// What somebody hears, in words.
fn ear(scene: &Scene, leg: LegId) -> String {
    format!("{:?}", scene.hears[&leg].say)
}

fn screened(scene: &Scene) -> usize {
    scene.count(|what| matches!(what, What::CallScreened(_)))
}

#[test]
fn a_route_leads_to_a_queue_without_a_menu() {
    let mut scene = Scene::staffed_with(leads_to(Target::Queue(SALES)), &[ANN]);
    let caller = scene.customer_calls(0);
    assert!(scene.rings(ANN));
    assert_eq!(scene.record().queue, Some(SALES));
    let routed = |what: &What| matches!(what, What::CallRouted(r) if r.route == Some(RouteId(7)));
    assert_eq!(scene.count(routed), 1);
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
}

#[test]
fn a_route_of_an_announcement_says_it_and_ends() {
    let says = Announcement {
        text: "We have moved.".into(),
        language: Language::En,
    };
    let mut scene = Scene::staffed_with(leads_to(Target::Announcement(says)), &[ANN]);
    let caller = scene.customer_calls(0);
    assert!(ear(&scene, caller).contains("We have moved."));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::Announced));
    assert!(scene.all_is_quiet());
}

#[test]
fn a_house_that_is_closed_says_so_and_is_opened_by_hand() {
    let mut configuration = leads_to(Target::Queue(SALES));
    let never = ScheduleId(1);
    configuration.dial_plan.schedules = vec![Schedule {
        id: never,
        name: "never open".into(),
        week: Vec::new(),
        days: Vec::new(),
        keeps_calendar: false,
    }];
    configuration.dial_plan.inbound[0].schedule = Some(never);
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    let caller = scene.customer_calls(0);
    assert!(is_told(&ear(&scene, caller), Prompt::NobodyHere));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NobodyHere));

    scene.happens(Event::SetSchedule {
        schedule: never,
        by_hand: Some(Override {
            mode: Mode::Day,
            until_ms: u64::MAX,
        }),
    });
    scene.customer_calls(1);
    assert!(scene.rings(ANN));
}

#[test]
fn who_is_on_the_blacklist_hears_the_busy_tone_and_rings_nobody() {
    let mut scene = Scene::staffed_with(leads_to(Target::Queue(SALES)), &[ANN]);
    listed(&mut scene, ListAction::Busy);
    let pest = scene.customer_calls_from(0, PEST);
    assert!(!scene.rings(ANN));
    assert!(ear(&scene, pest).contains("BusyTone"));
    scene.hears_it_out(pest);
    assert_eq!(scene.outcome(), Some(EndOutcome::Refused));
    assert_eq!(screened(&scene), 1);
    scene.customer_calls_from(1, "13800138000");
    assert!(scene.rings(ANN));
    assert_eq!(screened(&scene), 1);
}

#[test]
fn a_vip_is_let_in_whatever_the_blacklist_says() {
    let mut configuration = leads_to(Target::Queue(SALES));
    let known = KnownCaller {
        number: number_of(PEST),
        standing: hotline_services::Standing {
            vip: Some(Vip::Level1),
            ..Default::default()
        },
    };
    configuration.callers = vec![known];
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    listed(&mut scene, ListAction::Busy);
    scene.customer_calls_from(0, PEST);
    assert!(scene.rings(ANN));
}

#[test]
fn who_is_listed_to_be_served_last_is_passed_by_who_comes_later() {
    let mut scene = Scene::staffed_with(leads_to(Target::Queue(SALES)), &[ANN, BEN]);
    scene.not_ready(ANN);
    scene.not_ready(BEN);
    listed(&mut scene, ListAction::QueueLow);
    let pest = scene.customer_calls_from(0, PEST);
    scene.pass_s(60);
    let other = scene.customer_calls_from(1, "13800138000");
    scene.ready(ANN);
    scene.answers(ANN);
    assert_eq!(scene.record().queue, Some(SALES));
    let connected = scene.facts.iter().find_map(|fact| match fact.what {
        What::Connected { call, .. } => Some(call),
        _ => None,
    });
    assert_eq!(connected, Some(CallId(2)), "{pest} waits, {other} talks");
    scene.ready(BEN);
    assert!(scene.rings(BEN), "the other agent has time for the pest");
}
