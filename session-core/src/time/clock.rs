use crate::Result;
use crate::time::EpochMillis;
use async_trait::async_trait;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// The wall clock, from which expiries and lease ends are computed.
///
/// Nothing in this project reads the system's clock but [`SystemClock`](crate::time::SystemClock): who
/// needs the time takes a clock in its constructor, so a test moves a
/// [`ManualClock`](crate::time::ManualClock) to the exact millisecond that it is about.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The current time. It may jump, in either direction.
    fn now(&self) -> EpochMillis;
}

#[deny(clippy::missing_trait_methods)]
impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> EpochMillis {
        (**self).now()
    }
}

/// The monotonic clock, by which waiting is measured and done.
///
/// With the feature `tokio`, `TokioTimer` is one on tokio. Without it, this crate brings no runtime.
#[async_trait]
pub trait Timer: Debug + Send + Sync + 'static {
    /// The time since a fixed, arbitrary point. It never goes backwards.
    fn elapsed(&self) -> Duration;

    /// Checks that [`sleep`](Self::sleep) works where this is called.
    ///
    /// A timer that works everywhere leaves it as it is; a wrapper of another one passes it on.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config), saying what is missing, such as a runtime's timers.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Completes once `duration` has passed.
    ///
    /// # Cancellation
    ///
    /// Dropping the future forgets the wait.
    async fn sleep(&self, duration: Duration);
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: Timer + ?Sized> Timer for Arc<T> {
    fn elapsed(&self) -> Duration {
        (**self).elapsed()
    }

    fn check(&self) -> Result<()> {
        (**self).check()
    }

    async fn sleep(&self, duration: Duration) {
        (**self).sleep(duration).await;
    }
}
