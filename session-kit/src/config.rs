//! Builds sessions from a configuration file, the environment, or PHP's options.
//!
//! [`Config`] holds the settings of a store and of its sessions. [`Config::load`] reads a file and
//! the environment. [`Config::store`] opens the store, and [`Config::sessions`] builds the sessions
//! over it.
//!
//! # Names
//!
//! Names, units and defaults are those of PHP's session handlers for DynamoDB where these have the
//! setting. An option that does not exist is an error that names the nearest one. Options of other
//! products, such as Laravel's, are rejected with what to set instead.
//!
//! # Values
//!
//! Values are cast as PHP casts them: `1` and `"1"` are `true`, `1e4` and `"10000"` are 10,000, null
//! is not set, and PHP's empty array is an empty map. A duration is a number of the unit that the
//! option counts, or text with units: `"30s"`, `"250ms"`, `"1h 30m"`.

#[cfg(feature = "dynamodb")]
mod batches;
mod check;
mod choice;
#[cfg(feature = "dynamodb")]
mod dynamodb;
mod elsewhere;
mod file;
mod hint;
mod limits;
mod locking;
#[cfg(feature = "memory")]
mod memory;
#[cfg(feature = "dynamodb")]
mod php;
mod read;
#[cfg(feature = "dynamodb")]
mod secrets;
mod sections;
mod sessions;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
#[cfg(test)]
mod tests;
#[cfg_attr(
    not(feature = "dynamodb"),
    expect(dead_code, reason = "options within options are those of DynamoDB")
)]
mod value;
mod variables;
#[cfg_attr(
    not(feature = "dynamodb"),
    expect(dead_code, reason = "options within options are those of DynamoDB")
)]
mod written;

pub use choice::{CodecKind, StoreKind};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteOptions;
pub use store::Store;

use serde::de::Error as DeserializeError;
use serde::{Deserialize, Deserializer};
use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use session_locking::LockOptions;
use std::path::PathBuf;
use std::time::Duration;
use written::Written;

/// The settings of a store and of its sessions.
///
/// It is read from a file and the environment by [`load`](Self::load), or from whatever serde reads.
/// `docs/configuration.md` in the repository has a table of all options with their defaults, ranges
/// and units.
///
/// ```
/// use session_kit::Config;
/// use std::time::Duration;
///
/// let config: Config = serde_json::from_str(r#"{ "store": "memory", "locking": true }"#)?;
/// assert_eq!((config.locking, config.session_lifetime), (true, Duration::from_secs(1_440)));
///
/// let error = serde_json::from_str::<Config>(r#"{ "lockng": true }"#).expect_err("a slip");
/// assert!(error.to_string().contains("did you mean `locking`?"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The store: that of the options that are set, if these belong to one store alone.
    pub store: Option<StoreKind>,
    /// The format of the data: JSON unless set. With a profile it must be set.
    pub codec: Option<CodecKind>,
    /// Whether the data is encoded as base64 once more.
    pub base64: bool,
    /// How long a session lives unused, in whole seconds: 24 minutes unless set.
    ///
    /// A shorter one reaches a session when it is next written or rotated. A session that is only
    /// read keeps the expiry that it has.
    pub session_lifetime: Duration,
    /// How long a session lives at most, even while it is used: without end unless set.
    pub absolute_lifetime: Option<Duration>,
    /// The smallest change of an unchanged session's expiry that is written.
    ///
    /// It is a tenth of the lifetime unless set.
    pub touch_threshold: Option<Duration>,
    /// Whether a write that lost the race is a conflict.
    ///
    /// Unless set, it is in sessions that are [in sections](Self::sections) and not locked. In
    /// others the last write wins.
    pub optimistic: Option<bool>,
    /// Whether one handle of a session excludes others. The default is `false`.
    pub locking: bool,
    /// How locks are waited for and held. In a profile the lease is 6 s unless set.
    pub locks: LockOptions,
    /// The file with this process's locks, for the next process: none unless set.
    pub held_locks: Option<PathBuf>,
    /// The name of the session, in the keys as PHP makes them.
    ///
    /// Without it, keys are hashed.
    pub session_name: Option<String>,
    /// The text between the name and the id: `_` by default.
    pub id_separator: String,
    /// The settings of the store `memory`.
    #[cfg(feature = "memory")]
    pub memory: session_memory::MemoryStoreBuilder,
    /// The settings of the store `sqlite`, for which the file must be named.
    #[cfg(feature = "sqlite")]
    pub sqlite: SqliteOptions,
    /// The settings of the store `dynamodb` and of its client.
    ///
    /// [`dynamodb_options`](Self::dynamodb_options) adds what the sessions determine: the key
    /// scheme, whether records are locked, and the time limit of a request.
    #[cfg(feature = "dynamodb")]
    pub dynamodb: session_dynamodb::Options,
}

impl Config {
    /// The configuration of the handler of PHP that writes to the same table.
    ///
    /// `options` is the configuration array of the handler, as JSON, TOML or whatever else serde
    /// reads. It may hold further options of this project. The options of version 2 of the AWS SDK
    /// are accepted too, such as `locking_strategy`. PHP ignores unknown options; here they are
    /// errors that say what to set instead.
    ///
    /// # Errors
    ///
    /// A fault of the format; an option that does not exist, a callback, a value out of its
    /// range, what the handler has no place for, or for async-aws no `table_name`.
    ///
    /// ```
    /// use session_kit::Config;
    /// use session_kit::dynamodb::Profile;
    ///
    /// let handler = r#"{ "table_name": "web", "locking": true, "batch_config": [] }"#;
    /// let mut json = serde_json::Deserializer::from_str(handler);
    /// let config = Config::of_profile(Profile::AwsSdkPhp, &mut json)?;
    /// assert_eq!(config.session_name.as_deref(), Some("PHPSESSID"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[cfg(feature = "dynamodb")]
    pub fn of_profile<'de, D: Deserializer<'de>>(
        profile: session_dynamodb::Profile,
        options: D,
    ) -> Result<Self, D::Error> {
        let name = profile.name();
        let written = Written::deserialize(options).map(|mut written| {
            written.default_to("profile", name);
            written
        });
        let config = read::config(written?).map_err(D::Error::custom)?;
        match config.dynamodb.profile.filter(|other| *other != profile) {
            None => Ok(config),
            Some(other) => {
                let other = other.name();
                Err(D::Error::custom(format!("profile is `{other}`, and `{name}` was asked for")))
            }
        }
    }
}

impl Default for Config {
    /// A configuration of defaults alone. No store is chosen.
    fn default() -> Self {
        let nothing = Written::of_entries([]);
        let config: Result<_> = nothing.and_then(read::config).map_err(Error::from);
        config.expect("the defaults fit together")
    }
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::config(Written::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
