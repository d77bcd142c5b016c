use session_core::{Error, ErrorKind, Operation, Result};
use std::time::Duration;

/// How long to wait for a lock, how often to ask, and how long to hold.
///
/// Names and defaults of the first three are those of PHP's handlers.
///
/// | option | default | |
/// | --- | --- | --- |
/// | `max_lock_wait_time` | 10 s | a waiter gives up after it |
/// | `min_lock_retry` | 10 ms | the shortest delay between two attempts |
/// | `max_lock_retry` | 50 ms | the longest |
/// | `lock_lease` | 30 s | how long a lock outlives a holder that crashed |
/// | `max_lock_hold` | 5 min | a holder that hangs loses its lock a lease after it |
///
/// ```
/// use session_locking::LockOptions;
/// use std::time::Duration;
///
/// let options = LockOptions { max_lock_wait_time: Duration::from_secs(2), ..LockOptions::default() };
/// options.check()?;
///
/// let impatient = LockOptions { max_lock_wait_time: Duration::ZERO, ..LockOptions::default() };
/// let error = impatient.check().expect_err("nobody waits for nothing");
/// assert!(error.to_string().contains("max_lock_wait_time"));
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockOptions {
    /// How long to wait for a lock, by a monotonic clock.
    pub max_lock_wait_time: Duration,
    /// The shortest delay between two attempts.
    pub min_lock_retry: Duration,
    /// The longest delay between two attempts.
    pub max_lock_retry: Duration,
    /// How long a lock is held without being renewed; it is renewed at a third of that.
    pub lock_lease: Duration,
    /// How long a lock is renewed.
    pub max_lock_hold: Duration,
}

impl Default for LockOptions {
    fn default() -> Self {
        Self {
            max_lock_wait_time: Duration::from_secs(10),
            min_lock_retry: Duration::from_millis(10),
            max_lock_retry: Duration::from_millis(50),
            lock_lease: Duration::from_secs(30),
            max_lock_hold: Duration::from_mins(5),
        }
    }
}

impl LockOptions {
    /// The longest that anything here may take.
    const DAY: Duration = Duration::from_hours(24);

    /// Checks that the values make sense, and make sense together.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config), naming the option and its range.
    pub fn check(&self) -> Result<()> {
        let Self { max_lock_wait_time, min_lock_retry, max_lock_retry, lock_lease, max_lock_hold } =
            *self;
        if max_lock_wait_time.is_zero() || max_lock_wait_time > Self::DAY {
            return Err(config(format!(
                "max_lock_wait_time is {max_lock_wait_time:?}: it must be more than zero and at \
                 most a day"
            )));
        }
        if min_lock_retry.is_zero() || min_lock_retry > max_lock_retry {
            return Err(config(format!(
                "min_lock_retry is {min_lock_retry:?}: it must be more than zero and at most \
                 max_lock_retry, {max_lock_retry:?}"
            )));
        }
        if lock_lease <= max_lock_retry {
            return Err(config(format!(
                "lock_lease is {lock_lease:?}: it must be more than max_lock_retry, \
                 {max_lock_retry:?}"
            )));
        }
        if max_lock_hold < lock_lease || max_lock_hold > Self::DAY {
            return Err(config(format!(
                "max_lock_hold is {max_lock_hold:?}: it must be at least lock_lease, \
                 {lock_lease:?}, and at most a day"
            )));
        }
        Ok(())
    }
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
