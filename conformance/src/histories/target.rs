use super::tags::Tags;
use crate::Fixture;
use crate::composite_store::CompositeStore;
use session_core::store::{Capabilities, SessionStore};
use session_core::time::ManualClock;
use std::sync::Arc;

/// A store, the clock that it asks, and the tags of the run on it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) parts: Arc<CompositeStore>,
    pub(super) clock: ManualClock,
    pub(super) tags: Tags,
}

impl Target {
    pub(super) fn new(fixture: &Fixture, clock: ManualClock) -> Self {
        Self { parts: Arc::new(CompositeStore::of(fixture)), clock, tags: Tags::draw() }
    }

    /// The features that the programs may use: declared, and present in the fixture.
    pub(super) fn capabilities(&self) -> Capabilities {
        self.parts.capabilities()
    }

    pub(super) fn locks(&self) -> bool {
        self.parts.locks()
    }

    pub(super) fn collects(&self) -> bool {
        self.parts.collects()
    }
}
