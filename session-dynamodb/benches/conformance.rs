//! The store's measurements: `cargo bench -p session-dynamodb`.

#[path = "../tests/embedded/mod.rs"]
mod embedded;

use embedded::Embedded;
use session_conformance::bench;
use session_core::store::PayloadKind;

fn main() {
    let harness =
        Embedded { kind: PayloadKind::Binary, profile: None, locking: true, two_handles: false };
    bench::main(&[("dynamodb, embedded", &harness)]);
}
