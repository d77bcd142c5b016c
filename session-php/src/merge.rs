//! Puts what a type changed into the values that it was made of.

mod canonical_eq;
mod element_identity;
mod forward_references;
mod list;
mod order;
mod relocate_targets;

pub(crate) use canonical_eq::is_same;
pub(crate) use forward_references::lead_on;
pub(crate) use relocate_targets::{give_homes, keep_referenced};

use crate::Key;
use crate::value::{Array, EnumCase, Object, Value, Visibility};
use canonical_eq::Made;
use std::collections::{HashMap, HashSet};

/// Changes `values` where `after` differs from `before`, and nowhere else.
///
/// All three know the same entries by the same keys; what only `values` knows stays. Elements of
/// lists are carried to where they went.
pub(crate) fn variables(values: &mut Array, before: &Array, after: &Array) {
    for (key, made) in after.iter() {
        let was = before.find(key);
        if was.is_some_and(|was| Made(was) == Made(made)) {
            continue;
        }
        let key = values.known(key.clone());
        match values.get_mut(key.clone()) {
            Some(value) => change(value, was, made),
            None => drop(values.insert(key, made.clone())),
        }
    }
    let gone = before.iter().filter(|(key, _)| !after.has(key));
    let gone: HashSet<Key> = gone.map(|(key, _)| values.known(key.clone())).collect();
    if !gone.is_empty() {
        values.retain(|key, _| !gone.contains(key));
    }
}

/// Makes `value`, which a type took for `before`, what the type says now.
fn change(value: &mut Value, before: Option<&Value>, after: &Value) {
    match (value.resolve_mut(), before, after) {
        (Value::Array(values), Some(Value::Array(before)), Value::Array(after)) => {
            if before.is_list() && after.is_list() && list::is_list(values, before) {
                list::carry(values, before, after);
            } else {
                variables(values, before, after);
            }
        }
        (Value::Object(object), Some(Value::Array(before)), Value::Array(after)) => {
            properties(object, before, after);
        }
        (Value::Enum(case), _, Value::Bytes(name)) => {
            *case = EnumCase { class: case.class.clone(), case: name.clone() };
        }
        (value, _, after) => *value = after.clone(),
    }
}

/// Merges properties as [`variables`] does, by keys that also have a visibility.
fn properties(object: &mut Object, before: &Array, after: &Array) {
    let inherited = inherited(object);
    let mangled = |entries: &Array| -> Array {
        let key = |name: &Key| {
            let known = property(object, name);
            inherited
                .get(&known)
                .filter(|_| !object.properties.has(&known))
                .cloned()
                .unwrap_or(known)
        };
        entries.iter().map(|(name, value)| (key(name), value.clone())).collect()
    };
    let (before, after) = (mangled(before), mangled(after));
    variables(&mut object.properties, &before, &after);
}

fn property(object: &Object, name: &Key) -> Key {
    match name {
        Key::Int(_) if object.properties.has(name) => name.clone(),
        Key::Int(number) => property(object, &Key::Bytes(number.to_string().into_bytes())),
        Key::Bytes(bytes) => object.key_of(bytes).unwrap_or_else(|| name.clone()),
    }
}

/// The keys of private properties of parent classes, by the names that types know.
fn inherited(object: &Object) -> HashMap<Key, Key> {
    let private = |key: &Key| match Visibility::of(key) {
        (Visibility::Private(_), name) => Some((Key::Bytes(name.to_vec()), key.clone())),
        _ => None,
    };
    object.properties.iter().filter_map(|(key, _)| private(key)).collect()
}
