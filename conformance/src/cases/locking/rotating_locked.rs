//! A rotation needs the token of a live lock, and ends the lock (L3, L4, L5).

use crate::ensure::ensure_rejected;
use crate::{Checked, Context, Verdict};
use session_core::store::{Expect, Key, LockToken};

pub(crate) async fn a_rotation_without_the_token_is_locked(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    Ok(rejected_rotation(context, &old, &token, &Expect::PRESENT).await?)
}

pub(crate) async fn a_rotation_with_the_token_of_another_is_lock_lost(
    context: &Context,
) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let foreign = Expect::lock(context.token());
    rejected_rotation(context, &old, &token, &foreign).await?;

    let unlocked = context.given("unlocked").await?;
    let before = context.snapshot(&unlocked).await?;
    let rotated = context.rotate(&unlocked, &context.key("new"), "late", &foreign).await;
    ensure_rejected!(rotated, LockLost);
    Ok(context.ensure_unchanged(&unlocked, &before).await?)
}

/// The rotation is rejected for its lock, and neither record nor lock moves.
async fn rejected_rotation(
    context: &Context,
    old: &Key,
    holder: &LockToken,
    expect: &Expect,
) -> Checked {
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

/// Under its new key too, the token is worth nothing.
pub(crate) async fn a_rotation_ends_the_lock(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let (new, held) = (context.key("new"), Expect::lock(token));
    context.rotate(&old, &new, "moved", &held).await?;
    let late = context.update(&new, "late", &held).await;
    ensure_rejected!(late, LockLost);
    context.ensure_free(&new).await?;
    Ok(context.ensure_data(&new, "moved").await?)
}

pub(crate) async fn a_rotation_that_passes_a_lapsed_lock_ends_it(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let new = context.key("new");
    context.let_the_lease_lapse();
    context.rotate(&old, &new, "moved", &Expect::PRESENT).await?;
    let late = context.update(&new, "late", &Expect::lock(token)).await;
    ensure_rejected!(late, LockLost);
    Ok(context.ensure_data(&new, "moved").await?)
}
