use crate::StrategyFactory;
use async_trait::async_trait;
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

/// One store as a case meets it, by each of the traits that it implements.
pub struct Fixture {
    pub(crate) store: Arc<dyn SessionStore>,
    pub(crate) locking: Option<Arc<dyn LockingStore>>,
    pub(crate) collecting: Option<Arc<dyn CollectingStore>>,
    pub(crate) pessimistic: StrategyFactory,
    pub(crate) teardown: Option<BoxFuture<'static, ()>>,
}

impl Fixture {
    /// A store that neither locks nor collects.
    pub fn new(store: Arc<dyn SessionStore>) -> Self {
        Self {
            store,
            locking: None,
            collecting: None,
            pessimistic: StrategyFactory::default(),
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
        self.locking = Some(store);
        self
    }

    /// The same store, as one that collects.
    #[must_use]
    pub fn with_collecting(mut self, store: Arc<dyn CollectingStore>) -> Self {
        self.collecting = Some(store);
        self
    }

    /// The pessimistic strategy to test in place of `session-locking`'s, for authors of another.
    #[must_use]
    pub fn with_pessimistic(mut self, factory: StrategyFactory) -> Self {
        self.pessimistic = factory;
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
            .field("store", &self.store)
            .field("locks", &self.locking.is_some())
            .field("collects", &self.collecting.is_some())
            .finish_non_exhaustive()
    }
}
