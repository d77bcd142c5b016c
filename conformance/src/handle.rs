use session_core::error::Operation;
use session_core::store::{CollectingStore, LockingStore, SessionStore};
use session_core::{Error, ErrorKind, Result};
use std::sync::Arc;

/// One store, by each of the traits that it implements.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) store: Arc<dyn SessionStore>,
    pub(crate) locking: Option<Arc<dyn LockingStore>>,
    pub(crate) collecting: Option<Arc<dyn CollectingStore>>,
}

impl Handle {
    pub(crate) const fn new(store: Arc<dyn SessionStore>) -> Self {
        Self { store, locking: None, collecting: None }
    }

    /// Another store, by the traits that this one implements.
    pub(crate) fn replaced_by<S: LockingStore + CollectingStore>(&self, store: Arc<S>) -> Self {
        Self {
            locking: self.locking.as_ref().map(|_| Arc::clone(&store) as _),
            collecting: self.collecting.as_ref().map(|_| Arc::clone(&store) as _),
            store,
        }
    }

    pub(crate) fn locking(&self, operation: Operation) -> Result<&dyn LockingStore> {
        self.locking.as_deref().ok_or_else(|| Error::new(operation, ErrorKind::Unsupported))
    }
}

/// The second handle of a fixture, or the reason why there is none.
#[derive(Clone, Debug, Default)]
pub(crate) enum SecondHandle {
    /// Its author gave none, and said nothing.
    #[default]
    NotGiven,
    /// The records are in the process, so there is none.
    Impossible,
    Given(Box<Handle>),
}
