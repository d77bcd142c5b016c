//! Operations take time in proportion to the size of a session.
//!
//! Each of these tests would take minutes if the time grew with the square of the size.

use crate::support::codec;
use serde::{Deserialize, Serialize};
use session_core::codec::Codec;
use session_core::store::Payload;
use session_php::{Array, Format, Partial, Value};
use std::collections::BTreeMap;

const MANY: usize = 100_000;

#[derive(Deserialize, Serialize)]
struct Known<V> {
    v: V,
}

/// An array of these entries.
fn array(entry: impl Fn(usize) -> String) -> String {
    let entries: Vec<String> = (0..MANY).map(entry).collect();
    format!("a:{MANY}:{{{}}}", entries.concat())
}

/// The variable `v`: an array with these keys and numbers as values.
fn stored(key: impl Fn(usize) -> String) -> Payload {
    Payload::text(format!("v|{}", array(|number| format!("{}i:{number};", key(number)))))
}

#[test]
fn a_map_is_cleared_in_one_pass() {
    let codec = codec(Format::Php);
    let stored = stored(|number| format!("s:6:\"k{number:05}\";"));
    let mut known: Partial<Known<BTreeMap<String, i64>>> = codec.decode(&stored).unwrap();
    known.v.clear();
    assert_eq!(codec.encode(&known).unwrap().as_bytes(), b"v|a:0:{}");
}

#[test]
fn a_list_is_turned_round_in_one_pass() {
    let codec = codec(Format::Php);
    let stored = stored(|number| format!("i:{number};"));
    let mut known: Partial<Known<Vec<usize>>> = codec.decode(&stored).unwrap();
    known.v.reverse();
    let payload = codec.encode(&known).unwrap();
    let turned: Known<Vec<usize>> = codec.decode(&payload).unwrap();
    assert_eq!(turned.v, (0..MANY).rev().collect::<Vec<_>>());
}

#[test]
fn values_are_appended_without_a_search() {
    let mut array = Array::new();
    (0..MANY).for_each(|_| array.push(Value::Null));
    assert!(array.is_list());
    assert_eq!(array.len(), MANY);
}

/// The first elements of a list.
#[derive(Deserialize, Serialize)]
struct First(usize, usize);

#[test]
fn many_references_to_a_long_list_do_not_walk_it_each() {
    #[derive(Deserialize, Serialize)]
    struct Firsts {
        w: Vec<First>,
    }
    let list = stored(|number| format!("i:{number};"));
    let list = str::from_utf8(list.as_bytes()).unwrap();
    let references = array(|number| format!("i:{number};R:1;"));
    let payload = Payload::text(format!("{list}w|{references}"));
    let firsts: Firsts = codec(Format::Php).decode(&payload).unwrap();
    assert!(firsts.w.len() == MANY && firsts.w.iter().all(|first| first.1 == 1));
}
