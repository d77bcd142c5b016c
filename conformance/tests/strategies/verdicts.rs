//! Which cases a strategy fails.

use session_conformance::{CASES, Model, StrategyFactory};
use session_core::{LockingStore, ManualClock, Result, Strategy};
use session_locking::{LockOptions, Pessimistic};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The strategy that the broken ones are made of.
pub(crate) fn sound(
    store: Arc<dyn LockingStore>,
    options: LockOptions,
    clock: ManualClock,
) -> Result<Pessimistic> {
    Ok(Pessimistic::new(store).with_options(options)?.with_timer(clock))
}

/// Checks that the strategies of this function fail exactly these cases, on a store that is sound.
pub(crate) async fn assert_fails<S: Strategy>(
    make: impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<S> + Send + Sync + 'static,
    expected: &[&str],
) {
    let factory = StrategyFactory::new(move |store, options, clock| {
        Ok(Arc::new(make(store, options, clock)?))
    });
    let harness = move |clock| Model::new(clock).into_fixture().with_pessimistic(factory.clone());
    let mut failed = BTreeSet::new();
    for case in CASES {
        if case.run(&harness).await.is_err() {
            failed.insert(case.name);
        }
    }
    let expected: BTreeSet<_> = expected.iter().copied().collect();
    assert_eq!(failed, expected);
}

#[tokio::test]
async fn the_sound_strategy_fails_nothing() {
    assert_fails(sound, &[]).await;
}
