use crate::served::Served;
use crate::served::random::{programs, run};
use futures_util::FutureExt;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use std::panic::AssertUnwindSafe;

/// The limit of attempts to shrink a failing program.
const MOST_SHRINKS: usize = 500;

/// Random sequences of all operations agree with a model of client and store.
///
/// `PROPTEST_CASES` sets their number. The test shrinks a program that fails, and shows it.
pub async fn random_requests_match_the_model<A: Served>() {
    let config = Config::default();
    let cases = config.cases;
    let mut runner = TestRunner::new(config);
    for _ in 0..cases {
        let mut tree = programs().new_tree(&mut runner).expect("programs are always generated");
        if passes::<A>(&tree).await {
            continue;
        }
        let mut smallest = tree.current();
        for _ in 0..MOST_SHRINKS {
            let failed = !passes::<A>(&tree).await;
            if failed {
                smallest = tree.current();
            }
            let goes_on = if failed { tree.simplify() } else { tree.complicate() };
            if !goes_on {
                break;
            }
        }
        eprintln!("the smallest program that fails: {smallest:#?}");
        run::<A>(smallest).await;
        panic!("a program failed once, and not again");
    }
}

async fn passes<A: Served>(tree: &impl ValueTree<Value = crate::served::random::Program>) -> bool {
    AssertUnwindSafe(run::<A>(tree.current())).catch_unwind().await.is_ok()
}
