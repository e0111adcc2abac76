//! Messages: who leaves them, what is kept, who may hear them, and that somebody calls back
//! (features B20).

use hotline_call::{CallerId, LegId, LineId};
use hotline_services::blacklist::{
    Draft, Entry, EntryId, List, ListAction, ListChange, Listed, Scope, Standing,
};
use hotline_services::route::{
    CallClass, DialPlan, InboundRoute, Mailbox, OutboundRule, RouteId, RuleId, ShownNumber, Target,
    Through,
};
use hotline_services::{
    AgentId, CallStage, Configuration, EndOutcome, Event, Exit, Language, MailboxGreeting,
    MarkedBy, MessageMark, Overflow, OverflowAction, Pattern, Prompt, RecordingId, Refused,
    Request, Say, StorageState, Supervisor, Voicemail, What,
};

use crate::scene::{ANN, BEN, SALES, SERVICE, Scene, configuration, number_of};

const CALLER: &str = "13800138000";

/// Every call leads there; 9 before a number leads outside.
fn leads_to(target: Target) -> Configuration {
    let mut configuration = configuration();
    let outside = OutboundRule {
        id: RuleId(1),
        name: "outside".into(),
        is_enabled: true,
        numbers: vec![Pattern::parse("*").expect("a pattern")],
        strip: 0,
        add: String::new(),
        through: vec![Through::Line(LineId(3))],
        shown: ShownNumber::OfTheLine,
        class: CallClass::Mobile,
    };
    configuration.dial_plan = DialPlan {
        inbound: vec![InboundRoute::to(RouteId(1), "all", target)],
        outbound: vec![outside],
        ..DialPlan::default()
    };
    configuration
}

fn to_ann() -> Configuration {
    leads_to(Target::Voicemail(Mailbox::Agent(ANN)))
}

/// A message of so many seconds is left.
fn leaves(scene: &mut Scene, line: u16, seconds: u64) -> LegId {
    let caller = scene.customer_calls(line);
    scene.hears_it_out(caller);
    scene.pass_s(seconds);
    scene.hangs_up(caller);
    caller
}

fn messages(scene: &Scene) -> Vec<Voicemail> {
    scene.centre.view().voicemails
}

fn unheard(scene: &Scene, agent: AgentId) -> u32 {
    let view = scene.centre.view();
    let agent = view.agents.iter().find(|seen| seen.agent == agent);
    agent.expect("configured").unheard
}

fn person(role: &str, agent: Option<AgentId>) -> Supervisor {
    Supervisor {
        account: format!("a {role}"),
        role: role.into(),
        groups: vec![],
        agent,
    }
}

fn marks(
    scene: &mut Scene,
    by: Supervisor,
    recording: RecordingId,
    mark: MessageMark,
) -> Result<(), Refused> {
    scene.tries(Event::Request(Request::Message {
        by,
        recording,
        mark,
    }))
}

#[test]
fn who_speaks_after_the_tone_leaves_a_message_of_that_length() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    let caller = scene.customer_calls(0);
    let sentence = Say::Prompt(Prompt::LeaveMessage, Language::default());
    let greeting = Say::Greeting(Mailbox::Agent(ANN), Box::new(sentence));
    let says = [greeting, Say::Beep];
    assert_eq!(scene.hears[&caller].say, says);
    assert_eq!(scene.stage(), CallStage::Voicemail);
    assert!(!scene.is_kept, "the greeting is not recorded");
    scene.hears_it_out(caller);
    assert_eq!((scene.is_kept, scene.tracks), (true, (None, None)));
    scene.pass_s(25);
    scene.hangs_up(caller);
    let [message] = messages(&scene).try_into().expect("one message");
    assert_eq!(
        (message.mailbox, message.length_ms, message.is_heard),
        (Mailbox::Agent(ANN), 25_000, false)
    );
    assert_eq!(message.caller, CallerId::known(number_of(CALLER)));
    assert_eq!(scene.record().recordings, [message.recording]);
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
    assert_eq!(unheard(&scene, ANN), 1);
    assert!(scene.all_is_quiet());
}

#[test]
fn the_hash_key_ends_a_message_and_the_caller_is_told_goodbye() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.hears_it_out(caller);
    scene.pass_s(10);
    scene.presses(caller, '5');
    scene.presses(caller, '#');
    assert!(!scene.is_kept);
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
    assert_eq!(messages(&scene)[0].length_ms, 10_000);
}

#[test]
fn a_message_lasts_three_minutes_at_most() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.hears_it_out(caller);
    scene.pass_s(180);
    assert!(!scene.is_kept);
    scene.hears_it_out(caller);
    assert_eq!(messages(&scene)[0].length_ms, 180_000);
}

#[test]
fn who_hangs_up_at_the_tone_leaves_no_message() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    leaves(&mut scene, 0, 1);
    assert_eq!(scene.outcome(), Some(EndOutcome::NoMessage));
    let caller = scene.customer_calls(0);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NoMessage));
    assert!(messages(&scene).is_empty());
    assert!(scene.all_is_quiet());
}

#[test]
fn an_agent_who_is_not_there_has_a_mailbox() {
    let mut scene = Scene::staffed_with(leads_to(Target::Agent(ANN)), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.pass_s(20);
    assert_eq!(scene.stage(), CallStage::Voicemail);
    scene.hears_it_out(caller);
    scene.pass_s(5);
    scene.hangs_up(caller);
    assert_eq!(messages(&scene)[0].mailbox, Mailbox::Agent(ANN));
}

#[test]
fn a_queue_without_agents_and_one_that_keeps_waiting_lead_to_its_mailbox() {
    let mut configuration = leads_to(Target::Queue(SALES));
    configuration.queues[0].exits.nobody = Exit::Voicemail;
    configuration.queues[0].overflow = vec![Overflow {
        after_s: 60,
        action: OverflowAction::Voicemail,
    }];
    let mut scene = Scene::staffed_with(configuration, &[]);
    leaves(&mut scene, 0, 5);
    assert_eq!(messages(&scene)[0].mailbox, Mailbox::Queue(SALES));
    scene.signs_in(ANN);
    scene.not_ready(ANN);
    let caller = scene.customer_calls(0);
    scene.pass_s(60);
    assert_eq!(scene.stage(), CallStage::Voicemail);
    scene.hears_it_out(caller);
    scene.pass_s(5);
    scene.hangs_up(caller);
    assert_eq!(messages(&scene).len(), 2);
    let view = scene.centre.view();
    assert_eq!(view.queues[0].unheard, 2);
}

#[test]
fn who_is_on_the_blacklist_may_be_let_into_a_mailbox() {
    let mut scene = Scene::staffed_with(leads_to(Target::Queue(SALES)), &[ANN]);
    let numbers = configuration().dial_plan.numbers;
    let draft = Draft {
        list: List::Black,
        listed: Listed::Number(numbers.canonical(&number_of(CALLER))),
        scope: Scope::In,
        action: ListAction::Voicemail(Mailbox::House),
        expires_ms: None,
        reason: "a pest".into(),
        standing: Standing::InForce,
    };
    scene.happens(Event::ChangeLists(Box::new(ListChange {
        put: vec![Entry {
            id: EntryId(1),
            draft,
        }],
        removed: vec![],
    })));
    leaves(&mut scene, 0, 5);
    assert!(!scene.rings(ANN));
    assert_eq!(messages(&scene)[0].mailbox, Mailbox::House);
}

#[test]
fn a_mailbox_may_have_a_greeting_of_its_own() {
    let mut configuration = to_ann();
    configuration.greetings = vec![MailboxGreeting {
        mailbox: Mailbox::Agent(ANN),
        text: "This is Ann.".into(),
        language: Language::En,
    }];
    let mut scene = Scene::staffed_with(configuration, &[]);
    let caller = scene.customer_calls(0);
    let says = Say::Text("This is Ann.".into(), Language::En);
    let greeting = Say::Greeting(Mailbox::Agent(ANN), Box::new(says));
    assert_eq!(scene.hears[&caller].say[0], greeting);
}

#[test]
fn the_own_messages_and_those_of_the_own_queue_are_heard_dealt_with_and_deleted() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    leaves(&mut scene, 0, 5);
    let id = messages(&scene)[0].recording;
    let ann = || person("agent", Some(ANN));
    let ben = marks(
        &mut scene,
        person("agent", Some(BEN)),
        id,
        MessageMark::Heard,
    );
    assert!(matches!(ben, Err(Refused::NotPermitted(_))));
    assert_eq!(marks(&mut scene, ann(), id, MessageMark::Heard), Ok(()));
    assert_eq!(unheard(&scene, ANN), 0);
    assert_eq!(marks(&mut scene, ann(), id, MessageMark::Handled), Ok(()));
    let by = MarkedBy::Account("a agent".into());
    assert_eq!(messages(&scene)[0].handled, Some(by));
    assert_eq!(marks(&mut scene, ann(), id, MessageMark::Deleted), Ok(()));
    assert!(messages(&scene).is_empty());
    let gone = marks(&mut scene, ann(), id, MessageMark::Deleted);
    assert_eq!(gone, Err(Refused::NoSuchMessage(id)));

    scene.changes(|c| c.dial_plan = leads_to(Target::Voicemail(Mailbox::Queue(SALES))).dial_plan);
    leaves(&mut scene, 0, 5);
    let id = messages(&scene)[0].recording;
    let looks_after = Supervisor {
        groups: vec![SALES],
        ..person("supervisor", None)
    };
    let other = Supervisor {
        groups: vec![SERVICE],
        ..person("supervisor", None)
    };
    assert!(marks(&mut scene, other, id, MessageMark::Heard).is_err());
    assert_eq!(
        marks(&mut scene, looks_after, id, MessageMark::Heard),
        Ok(())
    );
    let ben = person("agent", Some(BEN));
    assert_eq!(marks(&mut scene, ben, id, MessageMark::Deleted), Ok(()));
}

#[test]
fn who_is_called_back_and_answers_is_dealt_with() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    leaves(&mut scene, 0, 5);
    scene.phone_dials(hotline_call::PhoneId(101), CALLER);
    let (line, ..) = scene.dialled.last().cloned().expect("dialled");
    assert_eq!(messages(&scene)[0].handled, None, "has not answered");
    scene.answers_outside(line);
    let handled = messages(&scene)[0].handled.clone();
    assert!(matches!(handled, Some(MarkedBy::Agent { agent: ANN, .. })));
}

#[test]
fn a_full_disk_takes_no_message_and_a_broken_recorder_says_so() {
    let mut scene = Scene::staffed_with(leads_to(Target::Agent(ANN)), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.happens(Event::Storage(StorageState::ReserveReached));
    scene.pass_s(20);
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NotAnswered));
    scene.happens(Event::Storage(StorageState::Normal));

    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.hears_it_out(caller);
    let started = scene.facts.iter().find_map(|fact| match fact.what {
        What::RecordingStarted { recording, .. } => Some(recording),
        _ => None,
    });
    scene.happens(Event::RecordingFailed(started.expect("records")));
    scene.hears_it_out(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::Failed));
}

#[test]
fn what_was_said_before_the_power_failed_is_a_message() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    let caller = scene.customer_calls(0);
    scene.hears_it_out(caller);
    scene.pass_s(30);
    let alive = scene.now;
    scene.pass_s(5);
    scene.forget_legs();
    scene.start_after(Some(alive));
    assert_eq!(messages(&scene)[0].length_ms, 30_000);
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
}

#[test]
fn messages_outlive_a_start_of_the_program() {
    let mut scene = Scene::staffed_with(to_ann(), &[ANN]);
    leaves(&mut scene, 0, 5);
    scene.start();
    assert_eq!(messages(&scene).len(), 1);
}

/// Who says nothing more has not hung up: a telephone left beside its cradle fills no mailbox.
#[test]
fn a_message_ends_after_ten_seconds_of_silence_and_silence_alone_is_none() {
    let in_mailbox = || {
        let mut scene = Scene::with(to_ann());
        let caller = scene.customer_calls(0);
        scene.hears_it_out(caller);
        (scene, caller)
    };
    let (mut scene, caller) = in_mailbox();
    let silent = |scene: &mut Scene, silent_s| {
        let recording = *scene.record().recordings.last().expect("recorded");
        scene.happens(Event::RecordingSilent {
            recording,
            silent_s,
        });
    };
    scene.pass_s(15);
    silent(&mut scene, 9);
    assert_eq!(scene.stage(), CallStage::Voicemail);
    scene.pass_s(1);
    silent(&mut scene, 10);
    assert_eq!(scene.stage(), CallStage::Ending);
    assert_eq!(messages(&scene)[0].length_ms, 16_000);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
    let (mut scene, caller) = in_mailbox();
    scene.pass_s(10);
    silent(&mut scene, 10);
    scene.hangs_up(caller);
    assert_eq!(scene.outcome(), Some(EndOutcome::NoMessage));
    assert_eq!(messages(&scene), []);
}

#[test]
fn a_colleague_who_hangs_up_from_the_screen_has_left_a_message() {
    let mut house = to_ann();
    let number = hotline_services::Pattern::parse("6000").expect("a pattern");
    house.dial_plan.inbound[0].dialled = vec![number];
    let mut scene = Scene::staffed_with(house, &[BEN]);
    let ben = scene.phone_dials(hotline_call::PhoneId(102), "6000");
    scene.hears_it_out(ben);
    scene.pass_s(20);
    scene.asks(Request::HangUp { agent: BEN });
    assert_eq!(messages(&scene).len(), 1);
    assert_eq!(scene.outcome(), Some(EndOutcome::LeftMessage));
    assert!(scene.all_is_quiet());
}
