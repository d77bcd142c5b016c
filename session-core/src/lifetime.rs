use crate::error::Operation;
use crate::time::{EpochMillis, Timestamp};
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
    idle: Duration,
    absolute: Option<Duration>,
    touch_threshold: Duration,
}

/// No time is later than this after another one.
const LONGEST: Duration = Duration::from_secs(Timestamp::MAX.as_epoch_seconds());

impl Default for Lifetime {
    fn default() -> Self {
        let idle = Duration::from_secs(24 * 60);
        Self { idle, absolute: None, touch_threshold: idle / 10 }
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
        Ok(Self { idle, absolute: None, touch_threshold: idle / 10 })
    }

    /// Sessions that also expire `absolute` after their creation, however much they are used.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) unless it is a whole number of seconds, no less than the idle
    /// timeout, and in the range of [`Timestamp`].
    pub fn with_absolute(self, absolute: Duration) -> Result<Self> {
        check_timeout("the absolute timeout", absolute)?;
        if absolute < self.idle {
            return Err(config("the absolute timeout is shorter than the idle timeout".into()));
        }
        Ok(Self { absolute: Some(absolute), ..self })
    }

    /// Unchanged sessions are written once their expiry would move by `threshold` at least.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) unless it is shorter than the idle timeout; otherwise sessions
    /// would expire while they are read.
    pub fn with_touch_threshold(self, threshold: Duration) -> Result<Self> {
        if threshold >= self.idle {
            return Err(config("the touch threshold is not shorter than the idle timeout".into()));
        }
        Ok(Self { touch_threshold: threshold, ..self })
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
        let idle = now.timestamp().saturating_add(self.idle);
        deadline.map_or(idle, |deadline| deadline.min(idle))
    }

    /// Whether an unchanged session is worth a write that moves its expiry from one to the other.
    pub fn is_touch_due(&self, from: Timestamp, to: Timestamp) -> bool {
        to > from && to.saturating_since(from) >= self.touch_threshold
    }
}

fn check_timeout(name: &str, timeout: Duration) -> Result<()> {
    if timeout < Duration::from_secs(1) || timeout.subsec_nanos() != 0 {
        return Err(config(format!("{name} is not a whole number of seconds, one at least")));
    }
    if timeout > LONGEST {
        let longest = LONGEST.as_secs();
        return Err(config(format!("{name} is longer than {longest} seconds, the range of times")));
    }
    Ok(())
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}
