use crate::DynamoDbStore;
use crate::error;
use crate::item::{Item, Unreadable};
use crate::layout::Attribute;
use crate::reply::{self, LeaseVerdict, Verdict};
use crate::request::{self, Leased, Update};
use crate::send::{Ambiguity, Call, Executed, Judgment};
use async_trait::async_trait;
use session_core::decision::Context;
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Watch};
use session_core::time::Timestamp;
use session_core::{Error, Result};
use std::time::Duration;

/// Locks of the store.
///
/// The rest of a lease in `Busy` and `Locked` includes the clock skew. It is the time after which
/// the lock may be taken over.
#[async_trait]
impl LockingStore for DynamoDbStore {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        let (operation, context) = (Operation::Acquire, self.context());
        self.admit_locking(operation)?;
        self.capabilities.admit_lease(operation, key, lease)?;
        let mut call = self.sender.leasing(operation, lease);
        if let Some(busy) = self.busy_by_read(&mut call, key, token, lease, &context).await? {
            return Ok(busy);
        }
        let mut was_tried = false;
        let judge = |old: Item, _: &Ambiguity| {
            self.large_items.note(key, &old, &self.settings.layout);
            let found = reply::acquire(&self.settings, &old, token, lease, &context);
            if !was_tried && !is_absent(&found) && self.is_abandoned_by_php(key, &old) {
                was_tried = true;
                if let Some(leased) = reply::take_over(&self.settings, &old, token, lease, &context)
                {
                    return Judgment::Send(self.lease_as_seen(key, leased, &old, &context));
                }
            }
            let first = || request::acquire(&self.settings, key, token, lease, &context);
            self.judge_lease(key, found, &old, &context, first)
        };
        let first = request::acquire(&self.settings, key, token, lease, &context);
        let acquired = match self.sender.execute(&mut call, first, judge).await? {
            Executed::Judged(acquired) => acquired,
            Executed::Replied(updated) => {
                self.large_items.forget(key);
                updated.item.snapshot(&self.settings.layout).map(Acquired::Locked)
            }
        };
        match acquired {
            Ok(acquired) => Ok(acquired),
            Err(unreadable) => {
                let error = error::corrupt(operation, unreadable);
                Err(self.after_release(key, token, error).await)
            }
        }
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        let (operation, context) = (Operation::Renew, self.context());
        self.admit_locking(operation)?;
        self.capabilities.admit_lease(operation, key, lease)?;
        let mut call = self.sender.leasing(operation, lease);
        let first = || request::renew(key, token, lease, &context);
        let judge = |old: Item, _: &Ambiguity| {
            let found = reply::renew(&self.settings, &old, token, lease, &context);
            self.judge_lease(key, found, &old, &context, first)
        };
        let renewed = match self.sender.execute(&mut call, first(), judge).await? {
            Executed::Judged(renewed) => renewed,
            Executed::Replied(updated) => {
                updated.item.expires().ok_or(Unreadable(Attribute::Expires))
            }
        };
        renewed.map_err(|unreadable| error::corrupt(operation, unreadable))
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        let operation = Operation::Release;
        self.admit_locking(operation)?;
        self.capabilities.admit_key(operation, key)?;
        let request = |()| request::release(key, token);
        // A caller that does not hold the lock has nothing to release, and that is no error.
        let judge = |_: &Item, _: &Context| Verdict::Done;
        let call = self.sender.writing(operation).ignoring_items();
        self.execute_update(call, self.context(), (), request, judge).await
    }

    /// No request waits for another's write, so waiters ask again after their back-off.
    async fn watch(&self, _: &Key) -> Option<Box<dyn Watch>> {
        None
    }
}

impl DynamoDbStore {
    /// The judgment of a verdict.
    ///
    /// The next request is `first`, or the one for the item as it was seen.
    fn judge_lease<T>(
        &self,
        key: &Key,
        verdict: LeaseVerdict<T>,
        seen: &Item,
        context: &Context,
        first: impl FnOnce() -> Update,
    ) -> Judgment<Update, T> {
        match verdict {
            LeaseVerdict::Done(answer) => Judgment::Done(answer),
            LeaseVerdict::Refused(kind) => Judgment::Rejected(kind),
            LeaseVerdict::Again => Judgment::Send(first()),
            LeaseVerdict::AsSeen(leased) => {
                Judgment::Send(self.lease_as_seen(key, leased, seen, context))
            }
        }
    }

    fn lease_as_seen(&self, key: &Key, leased: Leased, seen: &Item, context: &Context) -> Update {
        request::lease_as_seen(&self.settings.layout, key, leased, seen, context.now)
    }

    /// The answer to an attempt to lock a large item that another holds, by a read.
    ///
    /// A rejected write of it would take as many units as writing it, which throttles the partition
    /// that its holder has to write to.
    async fn busy_by_read(
        &self,
        call: &mut Call,
        key: &Key,
        token: &LockToken,
        lease: Duration,
        context: &Context,
    ) -> Result<Option<Acquired>> {
        if !self.large_items.contains(key) {
            return Ok(None);
        }
        let request = request::load(key, self.settings.consistent_read);
        let read = self.sender.send(call, request).await?.whole;
        let item = read.map(|whole| whole.item).unwrap_or_default();
        let found = reply::acquire(&self.settings, &item, token, lease, context);
        if is_absent(&found) {
            self.large_items.forget(key);
            return Ok(None);
        }
        self.large_items.note(key, &item, &self.settings.layout);
        match found {
            LeaseVerdict::Done(Ok(busy @ Acquired::Busy { .. }))
                if !self.is_abandoned_by_php(key, &item) =>
            {
                Ok(Some(busy))
            }
            _ => Ok(None),
        }
    }

    /// The error of an acquisition that locked a record and cannot return it.
    ///
    /// It releases the lock. If the release fails, the outcome is unknown.
    async fn after_release(&self, key: &Key, token: &LockToken, error: Error) -> Error {
        match self.release(key, token).await {
            Ok(()) => error,
            Err(_) => error.with_unknown_outcome(),
        }
    }

    /// Whether PHP's lock on the item was seen unchanged for the configured time.
    ///
    /// Then its holder is taken to be gone.
    pub(crate) fn is_abandoned_by_php(&self, key: &Key, item: &Item) -> bool {
        let Some(timeout) = self.settings.php_lock_timeout else {
            return false;
        };
        if !item.has_php_lock() {
            self.stale_php_locks.forget(key);
            return false;
        }
        let elapsed = self.sender.timer.elapsed();
        self.stale_php_locks.is_stale(key, item, elapsed, timeout)
    }

    fn admit_locking(&self, operation: Operation) -> Result<()> {
        if self.settings.locking { Ok(()) } else { Err(error::not_locking(operation)) }
    }
}

const fn is_absent(found: &LeaseVerdict<Result<Acquired, Unreadable>>) -> bool {
    matches!(found, LeaseVerdict::Done(Ok(Acquired::Absent)))
}
