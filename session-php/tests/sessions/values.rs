//! Tests of each kind of value, in PHP's spelling and in others.

use crate::support::{refusal, spelled, value};
use session_php::{Array, Custom, EnumCase, Format, Key, Object, SessionData, Value, Visibility};

/// Pairs of PHP 8.2's output and the value.
fn cases() -> Vec<(&'static [u8], Value)> {
    let mixed = Array::from_iter([
        (Key::from(0), Value::from("a")),
        (Key::from("k"), Value::Null),
        (Key::from(-1), Value::list([])),
    ]);
    let mut object = Object::new("App\\P");
    object.insert(Visibility::Public, "x", 1);
    object.insert(Visibility::Protected, "y", true);
    object.insert(Visibility::Private(b"App\\P"), "z", Value::Null);
    let mut own = Object::new("N");
    own.properties.insert("k", 1);
    own.properties.insert(5, "x");
    vec![
        (b"N;", Value::Null),
        (b"b:0;", Value::Bool(false)),
        (b"b:1;", Value::Bool(true)),
        (b"i:0;", Value::Int(0)),
        (b"i:-9223372036854775808;", Value::Int(i64::MIN)),
        (b"i:9223372036854775807;", Value::Int(i64::MAX)),
        (b"d:0.1;", Value::Float(0.1)),
        (b"d:-0;", Value::Float(-0.0)),
        (b"d:1.0E+25;", Value::Float(1e25)),
        (b"d:INF;", Value::Float(f64::INFINITY)),
        (b"d:-INF;", Value::Float(f64::NEG_INFINITY)),
        (b"d:NAN;", Value::Float(f64::NAN)),
        (b"s:0:\"\";", Value::from("")),
        (b"s:3:\"\xff\0;\";", Value::from(&b"\xff\0;"[..])),
        (b"s:4:\"\";N;\";", Value::from("\";N;")),
        (b"a:0:{}", Value::list([])),
        (b"a:3:{i:0;s:1:\"a\";s:1:\"k\";N;i:-1;a:0:{}}", Value::from(mixed)),
        (
            b"O:5:\"App\\P\":3:{s:1:\"x\";i:1;s:4:\"\0*\0y\";b:1;s:8:\"\0App\\P\0z\";N;}",
            Value::from(object),
        ),
        (b"O:1:\"N\":2:{s:1:\"k\";i:1;i:5;s:1:\"x\";}", Value::from(own)),
        (
            b"C:1:\"S\":5:{a;}b\0}",
            Value::from(Custom { class: b"S".to_vec(), data: b"a;}b\0".to_vec() }),
        ),
        (
            b"E:10:\"App\\E:Case\";",
            Value::from(EnumCase { class: b"App\\E".to_vec(), case: b"Case".to_vec() }),
        ),
    ]
}

#[test]
fn values_are_read() {
    for (bytes, expected) in cases() {
        assert!(value(bytes) == expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn values_are_spelled_as_php_spells_them() {
    for (bytes, value) in cases() {
        let expected = bytes.escape_ascii().to_string().replace("\\\"", "\"");
        assert_eq!(spelled(value), expected);
    }
}

#[test]
fn other_spellings_are_read_as_php_reads_them() {
    for (bytes, expected) in [
        ("i:007;", Value::Int(7)),
        ("i:+7;", Value::Int(7)),
        ("d:.5;", Value::Float(0.5)),
        ("d:5.;", Value::Float(5.0)),
        ("d:1e3;", Value::Float(1000.0)),
        ("d:+1.5E-3;", Value::Float(0.0015)),
        ("d:0.10000000000000001;", Value::Float(0.1)),
        ("s:03:\"abc\";", Value::from("abc")),
        ("S:3:\"a\\00\\fF\";", Value::from(&b"a\0\xff"[..])),
        ("a:1:{S:1:\"\\61\";i:1;}", Array::from_iter([("a", 1)]).into()),
        ("a:1:{s:1:\"5\";i:1;}", Array::from_iter([(5, 1)]).into()),
    ] {
        assert!(value(bytes) == expected, "{bytes}");
    }
}

#[test]
fn what_is_no_value_is_rejected_with_its_place() {
    for (bytes, expected) in [
        ("", "expected a value at byte 2"),
        ("x", "expected the end of a value's type at byte 3"),
        ("x:1;", "expected a value at byte 2"),
        ("n;", "expected the end of a value's type at byte 3"),
        ("b:2;", "expected 0 or 1 and a semicolon at byte 4"),
        ("i:;", "expected an integer of 64 bits at byte 4"),
        ("i:1-;", "expected an integer of 64 bits at byte 4"),
        ("i:9223372036854775808;", "expected an integer of 64 bits at byte 4"),
        ("i:1", "expected a semicolon at byte 5"),
        ("d:inf;", "expected a float at byte 4"),
        ("d:nan;", "expected a float at byte 4"),
        ("d:+INF;", "expected a float at byte 4"),
        ("d:1e;", "expected a float at byte 4"),
        ("d:;", "expected a float at byte 4"),
        ("s:-1:\"\";", "expected a length or count at byte 4"),
        ("s:1:\"ab\";", "expected a quote where the announced length ends at byte 8"),
        ("s:9:\"ab\";", "expected as many bytes as announced at byte 7"),
        ("S:1:\"\\g0\";", "expected two hexadecimal digits at byte 8"),
        ("a:2:{i:0;N;}", "expected a key at byte 13"),
        ("a:1:{d:1;N;}", "expected a key at byte 7"),
        ("a:2:{i:0;N;i:0;N;}", "expected a key that was not there before at byte 13"),
        ("a:1:{i:0;N;N;", "expected a brace after the announced entries at byte 13"),
        ("E:1:\"E\";", "expected an enum, a colon and its case at byte 4"),
        ("C:1:\"S\":9:{}", "expected as many bytes as announced at byte 13"),
        ("R:1;", "expected a reference to a value before it at byte 2"),
        ("r:1;", "expected a reference to a value before it at byte 2"),
        ("a:1:{i:0;r:1;}", "expected a reference to an object at byte 11"),
    ] {
        assert_eq!(refusal(Format::Php, format!("v|{bytes}").as_bytes()), expected, "{bytes}");
    }
}

#[test]
fn a_property_of_any_visibility_is_found_by_its_name() {
    let bytes =
        b"O:1:\"D\":4:{s:1:\"x\";i:1;s:4:\"\0*\0y\";i:2;s:4:\"\0P\0z\";i:3;s:4:\"\0D\0z\";i:4;}";
    let value = value(bytes);
    let object = value.as_object().unwrap();
    let get = |name| object.get(name).and_then(Value::as_int);
    assert_eq!((get("x"), get("y"), get("z"), get("w")), (Some(1), Some(2), Some(4), None));
    assert_eq!(object.get_private("P", "z").and_then(Value::as_int), Some(3));
}

#[test]
fn an_array_keeps_its_order_and_appends_after_the_greatest_number() {
    let mut array = Array::from_iter([(Key::from("b"), 1), (Key::from(7), 2), (Key::from("a"), 3)]);
    array.insert("b", 4);
    array.push(5);
    let keys: Vec<_> = array.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(keys, [Key::from("b"), Key::from(7), Key::from("a"), Key::from(8)]);
    assert_eq!(array.remove("b").and_then(|value| value.as_int()), Some(4));
    assert_eq!(SessionData::from(array).len(), 3);
}

#[test]
fn an_array_appends_as_php_does() {
    let appended = |mut array: Array| {
        array.push(true);
        array.iter().last().map(|(key, _)| key.clone())
    };
    let of = |numbers: &[i64]| -> Array { numbers.iter().map(|number| (*number, 1)).collect() };
    assert_eq!(appended(of(&[])), Some(Key::Int(0)));
    assert_eq!(appended(of(&[-5])), Some(Key::Int(0)));
    assert_eq!(appended(of(&[9, 3])), Some(Key::Int(10)));
    // `unset` does not free a number, but reading the session does.
    let mut array = of(&[0, 1, 2]);
    array.remove(2);
    assert_eq!(appended(array.clone()), Some(Key::Int(3)));
    let read = value(spelled(array));
    assert_eq!(appended(read.as_array().unwrap().clone()), Some(Key::Int(2)));
    // The largest number is in use, so no number is left.
    let mut full = of(&[i64::MAX - 1]);
    full.push(1);
    full.push(2);
    assert!(full.iter().map(|(key, _)| key).eq(&[Key::Int(i64::MAX - 1), Key::Int(i64::MAX)]));
}

#[test]
fn an_array_is_a_list_as_long_as_its_keys_are_counted_from_0() {
    let mut array = Array::list([Value::Null, Value::Null]);
    array.insert(1, 5);
    array.push(6);
    assert!(array.is_list());
    array.insert("k", 7);
    assert!(!array.is_list());
    array.remove("k");
    assert!(array.is_list());
    array.remove(1);
    assert!(!array.is_list());
    array.retain(|key, _| *key == Key::Int(0));
    assert!(array.is_list());
    assert!(Array::new().is_list() && Array::default().is_list());
    assert!(!Array::from_iter([(1, 1), (0, 0)]).is_list());
    assert!(!Array::from_iter([(-1, 1)]).is_list());
}

#[test]
fn a_string_that_is_a_number_is_the_number_as_a_key() {
    for (text, number) in [("0", 0), ("7", 7), ("-7", -7), ("9223372036854775807", i64::MAX)] {
        assert_eq!(Key::from(text), Key::Int(number));
    }
    for text in ["", "-", "-0", "07", "+7", "7 ", "7.0", "9223372036854775808", "x"] {
        assert_eq!(Key::from(text), Key::Bytes(text.into()));
    }
}
