use crate::acquisition::Acquisition;
use crate::held_locks::LeftLocks;
use crate::releases::Releases;
use crate::renewals::Renewals;
use crate::wait_queue::WaitQueues;
use crate::{HeldLocks, LockOptions};
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::random::{OsRandom, Randomness};
use session_core::store::{Freshness, Key, LockingStore, SessionStore, Snapshot};
use session_core::strategy::{Drained, Opened, Strategy};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_core::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;

/// Each handle of a session waits until the handle before it has ended.
///
/// The lock is a lease in the store, renewed while it is held, and every write names its token, so
/// a stale holder changes nothing ([L4](session_core::contract#l4)). The waiters of one process queue for each
/// session, and only the first of them asks the store.
///
/// Clones share the queue; use one for all sessions of a store. It needs a tokio runtime with timers
/// to renew leases on. A handler that blocks all threads of the runtime for longer than a lease is
/// not renewed meanwhile, and may lose its lock: on a single-threaded runtime, any handler that
/// blocks does.
///
/// ```
/// # use session_core::store::LockingStore;
/// # use session_core::Result;
/// # use std::sync::Arc;
/// # async fn example(store: Arc<dyn LockingStore>) -> Result<()> {
/// use session_core::codec::Json;
/// use session_core::Sessions;
/// use session_locking::Pessimistic;
///
/// let sessions = Sessions::<u64>::builder(Pessimistic::new(store), Json::new()).build()?;
///
/// let mut session = sessions.open(None).await?;
/// *session.data_mut() += 1;
/// let committed = session.commit().await?;
/// if let Some((id, expires)) = committed.cookie() {
///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Pessimistic {
    pub(crate) store: Arc<dyn LockingStore>,
    pub(crate) options: LockOptions,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) queues: Arc<WaitQueues>,
    pub(crate) releases: Releases,
    pub(crate) renewals: Renewals,
    pub(crate) held_locks: Option<HeldLocks>,
}

impl Pessimistic {
    /// Sessions in `store`, locked with the default options.
    ///
    /// An `Arc` of a store is a store, too. Over a store that does not declare that it locks, no
    /// sessions can be built.
    pub fn new(store: impl LockingStore) -> Self {
        Self {
            store: Arc::new(store),
            options: LockOptions::default(),
            timer: Arc::new(TokioTimer::new()),
            randomness: Arc::new(OsRandom),
            queues: Arc::default(),
            releases: Releases::default(),
            renewals: Renewals::default(),
            held_locks: None,
        }
    }

    /// The same with other options, which are checked when sessions are built.
    #[must_use]
    pub fn with_options(self, options: LockOptions) -> Self {
        Self { options, ..self }
    }

    /// The same with another timer, by which waits, leases and holds are measured.
    #[must_use]
    pub fn with_timer(self, timer: impl Timer) -> Self {
        // The times of the renewals that wait are those of another timer.
        Self { timer: Arc::new(timer), renewals: Renewals::default(), ..self }
    }

    /// The same with another source of lock tokens and jitter.
    #[must_use]
    pub fn with_randomness(self, randomness: impl Randomness) -> Self {
        Self { randomness: Arc::new(randomness), ..self }
    }

    /// The same with a file that lists the locks of this process, for the next process.
    #[must_use]
    pub fn with_held_locks(self, held_locks: HeldLocks) -> Self {
        Self { held_locks: Some(held_locks), ..self }
    }

    /// Releases the locks that the previous process left in the file of held locks.
    ///
    /// Returns how many of them may still stand. A release that fails is repeated. After a
    /// minute it is given up. Without such a file there is nothing to release.
    ///
    /// # Cancellation
    ///
    /// Locks that are not released stay in the file, and the next process tries again.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::store::LockingStore;
    /// # use session_core::Result;
    /// # use std::path::Path;
    /// # use std::sync::Arc;
    /// # async fn example(store: Arc<dyn LockingStore>, path: &Path) -> Result<()> {
    /// use session_locking::{HeldLocks, Pessimistic};
    ///
    /// let strategy = Pessimistic::new(store).with_held_locks(HeldLocks::open(path)?);
    /// let at_start = strategy.clone();
    /// tokio::spawn(async move { at_start.release_left_locks().await });
    /// # Ok(())
    /// # }
    /// ```
    pub async fn release_left_locks(&self) -> usize {
        let _pending = self.releases.begin();
        let Some(held_locks) = &self.held_locks else {
            return 0;
        };
        LeftLocks::of(held_locks).release(&*self.store, &*self.timer).await
    }
}

#[async_trait]
impl Strategy for Pessimistic {
    fn store(&self) -> &dyn SessionStore {
        &self.store
    }

    fn check(&self) -> Result<()> {
        self.options.check()?;
        if self.store.capabilities().locks() {
            return Ok(());
        }
        let error = Error::new(Operation::Configure, ErrorKind::Config);
        Err(error.with_detail(
            "the pessimistic strategy needs a store that locks: this one does not, or not as it \
             is configured",
        ))
    }

    async fn open(&self, key: &Key, _: Freshness) -> Result<Option<Opened>> {
        Acquisition::wait(self, key).await?.acquire().await
    }

    /// Takes the lock and reads the record again in one step.
    ///
    /// Another handle may have written since the session was read.
    async fn claim(&self, key: &Key, _: &Snapshot) -> Result<Option<Opened>> {
        self.open(key, Freshness::Latest).await
    }

    async fn drain(&self, timeout: Duration) -> Drained {
        self.releases.drain(&*self.timer, timeout).await
    }
}
