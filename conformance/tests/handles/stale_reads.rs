//! A retry after a lost race reads the last write, even if default reads are stale.

use crate::stored::stored;
use async_trait::async_trait;
use session_conformance::twist::{CreateCall, LoadCall, RotateCall, Twist, Twisted};
use session_conformance::{Context, Model};
use session_core::codec::RawString;
use session_core::store::{Freshness, Key, SessionStore, Snapshot};
use session_core::strategy::Strategy;
use session_core::time::ManualClock;
use session_core::{ErrorKind, LastWriteWins, Optimistic, Result, SessionId, Sessions};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A store whose default reads return the created record.
///
/// It counts rotations.
#[derive(Debug, Default)]
struct ReadsStale {
    created: Mutex<BTreeMap<Key, Snapshot>>,
    rotations: Arc<AtomicUsize>,
}

#[async_trait]
impl Twist for ReadsStale {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let created = self.created.lock().expect("nobody panicked").get(call.key).cloned();
        match created {
            Some(created) if call.freshness == Freshness::AsConfigured => Ok(Some(created)),
            _ => call.on(model).await,
        }
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let created = Snapshot { record: call.record.clone(), version: (*call.version).into() };
        self.created.lock().expect("nobody panicked").insert(call.key.clone(), created);
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        self.rotations.fetch_add(1, Ordering::SeqCst);
        call.on(model).await
    }
}

struct Bench {
    store: Arc<dyn SessionStore>,
    rotations: Arc<AtomicUsize>,
    clock: ManualClock,
    id: SessionId,
}

impl Bench {
    /// A session that was created with "first", and then changed to "second".
    async fn new() -> Self {
        let clock = ManualClock::at(Context::start());
        let twist = ReadsStale::default();
        let rotations = Arc::clone(&twist.rotations);
        let store = Arc::new(Twisted::over(Arc::new(Model::new(clock.clone())), twist));
        let sessions = sessions(LastWriteWins::new(Arc::clone(&store)), &clock);
        let id = stored(&sessions, "first").await;
        let mut session = sessions.open(Some(id.secret())).await.expect("it is there");
        "second".clone_into(session.data_mut());
        let _ = session.commit().await.expect("the last write wins");
        Self { store, rotations, clock, id }
    }

    fn optimistic(&self) -> Sessions<String> {
        sessions(Optimistic::new(Arc::clone(&self.store)), &self.clock)
    }
}

fn sessions(strategy: impl Strategy, clock: &ManualClock) -> Sessions<String> {
    let builder = Sessions::builder(strategy, RawString::new());
    builder.clock(clock.clone()).build().expect("they fit")
}

#[tokio::test]
async fn a_session_that_is_reopened_after_a_conflict_is_read_fresh() {
    let bench = Bench::new().await;
    let sessions = bench.optimistic();
    let mut stale = sessions.open(Some(bench.id.secret())).await.expect("it opens");
    assert_eq!(stale.data(), "first");
    stale.data_mut().push_str(", changed");
    let error = stale.commit().await.expect_err("another wrote since");
    assert_eq!(error.kind(), ErrorKind::Conflict);

    let mut fresh = sessions.reopen(Some(bench.id.secret())).await.expect("it opens");
    assert_eq!(fresh.data(), "second");
    fresh.data_mut().push_str(", changed");
    let _ = fresh.commit().await.expect("nobody wrote since");
}

#[tokio::test]
async fn a_rotation_of_unchanged_data_reads_fresh_after_a_conflict() {
    let bench = Bench::new().await;
    let sessions = sessions(LastWriteWins::new(Arc::clone(&bench.store)), &bench.clock);
    let mut session = sessions.open(Some(bench.id.secret())).await.expect("it opens");
    let new = session.rotate().expect("the store rotates").clone();
    let _ = session.commit().await.expect("it is rotated");
    assert_eq!(bench.rotations.load(Ordering::SeqCst), 2);
    let rotated = bench.optimistic().reopen(Some(new.secret())).await.expect("it opens");
    assert_eq!(rotated.data(), "second");
}
