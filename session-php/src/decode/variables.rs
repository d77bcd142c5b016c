use super::Fault;
use super::link::Linker;
use super::parser::Parser;
use crate::value::{Anchor, Array, Value};
use crate::{Format, Key};
use session_core::codec::Limits;
use std::ops::Range;

/// The variables of a session, as they stood in its bytes.
pub(crate) struct Variables {
    /// The anchor on the array of all of them, where the format has one.
    pub(crate) root: Option<Anchor>,
    pub(crate) values: Array,
    pub(crate) parts: Vec<Part>,
}

/// Where a variable stood, its name included.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) name: Key,
    pub(crate) bytes: Range<usize>,
    /// Whether it has a value.
    ///
    /// PHP before 7.1 wrote the names of variables that had none.
    pub(crate) has_value: bool,
}

/// Decodes a session. No bytes are an empty one in every format, as PHP has it.
pub(crate) fn variables(format: Format, bytes: &[u8], limits: Limits) -> Result<Variables, Fault> {
    let mut reader = Reader {
        parser: Parser::new(bytes, limits),
        variables: Variables { root: None, values: Array::new(), parts: Vec::new() },
    };
    if !bytes.is_empty() {
        match format {
            Format::Php => reader.sequence(php_name)?,
            Format::PhpBinary => reader.sequence(binary_name)?,
            Format::PhpSerialize => reader.array()?,
        }
    }
    reader.link(format)
}

/// A variable's name, and whether it is marked as one that may have no value.
struct Name {
    bytes: Vec<u8>,
    /// The name of one that has none.
    undefined: Option<Vec<u8>>,
}

fn php_name(parser: &mut Parser<'_>) -> Result<Name, Fault> {
    let bytes = parser.cursor.until(b'|', "a name and a bar")?;
    let undefined = bytes.strip_prefix(b"!").map(<[u8]>::to_vec);
    Ok(Name { bytes: bytes.to_vec(), undefined })
}

fn binary_name(parser: &mut Parser<'_>) -> Result<Name, Fault> {
    let length = parser.cursor.byte("the length of a name")?;
    let bytes = parser.cursor.take(usize::from(length & 0x7f), "a name of the announced length")?;
    let is_marked = length & 0x80 != 0;
    Ok(Name { bytes: bytes.to_vec(), undefined: is_marked.then(|| bytes.to_vec()) })
}

/// Whether this looks like a value rather than the name of the next variable.
fn starts_value(bytes: &[u8]) -> bool {
    match bytes {
        [b'N', b';', ..] => true,
        [tag, b':', ..] => b"bidsSaOCErR".contains(tag),
        _ => false,
    }
}

struct Reader<'a> {
    parser: Parser<'a>,
    variables: Variables,
}

impl Reader<'_> {
    /// Reads names and values, one after the other.
    fn sequence(
        &mut self,
        read_name: fn(&mut Parser<'_>) -> Result<Name, Fault>,
    ) -> Result<(), Fault> {
        let room = self.parser.below(self.parser.room())?;
        while !self.parser.cursor.is_at_end() {
            let start = self.parser.cursor.at();
            self.parser.count()?;
            let name = read_name(&mut self.parser)?;
            match name.undefined {
                Some(name) if !starts_value(self.parser.cursor.rest()) => {
                    self.add(start, Key::Bytes(name), None)?;
                }
                _ => {
                    let value = self.parser.value(room)?;
                    self.add(start, Key::Bytes(name.bytes), Some(value))?;
                }
            }
        }
        Ok(())
    }

    /// Reads the one array.
    fn array(&mut self) -> Result<(), Fault> {
        let head = self.parser.open_array()?;
        let room = self.parser.below(self.parser.room())?;
        for _ in 0..head {
            let start = self.parser.cursor.at();
            self.parser.count()?;
            let name = self.parser.key(Key::normal)?;
            let value = self.parser.value(room)?;
            self.add(start, name, Some(value))?;
        }
        self.parser.cursor.pass(b"}", "a brace after the announced entries")?;
        if self.parser.cursor.is_at_end() {
            return Ok(());
        }
        self.parser.cursor.expected("the end")
    }

    fn add(&mut self, start: usize, name: Key, value: Option<Value>) -> Result<(), Fault> {
        let bytes = start..self.parser.cursor.at();
        let has_value = value.is_some();
        if let Some(value) = value
            && self.variables.values.insert(name.clone(), value).is_some()
        {
            let what = "a name that was not there before";
            return Err(Fault::Expected { what, at: start });
        }
        self.variables.parts.push(Part { name, bytes, has_value });
        Ok(())
    }

    fn link(self, format: Format) -> Result<Variables, Fault> {
        let Self { parser, mut variables } = self;
        let mut linker = Linker::new(parser.targets, parser.first_custom);
        if linker.is_idle() {
            return Ok(variables);
        }
        if format == Format::PhpSerialize {
            variables.root = linker.root();
        }
        variables.values.iter_mut().try_for_each(|(_, value)| linker.value(value))?;
        Ok(variables)
    }
}
