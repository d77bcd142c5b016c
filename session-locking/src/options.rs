use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use std::ops::RangeInclusive;
use std::time::Duration;

/// How long to wait for a lock, how often to ask, and how long to hold.
///
/// Names and defaults of the first three are those of PHP's handlers.
///
/// | option | default | range | |
/// | --- | --- | --- | --- |
/// | `max_lock_wait_time` | 10 s | above 0, to a day | a waiter gives up after it |
/// | `min_lock_retry` | 10 ms | above 0, to `max_lock_retry` | the shortest delay between two attempts |
/// | `max_lock_retry` | 50 ms | to a minute, below `lock_lease` | the longest |
/// | `lock_lease` | 30 s | three `request_timeout` to a day | how long a lock outlives a holder that crashed |
/// | `max_lock_hold` | 5 min | `lock_lease` to a day | a holder that hangs loses its lock a lease after it |
/// | `request_timeout` | 1 s | 1 ms to a minute | how much longer an attempt may take that is under way when the wait ends |
/// | `release_timeout` | 250 ms | 0 to a minute | how long the release after a failed write is waited for |
///
/// `request_timeout` is the time that one request to the store takes at most: set it as the store's.
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
    /// How much longer an attempt may take that is under way when the wait ends.
    pub request_timeout: Duration,
    /// How long to wait for a release after a failed write.
    ///
    /// Then the release continues in the background.
    pub release_timeout: Duration,
}

impl Default for LockOptions {
    fn default() -> Self {
        Self {
            max_lock_wait_time: Duration::from_secs(10),
            min_lock_retry: Duration::from_millis(10),
            max_lock_retry: Duration::from_millis(50),
            lock_lease: Duration::from_secs(30),
            max_lock_hold: Duration::from_mins(5),
            request_timeout: Duration::from_secs(1),
            release_timeout: Duration::from_millis(250),
        }
    }
}

impl LockOptions {
    /// The number of renewals in the time of a lease.
    ///
    /// One renewal that hangs does no harm.
    const RENEWALS_PER_LEASE: u32 = 3;

    const NANOSECOND: Duration = Duration::from_nanos(1);
    const MILLISECOND: Duration = Duration::from_millis(1);
    const MINUTE: Duration = Duration::from_mins(1);
    const DAY: Duration = Duration::from_hours(24);

    /// Checks that the values make sense, and make sense together.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config), naming the option and its range, or the two options that do
    /// not fit together.
    pub fn check(&self) -> Result<()> {
        self.check_ranges()?;
        self.check_order()
    }

    /// Checks each option alone.
    fn check_ranges(&self) -> Result<()> {
        let Self {
            max_lock_wait_time,
            min_lock_retry,
            max_lock_retry,
            lock_lease,
            max_lock_hold,
            request_timeout,
            release_timeout,
        } = *self;
        let above_zero = Self::NANOSECOND;
        for (name, value, range) in [
            ("max_lock_wait_time", max_lock_wait_time, above_zero..=Self::DAY),
            ("min_lock_retry", min_lock_retry, above_zero..=Self::MINUTE),
            ("max_lock_retry", max_lock_retry, above_zero..=Self::MINUTE),
            ("lock_lease", lock_lease, Self::MILLISECOND..=Self::DAY),
            ("max_lock_hold", max_lock_hold, Self::MILLISECOND..=Self::DAY),
            ("request_timeout", request_timeout, Self::MILLISECOND..=Self::MINUTE),
            ("release_timeout", release_timeout, Duration::ZERO..=Self::MINUTE),
        ] {
            if !range.contains(&value) {
                return Err(out_of_range(name, value, &range));
            }
        }
        Ok(())
    }

    /// Checks the options against each other.
    fn check_order(&self) -> Result<()> {
        let Self { min_lock_retry, max_lock_retry, lock_lease, max_lock_hold, .. } = *self;
        let request_timeout = self.request_timeout;
        if min_lock_retry > max_lock_retry {
            return Err(config(format!(
                "min_lock_retry is {min_lock_retry:?}: it must be at most max_lock_retry, \
                 {max_lock_retry:?}"
            )));
        }
        if lock_lease <= max_lock_retry {
            return Err(config(format!(
                "lock_lease is {lock_lease:?}: it must be more than max_lock_retry, \
                 {max_lock_retry:?}"
            )));
        }
        if lock_lease > max_lock_hold {
            return Err(config(format!(
                "max_lock_hold is {max_lock_hold:?}: it must be at least lock_lease, {lock_lease:?}"
            )));
        }
        if request_timeout > self.renewal_interval() {
            return Err(config(format!(
                "request_timeout is {request_timeout:?}: it must be at most a third of lock_lease, \
                 {lock_lease:?}, so that a renewal ends before the next one is due"
            )));
        }
        Ok(())
    }

    /// The time from the start of a renewal to the next one.
    ///
    /// A renewal may take no longer than this.
    pub(crate) fn renewal_interval(&self) -> Duration {
        self.lock_lease / Self::RENEWALS_PER_LEASE
    }
}

fn out_of_range(name: &str, value: Duration, range: &RangeInclusive<Duration>) -> Error {
    let (least, most) = (range.start(), range.end());
    let least = if *least == LockOptions::NANOSECOND {
        "more than zero".to_owned()
    } else {
        format!("at least {least:?}")
    };
    config(format!("{name} is {value:?}: it must be {least} and at most {most:?}"))
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
