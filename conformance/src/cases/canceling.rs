//! A dropped future leaves the state before or after the operation (R13).
//!
//! Each case drops an operation at its first await, its second, and so on, until it is done.

use crate::context::{LEASE, drop_at_every_await, join, let_go_on, poll_up_to, up_to};
use crate::ensure::{ensure, ensure_eq};
use crate::{Checked, Context, Verdict};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Change, Expect, Freshness, Key, LockDisposition, LockToken, OwnLifetime, Record, Touch,
};
use std::sync::Arc;
use tokio::task::yield_now;

/// How many turns a task gets that goes on after a drop.
const LATER: usize = 64;

pub(crate) async fn a_dropped_load_changes_nothing(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let key = context.given(&format!("{polls}")).await?;
        let before = context.snapshot(&key).await?;
        let done = context.up_to(polls, context.store().load(&key, Freshness::Latest)).await;
        context.ensure_unchanged(&key, &before).await?;
        done.transpose()?.is_some()
    })
}

pub(crate) async fn a_dropped_creation_is_whole_or_not_at_all(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (key, record) = (context.key(&format!("{polls}")), context.record("data"));
        let version = context.version();
        let done = context.up_to(polls, context.store().create(&key, &record, &version)).await;
        match context.store().load(&key, Freshness::Latest).await? {
            Some(_) => context.ensure_record(&key, &record).await?,
            None => ensure!(done.is_none(), "a creation that succeeded left nothing"),
        }
        done.transpose()?.is_some()
    })
}

pub(crate) async fn a_dropped_update_is_whole_or_not_at_all(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let before = context.record("first");
        let key = context.given_record(&format!("{polls}"), &before).await?;
        let change = Change { lifetime: context.lifetime(60), ..context.change("second") };
        let version = context.version();
        let update = context.store().update(&key, &change, &Expect::PRESENT, &version);
        let done = context.up_to(polls, update).await;
        let found = context.snapshot(&key).await?.record;
        let is_after = found == changed(&before, &change);
        let is_before = done.is_none() && found == before;
        ensure!(is_after || is_before, "neither before nor after: {found:?}");
        done.transpose()?.is_some()
    })
}

/// Two reads after a dropped call show the same record, with time between them.
///
/// This holds for stores whose dropped calls settle at once, or of which it is known when.
pub(crate) async fn a_dropped_call_changes_nothing_later(context: &Context) -> Verdict {
    if !context.settles() {
        return Ok(());
    }
    drop_at_every_await!(|polls| {
        let key = context.given(&format!("{polls}")).await?;
        let (change, version) = (context.change("second"), context.version());
        let update = context.store().update(&key, &change, &Expect::PRESENT, &version);
        let done = context.up_to(polls, update).await;
        let first = context.snapshot(&key).await?;
        context.ensure_unchanged(&key, &first).await?;
        for _ in 0..LATER {
            yield_now().await;
        }
        context.ensure_unchanged(&key, &first).await?;
        done.transpose()?.is_some()
    })
}

/// Either the concurrent write stays, or the dropped one does.
pub(crate) async fn a_dropped_update_undoes_no_other_write(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let key = context.given(&format!("{polls}")).await?;
        let (change, version) = (context.change("dropped"), context.version());
        let update = context.store().update(&key, &change, &Expect::PRESENT, &version);
        let mut update = Box::pin(update);
        let done = poll_up_to(polls, update.as_mut()).await;
        let other = tokio::spawn(update_to_other(context, &key));
        let_go_on(&other).await;
        drop(update);
        join(other).await?;
        context.settle().await;
        let found = context.snapshot(&key).await?.record.payload;
        let either = [context.payload("other"), context.payload("dropped")];
        ensure!(either.contains(&found), "a write that was acknowledged is lost");
        done.transpose()?.is_some()
    })
}

/// Another's update, as a task of its own.
fn update_to_other(context: &Context, key: &Key) -> impl Future<Output = Result<()>> + use<> {
    let (store, key) = (Arc::clone(context.store()), key.clone());
    let (change, version) = (context.change("other"), context.version());
    async move { store.update(&key, &change, &Expect::PRESENT, &version).await }
}

pub(crate) async fn a_dropped_touch_is_whole_or_not_at_all(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let key = context.given(&format!("{polls}")).await?;
        let before = context.snapshot(&key).await?;
        let mut after = before.clone();
        after.record.expires = context.in_seconds(9_000);
        let touch = Touch { expires: after.record.expires, lock: LockDisposition::Keep };
        let done =
            context.up_to(polls, context.store().touch(&key, &touch, &Expect::PRESENT)).await;
        let found = context.snapshot(&key).await?;
        let is_before = done.is_none() && found == before;
        ensure!(is_before || found == after, "neither before nor after: {found:?}");
        done.transpose()?.is_some()
    })
}

fn changed(before: &Record, change: &Change) -> Record {
    let (deadline, idle) = match change.lifetime {
        Some(OwnLifetime { idle, deadline }) => (deadline, Some(idle)),
        None => (before.deadline, before.idle),
    };
    Record { payload: change.payload.clone(), expires: change.expires, deadline, idle }
}

pub(crate) async fn a_dropped_rotation_leaves_one_record(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let old = context.given(&format!("old {polls}")).await?;
        let (before, new) = (context.snapshot(&old).await?, context.key(&format!("new {polls}")));
        let (rotation, version) = (context.rotation("moved"), context.version());
        let expect = Expect::PRESENT;
        let rotate = context.store().rotate(&old, &new, &rotation, &expect, &version);
        let done = context.up_to(polls, rotate).await;
        let has_moved = context.has_moved(&old, &new).await?;
        ensure!(has_moved || done.is_none(), "a rotation that succeeded moved nothing");
        match context.store().load(&old, Freshness::Latest).await? {
            Some(found) => ensure_eq!(found, before, "the record at the old key"),
            None => context.ensure_record(&new, &rotation.record).await?,
        }
        done.transpose()?.is_some()
    })
}

pub(crate) async fn a_dropped_deletion_is_whole_or_not_at_all(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let key = context.given(&format!("{polls}")).await?;
        let before = context.snapshot(&key).await?;
        let done = context.up_to(polls, context.store().delete(&key, &Expect::PRESENT)).await;
        if context.store().load(&key, Freshness::Latest).await?.is_some() {
            ensure!(done.is_none(), "a deletion that succeeded left the record");
            context.ensure_unchanged(&key, &before).await?;
        }
        done.transpose()?.is_some()
    })
}

pub(crate) async fn a_dropped_acquisition_locks_no_longer_than_its_lease(
    context: &Context,
) -> Verdict {
    drop_at_every_await!(|polls| {
        let key = context.given(&format!("{polls}")).await?;
        let (locking, token) = (context.locking()?, context.token());
        let lapse = context.lapse_of(LEASE);
        let done = context.up_to(polls, locking.acquire(&key, &token, LEASE)).await;
        context.ensure_data(&key, &format!("{polls}")).await?;
        context.advance_to(lapse);
        context.lock(&key, LEASE).await?;
        done.transpose()?.is_some()
    })
}

/// Data and lock change in one step: never the one without the other.
pub(crate) async fn a_dropped_update_releases_only_with_its_write(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (key, token) = context.given_locked(&format!("{polls}")).await?;
        let before = context.snapshot(&key).await?;
        let (mut change, version) = (context.change("second"), context.version());
        change.lock = LockDisposition::Release;
        let expect = Expect::lock(token.clone());
        let done =
            context.up_to(polls, context.store().update(&key, &change, &expect, &version)).await;
        let is_written = context.snapshot(&key).await?.record != before.record;
        ensure!(is_written || done.is_none(), "an update that succeeded wrote nothing");
        ensure_lock_stands(context, &key, &token, !is_written).await?;
        done.transpose()?.is_some()
    })
}

pub(crate) async fn a_dropped_touch_releases_only_with_its_expiry(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (key, token) = context.given_locked(&format!("{polls}")).await?;
        let before = context.snapshot(&key).await?.record;
        let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
        let expect = Expect::lock(token.clone());
        let done = context.up_to(polls, context.store().touch(&key, &touch, &expect)).await;
        let found = context.snapshot(&key).await?.record;
        let is_touched = found.expires != before.expires;
        ensure!(found.payload == before.payload, "a touch changed the data");
        ensure!(is_touched || done.is_none(), "a touch that succeeded moved nothing");
        ensure_lock_stands(context, &key, &token, !is_touched).await?;
        done.transpose()?.is_some()
    })
}

async fn ensure_lock_stands(
    context: &Context,
    key: &Key,
    token: &LockToken,
    stands: bool,
) -> Checked {
    if stands {
        context.ensure_held(key, token).await
    } else {
        context.ensure_free(key).await.map(drop)
    }
}

pub(crate) async fn a_dropped_sweep_has_deleted_expired_records_only(context: &Context) -> Verdict {
    let live = context.given("live").await?;
    let before = context.snapshot(&live).await?;
    drop_at_every_await!(|polls| {
        let record = context.record_for(1, "dead");
        let dead = context.given_record(&format!("{polls}"), &record).await?;
        context.advance_to_second(record.expires);
        let budget = Context::budget(100);
        let done = context.up_to(polls, context.collecting()?.sweep(&budget, None)).await;
        context.ensure_absent(&dead).await?;
        context.ensure_unchanged(&live, &before).await?;
        done.transpose()?.is_some()
    })
}

/// The operations in an order in which each of them succeeds on new keys.
const IN_ORDER: [Operation; 10] = [
    Operation::Create,
    Operation::Load,
    Operation::Update,
    Operation::Touch,
    Operation::Acquire,
    Operation::Renew,
    Operation::Release,
    Operation::Rotate,
    Operation::Delete,
    Operation::Collect,
];

/// A pool that loses a connection with each dropped call is soon empty.
pub(crate) async fn dropped_calls_leak_no_resource(context: &Context) -> Verdict {
    /// More than a pool has connections.
    const DROPS: usize = 200;
    let capabilities = context.capabilities();
    let is_declared = |operation: &Operation| match operation {
        Operation::Acquire | Operation::Renew | Operation::Release => capabilities.locks(),
        Operation::Rotate => capabilities.rotates(),
        Operation::Collect => capabilities.collects(),
        _ => true,
    };
    let operations: Vec<_> = IN_ORDER.into_iter().filter(is_declared).collect();
    for &dropped in &operations {
        let keys = ["", "new"].map(|name| context.key(&format!("{dropped} {name}")));
        let token = context.token();
        call(context, Operation::Create, &keys, &token).await?;
        for number in 0..DROPS {
            drop(up_to(1 + number % 3, call(context, dropped, &keys, &token)).await);
        }
        let keys = ["", "new"].map(|name| context.key(&format!("{dropped}d {name}")));
        for &operation in &operations {
            call(context, operation, &keys, &token).await?;
        }
    }
    Ok(())
}

async fn call(
    context: &Context,
    operation: Operation,
    [key, new]: &[Key; 2],
    token: &LockToken,
) -> Checked {
    let (store, present) = (context.store(), &Expect::PRESENT);
    match operation {
        Operation::Create => {
            store.create(key, &context.record("first"), &context.version()).await?;
        }
        Operation::Load => drop(store.load(key, Freshness::Latest).await?),
        Operation::Update => context.update(key, "second", present).await?,
        Operation::Touch => context.touch(key, context.in_seconds(9_000), present).await?,
        Operation::Rotate => context.rotate(key, new, "moved", present).await?,
        Operation::Delete => drop(store.delete(new, present).await?),
        Operation::Acquire => drop(context.locking()?.acquire(key, token, LEASE).await?),
        Operation::Renew => drop(context.locking()?.renew(key, token, LEASE).await?),
        Operation::Release => context.locking()?.release(key, token).await?,
        _ => drop(context.collecting()?.sweep(&Context::budget(100), None).await?),
    }
    Ok(())
}
