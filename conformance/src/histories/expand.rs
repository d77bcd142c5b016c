use super::{Options, check};
use crate::Harness;

/// Checks that every history is linearizable, and prints how many there were.
///
/// Calls [`check`], as the body of a test.
///
/// # Panics
///
/// If [`check`] fails, with the counter-example as the message.
///
/// ```
/// use session_conformance::Model;
/// use session_conformance::histories::{Options, Scheduling, assert_linearizable};
/// use session_core::time::ManualClock;
///
/// let harness = |clock: ManualClock| Model::new(clock).into_fixture();
/// assert_linearizable(&harness, &Options::new(Scheduling::Drawn).cases(10));
/// ```
pub fn assert_linearizable(harness: &dyn Harness, options: &Options) {
    match check(harness, options) {
        Ok(report) => println!("{report}"),
        Err(failure) => panic!("{failure}\n"),
    }
}

/// Expands to two tests of random histories, on the stores of a [`Harness`](crate::Harness).
///
/// One has the clients take turns, the other gives each a thread: see
/// [`Scheduling`](crate::histories::Scheduling). The argument is evaluated once per test.
///
/// ```
/// session_conformance::histories!(|clock: session_core::time::ManualClock| {
///     session_conformance::Model::new(clock).into_fixture()
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! histories {
    ($harness:expr) => {
        #[test]
        fn histories_of_clients_that_take_turns_are_linearizable() {
            let options = $crate::histories::Options::new($crate::histories::Scheduling::Drawn);
            $crate::histories::assert_linearizable(&$harness, &options);
        }

        #[test]
        fn histories_of_clients_on_threads_are_linearizable() {
            let options = $crate::histories::Options::new($crate::histories::Scheduling::Threads);
            $crate::histories::assert_linearizable(&$harness, &options);
        }
    };
}
