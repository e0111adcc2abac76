//! Who is able to take a call.

use hotline_call::Event as Door;
use hotline_services::route::Target;
use hotline_services::{
    AgentId, BusinessType, BusinessTypeId, Configuration, Demand, PassedBecause, Relaxation,
    Request, Skill, SkillId, SkillLevel, What, WhyNot,
};

use crate::scene::{ANN, BEN, SALES, Scene, configuration, number_of, phone_of};

const TAX: SkillId = SkillId(1);
const RETURNS: BusinessTypeId = BusinessTypeId(1);

/// Ann is good at taxes, Ben is better; pressing 2 for sales is about returns.
fn tax_office() -> Configuration {
    let mut office = configuration();
    office.skills = vec![Skill {
        id: TAX,
        name: "tax".into(),
    }];
    for (agent, level) in [(0, 3), (1, 5)] {
        office.agents[agent].skills = vec![SkillLevel { skill: TAX, level }];
    }
    office.business_types = vec![BusinessType {
        id: RETURNS,
        name: "returns".into(),
        demand: Demand::at_least(TAX, 4),
        preferred: vec![],
    }];
    office.menus[0].choices[1].target = Target::Queue(SALES);
    office.menus[0].choices[1].business_type = Some(RETURNS);
    office
}

fn demanding(level: u8) -> Configuration {
    let mut office = tax_office();
    office.queues[0].demand = Demand::at_least(TAX, level);
    office
}

#[test]
fn the_best_skilled_agent_is_rung_first_unless_the_queue_does_not_ask_for_it() {
    let mut scene = Scene::staffed_with(demanding(1), &[ANN, BEN]);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ringing(), [BEN]);
    scene.hangs_up(caller);
    scene.changes(|c| c.queues[0].best_skill_first = false);
    scene.customer_wants_sales(0);
    assert_eq!(scene.ringing(), [ANN], "idle longest");
}

#[test]
fn a_skill_that_is_only_preferred_decides_the_order_and_keeps_nobody_out() {
    let mut office = tax_office();
    office.queues[0].preferred = vec![TAX];
    office.agents[0].skills.clear();
    let mut scene = Scene::staffed_with(office, &[ANN, BEN]);
    scene.customer_wants_sales(0);
    scene.customer_wants_sales(1);
    assert_eq!(scene.ringing(), [ANN, BEN]);
    let first = scene.facts.iter().find_map(|fact| match &fact.what {
        What::AgentOffered { agent, why, .. } => Some((*agent, why[0].points)),
        _ => None,
    });
    assert_eq!(first, Some((BEN, 5)));
}

#[test]
fn less_skill_will_do_after_thirty_seconds_and_less_still_after_sixty() {
    let mut scene = Scene::staffed_with(demanding(5), &[ANN, BEN]);
    scene.not_ready(BEN);
    scene.customer_wants_sales(0);
    scene.pass_ms(59_999);
    assert_eq!(scene.ringing(), []);
    scene.pass_ms(1);
    assert_eq!(scene.ringing(), [ANN]);
}

#[test]
fn with_nobody_qualified_at_work_less_will_do_at_once() {
    let mut scene = Scene::staffed_with(demanding(4), &[ANN]);
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    // Somebody qualified is at work, if without a phone: what was demanded is demanded again.
    scene.door(Door::OutOfService {
        device: phone_of(BEN),
    });
    scene.signs_in(BEN);
    scene.ready(ANN);
    assert_eq!(scene.ringing(), []);
    scene.asks(Request::SignOut { agent: BEN });
    assert_eq!(scene.ringing(), [ANN]);
}

/// What `app_queue` fixes when the caller joins (semantics §5.3).
#[test]
fn new_steps_and_new_skills_hold_for_callers_who_wait_already() {
    let mut scene = Scene::staffed_with(demanding(4), &[ANN, BEN]);
    scene.not_ready(BEN);
    scene.customer_wants_sales(0);
    scene.pass_s(10);
    scene.changes(|c| {
        let step = Relaxation { after_s: 9, by: 1 };
        c.queues[0].relaxation = vec![step];
    });
    assert_eq!(scene.ringing(), [ANN]);
    scene.customer_wants_sales(1);
    scene.changes(|c| {
        c.agents[2].skills = vec![SkillLevel {
            skill: TAX,
            level: 5,
        }]
    });
    scene.changes(|c| c.queues[0].agents.push(AgentId(3)));
    scene.signs_in(AgentId(3));
    assert_eq!(scene.ringing(), [ANN, AgentId(3)]);
}

#[test]
fn the_key_or_the_number_dialled_says_what_a_call_is_about_and_which_skill_it_needs() {
    let mut scene = Scene::staffed_with(tax_office(), &[ANN, BEN]);
    let caller = scene.customer_calls(0);
    scene.presses(caller, '2');
    assert_eq!(scene.ringing(), [BEN]);
    assert_eq!(scene.centre.view().calls[0].business_type, Some(RETURNS));
    assert_eq!(scene.record().business_type, Some(RETURNS));
    let mut office = tax_office();
    assert_eq!(office.users_of(RETURNS), ["menus[main].choices[2]"]);
    office.number_types = vec![(number_of("95588"), RETURNS)];
    assert_eq!(office.users_of(RETURNS).len(), 2);
    office.business_types.clear();
    assert!(office.check().is_err(), "in use, so not to be taken away");
}

#[test]
fn the_trace_names_the_caller_passed_over_and_the_agent_without_the_skill() {
    let mut scene = Scene::staffed_with(tax_office(), &[ANN, BEN]);
    scene.not_ready(BEN);
    let before = scene.customer_calls(0);
    scene.presses(before, '2');
    scene.customer_wants_sales(1);
    let (why, because) = scene
        .facts
        .iter()
        .find_map(|fact| match &fact.what {
            What::AgentOffered { why, because, .. } => Some((why.clone(), because.clone())),
            _ => None,
        })
        .expect("an offer");
    assert_eq!((why[0].agent, why[1].not), (ANN, Some(WhyNot::NotReady)));
    let passed: Vec<_> = because.passed.iter().map(|p| (p.call.0, p.not)).collect();
    assert_eq!(passed, [(1, PassedBecause::Skill)]);
}
