//! The codecs hold on every file that the fuzzer left.
//!
//! The package leaves this test out, with its corpus of more than a thousand files.

#[path = "checks/mod.rs"]
mod checks;

use checks::{decoding, round_trip};
use session_php::Format;
use std::fs;
use std::path::Path;

/// Runs a check on every file that the fuzzer left, and says how many there were.
fn replay(name: &str, check: impl Fn(&[u8])) -> usize {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let mut count = 0;
    for entry in fs::read_dir(directory).expect("the corpus is in the repository") {
        let path = entry.expect("the corpus can be listed").path();
        check(&fs::read(path).expect("the corpus can be read"));
        count += 1;
    }
    count
}

#[test]
fn the_corpus_of_php_holds() {
    assert!(replay("php", |bytes| decoding(Format::Php, bytes)) > 100);
}

#[test]
fn the_corpus_of_php_serialize_holds() {
    assert!(replay("php_serialize", |bytes| decoding(Format::PhpSerialize, bytes)) > 100);
}

#[test]
fn the_corpus_of_php_binary_holds() {
    assert!(replay("php_binary", |bytes| decoding(Format::PhpBinary, bytes)) > 100);
}

#[test]
fn the_corpus_of_round_trips_holds() {
    assert!(replay("round_trip", round_trip) > 100);
}
