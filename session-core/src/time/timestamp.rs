use std::time::Duration;

/// A whole second since the Unix epoch: when a record expires.
///
/// Expiries and deadlines have this unit in every store, because the time-to-live
/// attribute of DynamoDB has it. A timestamp is *over* from its own second on:
/// expired is `expires <= now`.
///
/// ```
/// use session_core::time::{EpochMillis, Timestamp};
///
/// let expires = Timestamp::from_epoch_seconds(100);
/// assert!(!expires.is_over(EpochMillis::from_epoch_millis(99_999)));
/// assert!(expires.is_over(EpochMillis::from_epoch_millis(100_000)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The timestamp that many seconds after the Unix epoch.
    pub const fn from_epoch_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Whole seconds since the Unix epoch.
    pub const fn as_epoch_seconds(self) -> u64 {
        self.0
    }

    /// Whether `now` has reached this second.
    pub const fn is_over(self, now: EpochMillis) -> bool {
        self.0 <= now.timestamp().0
    }

    /// The timestamp `duration` later, its fraction of a second dropped.
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_secs()))
    }

    /// How much later this is than `earlier`, or zero.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

/// A millisecond since the Unix epoch: what a [`Clock`](crate::time::Clock) reads, and when a lease ends.
///
/// ```
/// use session_core::time::{EpochMillis, Timestamp};
/// use std::time::Duration;
///
/// let now = EpochMillis::from_epoch_millis(1_999);
/// assert_eq!(now.timestamp(), Timestamp::from_epoch_seconds(1));
/// assert_eq!(now.saturating_add(Duration::from_millis(1)).as_epoch_millis(), 2_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochMillis(u64);

impl EpochMillis {
    /// The point in time that many milliseconds after the Unix epoch.
    pub const fn from_epoch_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_epoch_millis(self) -> u64 {
        self.0
    }

    /// The whole second that this lies in.
    pub const fn timestamp(self) -> Timestamp {
        Timestamp(self.0 / 1_000)
    }

    /// Whether `now` has reached this millisecond.
    pub const fn is_over(self, now: Self) -> bool {
        self.0 <= now.0
    }

    /// The point in time `duration` later, its fraction of a millisecond dropped.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// The point in time `duration` earlier, or the epoch.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// How much later this is than `earlier`, or zero.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
