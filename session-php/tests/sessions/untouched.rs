//! Unchanged parts are written back byte for byte.

use crate::support::{decoded, encoded, session, written};
use session_php::{Format, Value};

/// A session that PHP would spell in another way.
const ODD: &str = "f|d:1e3;s|S:1:\"\\61\";i|i:+07;a|a:2:{i:+1;d:.5;s:1:\"2\";N;}";

#[test]
fn an_unchanged_session_keeps_its_bytes_though_its_values_were_lent() {
    let mut session = session(ODD);
    assert_eq!(session.iter_mut().len(), 4);
    assert_eq!(session.get_mut("f").and_then(|value| value.as_float()), Some(1000.0));
    assert_eq!(written(&session), ODD.replace('\\', "\\\\"));
}

#[test]
fn a_value_that_is_changed_and_changed_back_keeps_its_bytes() {
    let mut session = session(ODD);
    let was = session.insert("i", 8).unwrap();
    session.insert("i", was);
    assert_eq!(written(&session), ODD.replace('\\', "\\\\"));
}

#[test]
fn the_variables_beside_a_changed_one_keep_their_bytes() {
    let mut session = session(ODD);
    session.insert("i", 8);
    let expected = ODD.replace("i|i:+07;", "i|i:8;").replace('\\', "\\\\");
    assert_eq!(written(&session), expected);
}

#[test]
fn so_they_do_in_every_format() {
    let serialized = b"a:2:{S:1:\"\\66\";d:1e3;s:1:\"n\";i:1;}";
    let mut session = decoded(Format::PhpSerialize, serialized);
    session.insert("n", 2);
    let expected = "a:2:{S:1:\"\\\\66\";d:1e3;s:1:\"n\";i:2;}";
    assert_eq!(encoded(Format::PhpSerialize, &session), expected);

    let mut session = decoded(Format::PhpBinary, b"\x01fd:1e3;\x01ni:1;");
    session.remove("n");
    assert_eq!(encoded(Format::PhpBinary, &session), "\\x01fd:1e3;");
}

#[test]
fn a_changed_value_is_spelled_as_php_spells_it() {
    let mut session = session(ODD);
    session.get_mut("a").and_then(Value::as_array_mut).unwrap().push(7);
    let expected = "a|a:3:{i:1;d:0.5;i:2;N;i:3;i:7;}";
    assert!(written(&session).ends_with(expected), "{}", written(&session));
}

#[test]
fn a_variable_whose_references_were_counted_anew_is_spelled_anew() {
    let mut session = session("x|N;v|a:1:{i:0;d:1e3;}w|a:2:{i:0;d:1e3;i:1;R:2;}z|d:1e3;");
    session.remove("x");
    let expected = "v|a:1:{i:0;d:1e3;}w|a:2:{i:0;d:1000;i:1;R:1;}z|d:1e3;";
    assert_eq!(written(&session), expected);
}

#[test]
fn another_format_spells_all_anew() {
    let session = session("f|d:1e3;");
    assert_eq!(encoded(Format::PhpSerialize, &session), "a:1:{s:1:\"f\";d:1000;}");
}
