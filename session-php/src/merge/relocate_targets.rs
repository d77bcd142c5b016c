//! A home for every value to which references lead.

use crate::value::{Anchor, Array, Reference, ReferenceKind, ReferenceTarget, Value};
use std::collections::{HashMap, HashSet};
use std::{iter, mem};

/// Puts each value that lost its place where the first reference to it stands.
///
/// In PHP a value belongs to all its names alike, and is written where the first of them is. So it
/// stays when that name goes, and changes places when that name moves behind another one.
pub(crate) fn give_homes(values: &mut Array, original: &Array) {
    let mut homeless = Homeless::default();
    values.iter().for_each(|(_, value)| homeless.look(value));
    if homeless.anchors.is_empty() {
        return;
    }
    let mut moving = Moving::default();
    // A moved value is unchanged. A value that also changed is a new value.
    original.iter().for_each(|(_, value)| moving.collect(value, Some(&homeless.anchors)));
    values.iter_mut().for_each(|(_, value)| moving.relocate(value));
}

/// The values that have a reference before them.
#[derive(Default)]
struct Homeless {
    at_home: HashSet<Anchor>,
    anchors: HashSet<Anchor>,
}

impl Homeless {
    fn look(&mut self, value: &Value) {
        match value {
            Value::ReferenceTarget(anchored) => drop(self.at_home.insert(anchored.anchor)),
            Value::Reference(reference) if !self.at_home.contains(&reference.anchor) => {
                self.anchors.insert(reference.anchor);
            }
            _ => {}
        }
        held(value).for_each(|value| self.look(value));
    }
}

/// Keeps the values of a removed variable to which references lead.
///
/// Each value moves to the first reference to it. PHP's `unset` takes away a name, and the value
/// stays with its other names.
///
/// The result is the removed value as a separate value.
pub(crate) fn keep_referenced(values: &mut Array, removed: Value) -> Value {
    let mut moving = Moving::default();
    moving.collect(&removed, None);
    if moving.values.is_empty() {
        return removed;
    }
    values.iter_mut().for_each(|(_, value)| moving.relocate(value));
    only_anchors(removed, &moving.values)
}

/// The value, with only those of its anchors that are still moving.
///
/// It loses the anchors that arrived elsewhere.
fn only_anchors(mut value: Value, moving: &HashMap<Anchor, Value>) -> Value {
    if let Value::ReferenceTarget(anchored) = &mut value
        && !moving.contains_key(&anchored.anchor)
    {
        return only_anchors(mem::take(&mut *anchored.value), moving);
    }
    for value in held_mut(&mut value) {
        *value = only_anchors(mem::take(value), moving);
    }
    value
}

/// Values on their way to where they belong.
#[derive(Default)]
struct Moving {
    values: HashMap<Anchor, Value>,
    /// Those that arrived, and the kind of the reference that stood there.
    homes: HashMap<Anchor, ReferenceKind>,
}

impl Moving {
    /// Remembers the values of these anchors, or of all.
    fn collect(&mut self, value: &Value, anchors: Option<&HashSet<Anchor>>) {
        if let Value::ReferenceTarget(anchored) = value
            && anchors.is_none_or(|anchors| anchors.contains(&anchored.anchor))
        {
            self.values.insert(anchored.anchor, Value::clone(&anchored.value));
        }
        held(value).for_each(|value| self.collect(value, anchors));
    }

    fn relocate(&mut self, value: &mut Value) {
        match value {
            Value::Reference(Reference { kind, anchor }) => {
                if let Some(arrived) = self.values.remove(anchor) {
                    self.homes.insert(*anchor, *kind);
                    *value = ReferenceTarget::new(*anchor, arrived).into();
                }
            }
            Value::ReferenceTarget(ReferenceTarget { anchor, .. }) => {
                match self.homes.get(anchor) {
                    Some(&kind) => *value = Reference { kind, anchor: *anchor }.into(),
                    None => drop(self.values.remove(anchor)),
                }
            }
            _ => {}
        }
        held_mut(value).for_each(|value| self.relocate(value));
    }
}

/// The values that a value holds.
pub(super) fn held(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::ReferenceTarget(anchored) => Box::new(iter::once(&*anchored.value)),
        Value::Array(array) => Box::new(array.iter().map(|(_, value)| value)),
        Value::Object(object) => Box::new(object.properties.iter().map(|(_, value)| value)),
        _ => Box::new(iter::empty()),
    }
}

pub(super) fn held_mut(value: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match value {
        Value::ReferenceTarget(anchored) => Box::new(iter::once(&mut *anchored.value)),
        Value::Array(array) => Box::new(array.iter_mut().map(|(_, value)| value)),
        Value::Object(object) => Box::new(object.properties.iter_mut().map(|(_, value)| value)),
        _ => Box::new(iter::empty()),
    }
}
