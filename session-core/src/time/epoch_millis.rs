use crate::time::Timestamp;
use std::time::Duration;

/// A point in time, in milliseconds since the Unix epoch.
///
/// A [`Clock`](crate::time::Clock) returns it, and a lease ends at one.
///
/// The last one is [`MAX`](Self::MAX).
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
    /// The last point in time, at the end of the second [`Timestamp::MAX`].
    ///
    /// It has 13 digits.
    pub const MAX: Self = Self(9_999_999_999_999);

    /// The point in time that many milliseconds after the Unix epoch.
    ///
    /// # Panics
    ///
    /// After [`MAX`](Self::MAX). [`try_from_epoch_millis`](Self::try_from_epoch_millis) reports
    /// that instead.
    #[must_use]
    pub const fn from_epoch_millis(millis: u64) -> Self {
        Self::try_from_epoch_millis(millis).expect("the time is after `EpochMillis::MAX`")
    }

    /// Converts milliseconds since the Unix epoch, or returns `None` after [`MAX`](Self::MAX).
    ///
    /// ```
    /// use session_core::time::EpochMillis;
    ///
    /// assert_eq!(EpochMillis::try_from_epoch_millis(9_999_999_999_999), Some(EpochMillis::MAX));
    /// assert_eq!(EpochMillis::try_from_epoch_millis(10_000_000_000_000), None);
    /// ```
    pub const fn try_from_epoch_millis(millis: u64) -> Option<Self> {
        if millis > Self::MAX.0 { None } else { Some(Self(millis)) }
    }

    /// Converts milliseconds since the Unix epoch, or returns [`MAX`](Self::MAX) for later ones.
    ///
    /// ```
    /// use session_core::time::EpochMillis;
    ///
    /// assert_eq!(EpochMillis::saturating_from_epoch_millis(u64::MAX), EpochMillis::MAX);
    /// ```
    #[must_use]
    pub const fn saturating_from_epoch_millis(millis: u64) -> Self {
        if millis > Self::MAX.0 { Self::MAX } else { Self(millis) }
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_epoch_millis(self) -> u64 {
        self.0
    }

    /// The whole second that this lies in.
    pub const fn timestamp(self) -> Timestamp {
        Timestamp::saturating_from_epoch_seconds(self.0 / 1_000)
    }

    /// The first whole second that is not before this.
    ///
    /// ```
    /// use session_core::time::{EpochMillis, Timestamp};
    ///
    /// let second = Timestamp::from_epoch_seconds(2);
    /// assert_eq!(EpochMillis::from_epoch_millis(1_001).ceil_timestamp(), second);
    /// assert_eq!(EpochMillis::from_epoch_millis(2_000).ceil_timestamp(), second);
    /// ```
    pub const fn ceil_timestamp(self) -> Timestamp {
        Timestamp::saturating_from_epoch_seconds(self.0.div_ceil(1_000))
    }

    /// Whether `now` has reached this millisecond.
    pub const fn is_over(self, now: Self) -> bool {
        self.0 <= now.0
    }

    /// The point in time `duration` later, in whole milliseconds, at most [`MAX`](Self::MAX).
    ///
    /// The fraction of a millisecond is dropped.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self::saturating_from_epoch_millis(self.0.saturating_add(millis(duration)))
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
