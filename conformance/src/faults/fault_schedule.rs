use super::plan::{Fault, FaultPlan, When};
use session_core::error::Operation;
use std::collections::HashMap;

/// A plan under way: what it has counted, and where its chances are.
#[derive(Debug)]
pub(super) struct FaultSchedule {
    plan: FaultPlan,
    chances: fastrand::Rng,
    calls: HashMap<Operation, u32>,
}

impl FaultSchedule {
    pub(super) fn of(plan: FaultPlan) -> Self {
        let chances = fastrand::Rng::with_seed(plan.seed);
        Self { plan, chances, calls: HashMap::new() }
    }

    /// The fault of the next call of this operation, if it has one.
    pub(super) fn next(&mut self, operation: Operation) -> Option<Fault> {
        let calls = self.calls.entry(operation).or_default();
        let number = *calls;
        *calls = number.wrapping_add(1);
        let Self { plan, chances, .. } = self;
        let rules = plan.rules.iter().filter(|rule| rule.operations.contains(&operation));
        let mut due = rules.filter(|rule| match rule.when {
            When::Every(nth) => number.is_multiple_of(nth.get()),
            When::Chance(chance) => chances.f64() < chance,
        });
        due.next().map(|rule| rule.fault)
    }
}
