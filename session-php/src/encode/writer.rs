use super::{Refusal, float};
use crate::Key;
use crate::decode::references;
use crate::value::{Anchor, Array, Custom, EnumCase, Object, Reference, ReferenceKind, Value};
use session_core::codec::Limits;
use std::collections::HashMap;

/// Writes values, and counts them as PHP does for its references.
pub(super) struct Writer {
    pub(super) out: Vec<u8>,
    limits: Limits,
    values: usize,
    slots: u64,
    anchors: HashMap<Anchor, Target>,
    /// How many values have the places that they had in the original.
    unmoved: usize,
    /// How many values were written, those among them that PHP does not count.
    written: usize,
    /// The number of the first object that serializes itself.
    ///
    /// The count is a guess from there on.
    first_custom: Option<u64>,
    /// Whether every reference so far has the number of its anchor, that of decoding.
    pub(super) is_in_place: bool,
}

/// The target of a reference.
#[derive(Clone, Copy)]
struct Target {
    slot: u64,
    is_object: bool,
    is_counted: bool,
}

impl Writer {
    pub(super) fn new(limits: Limits, unmoved: usize) -> Self {
        Self {
            out: Vec::new(),
            limits,
            values: 0,
            slots: 0,
            anchors: HashMap::new(),
            unmoved,
            written: 0,
            first_custom: None,
            is_in_place: true,
        }
    }

    pub(super) fn room(&self) -> usize {
        self.limits.depth()
    }

    pub(super) fn below(&self, room: usize) -> Result<usize, Refusal> {
        room.checked_sub(1).ok_or(Refusal::TooDeep(self.limits.depth()))
    }

    /// Counts an entry.
    pub(super) fn count(&mut self) -> Result<(), Refusal> {
        if self.values == self.limits.values() {
            return Err(Refusal::TooMany(self.limits.values()));
        }
        self.values += 1;
        Ok(())
    }

    /// Counts the array of all variables.
    pub(super) fn root(&mut self, anchor: Option<Anchor>) {
        self.slots += 1;
        if let Some(anchor) = anchor {
            let target = Target { slot: self.slots, is_object: false, is_counted: true };
            self.anchors.insert(anchor, target);
        }
    }

    /// Writes a value that may have `room` levels below it.
    pub(super) fn value(&mut self, value: &Value, room: usize) -> Result<(), Refusal> {
        let mut value = value;
        while let Value::ReferenceTarget(anchored) = value {
            self.anchor(anchored.anchor, &anchored.value)?;
            value = &anchored.value;
        }
        self.written += 1;
        if !is_variable(value) {
            self.slots += 1;
        }
        match value {
            Value::Null => self.text("N;"),
            Value::Bool(value) => self.text(&format!("b:{};", u8::from(*value))),
            Value::Int(value) => self.text(&format!("i:{value};")),
            Value::Float(value) => self.float(*value),
            Value::Bytes(bytes) => self.string(bytes),
            Value::Array(array) => {
                self.text("a");
                return self.entries(array, room);
            }
            Value::Object(object) => return self.object(object, room),
            Value::Custom(custom) => return self.custom(custom, room),
            Value::Enum(case) => return self.enum_case(case),
            Value::Reference(reference) => return self.reference(*reference),
            Value::ReferenceTarget(_) => unreachable!("the anchors were passed"),
        }
        Ok(())
    }

    /// Remembers where the next value stands.
    fn anchor(&mut self, anchor: Anchor, value: &Value) -> Result<(), Refusal> {
        let target = match value.resolve() {
            // PHP does not count it, so that it is known by the number of what it leads to.
            Value::Reference(reference) if reference.kind == ReferenceKind::Variable => {
                self.target(reference.anchor)?
            }
            value => Target {
                slot: self.slots + 1,
                is_object: value.is_object(),
                is_counted: self.first_custom.is_none(),
            },
        };
        match self.anchors.insert(anchor, target) {
            Some(_) => Err(Refusal::TwoAnchors),
            None => Ok(()),
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn float(&mut self, value: f64) {
        self.text("d:");
        float::write(&mut self.out, value);
        self.text(";");
    }

    /// Writes a tag, a length, and so many bytes in quotes.
    fn quoted(&mut self, tag: char, bytes: &[u8]) {
        self.text(&format!("{tag}:{}:\"", bytes.len()));
        self.out.extend_from_slice(bytes);
        self.text("\"");
    }

    fn string(&mut self, bytes: &[u8]) {
        self.quoted('s', bytes);
        self.text(";");
    }

    pub(super) fn key(&mut self, key: &Key) {
        match key {
            Key::Int(number) => self.text(&format!("i:{number};")),
            Key::Bytes(bytes) => self.string(bytes),
        }
    }

    fn entries(&mut self, entries: &Array, room: usize) -> Result<(), Refusal> {
        self.text(&format!(":{}:{{", entries.len()));
        for (key, value) in entries.iter() {
            self.count()?;
            self.key(key);
            self.value(value, self.below(room)?)?;
        }
        self.text("}");
        Ok(())
    }

    fn object(&mut self, object: &Object, room: usize) -> Result<(), Refusal> {
        self.quoted('O', &object.class);
        self.entries(&object.properties, room)
    }

    fn custom(&mut self, custom: &Custom, room: usize) -> Result<(), Refusal> {
        self.first_custom.get_or_insert(self.slots);
        for slot in references(&custom.data, self.limits, room) {
            self.check_place(slot)?;
        }
        self.quoted('C', &custom.class);
        self.text(&format!(":{}:{{", custom.data.len()));
        self.out.extend_from_slice(&custom.data);
        self.text("}");
        Ok(())
    }

    fn enum_case(&mut self, case: &EnumCase) -> Result<(), Refusal> {
        if case.class.contains(&b':') {
            return Err(Refusal::EnumName);
        }
        self.quoted('E', &[&case.class[..], b":", &case.case].concat());
        self.text(";");
        Ok(())
    }

    /// Whether the value that is written has the place that it had in the original.
    fn is_unmoved(&self) -> bool {
        self.written <= self.unmoved
    }

    /// Rejects a reference in an object that serializes itself if it may have moved.
    fn check_place(&self, slot: u64) -> Result<(), Refusal> {
        if !self.is_unmoved() {
            return Err(Refusal::Opaque);
        }
        let is_counted = self.first_custom.is_none_or(|first| slot < first);
        match self.anchors.get(&Anchor(slot)) {
            None if is_counted && slot > 0 => Err(Refusal::Dangling),
            Some(target) if target.slot != slot => Err(Refusal::Opaque),
            _ => Ok(()),
        }
    }

    /// The value at an anchor.
    fn target(&self, anchor: Anchor) -> Result<Target, Refusal> {
        match self.anchors.get(&anchor) {
            Some(target) if target.is_counted => Ok(*target),
            None if self.first_custom.is_none() => Err(Refusal::Dangling),
            // It leads where it led, which only PHP knows.
            _ if self.is_unmoved() => {
                Ok(Target { slot: anchor.0, is_object: true, is_counted: false })
            }
            _ => Err(Refusal::Opaque),
        }
    }

    fn reference(&mut self, reference: Reference) -> Result<(), Refusal> {
        let Reference { kind, anchor } = reference;
        let target = self.target(anchor)?;
        if kind == ReferenceKind::Object && !target.is_object {
            return Err(Refusal::NotAnObject);
        }
        self.is_in_place &= target.slot == anchor.0;
        let tag = if kind == ReferenceKind::Object { 'r' } else { 'R' };
        self.text(&format!("{tag}:{};", target.slot));
        Ok(())
    }
}

/// Whether PHP does not count it.
fn is_variable(value: &Value) -> bool {
    matches!(value, Value::Reference(Reference { kind: ReferenceKind::Variable, .. }))
}
