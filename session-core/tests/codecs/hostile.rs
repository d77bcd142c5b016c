//! Input that tries to overflow the stack, exhaust memory or keep a thread busy.
//!
//! If one of these tests fails, the process aborts or does not end.

use crate::data::{Blob, Chain, Endless, Format, Nest, Thread, Tree, Trusting};
use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::ErrorKind;
use session_core::codec::{Codec, Limits};
use session_core::store::Payload;
use std::collections::{HashMap, HashSet};

/// Lengths that cause a long loop, much memory, or more memory than exists.
#[cfg(any(feature = "postcard", feature = "bincode"))]
const LENGTHS: [u64; 4] = [1 << 32, 1 << 40, 1 << 62, u64::MAX];

/// Enough elements to check that those without bytes are counted, in a short time.
fn few_values() -> Limits {
    Limits::new().max_values(1 << 12)
}

#[track_caller]
fn assert_corrupt<T: Serialize + DeserializeOwned>(
    format: &impl Format,
    bytes: impl Into<Vec<u8>>,
) {
    let payload = Payload::binary(bytes.into());
    let error = format.decode::<T>(&payload).err().expect("refused");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

/// The encoding of a length, if a type begins with one.
#[expect(clippy::zero_sized_map_values, reason = "its entries take no byte")]
#[track_caller]
fn assert_lengths_are_not_believed(format: &impl Format, announcement: &[u8]) {
    assert_corrupt::<String>(format, announcement);
    assert_corrupt::<Blob>(format, announcement);
    assert_corrupt::<Trusting>(format, announcement);
    assert_corrupt::<Vec<u8>>(format, announcement);
    assert_corrupt::<Vec<()>>(format, announcement);
    assert_corrupt::<Vec<[u64; 32]>>(format, announcement);
    assert_corrupt::<HashSet<u64>>(format, announcement);
    assert_corrupt::<HashSet<()>>(format, announcement);
    assert_corrupt::<HashMap<String, String>>(format, announcement);
    assert_corrupt::<HashMap<(), ()>>(format, announcement);
    assert_corrupt::<Nest>(format, announcement);
}

#[cfg(feature = "json")]
#[test]
fn json_is_followed_to_the_limit_alone() {
    let json = session_core::codec::Json::new();
    assert_corrupt::<Tree>(&json, "{\"Node\":".repeat(1_000_000 / 8));
    assert_corrupt::<Nest>(&json, "[".repeat(1_000_000));
    assert_corrupt::<Chain>(&json, "{\"next\":".repeat(1_000_000 / 8));
    assert_corrupt::<Chain>(&json, format!("{{\"x\":{}", "[".repeat(1_000_000)));
    assert_corrupt::<Thread>(&json, "1");
    assert_corrupt::<Endless>(&json, "1");
    assert_corrupt::<serde_json::Value>(&json, "[".repeat(1_000_000));
    assert_corrupt::<serde_json::Value>(&json, "{\"\":".repeat(1_000_000 / 4));
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_is_followed_to_the_limit_alone() {
    let messagepack = session_core::codec::MessagePack::new();
    assert_corrupt::<Tree>(&messagepack, b"\x81\xa4Node".repeat(1_000_000 / 6));
    assert_corrupt::<Nest>(&messagepack, b"\x91".repeat(1_000_000));
    assert_corrupt::<Chain>(&messagepack, b"\x81\xa4next".repeat(1_000_000 / 6));
    assert_corrupt::<Chain>(&messagepack, [&b"\x81\xa1x"[..], &b"\x91".repeat(1_000_000)].concat());
    assert_corrupt::<Thread>(&messagepack, b"\x01");
    assert_corrupt::<Endless>(&messagepack, b"\x01");
    assert_corrupt::<serde_json::Value>(&messagepack, b"\x91".repeat(1_000_000));
    assert_corrupt::<serde_json::Value>(&messagepack, b"\x81\xa0".repeat(1_000_000 / 2));
}

#[cfg(feature = "postcard")]
#[test]
fn postcard_is_followed_to_the_limit_alone() {
    let postcard = session_core::codec::Postcard::new();
    assert_corrupt::<Tree>(&postcard, b"\x01".repeat(1_000_000));
    assert_corrupt::<Nest>(&postcard, b"\x01".repeat(1_000_000));
    assert_corrupt::<Chain>(&postcard, b"\x01".repeat(1_000_000));
    assert_corrupt::<Thread>(&postcard, b"\x01".repeat(1_000_000));
    assert_corrupt::<Endless>(&postcard, b"");
}

#[cfg(feature = "bincode")]
#[test]
fn bincode_is_followed_to_the_limit_alone() {
    let bincode = session_core::codec::Bincode::new();
    assert_corrupt::<Tree>(&bincode, b"\x01".repeat(1_000_000));
    assert_corrupt::<Nest>(&bincode, b"\x01".repeat(1_000_000));
    assert_corrupt::<Chain>(&bincode, b"\x01".repeat(1_000_000));
    assert_corrupt::<Thread>(&bincode, b"\x01".repeat(1_000_000));
    assert_corrupt::<Endless>(&bincode, b"");
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_lengths_are_not_believed() {
    let messagepack = session_core::codec::MessagePack::new().with_limits(few_values());
    for marker in [0xdb, 0xc6, 0xdd, 0xdf, 0xc9] {
        assert_lengths_are_not_believed(&messagepack, &[marker, 0xff, 0xff, 0xff, 0xff]);
    }
}

#[cfg(feature = "postcard")]
#[test]
fn postcard_lengths_are_not_believed() {
    let postcard = session_core::codec::Postcard::new();
    for length in LENGTHS {
        let announcement = Codec::encode(&postcard, &length).unwrap();
        assert_corrupt::<Vec<()>>(&postcard, announcement.as_bytes());
        assert_lengths_are_not_believed(
            &postcard.with_limits(few_values()),
            announcement.as_bytes(),
        );
    }
}

#[cfg(feature = "bincode")]
#[test]
fn bincode_lengths_are_not_believed() {
    let bincode = session_core::codec::Bincode::new();
    for length in LENGTHS {
        let announcement = Codec::encode(&bincode, &length).unwrap();
        assert_corrupt::<Vec<()>>(&bincode, announcement.as_bytes());
        assert_lengths_are_not_believed(
            &bincode.with_limits(few_values()),
            announcement.as_bytes(),
        );
    }
}
