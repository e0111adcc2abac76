//! Who may sign in, with what, and when no longer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use hotline::clock::Clock;
use hotline::store::{
    AccountDraft, Credentials, NewSession, SignIn, Store, StoreError, StoreOptions,
};
use hotline::system::alarms::Alarms;
use tempfile::TempDir;
use totp_rs::{Builder, Secret};

const PASSWORD: &str = "correct horse";

/// A store with one administrator, `admin`.
struct World {
    store: Store,
    clock: Clock,
    _dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::start();
        let options = StoreOptions {
            reserve_octets: 1_000,
            low_octets: 1,
            ..StoreOptions::new(dir.path())
        };
        let (store, _) = Store::open(options, clock, Alarms::new(clock)).unwrap();
        let code = store.new_setup_code().await.unwrap().unwrap();
        store.set_up(&code, "admin", PASSWORD).await.unwrap();
        Self {
            store,
            clock,
            _dir: dir,
        }
    }

    async fn sign_in(&self, name: &str, password: &str, code: Option<&str>) -> SignIn {
        let shown = Credentials {
            name: name.to_owned(),
            password: password.to_owned(),
            code: code.map(str::to_owned),
            address: "192.0.2.7".to_owned(),
            user_agent: "a browser".to_owned(),
        };
        self.store.sign_in(shown).await.unwrap()
    }

    async fn session_of(&self, name: &str, password: &str) -> NewSession {
        match self.sign_in(name, password, None).await {
            SignIn::Done(session) => session,
            other => panic!("{name} was not signed in: {other:?}"),
        }
    }

    async fn lasts(&self, session: &NewSession) -> bool {
        self.store.session(&session.token).await.unwrap().is_some()
    }
}

fn draft(name: &str, role: &str) -> AccountDraft {
    AccountDraft {
        name: name.to_owned(),
        role: role.to_owned(),
        agent: None,
        groups: Vec::new(),
        is_disabled: false,
    }
}

#[tokio::test]
async fn a_session_lasts_until_signing_out() {
    let world = World::new().await;
    for (name, password) in [("admin", "wrong horse"), ("nobody", PASSWORD)] {
        assert!(matches!(
            world.sign_in(name, password, None).await,
            SignIn::Wrong
        ));
    }
    let session = world.session_of("ADMIN", PASSWORD).await;
    let who = world.store.session(&session.token).await.unwrap().unwrap();
    assert_eq!(
        (who.name.as_str(), who.role.as_str()),
        ("admin", "administrator")
    );
    assert_eq!(
        (who.address.as_str(), who.user_agent.as_str()),
        ("192.0.2.7", "a browser")
    );
    assert!(world.store.session("0").await.unwrap().is_none());
    assert_eq!(world.store.sessions().await.unwrap().len(), 1);
    assert!(world.store.end_session(who.id).await.unwrap());
    assert!(!world.lasts(&session).await);
    world.store.close();
}

#[tokio::test]
async fn the_last_administrator_cannot_be_removed_disabled_or_given_another_role() {
    let world = World::new().await;
    let admin = world.store.accounts().await.unwrap()[0].id;
    let mut disabled = draft("admin", "administrator");
    disabled.is_disabled = true;
    for change in [disabled.clone(), draft("admin", "agent")] {
        let refused = world.store.change_account(admin, change).await;
        assert!(
            matches!(refused, Err(StoreError::LastAdministrator(_))),
            "{refused:?}"
        );
    }
    let refused = world.store.remove_account(admin).await;
    assert!(
        matches!(refused, Err(StoreError::LastAdministrator(_))),
        "{refused:?}"
    );
    assert_eq!(
        world.store.accounts().await.unwrap()[0].role,
        "administrator"
    );

    let second = draft("second", "administrator");
    world.store.add_account(second, PASSWORD).await.unwrap();
    assert!(world.store.change_account(admin, disabled).await.unwrap());
    world.store.close();
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once_and_comes_back_with_its_password() {
    let world = World::new().await;
    let wang = world
        .store
        .add_account(draft("wang", "agent"), PASSWORD)
        .await
        .unwrap();
    let twice = world
        .store
        .add_account(draft("Wang", "agent"), PASSWORD)
        .await;
    assert!(matches!(twice, Err(StoreError::Taken(_))), "{twice:?}");
    let session = world.session_of("wang", PASSWORD).await;
    let mut change = draft("wang", "agent");
    change.is_disabled = true;
    assert!(world.store.change_account(wang, change).await.unwrap());
    assert!(!world.lasts(&session).await);
    assert!(matches!(
        world.sign_in("wang", PASSWORD, None).await,
        SignIn::Wrong
    ));
    world
        .store
        .change_account(wang, draft("wang", "agent"))
        .await
        .unwrap();
    world.session_of("wang", PASSWORD).await;
    world.store.close();
}

#[tokio::test]
async fn an_agent_is_one_account_at_most() {
    let world = World::new().await;
    let of_agent = |name: &str, agent: u32| AccountDraft {
        agent: Some(agent),
        ..draft(name, "agent")
    };
    let add = async |draft| world.store.add_account(draft, PASSWORD).await;
    let wang = add(of_agent("wang", 7)).await.unwrap();
    let li = add(of_agent("li", 8)).await.unwrap();
    let people = || {
        let people = world.store.people().borrow().clone();
        let who = people.iter().map(|p| (p.agent.0, p.account.clone()));
        who.collect::<Vec<_>>()
    };
    let before = people();
    assert_eq!(before, [(8, "li".to_owned()), (7, "wang".to_owned())]);

    let is_wang = |refused: &StoreError| matches!(refused, StoreError::AgentTaken { account } if account == "wang");
    let refused = add(of_agent("chen", 7)).await.unwrap_err();
    assert!(is_wang(&refused), "{refused:?}");
    assert_eq!(
        world.store.accounts().await.unwrap().len(),
        3,
        "none was made"
    );
    let refused = world
        .store
        .change_account(li, of_agent("li", 7))
        .await
        .unwrap_err();
    assert!(is_wang(&refused), "{refused:?}");
    assert_eq!(people(), before);

    // The own agent may stay; whoever has the agent no more leaves it to another one.
    world
        .store
        .change_account(wang, of_agent("wang", 7))
        .await
        .unwrap();
    world
        .store
        .change_account(wang, draft("wang", "agent"))
        .await
        .unwrap();
    world
        .store
        .change_account(li, of_agent("li", 7))
        .await
        .unwrap();
    assert_eq!(people(), [(7, "li".to_owned())]);
    world.store.close();
}

#[tokio::test]
async fn a_new_role_or_password_ends_the_sessions_and_a_new_name_does_not() {
    let world = World::new().await;
    let wang = world
        .store
        .add_account(draft("wang", "agent"), PASSWORD)
        .await
        .unwrap();
    let session = world.session_of("wang", PASSWORD).await;
    world
        .store
        .change_account(wang, draft("王芳", "agent"))
        .await
        .unwrap();
    assert!(world.lasts(&session).await);
    world
        .store
        .change_account(wang, draft("王芳", "supervisor"))
        .await
        .unwrap();
    assert!(!world.lasts(&session).await);
    let session = world.session_of("王芳", PASSWORD).await;
    assert!(
        world
            .store
            .set_password(wang, "another horse")
            .await
            .unwrap()
    );
    assert!(!world.lasts(&session).await);
    assert!(matches!(
        world.sign_in("王芳", PASSWORD, None).await,
        SignIn::Wrong
    ));
    world.session_of("王芳", "another horse").await;
    world.store.close();
}

#[tokio::test]
async fn an_authenticator_counts_once_confirmed_and_each_code_once() {
    let world = World::new().await;
    let admin = world.store.accounts().await.unwrap()[0].id;
    let new = world.store.new_totp(admin).await.unwrap().unwrap();
    assert!(
        new.url.starts_with("otpauth://totp/Hotline:admin?"),
        "{}",
        new.url
    );
    world.session_of("admin", PASSWORD).await;
    assert!(!world.store.confirm_totp(admin, "no code").await.unwrap());

    let secret = Secret::try_from_base32(&new.secret).unwrap();
    let app = Builder::new()
        .with_secret(secret)
        .with_account_name("admin")
        .build()
        .unwrap();
    let now_s = world.clock.now().wall_ms / 1_000;
    let code = |step: u64| app.generate((now_s / 30 + step) * 30).to_string();
    assert!(world.store.confirm_totp(admin, &code(0)).await.unwrap());

    assert!(matches!(
        world.sign_in("admin", PASSWORD, None).await,
        SignIn::CodeNeeded
    ));
    let wrong_password = world.sign_in("admin", "wrong horse", Some(&code(1))).await;
    assert!(
        matches!(wrong_password, SignIn::Wrong),
        "{wrong_password:?}"
    );
    let again = world.sign_in("admin", PASSWORD, Some(&code(0))).await;
    assert!(
        matches!(again, SignIn::WrongCode),
        "the code of the confirmation: {again:?}"
    );
    let next = world.sign_in("admin", PASSWORD, Some(&code(1))).await;
    assert!(matches!(next, SignIn::Done(_)), "{next:?}");
    let again = world.sign_in("admin", PASSWORD, Some(&code(1))).await;
    assert!(matches!(again, SignIn::WrongCode), "{again:?}");

    world.store.remove_totp(admin).await.unwrap();
    world.session_of("admin", PASSWORD).await;
    world.store.close();
}
