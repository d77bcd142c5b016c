use crate::DynamoDbStore;
use crate::Profile;
use crate::batch::BatchConfig;
use crate::large_items::LargeItems;
use crate::layout::Versions;
use crate::send::{Retries, SdkTransport, Sender, Table};
use crate::settings::Settings;
use crate::stale_php_locks::StalePhpLocks;
use crate::store_settings::StoreSettings;
use aws_sdk_dynamodb::Client;
use session_core::random::{OsRandom, Randomness};
use session_core::store::{Capabilities, Durability, PayloadKind};
use session_core::time::TokioTimer;
use session_core::time::{Clock, SystemClock, Timer};
use session_core::{KeyScheme, Result};
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// The settings of a [`DynamoDbStore`], each with a default.
///
/// Names and defaults are those of PHP's handlers where these have the setting.
///
/// ```
/// # fn example(client: aws_sdk_dynamodb::Client) -> session_core::Result<()> {
/// use session_core::store::PayloadKind;
/// use session_dynamodb::DynamoDbStore;
///
/// let store = DynamoDbStore::builder(client, "sessions")
///     .hash_key("session_id")
///     .data_attribute_type(PayloadKind::Binary)
///     .locking(true)
///     .build()?;
/// # Ok(())
/// # }
/// ```
pub struct DynamoDbStoreBuilder {
    client: Client,
    all: StoreSettings,
    /// The clock that was set, or `None` for the system's.
    clock: Option<Arc<dyn Clock>>,
    timer: Arc<dyn Timer>,
    randomness: Arc<dyn Randomness>,
}

/// The longest key that DynamoDB takes, in bytes.
const MAX_KEY_BYTES: usize = 2048;
/// The largest item that DynamoDB takes, in bytes as it counts.
const MAX_ITEM_BYTES: usize = 400 * 1024;

impl DynamoDbStoreBuilder {
    pub(crate) fn new(client: Client, all: StoreSettings) -> Self {
        Self {
            client,
            all,
            clock: None,
            timer: Arc::new(TokioTimer::new()),
            randomness: Arc::new(OsRandom),
        }
    }

    /// The name of the key attribute, a string: `id` unless set.
    #[must_use]
    pub fn hash_key(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.key = name.into();
        self
    }

    /// The name of the attribute with the data: `data` unless set.
    #[must_use]
    pub fn data_attribute(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.data = name.into();
        self
    }

    /// Which payloads are kept: text, as a string, unless set to binary.
    ///
    /// Data of other writers is read as either.
    #[must_use]
    pub fn data_attribute_type(mut self, kind: PayloadKind) -> Self {
        self.all.settings.layout.kind = kind;
        self
    }

    /// The name of the attribute with the expiry: `expires` unless set.
    ///
    /// It is the attribute of the table's time to live.
    #[must_use]
    pub fn session_lifetime_attribute(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.expires = name.into();
        self
    }

    /// The name of the attribute with the lock: `lock` unless set.
    ///
    /// PHP's handler always has the name `lock`.
    #[must_use]
    pub fn lock_attribute(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.lock = name.into();
        self
    }

    /// The name of the attribute with the tag of the last write: `version` unless set.
    #[must_use]
    pub fn version_attribute(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.version = name.into();
        self
    }

    /// The name of the attribute with the absolute deadline: `deadline` unless set.
    #[must_use]
    pub fn deadline_attribute(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.deadline = name.into();
        self
    }

    /// The name of the attribute with a session's own idle timeout: `idle` unless set.
    #[must_use]
    pub fn idle_attribute(mut self, name: impl Into<String>) -> Self {
        self.all.settings.layout.idle = name.into();
        self
    }

    /// The scheme of the sessions' keys, which `Sessions` are built with.
    ///
    /// It shows which items of the table are sessions of this configuration. Collecting, surveys and
    /// migrations leave all others as they are. Without a scheme, every item with a numeric expiry
    /// counts as a session unless another attribute has a type that sessions do not have. A scheme
    /// that [is not distinctive](KeyScheme::is_distinctive) excludes few items more.
    ///
    /// ```
    /// # fn example(client: aws_sdk_dynamodb::Client) -> session_core::Result<()> {
    /// use session_core::KeyScheme;
    /// use session_dynamodb::DynamoDbStore;
    ///
    /// let store = DynamoDbStore::builder(client, "sessions").key_scheme(KeyScheme::Hashed).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn key_scheme(mut self, key_scheme: KeyScheme) -> Self {
        self.all.settings.key_scheme = Some(key_scheme);
        self
    }

    /// Whether orphans are collected: they are not unless this is set to true.
    ///
    /// An orphan is an item with neither expiry nor data, such as a handler of PHP leaves if it
    /// crashes in a new session. It is deleted only if a consistent read shows no attribute but the
    /// key and a lock that has lapsed. This needs a [key scheme](Self::key_scheme) that [is
    /// distinctive](KeyScheme::is_distinctive), and one `GetItem` for each candidate.
    #[must_use]
    pub fn collect_orphans(mut self, collect_orphans: bool) -> Self {
        self.all.settings.collect_orphans = collect_orphans;
        self
    }

    /// Whether reads are strongly consistent: they are unless this is set to false.
    ///
    /// Another read costs half. If it finds nothing, the store repeats it consistently.
    #[must_use]
    pub fn consistent_read(mut self, consistent_read: bool) -> Self {
        self.all.settings.consistent_read = consistent_read;
        self
    }

    /// Whether records can be locked: not unless set.
    ///
    /// If not, a lock that another holds is respected all the same, but for those of PHP's
    /// handler, which have no end: they are ignored and left in place.
    #[must_use]
    pub fn locking(mut self, locking: bool) -> Self {
        self.all.settings.locking = locking;
        self
    }

    /// Whether the server has transactions, which rotations need: true unless set.
    ///
    /// If not, rotations are declared unsupported. [ScyllaDB's Alternator] has no transactions.
    ///
    /// [ScyllaDB's Alternator]: https://docs.scylladb.com/manual/stable/alternator/compatibility.html
    #[must_use]
    pub fn transactions(mut self, transactions: bool) -> Self {
        self.all.settings.transactions = transactions;
        self
    }

    /// How long a lock counts as live for others after its lease: 1 s unless set.
    ///
    /// The longest time is 5 minutes.
    ///
    /// It must be more than the clocks of all who share the table differ by.
    #[must_use]
    pub fn clock_skew(mut self, clock_skew: Duration) -> Self {
        self.all.settings.clock_skew = clock_skew;
        self
    }

    /// How long a lock of PHP must stay unchanged for a takeover: never unless set.
    ///
    /// The shortest time is 5 s.
    ///
    /// Such a lock has neither owner nor end, and a holder that crashed leaves it forever. A waiter that
    /// waits for it takes it over after seeing it, and the expiry, unchanged for so long; and a
    /// collector that has seen it so deletes what has expired under it, and orphans, if its walks
    /// are no farther apart than this. It must be more than PHP's `max_execution_time`: a holder
    /// that works longer would overwrite what is written meanwhile, for PHP writes on no condition.
    #[must_use]
    pub fn php_lock_timeout(mut self, timeout: Duration) -> Self {
        self.all.settings.php_lock_timeout = Some(timeout);
        self
    }

    /// The handler of PHP that writes to the same table: none unless set.
    ///
    /// Neither version, deadline nor idle timeout is written then. See [`Profile`].
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.all.settings.layout.versions = profile.versions();
        self.all.profile = Some(profile);
        self
    }

    /// How often a request is repeated after a transient failure: 3 times unless set.
    ///
    /// The most is 100.
    ///
    /// The SDK's own retries are off. Retries end earlier by the
    /// [`operation_timeout`](Self::operation_timeout), and where most requests of this store fail.
    #[must_use]
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.all.max_retries = max_retries;
        self
    }

    /// How long one attempt may take, from request to reply: 1 s unless set.
    ///
    /// It is measured from sending the request to the end of its reply. The range is from 10 ms to
    /// a minute.
    ///
    /// The time that the credentials take is not counted.
    #[must_use]
    pub fn request_timeout(mut self, request_timeout: Duration) -> Self {
        self.all.times.request = request_timeout;
        self
    }

    /// How long an operation may take, with attempts and delays: 4 s unless set.
    ///
    /// The range is from the [`request_timeout`](Self::request_timeout) to 5 minutes.
    ///
    /// Locking and renewing end within a third of the lease, too.
    #[must_use]
    pub fn operation_timeout(mut self, operation_timeout: Duration) -> Self {
        self.all.times.operation = operation_timeout;
        self
    }

    /// In how many parallel parts collecting walks the table: 4 unless set.
    ///
    /// The most is 1,000.
    #[must_use]
    pub fn scan_segments(mut self, segments: NonZeroUsize) -> Self {
        self.all.scan_segments = segments;
        self
    }

    /// Collects by `BatchWriteItem`, which knows no conditions: not unless set.
    ///
    /// A session that is renewed between the scan and the deletion is then deleted all the same, as
    /// it is by PHP's handler. See [`BatchConfig`].
    #[must_use]
    pub fn batch_config(mut self, batches: BatchConfig) -> Self {
        self.all.batches = Some(batches);
        self
    }

    /// The clock that expiries and leases are held against: the system's unless set.
    ///
    /// Collecting compares the system's clock with the server's, and fails if they differ by more
    /// than a minute. A clock that is set is not compared: a test moves it as it likes.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The timer for the delays before retries: tokio's by default.
    #[must_use]
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.timer = Arc::new(timer);
        self
    }

    /// Where the jitter of retries comes from: the operating system unless set.
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// The store with these settings. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config), naming the setting and its range.
    pub fn build(self) -> Result<DynamoDbStore> {
        let Self { client, all, clock, timer, randomness } = self;
        all.check()?;
        let StoreSettings { table, settings, max_retries, times, scan_segments, batches, .. } = all;
        let capabilities = capabilities(&settings);
        let table = Table { name: table, layout: settings.layout.clone() };
        let transport = Arc::new(SdkTransport::new(&client));
        let retries = Retries { most: max_retries, ..Retries::default() };
        let sender = Sender::new(transport, table, (times, retries), timer, randomness);
        Ok(DynamoDbStore {
            capabilities,
            settings,
            scan_segments,
            batches,
            checks_clock: clock.is_none(),
            clock: clock.unwrap_or_else(|| Arc::new(SystemClock)),
            sender,
            stale_php_locks: StalePhpLocks::default(),
            large_items: LargeItems::default(),
        })
    }
}

fn capabilities(settings: &Settings) -> Capabilities {
    let capabilities = Capabilities::NONE
        .with_payloads(settings.layout.kind)
        .with_collecting()
        // DynamoDB replicates a table over several Availability Zones of its region, says its
        // Developer Guide ("High availability and durability"). Another server may do less.
        .with_durability(Durability::ReplicaLoss)
        .with_max_key_bytes(MAX_KEY_BYTES)
        .with_max_record_bytes(MAX_ITEM_BYTES);
    let capabilities = match settings.layout.versions {
        Versions::Tags => capabilities.with_versions().with_lifetimes(),
        Versions::Content => capabilities.with_content_versions(),
    };
    let capabilities =
        if settings.transactions { capabilities.with_rotation() } else { capabilities };
    if settings.locking { capabilities.with_locking() } else { capabilities }
}

impl Debug for DynamoDbStoreBuilder {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DynamoDbStoreBuilder")
            .field("settings", &self.all)
            .finish_non_exhaustive()
    }
}
