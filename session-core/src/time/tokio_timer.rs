use crate::error::Operation;
use crate::time::Timer;
use crate::{Error, ErrorKind, Result};
use async_trait::async_trait;
use std::panic::catch_unwind;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

/// Tokio's monotonic clock and sleep.
#[derive(Clone, Copy, Debug)]
pub struct TokioTimer {
    start: Instant,
}

impl TokioTimer {
    /// A timer whose elapsed time counts from now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the monotonic clock")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for TokioTimer {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Timer for TokioTimer {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Checks that this code runs in a tokio runtime with timers.
    ///
    /// Tokio does not report whether a runtime has timers: making a sleep panics if it has none.
    /// The panic is caught here, once, before anything depends on a sleep.
    fn check(&self) -> Result<()> {
        let error = || Error::new(Operation::Configure, ErrorKind::Config);
        if Handle::try_current().is_err() {
            return Err(error().with_detail("there is no tokio runtime here: call this within one"));
        }
        catch_unwind(|| drop(sleep(Duration::ZERO))).map_err(|_| {
            error().with_detail(
                "the tokio runtime has no timers: build it with `enable_time` or `enable_all`",
            )
        })
    }

    async fn sleep(&self, duration: Duration) {
        sleep(duration).await;
    }
}
