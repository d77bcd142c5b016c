use crate::DynamoDbStore;
use crate::collect::Step;
use crate::item::Item;
use crate::layout::Attribute;
use crate::limits;
use crate::request::BatchDelete;
use crate::send::{Ambiguity, Batched, Executed, Judgment};
use futures_util::stream::{self, StreamExt};
use session_core::decision::Effect;
use session_core::error::Operation;
use session_core::store::{Key, Sweep};
use session_core::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// Hook that returns the delay before a batch.
type Before = Arc<dyn Fn(usize) -> Duration + Send + Sync>;

/// How collecting deletes in batches, as PHP's handler does.
///
/// # Behavior
///
/// A batch costs fewer requests and the same capacity. It has no conditions: a session that is
/// renewed, or created anew, between the scan and the deletion is deleted ([G1](session_core::contract#g1) does not hold). What
/// the scan found locked is spared. A batch deletes only sessions of this configuration, as single
/// deletions do. Orphans are deleted one by one, on conditions.
///
/// The batches of one step of collecting are sent one after another, or `pool_size` at the same
/// time. Each waits for its own delay before it is sent.
///
/// ```
/// use session_dynamodb::BatchConfig;
/// use std::time::Duration;
///
/// let batches = BatchConfig { batch_size: 10, pool_size: 2, ..BatchConfig::default() };
/// let batches = batches.before(|size| {
///     println!("deleting {size} sessions");
///     Duration::from_millis(5_000)
/// });
/// assert_eq!(batches.batch_size, 10);
/// ```
#[derive(Clone)]
pub struct BatchConfig {
    /// How many sessions a batch deletes: 2 to 25, which is the default.
    pub batch_size: usize,
    /// How many batches are in flight at the same time: 1 to 100, and 1 unless set.
    pub pool_size: usize,
    /// How long to wait before each batch: not at all unless set, and a minute at most.
    ///
    /// With a [hook](Self::before) its answer counts instead.
    pub delay: Duration,
    /// The hook that [`before`](Self::before) sets: none unless set.
    pub before: Option<Before>,
}

impl Default for BatchConfig {
    fn default() -> Self {
        Self { batch_size: 25, pool_size: 1, delay: Duration::ZERO, before: None }
    }
}

impl BatchConfig {
    /// Calls `hook` before each batch, with the number of sessions that it deletes.
    ///
    /// The hook returns how long to wait before this batch is sent. That replaces
    /// [`delay`](Self::delay), so a hook that only watches returns the delay itself:
    ///
    /// ```
    /// use session_dynamodb::BatchConfig;
    /// use std::time::Duration;
    ///
    /// let batches = BatchConfig { delay: Duration::from_secs(1), ..BatchConfig::default() };
    /// let delay = batches.delay;
    /// let batches = batches.before(move |size| {
    ///     println!("about to delete {size} expired sessions");
    ///     delay
    /// });
    /// assert!(batches.before.is_some());
    /// ```
    #[must_use]
    pub fn before(mut self, hook: impl Fn(usize) -> Duration + Send + Sync + 'static) -> Self {
        self.before = Some(Arc::new(hook));
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        limits::BATCH_SIZE.check(self.batch_size as u64)?;
        limits::POOL_SIZE.check(self.pool_size as u64)?;
        limits::BATCH_DELAY.check(self.delay)
    }

    /// How long to wait before a batch of so many sessions.
    fn delay_of(&self, size: usize) -> Duration {
        self.before.as_ref().map_or(self.delay, |before| before(size))
    }
}

impl Debug for BatchConfig {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BatchConfig")
            .field("batch_size", &self.batch_size)
            .field("pool_size", &self.pool_size)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}

/// Result of one batch.
struct Deleted {
    count: u64,
    left: u64,
    units: f64,
}

impl DynamoDbStore {
    /// Deletes in batches what may be, and gives back the rest.
    pub(crate) async fn delete_in_batches(
        &self,
        found: Vec<(Key, Item)>,
        step: &Step,
        sweep: &mut Sweep,
    ) -> Result<Vec<(Key, Item)>> {
        let Some(batches) = &self.batches else {
            return Ok(found);
        };
        let may_be_batched = |item: &Item| {
            let is_removed = self.sweep_item(item, step).effect == Effect::Remove;
            is_removed && item.get(Attribute::Expires).is_some()
        };
        let (expired, rest): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(_, item)| may_be_batched(item));
        let expired: Vec<_> = expired.into_iter().map(|(key, _)| key).collect();
        let each: Vec<_> = expired.chunks(batches.batch_size).map(<[Key]>::to_vec).collect();
        let each = each.into_iter().map(|keys| self.delete_counted_batch(batches, keys));
        let mut pool = stream::iter(each).buffer_unordered(batches.pool_size);
        while let Some(deleted) = pool.next().await {
            let Deleted { count, left, units } = deleted?;
            sweep.expired += count;
            sweep.deleted += count - left;
            sweep.failed += left;
            sweep.units += units;
        }
        Ok(rest)
    }

    async fn delete_counted_batch(&self, batches: &BatchConfig, keys: Vec<Key>) -> Result<Deleted> {
        let count = keys.len() as u64;
        let delay = batches.delay_of(keys.len());
        if !delay.is_zero() {
            self.sender.timer.sleep(delay).await;
        }
        let (left, units) = self.delete_batch(keys).await?;
        Ok(Deleted { count, left: count.min(left as u64), units })
    }

    /// Sends the batch, and sends again the items that the server leaves unprocessed.
    ///
    /// It returns how many are left in the end, and the capacity units that it took.
    async fn delete_batch(&self, keys: Vec<Key>) -> Result<(usize, f64)> {
        let (mut left, mut units) = (keys.len(), 0.0);
        let mut call = self.sender.writing(Operation::Collect);
        let judge = |batched: Batched, _: &Ambiguity| {
            units += batched.units;
            left = batched.unprocessed.len();
            Judgment::<_, ()>::SendLater(BatchDelete { keys: batched.unprocessed })
        };
        let executed = self.sender.execute(&mut call, BatchDelete { keys }, judge).await;
        match executed.map_err(Error::from) {
            Ok(Executed::Replied(used)) => Ok((0, units + used)),
            Ok(Executed::Judged(())) => Ok((left, units)),
            Err(error) if error.kind() == ErrorKind::Unavailable => Ok((left, units)),
            Err(error) => Err(error),
        }
    }
}
