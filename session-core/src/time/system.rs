use crate::time::{Clock, EpochMillis};
use std::time::{Duration, SystemTime};

/// The system's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> EpochMillis {
        let since_epoch =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        EpochMillis::from_epoch_millis(0).saturating_add(since_epoch)
    }
}
