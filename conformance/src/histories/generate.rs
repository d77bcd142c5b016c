//! Draws programs, and knows how they shrink.
//!
//! The times are few and chosen so that they meet: an advance can end on the very second of an
//! expiry, on the millisecond on which a lock lapses, or one before.

use super::Options;
use super::program::{Action, Expecting, Program, Step};
use super::target::Target;
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::Strategy;
use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Union};
use proptest::{option, prop_oneof};
use session_core::store::LockDisposition;
use std::time::Duration;

/// How long records live, in seconds.
const LIVES: [u64; 3] = [3_600, 10, 2];

/// How long leases are, in milliseconds.
const LEASES: [u64; 2] = [30_000, 1_000];

/// How far the clock advances, in milliseconds.
///
/// Histories begin a quarter into a second.
const ADVANCES: [u64; 5] = [2_000, 9_750, 1_999, 1, 31_000];

/// Most steps at which a future is dropped, in polls.
const MOST_POLLS: usize = 4;

/// The programs of these options that use only what the store declares.
pub(super) fn programs(
    options: &Options,
    target: &Target,
) -> impl Strategy<Value = Program> + use<> {
    let founded = vec(option::weighted(0.8, lives()), options.keys);
    let steps = vec(steps(options, target), 1..=options.steps);
    (founded, steps).prop_map(|(founded, steps)| Program { founded, steps })
}

fn steps(options: &Options, target: &Target) -> impl Strategy<Value = Step> + use<> {
    let dropped_after = option::weighted(0.1, 1..=MOST_POLLS);
    // The order of turns that shows a fault goes by the clients, so they keep their numbers.
    let client = (0..options.clients).no_shrink();
    let parts = (client, actions(options.keys, target), dropped_after);
    parts.prop_map(|(client, action, dropped_after)| Step { client, action, dropped_after })
}

fn actions(keys: usize, target: &Target) -> Union<BoxedStrategy<Action>> {
    let capabilities = target.capabilities();
    let expecting = expectations(capabilities.compares_versions(), target.locks());
    let mut actions = basic_actions(keys, &expecting, target.locks());
    if capabilities.rotates() && keys > 1 {
        actions.push((2, rotations(keys, &expecting)));
    }
    if target.locks() {
        let leased = (key(keys), leases());
        let acquire = leased.clone().prop_map(|(key, lease)| Action::Acquire { key, lease });
        let renew = leased.prop_map(|(key, lease)| Action::Renew { key, lease });
        let release = key(keys).prop_map(|key| Action::Release { key });
        actions.extend([(6, acquire.boxed()), (2, renew.boxed()), (2, release.boxed())]);
    }
    if target.collects() {
        actions.push((2, Just(Action::Collect).boxed()));
    }
    let advance = select(&ADVANCES[..]).prop_map(Duration::from_millis);
    actions.push((3, advance.prop_map(|by| Action::Advance { by }).boxed()));
    Union::new_weighted(actions)
}

fn basic_actions(
    keys: usize,
    expecting: &BoxedStrategy<Expecting>,
    locks: bool,
) -> Vec<(u32, BoxedStrategy<Action>)> {
    let write = (key(keys), lives(), expecting.clone(), weighted(if locks { 0.3 } else { 0.0 }));
    let create = (key(keys), lives()).prop_map(|(key, life)| Action::Create { key, life });
    let update = write.clone().prop_map(|(key, life, expecting, releases)| Action::Update {
        key,
        life,
        expecting,
        after: after(expecting, releases),
    });
    let touch = write.prop_map(|(key, life, expecting, releases)| Action::Touch {
        key,
        life,
        expecting,
        after: after(expecting, releases),
    });
    let delete = (key(keys), expecting.clone());
    let delete = delete.prop_map(|(key, expecting)| Action::Delete { key, expecting });
    vec![
        (4, key(keys).prop_map(|key| Action::Load { key }).boxed()),
        (3, create.boxed()),
        (6, update.boxed()),
        (2, touch.boxed()),
        (2, delete.boxed()),
    ]
}

fn rotations(keys: usize, expecting: &BoxedStrategy<Expecting>) -> BoxedStrategy<Action> {
    let parts = (key(keys), 1..keys, lives(), expecting.clone());
    let rotation = parts.prop_map(move |(old, further, life, expecting)| Action::Rotate {
        old,
        new: (old + further) % keys,
        life,
        expecting,
    });
    rotation.boxed()
}

fn expectations(versions: bool, locks: bool) -> BoxedStrategy<Expecting> {
    let all = [Expecting::Presence, Expecting::Seen, Expecting::Held, Expecting::SeenAndHeld];
    let is_declared = |expecting: &Expecting| {
        (versions || !expecting.names_a_version()) && (locks || !expecting.names_a_lock())
    };
    let declared: Vec<_> = all.into_iter().filter(is_declared).collect();
    select(declared).boxed()
}

/// The first key more often than the others: there the clients meet.
fn key(keys: usize) -> impl Strategy<Value = usize> + Clone {
    prop_oneof![2 => Just(0), 1 => 0..keys]
}

fn lives() -> impl Strategy<Value = u64> + Clone {
    select(&LIVES[..])
}

fn leases() -> impl Strategy<Value = Duration> + Clone {
    select(&LEASES[..]).prop_map(Duration::from_millis)
}

/// Only a write that names a lock can release it.
fn after(expecting: Expecting, releases: bool) -> LockDisposition {
    if releases && expecting.names_a_lock() {
        LockDisposition::Release
    } else {
        LockDisposition::Keep
    }
}
