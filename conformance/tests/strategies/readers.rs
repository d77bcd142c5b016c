//! Strategies whose readers wait.

use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_conformance::twist::{LoadCall, Twist, Twisted};
use session_core::Result;
use session_core::store::{LockingStore, Snapshot};
use session_core::strategy::{Opened, Strategy};
use session_core::time::ManualClock;
use session_locking::Pessimistic;
use std::sync::Arc;

/// A store whose loads also lock.
#[derive(Debug)]
struct LocksReaders(Pessimistic);

#[async_trait]
impl Twist<dyn LockingStore> for LocksReaders {
    async fn load(&self, _: &dyn LockingStore, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let Some(Opened { snapshot, claim }) = self.0.open(call.key, call.freshness).await? else {
            return Ok(None);
        };
        claim.release().await?;
        Ok(Some(snapshot))
    }
}

rejects! {
    locks_readers = |store, options, clock: ManualClock| {
        let readers = LocksReaders(sound(Arc::clone(&store), options, clock.clone()));
        Ok(sound(Arc::new(Twisted::over(store, readers)), options, clock))
    }
        => [readers_do_not_wait];
}
