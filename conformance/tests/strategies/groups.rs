//! Whose cases reject strategies, and not stores.

/// The groups of such cases: `tests/stores` breaks no store for them, because `tests/strategies`
/// breaks a strategy for each.
pub(crate) const OF_STRATEGIES: &[&str] =
    &["waiting", "queueing", "holding", "upgrading", "ending", "time_limits", "draining"];
