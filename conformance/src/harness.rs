use crate::StrategyFactory;
use crate::handle::{Handle, SecondHandle};
use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use session_core::store::{CollectingStore, LockingStore, SessionStore};
use session_core::time::ManualClock;
use std::error::Error;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// Why a harness could not set up a store; `?` makes one of any error.
pub type SetupError = Box<dyn Error + Send + Sync + 'static>;

/// Makes a fresh, empty store for every case.
///
/// A store must take its time from the clock that it is given, because cases move it, and allow
/// a clock skew of [`CLOCK_SKEW`](crate::CLOCK_SKEW). No two fixtures share records: cases run in
/// parallel, and each has a clock of its own.
///
/// A function from a clock to a [`Fixture`] is a harness. Implement the trait where the set-up
/// needs to wait or can fail:
///
/// ```
/// use session_conformance::{Fixture, Harness, Model, SetupError};
/// use session_core::time::ManualClock;
/// use std::sync::Arc;
///
/// struct Served;
///
/// #[async_trait::async_trait]
/// impl Harness for Served {
///     async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
///         let store = Arc::new(Model::new(clock)); // start a server, create a table, connect
///         Ok(Fixture::full(store).with_teardown(async { /* drop the table */ }))
///     }
/// }
/// ```
#[async_trait]
pub trait Harness: Send + Sync {
    /// Makes a store that holds nothing and reads its time from `clock`.
    ///
    /// # Errors
    ///
    /// Whatever stops the set-up; the case then fails as not set up.
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError>;
}

#[async_trait]
impl<F> Harness for F
where
    F: Fn(ManualClock) -> Fixture + Send + Sync,
{
    async fn fixture(&self, clock: ManualClock) -> Result<Fixture, SetupError> {
        Ok(self(clock))
    }
}

/// The ways of a store that its capabilities do not tell.
#[derive(Clone, Default)]
pub(crate) struct Habits {
    /// Waits, for each handle, until its dropped calls have ended.
    pub(crate) settle: Vec<Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>>,
    /// Whether expired records disappear without a sweep.
    pub(crate) removes_expired: bool,
}

impl Debug for Habits {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { settle, removes_expired } = self;
        formatter
            .debug_struct("Habits")
            .field("settle", &settle.len())
            .field("removes_expired", removes_expired)
            .finish()
    }
}

/// One store as a case meets it, by each of the traits that it implements.
pub struct Fixture {
    pub(crate) handle: Handle,
    pub(crate) second: SecondHandle,
    pub(crate) pessimistic: StrategyFactory,
    pub(crate) habits: Habits,
    pub(crate) teardown: Option<BoxFuture<'static, ()>>,
}

impl Fixture {
    /// A store that neither locks nor collects.
    pub fn new(store: Arc<dyn SessionStore>) -> Self {
        Self {
            handle: Handle::new(store),
            second: SecondHandle::NotGiven,
            pessimistic: StrategyFactory::default(),
            habits: Habits::default(),
            teardown: None,
        }
    }

    /// A store that locks and collects.
    pub fn full<S: LockingStore + CollectingStore>(store: Arc<S>) -> Self {
        Self::new(Arc::clone(&store) as Arc<dyn SessionStore>)
            .with_locking(Arc::clone(&store) as Arc<dyn LockingStore>)
            .with_collecting(store)
    }

    /// The same store, as one that locks.
    #[must_use]
    pub fn with_locking(mut self, store: Arc<dyn LockingStore>) -> Self {
        self.handle.locking = Some(store);
        self
    }

    /// The same store, as one that collects.
    #[must_use]
    pub fn with_collecting(mut self, store: Arc<dyn CollectingStore>) -> Self {
        self.handle.collecting = Some(store);
        self
    }

    /// A second handle of the same store, such as another client of the same server.
    ///
    /// It shares nothing with the first one but the server or the file: no connection, no cache, no
    /// task. Cases send their calls to the two in turns, and so find what a store keeps in its
    /// process. A handle watches for the locks that the other one releases, so a store that wakes
    /// only its own waiters is not tested for that.
    ///
    /// ```
    /// # use session_conformance::{Fixture, Model};
    /// # use session_core::time::{EpochMillis, ManualClock};
    /// # use std::sync::Arc;
    /// # let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
    /// # let server = Arc::new(Model::new(clock));
    /// # let client = || Arc::clone(&server);
    /// let fixture = Fixture::full(client()).with_second_handle(Fixture::full(client()));
    /// ```
    #[must_use]
    pub fn with_second_handle(mut self, second: Self) -> Self {
        let Self { handle, second: _, pessimistic: _, habits, teardown } = second;
        self.habits.settle.extend(habits.settle);
        self.habits.removes_expired |= habits.removes_expired;
        self.second = SecondHandle::Given(Box::new(handle));
        match (self.teardown.take(), teardown) {
            (first, None) => Self { teardown: first, ..self },
            (None, second) => Self { teardown: second, ..self },
            (Some(first), Some(second)) => self.with_teardown(second.then(|()| first)),
        }
    }

    /// Declares that the store keeps its records in the process.
    ///
    /// Such a store has no second handle.
    #[must_use]
    pub fn of_one_process(mut self) -> Self {
        self.second = SecondHandle::Impossible;
        self
    }

    /// Tests this pessimistic strategy in place of the one of `session-locking`.
    ///
    /// This is for authors of another strategy.
    #[must_use]
    pub fn with_pessimistic(mut self, factory: StrategyFactory) -> Self {
        self.pessimistic = factory;
        self
    }

    /// Waits until all dropped calls of this handle have taken effect, or never will.
    ///
    /// The suite waits so after each call that it drops. It then holds stores whose dropped calls
    /// take effect *late* ([R13](session_core::contract#r13)) to the same as the others: what is read after the wait stays.
    /// Where calls are done one after the other, a read is such a wait:
    ///
    /// ```
    /// # use session_conformance::{Fixture, Model};
    /// # use session_core::store::{Freshness, Key, SessionStore};
    /// # use session_core::time::{EpochMillis, ManualClock};
    /// # use std::sync::Arc;
    /// # let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
    /// # let store = Arc::new(Model::new(clock));
    /// let reader = Arc::clone(&store);
    /// let fixture = Fixture::full(store).with_settle(move || {
    ///     let reader = Arc::clone(&reader);
    ///     async move {
    ///         let any = Key::new("any").expect("it is not empty");
    ///         reader.load(&any, Freshness::Latest).await.expect("the store answers");
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn with_settle<F>(mut self, settle: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.habits.settle.push(Arc::new(move || Box::pin(settle())));
        self
    }

    /// Declares that the server removes expired records by itself, at any time.
    ///
    /// A sweep then deletes at most as many records as the suite expects. Do not declare it of a
    /// store whose sweeps alone delete: the suite then finds fewer of their faults.
    #[must_use]
    pub const fn removes_expired(mut self) -> Self {
        self.habits.removes_expired = true;
        self
    }

    /// The action after the case, however it ends.
    #[must_use]
    pub fn with_teardown(mut self, teardown: impl Future<Output = ()> + Send + 'static) -> Self {
        self.teardown = Some(Box::pin(teardown));
        self
    }
}

impl Debug for Fixture {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Fixture")
            .field("store", &self.handle.store)
            .field("locks", &self.handle.locking.is_some())
            .field("collects", &self.handle.collecting.is_some())
            .field("second", &self.second)
            .finish_non_exhaustive()
    }
}
