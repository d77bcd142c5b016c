//! The crash suite rejects stores that lose acknowledged writes.

use crate::open_file;
use async_trait::async_trait;
use session_conformance::crash::CrashSuite;
use session_conformance::{Fixture, SetupError};
use session_core::Result;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Freshness, Key, PayloadKind, Record, Rotation,
    SessionStore, Snapshot, Tag, Touch,
};
use session_core::time::ManualClock;
use session_sqlite::SqliteStore;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A fault that is invisible without a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Updates are acknowledged first, and written later.
    WritesLater,
    /// A deletion is acknowledged first, and hides the record from this process.
    DeletesLater,
    /// A rotation creates the new record and deletes the old one in two transactions.
    RotatesInTwoSteps,
}

/// An SQLite store with a fault.
#[derive(Debug)]
struct Faulty {
    store: SqliteStore,
    fault: Fault,
    unwritten: Mutex<VecDeque<(Key, Change, Tag)>>,
    hidden: Mutex<Vec<Key>>,
}

impl Faulty {
    /// The number of updates that are acknowledged and not written.
    const UNWRITTEN: usize = 4;

    async fn write_later(&self, key: &Key, change: &Change, version: &Tag) -> Result<()> {
        let mut unwritten = self.unwritten.lock().await;
        unwritten.push_back((key.clone(), change.clone(), *version));
        if unwritten.len() > Self::UNWRITTEN {
            let (key, change, version) = unwritten.pop_front().expect("there are some");
            self.store.update(&key, &change, &Expect::PRESENT, &version).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl SessionStore for Faulty {
    fn capabilities(&self) -> Capabilities {
        let durability = self.store.capabilities().durability();
        let capabilities = Capabilities::NONE.with_durability(durability).with_rotation();
        capabilities.with_payloads(PayloadKind::Text)
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        if self.hidden.lock().await.contains(key) {
            return Ok(None);
        }
        self.store.load(key, freshness).await
    }

    async fn create(&self, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        self.store.create(key, record, version).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        if self.fault == Fault::WritesLater {
            return self.write_later(key, change, version).await;
        }
        self.store.update(key, change, expect, version).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        self.store.touch(key, touch, expect).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        if self.fault != Fault::RotatesInTwoSteps {
            return self.store.rotate(old, new, rotation, expect, version).await;
        }
        self.store.create(new, &rotation.record, version).await?;
        self.store.delete(old, expect).await.map(drop)
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        if self.fault != Fault::DeletesLater {
            return self.store.delete(key, expect).await;
        }
        self.hidden.lock().await.push(key.clone());
        Ok(Deletion::Deleted)
    }
}

async fn open(folder: PathBuf, clock: ManualClock, fault: Fault) -> Result<Fixture, SetupError> {
    let store = open_file(&folder, clock).await?;
    let (unwritten, hidden) = (Mutex::default(), Mutex::default());
    Ok(Fixture::new(Arc::new(Faulty { store, fault, unwritten, hidden })))
}

/// Makes the test that a fault is rejected with this message.
macro_rules! rejects {
    ($($name:ident: $fault:ident, $message:literal;)*) => {
        $(mod $name {
            use super::{CrashSuite, Fault, open};

            fn suite() -> CrashSuite {
                CrashSuite::new(module_path!(), |folder, clock| open(folder, clock, Fault::$fault))
            }

            #[test]
            fn is_rejected() {
                let violation = suite().writes_survive().expect_err("a fault is found");
                assert!(violation.message().contains($message), "{violation}");
            }

            #[test]
            #[ignore = "is the process that the other test kills"]
            fn crash_process() {
                suite().work();
            }
        })*
    };
}

rejects! {
    a_store_that_acknowledges_updates_first: WritesLater, "after an acknowledged write";
    a_store_that_acknowledges_deletions_first: DeletesLater, "there again after its deletion";
    a_store_that_rotates_in_two_transactions: RotatesInTwoSteps, "has these numbers";
}
