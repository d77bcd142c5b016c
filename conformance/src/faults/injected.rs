use super::{Fault, FaultPlan};
use session_core::error::Operation;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many faults were injected, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Injected {
    /// Calls that did not reach the store.
    pub failed_before: u64,
    /// Calls that were carried out, and whose replies were lost.
    pub failed_after: u64,
    /// Calls that were delayed.
    pub delayed: u64,
    /// Calls whose futures were dropped.
    pub dropped: u64,
    /// How many of all these may have changed something although they failed.
    pub doubtful: u64,
    /// The fewest of one kind in one operation.
    ///
    /// The kinds are those of the fields above, and the operations are
    /// [all of them](super::FaultPlan::OPERATIONS).
    pub fewest: u64,
}

impl Injected {
    /// How many there were in all.
    pub const fn total(&self) -> u64 {
        self.failed_before + self.failed_after + self.delayed + self.dropped
    }
}

impl Display for Injected {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { failed_before, failed_after, delayed, dropped, .. } = self;
        let total = self.total();
        write!(
            formatter,
            "{total} faults: {failed_before} before the call, {failed_after} replies lost, \
             {delayed} delayed, {dropped} dropped"
        )
    }
}

/// Counts faults, also of several stores together.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    /// The faults of each kind, by operation.
    injected: [[AtomicU64; FaultPlan::OPERATIONS.len()]; KINDS],
    doubtful: AtomicU64,
}

/// How many kinds of faults there are.
const KINDS: usize = 4;

impl Tally {
    pub(super) fn note(&self, operation: Operation, fault: Fault) {
        let is_doubtful = matches!(fault, Fault::FailsAfter | Fault::Drops(_));
        if is_doubtful && operation != Operation::Load {
            self.0.doubtful.fetch_add(1, Ordering::SeqCst);
        }
        let kind = match fault {
            Fault::FailsBefore => 0,
            Fault::FailsAfter => 1,
            Fault::Delays(_) => 2,
            Fault::Drops(_) => 3,
        };
        let operation = FaultPlan::OPERATIONS.iter().position(|listed| *listed == operation);
        let operation = operation.expect("the plan has every operation of a store");
        self.0.injected[kind][operation].fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn read(&self) -> Injected {
        let counts = self.0.injected.each_ref().map(|kind| {
            let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
            kind.each_ref().map(count)
        });
        let [failed_before, failed_after, delayed, dropped] = counts.map(|kind| kind.iter().sum());
        let fewest = counts.into_iter().flatten().min().unwrap_or_default();
        let doubtful = self.0.doubtful.load(Ordering::SeqCst);
        Injected { failed_before, failed_after, delayed, dropped, doubtful, fewest }
    }
}
