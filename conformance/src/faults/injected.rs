use super::Fault;
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
}

impl Injected {
    /// How many there were in all.
    pub const fn total(&self) -> u64 {
        self.failed_before + self.failed_after + self.delayed + self.dropped
    }
}

impl Display for Injected {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { failed_before, failed_after, delayed, dropped, doubtful: _ } = self;
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
    failed_before: AtomicU64,
    failed_after: AtomicU64,
    delayed: AtomicU64,
    dropped: AtomicU64,
    doubtful: AtomicU64,
}

impl Tally {
    pub(super) fn note(&self, operation: Operation, fault: Fault) {
        let is_doubtful = matches!(fault, Fault::FailsAfter | Fault::Drops(_));
        if is_doubtful && operation != Operation::Load {
            self.0.doubtful.fetch_add(1, Ordering::SeqCst);
        }
        let counter = match fault {
            Fault::FailsBefore => &self.0.failed_before,
            Fault::FailsAfter => &self.0.failed_after,
            Fault::Delays(_) => &self.0.delayed,
            Fault::Drops(_) => &self.0.dropped,
        };
        counter.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn read(&self) -> Injected {
        let Counters { failed_before, failed_after, delayed, dropped, doubtful } = &*self.0;
        Injected {
            failed_before: failed_before.load(Ordering::SeqCst),
            failed_after: failed_after.load(Ordering::SeqCst),
            delayed: delayed.load(Ordering::SeqCst),
            dropped: dropped.load(Ordering::SeqCst),
            doubtful: doubtful.load(Ordering::SeqCst),
        }
    }
}
