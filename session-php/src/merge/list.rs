use super::made::Made;
use super::order;
use super::origins::origins;
use super::{change, variables};
use crate::value::{Array, Value};
use std::mem;

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
fn carried(list: Array, before: &[Made<'_>], after: &[Made<'_>]) -> Array {
    let mut stored: Vec<_> = list.into_iter().map(|(_, value)| Some(value)).collect();
    let mut take = |at: usize| Some((before[at], stored[at].take()?));
    let element = |(origin, made): (Option<usize>, &Made<'_>)| -> Value {
        let Some((was, mut value)) = origin.and_then(&mut take) else { return made.0.clone() };
        if was != *made {
            change(&mut value, Some(was.0), made.0);
        }
        value
    };
    Array::list(origins(before, after).into_iter().zip(after).map(element))
}
