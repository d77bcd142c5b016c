//! Faults in declarations: a store that does more or less than it declares.

use crate::broken::rejects;
use crate::calls::CreateCall;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::{Fixture, Model};
use session_core::Result;
use session_core::store::{Capabilities, LockingStore, PayloadKind};
use session_core::time::ManualClock;
use std::sync::Arc;

/// Declares other capabilities than the model, and behaves like the model.
#[derive(Debug)]
struct Declares(Capabilities);

impl Twist for Declares {
    fn capabilities(&self, _model: &Model) -> Capabilities {
        self.0
    }
}

/// A store with the model's operations, without rotation and locking.
const MOST: Capabilities = Capabilities::NONE
    .with_payloads(PayloadKind::Text)
    .with_collecting()
    .with_max_key_bytes(1_024)
    .with_max_record_bytes(64 * 1_024);
const BOTH: Capabilities = MOST.with_payloads(PayloadKind::Binary);

fn without_versions() -> Declares {
    Declares(BOTH.with_lifetimes().with_rotation().with_locking())
}

fn without_lifetimes() -> Declares {
    Declares(BOTH.with_versions().with_rotation().with_locking())
}

fn without_binary() -> Declares {
    Declares(MOST.with_versions().with_lifetimes().with_rotation().with_locking())
}

fn without_rotation() -> Declares {
    Declares(BOTH.with_versions().with_lifetimes().with_locking())
}

fn without_locks() -> Declares {
    Declares(BOTH.with_versions().with_lifetimes().with_rotation())
}

/// Declares lifetimes, and drops one half of each.
#[derive(Debug)]
enum Forgets {
    Deadline,
    Idle,
}

#[async_trait]
impl Twist for Forgets {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        let CreateCall { record, .. } = call;
        let mut record = record.clone();
        match self {
            Self::Deadline => record.deadline = None,
            Self::Idle => record.idle = None,
        }
        CreateCall { record: &record, ..call }.on(model).await
    }
}

/// Declares locks and collecting, but implements neither.
fn bare(clock: ManualClock) -> Fixture {
    Fixture::new(Arc::new(Model::new(clock)))
}

/// Has locks that it does not declare.
fn secretive(clock: ManualClock) -> Fixture {
    let locking: Arc<dyn LockingStore> = Arc::new(Model::new(clock.clone()));
    twisted(without_locks())(clock).with_locking(locking)
}

rejects! {
    ignores_undeclared_versions = twisted(without_versions())
        => [undeclared_capabilities_are_rejected];
    ignores_undeclared_lifetimes = twisted(without_lifetimes())
        => [undeclared_capabilities_are_rejected];
    ignores_an_undeclared_kind = twisted(without_binary())
        => [undeclared_capabilities_are_rejected];
    ignores_undeclared_rotation = twisted(without_rotation())
        => [undeclared_capabilities_are_rejected];
    ignores_undeclared_locks = twisted(without_locks()) => [undeclared_capabilities_are_rejected];
    forgets_declared_idle_timeouts = twisted(Forgets::Idle) => [an_idle_timeout_comes_back];
    forgets_declared_deadlines = twisted(Forgets::Deadline)
        => [an_update_keeps_the_deadline, the_deadline_is_set_at_creation_and_kept];
    is_no_more_than_a_store = bare
        => [declared_capabilities_are_provided, undeclared_capabilities_are_rejected];
    locks_in_secret = secretive
        => [declared_capabilities_are_provided, undeclared_capabilities_are_rejected];
}
