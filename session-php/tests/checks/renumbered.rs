use session_php::{Anchor, Array, Object, Reference, ReferenceTarget, SessionData, Value};
use std::collections::{HashMap, HashSet};

/// The session with its anchors renumbered in order, and without unused anchors.
///
/// Encoding renumbers anchors, so two sessions of the same values agree only in this form.
pub(crate) fn renumbered(session: &SessionData) -> SessionData {
    let mut numbering = Numbering::default();
    session.iter().for_each(|(_, value)| numbering.look_for_references(value));
    session.iter().map(|(name, value)| (name.clone(), numbering.value(value))).collect()
}

#[derive(Default)]
struct Numbering {
    /// The anchors that references use.
    led_to: HashSet<Anchor>,
    numbers: HashMap<Anchor, Anchor>,
}

impl Numbering {
    fn look_for_references(&mut self, value: &Value) {
        match value {
            Value::Reference(reference) => drop(self.led_to.insert(reference.anchor)),
            Value::ReferenceTarget(anchored) => self.look_for_references(&anchored.value),
            Value::Array(array) => array.iter().for_each(|(_, it)| self.look_for_references(it)),
            Value::Object(object) => {
                object.properties.iter().for_each(|(_, it)| self.look_for_references(it));
            }
            _ => {}
        }
    }

    fn number(&mut self, anchor: Anchor) -> Anchor {
        let next = Anchor(self.numbers.len() as u64);
        *self.numbers.entry(anchor).or_insert(next)
    }

    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::ReferenceTarget(anchored) if self.led_to.contains(&anchored.anchor) => {
                let anchor = self.number(anchored.anchor);
                ReferenceTarget::new(anchor, self.value(&anchored.value)).into()
            }
            Value::ReferenceTarget(anchored) => self.value(&anchored.value),
            Value::Reference(reference) => {
                Reference { kind: reference.kind, anchor: self.number(reference.anchor) }.into()
            }
            Value::Array(array) => self.entries(array).into(),
            Value::Object(object) => {
                let properties = self.entries(&object.properties);
                Object { class: object.class.clone(), properties }.into()
            }
            other => other.clone(),
        }
    }

    fn entries(&mut self, array: &Array) -> Array {
        array.iter().map(|(key, value)| (key.clone(), self.value(value))).collect()
    }
}
