//! A dropped operation on a lock leaves the lock before or after it (R13).

use crate::context::{LEASE, drop_at_every_await};
use crate::ensure::ensure;
use crate::{Checked, Context, Verdict};
use session_core::ErrorKind;
use session_core::error::Operation;
use session_core::store::{Acquired, Expect, Freshness, Key, LockToken};

/// Until the lease that stood before is over, the lock is its holder's in any case.
pub(crate) async fn a_dropped_renewal_loses_no_lock(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (key, token) = context.given_locked(&format!("{polls}")).await?;
        context.advance(LEASE / 2);
        let lapse = context.lapse_of(LEASE);
        let done = context.up_to(polls, context.locking()?.renew(&key, &token, LEASE)).await;
        context.ensure_busy(&key).await?;
        context.ensure_held(&key, &token).await?;
        context.advance_to(lapse);
        context.ensure_free(&key).await?;
        done.transpose()?.is_some()
    })
}

pub(crate) async fn a_dropped_release_frees_the_lock_or_leaves_it(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (key, token) = context.given_locked(&format!("{polls}")).await?;
        let before = context.snapshot(&key).await?;
        let done = context.up_to(polls, context.locking()?.release(&key, &token)).await;
        context.ensure_unchanged(&key, &before).await?;
        let is_free = matches!(context.contend(&key).await?, Acquired::Locked(_));
        ensure!(is_free || done.is_none(), "a release that succeeded left the lock");
        if !is_free {
            context.ensure_held(&key, &token).await?;
        }
        done.transpose()?.is_some()
    })
}

/// A record that moved has no lock, and one that did not has the lock that it had.
pub(crate) async fn a_dropped_rotation_ends_the_lock_or_leaves_it(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (old, token) = context.given_locked(&format!("old {polls}")).await?;
        let new = context.key(&format!("new {polls}"));
        let (rotation, version) = (context.rotation("moved"), context.version());
        let expect = Expect::lock(token.clone());
        let rotate = context.store().rotate(&old, &new, &rotation, &expect, &version);
        let done = context.up_to(polls, rotate).await;
        if context.has_moved(&old, &new).await? {
            context.ensure_free(&new).await?;
        } else {
            ensure!(done.is_none(), "a rotation that succeeded moved nothing");
            context.ensure_busy(&old).await?;
            context.ensure_held(&old, &token).await?;
        }
        done.transpose()?.is_some()
    })
}

/// Either the call is applied, or the holder of the lapsed lock still holds it.
pub(crate) async fn a_dropped_call_over_a_lapsed_lock_is_whole_or_not_at_all(
    context: &Context,
) -> Verdict {
    dropped_over_a_lapsed_lock(context, Operation::Acquire).await?;
    dropped_over_a_lapsed_lock(context, Operation::Update).await?;
    dropped_over_a_lapsed_lock(context, Operation::Delete).await?;
    if context.capabilities().rotates() {
        dropped_over_a_lapsed_lock(context, Operation::Rotate).await?;
    }
    Ok(())
}

async fn dropped_over_a_lapsed_lock(context: &Context, operation: Operation) -> Checked {
    let (store, locking, present) = (context.store(), context.locking()?, Expect::PRESENT);
    let is_late = !context.settles();
    drop_at_every_await!(|polls| {
        let (key, holder) = context.given_locked(&format!("{operation} {polls}")).await?;
        let (new, token) = (context.key(&format!("{operation} to {polls}")), context.token());
        context.let_the_lease_lapse();
        let call = async {
            match operation {
                Operation::Acquire => locking.acquire(&key, &token, LEASE).await.map(drop),
                Operation::Update => context.update(&key, "second", &present).await,
                Operation::Delete => store.delete(&key, &present).await.map(drop),
                _ => context.rotate(&key, &new, "second", &present).await,
            }
        };
        let done = context.up_to(polls, call).await;
        // A read may remove a lapsed lock (L7), so the holder comes first.
        let is_held = holds(context, &key, &holder).await?;
        let is_applied = match operation {
            Operation::Acquire => holds(context, &key, &token).await?,
            Operation::Update => {
                context.snapshot(&key).await?.record.payload == context.payload("second")
            }
            Operation::Delete => store.load(&key, Freshness::Latest).await?.is_none(),
            _ => context.has_moved(&key, &new).await?,
        };
        ensure!(is_applied || done.is_none(), "the {operation} that succeeded is not applied");
        // A deletion passes the lock of the holder, and may do so late.
        let is_whole = is_applied != is_held || (is_late && operation == Operation::Delete);
        ensure!(is_whole, "{operation}: applied: {is_applied}, the holder holds: {is_held}");
        done.transpose()?.is_some()
    })?;
    Ok(())
}

async fn holds(context: &Context, key: &Key, token: &LockToken) -> Checked<bool> {
    match context.locking()?.renew(key, token, LEASE).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::LockLost | ErrorKind::Gone) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
