//! `release` frees what its caller holds, and nothing else (L6).

use crate::context::LEASE;
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::store::{Acquired, Expect};

pub(crate) async fn a_released_lock_is_free(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let read = context.snapshot(&key).await?;
    context.locking()?.release(&key, &token).await?;
    context.ensure_unchanged(&key, &read).await?;
    let late = context.update(&key, "late", &Expect::lock(token)).await;
    ensure_rejected!(late, LockLost);
    let answer = context.contend(&key).await?;
    ensure_eq!(answer, Acquired::Locked(read), "the next holder's answer");
    Ok(())
}

pub(crate) async fn a_release_by_another_changes_nothing(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    context.locking()?.release(&key, &context.token()).await?;
    context.ensure_busy(&key).await?;
    context.ensure_held(&key, &token).await?;
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn releasing_twice_frees_no_later_lock(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let locking = context.locking()?;
    locking.release(&key, &token).await?;
    locking.release(&key, &token).await?;
    let next = context.lock(&key, LEASE).await?;
    locking.release(&key, &token).await?;
    context.ensure_busy(&key).await?;
    Ok(context.ensure_held(&key, &next).await?)
}

pub(crate) async fn a_release_of_a_deleted_session_creates_nothing(context: &Context) -> Verdict {
    let locking = context.locking()?;
    for key in [context.key("unknown"), context.given_deleted("a").await?] {
        locking.release(&key, &context.token()).await?;
        context.ensure_absent(&key).await?;
    }
    let (expired, token) = context.given_expired_locked("b").await?;
    locking.release(&expired, &token).await?;
    Ok(context.ensure_absent(&expired).await?)
}
