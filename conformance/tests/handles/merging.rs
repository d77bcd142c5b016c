//! Tests of the second attempt of a commit that lost the race.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use crate::stored::stored;
use async_trait::async_trait;
use session_conformance::twist::{LoadCall, RotateCall, Twist, Twisted, UpdateCall};
use session_conformance::{Context, Model};
use session_core::codec::RawString;
use session_core::error::{Operation, Outcome};
use session_core::random::OsRandom;
use session_core::store::{
    Change, Expect, Freshness, Key, LockDisposition, Payload, Record, SessionStore, Snapshot, Tag,
};
use session_core::strategy::Merge;
use session_core::time::{Clock, ManualClock};
use session_core::{
    Error, ErrorKind, KeyScheme, Lifetime, OpenSession, Optimistic, Result, SessionId, Sessions,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// An event between the first attempt of a write and the second.
#[derive(Clone, Debug)]
enum Meanwhile {
    Nothing,
    /// The record is deleted.
    Deletion,
    /// The record is created again, with another deadline.
    AnotherSession,
    /// The store fails to load.
    Outage,
    /// After the load, another handle writes again.
    AnotherWrite,
    /// The first attempt may have taken effect.
    Doubt,
}

/// A store on which the first write of data, once armed, loses a race.
#[derive(Debug)]
struct Races {
    meanwhile: Meanwhile,
    attempts: Arc<AtomicUsize>,
    loads: AtomicUsize,
}

impl Races {
    /// Applies another write before the first attempt of a write.
    async fn lose(&self, model: &Model, key: &Key) -> Result<()> {
        if self.attempts.fetch_add(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        write(model, key, "stored").await;
        if matches!(self.meanwhile, Meanwhile::Doubt) {
            return Err(Error::new(Operation::Update, ErrorKind::Conflict).with_unknown_outcome());
        }
        Ok(())
    }
}

async fn write(model: &Model, key: &Key, data: &str) {
    let Snapshot { record, .. } = model.load(key, Freshness::Latest).await.unwrap().unwrap();
    let (payload, lock) = (Payload::text(data), LockDisposition::Keep);
    let change = Change { payload, expires: record.expires, lifetime: None, lock };
    model.update(key, &change, &Expect::PRESENT, &Tag::draw(&OsRandom)).await.unwrap();
}

/// Deletes the record, and creates one with another deadline.
async fn replace(model: &Model, key: &Key) -> Result<()> {
    let Snapshot { mut record, .. } = model.load(key, Freshness::Latest).await?.unwrap();
    model.delete(key, &Expect::PRESENT).await?;
    record.deadline = Some(record.expires.saturating_add(Duration::from_secs(1)));
    model.create(key, &record, &Tag::draw(&OsRandom)).await
}

#[async_trait]
impl Twist for Races {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let is_second = self.loads.fetch_add(1, Ordering::SeqCst) > 0;
        match self.meanwhile {
            _ if !is_second => {}
            Meanwhile::Deletion => drop(model.delete(call.key, &Expect::PRESENT).await?),
            Meanwhile::AnotherSession => replace(model, call.key).await?,
            Meanwhile::Outage => {
                return Err(Error::new(Operation::Load, ErrorKind::Unavailable));
            }
            Meanwhile::AnotherWrite => {
                let loaded = call.on(model).await;
                write(model, call.key, "stored again").await;
                return loaded;
            }
            Meanwhile::Nothing | Meanwhile::Doubt => {}
        }
        call.on(model).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        self.lose(model, call.key).await?;
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.lose(model, call.old).await?;
        call.on(model).await
    }
}

/// Both texts, one after the other.
#[derive(Debug)]
struct Both;

impl Merge for Both {
    fn merge(
        &self,
        read: &Payload,
        changed: &Payload,
        stored: &Payload,
    ) -> Result<Option<Payload>> {
        let [read, changed, stored] = [read, changed, stored]
            .map(|payload| String::from_utf8(payload.as_bytes().to_vec()).unwrap());
        Ok(Some(Payload::text(format!("{read} {changed} {stored}"))))
    }
}

struct Bench {
    store: Arc<dyn SessionStore>,
    attempts: Arc<AtomicUsize>,
    sessions: Sessions<String>,
    clock: ManualClock,
    id: SessionId,
}

impl Bench {
    async fn new(meanwhile: Meanwhile) -> Self {
        let clock = ManualClock::at(Context::start());
        let (attempts, loads) = (Arc::<AtomicUsize>::default(), AtomicUsize::new(0));
        let races = Races { meanwhile, attempts: Arc::clone(&attempts), loads };
        let store = Arc::new(Twisted::over(Arc::new(Model::new(clock.clone())), races));
        let strategy = Optimistic::new(Arc::clone(&store)).merging(Both);
        let lifetime = Lifetime::idle(Duration::from_secs(100)).unwrap();
        let lifetime = lifetime.with_absolute(Duration::from_secs(150)).unwrap();
        let sessions = Sessions::builder(strategy, RawString::new());
        let sessions = sessions.clock(clock.clone()).lifetime(lifetime).build().unwrap();
        let id = stored(&sessions, "read").await;
        Self { store, attempts, sessions, clock, id }
    }

    /// The session with a change that will lose a race.
    async fn changed(&self) -> OpenSession<String> {
        let mut session = self.sessions.open(Some(self.id.secret())).await.unwrap();
        "changed".clone_into(session.data_mut());
        session
    }

    async fn loser(&self) -> Error {
        self.changed().await.commit().await.unwrap_err()
    }

    async fn stored(&self, id: &SessionId) -> Option<Record> {
        let key = KeyScheme::Hashed.key(id).unwrap();
        self.store.load(&key, Freshness::Latest).await.unwrap().map(|found| found.record)
    }

    fn attempts(&self) -> usize {
        self.attempts.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_merge_knows_what_was_read_changed_and_stored() {
    let bench = Bench::new(Meanwhile::Nothing).await;
    let _ = bench.changed().await.commit().await.unwrap();
    let stored = bench.stored(&bench.id).await.unwrap();
    assert_eq!(stored.payload, Payload::text("read changed stored"));
    assert_eq!(bench.attempts(), 2);
}

#[tokio::test]
async fn a_merge_keeps_the_deadline_and_sets_the_expiry_of_the_commit() {
    let bench = Bench::new(Meanwhile::Nothing).await;
    let deadline = bench.stored(&bench.id).await.unwrap().deadline;
    bench.clock.advance(Duration::from_secs(90));
    let committed = bench.changed().await.commit().await.unwrap();
    let stored = bench.stored(&bench.id).await.unwrap();
    assert_eq!((stored.deadline, Some(stored.expires)), (deadline, deadline));
    assert_eq!(committed.expires(), deadline);
}

#[tokio::test]
async fn a_rotation_is_merged_under_the_id_that_was_promised() {
    let bench = Bench::new(Meanwhile::Nothing).await;
    let mut session = bench.changed().await;
    let new = session.rotate().unwrap().clone();
    assert_eq!(session.commit().await.unwrap().id(), Some(&new));
    assert_eq!(bench.stored(&bench.id).await, None);
    assert_eq!(bench.stored(&new).await.unwrap().payload, Payload::text("read changed stored"));
}

#[tokio::test]
async fn a_merge_with_a_deleted_session_is_gone() {
    let bench = Bench::new(Meanwhile::Deletion).await;
    let error = bench.loser().await;
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Gone, Operation::Update));
    assert_eq!((bench.stored(&bench.id).await, bench.attempts()), (None, 1));
}

#[tokio::test]
async fn a_merge_that_loses_again_is_a_conflict() {
    let bench = Bench::new(Meanwhile::AnotherWrite).await;
    assert_eq!(bench.loser().await.kind(), ErrorKind::Conflict);
    assert_eq!(bench.attempts(), 2);
    let stored = bench.stored(&bench.id).await.unwrap();
    assert_eq!(stored.payload, Payload::text("stored again"));
}

#[tokio::test]
async fn a_session_of_another_deadline_is_not_merged() {
    let bench = Bench::new(Meanwhile::AnotherSession).await;
    assert_eq!(bench.loser().await.kind(), ErrorKind::Conflict);
    assert_eq!(bench.attempts(), 1);
}

#[tokio::test]
async fn a_conflict_that_may_have_taken_effect_is_not_merged() {
    let bench = Bench::new(Meanwhile::Doubt).await;
    let error = bench.loser().await;
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::Unknown));
    assert_eq!(bench.attempts(), 1);
}

#[tokio::test]
async fn a_merge_that_cannot_load_is_unavailable() {
    let bench = Bench::new(Meanwhile::Outage).await;
    let error = bench.loser().await;
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unavailable, Outcome::NotApplied));
    assert_eq!(bench.clock.now(), Context::start());
}
