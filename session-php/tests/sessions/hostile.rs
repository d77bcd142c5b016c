//! The codecs never panic on any bytes, and write back every session they read.

use crate::checks::{decoding, round_trip};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use session_php::Format;

/// Sessions with every kind of value.
const SESSIONS: [(Format, &[u8]); 5] = [
    (
        Format::Php,
        b"a|i:1;b|b:1;c|d:1.0E+25;d|s:3:\"\xff\0;\";e|a:2:{i:0;N;s:1:\"k\";S:1:\"\\61\";}f|R:5;",
    ),
    (
        Format::Php,
        b"o|O:1:\"P\":2:{s:4:\"\0*\0y\";a:0:{}s:4:\"\0P\0z\";E:3:\"E:A\";}r|r:1;!u|c|C:1:\"S\":2:{xx}",
    ),
    (
        Format::PhpSerialize,
        b"a:3:{s:1:\"a\";O:1:\"P\":1:{s:1:\"x\";r:2;}i:7;R:1;s:1:\"d\";a:1:{i:0;d:-INF;}}",
    ),
    (Format::PhpBinary, b"\x01ai:1;\x02bbd:0.1;\x81c\x01da:1:{i:0;R:1;}\x01es:1:\"x\";"),
    (Format::PhpBinary, b"\x01oO:1:\"P\":1:{s:1:\"k\";i:5;}\x01pr:1;\x00N;\x01qE:3:\"E:B\";"),
];

/// A change that a fuzzer would make.
#[derive(Clone, Debug)]
enum Mutation {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let piece = select(&["N;", "i:1;", "R:1;", "r:2;", "a:1:{", "}", "9", ":", "\"", "|", "!"][..]);
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (any::<Index>(), piece).prop_map(|(at, piece)| Mutation::Insert(at, piece.into())),
        (any::<Index>(), 1..9_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Mutation::Repeat(at, length)),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: Mutation) {
    let end = |at: usize, length: usize| bytes.len().min(at + length);
    match mutation {
        _ if bytes.is_empty() => {}
        Mutation::Set(at, byte) => *at.get_mut(bytes) = byte,
        Mutation::Insert(at, piece) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, piece);
        }
        Mutation::Remove(at, length) => {
            let at = at.index(bytes.len());
            bytes.drain(at..end(at, length));
        }
        Mutation::Repeat(at, length) => {
            let at = at.index(bytes.len());
            let piece = bytes[at..end(at, length)].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..Default::default() })]

    #[test]
    fn any_bytes_are_read_or_rejected(bytes in vec(any::<u8>(), 0..200), format in 0..3_usize) {
        decoding(Format::ALL[format], &bytes);
    }

    #[test]
    fn mutations_of_sessions_are_read_or_rejected(
        session in select(&SESSIONS[..]),
        mutations in vec(mutation(), 1..6),
    ) {
        let (format, bytes) = session;
        let mut bytes = bytes.to_vec();
        for mutation in mutations {
            mutate(&mut bytes, mutation);
        }
        decoding(format, &bytes);
    }

    #[test]
    fn any_sample_comes_back(bytes in vec(any::<u8>(), 0..300)) {
        round_trip(&bytes);
    }
}

#[test]
fn the_sessions_that_are_mutated_are_sessions() {
    for (format, bytes) in SESSIONS {
        crate::support::decoded(format, bytes);
        decoding(format, bytes);
    }
}

#[test]
fn every_beginning_of_a_session_is_read_or_rejected() {
    for (format, bytes) in SESSIONS {
        (0..bytes.len()).for_each(|length| decoding(format, &bytes[..length]));
    }
}
