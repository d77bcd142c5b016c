use std::time::Duration;

/// How often and how slowly a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retries {
    /// How many attempts an operation has after the first.
    pub(crate) most: u32,
    pub(crate) first_delay: Duration,
    pub(crate) longest_delay: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            most: 3,
            first_delay: Duration::from_millis(50),
            longest_delay: Duration::from_secs(1),
        }
    }
}

impl Retries {
    /// The delay before this retry, counted from 0: one half fixed, one half random.
    pub(super) fn delay(&self, retry: u32, chance: f64) -> Duration {
        let factor = 1_u32.checked_shl(retry).unwrap_or(u32::MAX);
        let full = self.first_delay.saturating_mul(factor).min(self.longest_delay);
        full / 2 + (full / 2).mul_f64(chance)
    }
}

#[cfg(test)]
mod tests {
    use super::Retries;
    use std::time::Duration;

    #[test]
    fn delays_double_up_to_the_longest() {
        let retries = Retries::default();
        let millis = |retry, chance| retries.delay(retry, chance).as_millis();
        assert_eq!([0, 1, 2, 3].map(|retry| millis(retry, 1.0)), [50, 100, 200, 400]);
        assert_eq!(retries.delay(40, 1.0), Duration::from_secs(1));
    }

    #[test]
    fn half_of_a_delay_is_by_chance() {
        let retries = Retries::default();
        assert_eq!(retries.delay(1, 0.0), Duration::from_millis(50));
        assert_eq!(retries.delay(1, 0.5), Duration::from_millis(75));
    }
}
