//! Finds the sections in the text of a payload, without decoding one.

use super::entry::{Entry, Name, Value};
use crate::codec::ObjectMeter;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::Range;

/// The fault of a payload, in words that quote no data.
pub(super) type Detail = Cow<'static, str>;

/// The sections of a payload in their order.
///
/// The depth of a value takes no stack: `serde_json` does not recurse over what it ignores.
pub(super) fn split(text: &str, meter: &ObjectMeter) -> Result<Vec<Entry>, Detail> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.expect(b'{', "not a JSON object")?;
    let mut entries = Vec::new();
    if !scanner.accept(b'}') {
        loop {
            meter.count()?;
            entries.push(scanner.entry()?);
            if !scanner.accept(b',') {
                break;
            }
        }
        scanner.expect(b'}', "not JSON")?;
    }
    scanner.end()?;
    check_unique(text, &entries)?;
    Ok(entries)
}

/// Checks that no two sections have one name, however the JSON spells it.
///
/// One of the two would be lost.
fn check_unique(text: &str, entries: &[Entry]) -> Result<(), Detail> {
    let mut names: Vec<_> = entries.iter().map(|entry| name(text, entry)).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err("two sections have one name".into());
    }
    Ok(())
}

fn name<'t>(text: &'t str, entry: &'t Entry) -> &'t str {
    match &entry.name {
        Name::Read { unescaped: Some(name), .. } | Name::New(name) => name,
        Name::Read { quoted, .. } => &text[quoted.start + 1..quoted.end - 1],
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    /// A name, a colon and a value.
    fn entry(&mut self) -> Result<Entry, Detail> {
        if self.next() != Some(b'"') {
            return Err(self.wrong("not JSON"));
        }
        let quoted = self.value()?;
        let unescaped = self.unescaped(&quoted)?;
        self.expect(b':', "not JSON")?;
        let read = Some(self.value()?);
        Ok(Entry { name: Name::Read { quoted, unescaped }, read, value: Value::AsRead })
    }

    /// The name between these quotes, if it is spelled with escapes.
    fn unescaped(&self, quoted: &Range<usize>) -> Result<Option<Box<str>>, Detail> {
        let quoted = &self.text[quoted.clone()];
        if !quoted.contains('\\') {
            return Ok(None);
        }
        let unescaped = serde_json::from_str(quoted);
        unescaped.map(Some).map_err(|_| self.wrong("a name that is not Unicode ends"))
    }

    /// The range of the next value.
    fn value(&mut self) -> Result<Range<usize>, Detail> {
        self.skip_blanks();
        let start = self.at;
        let rest = serde_json::Deserializer::from_str(&self.text[start..]);
        let mut values = rest.into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => {
                self.at += values.byte_offset();
                Ok(start..self.at)
            }
            _ => Err(self.wrong("not JSON")),
        }
    }

    fn expect(&mut self, byte: u8, otherwise: &str) -> Result<(), Detail> {
        if self.accept(byte) { Ok(()) } else { Err(self.wrong(otherwise)) }
    }

    fn accept(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn end(&mut self) -> Result<(), Detail> {
        if self.next().is_none() { Ok(()) } else { Err(self.wrong("more than one JSON value")) }
    }

    fn next(&mut self) -> Option<u8> {
        self.skip_blanks();
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
        self.at += rest.iter().take_while(|byte| is_blank(byte)).count();
    }

    fn wrong(&self, what: &str) -> Detail {
        format!("{what} at byte {}", self.at).into()
    }
}
