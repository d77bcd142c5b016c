use super::Refusal;
use super::layout::unmoved;
use super::writer::Writer;
use crate::value::{Anchor, Array, Value};
use crate::{Format, Key};
use session_core::codec::Limits;
use std::collections::HashMap;

/// The variables as they were read, and the spelling of each.
pub(crate) struct Original<'a> {
    /// The variables, as they were decoded.
    pub(crate) values: &'a Array,
    /// The bytes of each, its name included.
    pub(crate) spelling: HashMap<&'a Key, &'a [u8]>,
    /// The bytes of those that have a name alone.
    pub(crate) undefined: Vec<(&'a Key, &'a [u8])>,
}

/// Encodes variables, and keeps the spelling of those unchanged since `original`.
pub(crate) fn variables(
    format: Format,
    root: Option<Anchor>,
    values: &Array,
    original: Option<&Original<'_>>,
    limits: Limits,
) -> Result<Vec<u8>, Refusal> {
    let unmoved = original.map_or(0, |original| unmoved(original.values, values));
    let mut writer = Writer::new(limits, unmoved);
    if format == Format::PhpSerialize {
        writer.root(root);
        writer.text(&format!("a:{}:{{", values.len()));
    }
    for (name, value) in values.iter() {
        variable(&mut writer, format, (name, value), original)?;
    }
    if format == Format::PhpSerialize {
        writer.text("}");
    }
    for (name, spelling) in original.iter().flat_map(|original| &original.undefined) {
        if !values.has(name) {
            writer.out.extend_from_slice(spelling);
        }
    }
    Ok(writer.out)
}

fn variable(
    writer: &mut Writer,
    format: Format,
    (name, value): (&Key, &Value),
    original: Option<&Original<'_>>,
) -> Result<(), Refusal> {
    let start = writer.out.len();
    writer.count()?;
    match format {
        Format::Php => php_name(writer, name)?,
        Format::PhpSerialize => writer.key(name),
        Format::PhpBinary => binary_name(writer, name)?,
    }
    // Its references are right if each has the number that it had: then so may its bytes be.
    writer.is_in_place = true;
    writer.value(value, writer.below(writer.room())?)?;
    if !writer.is_in_place {
        return Ok(());
    }
    let Some(original) = original else { return Ok(()) };
    let is_unchanged = original.values.find(name) == Some(value);
    if let (true, Some(spelling)) = (is_unchanged, original.spelling.get(name)) {
        writer.out.truncate(start);
        writer.out.extend_from_slice(spelling);
    }
    Ok(())
}

fn php_name(writer: &mut Writer, name: &Key) -> Result<(), Refusal> {
    let Key::Bytes(name) = name else { return Err(Refusal::NumberAsName) };
    if name.contains(&b'|') {
        return Err(Refusal::NameWithBar);
    }
    writer.out.extend_from_slice(name);
    writer.out.push(b'|');
    Ok(())
}

fn binary_name(writer: &mut Writer, name: &Key) -> Result<(), Refusal> {
    let Key::Bytes(name) = name else { return Err(Refusal::NumberAsName) };
    let length = u8::try_from(name.len()).ok().filter(|length| *length < 0x80);
    writer.out.push(length.ok_or(Refusal::LongName)?);
    writer.out.extend_from_slice(name);
    Ok(())
}
