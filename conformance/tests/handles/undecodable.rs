//! Sessions whose data cannot be decoded are rejected, or replaced by new ones.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use crate::stored::stored;
use session_conformance::{Context, Model};
use session_core::codec::{Base64, Codec, RawString};
use session_core::error::Operation;
use session_core::random::OsRandom;
use session_core::sessions::{Presented, Undecodable};
use session_core::store::{
    Acquired, Deletion, Freshness, LockToken, LockingStore, Payload, PayloadKind, SessionStore,
    Snapshot,
};
use session_core::strategy::Strategy;
use session_core::time::ManualClock;
use session_core::{
    Error, ErrorKind, KeyScheme, LastWriteWins, Optimistic, Result, SessionId, Sessions,
};
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;

/// A store with one session in another format than that of the codec.
struct Bench {
    model: Arc<Model>,
    clock: ManualClock,
    id: SessionId,
}

impl Bench {
    async fn new() -> Self {
        let clock = ManualClock::at(Context::start());
        let model = Arc::new(Model::new(clock.clone()));
        let plain = Sessions::builder(LastWriteWins::new(Arc::clone(&model)), RawString::new());
        let plain = plain.clock(clock.clone()).build().unwrap();
        let id = stored(&plain, "no base64").await;
        Self { model, clock, id }
    }

    fn sessions(&self, strategy: impl Strategy, undecodable: Undecodable) -> Sessions<String> {
        let builder = Sessions::builder(strategy, Base64::new(RawString::new()));
        builder.clock(self.clock.clone()).on_undecodable(undecodable).build().unwrap()
    }

    fn of_each_strategy(&self, undecodable: Undecodable) -> [Sessions<String>; 3] {
        let model = || Arc::clone(&self.model);
        [
            self.sessions(LastWriteWins::new(model()), undecodable),
            self.sessions(Optimistic::new(model()), undecodable),
            self.sessions(Pessimistic::new(model()), undecodable),
        ]
    }

    async fn row(&self) -> Snapshot {
        let key = KeyScheme::Hashed.key(&self.id).unwrap();
        self.model.load(&key, Freshness::Latest).await.unwrap().unwrap()
    }

    async fn is_free(&self) -> bool {
        let key = KeyScheme::Hashed.key(&self.id).unwrap();
        let token = LockToken::draw(&OsRandom);
        let acquired = self.model.acquire(&key, &token, Duration::from_secs(1)).await.unwrap();
        self.model.release(&key, &token).await.unwrap();
        matches!(acquired, Acquired::Locked(_))
    }
}

#[tokio::test]
async fn a_new_session_takes_the_place_of_one_that_cannot_be_decoded() {
    let bench = Bench::new().await;
    let before = bench.row().await;
    for sessions in bench.of_each_strategy(Undecodable::StartAnew) {
        let mut session = sessions.open(Some(bench.id.secret())).await.unwrap();
        assert_eq!((session.presented(), session.is_new()), (Presented::Undecodable, true));
        assert!(session.data().is_empty());
        assert!(bench.is_free().await, "the lock is released");
        session.data_mut().push_str("new");
        let committed = session.commit().await.unwrap();
        assert!(committed.has_new_id());
        let id = committed.id().unwrap();
        assert_ne!(id, &bench.id);
        assert_eq!(sessions.open(Some(id.secret())).await.unwrap().data(), "new");
        assert_eq!(bench.row().await, before);
    }
}

#[tokio::test]
async fn reading_starts_anew_too() {
    let bench = Bench::new().await;
    let before = bench.row().await;
    for sessions in bench.of_each_strategy(Undecodable::StartAnew) {
        let session = sessions.read(Some(bench.id.secret())).await.unwrap();
        assert_eq!((session.presented(), session.id()), (Presented::Undecodable, None));
        assert!(session.data().is_empty());
        assert!(!session.is_touch_due());
        assert_eq!(session.close().await.unwrap().expires, None);
        assert_eq!(bench.row().await, before);
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_decoded_is_rejected_unless_set() {
    assert_eq!(Undecodable::default(), Undecodable::Reject);
    let bench = Bench::new().await;
    let before = bench.row().await;
    for sessions in bench.of_each_strategy(Undecodable::Reject) {
        let opened = sessions.open(Some(bench.id.secret())).await;
        assert_eq!(opened.unwrap_err().kind(), ErrorKind::Corrupt);
        let read = sessions.read(Some(bench.id.secret())).await;
        assert_eq!(read.unwrap_err().kind(), ErrorKind::Corrupt);
        assert!(bench.is_free().await);
        assert_eq!(bench.row().await, before);
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_decoded_can_be_destroyed() {
    let bench = Bench::new().await;
    let [sessions, ..] = bench.of_each_strategy(Undecodable::StartAnew);
    let deleted = sessions.destroy(Some(bench.id.secret())).await.unwrap();
    assert_eq!(deleted, Deletion::Deleted);
    let session = sessions.open(Some(bench.id.secret())).await.unwrap();
    assert_eq!(session.presented(), Presented::Unknown);
}

/// A codec that reports all data as a mistake of its caller.
#[derive(Debug)]
struct Objecting;

impl Codec<String> for Objecting {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Text
    }

    fn encode(&self, data: &String) -> Result<Payload> {
        Ok(Payload::text(data.as_str()))
    }

    fn decode(&self, _: &Payload) -> Result<String> {
        Err(Error::new(Operation::Decode, ErrorKind::InvalidArgument))
    }
}

#[tokio::test]
async fn only_corrupt_data_starts_anew() {
    let bench = Bench::new().await;
    let builder = Sessions::builder(LastWriteWins::new(Arc::clone(&bench.model)), Objecting);
    let builder = builder.clock(bench.clock.clone()).on_undecodable(Undecodable::StartAnew);
    let sessions = builder.build().unwrap();
    let opened = sessions.open(Some(bench.id.secret())).await;
    assert_eq!(opened.unwrap_err().kind(), ErrorKind::InvalidArgument);
    let read = sessions.read(Some(bench.id.secret())).await;
    assert_eq!(read.unwrap_err().kind(), ErrorKind::InvalidArgument);
}
