//! Strategies that wait for background work in a wrong way.

use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::Result;
use session_core::store::{Freshness, Key, SessionStore, Snapshot};
use session_core::strategy::{Drained, Opened, Strategy};
use session_locking::Pessimistic;
use std::time::Duration;

/// A fault of draining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It waits for nothing.
    Skips,
    /// It waits for the last release without a time limit.
    NeverEnds,
}

#[derive(Debug)]
struct Draining(Pessimistic, Fault);

#[async_trait]
impl Strategy for Draining {
    fn store(&self) -> &dyn SessionStore {
        self.0.store()
    }

    async fn open(&self, key: &Key, freshness: Freshness) -> Result<Option<Opened>> {
        self.0.open(key, freshness).await
    }

    async fn claim(&self, key: &Key, _: &Snapshot) -> Result<Option<Opened>> {
        self.open(key, Freshness::Latest).await
    }

    async fn drain(&self, timeout: Duration) -> Drained {
        if self.1 == Fault::Skips {
            return Drained::default();
        }
        loop {
            let drained = self.0.drain(timeout).await;
            if drained.is_complete() {
                return drained;
            }
        }
    }
}

rejects! {
    waits_for_no_release = |store, options, clock| {
        Ok(Draining(sound(store, options, clock), Fault::Skips))
    }
    => [
        a_drain_ends_at_its_timeout_and_reports_the_rest,
        a_drain_waits_for_the_releases,
    ];
    waits_for_releases_without_end = |store, options, clock| {
        Ok(Draining(sound(store, options, clock), Fault::NeverEnds))
    }
    => [
        a_drain_ends_at_its_timeout_and_reports_the_rest,
    ];
}
