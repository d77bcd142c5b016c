//! What holds for any bytes: run by the fuzzer on new ones, and by the tests on its corpus.

mod changing;
mod decoding;
mod renumbered;
mod round_trip;
mod sample;

pub(crate) use decoding::decoding;
pub(crate) use renumbered::renumbered;
pub(crate) use round_trip::round_trip;

use session_core::codec::Limits;
use session_core::store::{Payload, PayloadKind};
use session_core::{Error, ErrorKind};
use session_php::{Format, PhpCodec};

/// A codec of the format that takes any bytes, and little enough of them to be fast.
fn codec(format: Format) -> PhpCodec {
    PhpCodec::new(format)
        .with_kind(PayloadKind::Binary)
        .with_limits(Limits::new().max_values(20_000).max_depth(64))
}

/// What was rejected is rejected for a reason that says where, and the bytes are there.
fn assert_corrupt(error: &Error, bytes: &[u8]) {
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert_eq!(error.payload().map(Payload::as_bytes), Some(bytes), "{error}");
}

/// Whether the bytes look as if there were references in them.
fn may_have_references(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|it| matches!(it, b"r:" | b"R:"))
}
