/// Expands every case to a test of its own, on the stores of a [`Harness`](crate::Harness).
///
/// The argument is an expression that makes the harness, evaluated once per test. The tests stand
/// in a module for each group of cases, such as `updating::update_of_a_deleted_session_is_gone`,
/// so give each suite a file under `tests/` or a module of its own. The crate must be called
/// `session_conformance` there; tokio comes with it.
///
/// ```
/// session_conformance::suite!(|clock: session_core::time::ManualClock| {
///     session_conformance::Model::new(clock).into_fixture()
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! suite {
    ($harness:expr) => {
        fn conformance_harness() -> impl $crate::Harness {
            $harness
        }

        $crate::for_each_case! { [$crate::__tests] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    (() $($group:ident { $($name:ident: $laws:tt, $needs:tt;)* })*) => {
        $(mod $group {
            $(
                #[$crate::__private::tokio::test(crate = "session_conformance::__private::tokio")]
                async fn $name() {
                    let harness = super::conformance_harness();
                    $crate::__private::assert_passes(stringify!($name), harness).await;
                }
            )*
        })*
    };
}
