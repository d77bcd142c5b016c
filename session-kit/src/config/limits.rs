//! The settings of sessions, each with its name, its range and its unit.
//!
//! Those of a store are the store's: `session_dynamodb::limits`.

use session_core::settings::{Time, Unit};
use std::time::Duration;

const DAY: u64 = 86_400;
/// Ten years.
const LONGEST_LIFETIME: u64 = 10 * 366 * DAY;
const LEAST_LEASE: Duration = Duration::from_millis(1);

pub(super) const SESSION_LIFETIME: Time = lifetime("session_lifetime", 1);
pub(super) const ABSOLUTE_LIFETIME: Time = lifetime("absolute_lifetime", 1);
pub(super) const TOUCH_THRESHOLD: Time = lifetime("touch_threshold", 0);

/// `LockOptions` checks further what concerns locks.
pub(super) const MAX_LOCK_WAIT_TIME: Time = Time::of("max_lock_wait_time", 0, DAY);
pub(super) const LOCK_LEASE: Time = Time { least: LEAST_LEASE, ..Time::of("lock_lease", 0, DAY) };
pub(super) const MAX_LOCK_HOLD: Time =
    Time { least: LEAST_LEASE, ..Time::of("max_lock_hold", 0, DAY) };
pub(super) const MIN_LOCK_RETRY: Time = microtime("min_lock_retry_microtime");
pub(super) const MAX_LOCK_RETRY: Time = microtime("max_lock_retry_microtime");
pub(super) const RELEASE_TIMEOUT: Time = Time::of("release_timeout", 0, 60);

pub(super) const CLOCK_SKEW: Time = Time::of("clock_skew", 0, 300);
pub(super) const REQUEST_TIMEOUT: Time =
    Time { least: Duration::from_millis(10), ..Time::of("request_timeout", 0, 60) };

const fn lifetime(name: &'static str, least: u64) -> Time {
    Time { unit: Unit::WholeSeconds, ..Time::of(name, least, LONGEST_LIFETIME) }
}

/// A delay between two attempts to lock, a minute at most.
const fn microtime(name: &'static str) -> Time {
    Time { unit: Unit::Microseconds, ..Time::of(name, 0, 60) }
}
