//! The store over an engine.

use super::{Access, Engine, Expired, Slot};
use crate::decision::{self, Context, Counterpart, Decision, Effect, Move, Patch};
use crate::error::Operation;
use crate::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Payload, PayloadKind, Record, Rotation, SessionStore, Snapshot, Sweep,
    SweepBudget, Tag, Touch, Watch,
};
use crate::time::{Clock, SystemClock, Timestamp};
use crate::{ErrorKind, Result};
use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// A store over an [`Engine`].
///
/// The clock is read once in each operation: under the exclusive access of its transaction, or, by
/// `load`, before it. So what one operation found expired no later one finds live.
#[derive(Debug)]
pub struct TransactionalStore<E> {
    engine: Arc<E>,
    clock: Arc<dyn Clock>,
    clock_skew: Duration,
    capabilities: Capabilities,
}

/// How many rows a sweep deletes in one transaction, while other calls wait.
const SWEPT_AT_ONCE: usize = 50;

/// The room for all of a row but its key and its payload.
const OVERHEAD_BYTES: usize = 64;

impl<E: Engine> TransactionalStore<E> {
    /// A store of the engine's rows, by the system's clock.
    pub fn new(engine: E) -> Self {
        let limits = engine.limits();
        let capabilities = Capabilities::NONE
            .with_versions()
            .with_lifetimes()
            .with_rotation()
            .with_locking()
            .with_collecting()
            .with_durability(limits.durability)
            .with_dropped_calls(limits.dropped_calls)
            .with_max_key_bytes(limits.max_key_bytes)
            .with_max_record_bytes(limits.max_record_bytes);
        let capabilities = match limits.payloads {
            Some(kind) => capabilities.with_payloads(kind),
            None => {
                capabilities.with_payloads(PayloadKind::Text).with_payloads(PayloadKind::Binary)
            }
        };
        let clock = Arc::new(SystemClock);
        let clock_skew = Duration::from_secs(1);
        Self { engine: Arc::new(engine), clock, clock_skew, capabilities }
    }

    /// The clock that expiries and leases are held against: the system's unless set.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How long after the end of its lease a lock counts as live for others.
    ///
    /// It is one second unless set.
    #[must_use]
    pub fn clock_skew(mut self, clock_skew: Duration) -> Self {
        self.clock_skew = clock_skew;
        self
    }

    /// The engine.
    pub fn engine(&self) -> &E {
        &self.engine
    }

    /// Runs a decision on the row of one key, with one reading of the clock.
    async fn on<A: Send + 'static>(
        &self,
        operation: Operation,
        key: &Key,
        mut decide: impl FnMut(&mut Slot, &Context) -> Result<A> + Send + 'static,
    ) -> Result<A> {
        let (clock, clock_skew) = (Arc::clone(&self.clock), self.clock_skew);
        let decide =
            move |slots: &mut [Slot]| decide(&mut slots[0], &Context::new(clock.now(), clock_skew));
        self.transact(operation, Access::Write, vec![key.clone()], decide).await?
    }

    async fn transact<A: Send + 'static>(
        &self,
        operation: Operation,
        access: Access,
        keys: Vec<Key>,
        decide: impl FnMut(&mut [Slot]) -> A + Send + 'static,
    ) -> Result<A> {
        let done = self.engine.transact(access, keys, decide).await;
        done.map_err(|error| error.during(operation))
    }
}

fn count(sweep: &mut Sweep, (expired, deleted): (u64, u64)) {
    sweep.expired += expired;
    sweep.deleted += deleted;
    sweep.spared += expired - deleted;
}

fn admit_size(
    capabilities: Capabilities,
    operation: Operation,
    key: &Key,
    payload: &Payload,
) -> Result<()> {
    let size = key.as_str().len() + payload.len() + OVERHEAD_BYTES;
    capabilities.admit_size(operation, size)
}

#[async_trait]
impl<E: Engine> SessionStore for TransactionalStore<E> {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn load(&self, key: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        self.capabilities.admit_key(Operation::Load, key)?;
        // An engine may read an older state than that of now, so the time is read before.
        let context = Context::new(self.clock.now(), self.clock_skew);
        let decide = move |slots: &mut [Slot]| decision::load(slots[0].row(), &context);
        self.transact(Operation::Load, Access::Read, vec![key.clone()], decide).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        let capabilities = self.capabilities;
        let (own_key, record, version) = (key.clone(), record.clone(), *version);
        self.on(Operation::Create, key, move |slot, context| {
            capabilities.admit_create(&own_key, &record, context.now)?;
            admit_size(capabilities, Operation::Create, &own_key, &record.payload)?;
            slot.apply(&decision::create(slot.row(), &record, &version, context)?);
            Ok(())
        })
        .await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let capabilities = self.capabilities;
        let (own_key, change) = (key.clone(), change.clone());
        let (expect, version) = (expect.clone(), *version);
        self.on(Operation::Update, key, move |slot, context| {
            capabilities.admit_update(&own_key, &change, &expect, context.now)?;
            admit_size(capabilities, Operation::Update, &own_key, &change.payload)?;
            slot.apply(&decision::update(slot.row(), &change, &expect, &version, context)?);
            Ok(())
        })
        .await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.capabilities.admit_touch(key, touch, expect)?;
        let (touch, expect) = (*touch, expect.clone());
        self.on(Operation::Touch, key, move |slot, context| {
            slot.apply(&decision::touch(slot.row(), &touch, &expect, context)?);
            Ok(())
        })
        .await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        // Two keys that are one are no transaction. Nothing else is decided by this time.
        self.capabilities.admit_rotate(old, new, rotation, expect, self.clock.now())?;
        admit_size(self.capabilities, Operation::Rotate, new, &rotation.record.payload)?;
        let (clock, clock_skew) = (Arc::clone(&self.clock), self.clock_skew);
        let (capabilities, keys) = (self.capabilities, [old.clone(), new.clone()]);
        let (rotation, expect, version) = (rotation.clone(), expect.clone(), *version);
        let decide = move |slots: &mut [Slot]| {
            let context = Context::new(clock.now(), clock_skew);
            let [from, to] = &keys;
            capabilities.admit_rotate(from, to, &rotation, &expect, context.now)?;
            let rows = (Counterpart::of(slots[0].row()), Counterpart::of(slots[1].row()));
            if decision::rotate(rows, &rotation, &expect, &version, &context)? == Move::Rotate {
                slots[0].apply(&Effect::Remove);
                slots[1].apply(&Effect::Patch(Patch::whole(&rotation.record, &version)));
            }
            Ok(())
        };
        let keys = vec![old.clone(), new.clone()];
        self.transact(Operation::Rotate, Access::Write, keys, decide).await?
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.capabilities.admit_delete(key, expect)?;
        let expect = expect.clone();
        self.on(Operation::Delete, key, move |slot, context| {
            let Decision { answer, effect } = decision::delete(slot.row(), &expect, context)?;
            slot.apply(&effect);
            Ok(answer)
        })
        .await
    }
}

#[async_trait]
impl<E: Engine> LockingStore for TransactionalStore<E> {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.capabilities.admit_lease(Operation::Acquire, key, lease)?;
        let token = token.clone();
        self.on(Operation::Acquire, key, move |slot, context| {
            let Decision { answer, effect } = decision::acquire(slot.row(), &token, lease, context);
            slot.apply(&effect);
            Ok(answer)
        })
        .await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.capabilities.admit_lease(Operation::Renew, key, lease)?;
        let token = token.clone();
        self.on(Operation::Renew, key, move |slot, context| {
            let decided = decision::renew(slot.row(), &token, lease, context)?;
            let Decision { answer: expires, effect } = decided;
            slot.apply(&effect);
            Ok(expires)
        })
        .await
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.capabilities.admit_key(Operation::Release, key)?;
        let token = token.clone();
        self.on(Operation::Release, key, move |slot, _| {
            slot.apply(&decision::release(slot.row(), &token));
            Ok(())
        })
        .await
    }

    /// An engine does not report changes, so waiters ask again after their back-off.
    async fn watch(&self, _: &Key) -> Option<Box<dyn Watch>> {
        None
    }
}

#[async_trait]
impl<E: Engine> CollectingStore for TransactionalStore<E> {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let due = budget.due(self.clock.now());
        let expired = self.engine.expired(due, from, budget.max_records).await;
        let expired = expired.map_err(|error| error.during(Operation::Collect))?;
        let Expired { keys, next } = expired;
        let mut sweep = Sweep { next, ..Sweep::default() };
        for keys in keys.chunks(SWEPT_AT_ONCE) {
            // A key may come twice.
            let keys: BTreeSet<_> = keys.iter().cloned().collect();
            sweep.scanned += keys.len() as u64;
            self.sweep_readable(keys.into_iter().collect(), budget.grace, &mut sweep).await?;
        }
        Ok(sweep)
    }
}

impl<E: Engine> TransactionalStore<E> {
    /// Sweeps these rows, and leaves those that cannot be read.
    ///
    /// If a row cannot be read, each row is swept by itself.
    async fn sweep_readable(
        &self,
        keys: Vec<Key>,
        grace: Duration,
        sweep: &mut Sweep,
    ) -> Result<()> {
        match self.sweep_rows(keys.clone(), grace).await {
            Err(error) if error.kind() == ErrorKind::Corrupt => {}
            swept => return swept.map(|swept| count(sweep, swept)),
        }
        for key in keys {
            match self.sweep_rows(vec![key], grace).await {
                Err(error) if error.kind() == ErrorKind::Corrupt => {
                    sweep.expired += 1;
                    sweep.failed += 1;
                }
                swept => count(sweep, swept?),
            }
        }
        Ok(())
    }

    /// Deletes those of these rows that have been expired for `grace`.
    ///
    /// They may have been replaced or deleted since they were found. It returns how many are
    /// expired, and how many are deleted.
    async fn sweep_rows(&self, keys: Vec<Key>, grace: Duration) -> Result<(u64, u64)> {
        let (clock, clock_skew) = (Arc::clone(&self.clock), self.clock_skew);
        let decide = move |slots: &mut [Slot]| {
            let context = Context::new(clock.now(), clock_skew);
            let (mut expired, mut deleted) = (0, 0);
            for slot in slots {
                let Some(row) = slot.row() else { continue };
                let Decision { answer: is_expired, effect } = decision::sweep(row, grace, &context);
                slot.apply(&effect);
                expired += u64::from(is_expired);
                deleted += u64::from(effect == Effect::Remove);
            }
            (expired, deleted)
        };
        self.transact(Operation::Collect, Access::Write, keys, decide).await
    }
}
