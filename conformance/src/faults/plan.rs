use session_core::error::Operation;
use std::num::NonZeroU32;

/// A failure of one call.
///
/// The errors are the ones that the contract has for a failure: `Unavailable`, of unknown outcome
/// where the call may have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The call does not reach the store; the error says that nothing was applied.
    FailsBefore,
    /// The store carries the call out, and the reply is lost.
    ///
    /// A call that the store rejects is answered with that rejection, and nothing is injected.
    FailsAfter,
    /// The call is carried out and answered with a delay.
    ///
    /// Others have this many turns before the call and after it.
    Delays(u16),
    /// The store's future is dropped after so many polls, and the outcome is unknown.
    ///
    /// With 1 it is dropped at its first await. With 0 it is never polled, as a request that is
    /// lost on the way. A future that is done by then is answered, and nothing is injected.
    Drops(u16),
}

/// A plan that decides by a seed which calls fail, and how.
///
/// The same calls fail in the same way again.
///
/// Of several rules that apply to a call, the first added wins.
///
/// ```
/// use session_conformance::faults::{Fault, FaultPlan};
/// use session_core::error::Operation;
/// use std::num::NonZeroU32;
///
/// let second = NonZeroU32::new(2).expect("two is not zero");
/// let plan = FaultPlan::seeded(7)
///     .every(second, Fault::FailsAfter, [Operation::Update])
///     .by_chance(0.1, Fault::Delays(3), FaultPlan::OPERATIONS);
/// # let _ = plan;
/// ```
#[derive(Clone, Debug)]
pub struct FaultPlan {
    pub(super) seed: u64,
    pub(super) rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) fault: Fault,
    pub(super) operations: Vec<Operation>,
    pub(super) when: When,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Every(NonZeroU32),
    Chance(f64),
}

impl FaultPlan {
    /// Every operation of a store.
    pub const OPERATIONS: [Operation; 10] = [
        Operation::Load,
        Operation::Create,
        Operation::Update,
        Operation::Touch,
        Operation::Rotate,
        Operation::Delete,
        Operation::Acquire,
        Operation::Renew,
        Operation::Release,
        Operation::Collect,
    ];

    /// The operations whose answer is the same when they are repeated.
    ///
    /// A deletion that is repeated finds nothing, and says so ([R7](session_core::contract#r7)); a step of collecting reports
    /// what it did and not what was done before it.
    pub const REPEATABLE: [Operation; 8] = [
        Operation::Load,
        Operation::Create,
        Operation::Update,
        Operation::Touch,
        Operation::Rotate,
        Operation::Acquire,
        Operation::Renew,
        Operation::Release,
    ];

    /// A plan without a fault, whose chances come from this seed.
    pub const fn seeded(seed: u64) -> Self {
        Self { seed, rules: Vec::new() }
    }

    /// Adds a fault in each operation's first call, and in every `nth` one after it.
    #[must_use]
    pub fn every(
        self,
        nth: NonZeroU32,
        fault: Fault,
        operations: impl IntoIterator<Item = Operation>,
    ) -> Self {
        self.with(fault, operations, When::Every(nth))
    }

    /// Adds a fault in each call of these operations with this chance, from 0 to 1.
    #[must_use]
    pub fn by_chance(
        self,
        chance: f64,
        fault: Fault,
        operations: impl IntoIterator<Item = Operation>,
    ) -> Self {
        self.with(fault, operations, When::Chance(chance))
    }

    fn with(
        mut self,
        fault: Fault,
        operations: impl IntoIterator<Item = Operation>,
        when: When,
    ) -> Self {
        let operations = operations.into_iter().collect();
        self.rules.push(Rule { fault, operations, when });
        self
    }
}
