//! A watch reports a lock that became free (L13).

use crate::context::LEASE;
use crate::ensure::ensure;
use crate::{Checked, Context, Finding, Verdict};
use futures_util::future::{Either, poll_immediate, select};
use session_core::store::{Expect, Key, LockDisposition, LockToken, Touch, Watch};
use session_core::time::{Timer, TokioTimer};
use std::pin::pin;
use std::time::Duration;

/// The time within which a report must arrive, possibly from a server.
///
/// Only a case that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) async fn a_dropped_wait_loses_no_report(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let mut watch = watch(context, &key).await?;
    // It may report too early, so whether it does shows nothing.
    let _ = poll_immediate(watch.changed()).await;
    context.locking()?.release(&key, &token).await?;
    Ok(ensure_reported(&mut *watch, "a release after a wait that was dropped").await?)
}

pub(crate) async fn a_watch_reports_a_release_before_the_wait(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let mut watch = watch(context, &key).await?;
    context.locking()?.release(&key, &token).await?;
    Ok(ensure_reported(&mut *watch, "a release before the wait").await?)
}

/// Also with another watch on the same lock, and after that has ended.
pub(crate) async fn a_watch_reports_one_release_after_another(context: &Context) -> Verdict {
    let (key, mut token) = context.given_locked("a").await?;
    let mut watched = watch(context, &key).await?;
    let mut other = Some(watch(context, &key).await?);
    for release in ["the first release", "the second release", "the third release"] {
        context.locking()?.release(&key, &token).await?;
        ensure_reported(&mut *watched, release).await?;
        if let Some(mut other) = other.take() {
            ensure_reported(&mut *other, "a release to the second watch").await?;
        }
        token = context.lock(&key, LEASE).await?;
    }
    Ok(())
}

pub(crate) async fn a_watch_reports_a_write_that_releases(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let mut watch = watch(context, &key).await?;
    let (mut change, version) = (context.change("written"), context.version());
    change.lock = LockDisposition::Release;
    context.store().update(&key, &change, &Expect::lock(token), &version).await?;
    ensure_reported(&mut *watch, "an update that releases").await?;

    let token = context.lock(&key, LEASE).await?;
    let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
    context.store().touch(&key, &touch, &Expect::lock(token)).await?;
    Ok(ensure_reported(&mut *watch, "a touch that releases").await?)
}

pub(crate) async fn a_watch_reports_a_deletion_and_a_rotation(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let mut deleted = watch(context, &key).await?;
    context.store().delete(&key, &Expect::PRESENT).await?;
    ensure_reported(&mut *deleted, "a deletion").await?;

    let (old, token) = context.given_locked("b").await?;
    if context.capabilities().rotates() {
        let mut rotated = watch(context, &old).await?;
        rotate(context, &old, token).await?;
        ensure_reported(&mut *rotated, "a rotation").await?;
    }
    Ok(())
}

async fn rotate(context: &Context, old: &Key, token: LockToken) -> Checked {
    let (rotation, version) = (context.rotation("moved"), context.version());
    let (store, new) = (context.store(), context.key("new"));
    Ok(store.rotate(old, &new, &rotation, &Expect::lock(token), &version).await?)
}

async fn watch(context: &Context, key: &Key) -> Checked<Box<dyn Watch>> {
    let watch = context.locking()?.watch(key).await;
    watch.ok_or_else(|| Finding::new("wake-ups are declared, and there is no watch"))
}

async fn ensure_reported(watch: &mut dyn Watch, what: &str) -> Checked {
    let timer = TokioTimer::new();
    let late = pin!(timer.sleep(PATIENCE));
    let is_reported = matches!(select(watch.changed(), late).await, Either::Left(_));
    ensure!(is_reported, "the watch does not report {what}");
    Ok(())
}
