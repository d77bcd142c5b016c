use super::canonical_eq::Made;
use super::element_identity::element_identities;
use super::order;
use super::{change, variables};
use crate::Key;
use crate::value::{Array, Value};
use std::mem;

/// Whether a type took this for a list when it made the list `before` of it.
///
/// PHP leaves gaps among the numbers of a list, and other orders of them. A type that took such an
/// array for a map has the same values under the same numbers.
pub(super) fn is_list(array: &Array, before: &Array) -> bool {
    let is_kept = |(key, made)| array.find(key).is_some_and(|value| order::is_of(value, made));
    array.is_list()
        || (array.is_numbered() && array.len() == before.len() && !before.iter().all(is_kept))
}

/// Makes a list, which a type took for `before`, what the type says now.
pub(super) fn carry(list: &mut Array, before: &Array, after: &Array) {
    let (was, made) = (values(before), values(after));
    if list.len() == before.len() && order::is_kept(list, &was) {
        *list = carried(mem::take(list), &was, &made);
    } else if list.len() > before.len() && before.len() == after.len() {
        // A tuple knows the first elements alone.
        variables(list, before, after);
    } else {
        *list = after.clone();
    }
}

fn values(list: &Array) -> Vec<Made<'_>> {
    list.iter().map(|(_, value)| Made(value)).collect()
}

/// The elements of `list`, each where its type has it now.
///
/// Where there were gaps each element keeps its number, and new ones get the numbers after it, as
/// when PHP appends to such an array.
fn carried(list: Array, before: &[Made<'_>], after: &[Made<'_>]) -> Array {
    let (is_list, next) = (list.is_list(), list.next());
    let keys: Vec<Key> = list.iter().map(|(key, _)| key.clone()).collect();
    let identities = element_identities(before, after);
    let elements = elements(list, before, after, &identities);
    let fresh = identities.iter().filter(|identity| identity.is_none()).count();
    let mut numbers = (0..fresh).map(|at| next.checked_add(i64::try_from(at).ok()?));
    let keys: Option<Vec<Key>> = (identities.iter())
        .map(|origin| match origin {
            Some(at) => Some(keys[*at].clone()),
            None => numbers.next()?.filter(|number| *number < i64::MAX).map(Key::Int),
        })
        .collect();
    match keys {
        Some(keys) if !is_list => keys.into_iter().zip(elements).collect(),
        _ => Array::list(elements),
    }
}

fn elements(
    list: Array,
    before: &[Made<'_>],
    after: &[Made<'_>],
    identities: &[Option<usize>],
) -> Vec<Value> {
    let mut stored: Vec<_> = list.into_iter().map(|(_, value)| Some(value)).collect();
    let mut take = |at: usize| Some((before[at], stored[at].take()?));
    let element = |(origin, made): (Option<usize>, &Made<'_>)| -> Value {
        let Some((was, mut value)) = origin.and_then(&mut take) else { return made.0.clone() };
        if was != *made {
            change(&mut value, Some(was.0), made.0);
        }
        value
    };
    identities.iter().copied().zip(after).map(element).collect()
}
