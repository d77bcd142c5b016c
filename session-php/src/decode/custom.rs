//! References in the data of objects that serialize themselves.

use super::parser::Parser;
use session_core::codec::Limits;
use std::collections::BTreeSet;

/// The numbers of the values to which references in such data lead.
///
/// Data that is made of serialized values is parsed, and a string in it is no reference, whatever
/// its text. Only the class knows how to read other data: there, everything counts that is spelled
/// like a reference and stands where a value may begin.
pub(crate) fn references(data: &[u8], limits: Limits, room: usize) -> BTreeSet<u64> {
    let parsed = room.checked_sub(1).and_then(|room| parsed(data, limits, room));
    parsed.unwrap_or_else(|| spelled(data))
}

/// The references in serialized values with the separators of PHP's own classes.
fn parsed(data: &[u8], limits: Limits, room: usize) -> Option<BTreeSet<u64>> {
    let mut parser = Parser::within(data, limits);
    while !parser.cursor.is_at_end() {
        match parser.cursor.rest() {
            [b'x' | b'm', b':', ..] => drop(parser.cursor.take(2, "a separator").ok()?),
            [b';' | b',' | b':' | b'|', ..] => drop(parser.cursor.take(1, "a separator").ok()?),
            _ => drop(parser.value(room).ok()?),
        }
    }
    Some(parser.targets.into_keys().collect())
}

/// Finds text that looks like a reference.
///
/// It is an `r:` or `R:` that ends no word, a number, and a semicolon.
fn spelled(data: &[u8]) -> BTreeSet<u64> {
    let starts = (0..data.len()).filter(|&at| at == 0 || !is_of_text(data[at - 1]));
    starts.filter_map(|at| number(&data[at..])).collect()
}

fn is_of_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_\"'".contains(&byte)
}

fn number(bytes: &[u8]) -> Option<u64> {
    let [b'r' | b'R', b':', digits @ ..] = bytes else { return None };
    let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    let is_ended = digits[length] == b';';
    str::from_utf8(&digits[..length]).ok()?.parse().ok().filter(|_| is_ended)
}

#[cfg(test)]
mod tests {
    use super::references;
    use session_core::codec::Limits;

    fn numbers(data: &[u8]) -> Vec<u64> {
        references(data, Limits::new(), 128).into_iter().collect()
    }

    #[test]
    fn references_are_found_in_serialized_values() {
        assert_eq!(numbers(b"a:1:{s:1:\"u\";r:4;}"), [4]);
        assert_eq!(numbers(b"r:1;R:2;"), [1, 2]);
        assert_eq!(numbers(b"x:i:1;O:1:\"P\":0:{},r:3;;m:a:0:{}"), [3]);
        assert_eq!(numbers(b"i:0;:r:2;:r:5;"), [2, 5]);
        assert_eq!(numbers(b"C:1:\"S\":4:{r:7;}"), [7]);
    }

    #[test]
    fn text_is_no_reference() {
        assert!(numbers(b"s:10:\"user:1 now\";").is_empty());
        assert!(numbers(b"a:1:{i:0;s:9:\"x r:10; y\";}").is_empty());
        assert!(numbers(b"S:5:\"\\72:1;\\41\";").is_empty());
        assert!(numbers(b"O:5:\"r:10;\":1:{s:4:\"r:1;\";i:1;}").is_empty());
        assert!(numbers(b"server:8080 user:1; {\"r:2;\":1}").is_empty());
        assert!(numbers(b"").is_empty());
    }

    #[test]
    fn what_may_be_a_reference_in_other_data_counts_as_one() {
        assert_eq!(numbers(b"version 1\nr:4;"), [4]);
        assert_eq!(numbers(b"<3>s:2:\"a\";r:4;"), [4]);
    }
}
