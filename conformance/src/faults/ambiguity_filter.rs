use crate::twist::{Call, Twist, Twisted};
use async_trait::async_trait;
use session_core::error::Outcome;
use session_core::store::SessionStore;
use session_core::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

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
pub type AmbiguityFilter<S> = Twisted<S, Doubts>;

/// Counts the attempts that are in doubt.
pub struct Doubts(Box<dyn Fn() -> u64 + Send + Sync>);

impl<S> AmbiguityFilter<S> {
    /// Wraps a store below which `doubts` counts the attempts that are in doubt.
    ///
    /// Such an attempt failed and may have taken effect.
    pub fn new(store: S, doubts: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self::over(Arc::new(store), Doubts(Box::new(doubts)))
    }
}

#[async_trait]
impl<S: SessionStore> Twist<S> for Doubts {
    async fn call<C: Call<S>>(&self, store: &S, call: C) -> Result<C::Answer> {
        let before = (self.0)();
        let answer = call.on(store).await;
        let in_doubt = (self.0)() > before;
        answer.map_err(|error| if in_doubt { certain(error) } else { error })
    }
}

/// The same rejection without its doubt. A failure that is no rejection keeps it.
fn certain(error: Error) -> Error {
    if error.outcome() == Outcome::NotApplied || error.kind() == ErrorKind::Unavailable {
        return error;
    }
    Error::new(error.operation(), error.kind())
        .with_detail(format!("after an attempt of unknown outcome: {error}"))
}

impl Debug for Doubts {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Doubts")
    }
}
