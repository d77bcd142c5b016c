//! Empty sessions of other programs get a new id with their first data.

use session_conformance::{Context, Model, Rules};
use session_core::codec::RawString;
use session_core::random::OsRandom;
use session_core::sessions::{SessionsBuilder, Written};
use session_core::store::{
    Capabilities, Expect, Freshness, Key, Payload, PayloadKind, Record, SessionStore, Tag,
};
use session_core::strategy::Strategy;
use session_core::time::ManualClock;
use session_core::{
    Committed, ErrorKind, KeyScheme, LastWriteWins, Optimistic, SessionId, Sessions,
};
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;

const ID: &str = "attacker";

/// A store with one session that another program created.
///
/// The client chose the id of the session.
struct Bench {
    model: Arc<Model>,
    clock: ManualClock,
}

impl Bench {
    async fn with(payload: &str) -> Self {
        let clock = ManualClock::at(Context::start());
        let model = Arc::new(Model::new(clock.clone()));
        let expires = Context::start().timestamp().saturating_add(Duration::from_mins(24));
        let record =
            Record { payload: Payload::text(payload), expires, deadline: None, idle: None };
        model.create(&key(ID), &record, &Tag::draw(&OsRandom)).await.expect("it is new");
        Self { model, clock }
    }

    fn sessions(&self, strategy: impl Strategy) -> Sessions<String> {
        self.builder(strategy).rotate_empty(is_empty).build().expect("the store rotates")
    }

    fn builder(&self, strategy: impl Strategy) -> SessionsBuilder<String> {
        let builder = Sessions::builder(strategy, RawString::new()).key_scheme(KeyScheme::Plain);
        builder.clock(self.clock.clone())
    }

    fn of_each_strategy(&self) -> [Sessions<String>; 3] {
        let model = || Arc::clone(&self.model);
        [
            self.sessions(LastWriteWins::new(model())),
            self.sessions(Optimistic::new(model())),
            self.sessions(Pessimistic::new(model())),
        ]
    }

    fn last_write_wins(&self) -> LastWriteWins {
        LastWriteWins::new(Arc::clone(&self.model))
    }

    async fn data(&self, id: &str) -> Option<String> {
        let snapshot =
            self.model.load(&key(id), Freshness::AsConfigured).await.expect("it can be read")?;
        Some(String::from_utf8(snapshot.record.payload.as_bytes().to_vec()).expect("it is text"))
    }
}

fn is_empty(payload: &Payload) -> bool {
    matches!(payload.as_bytes(), b"" | b"a:0:{}")
}

fn key(id: &str) -> Key {
    let id = SessionId::parse(id).expect("it is an id");
    KeyScheme::Plain.key(&id).expect("any id has a key")
}

/// Writes `data` to the session, and returns the id and whether it is new.
async fn write(sessions: &Sessions<String>, id: &str, data: &str) -> (SessionId, bool) {
    let mut session = sessions.open(Some(id)).await.expect("it opens");
    assert!(!session.is_new());
    data.clone_into(session.data_mut());
    let committed = session.commit().await.expect("it commits");
    let Committed::Stored { id, new_id, written, .. } = committed else { panic!("{committed:?}") };
    assert_eq!(written, if new_id { Written::Rotated } else { Written::Updated });
    (id, new_id)
}

#[tokio::test]
async fn the_first_data_gets_a_fresh_id_and_the_old_one_is_gone() {
    for payload in ["", "a:0:{}"] {
        for at in 0..3 {
            let bench = Bench::with(payload).await;
            let sessions = &bench.of_each_strategy()[at];
            let (id, new_id) = write(sessions, ID, "user|i:7;").await;
            assert!(new_id && id.secret() != ID, "{sessions:?}");
            assert_eq!(bench.data(ID).await, None, "{sessions:?}");
            assert_eq!(bench.data(id.secret()).await.as_deref(), Some("user|i:7;"));
            let (again, new_id) = write(sessions, id.secret(), "user|i:8;").await;
            assert!(!new_id && again == id, "a session with data keeps its id");
        }
    }
}

#[tokio::test]
async fn a_session_with_data_keeps_its_id() {
    let bench = Bench::with("cart|i:1;").await;
    for sessions in bench.of_each_strategy() {
        let data = format!("{sessions:?}");
        let (id, new_id) = write(&sessions, ID, &data).await;
        assert!(!new_id && id.secret() == ID);
        assert_eq!(bench.data(ID).await, Some(data));
    }
}

#[tokio::test]
async fn an_empty_session_that_stays_empty_keeps_its_id() {
    let bench = Bench::with("a:0:{}").await;
    for sessions in bench.of_each_strategy() {
        let session = sessions.open(Some(ID)).await.unwrap();
        let committed = session.commit().await.unwrap();
        assert!(matches!(committed, Committed::Stored { new_id: false, .. }), "{committed:?}");
    }
    let (id, new_id) = write(&bench.sessions(bench.last_write_wins()), ID, "").await;
    assert!(!new_id && id.secret() == ID, "empty data of another spelling is no data");
}

#[tokio::test]
async fn a_session_that_was_rotated_is_not_rotated_again() {
    let bench = Bench::with("").await;
    let mut session = bench.sessions(bench.last_write_wins()).open(Some(ID)).await.unwrap();
    let rotated = session.rotate().unwrap().clone();
    session.data_mut().push_str("data");
    let committed = session.commit().await.unwrap();
    assert_eq!(committed.id(), Some(&rotated));
    assert_eq!(bench.data(rotated.secret()).await.as_deref(), Some("data"));
}

#[tokio::test]
async fn without_the_setting_an_empty_session_keeps_its_id() {
    let bench = Bench::with("").await;
    let sessions = bench.builder(bench.last_write_wins()).build().unwrap();
    let (id, new_id) = write(&sessions, ID, "data").await;
    assert!(!new_id && id.secret() == ID);
}

#[tokio::test]
async fn a_session_deleted_meanwhile_is_gone_and_its_lock_is_let_go() {
    let bench = Bench::with("").await;
    for sessions in bench.of_each_strategy() {
        let key = key(ID);
        let expires = Context::start().timestamp().saturating_add(Duration::from_mins(24));
        let record = Record { payload: Payload::text(""), expires, deadline: None, idle: None };
        // The first of the three exists already.
        let _ = bench.model.create(&key, &record, &Tag::draw(&OsRandom)).await;
        let mut session = sessions.open(Some(ID)).await.unwrap();
        bench.model.delete(&key, &Expect::PRESENT).await.unwrap();
        session.data_mut().push_str("data");
        let gone = session.commit().await.unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::Gone, "{sessions:?}");
        assert_eq!(bench.data(ID).await, None);
    }
}

/// Does not rotate.
#[derive(Debug)]
struct Unmoved;

impl Rules for Unmoved {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with_payloads(PayloadKind::Text)
    }
}

#[test]
fn a_store_that_does_not_rotate_is_rejected() {
    let model = Model::with_rules(ManualClock::at(Context::start()), Arc::new(Unmoved));
    let strategy = LastWriteWins::new(Arc::new(model));
    let built = Sessions::builder(strategy, RawString::new()).rotate_empty(is_empty).build();
    let error = built.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("rotates"), "{error}");
}
