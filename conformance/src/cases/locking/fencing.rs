//! A live lock stops some operations, and its token allows them (L3, L4, L5).

use crate::context::LIFE;
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict};
use session_core::store::{Acquired, Deletion, Expect, Key, LockDisposition, LockToken, Touch};
use session_core::time::Timestamp;

pub(crate) async fn a_live_lock_stops_no_reader(context: &Context) -> Verdict {
    let record = context.record("data");
    let key = context.given_record("a", &record).await?;
    context.ensure_free(&key).await?;
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn an_update_without_the_token_is_locked(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    let update = context.update(&key, "late", &Expect::PRESENT).await;
    ensure_rejected!(update, Locked);
    context.ensure_unchanged(&key, &before).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn an_update_of_the_version_read_is_locked_too(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    let read = Expect::version(before.version.clone());
    ensure_rejected!(context.update(&key, "late", &read).await, Locked);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn a_deletion_passes_a_live_lock(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let deletion = context.store().delete(&key, &Expect::PRESENT).await?;
    ensure_eq!(deletion, Deletion::Deleted, "the deletion");
    context.ensure_absent(&key).await?;
    let late = context.update(&key, "late", &Expect::lock(token)).await;
    ensure_rejected!(late, Gone);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_deletion_of_the_version_read_passes_a_live_lock(
    context: &Context,
) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let read = Expect::version(context.snapshot(&key).await?.version);
    let deletion = context.store().delete(&key, &read).await?;
    ensure_eq!(deletion, Deletion::Deleted, "the deletion");
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn an_update_with_the_token_of_another_is_lock_lost(context: &Context) -> Verdict {
    for key in locked_and_unlocked(context).await? {
        let before = context.snapshot(&key).await?;
        let foreign = Expect::lock(context.token());
        ensure_rejected!(context.update(&key, "late", &foreign).await, LockLost);
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

pub(crate) async fn a_touch_with_the_token_of_another_is_lock_lost(context: &Context) -> Verdict {
    for key in locked_and_unlocked(context).await? {
        let before = context.snapshot(&key).await?;
        let foreign = Expect::lock(context.token());
        for expires in [context.in_seconds(2 * LIFE), context.in_seconds(1)] {
            let touch = context.touch(&key, expires, &foreign).await;
            ensure_rejected!(touch, LockLost);
        }
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

pub(crate) async fn a_deletion_with_the_token_of_another_is_lock_lost(
    context: &Context,
) -> Verdict {
    for key in locked_and_unlocked(context).await? {
        let before = context.snapshot(&key).await?;
        let foreign = Expect::lock(context.token());
        ensure_rejected!(context.store().delete(&key, &foreign).await, LockLost);
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

async fn locked_and_unlocked(context: &Context) -> Checked<[Key; 2]> {
    let (locked, _) = context.given_locked("locked").await?;
    Ok([locked, context.given("unlocked").await?])
}

pub(crate) async fn the_holder_writes_and_keeps_its_lock(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let expect = Expect::lock(token.clone());
    for data in ["second", "third"] {
        context.update(&key, data, &expect).await?;
        context.ensure_data(&key, data).await?;
        context.ensure_busy(&key).await?;
    }
    let expires = context.in_seconds(3 * LIFE);
    context.touch(&key, expires, &expect).await?;
    ensure_eq!(context.snapshot(&key).await?.record.expires, expires, "the expiry");
    context.ensure_busy(&key).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn the_holder_deletes(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let deletion = context.store().delete(&key, &Expect::lock(token)).await?;
    ensure_eq!(deletion, Deletion::Deleted, "the deletion");
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn an_update_releases_in_the_same_step(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let (mut change, version) = (context.change("second"), context.version());
    change.lock = LockDisposition::Release;
    let expect = Expect::lock(token.clone());
    context.store().update(&key, &change, &expect, &version).await?;
    context.ensure_data(&key, "second").await?;
    Ok(ensure_stale(context, &key, token).await?)
}

pub(crate) async fn a_touch_releases_in_the_same_step(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let expires = context.in_seconds(2 * LIFE);
    release_by_touch(context, &key, &token, expires).await?;
    ensure_eq!(context.snapshot(&key).await?.record.expires, expires, "the expiry");
    Ok(ensure_stale(context, &key, token).await?)
}

pub(crate) async fn a_touch_that_moves_nothing_still_releases(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    release_by_touch(context, &key, &token, context.in_seconds(1)).await?;
    context.ensure_unchanged(&key, &before).await?;
    Ok(ensure_stale(context, &key, token).await?)
}

async fn release_by_touch(
    context: &Context,
    key: &Key,
    token: &LockToken,
    expires: Timestamp,
) -> Checked {
    let lock = LockDisposition::Release;
    let touch = Touch { expires, lock };
    let expect = Expect::lock(token.clone());
    Ok(context.store().touch(key, &touch, &expect).await?)
}

/// The lock is free, and who held it can write no more.
async fn ensure_stale(context: &Context, key: &Key, token: LockToken) -> Checked {
    context.ensure_free(key).await?;
    let late = context.update(key, "late", &Expect::lock(token)).await;
    ensure_rejected!(late, LockLost);
    Ok(())
}

/// A later session under the key is neither locked nor open to the former holder.
pub(crate) async fn a_lock_ends_with_its_record(context: &Context) -> Verdict {
    let (store, capabilities) = (context.store(), context.capabilities());
    let (mut ended, present) = (Vec::new(), Expect::PRESENT);
    let (key, token) = context.given_locked("by its holder").await?;
    store.delete(&key, &Expect::lock(token.clone())).await?;
    ended.push((key, token));
    let (key, token) = context.given_locked("by another").await?;
    store.delete(&key, &present).await?;
    ended.push((key, token));
    if capabilities.rotates() {
        let (key, token) = context.given_locked("rotated").await?;
        let new = context.key("new");
        context.rotate(&key, &new, "moved", &Expect::lock(token.clone())).await?;
        store.delete(&new, &present).await?;
        ended.extend([(key, token.clone()), (new, token)]);
    }
    ensure_new_locks(context, ended).await?;
    let (key, token) = context.given_expired_locked("expired").await?;
    context.let_the_lease_lapse();
    if capabilities.collects() {
        context.sweep(100).await?;
    }
    Ok(ensure_new_locks(context, vec![(key, token)]).await?)
}

/// Checks that nothing is left under these keys, neither a record nor a lock.
///
/// A record that is created there can be locked and written.
async fn ensure_new_locks(context: &Context, ended: Vec<(Key, LockToken)>) -> Checked {
    for (key, token) in ended {
        context.ensure_absent(&key).await?;
        let answer = context.contend(&key).await?;
        ensure_eq!(answer, Acquired::Absent, "an acquisition of the record that ended");
        context.store().create(&key, &context.record("new"), &context.version()).await?;
        ensure_rejected!(context.update(&key, "late", &Expect::lock(token)).await, LockLost);
        context.update(&key, "later", &Expect::PRESENT).await?;
        context.ensure_free(&key).await?;
    }
    Ok(())
}
