use crate::error::Operation;
use crate::store::OwnLifetime;
use crate::time::{EpochMillis, IdleTimeout, Timestamp};
use crate::{Error, ErrorKind, Result};
use std::time::Duration;

/// How long sessions live.
///
/// The idle timeout slides: each write or touch moves the expiry to that long from now. The
/// absolute timeout does not: it sets a deadline when the session is created, which no expiry
/// passes ([S7](crate::contract#s7)). The touch threshold spares writes: a session that is only read is not written
/// until its expiry would move by that much ([S3](crate::contract#s3)).
///
/// A shorter idle timeout reaches a stored session when it is next written or rotated. A session
/// that is only read keeps a later expiry, because a touch never moves it backwards ([R6](crate::contract#r6)).
///
/// One session can get a lifetime of its own, by [`OpenSession::set_lifetime`](crate::OpenSession::set_lifetime)
/// ([S10](crate::contract#s10)).
///
/// All are whole seconds. The default is PHP's: 24 minutes idle, no absolute timeout; the touch
/// threshold is a tenth of the idle timeout unless it is set.
///
/// ```
/// use session_core::Lifetime;
/// use std::time::Duration;
///
/// let lifetime = Lifetime::idle(Duration::from_secs(30 * 60))?
///     .with_absolute(Duration::from_secs(12 * 3600))?
///     .with_touch_threshold(Duration::from_secs(60))?;
/// assert!(Lifetime::idle(Duration::ZERO).is_err());
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    idle: IdleTimeout,
    absolute: Option<Duration>,
    touch_threshold: Duration,
}

/// No time is later than this after another one.
const LONGEST: Duration = Duration::from_secs(Timestamp::MAX.as_epoch_seconds());

impl Default for Lifetime {
    fn default() -> Self {
        Self::of(IdleTimeout::from_seconds(24 * 60))
    }
}

impl Lifetime {
    /// Sessions that expire after `idle` without use.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) unless it is a whole number of seconds, from one to
    /// 9,999,999,999, which is the range of [`Timestamp`].
    pub fn idle(idle: Duration) -> Result<Self> {
        check_timeout("the idle timeout", idle)?;
        Ok(Self::of(IdleTimeout::from_seconds(idle.as_secs())))
    }

    fn of(idle: IdleTimeout) -> Self {
        Self { idle, absolute: None, touch_threshold: idle.as_duration() / 10 }
    }

    /// Makes sessions expire `absolute` after their creation, even while they are used.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) unless it is a whole number of seconds, no less than the idle
    /// timeout, and in the range of [`Timestamp`].
    pub fn with_absolute(self, absolute: Duration) -> Result<Self> {
        check_timeout("the absolute timeout", absolute)?;
        if absolute < self.idle.as_duration() {
            return Err(config(
                "the absolute timeout must be at least as long as the idle timeout".into(),
            ));
        }
        Ok(Self { absolute: Some(absolute), ..self })
    }

    /// Writes an unchanged session only if its expiry moves by at least `threshold`.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) unless it is shorter than the idle timeout; otherwise sessions
    /// would expire while they are read.
    pub fn with_touch_threshold(self, threshold: Duration) -> Result<Self> {
        if threshold >= self.idle.as_duration() {
            return Err(config("the touch threshold must be shorter than the idle timeout".into()));
        }
        Ok(Self { touch_threshold: threshold, ..self })
    }

    /// The lifetime of a session whose record has the idle timeout `own`.
    ///
    /// Without one, the lifetime is the same.
    ///
    /// The touch threshold changes in the same proportion, rounded down to a nanosecond.
    ///
    /// ```
    /// use session_core::Lifetime;
    /// use session_core::time::{IdleTimeout, Timestamp};
    /// use std::time::Duration;
    ///
    /// let lifetime = Lifetime::idle(Duration::from_secs(1_000))?
    ///     .with_touch_threshold(Duration::from_secs(50))?;
    /// let own = lifetime.with_own_idle(Some(IdleTimeout::from_seconds(10_000)));
    /// let [from, due] = [20_000, 20_500].map(Timestamp::from_epoch_seconds);
    /// assert!(own.is_touch_due(from, due));
    /// assert!(!own.is_touch_due(from, Timestamp::from_epoch_seconds(20_499)));
    /// # Ok::<(), session_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_own_idle(self, own: Option<IdleTimeout>) -> Self {
        let Some(idle) = own else { return self };
        let touch_threshold = in_proportion(self.touch_threshold, idle, self.idle);
        Self { idle, touch_threshold, ..self }
    }

    /// The idle timeout and the deadline of a session that gets this lifetime now.
    pub(crate) fn starting_at(&self, now: EpochMillis) -> OwnLifetime {
        OwnLifetime { idle: self.idle, deadline: self.deadline(now) }
    }

    /// Whether sessions have an absolute timeout.
    pub const fn is_absolute(&self) -> bool {
        self.absolute.is_some()
    }

    /// The deadline of a session that is created now.
    pub fn deadline(&self, now: EpochMillis) -> Option<Timestamp> {
        self.absolute.map(|absolute| now.timestamp().saturating_add(absolute))
    }

    /// The expiry of a session that is used now, which its deadline caps.
    pub fn expiry(&self, now: EpochMillis, deadline: Option<Timestamp>) -> Timestamp {
        let idle = now.timestamp().saturating_add(self.idle.as_duration());
        deadline.map_or(idle, |deadline| deadline.min(idle))
    }

    /// Whether an unchanged session is written to move its expiry between these times.
    pub fn is_touch_due(&self, from: Timestamp, to: Timestamp) -> bool {
        to > from && to.saturating_since(from) >= self.touch_threshold
    }
}

/// The duration times `new` by `old`, rounded down to a nanosecond.
fn in_proportion(duration: Duration, new: IdleTimeout, old: IdleTimeout) -> Duration {
    const NANOS: u128 = 1_000_000_000;
    // At most 10^10 s in nanoseconds, times 10^10.
    let nanos = duration.as_nanos() * u128::from(new.as_seconds()) / u128::from(old.as_seconds());
    let (whole, rest) = (u64::try_from(nanos / NANOS), u32::try_from(nanos % NANOS));
    Duration::new(whole.unwrap_or(u64::MAX), rest.unwrap_or_default())
}

fn check_timeout(name: &str, timeout: Duration) -> Result<()> {
    if timeout < Duration::from_secs(1) || timeout.subsec_nanos() != 0 {
        return Err(config(format!("{name} must be a whole number of seconds, and at least one")));
    }
    if timeout > LONGEST {
        let longest = LONGEST.as_secs();
        return Err(config(format!(
            "{name} must be at most {longest} seconds, the range of times"
        )));
    }
    Ok(())
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
