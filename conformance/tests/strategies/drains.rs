//! Strategies that wait for background work in a wrong way.

use crate::changed::{Change, Changed};
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::strategy::{Drained, Strategy};
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

#[async_trait]
impl Change for Fault {
    async fn drain(&self, sound: &Pessimistic, timeout: Duration) -> Drained {
        if *self == Self::Skips {
            return Drained::default();
        }
        loop {
            let drained = sound.drain(timeout).await;
            if drained.is_complete() {
                return drained;
            }
        }
    }
}

rejects! {
    waits_for_no_release = |store, options, clock| {
        Ok(Changed(sound(store, options, clock), Fault::Skips))
    }
        => [a_drain_ends_at_its_timeout_and_reports_the_rest, a_drain_waits_for_the_releases];
    waits_for_releases_without_end = |store, options, clock| {
        Ok(Changed(sound(store, options, clock), Fault::NeverEnds))
    }
        => [a_drain_ends_at_its_timeout_and_reports_the_rest];
}
