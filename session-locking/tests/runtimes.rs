//! Tests of what a lock needs of a runtime, and of runtimes without that.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails fails there")]

mod one_session;

use futures_util::FutureExt;
use one_session::{Event, OneSession, key};
use session_core::ErrorKind;
use session_core::error::Operation;
use session_core::store::{Freshness, LockingStore, Payload, Tag};
use session_core::strategy::{Strategy, Write};
use session_core::time::TokioTimer;
use session_core::time::{Timer, Timestamp};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Longer than every correct operation here.
const LONG: Duration = Duration::from_secs(30);

/// A strategy that renews its leases every tenth of a second.
fn renewing_soon() -> (Pessimistic, Receiver<Event>) {
    let options = LockOptions {
        lock_lease: Duration::from_millis(300),
        request_timeout: Duration::from_millis(100),
        ..LockOptions::default()
    };
    let (strategy, _, seen) = over_one_session();
    (strategy.with_options(options), seen)
}

fn over_one_session() -> (Pessimistic, Arc<OneSession>, Receiver<Event>) {
    let (store, seen) = OneSession::new();
    let store = Arc::new(store);
    (Pessimistic::new(Arc::clone(&store) as Arc<dyn LockingStore>), store, seen)
}

fn single_threaded() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// The renewal must not wait for the thread that the handler blocks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_renewed_while_its_handler_blocks_the_thread() {
    let (strategy, seen) = renewing_soon();
    let handler = tokio::spawn(async move {
        let opened = strategy.open(&key(), Freshness::AsConfigured).await.unwrap().unwrap();
        assert_eq!(seen.recv_timeout(LONG), Ok(Event::Acquired));
        for _ in 0..6 {
            assert_eq!(seen.recv_timeout(LONG), Ok(Event::Renewed), "no renewal");
        }
        drop(opened);
    });
    handler.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_released_while_the_handler_that_dropped_it_blocks_the_thread() {
    let (strategy, _, seen) = over_one_session();
    let handler = tokio::spawn(async move {
        drop(strategy.open(&key(), Freshness::AsConfigured).await.unwrap().unwrap());
        assert_eq!(seen.recv_timeout(LONG), Ok(Event::Acquired));
        assert_eq!(seen.recv_timeout(LONG), Ok(Event::Released), "no release");
    });
    handler.await.unwrap();
}

#[test]
fn a_runtime_that_stands_still_after_the_response_leaves_no_lock_behind_a_failed_write() {
    let (strategy, store, _seen) = over_one_session();
    let runtime = single_threaded();
    let failure = runtime.block_on(async {
        let opened = strategy.open(&key(), Freshness::AsConfigured).await.unwrap().unwrap();
        let expires = Timestamp::from_epoch_seconds(4_000_000_000);
        let write = Write { payload: Payload::text("b"), expires, lifetime: None };
        let written = opened.claim.update(write, &Tag::from_bytes([0; Tag::BYTES])).await;
        written.unwrap_err().kind()
    });
    assert_eq!(failure, ErrorKind::Unavailable);
    assert!(store.state().holder.is_none(), "the lock stands");
}

#[test]
fn a_runtime_that_stands_still_after_the_response_leaves_no_lock_if_it_is_drained() {
    let (strategy, store, _seen) = over_one_session();
    let runtime = single_threaded();
    let drained = runtime.block_on(async {
        drop(strategy.open(&key(), Freshness::AsConfigured).await.unwrap().unwrap());
        strategy.drain(LONG).await
    });
    assert!(drained.is_complete());
    assert!(store.state().holder.is_none(), "the lock stands");
}

#[test]
fn a_release_is_pending_until_its_runtime_goes_on_or_ends() {
    let (strategy, store, _seen) = over_one_session();
    let first = single_threaded();
    first.block_on(async {
        drop(strategy.open(&key(), Freshness::AsConfigured).await.unwrap().unwrap());
    });
    let elsewhere = single_threaded();
    let drained = elsewhere.block_on(strategy.drain(Duration::from_millis(10)));
    assert_eq!(drained.pending_releases, 1);
    drop(first);
    assert!(elsewhere.block_on(strategy.drain(LONG)).is_complete(), "what ended is counted");
    assert!(store.state().holder.is_some(), "nobody released the lock");
}

#[test]
fn a_runtime_without_timers_is_rejected_when_a_session_is_opened() {
    let (strategy, store, _seen) = over_one_session();
    for runtime in [Builder::new_current_thread().build(), Builder::new_multi_thread().build()] {
        let error =
            runtime.unwrap().block_on(strategy.open(&key(), Freshness::AsConfigured)).unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Config, Operation::Acquire));
        assert!(error.to_string().contains("enable_time"), "{error}");
    }
    assert!(store.state().attempts.is_empty(), "a lock was taken that nobody can renew");
}

#[test]
fn without_a_runtime_opening_is_rejected() {
    let (strategy, store, _seen) = over_one_session();
    let error = strategy
        .open(&key(), Freshness::AsConfigured)
        .now_or_never()
        .expect("it is rejected at once")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
    assert!(store.state().attempts.is_empty());
}

#[test]
fn a_timer_says_whether_it_can_sleep_here() {
    let timer = single_threaded().block_on(async { TokioTimer::new() });
    assert!(timer.check().unwrap_err().to_string().contains("no tokio runtime"));
    let without = Builder::new_current_thread().build().unwrap();
    let error = without.block_on(async { timer.check() }).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Config, Operation::Configure));
    single_threaded().block_on(async { timer.check() }).unwrap();
}
