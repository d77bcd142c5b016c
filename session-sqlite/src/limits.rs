//! The ranges of the settings.

use session_core::settings::{Count, Text, Time};
use std::time::Duration;

/// The path of the file.
///
/// SQLite takes an empty path and `:memory:` for databases that nobody shares.
pub const PATH: Text = Text {
    name: "path",
    expected: "the path of a file",
    admits: |path| !path.is_empty() && path != ":memory:",
    remedy: |path| {
        (path == ":memory:").then(|| "for sessions in memory use session-memory".to_owned())
    },
};
/// How long after the end of its lease a lock counts as live for others.
pub const CLOCK_SKEW: Time = Time::of("clock_skew", 0, 300);
/// How long an operation takes at most.
pub const OPERATION_TIMEOUT: Time =
    Time { least: Duration::from_millis(10), ..Time::of("operation_timeout", 0, 300) };
/// The size limit of a record: the bytes of key and payload, and 64 for the rest.
pub const MAX_RECORD_BYTES: Count =
    Count { name: "max_record_bytes", least: 1_024, most: 64 * 1_024 * 1_024 };
/// The largest file, in bytes.
pub const MAX_BYTES: Count =
    Count { name: "max_bytes", least: 64 * 1_024, most: 1_000_000_000_000 };
