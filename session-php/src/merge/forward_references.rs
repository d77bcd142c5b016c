//! Ways to objects that do not lead by what became something else.

use super::relocate_targets::{held, held_mut};
use crate::value::{Anchor, Array, Reference, ReferenceKind, ReferenceTarget, Value};
use std::collections::HashMap;

/// Redirects references that lead to an object by way of one that is gone.
///
/// Both references lead to the same object. If a type changes the one on the way, that becomes a
/// separate value. The object stays with the other one.
pub(crate) fn lead_on(values: &mut Array, original: &Array) {
    let mut gone = HashMap::new();
    original.iter().for_each(|(_, value)| collect(value, &mut gone));
    if gone.is_empty() {
        return;
    }
    let mut kept = HashMap::new();
    values.iter().for_each(|(_, value)| collect(value, &mut kept));
    gone.retain(|by_way_of, _| !kept.contains_key(by_way_of));
    values.iter_mut().for_each(|(_, value)| follow(value, &gone));
}

/// Notes which references to objects have their own anchor, and where they lead.
fn collect(value: &Value, ways: &mut HashMap<Anchor, Anchor>) {
    if let Value::ReferenceTarget(ReferenceTarget { anchor, value }) = value
        && let Value::Reference(Reference { kind: ReferenceKind::Object, anchor: to }) = **value
    {
        ways.insert(*anchor, to);
    }
    held(value).for_each(|value| collect(value, ways));
}

fn follow(value: &mut Value, gone: &HashMap<Anchor, Anchor>) {
    if let Value::Reference(Reference { kind: ReferenceKind::Object, anchor }) = value {
        // It leads to what stands before it, and so this ends.
        while let Some(to) = gone.get(anchor) {
            *anchor = *to;
        }
    }
    held_mut(value).for_each(|value| follow(value, gone));
}
