use crate::checks::{decoding, round_trip};
use crate::packed::{pack, unpack};
use session_php::Format;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The targets of the fuzzer, each with a packed corpus of its name.
const TARGETS: [&str; 4] = ["php", "php_binary", "php_serialize", "round_trip"];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn packed(target: &str) -> String {
    let path = directory().join(format!("{target}.txt"));
    fs::read_to_string(path).expect("the corpus is in the repository")
}

/// Runs a check on every input of the corpus, which must have more than a hundred.
fn replay(target: &str, check: impl Fn(&[u8])) {
    let inputs = unpack(&packed(target)).unwrap_or_else(|error| panic!("{target}: {error}"));
    for input in &inputs {
        check(input);
    }
    assert!(inputs.len() > 100, "{} inputs", inputs.len());
}

#[test]
fn the_corpus_of_php_holds() {
    replay("php", |bytes| decoding(Format::Php, bytes));
}

#[test]
fn the_corpus_of_php_serialize_holds() {
    replay("php_serialize", |bytes| decoding(Format::PhpSerialize, bytes));
}

#[test]
fn the_corpus_of_php_binary_holds() {
    replay("php_binary", |bytes| decoding(Format::PhpBinary, bytes));
}

#[test]
fn the_corpus_of_round_trips_holds() {
    replay("round_trip", round_trip);
}

#[test]
fn every_target_has_one_packed_corpus() {
    let files = fs::read_dir(directory()).expect("the corpora are in the repository");
    let names = files.map(|file| file.expect("the corpora can be listed").file_name());
    let names: BTreeSet<_> = names.map(|name| name.into_string().unwrap()).collect();
    let expected: BTreeSet<_> = TARGETS.iter().map(|target| format!("{target}.txt")).collect();
    assert_eq!(names, expected);
}

#[test]
fn inputs_of_any_bytes_are_packed_and_unpacked() {
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let inputs = BTreeSet::from([vec![], b" ".to_vec(), b"b\"\\x41\"\n".to_vec(), every_byte]);
    let text = pack(&inputs);
    assert!(text.is_ascii(), "{text}");
    assert_eq!(text.lines().count(), 1 + inputs.len(), "{text}");
    assert_eq!(unpack(&text), Ok(inputs));
}

#[test]
fn a_repacked_corpus_is_the_same() {
    for target in TARGETS {
        let inputs = unpack(&packed(target)).unwrap();
        assert!(pack(&inputs).lines().eq(packed(target).lines()), "{target}");
    }
}

#[test]
fn a_damaged_corpus_is_refused() {
    let text = pack(&BTreeSet::from([b"a|i:1;".to_vec(), b"b|i:2;".to_vec()]));
    assert!(unpack(&text).is_ok());
    let without_a_line: Vec<_> = text.lines().take(2).collect();
    let damaged = [
        String::new(),
        pack(&BTreeSet::new()),
        without_a_line.join("\n"),
        text.replace("i:1", "i:3"),
        text.replace("b|i:2", "a|i:1"),
        text.replace("1;\"", "1;"),
        text.replace("1;", "1\\;"),
        text.replace("2 inputs", "3 inputs"),
        text.replace("version 1", "version 2"),
        text.lines().skip(1).collect(),
    ];
    for text in damaged {
        assert!(unpack(&text).is_err(), "{text}");
    }
}
