//! The state at the start of a case.

use super::{CLOCK_SKEW, Context};
use crate::ensure::ensure;
use crate::{Checked, Finding};
use session_core::Result;
use session_core::store::{
    Acquired, Change, Expect, Key, LockDisposition, LockToken, OwnLifetime, Record, Rotation,
    Sweep, SweepBudget, Touch,
};
use session_core::time::{Clock, EpochMillis, IdleTimeout, Timestamp};
use std::num::NonZeroUsize;
use std::time::Duration;

/// How long a lock lasts, unless the case says otherwise.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// How long a record lives, in seconds, unless the case says otherwise.
pub(crate) const LIFE: u64 = 3_600;

impl Context {
    /// Returns a record with this data that lives for an hour.
    ///
    /// It has a deadline and an idle timeout where those are kept.
    pub(crate) fn record(&self, data: &str) -> Record {
        let keeps_lifetimes = self.capabilities().keeps_lifetimes();
        Record {
            payload: self.payload(data),
            expires: self.in_seconds(LIFE),
            deadline: keeps_lifetimes.then(|| self.in_seconds(24 * LIFE)),
            idle: keeps_lifetimes.then(|| IdleTimeout::from_seconds(LIFE)),
        }
    }

    /// A lifetime that no other record of the case has, where those are kept.
    pub(crate) fn lifetime(&self, seconds: u64) -> Option<OwnLifetime> {
        self.capabilities().keeps_lifetimes().then(|| OwnLifetime {
            idle: IdleTimeout::from_seconds(seconds),
            deadline: Some(self.in_seconds(48 * LIFE + seconds)),
        })
    }

    /// A record with this data that expires in so many seconds, and has no deadline.
    pub(crate) fn record_for(&self, seconds: u64, data: &str) -> Record {
        Record {
            payload: self.payload(data),
            expires: self.in_seconds(seconds),
            deadline: None,
            idle: None,
        }
    }

    /// A change to this data that lives for two hours.
    pub(crate) fn change(&self, data: &str) -> Change {
        Change {
            payload: self.payload(data),
            expires: self.in_seconds(2 * LIFE),
            lifetime: None,
            lock: LockDisposition::Keep,
        }
    }

    /// A rotation to a record with this data.
    pub(crate) fn rotation(&self, data: &str) -> Rotation {
        Rotation { record: self.record(data) }
    }

    /// Creates `record` under the key of that name.
    pub(crate) async fn given_record(&self, name: &str, record: &Record) -> Checked<Key> {
        let key = self.key(name);
        self.store().create(&key, record, &self.version()).await?;
        Ok(key)
    }

    /// Creates a live record, with its name as data.
    pub(crate) async fn given(&self, name: &str) -> Checked<Key> {
        self.given_record(name, &self.record(name)).await
    }

    /// Creates a live record and deletes it.
    pub(crate) async fn given_deleted(&self, name: &str) -> Checked<Key> {
        let key = self.given(name).await?;
        self.store().delete(&key, &Expect::PRESENT).await?;
        Ok(key)
    }

    /// Creates a record and advances to the first millisecond at which it is expired.
    pub(crate) async fn given_expired(&self, name: &str) -> Checked<Key> {
        let record = self.record_for(10, name);
        let key = self.given_record(name, &record).await?;
        self.advance_to_second(record.expires);
        Ok(key)
    }

    /// Creates a live record and locks it.
    pub(crate) async fn given_locked(&self, name: &str) -> Checked<(Key, LockToken)> {
        let key = self.given(name).await?;
        let token = self.lock(&key, LEASE).await?;
        Ok((key, token))
    }

    /// Creates a record that expires before its lock ends, and advances to its expiry.
    pub(crate) async fn given_expired_locked(&self, name: &str) -> Checked<(Key, LockToken)> {
        let (key, token) = self.given_locked(name).await?;
        let expires = self.in_seconds(10);
        self.expire_under_lock(&key, &token, expires).await?;
        self.advance_to_second(expires);
        Ok((key, token))
    }

    /// Sets an expiry before the end of the lock, which only a holder's update can do.
    pub(crate) async fn expire_under_lock(
        &self,
        key: &Key,
        token: &LockToken,
        expires: Timestamp,
    ) -> Checked {
        let payload = self.snapshot(key).await?.record.payload;
        let change = Change { payload, expires, lifetime: None, lock: LockDisposition::Keep };
        let expect = Expect::lock(token.clone());
        Ok(self.store().update(key, &change, &expect, &self.version()).await?)
    }

    /// Locks a record that nobody else holds.
    pub(crate) async fn lock(&self, key: &Key, lease: Duration) -> Checked<LockToken> {
        let token = self.token();
        let acquired = self.locking()?.acquire(key, &token, lease).await?;
        let locked = matches!(acquired, Acquired::Locked(_));
        ensure!(locked, "a free lock cannot be had: {acquired:?}");
        Ok(token)
    }

    /// When a lease that starts now has lapsed, the clock skew included.
    pub(crate) fn lapse_of(&self, lease: Duration) -> EpochMillis {
        let end = self.clock().now().saturating_add(lease);
        end.saturating_add(CLOCK_SKEW)
    }

    /// Lets a lease of [`LEASE`] that was taken just now lapse.
    pub(crate) fn let_the_lease_lapse(&self) {
        self.advance_to(self.lapse_of(LEASE));
    }

    /// Writes this data, expecting `expect`.
    pub(crate) async fn update(&self, key: &Key, data: &str, expect: &Expect) -> Result<()> {
        let change = self.change(data);
        let version = self.version();
        self.store().update(key, &change, expect, &version).await
    }

    /// Touches to this expiry, expecting `expect`.
    pub(crate) async fn touch(&self, key: &Key, to: Timestamp, expect: &Expect) -> Result<()> {
        let touch = Touch { expires: to, lock: LockDisposition::Keep };
        self.store().touch(key, &touch, expect).await
    }

    /// Rotates to this data, expecting `expect`.
    pub(crate) async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        data: &str,
        expect: &Expect,
    ) -> Result<()> {
        let rotation = self.rotation(data);
        let version = self.version();
        let store = self.store();
        store.rotate(old, new, &rotation, expect, &version).await
    }

    /// Tries to lock with a token of its own.
    pub(crate) async fn contend(&self, key: &Key) -> Checked<Acquired> {
        let token = self.token();
        Ok(self.locking()?.acquire(key, &token, LEASE).await?)
    }

    /// A budget of so many records, without a grace.
    pub(crate) fn budget(max_records: usize) -> SweepBudget {
        SweepBudget::new(NonZeroUsize::new(max_records).expect("a budget is positive"))
    }

    /// Sweeps to the end, and adds up what was done.
    pub(crate) async fn sweep(&self, max_records: usize) -> Checked<Sweep> {
        self.sweep_by(&Self::budget(max_records)).await
    }

    /// Sweeps to the end in steps of this budget.
    pub(crate) async fn sweep_by(&self, budget: &SweepBudget) -> Checked<Sweep> {
        let max_records = budget.max_records;
        let mut sum = Sweep::default();
        for _ in 0..1_000 {
            let step = self.collecting()?.sweep(budget, sum.next.as_ref()).await?;
            let scanned = step.scanned;
            ensure!(
                scanned <= max_records.get() as u64,
                "a step examined {scanned} records of {max_records} that it may"
            );
            sum.expired += step.expired;
            sum.deleted += step.deleted;
            sum.spared += step.spared;
            sum.failed += step.failed;
            sum.scanned += scanned;
            sum.next = step.next;
            if sum.next.is_none() {
                return Ok(sum);
            }
        }
        Err(Finding::new("a sweep of a few records has no end"))
    }
}
