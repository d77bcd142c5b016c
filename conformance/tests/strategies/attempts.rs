//! Strategies that handle the reply or the failure of an attempt wrongly.

use crate::forwarding::forwards_sessions;
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, Freshness, Key, LockToken, LockingStore, SessionStore, Snapshot, Watch,
};
use session_core::strategy::{Drained, Opened, Strategy};
use session_core::time::{ManualClock, Timer, Timestamp};
use session_core::{Error, ErrorKind, Result};
use session_locking::{LockOptions, Pessimistic};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A fault in the attempts of a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It treats a temporary failure as permanent.
    GivesUp,
    /// It treats a permanent failure as temporary.
    NeverGivesUp,
    /// It treats an unavailable store like a held lock.
    TakesFailuresForBusy,
    /// Each attempt after a failure has a new token.
    ForgetsItsToken,
    /// It releases the lock after every failure.
    ReleasesInAnyCase,
    /// It waits before the next attempt when it has begun to watch the lock.
    WaitsAfterTheWatch,
    /// It only notes failures, for [`ByTheLastAttempt`].
    None,
}

#[derive(Debug)]
struct Attempting {
    store: Arc<dyn LockingStore>,
    fault: Fault,
    /// Whether the last attempt failed.
    failed: Arc<AtomicBool>,
    /// Whether a watch has begun since the last attempt.
    watched: AtomicBool,
}

#[async_trait]
impl LockingStore for Attempting {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        let watched = self.watched.swap(false, Ordering::SeqCst);
        if watched && self.fault == Fault::WaitsAfterTheWatch {
            return Ok(Acquired::Busy { remaining: None });
        }
        let forgets = self.fault == Fault::ForgetsItsToken;
        let failed = self.failed.load(Ordering::SeqCst);
        let token = if forgets && failed { &LockToken::draw(&OsRandom) } else { token };
        let acquired = self.store.acquire(key, token, lease).await;
        self.failed.store(acquired.is_err() || forgets && failed, Ordering::SeqCst);
        let Err(error) = acquired else { return acquired };
        let another = |kind| Err(Error::new(Operation::Acquire, kind));
        match (self.fault, error.kind()) {
            (Fault::GivesUp, ErrorKind::Unavailable) => another(ErrorKind::Denied),
            (Fault::NeverGivesUp, ErrorKind::Denied) => another(ErrorKind::Unavailable),
            (Fault::TakesFailuresForBusy, ErrorKind::Unavailable) => {
                Ok(Acquired::Busy { remaining: None })
            }
            (Fault::ReleasesInAnyCase, _) => {
                self.store.release(key, token).await?;
                Err(error)
            }
            _ => Err(error),
        }
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.store.renew(key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.store.release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        let watch = self.store.watch(key).await;
        self.watched.store(watch.is_some(), Ordering::SeqCst);
        watch
    }
}

forwards_sessions!(Attempting);

/// The sound strategy with this fault in its attempts.
fn with(
    fault: Fault,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Pessimistic> + Send + Sync {
    move |store, options, clock| {
        let store =
            Attempting { store, fault, failed: Arc::default(), watched: AtomicBool::default() };
        Ok(sound(Arc::new(store), options, clock))
    }
}

/// Derives the error of a failed wait from the last attempt only.
#[derive(Debug)]
struct ByTheLastAttempt(Pessimistic, Arc<AtomicBool>);

#[async_trait]
impl Strategy for ByTheLastAttempt {
    fn store(&self) -> &dyn SessionStore {
        self.0.store()
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        let opened = self.0.open(key, freshness).await;
        let failed = self.1.load(Ordering::SeqCst);
        opened.map_err(|error| match error.kind() {
            ErrorKind::LockTimeout { .. } if failed => {
                Error::new(Operation::Acquire, ErrorKind::Unavailable)
            }
            _ => error,
        })
    }

    async fn claim(&self, key: &Key, _: &Snapshot) -> Result<Option<Opened>> {
        self.open(key, Freshness::Latest).await
    }

    async fn drain(&self, timeout: Duration) -> Drained {
        self.0.drain(timeout).await
    }
}

/// A clock that stands still during an attempt, so leases count from the answer.
#[derive(Clone, Debug)]
struct FromTheAnswer {
    clock: ManualClock,
    missed: Arc<Mutex<Duration>>,
}

#[async_trait]
impl Timer for FromTheAnswer {
    fn elapsed(&self) -> Duration {
        let missed = *self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        self.clock.elapsed().saturating_sub(missed)
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }
}

#[derive(Debug)]
struct Missing {
    store: Arc<dyn LockingStore>,
    timer: FromTheAnswer,
}

#[async_trait]
impl LockingStore for Missing {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        let begin = self.timer.clock.elapsed();
        let acquired = self.store.acquire(key, token, lease).await;
        if matches!(acquired, Ok(Acquired::Locked(_))) {
            let took = self.timer.clock.elapsed().saturating_sub(begin);
            *self.timer.missed.lock().unwrap_or_else(PoisonError::into_inner) += took;
        }
        acquired
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.store.renew(key, token, lease).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.store.release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        self.store.watch(key).await
    }
}

forwards_sessions!(Missing);

rejects! {
    gives_up_when_the_store_is_unavailable = with(Fault::GivesUp)
    => [
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
        an_acquisition_is_repeated_with_its_token,
        an_acquisition_that_was_not_applied_is_not_released,
        an_acquisition_whose_reply_is_lost_leaves_no_lock,
        waiting_for_an_unavailable_store_ends_as_unavailable,
        waiting_goes_on_while_the_store_is_unavailable,
    ];
    repeats_what_fails_for_good = with(Fault::NeverGivesUp)
    => [
        a_failure_for_good_ends_the_wait,
    ];
    takes_an_unavailable_store_for_a_held_lock = with(Fault::TakesFailuresForBusy)
    => [
        an_acquisition_that_was_not_applied_is_not_released,
        an_acquisition_whose_reply_is_lost_leaves_no_lock,
        waiting_for_an_unavailable_store_ends_as_unavailable,
    ];
    has_a_token_for_each_attempt = with(Fault::ForgetsItsToken)
    => [
        an_acquisition_is_repeated_with_its_token,
        waiting_goes_on_while_the_store_is_unavailable,
    ];
    releases_what_it_does_not_hold = with(Fault::ReleasesInAnyCase)
    => [
        an_acquisition_that_was_not_applied_is_not_released,
    ];
    waits_after_it_has_begun_to_watch = with(Fault::WaitsAfterTheWatch)
    => [
        a_release_just_before_the_watch_is_not_missed,
    ];
    forgets_that_the_lock_was_held = |store, options, clock| {
        let failed = Arc::<AtomicBool>::default();
        let store = Attempting { store, fault: Fault::None, failed: Arc::clone(&failed), watched: AtomicBool::default() };
        Ok(ByTheLastAttempt(sound(Arc::new(store), options, clock), failed))
    }
    => [
        a_lock_that_was_seen_held_ends_in_a_lock_timeout,
    ];
    counts_a_lease_from_the_answer = |store, options: LockOptions, clock| {
        let timer = FromTheAnswer { clock, missed: Arc::default() };
        let store = Arc::new(Missing { store, timer: timer.clone() });
        Ok(Pessimistic::new(store).with_options(options).with_timer(timer))
    }
    => [
        a_lease_counts_from_the_start_of_its_attempt,
        an_answer_after_the_lease_is_not_taken_for_a_lock,
    ];
}
