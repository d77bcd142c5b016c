//! The settings.

use crate::engine::SqliteEngine;
use crate::file::FileOptions;
use crate::{SqliteStore, limits};
use session_core::Result;
use session_core::time::{Clock, SystemClock, Timer, TokioTimer};
use session_core::transactional::TransactionalStore;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// When a write counts as stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Synchronous {
    /// Once the disk reports the write, which then survives a loss of power.
    #[default]
    Full,
    /// Once the operating system has the write, which then survives its process.
    ///
    /// The process may end by any means. A loss of power may undo the last writes of all sessions;
    /// it never damages the file.
    Normal,
}

impl Synchronous {
    /// Every choice.
    pub const ALL: [Self; 2] = [Self::Full, Self::Normal];

    /// The name in a configuration.
    ///
    /// ```
    /// use session_sqlite::Synchronous;
    ///
    /// assert_eq!(Synchronous::default().name(), "full");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Normal => "normal",
        }
    }
}

/// The settings of a [`SqliteStore`], each but the path with a default.
///
/// They are checked by [`build`](Self::build).
///
/// ```
/// use session_sqlite::{SqliteStoreBuilder, Synchronous};
/// use std::time::Duration;
///
/// let builder = SqliteStoreBuilder::new("/var/lib/shop/sessions.db")
///     .synchronous(Synchronous::Normal)
///     .operation_timeout(Duration::from_secs(2));
/// ```
#[derive(Clone, Debug)]
pub struct SqliteStoreBuilder {
    path: PathBuf,
    create: bool,
    synchronous: Synchronous,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    clock_skew: Duration,
    operation_timeout: Duration,
    max_record_bytes: usize,
    max_bytes: Option<u64>,
}

impl SqliteStoreBuilder {
    /// The default settings of a store in the file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            create: true,
            synchronous: Synchronous::Full,
            clock: Arc::new(SystemClock),
            timer: Arc::new(TokioTimer::new()),
            clock_skew: Duration::from_secs(1),
            operation_timeout: Duration::from_secs(4),
            max_record_bytes: 400 * 1_024,
            max_bytes: None,
        }
    }

    /// Whether a missing file is created, and an empty one filled; by default they are.
    ///
    /// The folder must exist. On Unix the owner alone may read a file that is created here.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// When a write counts as stored; by default [`Synchronous::Full`].
    #[must_use]
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// The clock that expiries and leases are held against; by default the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The timer that ends operations after their time limit; by default tokio's.
    #[must_use]
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.timer = Arc::new(timer);
        self
    }

    /// How long a lock counts as live for others after its lease: 1 s unless set.
    ///
    /// All processes on one file run on one host, so their clocks are one. Zero is safe unless that
    /// clock is set back.
    #[must_use]
    pub fn clock_skew(mut self, clock_skew: Duration) -> Self {
        self.clock_skew = clock_skew;
        self
    }

    /// How long an operation takes at most; by default 4 s.
    ///
    /// An operation spends it on waiting while other processes write. An operation that has not begun
    /// by then is [`Unavailable`](session_core::ErrorKind::Unavailable), and nothing is changed.
    #[must_use]
    pub fn operation_timeout(mut self, operation_timeout: Duration) -> Self {
        self.operation_timeout = operation_timeout;
        self
    }

    /// The largest record to take, in bytes; by default 400 KiB, as in DynamoDB.
    ///
    /// The key, the payload and 64 bytes for the rest count. A larger record is
    /// [`TooLarge`](session_core::ErrorKind::TooLarge).
    #[must_use]
    pub fn max_record_bytes(mut self, bytes: usize) -> Self {
        self.max_record_bytes = bytes;
        self
    }

    /// The largest file, in bytes; by default there is no bound but the disk.
    ///
    /// A write that would exceed it is [`Full`](session_core::ErrorKind::Full). The log of recent
    /// writes beside the file, about 4 MiB, is not counted.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Checks the settings, opens the file and starts the thread that uses it.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a setting out of its range, and for a file that
    /// is not a store of sessions, has a newer schema, is missing or cannot be written. Such a file is
    /// not changed. [`Unavailable`](session_core::ErrorKind::Unavailable) if another connection
    /// locks the file throughout the time limit.
    pub async fn build(self) -> Result<SqliteStore> {
        self.check()?;
        let Self { clock, timer, clock_skew, operation_timeout, max_record_bytes, .. } = self;
        let file = FileOptions {
            path: self.path.into(),
            create: self.create,
            synchronous: self.synchronous,
            max_bytes: self.max_bytes,
            busy_timeout: operation_timeout,
        };
        let engine = SqliteEngine::open(file, timer, operation_timeout, max_record_bytes).await?;
        let store = TransactionalStore::new(engine).clock(clock).clock_skew(clock_skew);
        Ok(SqliteStore::of(store))
    }

    fn check(&self) -> Result<()> {
        limits::PATH.check(&self.path.to_string_lossy())?;
        limits::CLOCK_SKEW.check(self.clock_skew)?;
        limits::OPERATION_TIMEOUT.check(self.operation_timeout)?;
        let record = u64::try_from(self.max_record_bytes).unwrap_or(u64::MAX);
        limits::MAX_RECORD_BYTES.check(record)?;
        self.max_bytes.map_or(Ok(()), |bytes| limits::MAX_BYTES.check(bytes))?;
        self.timer.check()
    }
}
