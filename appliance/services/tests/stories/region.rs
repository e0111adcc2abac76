//! Where a number is registered: in the record of the call, and on the lists (features A16, A17).

use std::sync::Arc;

use hotline_call::{Cause, PhoneId};
use hotline_services::blacklist::{
    Draft, Entry, EntryId, List, ListAction, ListChange, Listed, Scope, Standing,
};
use hotline_services::region::{Directory, Segments};
use hotline_services::route::{
    CallClass, DialPlan, InboundRoute, OutboundRule, RouteId, RuleId, ShownNumber, Step, Target,
    Through,
};
use hotline_services::{
    CallScreened, Configuration, DialRefused, EndOutcome, Event, NumberPlan, Pattern, What,
};

use crate::scene::{ANN, SALES, Scene, configuration, number_of};

/// Of Shenzhen, by a database with this one range.
const MOBILE: &str = "13800138000";
/// Of Shenzhen and of Guangzhou, by their area codes.
const SHENZHEN: &str = "0755 8888 1234";
const GUANGZHOU: &str = "020 8888 1234";
const PEKING: &str = "010 6552 9988";

/// Every call comes to sales; any number is dialled on line 1.
fn plan() -> Configuration {
    let any = OutboundRule {
        id: RuleId(1),
        name: "any".into(),
        is_enabled: true,
        numbers: vec![Pattern::parse("0*").expect("a pattern")],
        strip: 0,
        add: String::new(),
        through: vec![Through::Line(hotline_call::LineId(1))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Local,
    };
    Configuration {
        dial_plan: DialPlan {
            inbound: vec![InboundRoute::to(RouteId(7), "all", Target::Queue(SALES))],
            outbound: vec![any],
            ..DialPlan::default()
        },
        ..configuration()
    }
}

fn directory() -> Arc<Directory> {
    let record = "广东|深圳|518000|0755\0".as_bytes();
    let index_at = 8 + record.len() as u32;
    let mut file = [b"2312".as_slice(), &index_at.to_le_bytes(), record].concat();
    file.extend(1_380_013_u32.to_le_bytes());
    file.extend(8_u32.to_le_bytes());
    file.push(1);
    let segments = Segments::parse(&file).expect("a database");
    Arc::new(Directory::new(Some(segments)))
}

/// A house that knows the range, with these on its lists, in order.
fn house(listed: &[(List, Listed, Scope)]) -> Scene {
    let mut scene = Scene::staffed_with(plan(), &[ANN]);
    scene.centre.know(directory());
    let entry = |(id, (list, listed, scope)): (u32, &(List, Listed, Scope))| Entry {
        id: EntryId(id),
        draft: Draft {
            list: *list,
            listed: listed.clone(),
            scope: *scope,
            action: ListAction::Busy,
            expires_ms: None,
            reason: String::new(),
            standing: Standing::InForce,
        },
    };
    scene.happens(Event::ChangeLists(Box::new(ListChange {
        put: (1..).zip(listed).map(entry).collect(),
        removed: Vec::new(),
    })));
    scene
}

fn region(name: &str) -> Listed {
    Listed::Region(name.into())
}

fn canonical(number: &str) -> String {
    NumberPlan::default().canonical(&number_of(number))
}

/// The entry that met the last caller, and what it lists.
fn met(scene: &Scene) -> Option<(u32, Option<Listed>)> {
    scene.facts.iter().rev().find_map(|fact| match &fact.what {
        What::CallScreened(CallScreened { entry, listed, .. }) => Some((entry.0, listed.clone())),
        _ => None,
    })
}

#[test]
fn the_record_of_a_call_says_where_the_number_is_registered_whatever_is_known_later() {
    let mut scene = house(&[]);
    let caller = scene.customer_calls_from(0, MOBILE);
    let of_call = |scene: &Scene| {
        let origin = scene.record().origin.clone();
        origin.map(|origin| (origin.region_names(), origin.operator.is_some()))
    };
    let expected = Some((vec!["广东/深圳".to_owned(), "广东".to_owned()], true));
    assert_eq!(of_call(&scene), expected);
    let seen = scene.centre.view().calls[0].origin.clone();
    assert_eq!(seen, scene.record().origin);
    // The database goes; the call keeps what was known when it came.
    scene.centre.know(Arc::default());
    scene.hangs_up(caller);
    assert_eq!(of_call(&scene), expected);
    scene.customer_calls_from(0, MOBILE);
    assert_eq!(of_call(&scene), None);
}

#[test]
fn who_calls_from_a_listed_region_is_kept_out_and_the_fact_says_by_what() {
    let mut scene = house(&[(List::Black, region("广东"), Scope::In)]);
    let pest = scene.customer_calls_from(0, MOBILE);
    assert!(!scene.rings(ANN));
    assert_eq!(met(&scene), Some((1, Some(region("广东")))));
    scene.hears_it_out(pest);
    assert_eq!(scene.outcome(), Some(EndOutcome::Refused));
    scene.customer_calls_from(1, PEKING);
    assert!(scene.rings(ANN), "others are let in");
}

/// Exact number, longest prefix, city, province; and the white list wins over all of the black one.
#[test]
fn the_number_counts_before_its_prefix_that_before_the_city_and_that_before_the_province() {
    let number = (List::Black, Listed::Number(canonical(SHENZHEN)), Scope::In);
    let prefix = (List::Black, Listed::Prefix("+86755".into()), Scope::In);
    let city = (List::Black, region("广东/深圳"), Scope::In);
    let province = (List::Black, region("广东"), Scope::In);
    let all = [province, city, prefix, number];
    for known in (1..=4).rev() {
        let mut scene = house(&all[..known]);
        scene.customer_calls_from(0, SHENZHEN);
        let listed = all[known - 1].1.clone();
        assert_eq!(met(&scene), Some((known as u32, Some(listed))));
    }
    let mut scene = house(&all);
    scene.customer_calls_from(0, GUANGZHOU);
    assert_eq!(met(&scene).map(|(entry, _)| entry), Some(1), "the province");

    let white = (List::White, region("广东/深圳"), Scope::Both);
    let mut scene = house(&[all.as_slice(), &[white]].concat());
    scene.customer_calls_from(0, SHENZHEN);
    assert!(scene.rings(ANN));
    assert_eq!(met(&scene), None);
}

#[test]
fn a_number_in_a_listed_region_is_not_dialled_and_why_is_kept() {
    let mut scene = house(&[(List::Black, region("广东"), Scope::Out)]);
    let phone = scene.phone_dials(PhoneId(101), SHENZHEN);
    assert_eq!(scene.dialled.len(), 0);
    assert_eq!(scene.released_with(phone), Some(Cause::CALL_REJECTED));
    let refused = scene.facts.iter().find_map(|fact| match &fact.what {
        What::DialRefused(DialRefused { steps, .. }) => Some(steps.clone()),
        _ => None,
    });
    let listed = Step::Listed {
        entry: EntryId(1),
        listed: Some(region("广东")),
    };
    assert!(refused.expect("a refusal").contains(&listed));

    scene.phone_dials(PhoneId(101), PEKING);
    assert_eq!(scene.dialled.len(), 1, "other regions are dialled");
    let origin = scene.record().origin.clone().expect("a landline");
    assert_eq!(origin.region_names(), ["北京/北京", "北京"]);
    scene.customer_calls_from(0, GUANGZHOU);
    assert_eq!(met(&scene), None, "who calls from there is let in");
}
