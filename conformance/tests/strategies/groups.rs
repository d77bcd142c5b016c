//! Whose cases reject strategies, and not stores.

/// The groups of such cases: `tests/stores` breaks no store for them, because `tests/strategies`
/// breaks a strategy for each.
pub(crate) const OF_STRATEGIES: &[&str] =
    &["waiting", "lining_up", "holding", "letting_go", "time_limits", "draining"];
