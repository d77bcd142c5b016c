//! The standard measurements of a store, from the harness that the suite uses.
//!
//! They are benchmarks of [criterion](https://docs.rs/criterion), which measures, filters, and
//! compares a run with the one before. Put this into `benches/conformance.rs` of the store's crate,
//! with `harness = false` in its `[[bench]]`, and run it with `cargo bench`:
//!
//! ```
//! use session_conformance::{Model, bench};
//! use session_core::time::ManualClock;
//!
//! fn main() {
//!     bench::main(&[("model", &|clock: ManualClock| Model::new(clock).into_fixture())]);
//! }
//! ```
//!
//! | measurement | one iteration |
//! | --- | --- |
//! | `load` | the record of one key of a thousand is loaded |
//! | `open-change-commit` | one session of a thousand is opened, changed and committed; the last write wins |
//! | `contended-lock` | eight tasks at once open one session under pessimistic locking, change it and commit |
//! | `collect` | a hundred expired records among two hundred are swept, in steps of twenty-five |
//!
//! Records hold 1 KB. Several stores side by side are a comparison: each measurement takes them in
//! turn. What a store does not declare, it is not asked for.

mod fixture;
mod measurements;

use crate::Harness;
pub use criterion::Criterion;

/// Measures these stores, each with its name, as the arguments of the process say.
///
/// The arguments are criterion's, such as a filter, `--save-baseline` or `--baseline`.
///
/// # Panics
///
/// If a store cannot be set up, or fails: one that passes the suite does neither.
pub fn main(stores: &[(&str, &dyn Harness)]) {
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, stores);
    criterion.final_summary();
}

/// Adds the measurements of these stores to a program of benchmarks.
///
/// # Panics
///
/// As [`main`] does.
pub fn measure(criterion: &mut Criterion, stores: &[(&str, &dyn Harness)]) {
    for (measurement, measure) in measurements::ALL {
        let mut group = criterion.benchmark_group(measurement);
        for (name, harness) in stores {
            measure(&mut group, name, *harness);
        }
        group.finish();
    }
}
