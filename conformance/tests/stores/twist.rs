//! A model, or a store over it, with one or two changed operations.

pub(crate) use session_conformance::twist::{Twist, Twisted};

use session_conformance::{Fixture, Lawful, Model, Rules};
use session_core::store::{CollectingStore, LockingStore, SessionStore};
use session_core::time::ManualClock;
use std::sync::Arc;

/// The fixture of a model with these rules.
pub(crate) fn ruled(rules: impl Rules) -> impl FnOnce(ManualClock) -> Fixture {
    |clock| Model::with_rules(clock, Arc::new(rules)).into_fixture()
}

/// The fixture of a lawful model with this twist.
pub(crate) fn twisted(twist: impl Twist) -> impl FnOnce(ManualClock) -> Fixture {
    ruled_and_twisted(Lawful, twist)
}

/// The fixture of a model with these rules and this twist.
pub(crate) fn ruled_and_twisted(
    rules: impl Rules,
    twist: impl Twist,
) -> impl FnOnce(ManualClock) -> Fixture {
    |clock| twisted_over(Arc::new(Model::with_rules(clock, Arc::new(rules))), twist)
}

/// The fixture of a store with this twist.
pub(crate) fn twisted_over<S: LockingStore + CollectingStore>(
    store: Arc<S>,
    twist: impl Twist<S>,
) -> Fixture {
    let capabilities = twist.capabilities(&store);
    let store = Arc::new(Twisted::over(store, twist));
    let mut fixture = Fixture::new(Arc::clone(&store) as Arc<dyn SessionStore>);
    if capabilities.locks() {
        fixture = fixture.with_locking(Arc::clone(&store) as Arc<dyn LockingStore>);
    }
    if capabilities.collects() {
        fixture = fixture.with_collecting(store);
    }
    fixture
}

/// The fixture of two handles of one lawful model, each with its own twist.
pub(crate) fn two_handles<T: Twist>(make: impl Fn() -> T) -> impl FnOnce(ManualClock) -> Fixture {
    move |clock| {
        let model = Arc::new(Model::new(clock));
        let handle = || twisted_over(Arc::clone(&model), make());
        handle().with_second_handle(handle())
    }
}
