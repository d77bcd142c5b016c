//! A real PHP reads the sessions of the codecs, and the codecs read those of PHP.
//!
//! `cargo test -p session-php --test sessions -- --ignored` runs these. They need the command `php`
//! of version 8.1 or later. The variable `PHP` may name another command.

use crate::properties::name;
use crate::references::REMOVED;
use crate::support::{codec, forgotten};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};
use session_core::codec::{Base64, Codec, RawBytes};
use session_core::store::Payload;
use session_php::{Array, Format, Key, Object, Partial, SessionData, Value};
use std::collections::BTreeMap;
use std::env;
use std::io::Write;
use std::process::{Command, Stdio};
use std::slice;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/php/session.php");

/// Runs the script, and returns the lines that it prints.
fn php(format: Format, settings: &[&str], command: &str, input: &str) -> Vec<String> {
    let handler = format!("session.serialize_handler={format}");
    let settings = settings.iter().copied().chain([handler.as_str()]);
    let mut php = Command::new(env::var("PHP").unwrap_or_else(|_| "php".into()))
        .args(settings.flat_map(|setting| ["-d", setting]))
        .args([SCRIPT, command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("php is installed");
    let mut stdin = php.stdin.take().expect("it is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = php.wait_with_output().expect("php ends");
    writer.join().expect("the writer does not panic").expect("php reads all of it");
    assert!(output.status.success(), "{}", output.status);
    let lines = String::from_utf8(output.stdout).expect("it prints base64");
    lines.lines().map(str::to_owned).collect()
}

fn to_base64(payload: &Payload) -> String {
    let text = Base64::new(RawBytes::new()).encode(&payload.as_bytes().to_vec());
    String::from_utf8(text.expect("any bytes have it").as_bytes().to_vec()).expect("it is ASCII")
}

fn from_base64(text: &str) -> Payload {
    let bytes: Vec<u8> =
        Base64::new(RawBytes::new()).decode(&Payload::text(text)).expect("PHP wrote base64");
    Payload::binary(bytes)
}

/// PHP's output for each of these sessions, or `None` if PHP rejects the session.
fn echoed(format: Format, sessions: &[Payload]) -> Vec<Option<Payload>> {
    let input: String = sessions.iter().map(|payload| to_base64(payload) + "\n").collect();
    let lines = php(format, &[], "echo", &input);
    assert_eq!(lines.len(), sessions.len());
    lines.iter().map(|line| (line != "refused").then(|| from_base64(line))).collect()
}

/// Like [`echoed`], for one ASCII session in the format `php`.
fn echoed_one(payload: &Payload) -> String {
    let echoed = echoed(Format::Php, slice::from_ref(payload)).remove(0).expect("PHP reads it");
    String::from_utf8(echoed.as_bytes().to_vec()).expect("it is ASCII")
}

/// The sessions that PHP makes, by their names.
fn made(format: Format) -> Vec<(String, Payload)> {
    made_with(format, &[])
}

fn made_with(format: Format, settings: &[&str]) -> Vec<(String, Payload)> {
    let lines = php(format, settings, "make", "");
    assert_eq!(lines.len(), 15);
    let parse = |line: &String| {
        let (name, session) = line.split_once(' ').expect("a line has two words");
        (name.to_owned(), from_base64(session))
    };
    lines.iter().map(parse).collect()
}

fn case(format: Format, name: &str) -> SessionData {
    let (_, payload) =
        made(format).into_iter().find(|(made, _)| made == name).expect("PHP made it");
    codec(format).decode(&payload).expect("PHP's sessions are read")
}

#[test]
#[ignore = "needs php"]
fn what_php_wrote_is_read_and_written_back() {
    for format in Format::ALL {
        for (name, payload) in made(format) {
            let session: SessionData = codec(format).decode(&payload).expect(&name);
            assert!(codec(format).encode(&session).unwrap() == payload, "{name}, {format}");
            let spelled = codec(format).encode(&forgotten(&session)).unwrap();
            // Without variables, PHP and the codecs write nothing, but in one format an empty
            // array.
            assert!(spelled == payload, "{name}, {format}");
        }
    }
}

#[test]
#[ignore = "needs php"]
fn what_php_wrote_is_what_it_had() {
    for format in Format::ALL {
        let floats = case(format, "floats");
        let floats = floats.get("v").and_then(Value::as_array).unwrap();
        let float = |at: i64| floats.get(at).and_then(Value::as_float).unwrap();
        assert_eq!((float(0).to_bits(), float(1).to_bits()), (0.1_f64.to_bits(), 1 << 63));
        assert_eq!((float(14), float(15)), (f64::INFINITY, f64::NEG_INFINITY));
        assert!(float(16).is_nan());

        let bytes = case(format, "bytes");
        assert_eq!(bytes.get("v").and_then(Value::as_bytes), Some(&b"\xff\xfe\0;\"}"[..]));
        assert_eq!(bytes.get(&b"k\xff"[..]).and_then(Value::as_int), Some(1));

        let objects = case(format, "objects");
        let object = |name| objects.get(name).and_then(Value::as_object).unwrap();
        assert_eq!(object("d").get("z").and_then(Value::as_int), Some(3));
        assert!(object("d").get_private("P", "z").is_some_and(Value::is_null));
        assert_eq!(object("own").properties.get(5).and_then(Value::as_str), Some("x"));

        let enums = case(format, "enums");
        let Some(Value::Enum(suit)) = enums.get("v").map(Value::resolve) else { panic!("no enum") };
        assert_eq!((&suit.class[..], &suit.case[..]), (&b"Suit"[..], &b"Hearts"[..]));

        let wide = case(format, "wide");
        assert_eq!(wide.get("v").and_then(Value::as_array).map(Array::len), Some(10_000));
    }
}

#[test]
#[ignore = "needs php"]
fn floats_of_the_older_precision_are_the_same_and_keep_their_spelling() {
    for format in Format::ALL {
        let mut longer = 0;
        for (name, payload) in made_with(format, &["serialize_precision=17"]) {
            let mut session: SessionData = codec(format).decode(&payload).expect(&name);
            assert!(session == case(format, &name), "{name}, {format}");
            assert!(codec(format).encode(&session).unwrap() == payload, "{name}, {format}");
            let is_longer = codec(format).encode(&forgotten(&session)).unwrap() != payload;
            longer += usize::from(is_longer);
            if is_longer {
                session.insert("z", 1);
                let changed = codec(format).encode(&session).unwrap();
                let spelling = b"d:0.10000000000000001;";
                assert!(changed.as_bytes().windows(spelling.len()).any(|it| it == spelling));
            }
        }
        assert_eq!(longer, 1, "17 digits are in the floats, and nowhere else");
    }
}

#[test]
#[ignore = "needs php"]
fn an_object_is_known_by_the_number_of_each_of_its_places() {
    let read = [
        ("o|O:8:\"stdClass\":0:{}a|r:1;b|r:2;", "o|O:8:\"stdClass\":0:{}a|r:1;b|r:1;"),
        (
            "a|a:1:{i:0;O:8:\"stdClass\":0:{}}b|r:2;c|r:3;",
            "a|a:1:{i:0;O:8:\"stdClass\":0:{}}b|r:2;c|r:2;",
        ),
    ];
    let payloads = read.map(|(bytes, _)| Payload::text(bytes));
    for ((bytes, spelled), echoed) in read.iter().zip(echoed(Format::Php, &payloads)) {
        assert_eq!(echoed.unwrap().as_bytes(), spelled.as_bytes());
        let mut session: SessionData = codec(Format::Php).decode(&Payload::text(*bytes)).unwrap();
        session.insert("n", 1);
        let changed = codec(Format::Php).encode(&session).unwrap();
        let php = echoed_one(&changed);
        assert_eq!(php, format!("{spelled}n|i:1;"));
    }
}

#[test]
#[ignore = "needs php"]
fn php_of_today_rejects_variables_without_a_value() {
    for (format, bytes) in [
        (Format::Php, &b"!x|y|i:1;"[..]),
        (Format::Php, b"y|i:1;!x|"),
        (Format::PhpBinary, b"\x81x\x01yi:1;"),
        (Format::PhpBinary, b"\x01yi:1;\x81x"),
    ] {
        assert_eq!(echoed(format, &[Payload::binary(bytes)]), [None]);
        let read: SessionData = codec(format).decode(&Payload::binary(bytes)).unwrap();
        assert_eq!(read.get("y").and_then(Value::as_int), Some(1));
    }
}

#[test]
#[ignore = "needs php"]
fn php_reads_a_session_after_a_change_here() {
    for format in Format::ALL {
        let mut references = case(format, "references");
        references.remove("before");
        let mut enums = case(format, "enums");
        enums.insert("z", "new");
        let mut objects = case(format, "objects");
        let object = objects.get_mut("p").and_then(Value::as_object_mut).unwrap();
        *object.get_mut("y").unwrap() = Value::from("changed");
        let mut old = case(format, "serializable");
        old.insert("after", 2);
        let changed = [references, enums, objects, old];
        let payloads = changed.map(|session| codec(format).encode(&session).unwrap());
        for (payload, echoed) in payloads.iter().zip(echoed(format, &payloads)) {
            let shown = payload.as_bytes().escape_ascii();
            assert!(echoed.as_ref() == Some(payload), "{format}: {shown}");
        }
    }
}

#[derive(Deserialize, Serialize)]
struct Everyday {
    cart: Vec<String>,
    filtered: Vec<u8>,
    unique: Vec<String>,
    visits: i64,
    rate: f64,
    count: u8,
    flag: i64,
    limit: i64,
    user: Option<BTreeMap<String, String>>,
}

#[test]
#[ignore = "needs php"]
fn what_php_does_every_day_is_read_and_written_back() {
    for format in Format::ALL {
        let (_, payload) = made(format).into_iter().find(|(name, _)| name == "everyday").unwrap();
        let mut session: Partial<Everyday> = codec(format).decode(&payload).unwrap();
        assert_eq!(
            (&session.cart[..], &session.filtered[..]),
            (&["B".into(), "C".into()][..], &[1, 2][..])
        );
        assert_eq!((session.visits, session.rate, session.count, session.flag), (5, 5.0, 5, 1));
        assert_eq!((session.limit, &session.user), (0, &None));
        assert!(codec(format).encode(&session).unwrap() == payload, "{format}");
        session.cart.push("D".into());
        session.unique.remove(0);
        let changed = codec(format).encode(&session).unwrap();
        assert!(echoed(format, slice::from_ref(&changed)) == [Some(changed.clone())], "{format}");
        let changed: SessionData = codec(format).decode(&changed).unwrap();
        let keys = |name| changed.get(name).and_then(Value::as_array).unwrap().iter();
        assert!(keys("cart").map(|(key, _)| key).eq(&[1, 2, 3].map(Key::Int)));
        assert!(keys("unique").map(|(key, _)| key).eq(&[Key::Int(2)]));
    }
}

#[test]
#[ignore = "needs php"]
fn references_that_only_php_can_count_lead_where_they_led_after_a_change_here() {
    let user = "O:8:\"stdClass\":1:{s:1:\"n\";i:1;}";
    let boxed = |held: &str| format!("C:3:\"Box\":{}:{{{held}}}", held.len());
    let holder = boxed(&format!("a:1:{{s:1:\"u\";{user}}}"));
    let leads_to = |slot: u32| boxed(&format!("a:1:{{s:1:\"u\";r:{slot};}}"));
    for stored in [
        format!("first|i:1;auth|{holder}admin|{}last|i:5;", leads_to(4)),
        format!("first|i:1;user|{user}box|{}last|i:5;", leads_to(2)),
        format!("first|i:1;box|{holder}a|{user}b|r:6;last|i:5;"),
        format!("first|i:1;box|{}n|i:2;last|i:5;", boxed("s:10:\"user:1 now\";")),
    ] {
        let mut session: SessionData =
            codec(Format::Php).decode(&Payload::text(stored.clone())).unwrap();
        assert_eq!(echoed_one(&Payload::text(stored.clone())), stored);
        session.insert("first", "one");
        session.insert("last", Array::new());
        session.insert("more", 1);
        let expected = stored.replace("first|i:1;", "first|s:3:\"one\";");
        let expected = expected.replace("last|i:5;", "last|a:0:{}more|i:1;");
        let written = codec(Format::Php).encode(&session).unwrap();
        assert_eq!(written.as_bytes(), expected.as_bytes());
        assert_eq!(echoed_one(&written), expected);
    }
}

#[test]
#[ignore = "needs php"]
fn php_removes_variables_to_which_others_refer_alike() {
    let line = |(bytes, names, _): &(&str, &[&str], &str)| {
        format!("{} {}\n", to_base64(&Payload::text(*bytes)), names.join(" "))
    };
    let input: String = REMOVED.iter().map(line).collect();
    let lines = php(Format::Php, &[], "unset", &input);
    assert_eq!(lines.len(), REMOVED.len());
    for ((bytes, _, expected), line) in REMOVED.iter().zip(lines) {
        let written = from_base64(&line);
        assert_eq!(
            written.as_bytes().escape_ascii().to_string().replace("\\\"", "\""),
            *expected,
            "{bytes}"
        );
    }
}

#[test]
#[ignore = "needs php"]
fn php_reads_generated_sessions_and_spells_them_alike() {
    let mut runner = TestRunner::deterministic();
    for format in Format::ALL {
        let session = vec((name(format), value()), 0..6);
        let mut payloads = Vec::new();
        for _ in 0..400 {
            let variables = session.new_tree(&mut runner).unwrap().current();
            let session = SessionData::from_iter(variables);
            payloads.push(codec(format).encode(&session).unwrap());
        }
        for (payload, echoed) in payloads.iter().zip(echoed(format, &payloads)) {
            let shown = payload.as_bytes().escape_ascii();
            assert!(echoed.as_ref() == Some(payload), "{format}: {shown}");
        }
    }
}

#[test]
#[ignore = "needs php"]
fn what_php_rejects_is_rejected_here() {
    let refused = [
        "a|i:1",
        "a|b:2;",
        "a|d:+INF;",
        "a|s:1:\"ab\";",
        "a|a:2:{i:0;N;}",
        "a|a:-1:{}",
        "a|R:1;",
        "a|a:0:{}b|r:1;",
        "a|S:1:\"\\g0\";",
        "a|a:1:{d:1;N;}",
        "a|n;",
        "a|E:1:\"x\";",
        "garbage",
    ];
    let payloads = refused.map(Payload::text);
    for (bytes, echoed) in refused.iter().zip(echoed(Format::Php, &payloads)) {
        assert!(echoed.is_none_or(|echoed| echoed.is_empty()), "PHP reads {bytes}");
        let read: Result<SessionData, _> = codec(Format::Php).decode(&Payload::text(*bytes));
        assert!(read.is_err(), "{bytes} is read");
    }
}

/// Values that PHP reads without their classes, and writes in the same way.
///
/// PHP writes the second of two equal enum cases as a reference, so PHP makes the sessions with
/// enums.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        any::<u64>().prop_map(|bits| Value::Float(f64::from_bits(bits))),
        (-20..20_i32, 1..999_i32).prop_map(|(exponent, digits)| {
            Value::Float(f64::from(digits) * 10_f64.powi(exponent))
        }),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
    ];
    let key = prop_oneof![any::<i64>().prop_map(Key::Int), "[a-z0-9-]{0,4}".prop_map(Key::from)];
    let property = "(\0\\*\0|\0Gone\\\\Away\0)?[a-z]{1,4}[0-9]?";
    let property = property.prop_map(|name| Key::Bytes(name.into_bytes()));
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let entries = vec((key.clone(), inner.clone()), 0..6).prop_map(Array::from_iter);
        let properties = vec((property.clone(), inner.clone()), 0..4).prop_map(Array::from_iter);
        let object = ("stdClass|Gone\\\\Away", properties)
            .prop_map(|(class, properties)| Object { class: class.into(), properties });
        prop_oneof![
            entries.prop_map(Value::Array),
            vec(inner, 0..6).prop_map(Value::list),
            object.prop_map(Value::Object),
        ]
    })
}
