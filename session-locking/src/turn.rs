use crate::Pessimistic;
use crate::back_off::BackOff;
use crate::claim::Held;
use crate::line::Place;
use crate::lock::Lock;
use crate::wake_ups::WakeUps;
use futures_util::future::{Either, select};
use session_core::{Acquired, Error, ErrorKind, Key, Opened, Operation, Result};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// A waiter at the head of its line, whose turn it is to ask the store.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    strategy: &'a Pessimistic,
    key: &'a Key,
    place: Place,
    deadline: Duration,
    runtime: Handle,
}

impl<'a> Turn<'a> {
    /// Waits in the line of `key` until it is this waiter's turn or the deadline has come.
    pub(crate) async fn wait(strategy: &'a Pessimistic, key: &'a Key) -> Result<Self> {
        let runtime = Handle::try_current().map_err(|_| {
            let error = Error::new(Operation::Acquire, ErrorKind::Config);
            error.with_detail("pessimistic locking needs a tokio runtime to wait and renew on")
        })?;
        let wait = strategy.options.max_lock_wait_time;
        let deadline = strategy.timer.elapsed() + wait;
        let joined = pin!(strategy.lines.join(key));
        match select(joined, strategy.timer.sleep(wait)).await {
            Either::Left((place, _)) => Ok(Self { strategy, key, place, deadline, runtime }),
            Either::Right(_) => Err(timeout(None)),
        }
    }

    /// Asks the store until the lock is there, the session is not, or the deadline has come.
    ///
    /// Every wait between two attempts ends at the deadline, so at most one attempt follows it
    /// (L10).
    pub(crate) async fn acquire(self) -> Result<Option<Opened>> {
        let Self { strategy, key, place, deadline, runtime } = self;
        let Pessimistic { options, timer, randomness, .. } = strategy;
        let left = || deadline.saturating_sub(timer.elapsed());
        let pause = options.max_lock_retry;
        if place.must_pause(timer.elapsed(), pause) {
            timer.sleep(pause.min(left())).await;
        }
        let mut back_off = BackOff::new(options, Arc::clone(randomness));
        let mut wake_ups = WakeUps::new(options.min_lock_retry);
        let mut lock = Lock::new(strategy, key, place, runtime);
        loop {
            wake_ups.count(timer.elapsed());
            match lock.acquire(options.lock_lease).await? {
                Acquired::Locked(snapshot) => {
                    let claim = Held::new(strategy, lock, &snapshot);
                    return Ok(Some(Opened { snapshot, claim: Box::new(claim) }));
                }
                Acquired::Absent => return Ok(None),
                Acquired::Busy { remaining } if left().is_zero() => return Err(timeout(remaining)),
                Acquired::Busy { remaining } => {
                    lock.begin_run(timer.elapsed());
                    let delay = back_off.next(remaining).min(left());
                    // Either way the store is asked again.
                    select(timer.sleep(delay), pin!(strategy.woken(key, &wake_ups))).await;
                }
            }
        }
    }
}

impl Pessimistic {
    /// Waits until the store wakes who waits for `key`, and longer if it wakes too often.
    async fn woken(&self, key: &Key, wake_ups: &WakeUps) {
        self.store.released(key).await;
        let left = wake_ups.left(self.timer.elapsed());
        if !left.is_zero() {
            self.timer.sleep(left).await;
        }
    }
}

fn timeout(remaining: Option<Duration>) -> Error {
    Error::new(Operation::Acquire, ErrorKind::LockTimeout { remaining })
}
