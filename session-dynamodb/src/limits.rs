//! The settings of the store, each with its name, its range and its unit.
//!
//! The builder and [`Options`](crate::Options) check values by these. A program that reads a
//! configuration takes names, units and ranges from them. The names are those of PHP's handlers
//! where these have the setting.
//!
//! ```
//! use session_dynamodb::limits;
//! use std::time::Duration;
//!
//! assert!(limits::TABLE_NAME.check("web-sessions").is_ok());
//! assert_eq!(limits::CLOCK_SKEW.expected(), "0 to 300 seconds");
//! ```

mod address;
mod names;

pub use address::{ENDPOINT, REGION};
pub(crate) use names::ATTRIBUTES;
pub use names::{
    DATA_ATTRIBUTE, DEADLINE_ATTRIBUTE, HASH_KEY, IDLE_ATTRIBUTE, LOCK_ATTRIBUTE,
    SESSION_LIFETIME_ATTRIBUTE, TABLE_NAME, VERSION_ATTRIBUTE,
};

use session_core::error::Operation;
use session_core::settings::{Count, Time};
use session_core::{Error, ErrorKind};
use std::time::Duration;

/// How often a request is sent again that failed for what can pass.
pub const MAX_RETRIES: Count = Count { name: "max_retries", least: 0, most: 100 };
/// In how many parts, at the same time, collecting walks the table.
pub const SCAN_SEGMENTS: Count = Count { name: "scan_segments", least: 1, most: 1_000 };

/// The size of a batch. DynamoDB accepts up to 25 deletions in one.
pub const BATCH_SIZE: Count = Count { name: "batch_size", least: 2, most: 25 };
/// How many batches are in flight at the same time.
pub const POOL_SIZE: Count = Count { name: "pool_size", least: 1, most: 100 };
/// How long to wait before each batch.
pub const BATCH_DELAY: Time = Time {
    remedy: "PHP's `@http.delay` counts milliseconds: keep that name for them",
    ..Time::of("delay", 0, 60)
};

/// The largest difference between clocks.
///
/// AWS rejects requests whose clock is five minutes off.
pub const CLOCK_SKEW: Time = Time::of("clock_skew", 0, 300);

/// How long a lock of PHP must have been seen unchanged to be taken over.
///
/// A shorter time than a request of PHP commonly takes would take locks away from working holders.
pub const PHP_LOCK_TIMEOUT: Time =
    Time { remedy: "leave it out for never", ..Time::of("php_lock_timeout", 5, 86_400) };

const LEAST_WAIT: Duration = Duration::from_millis(10);
/// How long one attempt may take.
pub const REQUEST_TIMEOUT: Time = Time { least: LEAST_WAIT, ..Time::of("request_timeout", 0, 60) };
/// How long an operation may take, with all of its attempts and delays.
pub const OPERATION_TIMEOUT: Time =
    Time { least: LEAST_WAIT, ..Time::of("operation_timeout", 0, 300) };

pub(crate) fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
