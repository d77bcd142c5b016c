//! The codecs read both kinds of payload, and only whole payloads.

use crate::data::{Chain, Format, Sample};
use crate::for_each_format;
use session_core::ErrorKind;
use session_core::codec::{Base64, Codec, Limits, RawBytes, RawString};
use session_core::store::Payload;
use std::str;

for_each_format! { both_kinds_are_read bytes_after_the_value_are_corrupt every_prefix_is_corrupt }

fn both_kinds_are_read<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let encoded = format.encode(&"ada".to_owned()).unwrap();
    let text = str::from_utf8(encoded.as_bytes()).ok().map(Payload::text);
    let kinds = [Some(Payload::binary(encoded.as_bytes())), text];
    for payload in kinds.iter().flatten() {
        assert_eq!(format.decode::<String>(payload).unwrap(), "ada");
    }
}

fn bytes_after_the_value_are_corrupt<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let encoded = format.encode(&Sample::new()).unwrap();
    for rest in [&b"\0"[..], b"x", b"null", encoded.as_bytes()] {
        let payload = Payload::binary([encoded.as_bytes(), rest].concat());
        let error = format.decode::<Sample>(&payload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert_eq!(error.payload(), Some(&payload));
    }
}

fn every_prefix_is_corrupt<F: Format>(make: fn(Limits) -> F) {
    let format = make(Limits::new());
    let encoded = format.encode(&Sample::new()).unwrap();
    for length in 0..encoded.len() {
        let payload = Payload::binary(&encoded.as_bytes()[..length]);
        let error = format.decode::<Sample>(&payload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "the first {length} bytes");
        assert_eq!(error.payload(), Some(&payload));
    }
}

#[cfg(feature = "json")]
#[test]
fn space_around_json_is_json() {
    let payload = Payload::text(" [1, 2]\n");
    let data: Vec<u8> = Codec::decode(&session_core::codec::Json::new(), &payload).unwrap();
    assert_eq!(data, [1, 2]);
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_reads_structs_that_are_arrays() {
    let by_position = Payload::binary([0x91, 0xc0]);
    let messagepack = session_core::codec::MessagePack::new();
    let chain: Chain = Codec::decode(&messagepack, &by_position).unwrap();
    assert_eq!(chain, Chain { next: None });
}

#[test]
fn raw_codecs_read_both_kinds() {
    let (text, binary) = (Payload::text("é"), Payload::binary("é".as_bytes()));
    for payload in [text, binary] {
        assert_eq!(RawString::new().decode(&payload).unwrap(), "é");
        assert_eq!(RawBytes::new().decode(&payload).unwrap(), "é".as_bytes());
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_no_string() {
    let payload = Payload::binary(*b"ab\xff");
    let error = RawString::new().decode(&payload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(error.payload(), Some(&payload));
    assert_eq!(error.to_string(), "decode: the data cannot be decoded: not UTF-8 at byte 2");
}

#[test]
fn base64_that_is_not_canonical_is_corrupt() {
    let codec = Base64::new(RawBytes::new());
    let forms = [
        "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "=", "====", "Zg==Zg==", "Zm8=Zm8=",
        "Zg==Zm9v", "Zm9v\n", " Zm9v", "Zm 9v", "Zm\r\n9v", "YT8-", "YT8_", "Zm9v\0", "Zm9vé", "Z",
    ];
    for form in forms {
        let payload = Payload::text(form);
        let error = codec.decode(&payload).expect_err(form);
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{form:?}");
        assert_eq!(error.payload(), Some(&payload), "{form:?}");
    }
}

#[test]
fn the_error_of_the_codec_in_base64_holds_the_text() {
    let payload = Payload::text("/w==");
    let error = Base64::new(RawString::new()).decode(&payload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert_eq!(error.payload(), Some(&payload));
}
