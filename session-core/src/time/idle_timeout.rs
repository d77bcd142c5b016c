use crate::time::Timestamp;
use std::num::NonZeroU64;
use std::time::Duration;

/// Whole seconds after which a record expires if nobody uses it.
///
/// It is one second at least, and [`MAX`](Self::MAX) at most.
///
/// ```
/// use session_core::time::IdleTimeout;
/// use std::time::Duration;
///
/// let fortnight = IdleTimeout::from_seconds(14 * 24 * 3_600);
/// assert_eq!(fortnight.as_duration(), Duration::from_secs(1_209_600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
// A record has one at most, and `Option` of it takes no room besides.
pub struct IdleTimeout(NonZeroU64);

impl IdleTimeout {
    /// The longest idle timeout, 9,999,999,999 seconds: the range of [`Timestamp`].
    pub const MAX: Self = Self::from_seconds(Timestamp::MAX.as_epoch_seconds());

    /// The idle timeout of that many seconds.
    ///
    /// # Panics
    ///
    /// For zero, and for more than [`MAX`](Self::MAX). [`try_from_seconds`](Self::try_from_seconds)
    /// reports that instead.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self::try_from_seconds(seconds).expect("the idle timeout is zero or out of range")
    }

    /// Converts seconds, or returns `None` for zero and for more than [`MAX`](Self::MAX).
    ///
    /// ```
    /// use session_core::time::IdleTimeout;
    ///
    /// assert!(IdleTimeout::try_from_seconds(1).is_some());
    /// assert_eq!(IdleTimeout::try_from_seconds(0), None);
    /// assert_eq!(IdleTimeout::try_from_seconds(10_000_000_000), None);
    /// ```
    pub const fn try_from_seconds(seconds: u64) -> Option<Self> {
        match NonZeroU64::new(seconds) {
            Some(seconds) if seconds.get() <= Timestamp::MAX.as_epoch_seconds() => {
                Some(Self(seconds))
            }
            _ => None,
        }
    }

    /// The idle timeout of that many seconds, [`MAX`](Self::MAX) for more, or `None` for zero.
    ///
    /// A store reads with it what other programs may have written.
    pub const fn saturating_from_seconds(seconds: u64) -> Option<Self> {
        if seconds > Self::MAX.as_seconds() {
            Some(Self::MAX)
        } else {
            Self::try_from_seconds(seconds)
        }
    }

    /// Whole seconds.
    pub const fn as_seconds(self) -> u64 {
        self.0.get()
    }

    /// The same as a duration.
    pub const fn as_duration(self) -> Duration {
        Duration::from_secs(self.as_seconds())
    }
}
