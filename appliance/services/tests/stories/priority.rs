//! Who is served first.

use hotline_call::LegId;
use hotline_services::{Configuration, Demand, KnownCaller, Skill, SkillId, Standing, Vip};

use crate::scene::{ANN, CAI, Scene, configuration, number_of};

const ORDINARY: &str = "13800138000";

fn vips() -> Configuration {
    let mut configuration = configuration();
    let caller = |number, vip| KnownCaller {
        number: number_of(number),
        standing: Standing {
            vip: Some(vip),
            ..Standing::default()
        },
    };
    configuration.callers = vec![
        caller("1", Vip::Level1),
        caller("11", Vip::Level1),
        caller("2", Vip::Level2),
        caller("3", Vip::Level3),
        caller("99", Vip::Absolute),
    ];
    configuration.queues[0].max_waiting = 50;
    configuration
}

/// Ann takes callers one after the other; in which order they come to talk.
fn order(scene: &mut Scene, callers: &[LegId]) -> Vec<usize> {
    let mut order = vec![];
    scene.ready(ANN);
    for _ in callers {
        let phone = scene.answers(ANN);
        let talks = scene.hears_legs(phone)[0];
        order.extend(callers.iter().position(|leg| *leg == talks));
        scene.hangs_up(talks);
        scene.asks(hotline_services::Request::WrapupDone { agent: ANN });
    }
    order
}

#[test]
fn vips_go_first_by_level_and_within_a_level_in_the_order_they_came() {
    let mut scene = Scene::staffed_with(vips(), &[ANN]);
    scene.not_ready(ANN);
    let numbers = [ORDINARY, "1", "11", "2", "3", "99"];
    let callers = [0, 1, 2, 3, 4, 5].map(|line| {
        scene.pass_s(1);
        scene.sales_is_wanted_by(line, numbers[usize::from(line)])
    });
    assert_eq!(scene.centre.view().calls[5].vip, Some(Vip::Absolute));
    assert_eq!(order(&mut scene, &callers), [5, 4, 3, 1, 2, 0]);
}

#[test]
fn a_vip_is_ten_minutes_ahead_and_no_more() {
    let mut configuration = vips();
    configuration.queues[0].max_wait_s = 7200;
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    scene.not_ready(ANN);
    let early = scene.sales_is_wanted_by(0, ORDINARY);
    scene.pass_s(290);
    let vip = scene.sales_is_wanted_by(1, "1");
    assert_eq!(order(&mut scene, &[early, vip]), [1, 0]);
}

/// Features B5: an ordinary caller is passed over for 5 min at most.
#[test]
fn nobody_who_came_later_passes_a_caller_who_has_waited_for_five_minutes() {
    let mut configuration = vips();
    configuration.queues[0].max_wait_s = 7200;
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    scene.not_ready(ANN);
    let ordinary = scene.sales_is_wanted_by(0, ORDINARY);
    scene.pass_s(1);
    let vips = [(1, "3"), (2, "99")].map(|(line, vip)| scene.sales_is_wanted_by(line, vip));
    scene.pass_s(299);
    assert_eq!(order(&mut scene, &[ordinary, vips[0], vips[1]]), [0, 2, 1]);
}

#[test]
fn the_agent_of_two_queues_takes_the_caller_whose_wait_and_weight_are_greater() {
    let mut configuration = configuration();
    configuration.queues[1].agents = vec![ANN];
    configuration.queues[1].weight = 60;
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    scene.not_ready(ANN);
    let sales = [0, 1].map(|line| {
        let caller = scene.customer_calls(line);
        scene.presses(caller, '1');
        scene.pass_s(50);
        caller
    });
    let service = scene.customer_calls(2);
    scene.presses(service, '2');
    // 10 points of weight are a minute: behind who has waited 100 s, before who has waited 50 s.
    assert_eq!(order(&mut scene, &[sales[0], sales[1], service]), [0, 2, 1]);
}

/// asterisk/asterisk#1561.
#[test]
fn a_heavier_queue_that_may_not_use_the_agent_does_not_starve_the_lighter_one() {
    let mut configuration = configuration();
    configuration.queues[1].agents = vec![ANN, CAI];
    configuration.queues[1].weight = 100;
    configuration.skills = vec![Skill {
        id: SkillId(1),
        name: "service".into(),
    }];
    configuration.queues[1].demand = Demand::at_least(SkillId(1), 3);
    let mut scene = Scene::staffed_with(configuration, &[ANN, CAI]);
    scene.not_ready(CAI);
    let heavy = scene.customer_calls(0);
    scene.presses(heavy, '2');
    scene.pass_s(5);
    let light = scene.customer_wants_sales(1);
    scene.answers(ANN);
    assert_eq!(scene.ear(light), "the other party");
}
