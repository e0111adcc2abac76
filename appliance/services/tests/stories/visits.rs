//! What is counted from: each stay of a caller in a queue, each state of an agent (semantics §5.5).

use hotline_services::{
    AgentSpan, AgentState, AgentTimes, Destination, InCall, LeftQueue, Overflow, OverflowAction,
    QueueVisit, QueueVisits, Request,
};

use crate::scene::{ANN, CAI, SALES, SERVICE, Scene, configuration};

/// The stays as they are after the last fact: queue, how it ended, who answered, seconds waited.
fn stays(scene: &Scene) -> Vec<(u32, Option<LeftQueue>, Option<u32>, u64)> {
    let mut visits = QueueVisits::new();
    let mut rows: Vec<QueueVisit> = Vec::new();
    for changed in scene.facts.iter().flat_map(|fact| visits.apply(fact)) {
        rows.retain(|row| (row.call, row.number) != (changed.call, changed.number));
        rows.push(changed);
    }
    rows.sort_by_key(|row| (row.call, row.number));
    let agent = |row: &QueueVisit| row.agent.map(|agent| agent.0);
    let told = rows.iter();
    told.map(|row| (row.queue.0, row.how, agent(row), row.waited_ms / 1000))
        .collect()
}

#[test]
fn a_call_answered_in_one_queue_and_given_up_in_the_next_is_a_stay_of_each() {
    let mut scene = Scene::staffed(&[ANN, CAI]);
    scene.asks(Request::NotReady {
        agent: CAI,
        reason: "lunch".into(),
    });
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(3);
    scene.answers(ANN);
    scene.pass_s(60);
    let to = Destination::Queue(SERVICE);
    scene.in_call(ANN, InCall::Transfer { to });
    assert_eq!(stays(&scene)[1], (SERVICE.0, None, None, 0), "waits");
    scene.pass_s(7);
    scene.hangs_up(caller);
    let record = scene.record();
    assert!(record.is_transferred_unanswered && record.transfers == 1);
    assert_eq!(record.queues, [SALES, SERVICE]);
    assert_eq!(record.agents().into_iter().collect::<Vec<_>>(), [ANN]);
    assert_eq!(
        stays(&scene),
        [
            (SALES.0, Some(LeftQueue::Answered), Some(ANN.0), 3),
            (SERVICE.0, Some(LeftQueue::Abandoned), None, 7),
        ]
    );
}

#[test]
fn a_caller_moved_on_has_flowed_out_of_the_first_queue() {
    let mut configuration = configuration();
    configuration.queues[0].overflow = vec![Overflow {
        after_s: 20,
        action: OverflowAction::MoveTo(SERVICE),
    }];
    let mut scene = Scene::staffed_with(configuration, &[ANN, CAI]);
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    scene.pass_s(22);
    scene.answers(CAI);
    assert_eq!(
        stays(&scene),
        [
            (SALES.0, Some(LeftQueue::Overflowed), None, 20),
            (SERVICE.0, Some(LeftQueue::Answered), Some(CAI.0), 2),
        ]
    );
}

/// A machine that went down answers for nobody who waited then.
#[test]
fn who_waited_when_the_program_ended_has_flowed_out_by_our_fault() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.not_ready(ANN);
    scene.customer_wants_sales(0);
    scene.pass_s(9);
    let last = scene.now;
    scene.now.wall_ms += 3_600_000;
    scene.now.mono_ms = 40;
    scene.centre = hotline_services::CallCentre::refold(&scene.facts);
    scene.start_after(Some(last));
    assert_eq!(stays(&scene), [(SALES.0, Some(LeftQueue::Failed), None, 9)]);
}

/// Semantics §5.1, rule 8, and §5.5: signed-in = Σ states.
#[test]
fn the_states_of_an_agent_follow_one_another_and_add_up_to_the_time_at_work() {
    let mut scene = Scene::staffed(&[ANN]);
    let came = |fact: &&hotline_services::Fact| {
        matches!(fact.what, hotline_services::What::AgentSignedIn { .. })
    };
    let began = scene.facts.iter().find(came).expect("signed in").at;
    let caller = scene.customer_wants_sales(0);
    scene.pass_s(3);
    scene.answers(ANN);
    scene.pass_s(60);
    scene.hangs_up(caller);
    scene.pass_s(100);
    scene.not_ready(ANN);
    scene.pass_s(30);
    scene.asks(Request::SignOut { agent: ANN });
    let mut times = AgentTimes::new();
    let changed = scene.facts.iter().flat_map(|fact| times.apply(fact));
    let over: Vec<AgentSpan> = changed.filter(|span| span.until.is_some()).collect();
    assert!(
        over.windows(2)
            .all(|two| two[0].until == Some(two[1].since))
    );
    let sum: u64 = over.iter().map(|span| span.lasted_ms).sum();
    assert_eq!(sum, scene.now.since_ms(began));
    let lasted = |state| {
        let spans = over.iter().filter(|span| span.state == state);
        spans.map(|span| span.lasted_ms / 1000).sum::<u64>()
    };
    let told = [
        AgentState::Offering,
        AgentState::Talking,
        AgentState::NotReady,
    ]
    .map(lasted);
    assert_eq!(told, [3, 60, 30]);
    assert_eq!(times.open().count(), 0, "nobody is at work");
}
