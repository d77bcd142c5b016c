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
///
/// Some configurations need a server, or take too long for every run. With a reason, all tests are
/// ignored until `cargo test -- --ignored` asks for them:
///
/// ```
/// session_conformance::suite!(
///     |clock: session_core::time::ManualClock| session_conformance::Model::new(clock).into_fixture(),
///     ignore = "runs in CI"
/// );
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! suite {
    ($harness:expr $(, ignore = $reason:literal)?) => {
        fn conformance_harness() -> impl $crate::Harness {
            $harness
        }

        $crate::for_each_case! { [$crate::__tests] $(#[ignore = $reason])? }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($attributes:tt $($group:ident { $($name:ident: $laws:tt, $needs:tt;)* })*) => {
        $(mod $group {
            $($crate::__test! { $attributes $name })*
        })*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __test {
    (($($attributes:tt)*) $name:ident) => {
        #[$crate::__private::tokio::test(crate = "session_conformance::__private::tokio")]
        $($attributes)*
        async fn $name() {
            let harness = super::conformance_harness();
            $crate::__private::assert_passes(stringify!($name), harness).await;
        }
    };
}
