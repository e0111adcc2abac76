//! Help is called: everybody sees it until somebody says so (table B 1 of the features, 47 CFR 9.16).

use hotline_call::{CallId, PhoneId};
use hotline_services::emergency::{HelpNotice, HelpState, NoticeId};
use hotline_services::{Event, HelpAcknowledged, Refused, Request, Supervisor, What};

use crate::scene::{ANN, Scene, configuration};

/// A phone that stands at no agent's desk.
const LOBBY: PhoneId = PhoneId(900);

fn shown(scene: &Scene) -> Vec<HelpNotice> {
    scene.centre.view().help
}

fn states(scene: &Scene) -> Vec<HelpState> {
    let notices = shown(scene);
    notices.iter().map(|notice| notice.state).collect()
}

fn seen_by(account: &str, notice: NoticeId) -> Event {
    let by = Supervisor {
        account: account.into(),
        role: "read_only".into(),
        groups: Vec::new(),
        agent: None,
    };
    Event::Request(Request::AcknowledgeHelp { by, notice })
}

#[test]
fn a_call_for_help_is_shown_from_the_dialling_until_somebody_has_seen_it() {
    let mut scene = Scene::staffed(&[ANN]);
    let phone = scene.phone_dials(PhoneId(101), "120");
    let [notice] = &shown(&scene)[..] else {
        panic!("one notice")
    };
    let (line, ..) = *scene.dialled.last().expect("dialled at once");
    assert_eq!(
        (notice.agent, notice.phone, notice.number.as_str()),
        (Some(ANN), PhoneId(101), "120")
    );
    assert_eq!((notice.call, notice.at), (Some(CallId(1)), scene.now));
    let notice = notice.id;
    assert_eq!(states(&scene), [HelpState::Dialling]);
    scene.alerts(line);
    assert_eq!(states(&scene), [HelpState::Ringing]);
    scene.answers_outside(line);
    assert_eq!(states(&scene), [HelpState::Talking]);
    scene.pass_s(60);
    scene.hangs_up(phone);
    assert_eq!(states(&scene), [HelpState::Ended], "nobody has said so yet");
    scene.happens(seen_by("wang", notice));
    assert_eq!(states(&scene), []);
    let who = scene.facts.iter().find_map(|fact| match &fact.what {
        What::HelpAcknowledged(HelpAcknowledged { call, by, .. }) => Some((*call, by.as_str())),
        _ => None,
    });
    assert_eq!(who, Some((Some(CallId(1)), "wang")));
    let again = scene.tries(seen_by("li", notice));
    assert_eq!(again, Err(Refused::NoSuchNotice(notice)));
}

#[test]
fn a_call_for_help_is_still_shown_after_a_restart_of_the_program() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.phone_dials(LOBBY, "110");
    assert_eq!(states(&scene), [HelpState::Dialling]);
    scene.forget_legs();
    scene.start();
    assert_eq!(states(&scene), [HelpState::NotAnswered]);
    assert_eq!(shown(&scene)[0].agent, None);
    let notice = shown(&scene)[0].id;
    scene.happens(seen_by("wang", notice));
    assert_eq!(states(&scene), []);
}

#[test]
fn a_call_for_help_that_found_no_line_is_shown_all_the_more() {
    let mut scene = Scene::staffed(&[ANN]);
    for line in 0..4 {
        scene.customer_calls(line);
    }
    scene.phone_dials(LOBBY, "119");
    assert_eq!(scene.dialled.len(), 0);
    assert_eq!(states(&scene), [HelpState::NoLine]);
    assert_eq!(shown(&scene)[0].call, None);
}

#[test]
fn a_test_of_a_call_for_help_dials_nothing_and_is_shown_as_a_test() {
    let mut configuration = configuration();
    configuration.dial_plan.emergency.is_test = true;
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    let phone = scene.phone_dials(LOBBY, "119");
    assert_eq!(scene.dialled.len(), 0);
    assert!(scene.released_with(phone).is_some());
    assert_eq!(states(&scene), [HelpState::Test]);
}

#[test]
fn an_ordinary_call_is_no_call_for_help() {
    let mut scene = Scene::staffed(&[ANN]);
    scene.phone_dials(PhoneId(101), "65550199");
    assert_eq!(states(&scene), []);
}
