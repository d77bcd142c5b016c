//! Tests of random sessions with references.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use session_php::{Anchor, Reference, ReferenceKind, ReferenceTarget, SessionData, Value};

/// A reference: its position, its target, and whether it is to the object there.
pub(crate) type Link = (Index, Index, bool);

pub(crate) fn links() -> impl Strategy<Value = Vec<Link>> {
    vec((any::<Index>(), any::<Index>(), any::<bool>()), 0..6)
}

/// The session with references in place of some values that hold no others.
pub(crate) fn linked(mut session: SessionData, links: &[Link]) -> SessionData {
    let count = walk(&mut session, |_, _| {});
    if links.is_empty() || count == 0 {
        return session;
    }
    // Only PHP can count the values after these.
    walk(&mut session, |_, value| {
        if matches!(value, Value::Custom(_)) {
            *value = Value::Null;
        }
    });
    for (number, (one, other, is_object)) in links.iter().enumerate() {
        let (one, other) = (one.index(count), other.index(count));
        link(&mut session, one.min(other), one.max(other), *is_object, Anchor(number as u64));
    }
    session
}

/// Replaces one value with a reference to another, if that is possible there.
fn link(session: &mut SessionData, to: usize, from: usize, is_object: bool, fresh: Anchor) {
    let mut target = None;
    walk(session, |at, value| {
        if at == to && to != from {
            target = anchor(value, fresh);
        }
        let Some((anchor, leads_to_object)) = target else { return };
        if at == from && !holds_others(value) {
            let kind = if is_object && leads_to_object {
                ReferenceKind::Object
            } else {
                ReferenceKind::Variable
            };
            *value.resolve_mut() = Reference { kind, anchor }.into();
        }
    });
}

/// The anchor of a value, and whether it is on an object.
///
/// A value without a number has none.
fn anchor(value: &mut Value, fresh: Anchor) -> Option<(Anchor, bool)> {
    let is_object = match value.resolve() {
        Value::Reference(reference) if reference.kind == ReferenceKind::Variable => return None,
        Value::Object(_) | Value::Enum(_) | Value::Reference(_) => true,
        _ => false,
    };
    if let Value::ReferenceTarget(anchored) = value {
        return Some((anchored.anchor, is_object));
    }
    let inner = std::mem::take(value);
    *value = ReferenceTarget::new(fresh, inner).into();
    Some((fresh, is_object))
}

/// Whether its removal would remove more than the value.
fn holds_others(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_) | Value::ReferenceTarget(_))
}

/// Shows every value with its number, and returns the number of values.
///
/// A value comes before its content.
fn walk(session: &mut SessionData, mut visit: impl FnMut(usize, &mut Value)) -> usize {
    let mut count = 0;
    session.iter_mut().for_each(|(_, value)| walk_in(value, &mut count, &mut visit));
    count
}

fn walk_in(value: &mut Value, count: &mut usize, visit: &mut impl FnMut(usize, &mut Value)) {
    visit(*count, value);
    *count += 1;
    match value.resolve_mut() {
        Value::Array(array) => array.iter_mut().for_each(|(_, it)| walk_in(it, count, visit)),
        Value::Object(object) => {
            object.properties.iter_mut().for_each(|(_, it)| walk_in(it, count, visit));
        }
        _ => {}
    }
}
