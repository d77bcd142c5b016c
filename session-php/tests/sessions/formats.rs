//! Tests of the arrangement of variables in each format.

use crate::support::{codec, decoded, encoded, forgotten, refusal, unwritable};
use session_core::ErrorKind;
use session_core::codec::Codec;
use session_core::store::{Payload, PayloadKind};
use session_php::{Array, Format, Key, PhpCodec, SessionData, Value};

fn two() -> SessionData {
    SessionData::from_iter([("n", Value::from(1)), ("s", Value::from("x"))])
}

#[test]
fn each_format_is_spelled_as_php_spells_it() {
    assert_eq!(encoded(Format::Php, &two()), "n|i:1;s|s:1:\"x\";");
    assert_eq!(encoded(Format::PhpSerialize, &two()), "a:2:{s:1:\"n\";i:1;s:1:\"s\";s:1:\"x\";}");
    assert_eq!(encoded(Format::PhpBinary, &two()), "\\x01ni:1;\\x01ss:1:\"x\";");
}

#[test]
fn an_empty_session_is_written_as_php_writes_it() {
    let empty = SessionData::new();
    assert_eq!(encoded(Format::Php, &empty), "");
    assert_eq!(encoded(Format::PhpSerialize, &empty), "a:0:{}");
    assert_eq!(encoded(Format::PhpBinary, &empty), "");
}

#[test]
fn no_bytes_are_an_empty_session_and_stay_so() {
    for format in Format::ALL {
        let session = decoded(format, b"");
        assert!(session.is_empty());
        assert_eq!(encoded(format, &session), "");
    }
}

#[test]
fn php_serialize_is_one_array_and_nothing_else() {
    let refusal = |bytes: &str| refusal(Format::PhpSerialize, bytes.as_bytes());
    assert_eq!(refusal("i:5;"), "expected an array at byte 0");
    assert_eq!(refusal("O:8:\"stdClass\":0:{}"), "expected an array at byte 0");
    assert_eq!(refusal("a:0:{}x"), "expected the end at byte 6");
    assert_eq!(refusal("a:1:{}"), "expected a key at byte 5");
    assert_eq!(refusal("a:0:{"), "expected a brace after the announced entries at byte 5");
}

#[test]
fn names_that_break_off_are_rejected() {
    assert_eq!(refusal(Format::Php, b"a|N;b"), "expected a name and a bar at byte 4");
    assert_eq!(
        refusal(Format::PhpBinary, b"\x05abc"),
        "expected a name of the announced length at byte 1",
    );
}

#[test]
fn a_name_that_comes_twice_is_rejected() {
    let expected = "expected a name that was not there before at byte 6";
    assert_eq!(refusal(Format::Php, b"a|i:1;a|i:2;"), expected);
}

#[test]
fn php_rejects_a_name_with_a_bar_before_php_drops_the_session() {
    let session = SessionData::from_iter([("a|b", 1)]);
    assert!(unwritable(Format::Php, &session).starts_with("a name with a bar"));
    assert_eq!(encoded(Format::PhpSerialize, &session), "a:1:{s:3:\"a|b\";i:1;}");
    assert_eq!(encoded(Format::PhpBinary, &session), "\\x03a|bi:1;");
}

#[test]
fn php_binary_rejects_a_name_over_127_bytes_before_php_drops_the_variable() {
    let longest = SessionData::from_iter([("k".repeat(127), 1)]);
    assert!(encoded(Format::PhpBinary, &longest).starts_with("\\x7fkk"));
    let longer = SessionData::from_iter([("k".repeat(128), 1)]);
    assert!(unwritable(Format::PhpBinary, &longer).starts_with("a name of more than 127 bytes"));
    assert!(encoded(Format::Php, &longer).starts_with("kk"));
}

#[test]
fn numbers_are_names_in_php_serialize_alone() {
    let session = SessionData::from_iter([(7, 1)]);
    assert_eq!(encoded(Format::PhpSerialize, &session), "a:1:{i:7;i:1;}");
    for format in [Format::Php, Format::PhpBinary] {
        assert!(unwritable(format, &session).starts_with("a name that is a number"));
    }
}

#[test]
fn a_number_that_was_read_as_a_name_is_found_and_kept() {
    let mut session = decoded(Format::Php, b"7|i:1;a|i:2;");
    assert_eq!(session.get(7).and_then(Value::as_int), Some(1));
    assert_eq!(session.get("7").and_then(Value::as_int), Some(1));
    session.insert("7", 3);
    assert_eq!(encoded(Format::Php, &session), "7|i:3;a|i:2;");
    session.remove(7);
    assert_eq!(encoded(Format::Php, &session), "a|i:2;");
}

#[test]
fn an_exclamation_mark_is_part_of_a_name() {
    let session = SessionData::from_iter([("!a", 1), ("b!", 2)]);
    assert_eq!(encoded(Format::Php, &session), "!a|i:1;b!|i:2;");
    assert!(decoded(Format::Php, b"!a|i:1;b!|i:2;") == session);
}

#[test]
fn variables_without_a_value_of_older_php_are_kept_and_not_there() {
    for (format, bytes, changed) in [
        (Format::Php, &b"a|i:1;!b|c|i:2;"[..], "a|i:1;c|i:3;!b|"),
        (Format::PhpBinary, b"\x01ai:1;\x81b\x01ci:2;", "\\x01ai:1;\\x01ci:3;\\x81b"),
    ] {
        let mut session = decoded(format, bytes);
        assert_eq!(session.len(), 2);
        assert_eq!(session.get("b"), None);
        session.insert("c", 3);
        assert_eq!(encoded(format, &session), changed);
        session.insert("b", 4);
        assert!(!encoded(format, &session).contains("!b"));
    }
}

#[test]
fn a_session_moves_from_format_to_format() {
    let bytes = b"a|a:1:{i:0;i:1;}o|O:1:\"P\":0:{}same|r:3;also|R:1;";
    let session = decoded(Format::Php, bytes);
    for format in Format::ALL {
        let payload = codec(format).encode(&session).unwrap();
        let moved: SessionData = codec(format).decode(&payload).unwrap();
        let back = codec(Format::Php).encode(&moved).unwrap();
        assert_eq!(back.as_bytes(), bytes);
    }
}

#[test]
fn text_that_is_not_utf8_is_rejected_with_the_way_out() {
    let session = SessionData::from_iter([("a", Value::from(&b"\xff"[..]))]);
    let text = PhpCodec::new(Format::Php);
    let error = text.encode(&session).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let (error, steps) = (
        error.to_string(),
        ["PhpCodec::with_kind(PayloadKind::Binary)", "data_attribute_type = \"binary\"", "base64"],
    );
    assert!(steps.iter().all(|step| error.contains(step)), "{error}");
    assert!(text.with_kind(PayloadKind::Binary).encode(&session).is_ok());
}

#[test]
fn both_kinds_of_payload_are_read_and_the_chosen_one_is_written() {
    for kind in [PayloadKind::Text, PayloadKind::Binary] {
        let codec = PhpCodec::new(Format::Php).with_kind(kind);
        assert_eq!(Codec::<SessionData>::kind(&codec), kind);
        for payload in [Payload::text("a|i:1;"), Payload::binary(*b"a|i:1;")] {
            let session: SessionData = codec.decode(&payload).unwrap();
            assert_eq!(codec.encode(&session).unwrap().kind(), kind);
        }
    }
}

#[test]
fn formats_have_phps_names() {
    for format in Format::ALL {
        assert_eq!(format.name().parse::<Format>().unwrap(), format);
    }
    for (name, said) in [
        ("serialize", "serialize_handler is one of php, php_serialize and php_binary"),
        ("igbinary", "igbinary is not supported: set session.serialize_handler of PHP to php"),
        ("msgpack", "msgpack is not supported: set session.serialize_handler of PHP to php"),
    ] {
        let error = name.parse::<Format>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn sessions_of_igbinary_and_msgpack_are_named() {
    // The extensions wrote these: `["user" => ["id" => 1], "n" => 5]`, and an empty session.
    let sessions: [(&str, &[u8]); 5] = [
        ("igbinary", b"\0\0\0\x02\x14\x02\x11\x04user\x14\x01\x11\x02id\x06\x01\x11\x01n\x06\x05"),
        ("igbinary", b"\0\0\0\x02\x14\0"),
        ("msgpack", b"\x83\xc0\x01\xa4user\x81\xa2id\x01\xa1n\x05"),
        ("msgpack", b"\xde\0\x15\xc0\x01\xa2k0\0\xa2k1\x01"),
        ("msgpack", b"\x90"),
    ];
    for format in Format::ALL {
        for (name, bytes) in sessions {
            let refusal = refusal(format, bytes);
            let said = format!("; it looks like {name}, and {name} is not supported: set");
            assert!(refusal.starts_with("expected ") && refusal.contains(&said), "{refusal}");
        }
        assert!(!refusal(format, b"\x85garbage").contains("looks like"));
        assert!(!refusal(format, b"garbage").contains("looks like"));
    }
}

#[test]
fn a_session_is_equal_to_one_with_the_same_variables_in_the_same_order() {
    assert!(decoded(Format::Php, b"n|i:+1;s|s:1:\"x\";") == two());
    assert!(decoded(Format::Php, b"s|s:1:\"x\";n|i:1;") != two());
    let array: Array = two().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    assert!(SessionData::from(array) == forgotten(&two()));
    assert_eq!(two().iter().next().map(|(name, _)| name.clone()), Some(Key::from("n")));
}
