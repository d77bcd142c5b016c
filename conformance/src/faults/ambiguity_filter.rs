use super::wraps;
use session_core::error::{Operation, Outcome};
use session_core::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};

type Doubts = dyn Fn() -> u64 + Send + Sync;

/// A store whose rejections may be of unknown outcome where, and only where, that is true.
///
/// A rejection that follows an attempt which may have taken effect is of unknown outcome ([R11](session_core::contract#r11)). The
/// cases of the suite know of no attempts, and take only rejections that are certain. This wrapper
/// tells them apart: what says "unknown" although nothing was in doubt while the call lasted is
/// left as it is, and the cases reject it. What was in doubt is passed on as a certain rejection, of
/// which the cases then check that it changed nothing.
///
/// The doubts are those of the whole store: a call that lasts while another's reply is lost is
/// excused, too.
pub struct AmbiguityFilter<S> {
    store: S,
    doubts: Box<Doubts>,
}

impl<S> AmbiguityFilter<S> {
    /// A store below which `doubts` counts the attempts that may have taken effect though they
    /// failed.
    pub fn new(store: S, doubts: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self { store, doubts: Box::new(doubts) }
    }

    async fn through<T, F>(
        &self,
        _operation: Operation,
        attempt: impl Fn() -> F + Send,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let before = (self.doubts)();
        let answer = attempt().await;
        let in_doubt = (self.doubts)() > before;
        answer.map_err(|error| if in_doubt { certain(error) } else { error })
    }
}

wraps!(AmbiguityFilter);

/// The same rejection without its doubt. A failure that is no rejection keeps it.
fn certain(error: Error) -> Error {
    if error.outcome() == Outcome::NotApplied || error.kind() == ErrorKind::Unavailable {
        return error;
    }
    Error::new(error.operation(), error.kind()).with_detail("after an attempt of unknown outcome")
}

impl<S: Debug> Debug for AmbiguityFilter<S> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("AmbiguityFilter").field(&self.store).finish()
    }
}
