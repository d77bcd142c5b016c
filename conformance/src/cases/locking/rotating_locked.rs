//! What a rotation does with the lock (L3, L4, L5, S4).

use crate::context::LEASE;
use crate::ensure::ensure_rejected;
use crate::{Context, Verdict};
use session_core::Result;
use session_core::store::{Expect, Key, LockToken};
use std::time::Duration;

pub(crate) async fn a_rotation_without_the_token_is_locked(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    rejected_rotation(context, &old, &token, &Expect::PRESENT).await
}

pub(crate) async fn a_rotation_with_anothers_token_is_lock_lost(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let foreign = Expect::lock(context.token());
    rejected_rotation(context, &old, &token, &foreign).await?;

    let unlocked = context.given("unlocked").await?;
    let before = context.snapshot(&unlocked).await?;
    let rotated = context.rotate(&unlocked, &context.key("new"), "late", &foreign).await;
    ensure_rejected!(rotated, LockLost);
    context.ensure_unchanged(&unlocked, &before).await
}

/// The rotation is refused for its lock, and neither record nor lock moves.
async fn rejected_rotation(
    context: &Context,
    old: &Key,
    holder: &LockToken,
    expect: &Expect,
) -> Verdict {
    let (before, new) = (context.snapshot(old).await?, context.key("new"));
    let rotated = context.rotate(old, &new, "late", expect).await;
    match expect.as_lock() {
        Some(_) => ensure_rejected!(rotated, LockLost),
        None => ensure_rejected!(rotated, Locked),
    }
    context.ensure_absent(&new).await?;
    context.ensure_unchanged(old, &before).await?;
    context.ensure_held(old, holder).await
}

pub(crate) async fn a_rotation_takes_the_lock_along(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let new = context.key("new");
    rotate_locked(context, &old, &new, &token, Some(LEASE)).await?;
    context.ensure_busy(&new).await?;
    context.ensure_held(&new, &token).await?;
    context.update(&new, "second", &Expect::lock(token)).await?;
    context.ensure_data(&new, "second").await
}

pub(crate) async fn a_rotated_lock_has_a_lease_of_its_own(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let new = context.key("new");
    context.advance(LEASE / 2);
    rotate_locked(context, &old, &new, &token, Some(LEASE)).await?;
    let lapse = context.lapse_of(LEASE);
    context.advance_to(lapse.saturating_sub(Duration::from_millis(1)));
    context.ensure_busy(&new).await?;
    context.advance_to(lapse);
    context.ensure_free(&new).await.map(drop)
}

pub(crate) async fn a_rotation_without_a_lease_releases_the_lock(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let new = context.key("new");
    rotate_locked(context, &old, &new, &token, None).await?;
    context.ensure_free(&new).await?;
    let late = context.update(&new, "late", &Expect::lock(token)).await;
    ensure_rejected!(late, LockLost);
    context.ensure_data(&new, "moved").await
}

pub(crate) async fn a_lock_moves_along_only_when_it_is_expected(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let before = context.snapshot(&old).await?;
    let (mut rotation, version) = (context.rotation("moved"), context.version());
    let (store, present) = (context.store(), Expect::PRESENT);
    rotation.lease = Some(LEASE);
    let rotated = store.rotate(&old, &new, &rotation, &present, &version).await;
    ensure_rejected!(rotated, InvalidArgument);
    context.ensure_absent(&new).await?;
    context.ensure_unchanged(&old, &before).await
}

async fn rotate_locked(
    context: &Context,
    old: &Key,
    new: &Key,
    token: &LockToken,
    lease: Option<Duration>,
) -> Result<()> {
    let (mut rotation, version) = (context.rotation("moved"), context.version());
    rotation.lease = lease;
    let (store, expect) = (context.store(), Expect::lock(token.clone()));
    store.rotate(old, new, &rotation, &expect, &version).await
}
