//! Puts anchors on the values to which references lead.

use super::Fault;
use crate::value::{Anchor, Array, ReferenceKind, ReferenceTarget, Value};
use std::collections::BTreeMap;
use std::mem;

/// Walks values in the order in which PHP counted them.
pub(super) struct Linker {
    targets: BTreeMap<u64, usize>,
    slots: u64,
    /// Beyond it nobody knows what a number means.
    last: u64,
    /// Which anchors are on objects.
    objects: BTreeMap<u64, bool>,
}

impl Linker {
    /// A linker for references to these slots, none of them after `first_custom`.
    pub(super) fn new(targets: BTreeMap<u64, usize>, first_custom: Option<u64>) -> Self {
        let last = first_custom.unwrap_or(u64::MAX);
        Self { targets, slots: 0, last, objects: BTreeMap::new() }
    }

    /// Whether there is anything to do.
    pub(super) fn is_idle(&self) -> bool {
        self.targets.is_empty()
    }

    /// Counts the array of all variables, where the format has one.
    pub(super) fn root(&mut self) -> Option<Anchor> {
        self.slots += 1;
        self.anchor(false)
    }

    fn anchor(&mut self, is_object: bool) -> Option<Anchor> {
        let slot = self.slots;
        if slot > self.last || !self.targets.contains_key(&slot) {
            return None;
        }
        self.objects.insert(slot, is_object);
        Some(Anchor(slot))
    }

    /// Links a value and all that it holds.
    pub(super) fn value(&mut self, value: &mut Value) -> Result<(), Fault> {
        let anchor = match value {
            Value::Reference(reference) if reference.kind == ReferenceKind::Variable => None,
            _ => {
                self.slots += 1;
                self.anchor(value.is_object())
            }
        };
        match value {
            Value::Array(array) => self.entries(array)?,
            Value::Object(object) => self.entries(&mut object.properties)?,
            Value::Reference(reference) if reference.kind == ReferenceKind::Object => {
                self.check(reference.anchor)?;
            }
            _ => {}
        }
        if let Some(anchor) = anchor {
            let inner = mem::take(value);
            *value = Value::ReferenceTarget(ReferenceTarget::new(anchor, inner));
        }
        Ok(())
    }

    fn entries(&mut self, entries: &mut Array) -> Result<(), Fault> {
        entries.iter_mut().try_for_each(|(_, value)| self.value(value))
    }

    /// Rejects an `r:` to what is no object, as PHP does.
    fn check(&self, anchor: Anchor) -> Result<(), Fault> {
        match (self.objects.get(&anchor.0), self.targets.get(&anchor.0)) {
            (Some(false), Some(&at)) => {
                Err(Fault::Expected { what: "a reference to an object", at })
            }
            _ => Ok(()),
        }
    }
}
