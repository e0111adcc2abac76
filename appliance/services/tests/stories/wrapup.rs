//! What a call came to, as its agent says (features C7, Table B 7).

use hotline_services::{AgentState, Refused, Request, What, WrapupCode, WrapupCodeId};

use crate::scene::{ANN, Scene, configuration};

const ORDERED: WrapupCodeId = WrapupCodeId(1);

fn scene(required: bool) -> Scene {
    let mut configuration = configuration();
    let sales = &mut configuration.queues[0];
    sales.wrapup_codes = vec![WrapupCode {
        id: ORDERED,
        name: "ordered".into(),
    }];
    sales.wrapup_required = required;
    let mut scene = Scene::staffed_with(configuration, &[ANN]);
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene
}

fn says(scene: &mut Scene, code: Option<WrapupCodeId>, note: &str) -> Result<(), Refused> {
    let (agent, note) = (ANN, note.to_owned());
    let call = None;
    let request = Request::NoteCall {
        agent,
        call,
        code,
        note,
    };
    scene.tries(hotline_services::Event::Request(request))
}

fn is_done(scene: &mut Scene) -> Result<(), Refused> {
    let request = Request::WrapupDone { agent: ANN };
    scene.tries(hotline_services::Event::Request(request))
}

#[test]
fn code_and_note_of_talk_and_wrap_up_are_in_the_record_the_last_ones() {
    let mut scene = scene(false);
    says(&mut scene, None, "asks for two").unwrap();
    scene.asks(Request::HangUp { agent: ANN });
    says(&mut scene, Some(ORDERED), "took three").unwrap();
    is_done(&mut scene).unwrap();
    let record = scene.record();
    assert_eq!(record.wrapup_code, Some(ORDERED));
    assert_eq!(record.note.as_deref(), Some("took three"));
    assert_eq!(
        says(&mut scene, None, "late"),
        Err(Refused::NotInACall(ANN))
    );
}

#[test]
fn for_half_an_hour_the_words_about_a_call_can_be_put_right_and_its_code_stays() {
    let mut scene = scene(false);
    scene.asks(Request::HangUp { agent: ANN });
    says(&mut scene, Some(ORDERED), "took three").unwrap();
    is_done(&mut scene).unwrap();
    let call = Some(scene.record().call);
    scene.asks(Request::SignOut { agent: ANN });
    let late = |note: &str| {
        hotline_services::Event::Request(Request::NoteCall {
            agent: ANN,
            call,
            code: None,
            note: note.to_owned(),
        })
    };
    scene.pass_s(30 * 60);
    scene.tries(late("took three, blue")).unwrap();
    let written = |what: &What| {
        matches!(what, What::CallNoted(noted)
            if noted.note == "took three, blue" && noted.code == Some(ORDERED))
    };
    assert_eq!(scene.count(written), 1);
    scene.pass_ms(1);
    assert_eq!(
        scene.tries(late("too late")),
        Err(Refused::NotesClosed(ANN))
    );
}

#[test]
fn a_code_the_queue_does_not_have_is_refused() {
    let mut scene = scene(false);
    let unknown = WrapupCodeId(9);
    let refused = says(&mut scene, Some(unknown), "");
    assert_eq!(refused, Err(Refused::NoSuchCode(unknown)));
}

#[test]
fn a_required_code_must_be_chosen_to_be_done_early_and_keeps_nobody_for_ever() {
    let mut scene = scene(true);
    scene.asks(Request::HangUp { agent: ANN });
    assert_eq!(is_done(&mut scene), Err(Refused::CodeRequired(ANN)));
    says(&mut scene, None, "no code yet").unwrap();
    assert_eq!(is_done(&mut scene), Err(Refused::CodeRequired(ANN)));
    says(&mut scene, Some(ORDERED), "").unwrap();
    is_done(&mut scene).unwrap();
    scene.customer_wants_sales(0);
    scene.answers(ANN);
    scene.asks(Request::HangUp { agent: ANN });
    scene.pass_s(30);
    assert_eq!(scene.state(ANN), AgentState::Idle);
}

#[test]
fn time_for_notes_can_be_made_longer_twice() {
    let mut scene = scene(false);
    scene.asks(Request::HangUp { agent: ANN });
    for _ in 0..2 {
        scene.asks(Request::ExtendWrapup { agent: ANN });
    }
    let more = Request::ExtendWrapup { agent: ANN };
    let refused = scene.tries(hotline_services::Event::Request(more));
    assert_eq!(refused, Err(Refused::NoMoreTime(ANN)));
    scene.pass_ms(89_999);
    assert_eq!(scene.state(ANN), AgentState::Wrapup);
    scene.pass_ms(1);
    assert_eq!(scene.state(ANN), AgentState::Idle);
    assert_eq!(scene.record().wrapup_ms, 90_000);
}
