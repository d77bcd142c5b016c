//! Tests of the ends of waits and of their errors.

mod one_session;

use one_session::{OneSession, key};
use session_core::random::OsRandom;
use session_core::store::{Freshness, LockToken, LockingStore};
use session_core::strategy::{Opened, Strategy};
use session_core::time::{EpochMillis, ManualClock, Timer};
use session_core::{Error, ErrorKind, Result};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::yield_now;

const SHORT_LEASE: LockOptions = LockOptions {
    max_lock_wait_time: Duration::from_secs(10),
    min_lock_retry: Duration::from_millis(10),
    max_lock_retry: Duration::from_millis(50),
    lock_lease: Duration::from_secs(3),
    max_lock_hold: Duration::from_mins(5),
    request_timeout: Duration::from_secs(1),
    release_timeout: Duration::from_millis(250),
};

struct Bench {
    clock: ManualClock,
    store: Arc<OneSession>,
    strategy: Pessimistic,
}

impl Bench {
    fn new(options: LockOptions) -> Self {
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
        let store = Arc::new(OneSession::new().0);
        let strategy = Pessimistic::new(Arc::clone(&store) as Arc<dyn LockingStore>);
        let strategy = strategy.with_timer(clock.clone()).with_options(options);
        Self { clock, store, strategy }
    }

    /// Opens the session, and advances the time as far as needed.
    async fn open(&self) -> Result<Option<Opened>> {
        const TURNS: usize = 20_000;
        let strategy = self.strategy.clone();
        let waiter =
            tokio::spawn(async move { strategy.open(&key(), Freshness::AsConfigured).await });
        for _ in 0..TURNS {
            for _ in 0..8 {
                yield_now().await;
            }
            if waiter.is_finished() {
                return waiter.await.expect("a waiter does not panic");
            }
            if let Some(wake) = self.clock.next_wake() {
                self.clock.advance(wake);
            }
        }
        panic!("the wait has no end");
    }

    async fn refusal(&self) -> Error {
        self.open().await.expect_err("another holds the lock")
    }
}

#[tokio::test]
async fn a_holder_in_this_process_is_named_with_the_way_out() {
    let bench = Bench::new(LockOptions::default());
    let holder = bench.open().await.unwrap();
    let error = bench.refusal().await;
    assert_eq!(error.kind(), ErrorKind::LockTimeout { remaining: None });
    assert!(error.to_string().contains("a handle in this process holds the lock"), "{error}");
    assert!(error.to_string().contains("once for each request"), "{error}");
    drop(holder);
}

#[tokio::test]
async fn a_holder_in_another_process_is_not_looked_for_here() {
    let bench = Bench::new(LockOptions::default());
    bench.store.state().holder = Some(LockToken::draw(&OsRandom));
    let error = bench.refusal().await;
    assert_eq!(error.kind(), ErrorKind::LockTimeout { remaining: None });
    assert!(!error.to_string().contains("this process"), "{error}");
}

/// An answer that comes after its lease leads to a call with the same token.
#[tokio::test]
async fn an_answer_that_comes_after_the_lease_is_asked_for_again() {
    let bench = Bench::new(SHORT_LEASE);
    bench.store.state().stalls.push_back((bench.clock.clone(), SHORT_LEASE.lock_lease));
    let begin = bench.clock.elapsed();
    let opened = bench.open().await.unwrap();
    assert!(opened.is_some());
    let attempts = bench.store.state().attempts.clone();
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0], attempts[1], "the token");
    let waited = bench.clock.elapsed().saturating_sub(begin);
    assert!(waited <= SHORT_LEASE.lock_lease + SHORT_LEASE.max_lock_retry, "{waited:?}");
}

#[tokio::test]
async fn an_answer_that_comes_within_the_lease_is_taken() {
    let bench = Bench::new(SHORT_LEASE);
    let almost = SHORT_LEASE.lock_lease.saturating_sub(Duration::from_nanos(1));
    bench.store.state().stalls.push_back((bench.clock.clone(), almost));
    assert!(bench.open().await.unwrap().is_some());
    assert_eq!(bench.store.state().attempts.len(), 1);
}
