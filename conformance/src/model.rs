//! A store with one mutex, one map and no cleverness.

mod locks;
mod operations;
mod row;
mod rules;
mod sweeping;
mod table;

pub use row::{Lock, Row};
pub use rules::{Lawful, Rules};

use crate::Fixture;
use rules::Declared;
use session_core::error::Operation;
use session_core::store::{Capabilities, Key, LockingStore, SessionStore};
use session_core::time::{Clock, EpochMillis, ManualClock};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
        Lawful.has_lapsed(Operation::Acquire, lock, self.clock.now())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows and the time of an operation, which has them to itself.
    fn begin(&self) -> (MutexGuard<'_, Table>, EpochMillis) {
        (self.table(), self.clock.now())
    }
}
