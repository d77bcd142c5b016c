//! Properties of all bytes.
//!
//! The fuzzer checks new inputs, and the tests check its corpus.

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

/// A codec of the format that accepts all bytes, with a limit that makes it fast.
fn codec(format: Format) -> PhpCodec {
    PhpCodec::new(format)
        .with_kind(PayloadKind::Binary)
        .with_limits(Limits::new().max_values(20_000).max_depth(64))
}

/// Checks that the error of a rejection has a position within the bytes.
fn assert_corrupt(error: &Error, bytes: &[u8]) {
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    assert_eq!(error.payload().map(Payload::as_bytes), Some(bytes), "{error}");
}

/// Whether the bytes seem to contain references.
fn may_have_references(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|it| matches!(it, b"r:" | b"R:"))
}
