use crate::DynamoDbStore;
use crate::error;
use crate::item::Item;
use crate::reply::{self, Verdict};
use crate::request;
use crate::send::{Doubt, Reply};
use async_trait::async_trait;
use session_core::{Acquired, EpochMillis, Key, LockToken, LockingStore, Operation, Result};
use std::future::pending;
use std::time::Duration;

/// What remains of a lease, in `Busy` and `Locked`, includes the clock skew: it is the time after
/// which the lock may be taken over.
#[async_trait]
impl LockingStore for DynamoDbStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        let (operation, now) = (Operation::Acquire, self.clock.now());
        self.admit_locking(operation)?;
        self.capabilities.admit_lease(operation, key, lease)?;
        let request = request::acquire(&self.settings, key, token, lease, now);
        let mut doubt = Doubt::writing();
        let mut reply = self.sender.update(operation, &request, &mut doubt).await?;
        if let Reply::Refused(old) = &reply
            && self.may_take_over(key, old, now)
        {
            let request = request::take_over(key, token, lease, old, now);
            reply = self.sender.update(operation, &request, &mut doubt).await?;
        }
        match reply {
            Reply::Done(item) => self.snapshot(operation, &item).map(Acquired::Locked),
            Reply::Refused(old) => reply::acquire(&self.settings, &old, token, now)
                .map_err(|unreadable| error::corrupt(operation, unreadable)),
        }
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<()> {
        let (operation, now) = (Operation::Renew, self.clock.now());
        self.admit_locking(operation)?;
        self.capabilities.admit_lease(operation, key, lease)?;
        let request = |()| request::renew(key, token, lease, now);
        self.settle(operation, (), request, |old| reply::renew(old, token, now)).await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        let operation = Operation::Release;
        self.admit_locking(operation)?;
        self.capabilities.admit_key(operation, key)?;
        // Who does not hold the lock has nothing to release, and is told nothing.
        let request = |()| request::release(key, token);
        self.settle(operation, (), request, |_| Verdict::Done).await
    }

    /// Never completes: no request waits for another's write.
    async fn released(&self, _key: &Key) {
        pending::<()>().await;
    }
}

impl DynamoDbStore {
    /// Whether the lock that stands in the way is one of PHP's whose holder has given no sign of
    /// life for as long as is set.
    fn may_take_over(&self, key: &Key, old: &Item, now: EpochMillis) -> bool {
        old.is_live(now) && self.is_abandoned_by_php(key, old)
    }

    /// Whether PHP's lock on the item was seen unchanged for as long as is set.
    pub(crate) fn is_abandoned_by_php(&self, key: &Key, item: &Item) -> bool {
        let Some(timeout) = self.settings.php_lock_timeout else {
            return false;
        };
        if !item.has_php_lock() {
            self.sightings.forget(key);
            return false;
        }
        let elapsed = self.sender.timer.elapsed();
        self.sightings.is_stale(key, item, elapsed, timeout)
    }

    fn admit_locking(&self, operation: Operation) -> Result<()> {
        if self.settings.locking { Ok(()) } else { Err(error::not_locking(operation)) }
    }
}
