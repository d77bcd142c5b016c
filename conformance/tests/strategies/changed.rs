//! The sound strategy with a change.

use async_trait::async_trait;
use session_core::Result;
use session_core::store::{Freshness, Key, SessionStore, Snapshot};
use session_core::strategy::{Drained, Opened, Strategy};
use session_locking::Pessimistic;
use std::fmt::Debug;
use std::time::Duration;

/// The methods that a broken strategy changes.
///
/// The others are those of the sound strategy. A claim opens the session anew.
#[async_trait]
pub(crate) trait Change: Debug + Send + Sync + 'static {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        sound.open(key, freshness).await
    }

    async fn claim(
        &self,
        sound: &Pessimistic,
        key: &Key,
        _seen: &Snapshot,
    ) -> Result<Option<Opened>> {
        self.open(sound, key, Freshness::Latest).await
    }

    async fn drain(&self, sound: &Pessimistic, timeout: Duration) -> Drained {
        sound.drain(timeout).await
    }
}

/// The sound strategy with this change.
#[derive(Debug)]
pub(crate) struct Changed<C>(pub(crate) Pessimistic, pub(crate) C);

#[async_trait]
impl<C: Change> Strategy for Changed<C> {
    fn store(&self) -> &dyn SessionStore {
        self.0.store()
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        self.1.open(&self.0, key, freshness).await
    }

    async fn claim(&self, key: &Key, seen: &Snapshot) -> Result<Option<Opened>> {
        self.1.claim(&self.0, key, seen).await
    }

    async fn drain(&self, timeout: Duration) -> Drained {
        self.1.drain(&self.0, timeout).await
    }
}
