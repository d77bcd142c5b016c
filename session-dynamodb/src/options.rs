//! The options by the names that PHP's handlers have, as one structure for any format of serde.

mod batches;
mod check;
#[cfg(feature = "aws-config")]
mod client;
mod elsewhere;
mod hint;
mod known;
mod locking;
mod read;
mod secrets;
mod sessions;
mod store;
#[cfg(test)]
mod tests;
mod value;
mod variables;
mod written;

use crate::limits::config;
use crate::{BatchConfig, Profile, StaticCredentials};
use serde::de::Error as DeserializeError;
use serde::{Deserialize, Deserializer};
use session_core::store::PayloadKind;
use session_core::{Error, Result};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use written::Written;

/// Everything that a store, its locking and its sessions can be told by configuration.
///
/// Names, units and defaults are those of PHP's handlers; what these do not have is ours. It is
/// read from whatever serde reads, or from [environment variables](Self::from_variables). Values are
/// cast as PHP casts them, `1` and `"1"` to `true`, `1e4` and `"10000"` to 10,000; null is not set,
/// and PHP's empty array is an empty map. An option that is not known is an error that names the
/// nearest one that is, and an error begins with the name of the option that it is about.
///
/// Durations are numbers, of the unit that the option counts, or text with units: `"30s"`,
/// `"250ms"`, `"1h 30m"`. `docs/dynamodb.md` has a table of all options with their defaults, ranges
/// and units.
///
/// ```
/// use session_dynamodb::Options;
///
/// let options: Options = serde_json::from_str(r#"{ "table_name": "web", "locking": true }"#)?;
/// assert_eq!((options.table_name.as_str(), options.session_lifetime), ("web", 1440));
///
/// let error = serde_json::from_str::<Options>(r#"{ "lockng": true }"#).expect_err("a slip");
/// assert!(error.to_string().contains("did you mean `locking`?"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by its own name")]
#[non_exhaustive]
pub struct Options {
    /// The handler of PHP that writes to the same table: none unless set.
    pub profile: Option<Profile>,
    /// The table, or its ARN: `sessions` unless set.
    pub table_name: String,
    /// The key attribute: `id` unless set.
    pub hash_key: String,
    /// The attribute with the data: `data` unless set.
    pub data_attribute: String,
    /// Whether the data is a string, text, as it is unless set, or binary.
    pub data_attribute_type: PayloadKind,
    /// Whether the data is encoded as base64 once more.
    pub base64: bool,
    /// How long a session lives unused, in seconds: 1,440 unless set.
    ///
    /// A shorter one reaches a session when it is next written or rotated. A session that is only
    /// read keeps the expiry that it has.
    pub session_lifetime: u64,
    /// How long a session lives at most, however much it is used: without end unless set.
    pub absolute_lifetime: Option<Duration>,
    /// By how much the expiry of an unchanged session must move to be written: a tenth of the
    /// lifetime unless set.
    pub touch_threshold: Option<Duration>,
    /// The attribute with the expiry: `expires` unless set.
    pub session_lifetime_attribute: String,
    /// Whether reads are strongly consistent: they are unless set to false.
    pub consistent_read: bool,
    /// Whether the server knows transactions, which rotations take: it does unless set to false.
    pub transactions: bool,
    /// Whether a write that lost the race is a conflict: the last write wins unless set.
    pub optimistic: bool,
    /// Whether one handle of a session excludes others: not unless set.
    pub locking: bool,
    /// How long to wait for a lock: 10 s unless set.
    pub max_lock_wait_time: Duration,
    /// The shortest delay between two attempts to lock: 10 ms unless set, by
    /// `min_lock_retry_microtime`.
    pub min_lock_retry: Duration,
    /// The longest delay between two attempts to lock: 50 ms unless set, by
    /// `max_lock_retry_microtime`.
    pub max_lock_retry: Duration,
    /// How long a lock outlives a holder that crashed: 30 s unless set, and 6 s in a profile.
    pub lock_lease: Duration,
    /// The file that lists the locks of this process, for the next one: none unless set.
    pub held_locks: Option<PathBuf>,
    /// How long a lock is renewed: 5 minutes unless set.
    pub max_lock_hold: Duration,
    /// By how much the clocks of those who share the table may differ: 1 s unless set.
    pub clock_skew: Duration,
    /// How long a lock of PHP must have been seen unchanged to be taken over: never unless set.
    pub php_lock_timeout: Option<Duration>,
    /// How long to wait for the reply to a request: 1 s unless set.
    pub request_timeout: Duration,
    /// How long an operation takes at most, with its retries: 4 s unless set.
    pub operation_timeout: Duration,
    /// How long a handle that could not write waits for the release of its lock: 250 ms unless set.
    pub release_timeout: Duration,
    /// How often a request is sent again that failed for what can pass: 3 times unless set.
    pub max_retries: u32,
    /// The attribute with the lock: `lock` unless set.
    pub lock_attribute: String,
    /// The attribute with the tag of the last write: `version` unless set.
    pub version_attribute: String,
    /// The attribute with the absolute deadline: `deadline` unless set.
    pub deadline_attribute: String,
    /// The name of the session, in the keys as PHP makes them; without it, keys are hashed.
    pub session_name: Option<String>,
    /// What stands between the name and the id: `_` unless set.
    pub id_separator: String,
    /// In how many parts collecting walks the table: 4 unless set.
    pub scan_segments: NonZeroUsize,
    /// Whether collecting deletes items with neither expiry nor data, too: not unless set.
    pub collect_orphans: bool,
    /// Whether collecting deletes in batches, and in which: not unless set.
    pub batch_config: Option<BatchConfig>,
    /// The region of the table: what the client is told otherwise unless set.
    pub region: Option<String>,
    /// The URL of the service, for others than AWS.
    pub endpoint: Option<String>,
    /// The credentials: what the client is told otherwise unless set.
    pub credentials: Option<StaticCredentials>,
}

impl Options {
    pub(crate) fn of_profile<'de, D: Deserializer<'de>>(
        profile: Profile,
        configuration: D,
    ) -> Result<Self, D::Error> {
        let name = profile.name();
        let written = Written::deserialize(configuration).map(|mut written| {
            written.default_to("profile", name);
            written
        });
        let options = read::options(written?).map_err(D::Error::custom)?;
        match options.profile.filter(|other| *other != profile) {
            None => Ok(options),
            Some(other) => {
                let other = other.name();
                Err(D::Error::custom(format!("profile is `{other}`, and `{name}` was asked for")))
            }
        }
    }
}

impl Profile {
    /// Options of this profile from the configuration array of PHP's handler, as JSON, TOML or
    /// whatever else serde reads. It may hold options of ours besides.
    ///
    /// The option names of version 2 of the AWS SDK are accepted too, such as `locking_strategy`. PHP
    /// ignores unknown options; here they are errors that say what to set instead.
    ///
    /// # Errors
    ///
    /// What the format finds wrong; an option that is not known, a callback, a value out of its
    /// range, what the profile has no place for, or for async-aws no `table_name`.
    pub fn options<'de, D: Deserializer<'de>>(self, configuration: D) -> Result<Options, D::Error> {
        Options::of_profile(self, configuration)
    }
}

impl Default for Options {
    fn default() -> Self {
        let nothing = Written::of_entries([]);
        let options: Result<_> = nothing.and_then(read::options).map_err(Error::from);
        options.expect("the defaults fit together")
    }
}

impl<'de> Deserialize<'de> for Options {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::options(Written::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
