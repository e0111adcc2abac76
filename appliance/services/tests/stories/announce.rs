//! What callers are told about their wait, and when (features B9, B10).

use hotline_call::LegId;
use hotline_services::{Announcements, Configuration, Request, WaitAnnounced, What};

use crate::scene::{ANN, BEN, Scene, configuration};

/// Nobody takes the calls of sales for now, though Ann is there.
fn busy() -> Scene {
    busy_with(|_| {})
}

fn busy_with(change: impl FnOnce(&mut Announcements)) -> Scene {
    let mut configuration = configuration();
    configuration.queues[0].max_waiting = 50;
    change(&mut configuration.queues[0].announcements);
    busy_in(configuration)
}

/// Ann had a call of three minutes, notes and all, and talks to somebody else.
fn busy_in(configuration: Configuration) -> Scene {
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    let before = scene.customer_wants_sales(3);
    scene.a_call_is_served(before, 170);
    scene.pass_s(10);
    scene.asks(Request::WrapupDone { agent: ANN });
    busy_again(scene)
}

fn busy_again(mut scene: Scene) -> Scene {
    scene.customer_wants_sales(3);
    scene.answers(ANN);
    scene
}

/// Waits until the first words are over.
fn hears_music(scene: &mut Scene, caller: LegId) {
    scene.hears_it_out(caller);
    assert_eq!(scene.ear(caller), "Music…");
}

#[test]
fn place_and_wait_are_told_after_ten_seconds_and_then_every_thirty() {
    let mut scene = busy();
    let first = scene.customer_wants_sales(0);
    let second = scene.sales_is_wanted_by(1, "13900139000");
    hears_music(&mut scene, first);
    scene.hears_it_out(second);
    scene.pass_ms(1_999);
    assert_eq!(scene.ear(second), "Music…");
    scene.pass_ms(1);
    // One agent, three minutes a call: the next waits 4.8 min at the 80 % point, the one after 9.
    assert_eq!(scene.ear(first), "Ahead(0, En), EstimatedWait(5, En)");
    assert_eq!(scene.ear(second), "Ahead(1, En), EstimatedWait(9, En)");
    hears_music(&mut scene, first);
    scene.pass_s(25);
    assert_eq!(scene.ear(first), "Music…");
    scene.pass_s(1);
    assert_eq!(scene.ear(first), "Ahead(0, En), EstimatedWait(5, En)");
}

#[test]
fn nobody_is_told_a_time_that_is_a_guess() {
    let mut scene = busy_again(Scene::staffed(&[ANN]));
    let caller = scene.customer_wants_sales(0);
    hears_music(&mut scene, caller);
    scene.pass_s(10);
    assert_eq!(scene.ear(caller), "Ahead(0, En)");
}

#[test]
fn who_stands_far_behind_hears_that_there_are_more_and_no_number_that_is_too_great() {
    let mut scene = busy_with(|told| (told.most_ahead, told.most_minutes) = (1, 8));
    let callers: Vec<LegId> = (4..7)
        .map(|line| scene.sales_is_wanted_by(line, &format!("1390013900{line}")))
        .collect();
    for caller in &callers {
        scene.hears_it_out(*caller);
    }
    scene.pass_s(10);
    assert_eq!(scene.ear(callers[0]), "Ahead(0, En), EstimatedWait(5, En)");
    assert_eq!(scene.ear(callers[1]), "Ahead(1, En)");
    assert_eq!(scene.ear(callers[2]), "MoreAhead(1, En)");
}

#[test]
fn a_wait_told_never_grows_unless_somebody_was_put_ahead() {
    for may_rise in [false, true] {
        let mut scene = busy_with(|told| told.may_rise = may_rise);
        scene.signs_in(BEN);
        let other = scene.sales_is_wanted_by(4, "13900139004");
        scene.answers(BEN);
        scene.pass_s(160);
        let caller = scene.customer_wants_sales(0);
        hears_music(&mut scene, caller);
        scene.pass_s(6);
        assert_eq!(scene.ear(caller), "Ahead(0, En), EstimatedWait(3, En)");
        scene.hears_it_out(caller);
        // Ben goes home in mid-call: half as many agents, twice the wait.
        scene.asks(Request::SignOut { agent: BEN });
        scene.hangs_up(other);
        scene.asks(Request::WrapupDone { agent: BEN });
        scene.pass_s(26);
        let told = ["Ahead(0, En)", "Ahead(0, En), EstimatedWait(5, En)"];
        assert_eq!(scene.ear(caller), told[usize::from(may_rise)]);
    }
}

#[test]
fn a_place_that_has_not_improved_may_be_left_unsaid() {
    let mut scene = busy_with(|told| (told.wait, told.only_improved) = (false, true));
    let first = scene.customer_wants_sales(0);
    let second = scene.sales_is_wanted_by(1, "13900139000");
    scene.hears_it_out(first);
    scene.hears_it_out(second);
    scene.pass_s(10);
    assert_eq!(scene.ear(second), "Ahead(1, En)");
    scene.hears_it_out(second);
    scene.pass_s(30);
    assert_eq!(scene.ear(second), "Music…");
    scene.hangs_up(first);
    scene.pass_s(30);
    assert_eq!(scene.ear(second), "Ahead(0, En)");
}

#[test]
fn nothing_is_announced_while_a_phone_rings_and_an_answer_cuts_the_announcement() {
    let mut scene = Scene::staffed(&[ANN]);
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(15);
    assert_eq!(scene.ear(caller), "Music…");
    scene.pass_s(5);
    assert!(scene.rings(ANN), "rung again");
    scene.not_ready(ANN);
    scene.pass_s(20);
    assert_eq!(scene.ear(caller), "Ahead(0, En)", "and nobody who serves");
    scene.ready(ANN);
    scene.answers(ANN);
    assert_eq!(scene.ear(caller), "the other party");
}

#[test]
fn what_was_told_is_kept_with_its_reasons() {
    let mut scene = busy();
    let caller = scene.customer_wants_sales(0);
    scene.hears_it_out(caller);
    scene.pass_s(10);
    let told = scene.facts.iter().find_map(|fact| match &fact.what {
        What::WaitAnnounced(WaitAnnounced {
            ahead, estimate, ..
        }) => Some((*ahead, *estimate)),
        _ => None,
    });
    let (ahead, estimate) = told.expect("told");
    let (basis, estimate) = estimate.expect("Ann serves");
    assert_eq!(
        (ahead, basis.agents_milli, basis.handle_ms),
        (0, 1000, 180_000)
    );
    assert_eq!(basis.estimate(), Some(estimate));
}
