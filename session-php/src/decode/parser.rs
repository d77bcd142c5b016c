use super::Fault;
use super::cursor::Cursor;
use super::custom::references;
use super::number;
use crate::Key;
use crate::value::{Anchor, Array, Custom, EnumCase, Object, Reference, ReferenceKind, Value};
use session_core::codec::Limits;
use std::collections::BTreeMap;

/// Reads values, and counts them as PHP does for its references.
pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    limits: Limits,
    values: usize,
    slots: u64,
    /// The slots to which references lead, each with the place of the first of them.
    pub(super) targets: BTreeMap<u64, usize>,
    /// The slot of the first object with a serialization of its own.
    ///
    /// Such an object may hold any number of slots.
    pub(super) first_custom: Option<u64>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], limits: Limits) -> Self {
        Self {
            cursor: Cursor::new(bytes),
            limits,
            values: 0,
            slots: 0,
            targets: BTreeMap::new(),
            first_custom: None,
        }
    }

    /// A parser of an object's own serialization, with references to anything.
    pub(super) fn within(bytes: &'a [u8], limits: Limits) -> Self {
        Self { first_custom: Some(0), ..Self::new(bytes, limits) }
    }

    /// The room for values in values at the outermost level.
    pub(super) fn room(&self) -> usize {
        self.limits.depth()
    }

    /// The room one level below.
    pub(super) fn below(&self, room: usize) -> Result<usize, Fault> {
        room.checked_sub(1).ok_or(Fault::TooDeep(self.limits.depth()))
    }

    /// Counts an entry.
    pub(super) fn count(&mut self) -> Result<(), Fault> {
        if self.values == self.limits.values() {
            return Err(Fault::TooMany(self.limits.values()));
        }
        self.values += 1;
        Ok(())
    }

    /// Reads a value that has `room` levels below it.
    pub(super) fn value(&mut self, room: usize) -> Result<Value, Fault> {
        let start = self.cursor;
        let tag = self.cursor.byte("a value")?;
        if tag != b'R' {
            self.slots += 1;
        }
        self.cursor.pass(if tag == b'N' { b";" } else { b":" }, "the end of a value's type")?;
        match tag {
            b'N' => Ok(Value::Null),
            b'b' => self.boolean(),
            b'i' => self.terminated(number::integer).map(Value::Int),
            b'd' => self.terminated(number::float).map(Value::Float),
            b's' => self.string().map(Value::Bytes),
            b'S' => self.escaped_string().map(Value::Bytes),
            b'a' => self.entries(room, Key::normal).map(Value::Array),
            b'O' => self.object(room).map(Value::Object),
            b'C' => self.custom(room).map(Value::Custom),
            b'E' => self.enum_case().map(Value::Enum),
            b'r' => self.reference(ReferenceKind::Object, start).map(Value::Reference),
            b'R' => self.reference(ReferenceKind::Variable, start).map(Value::Reference),
            _ => start.expected("a value"),
        }
    }

    fn boolean(&mut self) -> Result<Value, Fault> {
        let start = self.cursor;
        match self.cursor.take(2, "0 or 1")? {
            b"0;" => Ok(Value::Bool(false)),
            b"1;" => Ok(Value::Bool(true)),
            _ => start.expected("0 or 1 and a semicolon"),
        }
    }

    /// Reads something and the semicolon after it.
    fn terminated<T>(
        &mut self,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let read = read(&mut self.cursor)?;
        self.cursor.pass(b";", "a semicolon")?;
        Ok(read)
    }

    /// Reads a length and so many bytes in quotes.
    fn quoted(&mut self) -> Result<&'a [u8], Fault> {
        let length = number::unsigned(&mut self.cursor)?;
        self.cursor.pass(b":\"", "a colon and a quote")?;
        let bytes = self.cursor.take(length, "as many bytes as announced")?;
        self.cursor.pass(b"\"", "a quote where the announced length ends")?;
        Ok(bytes)
    }

    fn string(&mut self) -> Result<Vec<u8>, Fault> {
        let bytes = self.quoted()?;
        self.cursor.pass(b";", "a semicolon")?;
        Ok(bytes.to_vec())
    }

    /// Reads the older spelling, with a backslash and two hexadecimal digits as a byte.
    fn escaped_string(&mut self) -> Result<Vec<u8>, Fault> {
        let length = number::unsigned(&mut self.cursor)?;
        self.cursor.pass(b":\"", "a colon and a quote")?;
        let mut bytes = Vec::new();
        for _ in 0..length {
            bytes.push(match self.cursor.byte("as many bytes as announced")? {
                b'\\' => self.escape()?,
                byte => byte,
            });
        }
        self.cursor.pass(b"\";", "a quote where the announced length ends")?;
        Ok(bytes)
    }

    fn escape(&mut self) -> Result<u8, Fault> {
        let start = self.cursor;
        let digits = self.cursor.take(2, "two hexadecimal digits")?;
        let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|it| u8::try_from(it).ok());
        match (digit(digits[0]), digit(digits[1])) {
            (Some(high), Some(low)) => Ok(high << 4 | low),
            _ => start.expected("two hexadecimal digits"),
        }
    }

    /// Reads the head of the array of all variables, up to its first entry.
    pub(super) fn open_array(&mut self) -> Result<usize, Fault> {
        self.cursor.pass(b"a:", "an array")?;
        self.slots += 1;
        self.open()
    }

    /// Reads a count and the brace after it.
    fn open(&mut self) -> Result<usize, Fault> {
        let count = number::unsigned(&mut self.cursor)?;
        self.cursor.pass(b":{", "a colon and a brace")?;
        Ok(count)
    }

    /// Reads a count and so many entries in braces.
    fn entries(&mut self, room: usize, key_of: fn(Vec<u8>) -> Key) -> Result<Array, Fault> {
        let count = self.open()?;
        let mut entries = Array::new();
        for _ in 0..count {
            let start = self.cursor;
            self.count()?;
            let key = self.key(key_of)?;
            let value = self.below(room).and_then(|room| self.value(room))?;
            // PHP writes no key twice. Which of two counts would be a guess.
            if entries.insert(key, value).is_some() {
                return start.expected("a key that was not there before");
            }
        }
        self.cursor.pass(b"}", "a brace after the announced entries")?;
        Ok(entries)
    }

    pub(super) fn key(&mut self, key_of: fn(Vec<u8>) -> Key) -> Result<Key, Fault> {
        let start = self.cursor;
        match self.cursor.take(2, "a key")? {
            b"i:" => self.terminated(number::integer).map(Key::Int),
            b"s:" => self.string().map(key_of),
            b"S:" => self.escaped_string().map(key_of),
            _ => start.expected("a key"),
        }
    }

    fn object(&mut self, room: usize) -> Result<Object, Fault> {
        let class = self.quoted()?.to_vec();
        self.cursor.pass(b":", "a colon")?;
        // Not `Key::normal`: the names of properties stay strings.
        let properties = self.entries(room, Key::Bytes)?;
        Ok(Object { class, properties })
    }

    fn custom(&mut self, room: usize) -> Result<Custom, Fault> {
        let start = self.cursor.at();
        self.first_custom.get_or_insert(self.slots);
        let class = self.quoted()?.to_vec();
        self.cursor.pass(b":", "a colon")?;
        let length = number::unsigned(&mut self.cursor)?;
        self.cursor.pass(b":{", "a colon and a brace")?;
        let data = self.cursor.take(length, "as many bytes as announced")?.to_vec();
        self.cursor.pass(b"}", "a brace where the announced length ends")?;
        for slot in references(&data, self.limits, room) {
            self.targets.entry(slot).or_insert(start);
        }
        Ok(Custom { class, data })
    }

    fn enum_case(&mut self) -> Result<EnumCase, Fault> {
        let start = self.cursor;
        let name = self.quoted()?;
        self.cursor.pass(b";", "a semicolon")?;
        let Some(colon) = name.iter().position(|&byte| byte == b':') else {
            return start.expected("an enum, a colon and its case");
        };
        Ok(EnumCase { class: name[..colon].to_vec(), case: name[colon + 1..].to_vec() })
    }

    /// Reads a reference, which may lead to a value before it or around it.
    fn reference(&mut self, kind: ReferenceKind, start: Cursor<'a>) -> Result<Reference, Fault> {
        let slot = self.terminated(number::unsigned)? as u64;
        let reachable = match kind {
            ReferenceKind::Object => self.slots - 1,
            ReferenceKind::Variable => self.slots,
        };
        if slot == 0 || (slot > reachable && self.first_custom.is_none()) {
            return start.expected("a reference to a value before it");
        }
        self.targets.entry(slot).or_insert(start.at());
        Ok(Reference { kind, anchor: Anchor(slot) })
    }
}
