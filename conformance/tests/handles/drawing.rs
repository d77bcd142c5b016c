//! Tests of the times at which sessions use their source of randomness.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use crate::stored::stored;
use session_conformance::{Context, Model};
use session_core::codec::RawString;
use session_core::random::{OsRandom, Randomness};
use session_core::time::ManualClock;
use session_core::{LastWriteWins, OpenSession, Optimistic, Sessions};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A source that counts its random bytes.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicUsize>);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fetch_add(1, Ordering::SeqCst);
        OsRandom.fill(bytes);
    }
}

struct Bench {
    sessions: Sessions<String>,
    drawn: Counting,
    before: usize,
}

impl Bench {
    fn of_each_strategy() -> [Self; 2] {
        [true, false].map(|is_optimistic| {
            let clock = ManualClock::at(Context::start());
            let (model, drawn) = (Arc::new(Model::new(clock.clone())), Counting::default());
            let builder = if is_optimistic {
                Sessions::builder(Optimistic::new(model), RawString::new())
            } else {
                Sessions::builder(LastWriteWins::new(model), RawString::new())
            };
            let sessions = builder.clock(clock).randomness(drawn.clone()).build().unwrap();
            let before = drawn.0.load(Ordering::SeqCst);
            Self { sessions, drawn, before }
        })
    }

    /// The number of bytes since the last call of this method.
    fn drawn(&mut self) -> usize {
        let drawn = self.drawn.0.load(Ordering::SeqCst);
        drawn - std::mem::replace(&mut self.before, drawn)
    }
}

#[tokio::test]
async fn a_session_that_stores_nothing_draws_nothing() {
    for mut bench in Bench::of_each_strategy() {
        for presented in [None, Some("unknown"), Some("not an id")] {
            let session = bench.sessions.open(presented).await.unwrap();
            assert!(session.is_new() && session.expires().is_none());
            assert!(!format!("{session:?}").is_empty());
            let _ = session.commit().await.unwrap();
            let mut lent = bench.sessions.open(presented).await.unwrap();
            lent.data_mut().clear();
            let _ = lent.commit().await.unwrap();
            bench.sessions.open(presented).await.unwrap().destroy().await.unwrap();
            let _ = bench.sessions.read(presented).await.unwrap();
        }
        assert_eq!(bench.drawn(), 0);
    }
}

#[tokio::test]
async fn a_new_session_draws_its_id_once() {
    for mut bench in Bench::of_each_strategy() {
        let mut session = bench.sessions.open(None).await.unwrap();
        let id = session.id().clone();
        assert_eq!((session.id(), bench.drawn()), (&id, 1));
        session.data_mut().push_str("data");
        let committed = session.commit().await.unwrap();
        assert_eq!((committed.id(), bench.drawn()), (Some(&id), 1), "the version");

        let mut session = bench.sessions.open(None).await.unwrap();
        session.data_mut().push_str("data");
        let committed = session.commit().await.unwrap();
        assert_eq!((committed.has_new_id(), bench.drawn()), (true, 2), "id and version");
    }
}

#[tokio::test]
async fn a_rotation_of_a_new_session_gives_the_id_that_it_returns() {
    for mut bench in Bench::of_each_strategy() {
        for is_asked_before in [false, true] {
            let mut session = bench.sessions.open(None).await.unwrap();
            let before = is_asked_before.then(|| session.id().clone());
            let new = session.rotate().unwrap().clone();
            assert_eq!(session.rotate().unwrap(), &new);
            assert_eq!(session.id(), &new);
            assert_ne!(before.as_ref(), Some(&new));
            assert_eq!(bench.drawn(), 1 + usize::from(is_asked_before));
            session.data_mut().push_str("data");
            assert_eq!(session.commit().await.unwrap().id(), Some(&new));
            assert_eq!(bench.drawn(), 1);
        }
    }
}

#[tokio::test]
async fn a_stored_session_draws_for_a_write_alone() {
    for mut bench in Bench::of_each_strategy() {
        let id = stored(&bench.sessions, "data").await;
        bench.drawn();
        let session = bench.sessions.open(Some(id.secret())).await.unwrap();
        assert_eq!(session.id(), &id);
        let _ = session.commit().await.unwrap();
        assert_eq!(bench.drawn(), 0);
    }
}

/// Two concurrent threads get the same id.
#[tokio::test]
async fn all_threads_see_one_id() {
    fn assert_sync<T: Send + Sync>(_: &T) {}
    let [bench, _] = Bench::of_each_strategy();
    let session: OpenSession<String> = bench.sessions.open(None).await.unwrap();
    assert_sync(&session);
    std::thread::scope(|scope| {
        let ask = || session.id().clone();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        for thread in threads {
            assert_eq!(&thread.join().unwrap(), session.id());
        }
    });
}
