use session_core::Result;
use session_core::store::LockingStore;
use session_core::strategy::Strategy;
use session_core::time::ManualClock;
use session_locking::{LockOptions, Pessimistic};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

type Make = dyn Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Arc<dyn Strategy>>
    + Send
    + Sync;

/// Makes the pessimistic strategy under test: by default that of `session-locking`.
///
/// The strategy waits and renews by the options, and by the clock as its timer.
#[derive(Clone)]
pub struct StrategyFactory(Arc<Make>);

impl StrategyFactory {
    /// A factory of the strategies that this function makes.
    pub fn new(
        make: impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Arc<dyn Strategy>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(make))
    }

    pub(crate) fn make(
        &self,
        store: Arc<dyn LockingStore>,
        options: LockOptions,
        clock: ManualClock,
    ) -> Result<Arc<dyn Strategy>> {
        (self.0)(store, options, clock)
    }
}

impl Default for StrategyFactory {
    fn default() -> Self {
        Self::new(|store, options, clock| {
            let strategy = Pessimistic::new(store).with_options(options);
            Ok(Arc::new(strategy.with_timer(clock)))
        })
    }
}

impl Debug for StrategyFactory {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("StrategyFactory")
    }
}
