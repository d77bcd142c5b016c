use super::canonical_eq::Made;
use std::collections::{HashMap, VecDeque};

/// Finds for each element of `after` the element of `before` that it is.
///
/// It takes linear time.
///
/// An element is one that equals it, so that it keeps the parts that its type does not know. Equal
/// elements at both ends keep their places, and of other equal elements the first come first. An
/// element that equals none is the changed one between the same neighbors, or else a new one.
pub(super) fn element_identities(before: &[Made<'_>], after: &[Made<'_>]) -> Vec<Option<usize>> {
    let ends = before.len().min(after.len());
    let head = (0..ends).take_while(|&at| before[at] == after[at]).count();
    let from_end = |at: usize| before[before.len() - at] == after[after.len() - at];
    let tail = (1..=ends - head).take_while(|&at| from_end(at)).count();

    let mut identities: Vec<Option<usize>> = (0..head).map(Some).collect();
    let mut unused: HashMap<Made<'_>, VecDeque<usize>> = HashMap::new();
    for (at, made) in before.iter().enumerate().take(before.len() - tail).skip(head) {
        unused.entry(*made).or_default().push_back(at);
    }
    identities.extend(after[head..after.len() - tail].iter().map(|made| {
        let equal = unused.get_mut(made)?;
        equal.pop_front()
    }));
    identities.extend((before.len() - tail..before.len()).map(Some));
    add_changed(&mut identities, before.len());
    identities
}

/// Adds the identities of elements that changed between the same neighbors.
fn add_changed(identities: &mut [Option<usize>], count: usize) {
    let mut is_used = vec![false; count];
    identities.iter().flatten().for_each(|&at| is_used[at] = true);
    let mut next = 0;
    while let Some(start) = (next..identities.len()).find(|&at| identities[at].is_none()) {
        let end = (start..identities.len()).find(|&at| identities[at].is_some());
        let first = start.checked_sub(1).and_then(|at| identities[at]).map_or(0, |at| at + 1);
        let last = end.and_then(|at| identities[at]).unwrap_or(count);
        next = end.unwrap_or(identities.len());
        if (first..last).len() == next - start && !is_used[first..last].contains(&true) {
            for (origin, at) in identities[start..next].iter_mut().zip(first..) {
                *origin = Some(at);
            }
        }
    }
}
