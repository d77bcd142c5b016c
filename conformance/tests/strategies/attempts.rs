//! Strategies that handle the reply or the failure of an attempt wrongly.

use crate::changed::{Change, Changed};
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_conformance::twist::{AcquireCall, Twist, Twisted};
use session_core::error::Operation;
use session_core::random::OsRandom;
use session_core::store::{Acquired, Freshness, Key, LockToken, LockingStore, Watch};
use session_core::strategy::{Opened, Strategy};
use session_core::time::{ManualClock, Timer};
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
    fault: Fault,
    /// Whether the last attempt failed.
    failed: Arc<AtomicBool>,
    /// Whether a watch has begun since the last attempt.
    watched: AtomicBool,
}

#[async_trait]
impl Twist<dyn LockingStore> for Attempting {
    async fn acquire(&self, store: &dyn LockingStore, call: AcquireCall<'_>) -> Result<Acquired> {
        let watched = self.watched.swap(false, Ordering::SeqCst);
        if watched && self.fault == Fault::WaitsAfterTheWatch {
            return Ok(Acquired::Busy { remaining: None });
        }
        let forgets = self.fault == Fault::ForgetsItsToken;
        let failed = self.failed.load(Ordering::SeqCst);
        let token = if forgets && failed { &LockToken::draw(&OsRandom) } else { call.token };
        let acquired = AcquireCall { token, ..call }.on(store).await;
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
                store.release(call.key, token).await?;
                Err(error)
            }
            _ => Err(error),
        }
    }

    async fn watch(&self, store: &dyn LockingStore, key: &Key) -> Option<Box<dyn Watch>> {
        let watch = store.watch(key).await;
        self.watched.store(watch.is_some(), Ordering::SeqCst);
        watch
    }
}

/// The sound strategy with this fault in its attempts.
fn with(
    fault: Fault,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Pessimistic> + Send + Sync {
    move |store, options, clock| {
        let attempting =
            Attempting { fault, failed: Arc::default(), watched: AtomicBool::default() };
        Ok(sound(Arc::new(Twisted::over(store, attempting)), options, clock))
    }
}

/// Derives the error of a failed wait from the last attempt only.
#[derive(Debug)]
struct ByTheLastAttempt(Arc<AtomicBool>);

#[async_trait]
impl Change for ByTheLastAttempt {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await;
        let failed = self.0.load(Ordering::SeqCst);
        opened.map_err(|error| match error.kind() {
            ErrorKind::LockTimeout { .. } if failed => {
                Error::new(Operation::Acquire, ErrorKind::Unavailable)
            }
            _ => error,
        })
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

#[async_trait]
impl Twist<dyn LockingStore> for FromTheAnswer {
    async fn acquire(&self, store: &dyn LockingStore, call: AcquireCall<'_>) -> Result<Acquired> {
        let begin = self.clock.elapsed();
        let acquired = call.on(store).await;
        if matches!(acquired, Ok(Acquired::Locked(_))) {
            let took = self.clock.elapsed().saturating_sub(begin);
            *self.missed.lock().unwrap_or_else(PoisonError::into_inner) += took;
        }
        acquired
    }
}

rejects! {
    gives_up_when_the_store_is_unavailable = with(Fault::GivesUp)
        => [
            an_acquisition_is_repeated_with_its_token,
            waiting_goes_on_while_the_store_is_unavailable,
        ];
    repeats_what_fails_for_good = with(Fault::NeverGivesUp)
        => [a_failure_for_good_ends_the_wait];
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
        => [an_acquisition_that_was_not_applied_is_not_released];
    waits_after_it_has_begun_to_watch = with(Fault::WaitsAfterTheWatch)
        => [a_release_just_before_the_watch_is_not_missed];
    forgets_that_the_lock_was_held = |store, options, clock| {
        let failed = Arc::<AtomicBool>::default();
        let attempting = Attempting { fault: Fault::None, failed: Arc::clone(&failed), watched: AtomicBool::default() };
        let store = Arc::new(Twisted::over(store, attempting));
        Ok(Changed(sound(store, options, clock), ByTheLastAttempt(failed)))
    }
        => [a_lock_that_was_seen_held_ends_in_a_lock_timeout];
    counts_a_lease_from_the_answer = |store, options: LockOptions, clock| {
        let timer = FromTheAnswer { clock, missed: Arc::default() };
        let store = Arc::new(Twisted::over(store, timer.clone()));
        Ok(Pessimistic::new(store).with_options(options).with_timer(timer))
    }
        => [
            a_lease_counts_from_the_start_of_its_attempt,
            an_answer_after_the_lease_is_not_taken_for_a_lock,
        ];
}
