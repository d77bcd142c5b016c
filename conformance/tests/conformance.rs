//! The unbroken model passes every case.

use session_conformance::{Model, suite};
use session_core::time::ManualClock;

suite!(|clock: ManualClock| Model::new(clock).into_fixture());
