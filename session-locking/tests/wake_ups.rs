//! Tests of a waiter on a store that wakes it, in time or too early.

use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, Deletion, Expect, Freshness, Key, LockToken, LockingStore,
    Record, Rotation, SessionStore, Snapshot, Tag, Touch, Watch,
};
use session_core::strategy::Strategy;
use session_core::time::{EpochMillis, ManualClock, Timer, Timestamp};
use session_core::{Error, ErrorKind, Result};
use session_locking::{LockOptions, Pessimistic};
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::yield_now;

/// The times at which a store wakes a waiter.
#[derive(Clone, Copy, Debug)]
enum Wakes {
    /// Never.
    Never,
    /// Never: the request for a watch does not return.
    NeverThoughAsked,
    /// Never: the watch has nothing to report.
    NeverThoughWatched,
    /// At every wait.
    Always,
    /// From this time on.
    From(Duration),
}

/// A store whose one lock another process holds forever.
#[derive(Debug)]
struct Busy {
    clock: ManualClock,
    wakes: Wakes,
    attempts: Mutex<Vec<Duration>>,
}

/// The panic message of operations that a waiter does not use.
const NOT_ASKED: &str = "a waiter asks for the lock alone";

#[async_trait]
impl SessionStore for Busy {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE.with_locking()
    }

    async fn load(&self, _: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        unreachable!("{NOT_ASKED}")
    }

    async fn create(&self, _: &Key, _: &Record, _: &Tag) -> Result<()> {
        unreachable!("{NOT_ASKED}")
    }

    async fn update(&self, _: &Key, _: &Change, _: &Expect, _: &Tag) -> Result<()> {
        unreachable!("{NOT_ASKED}")
    }

    async fn touch(&self, _: &Key, _: &Touch, _: &Expect) -> Result<()> {
        unreachable!("{NOT_ASKED}")
    }

    async fn rotate(&self, _: &Key, _: &Key, _: &Rotation, _: &Expect, _: &Tag) -> Result<()> {
        unreachable!("{NOT_ASKED}")
    }

    async fn delete(&self, _: &Key, _: &Expect) -> Result<Deletion> {
        unreachable!("{NOT_ASKED}")
    }
}

#[async_trait]
impl LockingStore for Busy {
    /// Never yields, and ends an endless loop with an unexpected error.
    async fn acquire(&self, _: &Key, _: &LockToken, _: Duration) -> Result<Acquired> {
        const MOST: usize = 10_000;
        let mut attempts = self.attempts.lock().expect("nobody panics under this lock");
        attempts.push(self.clock.elapsed());
        if attempts.len() > MOST {
            return Err(Error::new(Operation::Acquire, ErrorKind::Unavailable));
        }
        Ok(Acquired::Busy { remaining: None })
    }

    async fn renew(&self, _: &Key, _: &LockToken, _: Duration) -> Result<Timestamp> {
        unreachable!("{NOT_ASKED}")
    }

    async fn release(&self, _: &Key, _: &LockToken) -> Result<()> {
        Ok(())
    }

    async fn watch(&self, _: &Key) -> Option<Box<dyn Watch>> {
        let (clock, wakes) = (self.clock.clone(), self.wakes);
        match wakes {
            Wakes::Never => None,
            Wakes::NeverThoughAsked => pending().await,
            _ => Some(Box::new(BusyWatch { clock, wakes })),
        }
    }
}

#[derive(Debug)]
struct BusyWatch {
    clock: ManualClock,
    wakes: Wakes,
}

#[async_trait]
impl Watch for BusyWatch {
    async fn changed(&mut self) {
        match self.wakes {
            Wakes::Never | Wakes::NeverThoughAsked | Wakes::NeverThoughWatched => pending().await,
            Wakes::Always => {}
            Wakes::From(time) => {
                self.clock.sleep(time.saturating_sub(self.clock.elapsed())).await;
            }
        }
    }
}

/// The times of a waiter's attempts until it gives up.
async fn attempts(wakes: Wakes) -> Vec<Duration> {
    attempts_with(LockOptions::default(), wakes).await
}

async fn attempts_with(options: LockOptions, wakes: Wakes) -> Vec<Duration> {
    /// More polls than the longest wait takes.
    const TURNS: usize = 20_000;
    let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
    let store = Arc::new(Busy { clock: clock.clone(), wakes, attempts: Mutex::default() });
    let strategy = Pessimistic::new(Arc::clone(&store) as Arc<dyn LockingStore>);
    let strategy = strategy.with_options(options).with_timer(clock.clone());
    let key = Key::new("a").expect("it is not empty");
    let waiter = tokio::spawn(async move { strategy.open(&key, Freshness::AsConfigured).await });
    for _ in 0..TURNS {
        if waiter.is_finished() {
            break;
        }
        yield_now().await;
        if let Some(wake) = clock.next_wake() {
            clock.advance(wake);
        }
    }
    assert!(waiter.is_finished(), "the wait has no end");
    let opened = waiter.await.expect("a waiter does not panic");
    let refused = opened.expect_err("another holds the lock");
    assert_eq!(refused.kind(), ErrorKind::LockTimeout { remaining: None });
    assert_eq!(clock.elapsed(), LockOptions::default().max_lock_wait_time);
    store.attempts.lock().expect("nobody panics under this lock").clone()
}

fn delays(attempts: &[Duration]) -> impl Iterator<Item = Duration> {
    attempts.windows(2).map(|pair| pair[1].saturating_sub(pair[0]))
}

#[tokio::test]
async fn wake_ups_without_end_bring_few_attempts_more_than_the_shortest_delay() {
    let LockOptions { max_lock_wait_time, min_lock_retry, .. } = LockOptions::default();
    let shortest = max_lock_wait_time.as_millis() / min_lock_retry.as_millis();
    let attempts = attempts(Wakes::Always).await;
    assert_eq!(attempts.len() as u128, 1 + 8 + shortest);
    assert!(attempts[..9].iter().all(Duration::is_zero));
    assert!(delays(&attempts[8..]).all(|delay| delay == min_lock_retry));
}

#[tokio::test]
async fn who_waited_and_is_woken_asks_at_once() {
    let time = Duration::from_micros(3_141_593);
    let attempts = attempts(Wakes::From(time)).await;
    let at_once = attempts.iter().filter(|attempt| **attempt == time).count();
    assert!((8..=9).contains(&at_once), "asked {at_once} times when it was woken");
}

#[tokio::test]
async fn who_is_never_woken_asks_by_the_back_off_alone() {
    let LockOptions { min_lock_retry, max_lock_retry, .. } = LockOptions::default();
    let mut attempts = attempts(Wakes::Never).await;
    attempts.pop();
    assert!(delays(&attempts).all(|delay| (min_lock_retry..=max_lock_retry).contains(&delay)));
}

#[tokio::test]
async fn who_watches_asks_again_at_once_and_then_seldom() {
    let LockOptions { max_lock_wait_time, .. } = LockOptions::default();
    let mut attempts = attempts(Wakes::NeverThoughWatched).await;
    attempts.pop();
    let mut delays = delays(&attempts);
    assert_eq!(delays.next(), Some(Duration::ZERO));
    assert!(delays.all(|delay| delay <= Duration::from_secs(1)));
    let most = max_lock_wait_time.as_secs() * 4;
    assert!((attempts.len() as u64) < most, "{} attempts", attempts.len());
}

#[tokio::test]
async fn who_watches_asks_once_a_second_at_least_also_if_its_longest_delay_is_longer() {
    let options = LockOptions {
        max_lock_retry: Duration::from_secs(5),
        max_lock_wait_time: Duration::from_secs(10),
        ..LockOptions::default()
    };
    let attempts = attempts_with(options, Wakes::NeverThoughWatched).await;
    let longest = delays(&attempts).max();
    assert!(longest <= Some(Duration::from_secs(1)), "{longest:?}");
}

#[tokio::test]
async fn a_watch_that_does_not_begin_stops_no_waiter_for_longer_than_a_request() {
    let LockOptions { request_timeout, max_lock_retry, .. } = LockOptions::default();
    let mut attempts = attempts(Wakes::NeverThoughAsked).await;
    attempts.pop();
    let mut delays = delays(&attempts);
    let first = delays.next().expect("there are more attempts");
    assert!(first > request_timeout && first <= request_timeout + max_lock_retry, "{first:?}");
    assert!(delays.all(|delay| delay <= max_lock_retry));
}
