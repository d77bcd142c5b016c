use super::{Fault, Sender};
use session_core::{Error, ErrorKind, Operation, Result};
use std::time::Duration;

/// How often and how slowly a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retries {
    /// How many attempts there are after the first.
    pub(crate) most: u32,
    pub(crate) first_delay: Duration,
    pub(crate) longest_delay: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            most: 4,
            first_delay: Duration::from_millis(50),
            longest_delay: Duration::from_secs(1),
        }
    }
}

impl Retries {
    /// The delay before this retry, the first being 0: half of it fixed, half of it by chance.
    fn delay(&self, retry: u32, chance: f64) -> Duration {
        let factor = 1_u32.checked_shl(retry).unwrap_or(u32::MAX);
        let full = self.first_delay.saturating_mul(factor).min(self.longest_delay);
        full / 2 + (full / 2).mul_f64(chance)
    }
}

/// Whether an attempt was made that may have been applied, though nothing was heard of it.
#[derive(Debug)]
pub(crate) struct Doubt {
    writes: bool,
    doubtful: bool,
}

impl Doubt {
    /// Of an operation that changes nothing.
    pub(crate) const fn reading() -> Self {
        Self { writes: false, doubtful: false }
    }

    /// Of an operation that changes something.
    pub(crate) const fn writing() -> Self {
        Self { writes: true, doubtful: false }
    }

    /// Whether there was such an attempt.
    pub(crate) const fn is_there(&self) -> bool {
        self.doubtful
    }

    /// Of an operation whose last attempt was sent and not heard of.
    #[cfg(test)]
    pub(crate) const fn after_silence() -> Self {
        Self { writes: true, doubtful: true }
    }

    /// The error, which says that its outcome is unknown if it is.
    pub(crate) fn judge(&self, error: Error) -> Error {
        if self.doubtful { error.with_unknown_outcome() } else { error }
    }

    /// The error for a refusal that recognises no attempt of ours.
    pub(crate) fn refusal(&self, operation: Operation, kind: ErrorKind) -> Error {
        self.judge(Error::new(operation, kind))
    }

    fn note(&mut self, fault: &Fault) {
        self.doubtful |= self.writes && fault.may_be_applied;
    }
}

impl Sender {
    /// Makes an attempt, and others after it while it fails for what can pass: the one loop of
    /// this crate that repeats requests.
    pub(crate) async fn repeat<T, F>(
        &self,
        operation: Operation,
        doubt: &mut Doubt,
        attempt: impl Fn() -> F + Send,
    ) -> Result<T>
    where
        F: Future<Output = Result<T, Fault>> + Send,
    {
        for retry in 0..=self.retries.most {
            let fault = match attempt().await {
                Ok(reply) => return Ok(reply),
                Err(fault) => fault,
            };
            doubt.note(&fault);
            if !fault.may_pass || retry == self.retries.most {
                return Err(doubt.judge(self.error(operation, fault)));
            }
            self.back_off(retry).await;
        }
        unreachable!("the last attempt returns")
    }

    /// Waits before this retry, the first being 0.
    pub(crate) async fn back_off(&self, retry: u32) {
        self.timer.sleep(self.retries.delay(retry, self.chance())).await;
    }

    fn error(&self, operation: Operation, fault: Fault) -> Error {
        let region = self.client.config().region();
        let region = region.map_or("of no region".into(), |region| format!("in {region}"));
        fault.into_error(operation, &self.table, &region)
    }

    /// Evenly between 0 and 1.
    fn chance(&self) -> f64 {
        let mut bytes = [0; 4];
        self.randomness.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
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
