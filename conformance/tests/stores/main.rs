//! Tests of the suite: stores that it must accept, and stores that it must reject.
//!
//! Each is a variant of the model. A wrong or unusual decision is one of its
//! [`Rules`](session_conformance::Rules). Every other change is a [`Twist`](twist::Twist) of its
//! operations.

mod around;
mod broken;
mod changes;
mod content;
mod histories;
mod in_steps;
mod legal;
mod rules;
mod snapshot_file;
mod table;
mod twist;
mod waking;

use session_conformance::twist as calls;
