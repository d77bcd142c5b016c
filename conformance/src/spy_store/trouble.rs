use session_core::error::Operation;
use session_core::time::{ManualClock, Timer};
use session_core::{Error, ErrorKind, Result};
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The fate of the calls of one operation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Trouble {
    /// They are answered.
    #[default]
    None,
    /// They fail as this kind before they take effect.
    Fails(ErrorKind),
    /// They take effect, and fail as `Unavailable` with an unknown outcome.
    LosesReplies,
    /// They neither take effect nor end.
    StaysSilent,
    /// They take effect at once, and their replies come so much later.
    RepliesLate(Duration),
    /// They take effect, and the whole process stands still before it hears of that.
    StallsTheProcess(Duration),
}

/// The trouble of one operation, which a case can change at any time.
#[derive(Debug, Default)]
pub(crate) struct Troubled(Mutex<Trouble>);

impl Troubled {
    pub(crate) fn set(&self, trouble: Trouble) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    pub(super) fn get(&self) -> Trouble {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Trouble {
    /// Makes a call, which counts as under way only while the store is at work.
    pub(super) async fn befall<T>(
        self,
        operation: Operation,
        clock: &ManualClock,
        under_way: &AtomicUsize,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match self {
            Self::Fails(kind) => return Err(Error::new(operation, kind)),
            Self::StaysSilent => return pending().await,
            _ => {}
        }
        let answer = {
            let _under_way = UnderWay::begin(under_way);
            call.await
        };
        match self {
            Self::LosesReplies if answer.is_ok() => {
                return Err(Error::new(operation, ErrorKind::Unavailable).with_unknown_outcome());
            }
            Self::RepliesLate(delay) => clock.sleep(delay).await,
            Self::StallsTheProcess(time) => clock.advance(time),
            _ => {}
        }
        answer
    }
}

/// Counts an operation from its first poll until it is done or dropped.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    pub(super) fn begin(under_way: &'a AtomicUsize) -> Self {
        under_way.fetch_add(1, Ordering::SeqCst);
        Self(under_way)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
