//! The groups of cases that reject strategies instead of stores.

/// The groups of such cases.
///
/// `tests/strategies` has a broken strategy for each case, so `tests/stores` has no broken store
/// for it.
pub(crate) const OF_STRATEGIES: &[&str] =
    &["waiting", "queueing", "holding", "upgrading", "ending", "time_limits", "draining"];
