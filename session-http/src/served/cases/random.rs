use crate::served::Served;
use crate::served::random::{programs, run};
use futures_util::FutureExt;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use std::panic::AssertUnwindSafe;

/// How often a program that fails is made smaller.
const MOST_SHRINKS: usize = 500;

/// Random sequences of all that handlers can do agree with a model of what client and store see.
///
/// `PROPTEST_CASES` says how many are tried. A program that fails is made smaller, and shown.
pub async fn random_requests_do_what_the_model_says<A: Served>() {
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
