use crate::time::EpochMillis;
use std::time::Duration;

/// A whole second since the Unix epoch: when a record expires.
///
/// Expiries and deadlines have this unit in every store, because the time-to-live
/// attribute of DynamoDB has it. A timestamp is *over* from its own second on:
/// expired is `expires <= now`. The last one is [`MAX`](Self::MAX).
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
    /// The last timestamp: 9,999,999,999 seconds after the epoch, in the year 2286.
    ///
    /// Its milliseconds have 13 digits, so times compare as text as they do as numbers.
    pub const MAX: Self = Self(9_999_999_999);

    /// The timestamp that many seconds after the Unix epoch.
    ///
    /// # Panics
    ///
    /// After [`MAX`](Self::MAX). [`try_from_epoch_seconds`](Self::try_from_epoch_seconds) reports
    /// that instead.
    #[must_use]
    pub const fn from_epoch_seconds(seconds: u64) -> Self {
        Self::try_from_epoch_seconds(seconds).expect("the timestamp is after `Timestamp::MAX`")
    }

    /// The timestamp that many seconds after the Unix epoch, or `None` after [`MAX`](Self::MAX).
    ///
    /// ```
    /// use session_core::time::Timestamp;
    ///
    /// assert_eq!(Timestamp::try_from_epoch_seconds(9_999_999_999), Some(Timestamp::MAX));
    /// assert_eq!(Timestamp::try_from_epoch_seconds(10_000_000_000), None);
    /// ```
    pub const fn try_from_epoch_seconds(seconds: u64) -> Option<Self> {
        if seconds > Self::MAX.0 { None } else { Some(Self(seconds)) }
    }

    /// The timestamp that many seconds after the Unix epoch, or [`MAX`](Self::MAX) after it.
    ///
    /// A store reads with it what other programs may have written. Their later times are then live.
    ///
    /// ```
    /// use session_core::time::Timestamp;
    ///
    /// let in_milliseconds_by_mistake = 1_700_000_000_000;
    /// let expires = Timestamp::saturating_from_epoch_seconds(in_milliseconds_by_mistake);
    /// assert_eq!(expires, Timestamp::MAX);
    /// ```
    #[must_use]
    pub const fn saturating_from_epoch_seconds(seconds: u64) -> Self {
        if seconds > Self::MAX.0 { Self::MAX } else { Self(seconds) }
    }

    /// Whole seconds since the Unix epoch.
    pub const fn as_epoch_seconds(self) -> u64 {
        self.0
    }

    /// Whether `now` has reached this second.
    pub const fn is_over(self, now: EpochMillis) -> bool {
        self.0 <= now.timestamp().0
    }

    /// The timestamp `duration` later, its fraction of a second dropped, or [`MAX`](Self::MAX).
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self::saturating_from_epoch_seconds(self.0.saturating_add(duration.as_secs()))
    }

    /// How much later this is than `earlier`, or zero.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}
