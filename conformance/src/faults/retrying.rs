use crate::twist::{Call, Twist, Twisted};
use async_trait::async_trait;
use session_core::error::Outcome;
use session_core::store::SessionStore;
use session_core::{ErrorKind, Result};
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::task::yield_now;

/// A store whose calls are repeated identically while it is unavailable.
///
/// It does what [R11](session_core::contract#r11) asks of a driver: the same bytes under the same version and token, a bounded
/// number of times, and a rejection that follows an attempt which may have taken effect is of
/// unknown outcome. Other tasks have a turn between two attempts; no time passes.
///
/// ```
/// use session_conformance::faults::{Fault, FaultPlan, Faulty, Retrying};
/// use session_conformance::{Context, Model};
/// use session_core::store::{Freshness, Key, SessionStore};
/// use session_core::time::ManualClock;
/// use std::num::NonZeroU32;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), session_core::Error> {
/// let second = NonZeroU32::new(2).expect("two is not zero");
/// let plan = FaultPlan::seeded(1).every(second, Fault::FailsBefore, FaultPlan::OPERATIONS);
/// let faulty = Faulty::new(Model::new(ManualClock::at(Context::start())), plan);
/// let store = Retrying::new(faulty, second);
/// assert_eq!(store.load(&Key::new("a")?, Freshness::AsConfigured).await?, None);
/// # Ok(())
/// # }
/// ```
pub type Retrying<S> = Twisted<S, Attempts>;

/// How often a call is made.
#[derive(Debug)]
pub struct Attempts(NonZeroU32);

impl<S> Retrying<S> {
    /// A store of which each call is made up to this many times.
    pub fn new(store: S, attempts: NonZeroU32) -> Self {
        Self::over(Arc::new(store), Attempts(attempts))
    }
}

#[async_trait]
impl<S: SessionStore> Twist<S> for Attempts {
    async fn call<C: Call<S>>(&self, store: &S, call: C) -> Result<C::Answer> {
        let mut doubtful = false;
        for _ in 1..self.0.get() {
            match call.on(store).await {
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    doubtful |= error.outcome() == Outcome::Unknown;
                }
                answer => return in_doubt(doubtful, answer),
            }
            yield_now().await;
        }
        in_doubt(doubtful, call.on(store).await)
    }
}

fn in_doubt<T>(doubtful: bool, answer: Result<T>) -> Result<T> {
    answer.map_err(|error| if doubtful { error.with_unknown_outcome() } else { error })
}
