//! What the store keeps of people, phones and settings, and what it does not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use hotline::clock::Clock;
use hotline::store::{Credentials, Numbered, SetupError, SignIn, Store, StoreError, StoreOptions};
use hotline::system::alarms::Alarms;
use hotline_services::{Agent, AgentId};
use tempfile::TempDir;

fn open(dir: &TempDir) -> Store {
    let options = StoreOptions {
        reserve_octets: 1_000,
        low_octets: 1,
        ..StoreOptions::new(dir.path())
    };
    let clock = Clock::start();
    Store::open(options, clock, Alarms::new(clock)).unwrap().0
}

/// All octets of the data directory.
fn octets(dir: &TempDir) -> Vec<u8> {
    let files = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.is_file())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect()
}

fn contains(octets: &[u8], text: &str) -> bool {
    octets
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn a_first_start_has_two_queues_and_a_menu_and_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let configuration = store.configuration().borrow().clone();
    let names: Vec<_> = configuration
        .queues
        .iter()
        .map(|queue| queue.name.as_str())
        .collect();
    assert_eq!(names, ["销售", "服务"]);
    assert_eq!(
        (configuration.menus.len(), configuration.agents.len()),
        (1, 0)
    );
    configuration.check().unwrap();
    assert!(store.phones().borrow().is_empty());
    store.close();
}

#[tokio::test]
async fn a_configuration_comes_back_as_it_was_saved_and_numbers_are_never_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let phone = store.add_phone("8001", "desk").await.unwrap().id;
    let mut configuration = (**store.configuration().borrow()).clone();
    let id = AgentId(store.next_number(Numbered::Agent).await.unwrap());
    configuration.agents.push(Agent::new(id, "小王", phone));
    configuration.queues[0].agents.push(id);
    configuration.queues.swap(0, 1);
    store
        .save_configuration(configuration.clone(), hotline::store::Author::default())
        .await
        .unwrap();
    let in_use = store.remove_phone(phone).await;
    assert!(matches!(in_use, Err(StoreError::Taken(_))), "{in_use:?}");
    store.close();

    let store = open(&dir);
    assert_eq!(**store.configuration().borrow(), configuration);
    configuration.agents.clear();
    configuration.queues[1].agents.clear();
    store
        .save_configuration(configuration, hotline::store::Author::default())
        .await
        .unwrap();
    assert_eq!(store.next_number(Numbered::Agent).await.unwrap(), id.0 + 1);
    assert!(store.remove_phone(phone).await.unwrap());
    store.close();
}

#[tokio::test]
async fn passwords_codes_and_tokens_are_never_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let code = store.new_setup_code().await.unwrap().unwrap();
    let phone = store.add_phone("8001", "desk").await.unwrap();
    store
        .set_up(&code.to_lowercase(), "admin", "correct horse")
        .await
        .unwrap();
    let shown = Credentials {
        name: "Admin".to_owned(),
        password: "correct horse".to_owned(),
        code: None,
        address: String::new(),
        user_agent: String::new(),
    };
    let SignIn::Done(session) = store.sign_in(shown).await.unwrap() else {
        panic!("not signed in");
    };
    let plain = code.replace('-', "");
    let secrets = [
        code.as_str(),
        &plain,
        &phone.password,
        "correct horse",
        &session.token,
    ];
    for octets in [octets(&dir), {
        store.close();
        octets(&dir)
    }] {
        assert!(contains(&octets, "$argon2id$"));
        for secret in secrets {
            assert!(!contains(&octets, secret), "{secret} is on the disk");
        }
    }
}

#[tokio::test]
async fn a_phone_password_is_kept_as_ha1() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    store
        .add_phone_with("8001", "desk", "secret")
        .await
        .unwrap();
    let phones = store.phones().borrow().clone();
    // printf 8001:hotline:secret | md5sum
    assert_eq!(phones[0].secret.ha1, "1883e11af42e1c3a0a846ecd118e3aba");
    let taken = store.add_phone("8001", "other").await;
    assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
    store.close();
}

#[tokio::test]
async fn a_setup_code_works_once_and_not_after_ten_wrong_tries() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let code = store.new_setup_code().await.unwrap().unwrap();
    for left in (0..10).rev() {
        let wrong = store
            .set_up("AAAA-AAAA-AAAA", "admin", "correct horse")
            .await;
        let told = matches!(wrong, Err(SetupError::WrongCode { tries_left }) if tries_left == left);
        assert!(told, "{wrong:?}");
    }
    let void = store.set_up(&code, "admin", "correct horse").await;
    assert!(matches!(void, Err(SetupError::NoTriesLeft)), "{void:?}");

    let code = store.new_setup_code().await.unwrap().unwrap();
    store.set_up(&code, "admin", "correct horse").await.unwrap();
    let done = store.set_up(&code, "second", "correct horse").await;
    assert!(matches!(done, Err(SetupError::Done)), "{done:?}");
    assert!(store.new_setup_code().await.unwrap().is_none());
    store.close();
}
