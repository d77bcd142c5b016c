//! A repeated call recognizes itself, and nobody else's (R11).

use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected, refused};
use crate::{Checked, Context, Verdict};
use session_core::store::{Acquired, Expect, Freshness, Key, LockDisposition, Touch};
use session_core::{ErrorKind, Result};
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
    Ok(context.ensure_unchanged(&key, &before).await?)
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
    Ok(context.ensure_unchanged(&key, &before).await?)
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
    let next = context.ensure_free(&key).await?;
    context.store().update(&key, &change, &expect, &version).await?;
    context.ensure_held(&key, &next).await?;
    context.update(&key, "later", &Expect::lock(next)).await?;
    let again = context.store().update(&key, &change, &expect, &version).await;
    ensure_rejected!(again, LockLost);
    Ok(context.ensure_data(&key, "later").await?)
}

pub(crate) async fn a_repeated_touch_that_released_its_lock_succeeds(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
    let expect = Expect::lock(token);
    for _ in 0..2 {
        context.store().touch(&key, &touch, &expect).await?;
    }
    Ok(context.ensure_free(&key).await.map(drop)?)
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
    Ok(context.ensure_held(&key, &next).await?)
}

/// Another write has replaced the version that the repeated call names.
///
/// The first call left no lock and this expiry.
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
    Ok(context.ensure_unchanged(&key, &before).await?)
}

/// The rotation is repeated a moment later.
///
/// A store that puts the time into its requests then sends another request.
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
    Ok(context.ensure_free(&new).await.map(drop)?)
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
    Ok(context.ensure_record(&new, &rotation.record).await?)
}

/// A lost rotation is no success if another's live record is at the new key.
pub(crate) async fn the_record_of_another_is_no_repeated_rotation(context: &Context) -> Verdict {
    let (old, new) = (context.given_deleted("old").await?, context.given("new").await?);
    let before = context.snapshot(&new).await?;
    let rotated = context.rotate(&old, &new, "moved", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Gone);
    Ok(context.ensure_unchanged(&new, &before).await?)
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
    Ok(context.ensure_busy(&key).await?)
}

/// A step of another handle between a call and its repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Touch,
    Lock,
    Update,
    Replace,
    Delete,
    Rotate,
}

impl Step {
    /// The steps that are possible with the store.
    fn all(context: &Context) -> impl Iterator<Item = Self> + use<> {
        let capabilities = context.capabilities();
        let all =
            [Self::Touch, Self::Lock, Self::Update, Self::Replace, Self::Delete, Self::Rotate];
        all.into_iter().filter(move |step| match step {
            Self::Lock => capabilities.locks(),
            Self::Rotate => capabilities.rotates(),
            _ => true,
        })
    }

    async fn take(self, context: &Context, key: &Key) -> Checked {
        let (store, present) = (context.store(), Expect::PRESENT);
        match self {
            Self::Touch => context.touch(key, context.in_seconds(9_000), &present).await?,
            Self::Lock => _ = context.lock(key, LEASE).await?,
            Self::Update => context.update(key, "later", &present).await?,
            Self::Rotate => context.rotate(key, &context.key("away"), "away", &present).await?,
            Self::Delete | Self::Replace => drop(store.delete(key, &present).await?),
        }
        if self == Self::Replace {
            store.create(key, &context.record("another"), &context.version()).await?;
        }
        Ok(())
    }

    /// Makes a call that writes `key`, takes this step, and repeats the call.
    ///
    /// The repetition succeeds if the version of the call is still the record's. It is `replaced` if
    /// another record is there, and `gone`, or done again, if there is none.
    async fn between_calls<F: Future<Output = Result<()>>>(
        self,
        context: &Context,
        key: &Key,
        call: impl Fn() -> F,
        (replaced, gone): (ErrorKind, Option<ErrorKind>),
    ) -> Checked {
        call().await?;
        self.take(context, key).await?;
        let before = context.store().load(key, Freshness::Latest).await?;
        let again = call().await;
        let rejection = match self {
            Self::Touch | Self::Lock => None,
            Self::Update | Self::Replace => Some(replaced),
            Self::Delete | Self::Rotate => gone,
        };
        match rejection {
            Some(expected) => refused(again, expected.name(), |kind| kind == expected)?,
            None => again?,
        }
        let after = context.store().load(key, Freshness::Latest).await?;
        if rejection.is_none() && before.is_none() {
            ensure!(after.is_some(), "after {self:?}, a repeated call created nothing");
            return Ok(());
        }
        ensure_eq!(after, before, "what a repeated call leaves after {self:?}");
        if self == Self::Lock { context.ensure_busy(key).await } else { Ok(()) }
    }
}

pub(crate) async fn a_repeated_creation_is_judged_by_the_record(context: &Context) -> Verdict {
    for step in Step::all(context) {
        let (key, record) = (context.key(&format!("{step:?}")), context.record("data"));
        let (store, version) = (context.store(), context.version());
        let create = || store.create(&key, &record, &version);
        step.between_calls(context, &key, create, (ErrorKind::AlreadyExists, None)).await?;
    }
    Ok(())
}

pub(crate) async fn a_repeated_update_is_judged_by_the_record(context: &Context) -> Verdict {
    for step in Step::all(context) {
        let key = context.given(&format!("{step:?}")).await?;
        let expect = Expect::version(context.snapshot(&key).await?.version);
        let (change, version) = (context.change("second"), context.version());
        let update = || context.store().update(&key, &change, &expect, &version);
        let rejections = (ErrorKind::Conflict, Some(ErrorKind::Gone));
        step.between_calls(context, &key, update, rejections).await?;
    }
    Ok(())
}
