use crate::Result;
use crate::store::SessionStore;
use crate::time::EpochMillis;
use async_trait::async_trait;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// A store that removes its expired records.
///
/// The driver makes one bounded step; [`Collector`](crate::Collector) repeats it, at the rate that
/// the user sets, and adds up the report.
///
/// # Contract
///
/// - Only what is expired at the moment of deletion, and has been for the grace, is deleted, by
///   condition; never a session renewed since it was seen ([G1](crate::contract#g1)).
/// - A live lock spares an expired record, a lapsed one does not ([G2](crate::contract#g2)).
/// - A step examines no more than its budget, and one record that cannot be deleted does not stop
///   it ([G3](crate::contract#g3)).
#[async_trait]
pub trait CollectingStore: SessionStore {
    /// Examines records, and deletes those that have been expired for the grace.
    ///
    /// It begins at `from`, or at the beginning.
    ///
    /// # Cancellation
    ///
    /// A step that is dropped has deleted some expired records and nothing else.
    ///
    /// # Errors
    ///
    /// Failures of the store that make the whole step void; it can be repeated.
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep>;
}

/// How much one step may do, and to which records.
///
/// ```
/// use session_core::store::SweepBudget;
/// use session_core::time::EpochMillis;
/// use std::time::Duration;
///
/// let budget = SweepBudget::new(100.try_into()?).with_grace(Duration::from_secs(60));
/// let now = EpochMillis::from_epoch_millis(1_700_000_000_000);
/// assert_eq!(budget.due(now), EpochMillis::from_epoch_millis(1_699_999_940_000));
/// # Ok::<(), std::num::TryFromIntError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepBudget {
    /// The most records to examine.
    pub max_records: NonZeroUsize,
    /// How long a record must have been expired to be deleted ([G1](crate::contract#g1)).
    pub grace: Duration,
}

impl SweepBudget {
    /// So many records, and each may be deleted as soon as it is expired.
    pub const fn new(max_records: NonZeroUsize) -> Self {
        Self { max_records, grace: Duration::ZERO }
    }

    /// The same for records that have been expired for this long.
    #[must_use]
    pub const fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }

    /// The time at or before which a record must expire to be deleted: `grace` ago.
    pub fn due(&self, now: EpochMillis) -> EpochMillis {
        now.saturating_sub(self.grace)
    }
}

/// The report of one step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// How many records were examined.
    ///
    /// With an index of expiries, live records need not be examined.
    pub scanned: u64,
    /// How many of them had been expired for the grace.
    pub expired: u64,
    /// How many of those are deleted now.
    pub deleted: u64,
    /// How many of those were left: locked, or renewed since they were seen.
    pub spared: u64,
    /// How many of those could not be deleted, for a failure of the store.
    pub failed: u64,
    /// The cost of the step, in capacity units if the store has such.
    pub units: f64,
    /// Where the next step goes on, or `None` at the end.
    pub next: Option<Cursor>,
}

/// A place in a store's walk over its records, opaque to all but the store.
///
/// It may be kept as text to resume a collection later. It can hold a key, so `Debug` shows
/// nothing and [`expose`](Self::expose) is explicit.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(Arc<str>);

impl Cursor {
    /// The cursor that a store wrote as this text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text, to be kept as carefully as a key.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Debug for Cursor {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cursor(redacted)")
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<S: CollectingStore + ?Sized> CollectingStore for Arc<S> {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        (**self).sweep(budget, from).await
    }
}
