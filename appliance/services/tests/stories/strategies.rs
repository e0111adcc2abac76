//! Which of the able agents is rung.

use hotline_call::{Cause, Event as Door};
use hotline_services::{
    AgentId, AgentState, CallCentre, CallStage, Configuration, EndOutcome, OfferOutcome, Request,
    Strategy, What,
};

use crate::scene::{ANN, BEN, Scene, crowd};

const CY: AgentId = AgentId(3);

fn by(strategy: Strategy, agents: u32) -> Configuration {
    let mut configuration = crowd(agents);
    configuration.queues[0].strategy = strategy;
    configuration.queues[0].wrapup_s = 0;
    configuration
}

fn all_ready(strategy: Strategy, agents: u32) -> Scene {
    let ids: Vec<AgentId> = (1..=agents).map(AgentId).collect();
    Scene::staffed_with(by(strategy, agents), &ids)
}

/// Callers one after the other, each served by whoever is rung; who served them.
fn served(scene: &mut Scene, talks_s: &[u64]) -> Vec<u32> {
    let serve = |talk_s: &u64| {
        let caller = scene.customer_wants_sales(0);
        scene.a_call_is_served(caller, *talk_s).0
    };
    talks_s.iter().map(serve).collect()
}

/// Features B4, as the mission has it.
#[test]
fn most_recent_idle_rings_who_hung_up_last_once_past_wrap_up() {
    let mut scene = all_ready(Strategy::MostRecentIdle, 3);
    assert_eq!(served(&mut scene, &[10, 10]), [1, 1]);
    scene.not_ready(ANN);
    assert_eq!(served(&mut scene, &[10]), [2]);
    scene.ready(ANN);
    assert_eq!(served(&mut scene, &[10]), [2], "hung up later than Ann");
    scene.changes(|c| c.queues[0].wrapup_s = 30);
    assert_eq!(served(&mut scene, &[10, 10]), [2, 1], "Ben writes notes");
}

#[test]
fn round_robin_gives_a_thousand_equal_calls_to_all_alike() {
    let mut scene = all_ready(Strategy::RoundRobin, 7);
    let mut counts = [0_u32; 7];
    for agent in served(&mut scene, &[30; 1000]) {
        counts[agent as usize - 1] += 1;
    }
    let spread = counts.iter().max().zip(counts.iter().min());
    assert!(
        spread.is_some_and(|(most, least)| most - least <= 1),
        "{counts:?}"
    );
}

#[test]
fn round_robin_goes_on_after_a_restart_where_it_was() {
    let mut scene = all_ready(Strategy::RoundRobin, 3);
    assert_eq!(served(&mut scene, &[10, 10]), [1, 2]);
    scene.centre = CallCentre::refold(&scene.facts);
    scene.start();
    scene.lines_and_phones_in_service(&[ANN, BEN, CY]);
    assert_eq!(served(&mut scene, &[10, 10]), [3, 1]);
}

#[test]
fn the_fewest_calls_the_least_talk_and_the_least_occupied_are_three_different_things() {
    // Ann has taken two short calls, Ben a long one, Cy one in between but has just come.
    let day = |strategy| {
        let mut scene = Scene::staffed_with(by(Strategy::TopDown, 3), &[ANN]);
        served(&mut scene, &[10, 10]);
        scene.not_ready(ANN);
        scene.signs_in(BEN);
        scene.pass_s(2000);
        served(&mut scene, &[100]);
        scene.not_ready(BEN);
        scene.signs_in(CY);
        served(&mut scene, &[50]);
        scene.ready(ANN);
        scene.ready(BEN);
        scene.changes(|c| c.queues[0].strategy = strategy);
        served(&mut scene, &[1])[0]
    };
    assert_eq!(
        day(Strategy::LeastCalls),
        3,
        "one each, Cy idle longer than Ben"
    );
    assert_eq!(day(Strategy::LeastTalk), 1, "20 s");
    assert_eq!(day(Strategy::LeastOccupied), 2, "100 s of 2100 s");
}

#[test]
fn what_was_done_yesterday_does_not_count() {
    let mut scene = all_ready(Strategy::LeastCalls, 2);
    assert_eq!(served(&mut scene, &[10]), [1]);
    scene.pass_s(86_400);
    assert_eq!(served(&mut scene, &[10]), [2], "idle longer");
    assert_eq!(served(&mut scene, &[10]), [1], "none today");
}

/// asterisk/asterisk#1216.
#[test]
fn top_down_begins_at_the_top_for_each_caller() {
    let mut scene = all_ready(Strategy::TopDown, 3);
    let first = scene.customer_wants_sales(0);
    let phone = scene.phone(ANN);
    scene.goes_with(phone, Cause::CALL_REJECTED);
    assert_eq!(scene.ringing(), [BEN], "the next for the same caller");
    scene.hangs_up(first);
    assert_eq!(served(&mut scene, &[10, 10]), [1, 1]);
}

#[test]
fn by_lot_whoever_has_three_lots_gets_three_times_the_calls() {
    let mut configuration = by(Strategy::Random, 2);
    configuration.agents[1].weight = 3;
    let mut scene = Scene::staffed_with(configuration, &[ANN, BEN]);
    let bens = served(&mut scene, &[1; 1000])
        .iter()
        .filter(|a| **a == BEN.0)
        .count();
    // Binomial, n = 1000, p = 3/4: four standard deviations are 55.
    assert!((695..=805).contains(&bens), "{bens}");
}

#[test]
fn ring_all_rings_five_at_once_and_the_others_stop_when_one_answers() {
    let mut scene = all_ready(Strategy::RingAll, 7);
    let caller = scene.customer_wants_sales(0);
    assert_eq!(scene.ringing().len(), 5);
    let phones: Vec<_> = (1..=5).map(|id| scene.phone(AgentId(id))).collect();
    scene.answers(CY);
    scene.pass_ms(100);
    assert_eq!(scene.ear(caller), "the other party");
    for (index, phone) in phones
        .into_iter()
        .enumerate()
        .filter(|(index, _)| *index != 2)
    {
        let cause = scene.released_with(phone);
        assert_eq!(
            cause,
            Some(Cause::ANSWERED_ELSEWHERE),
            "agent {}",
            index + 1
        );
    }
    scene.hangs_up(caller);
    assert!(scene.all_is_quiet());
    assert_eq!(scene.record().legs.len(), 6);
    // Nobody missed anything: all are there for the next one.
    scene.customer_wants_sales(0);
    assert_eq!(scene.ringing().len(), 5);
}

/// asterisk/asterisk#1557.
#[test]
fn who_answers_and_hangs_up_at_once_does_not_cost_the_caller_the_others() {
    let mut scene = all_ready(Strategy::RingAll, 5);
    let caller = scene.customer_wants_sales(0);
    let hasty = scene.answers(ANN);
    scene.pass_ms(50);
    scene.hangs_up(hasty);
    scene.pass_s(5);
    assert_eq!(scene.ringing(), [2, 3, 4, 5].map(AgentId));
    assert_eq!(scene.stage(), CallStage::Offering);
    scene.answers(BEN);
    scene.pass_s(60);
    assert_eq!(scene.ear(caller), "the other party");
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::Served));
    assert!(scene.all_is_quiet());
}

#[test]
fn of_two_who_answer_at_once_the_first_talks_and_the_second_is_released() {
    let mut scene = all_ready(Strategy::RingAll, 2);
    let caller = scene.customer_wants_sales(0);
    let anns = scene.phone(ANN);
    let bens = scene.answers(BEN);
    scene.answers(ANN);
    scene.pass_ms(100);
    assert!(scene.talk_to_each_other(caller, bens));
    assert_eq!(scene.released_with(anns), Some(Cause::ANSWERED_ELSEWHERE));
}

#[test]
fn ring_progressive_rings_one_more_every_eight_seconds() {
    let mut scene = all_ready(Strategy::RingProgressive, 7);
    scene.customer_wants_sales(0);
    let mut rung = vec![scene.ringing().len()];
    for _ in 0..3 {
        scene.pass_ms(7_999);
        rung.push(scene.ringing().len());
        scene.pass_ms(1);
        rung.push(scene.ringing().len());
    }
    // At 20 s the first one has rung for as long as anybody does; another takes the place.
    assert_eq!(rung, [1, 1, 2, 2, 3, 3, 4]);
    let misses = scene.count(|what| {
        let missed = OfferOutcome::NoAnswer;
        matches!(what, What::OfferEnded { outcome, .. } if *outcome == missed)
    });
    assert_eq!(misses, 1);
}

#[test]
fn a_caller_who_goes_while_five_phones_ring_leaves_all_of_them_free() {
    let mut scene = all_ready(Strategy::RingAll, 5);
    scene.doors_obey = false;
    let caller = scene.customer_wants_sales(0);
    let answered = scene.answers(BEN);
    scene.hangs_up(caller);
    let told = std::mem::take(&mut scene.releases);
    assert!(told.contains(&(answered, Cause::NORMAL_CLEARING)) && told.len() == 5);
    for (leg, cause) in told {
        scene.goes_with(leg, cause);
    }
    scene.door(Door::Answered { leg: answered });
    assert!(scene.all_is_quiet());
    assert!((1..=5).all(|id| scene.state(AgentId(id)) == AgentState::Idle));
}

/// asterisk/asterisk#1006.
#[test]
fn an_agent_of_six_queues_is_rung_by_none_of_them_before_the_notes_are_done() {
    let mut configuration = crowd(1);
    let sales = configuration.queues[0].clone();
    configuration.queues = (1..=6)
        .map(|id| hotline_services::Queue {
            id: hotline_services::QueueId(id),
            name: format!("queue {id}"),
            ..sales.clone()
        })
        .collect();
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    let first = scene.customer_wants_sales(0);
    let second = scene.customer_calls(1);
    scene.presses(second, '2');
    scene.a_call_is_served(first, 60);
    scene.pass_ms(29_999);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_ms(1);
    assert_eq!(scene.ringing(), [ANN]);
    let turned_down = Request::HangUp { agent: ANN };
    scene.asks(turned_down);
    assert_eq!(scene.ringing(), [ANN], "the only one there is");
}
