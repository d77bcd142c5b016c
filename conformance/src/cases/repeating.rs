//! A repeated call recognizes itself, and nobody else's (R11).

use crate::context::LEASE;
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::store::{Acquired, Expect, LockDisposition, Touch};
use std::time::Duration;

pub(crate) async fn a_repeated_creation_succeeds(context: &Context) -> Verdict {
    let (key, record, version) = (context.key("a"), context.record("data"), context.version());
    for _ in 0..2 {
        context.store().create(&key, &record, &version).await?;
        context.ensure_record(&key, &record).await?;
    }
    Ok(())
}

pub(crate) async fn a_repeated_creation_does_not_undo_a_later_write(context: &Context) -> Verdict {
    let (key, record, version) = (context.key("a"), context.record("data"), context.version());
    context.store().create(&key, &record, &version).await?;
    context.update(&key, "later", &Expect::PRESENT).await?;
    let before = context.snapshot(&key).await?;
    let again = context.store().create(&key, &record, &version).await;
    ensure_rejected!(again, AlreadyExists);
    context.ensure_unchanged(&key, &before).await
}

pub(crate) async fn a_repeated_update_succeeds(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let expect = Expect::version(context.snapshot(&key).await?.version);
    let (change, version) = (context.change("second"), context.version());
    for _ in 0..2 {
        context.store().update(&key, &change, &expect, &version).await?;
        context.ensure_data(&key, "second").await?;
    }
    Ok(())
}

pub(crate) async fn a_repeated_update_does_not_undo_a_later_write(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let expect = Expect::version(context.snapshot(&key).await?.version);
    let (change, version) = (context.change("second"), context.version());
    context.store().update(&key, &change, &expect, &version).await?;
    context.update(&key, "later", &Expect::PRESENT).await?;
    let before = context.snapshot(&key).await?;
    let again = context.store().update(&key, &change, &expect, &version).await;
    ensure_rejected!(again, Conflict);
    context.ensure_unchanged(&key, &before).await
}

pub(crate) async fn a_repeated_update_that_released_its_lock_succeeds(
    context: &Context,
) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let (mut change, version) = (context.change("second"), context.version());
    change.lock = LockDisposition::Release;
    let expect = Expect::lock(token);
    for _ in 0..2 {
        context.store().update(&key, &change, &expect, &version).await?;
    }
    context.ensure_data(&key, "second").await?;
    context.ensure_free(&key).await.map(drop)
}

pub(crate) async fn a_repeated_touch_that_released_its_lock_succeeds(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
    let expect = Expect::lock(token);
    for _ in 0..2 {
        context.store().touch(&key, &touch, &expect).await?;
    }
    context.ensure_free(&key).await.map(drop)
}

/// The expiry is as the first call left it, but the lock is the next holder's.
pub(crate) async fn a_repeated_touch_does_not_release_the_next_holders_lock(
    context: &Context,
) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
    let expect = Expect::lock(token);
    context.store().touch(&key, &touch, &expect).await?;
    let next = context.ensure_free(&key).await?;
    let again = context.store().touch(&key, &touch, &expect).await;
    ensure_rejected!(again, LockLost);
    context.ensure_busy(&key).await?;
    context.ensure_held(&key, &next).await
}

/// The first call left no lock and this expiry, but the version that it names is another's now.
pub(crate) async fn a_repeated_touch_of_another_version_is_a_conflict(
    context: &Context,
) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let version = context.snapshot(&key).await?.version;
    let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
    let expect = Expect::lock(token).and_version(version);
    context.store().touch(&key, &touch, &expect).await?;
    let mut change = context.change("later");
    change.expires = touch.expires;
    context.store().update(&key, &change, &Expect::PRESENT, &context.version()).await?;
    let before = context.snapshot(&key).await?;
    let again = context.store().touch(&key, &touch, &expect).await;
    ensure_rejected!(again, Conflict);
    context.ensure_unchanged(&key, &before).await
}

/// Also a moment later, when a store that puts the time into its requests sends other ones.
pub(crate) async fn a_repeated_rotation_succeeds(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let (rotation, version) = (context.rotation("moved"), context.version());
    for _ in 0..2 {
        let (store, expect) = (context.store(), Expect::PRESENT);
        store.rotate(&old, &new, &rotation, &expect, &version).await?;
        context.ensure_record(&new, &rotation.record).await?;
        context.ensure_absent(&old).await?;
        context.advance(Duration::from_secs(1));
    }
    Ok(())
}

pub(crate) async fn a_repeated_rotation_of_a_locked_session_succeeds(context: &Context) -> Verdict {
    let (old, token) = context.given_locked("old").await?;
    let (new, version) = (context.key("new"), context.version());
    let (rotation, expect) = (context.rotation("moved"), Expect::lock(token));
    for _ in 0..2 {
        let store = context.store();
        store.rotate(&old, &new, &rotation, &expect, &version).await?;
    }
    context.ensure_data(&new, "moved").await?;
    context.ensure_free(&new).await.map(drop)
}

/// Another session has taken the old key since.
pub(crate) async fn a_repeated_rotation_succeeds_whatever_took_the_old_key(
    context: &Context,
) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let (rotation, version) = (context.rotation("moved"), context.version());
    let store = context.store();
    store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
    store.create(&old, &context.record("another"), &context.version()).await?;
    let before = context.snapshot(&old).await?;
    store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
    context.ensure_unchanged(&old, &before).await?;
    context.ensure_record(&new, &rotation.record).await
}

/// A live record that somebody else wrote at the new key does not make a lost rotation a success.
pub(crate) async fn the_record_of_another_is_no_repeated_rotation(context: &Context) -> Verdict {
    let (old, new) = (context.given_deleted("old").await?, context.given("new").await?);
    let before = context.snapshot(&new).await?;
    let rotated = context.rotate(&old, &new, "moved", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Gone);
    context.ensure_unchanged(&new, &before).await
}

pub(crate) async fn a_repeated_acquisition_succeeds(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let read = context.snapshot(&key).await?;
    let token = context.token();
    for _ in 0..3 {
        let acquired = context.locking()?.acquire(&key, &token, LEASE).await?;
        let expected = Acquired::Locked(read.clone());
        ensure_eq!(acquired, expected, "the answer to the same token");
    }
    context.ensure_busy(&key).await
}
