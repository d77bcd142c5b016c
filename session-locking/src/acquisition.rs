use crate::Pessimistic;
use crate::back_off::BackOff;
use crate::claim::LockedClaim;
use crate::lock::Lock;
use crate::wait_queue::{QueueSlot, Sighting};
use crate::wake_up_limiter::WakeUpLimiter;
use crate::waking::Waking;
use futures_util::FutureExt;
use futures_util::future::{Either, select};
use session_core::error::Operation;
use session_core::store::{Acquired, Key};
use session_core::strategy::Opened;
use session_core::{Error, ErrorKind, Result};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// A waiter at the head of its queue, whose turn it is to ask the store.
#[derive(Debug)]
pub(crate) struct Acquisition<'a> {
    strategy: &'a Pessimistic,
    key: &'a Key,
    slot: QueueSlot,
    deadline: Duration,
    runtime: Handle,
}

impl<'a> Acquisition<'a> {
    /// Waits in the queue of `key` until this waiter's turn or the deadline.
    pub(crate) async fn wait(strategy: &'a Pessimistic, key: &'a Key) -> Result<Self> {
        let runtime = Handle::try_current().map_err(|_| {
            let error = Error::new(Operation::Acquire, ErrorKind::Config);
            error.with_detail("pessimistic locking needs a tokio runtime to wait and renew on")
        })?;
        strategy.timer.check().map_err(|error| error.during(Operation::Acquire))?;
        let wait = strategy.options.max_lock_wait_time;
        let deadline = strategy.timer.elapsed() + wait;
        let mut slot = strategy.queues.join(key);
        let is_head = {
            let mut head = pin!(slot.reach_head());
            // Mostly nobody else is there, and a timer would be set for nothing.
            head.as_mut().now_or_never().is_some()
                || matches!(select(head, strategy.timer.sleep(wait)).await, Either::Left(_))
        };
        if is_head {
            Ok(Self { strategy, key, slot, deadline, runtime })
        } else {
            Err(wait_failure(slot.sighting(), Ok(None)))
        }
    }

    /// Asks the store until it locks, the session is absent, or the deadline has come.
    ///
    /// Every wait between two attempts ends at the deadline, so at most one attempt follows it
    /// (L10).
    pub(crate) async fn acquire(self) -> Result<Option<Opened>> {
        let Self { strategy, key, slot, deadline, runtime } = self;
        let Pessimistic { options, timer, randomness, .. } = strategy;
        let left = || deadline.saturating_sub(timer.elapsed());
        let pause = options.max_lock_retry;
        if slot.must_pause(timer.elapsed(), pause) {
            timer.sleep(pause.min(left())).await;
        }
        let mut back_off = BackOff::new(options, Arc::clone(randomness));
        let mut waking = Waking::new(WakeUpLimiter::new(options.min_lock_retry));
        let mut lock = Lock::new(strategy, key, slot, runtime);
        loop {
            let now = timer.elapsed();
            waking.count_attempt(now);
            let left_now = deadline.saturating_sub(now);
            let limit = options.renewal_interval().min(left_now + options.request_timeout);
            let busy = match lock.acquire(now, limit).await {
                Ok(Acquired::Locked(snapshot)) => {
                    let claim = Box::new(LockedClaim::new(lock, &snapshot));
                    return Ok(Some(Opened { snapshot, claim }));
                }
                Ok(Acquired::Absent) => return Ok(None),
                Ok(Acquired::Busy { remaining }) => {
                    lock.see_held();
                    Ok(remaining)
                }
                Err(error) if error.kind() == ErrorKind::Unavailable => Err(error),
                Err(error) => return Err(error),
            };
            if left().is_zero() {
                return Err(wait_failure(lock.sighting(), busy));
            }
            let is_answered = busy.is_ok();
            let brief = options.request_timeout.min(left());
            if is_answered && waking.begin(&*strategy.store, key, &**timer, brief).await {
                continue;
            }
            // A store that does not answer may not report either.
            let is_watching = is_answered && waking.is_watching();
            let delay = back_off.next(busy.unwrap_or(None), is_watching).min(left());
            waking.wait(&**timer, delay).await;
        }
    }
}

/// The error of a wait without success: the lock was held, or that is unknown.
fn wait_failure(seen: Sighting, busy: Result<Option<Duration>>) -> Error {
    let (remaining, failure) = match busy {
        Ok(remaining) => (remaining, None),
        Err(failure) => (None, Some(failure)),
    };
    let timeout = Error::new(Operation::Acquire, ErrorKind::LockTimeout { remaining });
    match seen {
        Sighting::HeldHere => timeout.with_detail(
            "a handle in this process holds the lock: open a session once for each request, and \
             commit or drop the handle before opening it again",
        ),
        Sighting::Held => timeout,
        Sighting::Never => failure.unwrap_or_else(|| {
            let error = Error::new(Operation::Acquire, ErrorKind::Unavailable);
            error.with_detail(
                "the store did not answer the first waiter of the queue: try again later",
            )
        }),
    }
}
