//! The range of every setting, in one place for the builder and the options.

mod address;
mod names;
mod time;

pub(crate) use address::{ENDPOINT, REGION};
pub(crate) use names::{ATTRIBUTES, TABLE_NAME};
pub(crate) use time::{Time, Unit};

use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use std::fmt::Display;
use std::time::Duration;

/// A setting that is a number.
pub(crate) struct Count {
    pub(crate) name: &'static str,
    pub(crate) least: u64,
    pub(crate) most: u64,
}

/// A setting that is a text of a certain form.
pub(crate) struct Text {
    pub(crate) name: &'static str,
    /// What it must be, as it stands in errors and in the guide.
    pub(crate) expected: &'static str,
    pub(crate) admits: fn(&str) -> bool,
    /// What to write instead, if that can be told from what is written.
    pub(crate) remedy: fn(&str) -> Option<String>,
}

pub(crate) const MAX_RETRIES: Count = Count { name: "max_retries", least: 0, most: 100 };
pub(crate) const SCAN_SEGMENTS: Count = Count { name: "scan_segments", least: 1, most: 1_000 };
/// DynamoDB takes up to 25 deletions in a batch.
pub(crate) const BATCH_SIZE: Count = Count { name: "batch_size", least: 2, most: 25 };
pub(crate) const POOL_SIZE: Count = Count { name: "pool_size", least: 1, most: 100 };

pub(crate) const BATCH_DELAY: Time = Time {
    remedy: "PHP's `@http.delay` counts milliseconds: keep that name for them",
    ..Time::of("delay", 0, 60)
};

/// The names that PHP's handlers have for the size of a batch and for its delay.
pub(crate) const GC_BATCH_SIZE: Count = Count { name: "gc_batch_size", ..BATCH_SIZE };
pub(crate) const GC_OPERATION_DELAY: Time = Time::of("gc_operation_delay", 0, 60);
pub(crate) const HTTP_DELAY: Time =
    Time { name: "@http.delay", unit: Unit::Milliseconds, remedy: "", ..BATCH_DELAY };

/// AWS refuses requests whose clock is five minutes off.
pub(crate) const CLOCK_SKEW: Time = Time::of("clock_skew", 0, 300);

/// Less than a request of PHP's commonly takes would take locks away from holders at work.
pub(crate) const PHP_LOCK_TIMEOUT: Time =
    Time { remedy: "leave it out for never", ..Time::of("php_lock_timeout", 5, DAY) };

const LEAST_WAIT: Duration = Duration::from_millis(10);
pub(crate) const REQUEST_TIMEOUT: Time =
    Time { least: LEAST_WAIT, ..Time::of("request_timeout", 0, 60) };
pub(crate) const OPERATION_TIMEOUT: Time =
    Time { least: LEAST_WAIT, ..Time::of("operation_timeout", 0, 300) };
pub(crate) const RELEASE_TIMEOUT: Time = Time::of("release_timeout", 0, 60);

/// Ten years.
const LONGEST_LIFETIME: u64 = 10 * 366 * DAY;
const fn lifetime(name: &'static str, least: u64) -> Time {
    Time { unit: Unit::WholeSeconds, ..Time::of(name, least, LONGEST_LIFETIME) }
}
pub(crate) const SESSION_LIFETIME: Time = lifetime("session_lifetime", 1);
pub(crate) const ABSOLUTE_LIFETIME: Time = lifetime("absolute_lifetime", 1);
pub(crate) const TOUCH_THRESHOLD: Time = lifetime("touch_threshold", 0);

/// What concerns locks is checked further by `LockOptions`.
pub(crate) const MAX_LOCK_WAIT_TIME: Time = Time::of("max_lock_wait_time", 0, DAY);
pub(crate) const LOCK_LEASE: Time = Time { least: LEAST_LEASE, ..Time::of("lock_lease", 0, DAY) };
pub(crate) const MAX_LOCK_HOLD: Time =
    Time { least: LEAST_LEASE, ..Time::of("max_lock_hold", 0, DAY) };
const LEAST_LEASE: Duration = Duration::from_millis(1);
pub(crate) const MIN_LOCK_RETRY: Time = microtime("min_lock_retry_microtime");
pub(crate) const MAX_LOCK_RETRY: Time = microtime("max_lock_retry_microtime");

const DAY: u64 = 86_400;

/// A delay between two attempts to lock, a minute at most.
const fn microtime(name: &'static str) -> Time {
    Time { unit: Unit::Microseconds, ..Time::of(name, 0, 60) }
}

impl Count {
    pub(crate) fn admits(&self, value: u64) -> bool {
        (self.least..=self.most).contains(&value)
    }

    /// What it must be, as it stands in errors and in the guide.
    pub(crate) fn expected(&self) -> String {
        format!("{} to {}", self.least, self.most)
    }

    pub(crate) fn check(&self, value: u64) -> Result<()> {
        if self.admits(value) {
            return Ok(());
        }
        Err(config(out_of_range(self.name, &value, &self.expected(), None)))
    }
}

impl Text {
    pub(crate) fn check(&self, text: &str) -> Result<()> {
        if (self.admits)(text) { Ok(()) } else { Err(config(self.refusal(text))) }
    }

    /// What is wrong with this text.
    pub(crate) fn refusal(&self, text: &str) -> String {
        let remedy = (self.remedy)(text);
        // What stands before an `@` in a URL can be a password.
        if text.contains('@') {
            return out_of_range(self.name, &"not shown here", self.expected, remedy.as_deref());
        }
        out_of_range(self.name, &format_args!("`{text}`"), self.expected, remedy.as_deref())
    }
}

/// Why a value is refused. It begins with the name of the setting.
pub(crate) fn out_of_range(
    name: &str,
    value: &dyn Display,
    expected: &str,
    remedy: Option<&str>,
) -> String {
    let remedy = remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default();
    format!("{name} is {value}: it must be {expected}{remedy}")
}

pub(crate) fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
