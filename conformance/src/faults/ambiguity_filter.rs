use super::wraps;
use session_core::error::{Operation, Outcome};
use session_core::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};

type Doubts = dyn Fn() -> u64 + Send + Sync;

/// A store that passes on justified ambiguous rejections as certain rejections.
///
/// A rejection that follows an attempt which may have taken effect is ambiguous: its outcome is
/// unknown ([R11](session_core::contract#r11)). The cases of the suite know of no attempts, and
/// accept only certain rejections. If an attempt was in doubt while the call lasted, the wrapper
/// returns a certain rejection, and the cases then check that it changed nothing. If no attempt was
/// in doubt, the wrapper leaves the ambiguous rejection as it is, and the cases reject it.
///
/// The doubts are those of the whole store: a call that lasts while another's reply is lost is
/// excused, too.
pub struct AmbiguityFilter<S> {
    store: S,
    doubts: Box<Doubts>,
}

impl<S> AmbiguityFilter<S> {
    /// Wraps a store below which `doubts` counts the attempts that are in doubt.
    ///
    /// Such an attempt failed and may have taken effect.
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
    Error::new(error.operation(), error.kind())
        .with_detail(format!("after an attempt of unknown outcome: {error}"))
}

impl<S: Debug> Debug for AmbiguityFilter<S> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("AmbiguityFilter").field(&self.store).finish()
    }
}
