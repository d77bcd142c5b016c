use super::fault_schedule::FaultSchedule;
use super::injected::Tally;
use super::{Fault, FaultPlan, Injected};
use crate::context::up_to;
use crate::twist::{Call, Twist, Twisted};
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::SessionStore;
use session_core::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::yield_now;

/// A store that fails by plan.
///
/// Whatever it injects, the store behind it stays lawful, and so does every error: who holds this
/// store meets nothing that a network could not do to a request.
///
/// ```
/// use session_conformance::faults::{Fault, FaultPlan, Faulty};
/// use session_conformance::{Context, Model};
/// use session_core::store::{Freshness, Key, SessionStore};
/// use session_core::time::ManualClock;
/// use session_core::ErrorKind;
/// use std::num::NonZeroU32;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), session_core::Error> {
/// let plan = FaultPlan::seeded(1).every(NonZeroU32::MIN, Fault::FailsBefore, FaultPlan::OPERATIONS);
/// let store = Faulty::new(Model::new(ManualClock::at(Context::start())), plan);
/// let error = store.load(&Key::new("a")?, Freshness::AsConfigured).await.expect_err("every call fails");
/// assert_eq!(error.kind(), ErrorKind::Unavailable);
/// assert_eq!(store.injected().failed_before, 1);
/// # Ok(())
/// # }
/// ```
pub type Faulty<S> = Twisted<S, Faults>;

/// The faults of a store.
#[derive(Debug)]
pub struct Faults {
    drawing: Mutex<FaultSchedule>,
    tally: Tally,
}

impl<S> Faulty<S> {
    /// A store that fails by this plan, and is `store` otherwise.
    pub fn new(store: S, plan: FaultPlan) -> Self {
        Self::counted(store, plan, Tally::default())
    }

    pub(super) fn counted(store: S, plan: FaultPlan, tally: Tally) -> Self {
        let drawing = Mutex::new(FaultSchedule::of(plan));
        Self::over(Arc::new(store), Faults { drawing, tally })
    }
}

impl Faults {
    /// How many faults it has injected.
    pub fn injected(&self) -> Injected {
        self.tally.read()
    }

    fn draw(&self, operation: Operation) -> Option<Fault> {
        self.drawing.lock().unwrap_or_else(PoisonError::into_inner).next(operation)
    }
}

#[async_trait]
impl<S: SessionStore> Twist<S> for Faults {
    async fn call<C: Call<S>>(&self, store: &S, call: C) -> Result<C::Answer> {
        let operation = C::OPERATION;
        let Some(fault) = self.draw(operation) else {
            return call.on(store).await;
        };
        match fault {
            Fault::FailsBefore => {
                self.tally.note(operation, fault);
                Err(Error::new(operation, ErrorKind::Unavailable))
            }
            Fault::FailsAfter => {
                call.on(store).await?;
                self.tally.note(operation, fault);
                Err(lost(operation))
            }
            Fault::Delays(turns) => {
                self.tally.note(operation, fault);
                pass(turns).await;
                let answer = call.on(store).await;
                pass(turns).await;
                answer
            }
            Fault::Drops(polls) => {
                if let Some(answer) = up_to(polls.into(), call.on(store)).await {
                    return answer;
                }
                self.tally.note(operation, fault);
                Err(lost(operation))
            }
        }
    }
}

/// The failure of a call that may have taken effect, if it is one that takes any.
fn lost(operation: Operation) -> Error {
    let error = Error::new(operation, ErrorKind::Unavailable);
    if operation == Operation::Load { error } else { error.with_unknown_outcome() }
}

async fn pass(turns: u16) {
    for _ in 0..turns {
        yield_now().await;
    }
}
