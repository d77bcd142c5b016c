//! A corpus of the fuzzer in one text file.
//!
//! The first line describes it. Each further line is an input, as a Rust byte string.
//!
//! ```text
//! fuzz corpus, version 1: 2 inputs, checksum 6f0a1e9b5b9e3f27
//! b"a|i:1;"
//! b"a|s:1:\"\xff\";"
//! ```
//!
//! The inputs are sorted, so a new or removed input changes one line, and the first line.

use std::collections::BTreeSet;

const BEGINNING: &str = "fuzz corpus, version 1: ";

/// Writes inputs as one text.
pub(crate) fn pack(inputs: &BTreeSet<Vec<u8>>) -> String {
    let lines: String = inputs.iter().map(|input| line(input)).collect();
    description(inputs) + "\n" + &lines
}

/// Reads the inputs of a text, or returns the reason why it is damaged.
pub(crate) fn unpack(text: &str) -> Result<BTreeSet<Vec<u8>>, String> {
    let mut lines = text.lines();
    let described = lines.next().unwrap_or_default();
    let inputs: BTreeSet<_> = lines.map(input).collect::<Result<_, _>>()?;
    let found = description(&inputs);
    if inputs.is_empty() {
        return Err("there are no inputs".to_owned());
    }
    if described != found {
        return Err(format!(
            "the first line is {described:?}, and the inputs are those of {found:?}"
        ));
    }
    Ok(inputs)
}

fn description(inputs: &BTreeSet<Vec<u8>>) -> String {
    format!("{BEGINNING}{} inputs, checksum {:016x}", inputs.len(), checksum(inputs))
}

fn line(input: &[u8]) -> String {
    format!("b\"{}\"\n", input.escape_ascii())
}

fn input(line: &str) -> Result<Vec<u8>, String> {
    let refused = || format!("not an input: {line}");
    let inner = line.strip_prefix("b\"").and_then(|rest| rest.strip_suffix('"'));
    let mut rest = inner.ok_or_else(refused)?.bytes();
    let mut bytes = Vec::new();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'\\' { escaped(&mut rest).ok_or_else(refused)? } else { byte });
    }
    Ok(bytes)
}

/// The byte of an escape, from the text after the backslash.
fn escaped(rest: &mut impl Iterator<Item = u8>) -> Option<u8> {
    match rest.next()? {
        b't' => Some(b'\t'),
        b'r' => Some(b'\r'),
        b'n' => Some(b'\n'),
        itself @ (b'\'' | b'"' | b'\\') => Some(itself),
        b'x' => Some(digit(rest.next()?)? * 16 + digit(rest.next()?)?),
        _ => None,
    }
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// FNV-1a over the lines, which finds damage but no attack.
fn checksum(inputs: &BTreeSet<Vec<u8>>) -> u64 {
    let bytes = inputs.iter().flat_map(|input| line(input).into_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
