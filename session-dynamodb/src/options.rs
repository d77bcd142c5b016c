//! The options by the names that PHP's handlers have, as one structure for any format of serde.

mod batches;
mod known;
mod read;
#[cfg(test)]
mod tests;
mod value;
mod variables;
mod written;

use crate::layout::{Layout, Versions};
use crate::{BatchConfig, DynamoDbStore, DynamoDbStoreBuilder, Profile};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder as ClientBuilder, Region};
use serde::de::{DeserializeOwned, Error as DeserializeError};
use serde::{Deserialize, Deserializer};
use session_core::{
    Base64, Codec, Error, ErrorKind, Json, KeyScheme, LastWriteWins, Lifetime, Operation,
    PayloadKind, Result, Sessions, Strategy,
};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
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
/// | option | default | |
/// | --- | --- | --- |
/// | `profile` | none | the handler of PHP that shares the table: see [`Profile`] |
/// | `table_name` | `sessions` | |
/// | `hash_key` | `id` | the key attribute |
/// | `data_attribute` | `data` | |
/// | `data_attribute_type` | `string` | or `binary` |
/// | `base64` | `false` | encodes the data once more, as text |
/// | `session_lifetime` | `1440` | seconds |
/// | `session_lifetime_attribute` | `expires` | the table's time to live |
/// | `consistent_read` | `true` | |
/// | `locking` | `false` | one handle of a session at a time |
/// | `max_lock_wait_time` | `10` | seconds |
/// | `min_lock_retry_microtime` | `10000` | microseconds |
/// | `max_lock_retry_microtime` | `50000` | microseconds |
/// | `lock_lease` | `30` | seconds; how long a lock outlives a crash |
/// | `max_lock_hold` | `300` | seconds; how long a lock is renewed |
/// | `clock_skew` | `1` | seconds, more than clocks differ by |
/// | `php_lock_timeout` | none | seconds; when a lock of PHP that never changes is taken over |
/// | `lock_attribute`, `version_attribute`, `deadline_attribute` | `lock`, `version`, `deadline` | |
/// | `session_name` | none; `PHPSESSID` in a profile | keys are `name_id` as in PHP; without it they are hashed |
/// | `id_separator` | `_` | between name and id |
/// | `collect_orphans` | `false` | collecting deletes items with neither expiry nor data, too |
/// | `batch_config` | none | `batch_size` and `delay` in seconds: see [`BatchConfig`] |
/// | `region`, `endpoint` | none | what the client is told otherwise |
///
/// ```
/// use session_dynamodb::Options;
///
/// let options: Options = serde_json::from_str(r#"{ "table_name": "s", "locking": true }"#)?;
/// assert_eq!((options.table_name.as_str(), options.session_lifetime), ("s", 1440));
///
/// let error = serde_json::from_str::<Options>(r#"{ "lockng": true }"#).expect_err("a slip");
/// assert!(error.to_string().contains("did you mean `locking`?"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by its own name")]
#[non_exhaustive]
pub struct Options {
    /// The handler of PHP that writes to the same table.
    pub profile: Option<Profile>,
    /// The table.
    pub table_name: String,
    /// The key attribute.
    pub hash_key: String,
    /// The attribute with the data.
    pub data_attribute: String,
    /// Whether the data is a string, text, or binary.
    pub data_attribute_type: PayloadKind,
    /// Whether the data is encoded as base64 once more.
    pub base64: bool,
    /// How long a session lives unused, in seconds.
    pub session_lifetime: u64,
    /// The attribute with the expiry.
    pub session_lifetime_attribute: String,
    /// Whether reads are strongly consistent.
    pub consistent_read: bool,
    /// Whether one handle of a session excludes others.
    pub locking: bool,
    /// How long to wait for a lock.
    pub max_lock_wait_time: Duration,
    /// The shortest delay between two attempts to lock.
    pub min_lock_retry: Duration,
    /// The longest delay between two attempts to lock.
    pub max_lock_retry: Duration,
    /// How long a lock outlives a holder that crashed.
    pub lock_lease: Duration,
    /// How long a lock is renewed.
    pub max_lock_hold: Duration,
    /// By how much the clocks of those who share the table may differ.
    pub clock_skew: Duration,
    /// How long a lock of PHP must have been seen unchanged to be taken over, if ever.
    pub php_lock_timeout: Option<Duration>,
    /// The attribute with the lock.
    pub lock_attribute: String,
    /// The attribute with the tag of the last write.
    pub version_attribute: String,
    /// The attribute with the absolute deadline.
    pub deadline_attribute: String,
    /// The name of the session, in the keys as PHP makes them; without it, keys are hashed.
    pub session_name: Option<String>,
    /// What stands between the name and the id.
    pub id_separator: String,
    /// Whether collecting deletes items with neither expiry nor data, too.
    pub collect_orphans: bool,
    /// Whether collecting deletes in batches, and in which.
    pub batch_config: Option<BatchConfig>,
    /// The region of the table.
    pub region: Option<String>,
    /// The URL of the service, for others than AWS.
    pub endpoint: Option<String>,
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

    /// What the profile has fixed is refused as early as it is read.
    fn check_profile(&self) -> Result<()> {
        let Some(profile) = self.profile else { return Ok(()) };
        profile.check(&self.layout())
    }

    /// The attributes of the items that sessions of these options have.
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            key: self.hash_key.clone(),
            expires: self.session_lifetime_attribute.clone(),
            data: self.data_attribute.clone(),
            lock: self.lock_attribute.clone(),
            version: self.version_attribute.clone(),
            deadline: self.deadline_attribute.clone(),
            kind: self.data_attribute_type,
            versions: self.profile.map_or(Versions::Tags, Profile::versions),
        }
    }

    /// The configuration of a client, told the region and the endpoint that are set here.
    ///
    /// ```
    /// use aws_sdk_dynamodb::{Client, Config};
    /// use aws_sdk_dynamodb::config::BehaviorVersion;
    /// use session_dynamodb::Options;
    ///
    /// let options = Options::from_variables([("SESSION_REGION", "eu-central-1")])?;
    /// let config = Config::builder().behavior_version(BehaviorVersion::latest());
    /// let config = options.client_config(config).build();
    /// assert_eq!(config.region().map(AsRef::as_ref), Some("eu-central-1"));
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn client_config(&self, mut config: ClientBuilder) -> ClientBuilder {
        if let Some(region) = &self.region {
            config = config.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint);
        }
        config
    }

    /// The settings of the store, to be built or changed further.
    pub fn store(&self, client: Client) -> DynamoDbStoreBuilder {
        let mut builder = DynamoDbStore::builder(client, &self.table_name)
            .hash_key(&self.hash_key)
            .data_attribute(&self.data_attribute)
            .data_attribute_type(self.data_attribute_type)
            .session_lifetime_attribute(&self.session_lifetime_attribute)
            .lock_attribute(&self.lock_attribute)
            .version_attribute(&self.version_attribute)
            .deadline_attribute(&self.deadline_attribute)
            .consistent_read(self.consistent_read)
            .locking(self.locking)
            .clock_skew(self.clock_skew)
            .key_scheme(self.key_scheme())
            .collect_orphans(self.collect_orphans);
        if let Some(profile) = self.profile {
            builder = builder.profile(profile);
        }
        if let Some(timeout) = self.php_lock_timeout {
            builder = builder.php_lock_timeout(timeout);
        }
        match &self.batch_config {
            Some(batches) => builder.batch_config(batches.clone()),
            None => builder,
        }
    }

    /// Sessions of data that is kept as JSON.
    ///
    /// With `locking` their handles take turns, without it the last write wins.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) for options that do not fit together, and in a profile, where
    /// the data is PHP's: see [`sessions_with`](Self::sessions_with).
    pub fn sessions<T>(&self, client: Client) -> Result<Sessions<T>>
    where
        T: serde::Serialize + DeserializeOwned + Default + 'static,
    {
        if let Some(profile) = self.profile {
            let name = profile.name();
            return Err(config(format!(
                "the data of the profile `{name}` is PHP's, not JSON: give sessions_with a codec \
                 for it"
            )));
        }
        self.sessions_with(client, Json::new())
    }

    /// Sessions of data that `codec` encodes, and base64 around it if that is on.
    ///
    /// The codec makes payloads of the [kind](Self::payload_kind) that is kept, or text.
    ///
    /// With `locking` their handles take turns, without it the last write wins.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) for options that do not fit together, or a codec that makes
    /// bytes where `data_attribute_type` is `string`.
    pub fn sessions_with<T: 'static>(
        &self,
        client: Client,
        codec: impl Codec<T>,
    ) -> Result<Sessions<T>> {
        if self.base64 {
            return self.sessions_of(client, Base64::new(codec));
        }
        if (codec.kind(), self.data_attribute_type) == (PayloadKind::Binary, PayloadKind::Text) {
            let detail = "the codec makes bytes and data_attribute_type is `string`: set \
                          data_attribute_type = \"binary\"";
            return Err(config(detail.into()));
        }
        self.sessions_of(client, codec)
    }

    fn sessions_of<T: 'static>(&self, client: Client, codec: impl Codec<T>) -> Result<Sessions<T>> {
        let store = Arc::new(self.store(client).build()?);
        if self.locking {
            let strategy = Pessimistic::new(store).with_options(self.lock_options())?;
            self.sessions_by(strategy, codec)
        } else {
            self.sessions_by(LastWriteWins::new(store), codec)
        }
    }

    fn sessions_by<T: 'static>(
        &self,
        strategy: impl Strategy,
        codec: impl Codec<T>,
    ) -> Result<Sessions<T>> {
        Sessions::builder(strategy, codec)
            .lifetime(Lifetime::idle(Duration::from_secs(self.session_lifetime))?)
            .key_scheme(self.key_scheme())
            .build()
    }

    /// The kind of payload that a codec makes for [`sessions_with`](Self::sessions_with): bytes
    /// where bytes can be kept, in a `binary` attribute or as `base64`, and text where they cannot.
    ///
    /// A codec that makes text where bytes are kept reads what PHP left, and cannot write it again
    /// once it holds a string that is no UTF-8. So `session-php`'s is made as
    /// `PhpCodec::new(format).with_kind(options.payload_kind())`.
    ///
    /// ```
    /// use session_core::PayloadKind;
    /// use session_dynamodb::Options;
    ///
    /// let kind = |variable, value| {
    ///     Options::from_variables([(variable, value)]).map(|options| options.payload_kind())
    /// };
    /// assert_eq!(kind("SESSION_DATA_ATTRIBUTE_TYPE", "string")?, PayloadKind::Text);
    /// assert_eq!(kind("SESSION_DATA_ATTRIBUTE_TYPE", "binary")?, PayloadKind::Binary);
    /// assert_eq!(kind("SESSION_PROFILE", "idealstack")?, PayloadKind::Binary);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub const fn payload_kind(&self) -> PayloadKind {
        if self.base64 { PayloadKind::Binary } else { self.data_attribute_type }
    }

    /// How keys are made from ids.
    pub fn key_scheme(&self) -> KeyScheme {
        match &self.session_name {
            Some(name) => {
                KeyScheme::Named { name: name.clone(), separator: self.id_separator.clone() }
            }
            None => KeyScheme::Hashed,
        }
    }

    /// How locks are waited for and held.
    pub fn lock_options(&self) -> LockOptions {
        LockOptions {
            max_lock_wait_time: self.max_lock_wait_time,
            min_lock_retry: self.min_lock_retry,
            max_lock_retry: self.max_lock_retry,
            lock_lease: self.lock_lease,
            max_lock_hold: self.max_lock_hold,
            ..LockOptions::default()
        }
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

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
