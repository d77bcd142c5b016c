use crate::DynamoDbStore;
use crate::item::Item;
use crate::layout::Attribute;
use crate::lease::lapse_mark;
use crate::limits;
use crate::request::BatchDelete;
use crate::send::{Ambiguity, Batched, Executed, Judgment};
use session_core::{EpochMillis, Error, ErrorKind, Key, Operation, Result, Sweep};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// How collecting deletes in batches, as PHP's handler does.
///
/// # Behavior
///
/// A batch costs fewer requests and the same capacity. It has no conditions: a session that is
/// renewed, or created anew, between the scan and the deletion is deleted (G1 does not hold). What
/// the scan found locked is spared. A batch deletes only sessions of this configuration, as single
/// deletions do. Orphans are deleted one by one, on conditions.
///
/// ```
/// use session_dynamodb::BatchConfig;
/// use std::time::Duration;
///
/// let batches = BatchConfig { batch_size: 10, delay: Duration::from_secs(1), ..BatchConfig::default() }
///     .before(|size| println!("deleting {size} sessions"));
/// assert_eq!(batches.batch_size, 10);
/// ```
#[derive(Clone)]
pub struct BatchConfig {
    /// How many sessions a batch deletes: 2 to 25, which is the default.
    pub batch_size: usize,
    /// How long to wait before each batch: not at all unless set, and a minute at most.
    pub delay: Duration,
    /// What is told of each batch before it is sent: how many sessions it deletes.
    pub before: Option<Arc<dyn Fn(usize) + Send + Sync>>,
}

impl Default for BatchConfig {
    fn default() -> Self {
        Self { batch_size: 25, delay: Duration::ZERO, before: None }
    }
}

impl BatchConfig {
    /// The same, telling `hook` of each batch before it is sent.
    #[must_use]
    pub fn before(mut self, hook: impl Fn(usize) + Send + Sync + 'static) -> Self {
        self.before = Some(Arc::new(hook));
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        limits::BATCH_SIZE.check(self.batch_size as u64)?;
        limits::BATCH_DELAY.check(self.delay)
    }
}

impl Debug for BatchConfig {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BatchConfig")
            .field("batch_size", &self.batch_size)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

impl DynamoDbStore {
    /// Deletes in batches what may be, and gives back the rest.
    pub(crate) async fn bury_in_batches(
        &self,
        dead: Vec<(Key, Item)>,
        now: EpochMillis,
        sweep: &mut Sweep,
    ) -> Result<Vec<(Key, Item)>> {
        let Some(batches) = &self.batches else {
            return Ok(dead);
        };
        let mark = lapse_mark(now, self.settings.clock_skew);
        let may_be_batched =
            |item: &Item| item.get(Attribute::Expires).is_some() && !item.is_locked(&mark);
        let (expired, rest): (Vec<_>, Vec<_>) =
            dead.into_iter().partition(|(_, item)| may_be_batched(item));
        for batch in expired.chunks(batches.batch_size) {
            let keys: Vec<_> = batch.iter().map(|(key, _)| key.clone()).collect();
            self.bury_batch(batches, keys, sweep).await?;
        }
        Ok(rest)
    }

    async fn bury_batch(
        &self,
        batches: &BatchConfig,
        keys: Vec<Key>,
        sweep: &mut Sweep,
    ) -> Result<()> {
        if !batches.delay.is_zero() {
            self.sender.timer.sleep(batches.delay).await;
        }
        if let Some(before) = &batches.before {
            before(keys.len());
        }
        let count = keys.len() as u64;
        let unprocessed = self.delete_batch(keys, sweep).await? as u64;
        sweep.expired += count;
        sweep.deleted += count - unprocessed.min(count);
        sweep.failed += unprocessed.min(count);
        Ok(())
    }

    /// Sends the batch, and again what the server leaves of it. How many are left in the end.
    async fn delete_batch(&self, keys: Vec<Key>, sweep: &mut Sweep) -> Result<usize> {
        let mut left = keys.len();
        let mut call = self.sender.writing(Operation::Collect);
        let judge = |batched: Batched, _: &Ambiguity| {
            sweep.units += batched.units;
            left = batched.unprocessed.len();
            Judgment::<_, ()>::SendLater(BatchDelete { keys: batched.unprocessed })
        };
        let executed = self.sender.execute(&mut call, BatchDelete { keys }, judge).await;
        match executed.map_err(Error::from) {
            Ok(Executed::Replied(units)) => {
                sweep.units += units;
                Ok(0)
            }
            Ok(Executed::Judged(())) => Ok(left),
            Err(error) if error.kind() == ErrorKind::Unavailable => Ok(left),
            Err(error) => Err(error),
        }
    }
}
