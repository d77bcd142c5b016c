//! The options of a store and its client, as one value without a client.

#[cfg(feature = "aws-config")]
mod client;
mod store;

use crate::store_settings::StoreSettings;
use crate::{BatchConfig, Profile, StaticCredentials};
use session_core::store::PayloadKind;
use session_core::{KeyScheme, Result};
use std::num::NonZeroUsize;
use std::time::Duration;

/// The settings of a store and of its client, as a configuration has them.
///
/// Names and defaults are those of the [builder](crate::DynamoDbStoreBuilder) and of PHP's handlers.
/// `session_kit::config` reads them from a file, from the environment or from a configuration array
/// of PHP. Which settings sessions have besides, such as their lifetime, is not the store's concern.
///
/// ```
/// use session_dynamodb::{Options, local_client};
///
/// let mut options = Options::default();
/// options.table_name = "web-sessions".into();
/// options.locking = true;
/// let store = options.store(local_client("http://127.0.0.1:8000")).build()?;
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting by its own name")]
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
    /// The attribute with the expiry: `expires` unless set.
    pub session_lifetime_attribute: String,
    /// The attribute with the lock: `lock` unless set.
    pub lock_attribute: String,
    /// The attribute with the tag of the last write: `version` unless set.
    pub version_attribute: String,
    /// The attribute with the absolute deadline: `deadline` unless set.
    pub deadline_attribute: String,
    /// The attribute with the idle timeout of one session: `idle` unless set.
    pub idle_attribute: String,
    /// The scheme of the sessions' keys, which `Sessions` are built with.
    pub key_scheme: Option<KeyScheme>,
    /// Whether reads are strongly consistent: they are unless set to false.
    pub consistent_read: bool,
    /// Whether the server has transactions, which rotations need: true unless set.
    pub transactions: bool,
    /// Whether records can be locked: not unless set.
    pub locking: bool,
    /// By how much the clocks of those who share the table may differ: 1 s unless set.
    pub clock_skew: Duration,
    /// How long a lock of PHP must stay unchanged for a takeover: never unless set.
    pub php_lock_timeout: Option<Duration>,
    /// How long to wait for the reply to a request: 1 s unless set.
    pub request_timeout: Duration,
    /// How long an operation takes at most, with its retries: 4 s unless set.
    pub operation_timeout: Duration,
    /// How often a request is repeated after a transient failure: 3 times unless set.
    pub max_retries: u32,
    /// In how many parts collecting walks the table: 4 unless set.
    pub scan_segments: NonZeroUsize,
    /// Whether collecting deletes items without expiry and data, too: not unless set.
    pub collect_orphans: bool,
    /// Whether collecting deletes in batches, and in which: not unless set.
    pub batch_config: Option<BatchConfig>,
    /// The region of the table: the one that AWS's own settings name unless set.
    pub region: Option<String>,
    /// The URL of the service, if it is not AWS.
    pub endpoint: Option<String>,
    /// The credentials: those that AWS's own settings name unless set.
    pub credentials: Option<StaticCredentials>,
}

impl Options {
    /// Checks every value, and those that depend on each other.
    ///
    /// A store and a client of these options check again.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config), naming the option and its range.
    ///
    /// ```
    /// use session_dynamodb::Options;
    ///
    /// let mut options = Options::default();
    /// options.endpoint = Some("localhost:8000".into());
    /// let error = options.check().expect_err("it has no scheme");
    /// assert!(error.to_string().contains("write `http://localhost:8000`"));
    /// ```
    pub fn check(&self) -> Result<()> {
        self.credentials.as_ref().map_or(Ok(()), StaticCredentials::check)?;
        self.store_settings().check()
    }
}

impl Default for Options {
    /// The defaults of the store's builder.
    fn default() -> Self {
        let usual = StoreSettings::new("sessions".into());
        let layout = usual.settings.layout;
        Self {
            profile: None,
            table_name: usual.table,
            hash_key: layout.key,
            data_attribute: layout.data,
            data_attribute_type: layout.kind,
            session_lifetime_attribute: layout.expires,
            lock_attribute: layout.lock,
            version_attribute: layout.version,
            deadline_attribute: layout.deadline,
            idle_attribute: layout.idle,
            key_scheme: usual.settings.key_scheme,
            consistent_read: usual.settings.consistent_read,
            transactions: usual.settings.transactions,
            locking: usual.settings.locking,
            clock_skew: usual.settings.clock_skew,
            php_lock_timeout: usual.settings.php_lock_timeout,
            request_timeout: usual.times.request,
            operation_timeout: usual.times.operation,
            max_retries: usual.max_retries,
            scan_segments: usual.scan_segments,
            collect_orphans: usual.settings.collect_orphans,
            batch_config: usual.batches,
            region: usual.region,
            endpoint: usual.endpoint,
            credentials: None,
        }
    }
}
