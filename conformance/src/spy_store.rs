mod trouble;

pub(crate) use trouble::Trouble;

use crate::Context;
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
    Touch, Watch,
};
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
#[derive(Debug)]
pub(crate) struct SpyStore {
    store: Arc<dyn SessionStore>,
    locking: Option<Arc<dyn LockingStore>>,
    collecting: Option<Arc<dyn CollectingStore>>,
    clock: ManualClock,
    attempts: Mutex<Vec<Duration>>,
    failed_attempts: AtomicUsize,
    renewals: Mutex<Vec<Duration>>,
    releases: AtomicUsize,
    wakes: Mutex<Wakes>,
    released_first: Mutex<Option<LockToken>>,
    touched: Mutex<Option<Timestamp>>,
    token: Mutex<Option<LockToken>>,
    writes: AtomicUsize,
    under_way: AtomicUsize,
    pub(crate) acquiring: Troubled,
    pub(crate) renewing: Troubled,
    pub(crate) releasing: Troubled,
    pub(crate) updating: Troubled,
    pub(crate) rotating: Troubled,
    pub(crate) sweeps_to_fail: AtomicUsize,
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
    /// More attempts to lock than any case takes.
    const MOST_ATTEMPTS: usize = 20_000;
    /// More steps than a walk over the records of a case takes.
    const MOST_SWEEPS: usize = 1_000;

    /// The store of a case.
    pub(crate) fn of(context: &Context) -> Arc<Self> {
        Arc::new(Self {
            store: Arc::clone(context.store()),
            locking: context.locking().ok().cloned(),
            collecting: context.collecting().ok().cloned(),
            clock: context.clock().clone(),
            attempts: Mutex::default(),
            failed_attempts: AtomicUsize::new(0),
            renewals: Mutex::default(),
            releases: AtomicUsize::new(0),
            wakes: Mutex::default(),
            released_first: Mutex::default(),
            touched: Mutex::default(),
            token: Mutex::default(),
            writes: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            acquiring: Troubled::default(),
            renewing: Troubled::default(),
            releasing: Troubled::default(),
            updating: Troubled::default(),
            rotating: Troubled::default(),
            sweeps_to_fail: AtomicUsize::new(0),
            sweeps: AtomicUsize::new(0),
        })
    }

    /// When each attempt to lock was made, by the monotonic clock.
    pub(crate) fn attempts(&self) -> Vec<Duration> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many attempts to lock had no answer.
    pub(crate) fn failed_attempts(&self) -> usize {
        self.failed_attempts.load(Ordering::SeqCst)
    }

    /// When each renewal was asked for, by the monotonic clock.
    pub(crate) fn renewals(&self) -> Vec<Duration> {
        self.renewals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The expiry that the last touch named.
    pub(crate) fn touched(&self) -> Option<Timestamp> {
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often a lock was to be released without a write.
    pub(crate) fn releases(&self) -> usize {
        self.releases.load(Ordering::SeqCst)
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
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.push(self.clock.elapsed());
        if attempts.len() > Self::MOST_ATTEMPTS {
            let error = Error::new(Operation::Acquire, ErrorKind::Config);
            return Err(error.with_detail("attempts to lock have no end"));
        }
        Ok(())
    }

    /// The token of the last attempt to lock.
    pub(crate) fn token(&self) -> Option<LockToken> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often a record was to be created, changed, moved or deleted.
    pub(crate) fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }

    /// The time between each attempt and the next.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        let attempts = self.attempts();
        attempts.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect()
    }

    /// Whether the store has been asked something that it has not answered.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) > 0
    }

    fn locking(&self) -> &dyn LockingStore {
        self.locking.as_deref().expect("only cases that need locking lock")
    }

    /// Releases a lock over a store that may fail.
    async fn release_for_sure(&self, key: &Key, token: &LockToken) {
        /// More attempts than fail in a row.
        const ATTEMPTS: usize = 16;
        for _ in 0..ATTEMPTS {
            if self.locking().release(key, token).await.is_ok() {
                return;
            }
        }
    }

    fn count_write(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    fn begin(&self) -> UnderWay<'_> {
        UnderWay::begin(&self.under_way)
    }

    async fn through<T>(
        &self,
        trouble: &Troubled,
        operation: Operation,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        trouble.get().befall(operation, &self.clock, &self.under_way, call).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl SessionStore for SpyStore {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        let _under_way = self.begin();
        self.store.load(key, freshness).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.count_write();
        let _under_way = self.begin();
        self.store.create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.count_write();
        let update = self.store.update(key, change, expect, version);
        self.through(&self.updating, Operation::Update, update).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.count_write();
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner) = Some(touch.expires);
        let _under_way = self.begin();
        self.store.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.count_write();
        let rotate = self.store.rotate(old, new, rotation, expect, version);
        self.through(&self.rotating, Operation::Rotate, rotate).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.count_write();
        let _under_way = self.begin();
        self.store.delete(key, expect).await
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl LockingStore for SpyStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.count_attempt()?;
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        let acquire = self.locking().acquire(key, token, lease);
        let acquired = self.through(&self.acquiring, Operation::Acquire, acquire).await;
        self.failed_attempts.fetch_add(usize::from(acquired.is_err()), Ordering::SeqCst);
        acquired
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        let now = self.clock.elapsed();
        self.renewals.lock().unwrap_or_else(PoisonError::into_inner).push(now);
        let renew = self.locking().renew(key, token, lease);
        self.through(&self.renewing, Operation::Renew, renew).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.releases.fetch_add(1, Ordering::SeqCst);
        let release = self.locking().release(key, token);
        self.through(&self.releasing, Operation::Release, release).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        let _under_way = self.begin();
        let released = self.released_first.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(token) = released {
            self.release_for_sure(key, &token).await;
            return Some(Box::new(NeverChanged));
        }
        let wakes = *self.wakes.lock().unwrap_or_else(PoisonError::into_inner);
        match wakes {
            Wakes::WithTheStore => self.locking().watch(key).await,
            Wakes::Never => None,
            Wakes::Always => Some(Box::new(AlwaysChanged)),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl CollectingStore for SpyStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let _under_way = self.begin();
        let order = Ordering::SeqCst;
        let fails = self.sweeps_to_fail.fetch_update(order, order, |left| left.checked_sub(1));
        if self.sweeps.fetch_add(1, order) >= Self::MOST_SWEEPS {
            let error = Error::new(Operation::Collect, ErrorKind::Config);
            return Err(error.with_detail("a walk over a few records has no end"));
        }
        if fails.is_ok() {
            return Err(Error::new(Operation::Collect, ErrorKind::Unavailable));
        }
        let store = self.collecting.as_ref().expect("only cases that need collecting sweep");
        store.sweep(budget, from).await
    }
}
