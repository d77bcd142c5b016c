use super::tags::Tags;
use crate::Fixture;
use session_core::{Capabilities, CollectingStore, LockingStore, ManualClock, SessionStore};
use std::sync::Arc;

/// A store by its traits, the clock that it asks, and the tags of the run on it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) store: Arc<dyn SessionStore>,
    locking: Option<Arc<dyn LockingStore>>,
    collecting: Option<Arc<dyn CollectingStore>>,
    pub(super) clock: ManualClock,
    pub(super) tags: Tags,
}

impl Target {
    pub(super) fn new(fixture: &Fixture, clock: ManualClock) -> Self {
        let Fixture { store, locking, collecting, pessimistic: _, teardown: _ } = fixture;
        Self {
            store: store.clone(),
            locking: locking.clone(),
            collecting: collecting.clone(),
            clock,
            tags: Tags::draw(),
        }
    }

    /// What the programs may ask of it: what it declares and the fixture has.
    pub(super) fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    pub(super) fn locks(&self) -> bool {
        self.locking.is_some()
    }

    pub(super) fn collects(&self) -> bool {
        self.collecting.is_some()
    }

    pub(super) fn locking(&self) -> &dyn LockingStore {
        self.locking.as_deref().expect("programs lock only where the fixture does")
    }

    pub(super) fn collecting(&self) -> &dyn CollectingStore {
        self.collecting.as_deref().expect("programs collect only where the fixture does")
    }
}
