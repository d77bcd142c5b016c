use parking_lot::Mutex;
use std::fmt::{self, Debug, Formatter};

/// How many retries the clients of a server that is in trouble may add to its load.
///
/// It is the token bucket of the AWS SDKs' [standard retry mode]: a retry takes tokens, more of
/// them after a time-out, and a request that succeeds gives some back. Requests that find it empty
/// are not retried.
///
/// [standard retry mode]: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
pub(super) struct RetryBudget(Mutex<u32>);

impl RetryBudget {
    const CAPACITY: u32 = 500;
    const AFTER_TIME_OUT: u32 = 10;
    const AFTER_FAILURE: u32 = 5;
    const AFTER_SUCCESS: u32 = 1;

    /// Takes the tokens for a retry and returns their number, or `None` if too few.
    pub(super) fn take(&self, is_after_time_out: bool) -> Option<u32> {
        let cost = if is_after_time_out { Self::AFTER_TIME_OUT } else { Self::AFTER_FAILURE };
        let mut left = self.0.lock();
        *left = left.checked_sub(cost)?;
        Some(cost)
    }

    /// Returns the tokens of the last retry after a success, or one without a retry.
    pub(super) fn give_back(&self, taken: Option<u32>) {
        let mut left = self.0.lock();
        *left = (*left + taken.unwrap_or(Self::AFTER_SUCCESS)).min(Self::CAPACITY);
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(Mutex::new(Self::CAPACITY))
    }
}

impl Debug for RetryBudget {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "RetryBudget({})", *self.0.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::RetryBudget;

    #[test]
    fn a_budget_ends_and_comes_back_with_successes() {
        let budget = RetryBudget::default();
        let taken = (0..200).map_while(|_| budget.take(false)).count();
        assert_eq!(taken, 100);
        for _ in 0..9 {
            budget.give_back(None);
        }
        assert_eq!(budget.take(true), None, "a retry after a time-out costs ten");
        assert_eq!(budget.take(false), Some(5));
        budget.give_back(Some(5));
        assert_eq!(budget.take(false), Some(5));
    }

    #[test]
    fn a_budget_never_exceeds_its_capacity() {
        let budget = RetryBudget::default();
        budget.give_back(Some(10));
        assert_eq!((0..200).map_while(|_| budget.take(true)).count(), 50);
    }
}
