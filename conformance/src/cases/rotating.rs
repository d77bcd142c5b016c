//! `rotate` moves a live record to a new key in one step (R4, R10, S4).

use crate::context::{LEASE, LIFE, all_at_once, join};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Finding, Verdict};
use session_core::store::{Deletion, Expect, Freshness, Key, Record, Rotation, Version};
use session_core::{ErrorKind, Result};
use std::sync::Arc;
use tokio::task::{JoinHandle, yield_now};

pub(crate) async fn a_rotation_moves_the_record(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let mut rotation = context.rotation("moved");
    rotation.record.expires = context.in_seconds(77);
    let (store, version) = (context.store(), context.version());
    store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
    context.ensure_record(&new, &rotation.record).await?;
    Ok(context.ensure_absent(&old).await?)
}

pub(crate) async fn a_rotated_away_key_is_gone(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    context.rotate(&old, &new, "moved", &Expect::PRESENT).await?;
    let update = context.update(&old, "late", &Expect::PRESENT).await;
    ensure_rejected!(update, Gone);
    let touch = context.touch(&old, context.in_seconds(9_000), &Expect::PRESENT).await;
    ensure_rejected!(touch, Gone);
    let another = context.key("another");
    let rotated = context.rotate(&old, &another, "late", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Gone);
    let deletion = context.store().delete(&old, &Expect::PRESENT).await?;
    ensure_eq!(deletion, Deletion::WasAbsent, "a deletion of the old key");
    context.ensure_absent(&another).await?;
    Ok(context.ensure_data(&new, "moved").await?)
}

pub(crate) async fn rotation_of_a_deleted_session_is_gone(context: &Context) -> Verdict {
    for old in [context.given_deleted("a").await?, context.key("unknown")] {
        rotation_is_gone(context, &old).await?;
    }
    Ok(())
}

pub(crate) async fn rotation_of_an_expired_session_is_gone(context: &Context) -> Verdict {
    let old = context.given_expired("a").await?;
    Ok(rotation_is_gone(context, &old).await?)
}

pub(crate) async fn a_session_can_be_rotated_up_to_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "old");
    let old = context.given_record("old", &record).await?;
    context.advance_to_just_before(record.expires);
    let new = context.key("new");
    context.rotate(&old, &new, "moved", &Expect::PRESENT).await?;
    Ok(context.ensure_data(&new, "moved").await?)
}

async fn rotation_is_gone(context: &Context, old: &Key) -> Checked {
    let new = context.key("new");
    let rotated = context.rotate(old, &new, "late", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Gone);
    context.ensure_absent(&new).await?;
    context.ensure_absent(old).await
}

pub(crate) async fn a_rotation_onto_a_live_record_is_rejected(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.given("new").await?);
    let before = (context.snapshot(&old).await?, context.snapshot(&new).await?);
    let rotated = context.rotate(&old, &new, "moved", &Expect::PRESENT).await;
    ensure_rejected!(rotated, AlreadyExists);
    context.ensure_unchanged(&old, &before.0).await?;
    Ok(context.ensure_unchanged(&new, &before.1).await?)
}

/// Nothing of the expired record is left, also where the new one has no lifetime of its own.
pub(crate) async fn a_rotation_replaces_an_expired_record(context: &Context) -> Verdict {
    let expired = Record { expires: context.in_seconds(10), ..context.record("expired") };
    let new = context.given_record("new", &expired).await?;
    let old = context.given("old").await?;
    context.advance_to_second(expired.expires);
    let rotation = Rotation { record: context.record_for(LIFE, "moved") };
    let (store, version) = (context.store(), context.version());
    store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
    context.ensure_record(&new, &rotation.record).await?;
    Ok(context.ensure_absent(&old).await?)
}

pub(crate) async fn a_rotation_does_not_inherit_the_lock_of_an_expired_record(
    context: &Context,
) -> Verdict {
    let (new, stale) = context.given_expired_locked("new").await?;
    let old = context.given("old").await?;
    context.rotate(&old, &new, "moved", &Expect::PRESENT).await?;
    let late = context.update(&new, "late", &Expect::lock(stale)).await;
    ensure_rejected!(late, LockLost);
    Ok(context.lock(&new, LEASE).await.map(drop)?)
}

pub(crate) async fn a_rotation_onto_itself_is_rejected(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let rotated = context.rotate(&key, &key, "moved", &Expect::PRESENT).await;
    ensure_rejected!(rotated, InvalidArgument);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

/// Where a record can move to any key there is no other place.
pub(crate) async fn a_rotation_to_another_place_is_rejected(context: &Context) -> Verdict {
    let Some(places) = context.capabilities().places() else { return Ok(()) };
    let old = context.given("old").await?;
    let before = context.snapshot(&old).await?;
    let keys = (0..10_000).map(|number| format!("{}~{number}", old.as_str()));
    let mut keys = keys.filter_map(|text| Key::new(text).ok());
    let Some(other) = keys.find(|key| places.of(key) != places.of(&old)) else { return Ok(()) };
    let rotated = context.rotate(&old, &other, "moved", &Expect::PRESENT).await;
    ensure_rejected!(rotated, InvalidArgument);
    context.ensure_absent(&other).await?;
    Ok(context.ensure_unchanged(&old, &before).await?)
}

pub(crate) async fn a_rotation_to_an_expiry_that_is_over_is_rejected(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let before = context.snapshot(&old).await?;
    let mut rotation = context.rotation("dead");
    rotation.record.expires = context.in_seconds(0);
    let (store, version) = (context.store(), context.version());
    let rotated = store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await;
    ensure_rejected!(rotated, InvalidArgument);
    context.ensure_absent(&new).await?;
    Ok(context.ensure_unchanged(&old, &before).await?)
}

pub(crate) async fn a_rotation_expecting_another_version_is_a_conflict(
    context: &Context,
) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let stale = context.snapshot(&old).await?.version;
    context.update(&old, "second", &Expect::PRESENT).await?;
    let before = context.snapshot(&old).await?;
    for other in [stale, Version::NONE] {
        let rotated = context.rotate(&old, &new, "late", &Expect::version(other)).await;
        ensure_rejected!(rotated, Conflict);
        context.ensure_absent(&new).await?;
        context.ensure_unchanged(&old, &before).await?;
    }

    let read = Expect::version(before.version);
    context.rotate(&old, &new, "moved", &read).await?;
    Ok(context.ensure_data(&new, "moved").await?)
}

pub(crate) async fn of_many_rotations_of_one_key_exactly_one_wins(context: &Context) -> Verdict {
    let old = context.given("old").await?;
    let rotations = (0..8).map(|number| {
        let (store, old) = (Arc::clone(context.store()), old.clone());
        let (rotation, version) = (context.rotation("moved"), context.version());
        let new = context.key(&format!("new {number}"));
        async move {
            let expect = Expect::PRESENT;
            let rotated = store.rotate(&old, &new, &rotation, &expect, &version).await;
            (new, rotated)
        }
    });
    let mut winners = 0;
    for (new, rotated) in all_at_once(rotations).await? {
        if has_won(rotated)? {
            winners += 1;
            context.ensure_data(&new, "moved").await?;
        } else {
            context.ensure_absent(&new).await?;
        }
    }
    ensure_eq!(winners, 1, "the number of winners");
    Ok(context.ensure_absent(&old).await?)
}

/// A deleted session does not live on under the new key.
///
/// This holds whether the rotation or the deletion comes first.
pub(crate) async fn a_rotation_that_loses_against_a_deletion_is_gone(context: &Context) -> Verdict {
    for round in 0..8 {
        let old = context.given(&format!("old {round}")).await?;
        let new = context.key(&format!("new {round}"));
        let (rotated, deletion) = rotate_and_delete(context, &old, &new).await?;
        let is_moved = has_won(rotated)?;
        let is_deleted = match deletion {
            Err(error) if error.kind() == ErrorKind::Unavailable => false,
            deletion => deletion? == Deletion::Deleted,
        };
        ensure!(!(is_moved && is_deleted), "both rotation and deletion found the session");
        if is_moved {
            context.ensure_data(&new, "moved").await?;
        } else {
            context.ensure_absent(&new).await?;
        }
        if is_moved || is_deleted {
            context.ensure_absent(&old).await?;
        }
    }
    Ok(())
}

/// A reader finds the record at exactly one key, even during a rotation.
pub(crate) async fn a_reader_finds_a_rotating_record_at_one_key(context: &Context) -> Verdict {
    for round in 0..8 {
        let old = context.given(&format!("old {round}")).await?;
        let new = context.key(&format!("new {round}"));
        let rotating = rotate_beside(context, &old, &new);
        for _ in 0..MOST_LOOKS {
            if rotating.is_finished() {
                break;
            }
            ensure_at_one_key(context, &old, &new).await?;
            yield_now().await;
        }
        join(rotating).await?;
        ensure_at_one_key(context, &old, &new).await?;
        context.ensure_data(&new, "moved").await?;
    }
    Ok(())
}

/// More looks than a rotation takes.
const MOST_LOOKS: usize = 10_000;

/// A reader finds the record at exactly one of the two keys.
async fn ensure_at_one_key(context: &Context, old: &Key, new: &Key) -> Checked {
    let has_arrived = context.store().load(new, Freshness::Latest).await?.is_some();
    let has_stayed = context.store().load(old, Freshness::Latest).await?.is_some();
    ensure!(!(has_arrived && has_stayed), "the record is at both keys");
    let has_left = context.store().load(old, Freshness::Latest).await?.is_none();
    let is_missing = context.store().load(new, Freshness::Latest).await?.is_none();
    ensure!(!(has_left && is_missing), "the record is at neither key");
    Ok(())
}

/// Returns whether a rotation won, and checks the error of one that lost.
///
/// A loser finds nothing at the old key. If transactions met, it may be `Unavailable`.
#[track_caller]
fn has_won(rotated: Result<()>) -> Verdict<bool> {
    match rotated {
        Ok(()) => Ok(true),
        Err(error) => {
            let is_lost = matches!(error.kind(), ErrorKind::Gone | ErrorKind::Unavailable);
            ensure!(is_lost, "the rejection of the losing rotation: {error}");
            Ok(false)
        }
    }
}

/// Rotates in a task of its own.
fn rotate_beside(context: &Context, old: &Key, new: &Key) -> JoinHandle<Result<()>> {
    let (store, old, new) = (Arc::clone(context.store()), old.clone(), new.clone());
    let (rotation, version) = (context.rotation("moved"), context.version());
    tokio::spawn(
        async move { store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await },
    )
}

async fn rotate_and_delete(
    context: &Context,
    old: &Key,
    new: &Key,
) -> Checked<(Result<()>, Result<Deletion>)> {
    let rotate = rotate_beside(context, old, new);
    let (store, key) = (Arc::clone(context.store()), old.clone());
    let delete = tokio::spawn(async move { store.delete(&key, &Expect::PRESENT).await });
    let failed = |error| Finding::new(format!("a task failed: {error}"));
    Ok((rotate.await.map_err(failed)?, delete.await.map_err(failed)?))
}
