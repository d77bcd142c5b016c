//! A store with one mutex, one map and no cleverness.

mod locks;
mod row;
mod rules;
mod sweeping;
mod table;

pub use row::{Lock, Row};
pub use rules::{Lawful, Rules};

use crate::Fixture;
use async_trait::async_trait;
use rules::Declared;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag,
    Touch, Watch,
};
use session_core::time::{Clock, EpochMillis, ManualClock, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use table::Table;

/// The rows of the model.
pub(crate) type Rows = BTreeMap<Key, Row>;

/// The contract as a program: a map under a mutex, with each operation in one step.
///
/// It is what the suite measures stores by, the base of the broken stores that the suite must
/// reject, and the proof that the suite needs no real store. It keeps everything that a store can
/// declare, unless its [`Rules`] say otherwise. Its sweeps look at every record.
///
/// ```
/// use session_conformance::Model;
/// use session_core::store::{Freshness, Key, SessionStore};
/// use session_core::time::{EpochMillis, ManualClock};
///
/// let model = Model::new(ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000)));
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!(model.load(&Key::new("unknown")?, Freshness::AsConfigured).await?, None);
/// # Ok::<(), session_core::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Model {
    table: Mutex<Table>,
    clock: ManualClock,
}

impl Model {
    /// A model that keeps the law.
    pub fn new(clock: ManualClock) -> Self {
        Self::with_rules(clock, Arc::new(Lawful))
    }

    /// A model that decides by these rules.
    pub fn with_rules(clock: ManualClock, rules: Arc<dyn Rules>) -> Self {
        let table = Mutex::new(Table::new(rules));
        Self { table, clock }
    }

    /// A model that keeps the law, for a store that declares this much.
    pub(crate) fn declaring(clock: ManualClock, capabilities: Capabilities) -> Self {
        Self::with_rules(clock, Arc::new(Declared(capabilities)))
    }

    /// The fixture of this model for a case, by its capabilities.
    pub fn into_fixture(self) -> Fixture {
        let capabilities = self.capabilities();
        let model = Arc::new(self);
        let mut fixture = Fixture::new(Arc::clone(&model) as Arc<dyn SessionStore>);
        if capabilities.locks() {
            fixture = fixture.with_locking(Arc::clone(&model) as Arc<dyn LockingStore>);
        }
        if capabilities.collects() {
            fixture = fixture.with_collecting(model);
        }
        fixture.of_one_process()
    }

    /// Reads or changes the rows past all rules, for faults that are no decision.
    pub fn with_rows<T>(&self, change: impl FnOnce(&mut BTreeMap<Key, Row>) -> T) -> T {
        change(&mut self.table().rows)
    }

    /// Whether a lock may be taken over, or removed.
    pub(crate) fn is_lapsed(&self, lock: &Lock) -> bool {
        Lawful.has_lapsed(Operation::Acquire, lock, self.now())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> EpochMillis {
        self.clock.now()
    }
}

#[async_trait]
impl SessionStore for Model {
    fn capabilities(&self) -> Capabilities {
        self.table().capabilities()
    }

    async fn load(&self, key: &Key, _: Freshness) -> Result<Option<Snapshot>> {
        self.table().load(key, self.now())
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.table().create(key, record, version, self.now())
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        self.table().update(key, change, expect, version, self.now())
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.table().touch(key, touch, expect, self.now())
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let now = self.now();
        self.table().rotate(old, new, rotation, expect, version, now)
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        self.table().delete(key, expect, self.now())
    }
}

#[async_trait]
impl LockingStore for Model {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.table().acquire(key, token, lease, self.now())
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        self.table().renew(key, token, lease, self.now())
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.table().release(key, token)
    }

    async fn watch(&self, _: &Key) -> Option<Box<dyn Watch>> {
        None
    }
}

#[async_trait]
impl CollectingStore for Model {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        Ok(self.table().sweep(*budget, from, self.now()))
    }
}
