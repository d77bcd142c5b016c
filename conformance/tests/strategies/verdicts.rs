//! Checks of the cases that a strategy fails.

use session_conformance::{CASES, Context, Failure, Model, StrategyFactory};
use session_core::codec::RawString;
use session_core::random::{OsRandom, Randomness};
use session_core::store::LockingStore;
use session_core::strategy::Strategy;
use session_core::time::ManualClock;
use session_core::{Result, Sessions};
use session_locking::{LockOptions, Pessimistic};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The sound strategy, from which the broken ones are made.
pub(crate) fn sound(
    store: Arc<dyn LockingStore>,
    options: LockOptions,
    clock: ManualClock,
) -> Pessimistic {
    Pessimistic::new(store).with_options(options).with_timer(clock)
}

/// The cases that the strategies of `make` fail on a sound store.
pub(crate) async fn failed_by<S: Strategy>(
    make: impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<S> + Send + Sync + 'static,
) -> BTreeSet<String> {
    let factory = StrategyFactory::new(move |store, options, clock| {
        Ok(Arc::new(make(store, options, clock)?))
    });
    let harness = move |clock| Model::new(clock).into_fixture().with_pessimistic(factory.clone());
    let mut failed = BTreeSet::new();
    // The others use no strategy of the fixture.
    let cases = CASES.iter().filter(|case| case.is_on_the_strategy());
    for case in cases {
        match case.run(&harness).await {
            Ok(_) => {}
            Err(Failure::Violation(_)) => {
                failed.insert(case.name.to_owned());
            }
            Err(other) => panic!("{}: {other}", case.name),
        }
    }
    failed
}

#[tokio::test]
async fn the_sound_strategy_fails_nothing() {
    let failed = failed_by(|store, options, clock| Ok(sound(store, options, clock))).await;
    assert_eq!(failed, BTreeSet::new());
}

/// A store that counts its requests.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicUsize>);

impl Randomness for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fetch_add(1, Ordering::SeqCst);
        OsRandom.fill(bytes);
    }
}

#[tokio::test]
async fn tokens_come_from_the_randomness_that_is_given() {
    let clock = ManualClock::at(Context::start());
    let randomness = Counting::default();
    let model = Arc::new(Model::new(clock.clone()));
    let strategy = Pessimistic::new(model).with_randomness(randomness.clone());
    let sessions = Sessions::builder(strategy, RawString::new()).clock(clock).build().unwrap();
    let _ = sessions.open(Some("0123456789abcdef0123456789abcdef")).await.unwrap();
    assert_eq!(randomness.0.load(Ordering::SeqCst), 1);
}
