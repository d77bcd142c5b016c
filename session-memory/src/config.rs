use crate::MemoryStore;
use crate::bounds::{Bounds, Footprint};
use crate::shards::Shards;
use session_core::store::{Capabilities, DroppedCalls, PayloadKind, WakeUps};
use session_core::time::{Clock, SystemClock};
use std::sync::Arc;
use std::time::Duration;

/// The settings of a [`MemoryStore`], each with a default.
///
/// ```
/// use session_core::store::SessionStore;
/// use session_core::time::{EpochMillis, ManualClock};
/// use session_memory::MemoryStore;
///
/// let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
/// let store = MemoryStore::builder()
///     .clock(clock.clone())
///     .max_sessions(10_000)
///     .max_record_bytes(16 * 1024)
///     .build();
/// assert_eq!(store.capabilities().max_record_bytes(), Some(16 * 1024));
/// ```
#[derive(Clone, Debug)]
pub struct MemoryStoreBuilder {
    clock: Arc<dyn Clock>,
    clock_skew: Duration,
    limit: Footprint,
    max_key_bytes: usize,
    max_record_bytes: usize,
    shards: usize,
}

impl Default for MemoryStoreBuilder {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            clock_skew: Duration::from_secs(1),
            limit: Footprint::UNBOUNDED,
            max_key_bytes: 2048,
            max_record_bytes: 400 * 1024,
            shards: 256,
        }
    }
}

impl MemoryStoreBuilder {
    /// The clock that expiries and leases are held against; by default the system's.
    ///
    /// ```
    /// use session_core::time::SystemClock;
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().clock(SystemClock).build();
    /// ```
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How long after its lease a lock counts as live for others; by default 1 s.
    ///
    /// Within one process there is one clock, so zero is safe here. The default is that of the
    /// stores which are shared, so that what is tested on this one behaves alike on them.
    ///
    /// ```
    /// use session_memory::MemoryStore;
    /// use std::time::Duration;
    ///
    /// let store = MemoryStore::builder().clock_skew(Duration::ZERO).build();
    /// ```
    #[must_use]
    pub fn clock_skew(mut self, clock_skew: Duration) -> Self {
        self.clock_skew = clock_skew;
        self
    }

    /// The most sessions to keep; by default there is no bound.
    ///
    /// A creation that would pass it is [`Full`](session_core::ErrorKind::Full). Expired records make
    /// room before that, and live ones are never evicted.
    ///
    /// ```
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().max_sessions(100_000).build();
    /// ```
    #[must_use]
    pub fn max_sessions(mut self, sessions: usize) -> Self {
        self.limit.records = sessions;
        self
    }

    /// The most bytes to keep; by default there is no bound.
    ///
    /// The key, the payload and a lock of each record count. A creation, update or rotation that
    /// would pass the bound is [`Full`](session_core::ErrorKind::Full), after expired records were
    /// removed. The store's own bookkeeping, less than 200 bytes for each session, does not count.
    ///
    /// ```
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().max_bytes(64 * 1024 * 1024).build();
    /// ```
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.limit.bytes = bytes;
        self
    }

    /// The longest key to take, in bytes; by default 2048, as in DynamoDB.
    ///
    /// ```
    /// use session_core::store::SessionStore;
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().max_key_bytes(64).build();
    /// assert_eq!(store.capabilities().max_key_bytes(), Some(64));
    /// ```
    #[must_use]
    pub fn max_key_bytes(mut self, bytes: usize) -> Self {
        self.max_key_bytes = bytes;
        self
    }

    /// The largest record to take, in bytes; by default 400 KiB, as in DynamoDB.
    ///
    /// The key, the payload and a lock count. A larger record is
    /// [`TooLarge`](session_core::ErrorKind::TooLarge).
    ///
    /// ```
    /// use session_core::store::SessionStore;
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().max_record_bytes(4096).build();
    /// assert_eq!(store.capabilities().max_record_bytes(), Some(4096));
    /// ```
    #[must_use]
    pub fn max_record_bytes(mut self, bytes: usize) -> Self {
        self.max_record_bytes = bytes;
        self
    }

    /// The number of parts of the store, each with a mutex; by default 256.
    ///
    /// The number is rounded up to a power of two. More make threads meet less often, and cost a
    /// few hundred bytes each.
    ///
    /// ```
    /// use session_memory::MemoryStore;
    ///
    /// let store = MemoryStore::builder().shards(1_024).build();
    /// ```
    #[must_use]
    pub fn shards(mut self, shards: usize) -> Self {
        self.shards = shards;
        self
    }

    /// The store with these settings, empty.
    ///
    /// ```
    /// use session_memory::MemoryStoreBuilder;
    ///
    /// let store = MemoryStoreBuilder::default().build();
    /// ```
    pub fn build(self) -> MemoryStore {
        let Self { clock, clock_skew, limit, max_key_bytes, max_record_bytes, shards } = self;
        let capabilities = Capabilities::NONE
            .with_payloads(PayloadKind::Text)
            .with_payloads(PayloadKind::Binary)
            .with_versions()
            .with_lifetimes()
            .with_rotation()
            .with_locking()
            .with_wake_ups(WakeUps::ThisHandle)
            .with_dropped_calls(DroppedCalls::AtOnce)
            .with_collecting()
            .with_max_key_bytes(max_key_bytes)
            .with_max_record_bytes(max_record_bytes);
        MemoryStore {
            capabilities,
            clock,
            clock_skew,
            bounds: Bounds::new(limit),
            shards: Arc::new(Shards::new(shards)),
        }
    }
}
