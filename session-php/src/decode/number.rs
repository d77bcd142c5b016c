//! Numbers as PHP spells them.

use super::Fault;
use super::cursor::Cursor;
use std::str::FromStr;

/// A length or count: digits alone.
pub(super) fn unsigned(cursor: &mut Cursor<'_>) -> Result<usize, Fault> {
    let start = *cursor;
    let digits = cursor.run(|byte| byte.is_ascii_digit());
    parse(digits).map_or_else(|| start.expected("a length or count"), Ok)
}

/// An integer of 64 bits.
pub(super) fn integer(cursor: &mut Cursor<'_>) -> Result<i64, Fault> {
    let start = *cursor;
    let spelling = cursor.run(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
    parse(spelling).map_or_else(|| start.expected("an integer of 64 bits"), Ok)
}

/// A float: a decimal, with or without an exponent, or one of PHP's three names.
pub(super) fn float(cursor: &mut Cursor<'_>) -> Result<f64, Fault> {
    let start = *cursor;
    match cursor.run(|byte| byte != b';') {
        b"NAN" => Ok(f64::NAN),
        b"INF" => Ok(f64::INFINITY),
        b"-INF" => Ok(f64::NEG_INFINITY),
        // Rust reads all that PHP reads, and names of its own besides, which need other letters.
        decimal if decimal.iter().all(|byte| b"0123456789+-.eE".contains(byte)) => {
            parse(decimal).map_or_else(|| start.expected("a float"), Ok)
        }
        _ => start.expected("a float"),
    }
}

fn parse<T: FromStr>(spelling: &[u8]) -> Option<T> {
    str::from_utf8(spelling).ok()?.parse().ok()
}
