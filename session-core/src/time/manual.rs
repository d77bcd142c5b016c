use crate::time::{Clock, EpochMillis, Timer};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

/// A clock and timer that move when a test says so.
///
/// Clones share one time. [`advance`](Self::advance) moves the wall clock and the monotonic one
/// and wakes who sleeps; [`set`](Self::set) makes the wall clock jump, as a correction by the
/// system would.
///
/// ```
/// use session_core::time::{Clock, EpochMillis, ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
/// clock.advance(Duration::from_millis(1));
/// assert_eq!(clock.now().as_epoch_millis(), 1_700_000_000_001);
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// The wall clock, since the epoch, finer than it is read.
    wall: Duration,
    elapsed: Duration,
    next_sleep: u64,
    sleepers: BTreeMap<(Duration, u64), Waker>,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: EpochMillis) -> Self {
        let state = State {
            wall: since_epoch(now),
            elapsed: Duration::ZERO,
            next_sleep: 0,
            sleepers: BTreeMap::new(),
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Moves both clocks forward and wakes every sleeper whose time has come.
    pub fn advance(&self, duration: Duration) {
        let due = {
            let mut state = self.lock();
            state.wall = state.wall.saturating_add(duration);
            state.elapsed = state.elapsed.saturating_add(duration);
            let end = (state.elapsed, u64::MAX);
            let later = state.sleepers.split_off(&end);
            std::mem::replace(&mut state.sleepers, later)
        };
        due.into_values().for_each(Waker::wake);
    }

    /// Sets the wall clock, and leaves the monotonic clock and sleepers as they are.
    ///
    /// The wall clock can go forwards or backwards.
    pub fn set(&self, now: EpochMillis) {
        self.lock().wall = since_epoch(now);
    }

    /// How long until the next sleeper is due, or `None` when nobody sleeps.
    pub fn next_wake(&self) -> Option<Duration> {
        let state = self.lock();
        let ((due, _), _) = state.sleepers.first_key_value()?;
        Some(due.saturating_sub(state.elapsed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> EpochMillis {
        EpochMillis::from_epoch_millis(0).saturating_add(self.lock().wall)
    }
}

#[async_trait]
impl Timer for ManualClock {
    fn elapsed(&self) -> Duration {
        self.lock().elapsed
    }

    async fn sleep(&self, duration: Duration) {
        let place = {
            let mut state = self.lock();
            state.next_sleep += 1;
            (state.elapsed.saturating_add(duration), state.next_sleep)
        };
        let _awake = Awake { clock: self, place };
        poll_fn(|context| {
            let mut state = self.lock();
            if state.elapsed >= place.0 {
                return Poll::Ready(());
            }
            let replaced = state.sleepers.insert(place, context.waker().clone());
            drop(state);
            drop(replaced);
            Poll::Pending
        })
        .await;
    }
}

fn since_epoch(time: EpochMillis) -> Duration {
    Duration::from_millis(time.as_epoch_millis())
}

/// Takes a sleeper off the list when its future ends or is dropped.
struct Awake<'a> {
    clock: &'a ManualClock,
    place: (Duration, u64),
}

impl Drop for Awake<'_> {
    fn drop(&mut self) {
        // Dropping a waker can run anything, so the clock is unlocked by then.
        let removed = self.clock.lock().sleepers.remove(&self.place);
        drop(removed);
    }
}
