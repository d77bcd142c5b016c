mod trouble;

pub(crate) use trouble::Trouble;

use crate::Context;
use crate::composite_store::CompositeStore;
use crate::handle::{Handle, SecondHandle};
use crate::twist::{
    AcquireCall, Call, ReleaseCall, RenewCall, SweepCall, TouchCall, Twist, Twisted,
};
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Sweep, Watch};
use session_core::time::{ManualClock, Timer, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use trouble::{Troubled, UnderWay};

/// A store that spies on the calls of a layer to the store under test.
///
/// It knows when and by which token an attempt to lock was made, how many writes were requested,
/// and whether anything is under way. It can make trouble for attempts, renewals, releases, updates
/// and rotations, and can fail sweeps. It can wake those that wait for a lock never or always.
pub(crate) type SpyStore = Twisted<CompositeStore, Spy>;

/// The calls that were seen, and the trouble for those to come.
#[derive(Debug)]
pub(crate) struct Spy {
    clock: ManualClock,
    seen: Seen,
    wakes: Mutex<Wakes>,
    released_first: Mutex<Option<LockToken>>,
    pub(crate) acquiring: Troubled,
    pub(crate) renewing: Troubled,
    pub(crate) releasing: Troubled,
    pub(crate) updating: Troubled,
    pub(crate) rotating: Troubled,
    pub(crate) sweeps_to_fail: AtomicUsize,
}

/// The calls that were seen.
#[derive(Debug, Default)]
struct Seen {
    attempts: Mutex<Vec<Duration>>,
    failed_attempts: AtomicUsize,
    renewals: Mutex<Vec<Duration>>,
    releases: AtomicUsize,
    touched: Mutex<Option<Timestamp>>,
    token: Mutex<Option<LockToken>>,
    writes: AtomicUsize,
    under_way: AtomicUsize,
    sweeps: AtomicUsize,
}

/// When a watched store wakes who waits for a lock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Wakes {
    /// When the store under test does.
    #[default]
    WithTheStore,
    /// As one that knows of no release.
    Never,
    /// Whenever it is waited for, be there a release or not.
    Always,
}

/// A watch that reports no change.
#[derive(Debug)]
struct NeverChanged;

#[async_trait]
impl Watch for NeverChanged {
    async fn changed(&mut self) {
        pending::<()>().await;
    }
}

/// A watch that reports a change whenever it is asked.
#[derive(Debug)]
struct AlwaysChanged;

#[async_trait]
impl Watch for AlwaysChanged {
    async fn changed(&mut self) {}
}

impl SpyStore {
    /// The store of a case.
    pub(crate) fn of(context: &Context) -> Arc<Self> {
        let handle = Handle {
            store: Arc::clone(context.store()),
            locking: context.locking().ok().cloned(),
            collecting: context.collecting().ok().cloned(),
        };
        let store = CompositeStore::new(handle, SecondHandle::Impossible);
        Arc::new(Self::over(Arc::new(store), Spy::with(context.clock().clone())))
    }
}

impl Spy {
    /// More attempts to lock than any case takes.
    const MOST_ATTEMPTS: usize = 20_000;
    /// More steps than a walk over the records of a case takes.
    const MOST_SWEEPS: usize = 1_000;

    fn with(clock: ManualClock) -> Self {
        Self {
            clock,
            seen: Seen::default(),
            wakes: Mutex::default(),
            released_first: Mutex::default(),
            acquiring: Troubled::default(),
            renewing: Troubled::default(),
            releasing: Troubled::default(),
            updating: Troubled::default(),
            rotating: Troubled::default(),
            sweeps_to_fail: AtomicUsize::new(0),
        }
    }

    /// When each attempt to lock was made, by the monotonic clock.
    pub(crate) fn attempts(&self) -> Vec<Duration> {
        self.seen.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many attempts to lock had no answer.
    pub(crate) fn failed_attempts(&self) -> usize {
        self.seen.failed_attempts.load(Ordering::SeqCst)
    }

    /// When each renewal was asked for, by the monotonic clock.
    pub(crate) fn renewals(&self) -> Vec<Duration> {
        self.seen.renewals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The expiry that the last touch named.
    pub(crate) fn touched(&self) -> Option<Timestamp> {
        *self.seen.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often a lock was to be released without a write.
    pub(crate) fn releases(&self) -> usize {
        self.seen.releases.load(Ordering::SeqCst)
    }

    /// Wakes who waits for a lock in this way from now on.
    pub(crate) fn wake(&self, wakes: Wakes) {
        *self.wakes.lock().unwrap_or_else(PoisonError::into_inner) = wakes;
    }

    /// Releases the lock of `token` just before a watch begins.
    ///
    /// The watch reports nothing.
    pub(crate) fn release_before_the_watch(&self, token: LockToken) {
        *self.released_first.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }

    /// Writes an attempt down; an endless loop of them ends as a failure of the store.
    fn count_attempt(&self) -> Result<()> {
        let mut attempts = self.seen.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.push(self.clock.elapsed());
        if attempts.len() > Self::MOST_ATTEMPTS {
            let error = Error::new(Operation::Acquire, ErrorKind::Config);
            return Err(error.with_detail("attempts to lock have no end"));
        }
        Ok(())
    }

    /// The token of the last attempt to lock.
    pub(crate) fn token(&self) -> Option<LockToken> {
        self.seen.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a record was to be created, changed, moved or deleted.
    pub(crate) fn writes(&self) -> usize {
        self.seen.writes.load(Ordering::SeqCst)
    }

    /// The time between each attempt and the next.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        let attempts = self.attempts();
        attempts.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect()
    }

    /// Whether the store has been asked something that it has not answered.
    pub(crate) fn is_busy(&self) -> bool {
        self.seen.under_way.load(Ordering::SeqCst) > 0
    }

    /// The trouble of the calls of an operation.
    fn trouble(&self, operation: Operation) -> Trouble {
        match operation {
            Operation::Acquire => self.acquiring.get(),
            Operation::Renew => self.renewing.get(),
            Operation::Release => self.releasing.get(),
            Operation::Update => self.updating.get(),
            Operation::Rotate => self.rotating.get(),
            _ => Trouble::None,
        }
    }
}

/// Releases a lock over a store that may fail.
async fn release_for_sure(store: &CompositeStore, key: &Key, token: &LockToken) {
    /// More attempts than fail in a row.
    const ATTEMPTS: usize = 16;
    for _ in 0..ATTEMPTS {
        if store.release(key, token).await.is_ok() {
            return;
        }
    }
}

const fn is_write(operation: Operation) -> bool {
    use Operation::{Create, Delete, Rotate, Touch, Update};
    matches!(operation, Create | Update | Touch | Rotate | Delete)
}

#[async_trait]
impl Twist<CompositeStore> for Spy {
    async fn call<C: Call<CompositeStore>>(
        &self,
        store: &CompositeStore,
        call: C,
    ) -> Result<C::Answer> {
        self.seen.writes.fetch_add(usize::from(is_write(C::OPERATION)), Ordering::SeqCst);
        let trouble = self.trouble(C::OPERATION);
        trouble.befall(C::OPERATION, &self.clock, &self.seen.under_way, call.on(store)).await
    }

    async fn touch(&self, store: &CompositeStore, call: TouchCall<'_>) -> Result<()> {
        let expires = Some(call.touch.expires);
        *self.seen.touched.lock().unwrap_or_else(PoisonError::into_inner) = expires;
        self.call(store, call).await
    }

    async fn acquire(&self, store: &CompositeStore, call: AcquireCall<'_>) -> Result<Acquired> {
        self.count_attempt()?;
        let token = Some(call.token.clone());
        *self.seen.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
        let acquired = self.call(store, call).await;
        let failed = usize::from(acquired.is_err());
        self.seen.failed_attempts.fetch_add(failed, Ordering::SeqCst);
        acquired
    }

    async fn renew(&self, store: &CompositeStore, call: RenewCall<'_>) -> Result<Timestamp> {
        let now = self.clock.elapsed();
        self.seen.renewals.lock().unwrap_or_else(PoisonError::into_inner).push(now);
        self.call(store, call).await
    }

    async fn release(&self, store: &CompositeStore, call: ReleaseCall<'_>) -> Result<()> {
        self.seen.releases.fetch_add(1, Ordering::SeqCst);
        self.call(store, call).await
    }

    async fn watch(&self, store: &CompositeStore, key: &Key) -> Option<Box<dyn Watch>> {
        let _under_way = UnderWay::begin(&self.seen.under_way);
        let released = self.released_first.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(token) = released {
            release_for_sure(store, key, &token).await;
            return Some(Box::new(NeverChanged));
        }
        let wakes = *self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        match wakes {
            Wakes::WithTheStore => store.watch(key).await,
            Wakes::Never => None,
            Wakes::Always => Some(Box::new(AlwaysChanged)),
        }
    }

    async fn sweep(&self, store: &CompositeStore, call: SweepCall<'_>) -> Result<Sweep> {
        let order = Ordering::SeqCst;
        let fails = self.sweeps_to_fail.fetch_update(order, order, |left| left.checked_sub(1));
        if self.seen.sweeps.fetch_add(1, order) >= Self::MOST_SWEEPS {
            let error = Error::new(Operation::Collect, ErrorKind::Config);
            return Err(error.with_detail("a walk over a few records has no end"));
        }
        if fails.is_ok() {
            return Err(Error::new(Operation::Collect, ErrorKind::Unavailable));
        }
        self.call(store, call).await
    }
}
