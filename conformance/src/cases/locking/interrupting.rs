//! A dropped operation on a lock leaves the lock before or after it (R13).

use crate::context::{LEASE, drop_at_every_await, up_to};
use crate::ensure::ensure;
use crate::{Context, Verdict};
use session_core::store::{Acquired, Expect};

/// Until the lease that stood before is over, the lock is its holder's in any case.
pub(crate) async fn a_dropped_renewal_loses_no_lock(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let (key, token) = context.given_locked(&format!("{polls}")).await?;
        context.advance(LEASE / 2);
        let lapse = context.lapse_of(LEASE);
        let done = up_to(polls, context.locking()?.renew(&key, &token, LEASE)).await;
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
        let done = up_to(polls, context.locking()?.release(&key, &token)).await;
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
        let done = up_to(polls, rotate).await;
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
