//! The conformance report of the store.
//!
//! Run it with `cargo run -p session-dynamodb --example dynamodb-conformance`.

#[path = "../tests/embedded/mod.rs"]
mod embedded;

use embedded::Embedded;
use session_conformance::runner;
use session_core::store::PayloadKind;
use std::process::ExitCode;

fn main() -> ExitCode {
    runner::main(Embedded {
        kind: PayloadKind::Binary,
        profile: None,
        locking: true,
        two_handles: true,
    })
}
